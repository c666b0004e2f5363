"""2 Device Info: MAC-ID in, one card out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.device_card import Known, draw_facts, draw_missing, draw_records, draw_stages
from tui.app.first_paint import FIELDS
from tui.app.messages import Failed, Finished, Items
from tui.app.page import Hint
from tui.app.screens.register_fields import ScanEntry
from tui.app.screens.watch_verb import WatchVerb
from tui.app.widgets.choices import Choices
from tui.app.widgets.device_lines import show_target
from tui.app.widgets.field import Entry, Field
from tui.app.work import Ticket
from tui.classes import replace
from tui.errors import LinkError, RedirectoryError, StoreError
from tui.intake.scanner import clean_scan
from tui.model.device import DeviceCard
from tui.model.identifiers import Identifier, State, parse_identifier, recognise
from tui.model.outcome import Outcome
from tui.model.text import make_inert
from tui.services.session import Session
from tui.services.storage.selection import Selection

if TYPE_CHECKING:
    from tui.services.phone.probing import ProbeReport
    from tui.services.storage.journal import JournalRow

HISTORY_LIMIT = 50


def read_device(session: Session, identifier: Identifier) -> Known:
    """Ask the server, and this machine's records. Without a link the kept list answers, and the card says
    so.
    """
    from tui.services.devices.look_up import look_up, open_password, recall_device

    trouble, when = "", ""
    try:
        card = look_up(session, identifier)
    except LinkError as error:
        row = session.lists.find(session.account_key, identifier.mac)
        age = session.lists.age(session.account_key)
        if row is None or age is None:
            if age is not None:
                error.detail += f" Nor does the list of {_spell_age(age)}, kept on this machine, name it."
            raise
        entry, unread = recall_device(session, identifier.mac)
        card = DeviceCard(
            row[0],
            True,
            row[1],
            row[2],
            row[3],
            entry.mac_id if entry else identifier.mac_id,
            entry.password if entry else None,
            trouble=unread,
        )
        when = _spell_age(age)
        trouble = f"{error.title} Shown from the list of {when}, kept on this machine; r asks the server."
    card = open_password(card)
    try:
        return Known(card, read_records(session, identifier), when, trouble)
    except StoreError as error:
        return Known(card, (), when, trouble, untold=error.title)


def read_records(session: Session, identifier: Identifier) -> tuple[JournalRow, ...]:
    """What the journal has on the device, the newest first, at most one more than is shown."""
    wanted = Selection(account_key=session.account_key, mac=identifier.mac)
    records = session.journal.walk(wanted, HISTORY_LIMIT + 1)
    return tuple(sorted(records, key=lambda row: row.id, reverse=True))


def _spell_age(age: datetime) -> str:
    return f"{age.astimezone():%Y-%m-%d %H:%M}"


class DeviceInfoPage(WatchVerb):
    """One device: where it points, whether it has called in, what was done with it from here."""

    page_id = "device_info"
    title = "Device Info"
    BINDINGS = bindings("device_info")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.known: Known | None = None
        self.identifier: Identifier | None = None
        self.reveal = False
        self._asking: Ticket | None = None
        self._changing: Ticket | None = None
        self._telling: Ticket | None = None
        self._recalling: Ticket | None = None
        self._writing: Ticket | None = None
        self._after_look_up: Callable[[], Any] | None = None

    def compose(self) -> ComposeResult:
        yield Field("MAC-ID", ScanEntry(id="info-mac", placeholder=FIELDS["MAC-ID"]))
        yield Static("", id="info-state")
        yield Static("", id="info-facts")
        yield Static("", id="info-stages")
        yield Static("", id="info-live")
        yield Static("", id="info-heading")
        yield Choices(id="info-history")

    def hints(self) -> Sequence[Hint]:
        if self.known is None:
            return (("⏎", "look up"),)
        if not self.known.card.found:
            offered = ("device_info.register",) if self.known.card.found is False else ()
            return ("device_info.search", *offered, "device_info.refresh", "device_info.copy")
        return (
            "device_info.search",
            "device_info.retarget",
            "device_info.deregister",
            ("w", "stop watching") if self.watch_line else "device_info.watch",
            "device_info.test",
            "device_info.refresh",
            "device_info.reveal",
            "device_info.copy",
            "device_info.export",
        )

    @property
    def _entry(self) -> Entry:
        return self.query_one("#info-mac", Entry)

    def focus_first(self) -> None:
        if self.known is None:
            self._entry.focus()
        else:
            self.focus()

    def receive(self, carried: str) -> None:
        if carried:
            self._entry.value = carried
            self.look_up()
        else:
            self.action_search()

    def session_changed(self) -> None:
        self.known = None
        self._asking = self._changing = self._telling = self._watching = None
        self._after_look_up = None
        self.forget_watch()
        self.forget_undo()
        if self.is_mounted:
            self.draw()

    @on(Input.Changed, "#info-mac")
    def judge(self) -> None:
        found = recognise(clean_scan(self._entry.value).text)
        field = self.query_one(Field)
        if found.state is State.VALID:
            field.note(f"✓ {found.summary}", "good")
        elif found.state is State.BAD:
            field.note("✗ not a MAC-ID", "bad")
        else:
            field.note(found.summary)

    @on(Input.Submitted, "#info-mac")
    def look_up(self) -> None:
        """Ask for what is in the field; the focus goes to the card, so that its letters work."""
        if not self._entry.value.strip():
            self.query_one(Field).note("✗ the MAC-ID is empty", "bad")
            return
        try:
            identifier = parse_identifier(clean_scan(self._entry.value).text)
        except RedirectoryError as error:
            self._state(f"✗ {error.detail or error.title} {error.hint}", "bad")
            self._entry.focus()
            return
        self._entry.value = identifier.wire
        self.focus()
        self.identifier = identifier
        self._after_look_up = None
        if self.known is not None and self.known.card.mac != identifier.mac:
            self.known = None
            self.draw()
        session = self.desk.session
        self._asking = self.desk.work.ask(
            lambda: read_device(session, identifier),
            owner=self,
            group="look up",
            title="Asking for the device",
        )
        self._state("… asking the server")

    @on(Items)
    def answered(self, event: Items) -> None:
        event.stop()
        if event.ticket is self._asking:
            self.known = event.values[0]
            self.draw()
            then, self._after_look_up = self._after_look_up, None
            if then is not None:
                then()
        elif event.ticket is self._changing:
            self._changed([value for value in event.values if isinstance(value, Outcome)])
        elif event.ticket is self._recalling:
            if self.known is not None:
                self.known = replace(self.known, records=event.values[0], untold="")
                self.draw()
        elif event.ticket is self._telling:
            self._tell(event.values[-1])
        elif event.ticket is self._watching:
            self.took_watch(event)
        elif event.ticket is self._writing:
            self.frame.say(event.values[-1])
        else:
            self.took_undo(event)

    @on(Failed)
    def not_answered(self, event: Failed) -> None:
        self._after_look_up = None
        if event.ticket is self._asking:
            self._state(f"✗ {event.error.title}", "bad")
        elif event.ticket is self._watching:
            self.end_watch()
        else:
            self.ended_undo(event.ticket)

    @on(Finished)
    def ended(self, event: Finished) -> None:
        event.stop()
        self.ended_undo(event.ticket)

    def records_changed(self) -> None:
        if self.known is not None and self.identifier is not None:
            session, identifier = self.desk.session, self.identifier
            self._recalling = self.desk.work.ask(
                lambda: read_records(session, identifier),
                owner=self,
                group="records",
                title="Reading the journal",
            )

    def undone(self) -> None:
        self.action_refresh()

    def back(self) -> bool:
        return self.stop_watch() or super().back()

    # drawing

    def draw(self) -> None:
        """Show the card, or what is to be done without one."""
        known = self.known
        facts, stages, heading = Content(""), Content(""), Content("")
        records: list[Content] = []
        if known is not None:
            dvid = self.desk.session.dvid if self.desk.signed_in else "42/2"
            facts, stages = draw_facts(known, self.reveal, dvid), draw_stages(known)
            records = draw_records(known.records[:HISTORY_LIMIT])
            more = f"   the newest {HISTORY_LIMIT}; all of it is in History"
            heading = Content.assemble(
                ("History of this device on this machine", "bold"),
                (
                    f"   cannot be read: {known.untold}"
                    if known.untold
                    else "   nothing was done with it from here"
                    if not records
                    else more
                    if len(known.records) > HISTORY_LIMIT
                    else "",
                    "dim",
                ),
            )
            if known.card.found:
                self._state(
                    f"! {known.trouble}" if known.trouble else "✓ Record stored",
                    "doubt" if known.trouble else "good",
                )
            else:
                self.query_one("#info-state", Static).update(draw_missing(known))
                self.query_one("#info-state", Static).set_classes("")
        else:
            self._state("")
        self.query_one("#info-facts", Static).update(facts)
        self.query_one("#info-stages", Static).update(stages)
        self.query_one("#info-heading", Static).update(heading)
        self.query_one("#info-history", Choices).fill(records)
        self.draw_watch()
        if self.frame.page is self:
            self.frame.refresh_hints()

    # verbs

    def _card(self, need_record: bool = True) -> DeviceCard | None:
        if self.known is None:
            self.frame.say("Look a device up first.")
            return None
        if need_record and not self.known.card.found:
            absent = self.known.card.found is False
            self.frame.say(
                "There is no record to act on."
                if absent
                else "The server does not say what it has on record."
            )
            return None
        return self.known.card

    def run_verb(self, name: str) -> None:
        """Do a verb as soon as the device that is being asked for is known."""
        verb = getattr(self, f"action_{name}")
        if self._asking is not None and self._asking.running:
            self._after_look_up = verb
        else:
            verb()

    def action_search(self) -> None:
        self._entry.value = ""
        self._entry.focus()

    def action_refresh(self) -> None:
        if self.identifier is not None:
            self._entry.value = self.identifier.wire
            self.look_up()

    def action_register(self) -> None:
        if self.identifier is not None:
            self.frame.show_page("register", self.identifier.wire)

    def action_reveal(self) -> None:
        if self.known is not None:
            self.reveal = not self.reveal
            self.draw()

    def action_copy(self) -> None:
        if self.known is not None:
            from tui.app.dialogs.copying import offer_copies

            offer_copies(self.frame, [self.known.card], self.reveal)

    def _identifier_of(self, card: DeviceCard) -> Identifier:
        suffix = card.mac_id[-4:] if card.mac_id else self.identifier.suffix if self.identifier else None
        return Identifier(card.mac, suffix)

    def action_deregister(self) -> None:
        card = self._card()
        if card is None:
            return
        from tui.app.dialogs.confirm import ConfirmDialog
        from tui.app.removal import ask_mac_ids, tell_return

        identifier, session = self._identifier_of(card), self.desk.session
        missing = [identifier] if identifier.suffix is None else []

        def ask_again() -> None:
            if session is self.desk.session:
                self.action_refresh()
                self.run_verb("deregister")

        def go(agreed: bool | None) -> None:
            if agreed:
                from tui.services.changes.registering import deregister

                self._changing = self.desk.work.run(
                    lambda: deregister(session, [identifier], expected={card.mac: card.row}),
                    owner=self,
                    group="change",
                    title=f"Deregistering {card.mac}",
                    changes=True,
                    session=session,
                )

        self.app.push_screen(
            ConfirmDialog(
                f"Deregister {card.mac}?",
                [f"{card.mac}  {show_target(card.provider, card.url)}"],
                verb="deregister",
                note="The record is removed; the phone keeps the configuration it has.\n"
                + tell_return(1, len(missing)),
                mac_ids=(lambda: ask_mac_ids(self.frame, session, missing, ask_again)) if missing else None,
            ),
            go,
        )

    def action_retarget(self) -> None:
        card = self._card()
        if card is None:
            return
        from tui.app.dialogs.retarget import NewTarget, RetargetDialog

        identifier, session = self._identifier_of(card), self.desk.session

        def go(wanted: NewTarget | None) -> None:
            if wanted is None:
                return
            from tui.services.changes.retargeting import retarget

            self._changing = self.desk.work.run(
                lambda: retarget(
                    session,
                    [identifier],
                    url=wanted.url,
                    provider=wanted.provider,
                    expected={card.mac: card.row},
                    bare=wanted.bare,
                ),
                owner=self,
                group="change",
                title=f"Retargeting {card.mac}",
                changes=True,
                session=session,
            )

        self.app.push_screen(RetargetDialog([card.row], () if identifier.suffix else {card.mac}, session), go)

    def _changed(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.result.is_done:
                self.frame.say(
                    f"{outcome.mac}: {outcome.result.words}." + " z undoes it." * outcome.result.is_made
                )
            else:
                self.frame.show_error(
                    RedirectoryError(
                        f"{outcome.mac}: {outcome.result.words}",
                        make_inert(outcome.message),
                    )
                )
        self.action_refresh()

    def action_test(self) -> None:
        card = self._card()
        if card is None:
            return
        from tui.services.phone.probing import probe

        session, identifier = self.desk.session, self._identifier_of(card)
        self._telling = self.desk.work.ask(
            lambda: probe(session, identifier), owner=self, group="test", title="Testing the URL"
        )

    def _tell(self, report: ProbeReport) -> None:
        from tui.app.dialogs.report import Report

        lines = [f"{'✓' if report.ok else '✗'} {report.verdict}", ""]
        for label, value in report.record().items():
            if label not in ("mac", "ok", "verdict", "steps") and value not in (None, ""):
                lines.append(f"{label.replace('_', ' '):<15}{value}")
        lines += [f"{'tried':<15}{step.tried}: {step.note}" for step in report.steps]
        self.app.push_screen(Report(f"Test of the URL of {report.mac}", "\n".join(lines)))

    def action_export(self) -> None:
        card = self._card()
        if card is None:
            return
        from tui.app.dialogs.export import ExportDialog, ExportWanted

        session = self.desk.session

        def go(wanted: ExportWanted | None) -> None:
            if wanted is None:
                return

            def write() -> int:
                from tui.services.files.exporting import export_rows, export_secrets, recall_mac_ids
                from tui.settings.private import write_new

                if wanted.form in ("secrets", "htdigest"):
                    form = "csv" if wanted.form == "secrets" else wanted.form
                    return write_new(wanted.path, export_secrets(session, form, wanted.realm or None))
                known = recall_mac_ids(session, [card.mac])
                return write_new(
                    wanted.path,
                    export_rows([card.row], wanted.form, mac_ids=known, chunk=session.batching.chunk),
                )

            self._writing = self.desk.work.ask(
                lambda: f"Written: {wanted.path}, {write()} bytes.",
                owner=self,
                group="export",
                title="Writing the export",
                account=False,
            )

        self.app.push_screen(ExportDialog("1 device"), go)

    def on_key(self, event: events.Key) -> None:
        if event.key in ("down", "up") and not self.frame.typing:
            self.query_one("#info-history", Choices).action_move(1 if event.key == "down" else -1)
