"""What is done to the devices of the table: one page's verbs on the marks, or on the row under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.context.flow import at_end, flow
from tui.app.dialogs.notices.outcomes import OutcomesDialog
from tui.app.dialogs.questions.confirm import LINES_SHOWN, MAC_IDS, Answer, ConfirmDialog
from tui.app.pages.watch_marked import MarkedWatch
from tui.app.presentation.outcomes import count_outcomes
from tui.app.presentation.progress import tell_progress
from tui.app.widgets.device_lines import count_devices, fit, show_url, spell_count
from tui.app.widgets.device_table import DeviceTable
from tui.app.worker.ticket import Ticket
from tui.app.worker.work import find_outcomes
from tui.model.addresses import Identifier
from tui.model.device import MAC, PROVIDER, URL, DeviceCard, DeviceRow
from tui.model.outcome import Outcome, Result
from tui.model.text.inert import make_inert
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.app.dialogs.questions.retarget import NewTarget
    from tui.services.session import Session
    from tui.services.storage.vault import VaultEntry

_COPY_LIMIT = 10_000


class DeviceVerbs(MarkedWatch):
    """Verbs of the page of devices; the page itself brings the list."""

    tells_changes = True
    reveals = "User names and passwords in URLs"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.changed_since: dict[str, DeviceRow | None] = {}
        self.last_change: Content | None = None
        self._hinted: tuple[str, Content] | None = None
        self._changes: set[Ticket] = set()

    @property
    def table(self) -> DeviceTable:
        """The table of devices."""
        return self.query_one(DeviceTable)

    @property
    def changes_running(self) -> bool:
        """Whether a change that was started here has not ended."""
        return bool(self._changes)

    def forget_changes(self) -> None:
        """Another account: what was changed in the one before is no longer of interest here."""
        self.changed_since.clear()
        self.last_change = self._hinted = None
        self._changes.clear()
        self.forget_watch()

    # movement and marks

    def action_url_right(self) -> None:
        self.table.shift_url(1)

    def action_url_left(self) -> None:
        self.table.shift_url(-1)

    def action_open(self) -> None:
        self.table.open_device()

    def action_mark(self) -> None:
        self.table.toggle_mark()

    def action_mark_all(self) -> None:
        self.table.mark_shown()

    def action_invert(self) -> None:
        self.table.invert_shown()

    def action_unmark(self) -> None:
        self.table.clear_marks()

    def action_sort(self) -> None:
        self.table.cycle_sort()

    def action_reverse_sort(self) -> None:
        self.table.reverse_sort()

    # changes

    @flow
    async def action_deregister(self) -> None:
        """Remove the chosen devices' records, after a confirmation that says how many may not come back."""
        from tui.app.flows.removal import ask_mac_ids, tell_return
        from tui.services.changes.registering import deregister

        rows, session = self._choose("deregister"), self.desk.session
        while rows:
            missing = await self._find_missing(rows, session)
            answer = await self._confirm(
                "Deregister",
                rows,
                "deregister",
                "A phone keeps what it has loaded but is no longer redirected.\n"
                + tell_return(len(rows), len(missing)),
                bool(missing),
            )
            if answer is True:
                control = Control()
                identifiers = [Identifier(row[MAC]) for row in rows]
                expected = {row[MAC]: row for row in rows}
                await self._change(
                    "Deregistering",
                    len(rows),
                    partial(deregister, session, identifiers, control=control, expected=expected),
                    control,
                    session,
                )
            if answer != MAC_IDS:
                return
            await ask_mac_ids(self.shell, session, missing)

    @flow
    async def action_retarget(self) -> None:
        """Change the URL and/or the provider of the chosen devices."""
        from tui.app.dialogs.questions.retarget import RetargetDialog
        from tui.app.flows.removal import ask_for_missing, ask_mac_ids

        rows, session = self._choose("retarget"), self.desk.session
        if not rows:
            return
        missing = await self._find_missing(rows, session)
        give = ask_for_missing(self.shell, session)
        wanted = await self.ask(RetargetDialog(rows, {one.mac for one in missing}, give))
        while wanted is not None:
            missing = await self._find_missing(rows, session)
            answer = await self._confirm_retarget(rows, wanted, missing, session)
            if answer != MAC_IDS:
                return
            await ask_mac_ids(self.shell, session, missing)

    async def _find_missing(self, rows: Sequence[DeviceRow], session: Session) -> list[Identifier]:
        """The devices whose MAC-ID is not in the vault."""
        from tui.services.changes.retargeting import missing_mac_ids

        identifiers = [Identifier(row[MAC]) for row in rows]
        return await self.value(
            lambda: missing_mac_ids(session, identifiers), "verb", "Looking into the vault"
        )

    async def _confirm_retarget(
        self, rows: list[DeviceRow], wanted: NewTarget, missing: list[Identifier], session: Session
    ) -> Answer | None:
        """Ask, and retarget if the answer is yes; the answer."""
        from tui.app.flows.removal import tell_return
        from tui.services.changes.retargeting import foresee, retarget

        forecast = foresee(
            rows,
            {one.mac for one in missing},
            url=wanted.url,
            provider=wanted.provider,
            bare=wanted.bare,
        )
        parts = []
        if wanted.provider is not None:
            parts.append(f"Provider becomes {make_inert(wanted.provider)}.")
        if wanted.url is not None:
            parts.append(f"URL becomes {show_url(wanted.url)}")
        if forecast.left_out:
            which = "1 is" if forecast.left_out == 1 else f"{spell_count(forecast.left_out)} are"
            parts.append(f"! {which} left out: no MAC-ID on this machine.")
        if forecast.already:
            which = "1 is" if forecast.already == 1 else f"{spell_count(forecast.already)} are"
            parts.append(f"{which} so already and left alone.")
        answer = await self._confirm(
            "Retarget",
            forecast.rows,
            "retarget",
            "\n".join([*parts, tell_return(len(forecast.rows), forecast.nameless)]),
            bool(missing),
        )
        if answer is True:
            control = Control()
            identifiers = [Identifier(row[MAC]) for row in forecast.rows]
            expected = {row[MAC]: row for row in forecast.rows}
            await self._change(
                "Retargeting",
                len(forecast.rows),
                lambda: retarget(
                    session,
                    identifiers,
                    url=wanted.url,
                    provider=wanted.provider,
                    control=control,
                    expected=expected,
                    bare=wanted.bare,
                ),
                control,
                session,
            )
        return answer

    def _choose(self, verb: str) -> list[DeviceRow]:
        rows = self.table.chosen_rows
        if not rows:
            self.shell.say(f"Nothing to {verb}: mark devices with space, or move to one.")
        return rows

    async def _confirm(
        self, title: str, rows: Sequence[DeviceRow], verb: str, note: str, mac_ids: bool
    ) -> Answer | None:
        count, width = len(rows), max(20, min(106, self.app.size.width - 6))
        lines = [
            fit(f"{make_inert(row[MAC])}  {fit(make_inert(row[PROVIDER]), 14)}  {show_url(row[URL])}", width)
            for row in rows[: LINES_SHOWN + 1]
        ]
        if count > LINES_SHOWN + 1:
            providers = len({row[PROVIDER] for row in rows})
            lines[LINES_SHOWN - 1 :] = [
                f"… and {spell_count(count - LINES_SHOWN + 1)} more, "
                f"of {spell_count(providers)} provider{'s' if providers > 1 else ''} in all"
            ]
        outside = self.table.devices.count_marks_outside()
        if outside:
            note = f"{spell_count(outside)} of the marked the search does not show. {note}"
        what = count_devices(count)
        return await self.ask(
            ConfirmDialog(f"{title} {what}", lines, verb=verb, count=count, note=note, mac_ids=mac_ids)
        )

    async def _change(
        self,
        title: str,
        count: int,
        factory: Callable[[], Iterator[Outcome]],
        control: Control,
        session: Session,
    ) -> None:
        what = count_devices(count)
        ticket = self.stream(
            factory,
            "change",
            f"{title} {what}",
            changes=True,
            job=count > 1,
            control=control,
            total=count,
            session=session,
        )
        await self.follow(ticket)

    async def follow(self, ticket: Ticket) -> None:
        self._changes.add(ticket)
        self._show_change(Content.styled(f"{ticket.title} …", "$doubt"))
        with at_end(lambda: self._end_change(ticket)):
            async for outcomes in ticket:
                self._apply(outcomes)
                self._show_change(_tell_running(ticket))

    def take_in_changes(self) -> None:
        """What the other pages have changed since: the table shows it without another list."""
        made, self.desk.work.made = self.desk.work.made, []
        for ticket, values in made:
            if ticket.owner is not self and not self.desk.work.is_elsewhere(ticket):
                self._apply(list(find_outcomes(values)))
                self.last_change = None  # its `z` would take back the later change

    def _apply(self, outcomes: Sequence[Outcome]) -> None:
        removed = [each.mac for each in outcomes if each.result is Result.REMOVED]
        stored = [
            (each.mac, each.provider, each.url, each.server_date or "")
            for each in outcomes
            if each.result is Result.STORED and each.provider is not None and each.url is not None
        ]
        self.changed_since.update(dict.fromkeys(removed))
        self.changed_since.update((row[MAC], row) for row in stored)
        if removed:
            self.table.take_out(removed)
        if stored:
            self.table.put(stored)

    def _end_change(self, ticket: Ticket) -> None:
        """Say what became of the devices, all of them if any needs attention."""
        self._changes.discard(ticket)
        outcomes = ticket.outcomes
        if not outcomes:
            self._show_change(None)
            return
        # An undo is not taken back by `z`: that would take back the change before.
        offer = ticket.group != "undo" and any(each.result.is_made for each in outcomes)
        counts = count_outcomes(outcomes)
        self._hinted = (next((each.change_set for each in outcomes if each.change_set), ""), counts)
        hint = Content.assemble("  ", ("z", "bold"), (" undo", "$quiet")) if offer else ""
        self._show_change(Content.assemble(counts, hint))
        if any(not each.result.is_done for each in outcomes):
            unknown = any(each.result is Result.UNKNOWN for each in outcomes)
            note = "History asks the server about the unknown ones." if unknown else ""
            self.app.push_screen(OutcomesDialog(ticket.title, outcomes, note))

    @flow
    async def records_changed(self) -> None:
        """The hint of z goes when z would take back another change."""
        from tui.services.changes.undoing import find_last

        if self._hinted is None or not self.desk.signed_in:
            return
        session = self.desk.session
        last = await self.value(lambda: find_last(session), "hint", "Reading the journal")
        if self._hinted is not None and (last is None or last.id != self._hinted[0]):
            _, counts = self._hinted
            self._hinted = None
            if not self._changes:
                self._show_change(counts)

    def _show_change(self, content: Content | None) -> None:
        self.last_change = content
        self.draw_counts()

    def draw_counts(self) -> None:
        """Draw the line of counts and state; the page knows both."""

    # copies

    @flow
    async def action_copy(self) -> None:
        """Copy a fact of the chosen devices, or all of it, tab-separated as spreadsheets take it."""
        rows = self._choose("copy")
        if len(rows) > _COPY_LIMIT:
            self.shell.say(
                f"{spell_count(len(rows))} devices are too many for a clipboard; x writes them to a file."
            )
        elif rows:
            from tui.app.flows.copy import copy_fact
            from tui.services.storage.vault import open_entries

            session, reveal = self.desk.session, self.table.revealed
            macs = [row[MAC] for row in rows]
            known, trouble = await self.value(
                lambda: open_entries(session.journal.recall_many(session.account_key, macs)),
                "verb",
                "Looking into the vault",
            )
            await copy_fact(self, _make_cards(rows, known, trouble), reveal)

    @flow
    async def action_export(self) -> None:
        """Write the marked devices, or all that the search shows, to a file."""
        from tui.app.flows.export import export_devices

        devices = self.table.devices
        if devices.mark_count:
            rows, what = devices.marked_rows(), f"{spell_count(devices.mark_count)} marked"
        else:
            rows, what = list(devices.shown_rows()), f"{spell_count(len(devices.shown))} shown"
        await export_devices(self, rows, f"{what} devices" if len(rows) != 1 else f"{what} device")

    def action_test(self) -> None:
        """Fetch the URL of the device under the cursor as its phone would, in Device Info."""
        row = self.table.cursor_row
        if row is None:
            self.shell.say("Nothing to test: the list is empty.")
        else:
            self.shell.show_page("device_info", row[MAC], "test")


def _make_cards(rows: Sequence[DeviceRow], known: Mapping[str, VaultEntry], trouble: str) -> list[DeviceCard]:
    cards = []
    for mac, provider, url, date in rows:
        entry = known.get(mac)
        mac_id, password = (entry.mac_id, entry.password) if entry is not None else (None, None)
        cards.append(DeviceCard(mac, True, provider, url, date, mac_id, password, trouble=trouble))
    return cards


def _tell_running(ticket: Ticket) -> Content:
    verb = ticket.title.partition(" ")[0]
    progress = tell_progress(len(ticket.outcomes), ticket.total, ticket.age)
    return Content.assemble(f"{verb} {progress}  ", count_outcomes(ticket.outcomes))
