"""What is done to the devices of the table: one page's verbs on the marks, or on the row under the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from textual.content import Content

from tui.app.dialogs.confirm import LINES_SHOWN, ConfirmDialog
from tui.app.dialogs.outcomes import OutcomesDialog, count_outcomes
from tui.app.messages import Items
from tui.app.progress import tell_progress
from tui.app.undo import UndoVerb
from tui.app.widgets.device_lines import fit, show_url, spell_count
from tui.app.widgets.device_table import DeviceTable
from tui.app.work import Ticket
from tui.model.csv_cells import write_tsv_line
from tui.model.device import MAC, PROVIDER, URL, DeviceRow
from tui.model.identifiers import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.text import make_inert
from tui.services.control import Control

if TYPE_CHECKING:
    from tui.app.dialogs.export import ExportWanted
    from tui.app.dialogs.retarget import NewTarget
    from tui.services.undoing import UndoPlan

T = TypeVar("T")
_COPY_LIMIT = 10_000
_ANSWER_CHECK, _ANSWER_CHECKS = 0.1, 600


class DeviceVerbs(UndoVerb):
    """Verbs of the page of devices; the page itself brings the list."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.changed_since: dict[str, DeviceRow | None] = {}
        self.last_change: Content | None = None
        self._changes: dict[Ticket, list[Outcome]] = {}
        self._questions: dict[Ticket, Callable[[Any], None]] = {}

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
        self.last_change = None
        self._questions.clear()

    # movement and marks

    def action_down(self) -> None:
        self.table.move(1)

    def action_up(self) -> None:
        self.table.move(-1)

    def action_page_down(self) -> None:
        self.table.page(1)

    def action_page_up(self) -> None:
        self.table.page(-1)

    def action_first(self) -> None:
        self.table.go_first()

    def action_last(self) -> None:
        self.table.go_last()

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

    def action_reveal(self) -> None:
        self.table.reveal(not self.table.revealed)
        self.frame.say(
            "User names and passwords in URLs are " + ("shown." if self.table.revealed else "hidden.")
        )

    # changes

    def action_deregister(self) -> None:
        """Remove the records of the chosen devices, after a confirmation."""
        rows = self._choose("deregister")
        if rows:
            note = "A phone keeps what it has loaded but is no longer redirected. z takes this back."
            self._confirm("Deregister", rows, "deregister", note, lambda: self._deregister(rows))

    def _deregister(self, rows: Sequence[DeviceRow]) -> None:
        from tui.services.changes import deregister

        session, control = self.desk.session, Control()
        identifiers = [Identifier(row[MAC]) for row in rows]
        expected = {row[MAC]: row for row in rows}
        self._start(
            "Deregistering",
            len(rows),
            lambda: deregister(session, identifiers, control=control, expected=expected),
            control,
        )

    def action_retarget(self) -> None:
        """Change the URL and/or the provider of the chosen devices."""
        from tui.services.retargeting import missing_mac_ids

        rows = self._choose("retarget")
        if rows:
            session, identifiers = self.desk.session, [Identifier(row[MAC]) for row in rows]
            self._ask(
                lambda: len(missing_mac_ids(session, identifiers)),
                "Looking into the vault",
                lambda missing: self._retarget_prepared(rows, missing),
            )

    def _retarget_prepared(self, rows: list[DeviceRow], missing: int) -> None:
        from tui.app.dialogs.retarget import RetargetDialog

        self.app.push_screen(
            RetargetDialog(rows, missing),
            lambda wanted: self._retarget_wanted(rows, wanted) if wanted else None,
        )

    def _retarget_wanted(self, rows: list[DeviceRow], wanted: NewTarget) -> None:
        parts = []
        if wanted.provider is not None:
            parts.append(f"Provider becomes {make_inert(wanted.provider)}.")
        if wanted.url is not None:
            parts.append(f"URL becomes {show_url(wanted.url)}")
        note = "\n".join([*parts, "z takes this back."])
        self._confirm("Retarget", rows, "retarget", note, lambda: self._retarget(rows, wanted))

    def _retarget(self, rows: Sequence[DeviceRow], wanted: NewTarget) -> None:
        from tui.services.retargeting import retarget

        session, control = self.desk.session, Control()
        identifiers = [Identifier(row[MAC]) for row in rows]
        expected = {row[MAC]: row for row in rows}
        self._start(
            "Retargeting",
            len(rows),
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
        )

    def _ask(self, question: Callable[[], T], title: str, then: Callable[[T], None]) -> None:
        """Ask something that changes nothing; `then` gets the answer."""
        ticket = self.desk.work.ask(question, owner=self, group="verb", title=title)
        self._questions = {ticket: then}

    def _undo(self, plan: UndoPlan) -> None:
        from tui.services.undoing import undo

        session, control = self.desk.session, Control()
        count = sum(step.possible for step in plan.steps)
        self._start("Undoing", count, lambda: undo(session, plan, control=control), control)

    def _choose(self, verb: str) -> list[DeviceRow]:
        rows = self.table.chosen_rows
        if not rows:
            self.frame.say(f"Nothing to {verb}: mark devices with space, or move to one.")
        return rows

    def _confirm(
        self, title: str, rows: Sequence[DeviceRow], verb: str, note: str, go: Callable[[], None]
    ) -> None:
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
            note = f"{spell_count(outside)} of them the search does not show. {note}"
        what = "1 device" if count == 1 else f"{spell_count(count)} devices"
        self.app.push_screen(
            ConfirmDialog(f"{title} {what}", lines, verb=verb, count=count, note=note),
            lambda sure: go() if sure else None,
        )

    def _start(
        self, title: str, count: int, factory: Callable[[], Iterator[Outcome]], control: Control
    ) -> None:
        what = "1 device" if count == 1 else f"{spell_count(count)} devices"
        ticket = self.desk.work.run(
            factory,
            owner=self,
            group="change",
            title=f"{title} {what}",
            changes=True,
            job=count > 1,
            control=control,
            total=count,
        )
        self._changes[ticket] = []
        self._show_change(Content.styled(f"{title} {what} …", "$doubt"))

    def take_items(self, event: Items) -> None:
        """Outcomes of a change, or another answer that a verb asked for."""
        then = self._questions.pop(event.ticket, None)
        if self.took_undo(event):
            return
        if then is not None:
            then(event.values[0])
        elif event.ticket in self._changes:
            outcomes: list[Outcome] = event.values
            self._changes[event.ticket].extend(outcomes)
            self._apply(outcomes)
            done = self._changes[event.ticket]
            self._show_change(_tell_running(event.ticket, done))

    def take_in_changes(self) -> None:
        """What the other pages have changed since: the table shows it without another list."""
        made, self.desk.work.made = self.desk.work.made, []
        for ticket, values in made:
            if ticket.owner is not self:
                self._apply(list(_find_outcomes(values)))

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

    def end_change(self, ticket: Ticket) -> None:
        """A change has ended: say what became of the devices, all of them if any needs attention."""
        outcomes = self._changes.pop(ticket, None)
        if not outcomes:
            if outcomes is not None:
                self._show_change(None)
            return
        undoable = any(each.result.is_made for each in outcomes)
        undone = any(each.operation is Operation.UNDO for each in outcomes)
        hint = Content.assemble("  ", ("z", "bold"), (" undo", "$quiet")) if undoable and not undone else ""
        self._show_change(Content.assemble(count_outcomes(outcomes), hint))
        if any(not each.result.is_done for each in outcomes):
            unknown = any(each.result is Result.UNKNOWN for each in outcomes)
            note = "History asks the server about the unknown ones." if unknown else ""
            self.app.push_screen(OutcomesDialog(ticket.title, outcomes, note))

    def _show_change(self, content: Content | None) -> None:
        self.last_change = content
        self.draw_counts()

    def draw_counts(self) -> None:
        """Draw the line of counts and state; the page knows both."""

    # copies

    def action_copy(self) -> None:
        """Copy the chosen devices, tab-separated as spreadsheets take them."""
        rows = self._choose("copy")
        if len(rows) > _COPY_LIMIT:
            self.frame.say(
                f"{spell_count(len(rows))} devices are too many for a clipboard; x writes them to a file."
            )
        elif rows:
            text = "\n".join(write_tsv_line((*row[:2], show_url(row[2]), row[3])) for row in rows)
            what = rows[0][MAC] if len(rows) == 1 else f"{spell_count(len(rows))} devices"
            self.frame.copy(rows[0][MAC] if len(rows) == 1 else text, what)

    def action_export(self) -> None:
        """Write the marked devices, or all that the search shows, to a file."""
        from tui.app.dialogs.export import ExportDialog

        devices = self.table.devices
        if devices.mark_count:
            rows, what = devices.marked_rows(), f"{spell_count(devices.mark_count)} marked"
        else:
            rows, what = list(devices.shown_rows()), f"{spell_count(len(devices.shown))} shown"
        self.app.push_screen(
            ExportDialog(f"{what} devices" if len(rows) != 1 else f"{what} device"),
            lambda wanted: self._export_wanted(rows, wanted) if wanted else None,
        )

    def _export_wanted(self, rows: list[DeviceRow], wanted: ExportWanted) -> None:
        from tui.services.exporting import export_rows, export_secrets, recall_mac_ids
        from tui.settings.private import write_new

        session = self.desk.session

        def write() -> int:
            if wanted.form in ("secrets", "htdigest"):
                form = "csv" if wanted.form == "secrets" else wanted.form
                pieces = export_secrets(session, form, wanted.realm or None)
            else:
                known = recall_mac_ids(session, [row[MAC] for row in rows])
                pieces = export_rows(rows, wanted.form, mac_ids=known, chunk=session.batching.chunk)
            return write_new(wanted.path, pieces)

        self._ask(
            write,
            "Writing the export",
            lambda size: self.frame.say(f"Written: {wanted.path}, {spell_count(size)} bytes."),
        )

    def action_watch(self) -> None:
        """Wait for the phone of the device under the cursor, in Device Info."""
        self._carry_over("watch")

    def action_test(self) -> None:
        """Fetch the URL of the device under the cursor as its phone would, in Device Info."""
        self._carry_over("test")

    def _carry_over(self, verb: str) -> None:
        row = self.table.cursor_row
        if row is None:
            self.frame.say(f"Nothing to {verb}: the list is empty.")
        else:
            self.frame.show_page("device_info", row[MAC])
            self.run_worker(self._do_there(verb), group="carry over", exclusive=True)

    async def _do_there(self, verb: str) -> None:
        """Once Device Info has its answer: the verb of the same name there."""
        page = None
        for _ in range(_ANSWER_CHECKS):
            await asyncio.sleep(_ANSWER_CHECK)
            page = self.frame.page
            asked = any(ticket.owner is page for ticket in self.desk.work.waited_for)
            if page is not None and page.page_id == "device_info" and not asked:
                page.call_later(getattr(page, f"action_{verb}"))
                return


def _tell_running(ticket: Ticket, outcomes: Sequence[Outcome]) -> Content:
    verb = ticket.title.partition(" ")[0]
    progress = tell_progress(len(outcomes), ticket.total, ticket.age)
    return Content.assemble(f"{verb} {progress}  ", count_outcomes(outcomes))


def _find_outcomes(values: Iterable[Any]) -> Iterator[Outcome]:
    """The outcomes among what a change yields: themselves, in lists, or in the answer to an uploaded call."""
    for value in values:
        if isinstance(value, Outcome):
            yield value
        elif isinstance(value, list):
            yield from _find_outcomes(value)
        elif (answer := getattr(value, "answer", None)) is not None:
            yield from answer.outcomes
