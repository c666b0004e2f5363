"""2 Device Info: MAC-ID in, one card out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.context.page import Hint, Page
from tui.app.first_paint import FIELDS
from tui.app.flows.devices.reading import HISTORY_LIMIT, read_device, read_records
from tui.app.flows.devices.watching import INTERVAL, StopSign, Watch
from tui.app.presentation.device_card import Known, draw_facts, draw_missing, draw_records, draw_stages
from tui.app.widgets.choices import Choices
from tui.app.widgets.device_lines import show_target
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.scanning import ScanEntry
from tui.classes import replace
from tui.errors import RedirectoryError
from tui.intake.recognition.scanner import clean_scan
from tui.model.addresses import Identifier, State
from tui.model.device import DeviceCard
from tui.model.identifiers import parse_identifier, recognise
from tui.model.outcome import Outcome
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.services.phone.watching import WatchEvent
    from tui.services.session import Session

# On a lower screen what is to be expected takes the place of the device's history.
ROOM_FOR_BOTH = 30


class DeviceInfoPage(Page):
    """One device: where it points, whether it has called in, what was done with it from here."""

    page_id = "device_info"
    title = "Device Info"
    BINDINGS = bindings("device_info")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.known: Known | None = None
        self.identifier: Identifier | None = None
        self.reveal = False
        self._watch: Watch | None = None

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
            ("w", "stop watching") if self._watch else "device_info.watch",
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

    def receive(self, carried: str, verb: str) -> None:
        if carried:
            self.look_up(carried, verb)
        else:
            self.action_search()

    def session_changed(self) -> None:
        self.known = self._watch = None
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
    def entered(self) -> None:
        self.look_up(self._entry.value)

    @flow
    async def look_up(self, text: str, verb: str = "") -> None:
        """Ask for a device, then do `verb`, if any; the focus goes to the card, so that its letters work."""
        self._entry.value = text
        if await self._look_up() and verb:
            getattr(self, f"action_{verb}")()

    async def _look_up(self) -> bool:
        """Ask for what is in the field; whether it could be. Raises Abandoned, RedirectoryError."""
        if not self._entry.value.strip():
            self.query_one(Field).note("✗ the MAC-ID is empty", "bad")
            return False
        try:
            identifier = parse_identifier(clean_scan(self._entry.value).text)
        except RedirectoryError as error:
            self._state(f"✗ {error.detail or error.title} {error.hint}", "bad")
            self._entry.focus()
            return False
        self._entry.value = identifier.wire
        self.focus()
        self.identifier = identifier
        if self.known is not None and self.known.card.mac != identifier.mac:
            self.known = None
            self.draw()
        session = self.desk.session
        self._state("… asking the server")
        try:
            self.known = await self.value(
                lambda: read_device(session, identifier), "look up", "Asking for the device"
            )
        except RedirectoryError as error:
            self._state(f"✗ {error.title}", "bad")
            raise
        self.draw()
        return True

    @flow
    async def records_changed(self) -> None:
        if self.known is not None and self.identifier is not None:
            session, identifier = self.desk.session, self.identifier
            records = await self.value(
                lambda: read_records(session, identifier), "records", "Reading the journal"
            )
            if self.known is not None and self.known.card.mac == identifier.mac:
                self.known = replace(self.known, records=records, untold="")
                self.draw()

    def undone(self) -> None:
        self.action_refresh()

    def back(self) -> bool:
        return self._stop_watch() or super().back()

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
        self._draw_watch()
        if self.shell.page is self:
            self.shell.refresh_hints()

    # verbs

    def _card(self, need_record: bool = True) -> DeviceCard | None:
        if self.known is None:
            self.shell.say("Look a device up first.")
            return None
        if need_record and not self.known.card.found:
            absent = self.known.card.found is False
            self.shell.say(
                "There is no record to act on."
                if absent
                else "The server does not say what it has on record."
            )
            return None
        return self.known.card

    def action_search(self) -> None:
        self._entry.value = ""
        self._entry.focus()

    def action_refresh(self) -> None:
        if self.identifier is not None:
            self.look_up(self.identifier.wire)

    def action_register(self) -> None:
        if self.identifier is not None:
            self.shell.show_page("register", self.identifier.wire)

    def action_reveal(self) -> None:
        if self.known is not None:
            self.reveal = not self.reveal
            self.draw()

    @flow
    async def action_copy(self) -> None:
        if self.known is not None:
            from tui.app.flows.devices.copy import copy_fact

            await copy_fact(self, [self.known.card], self.reveal)

    def _identifier_of(self, card: DeviceCard) -> Identifier:
        suffix = card.mac_id[-4:] if card.mac_id else self.identifier.suffix if self.identifier else None
        return Identifier(card.mac, suffix)

    @flow
    async def action_deregister(self) -> None:
        from tui.app.dialogs.questions.confirm import MAC_IDS, ConfirmDialog
        from tui.app.flows.devices.removal import ask_mac_ids, tell_return
        from tui.services.changes.registering import deregister

        session = self.desk.session
        while (card := self._card()) is not None:
            identifier = self._identifier_of(card)
            missing = [identifier] if identifier.suffix is None else []
            answer = await self.ask(
                ConfirmDialog(
                    f"Deregister {card.mac}?",
                    [f"{card.mac}  {show_target(card.provider, card.url)}"],
                    verb="deregister",
                    note="The record is removed; the phone keeps the configuration it has.\n"
                    + tell_return(1, len(missing)),
                    mac_ids=bool(missing),
                )
            )
            if answer is True:
                run = partial(deregister, session, [identifier], expected={card.mac: card.row})
                await self._change(run, f"Deregistering {card.mac}", session)
            if answer != MAC_IDS:
                return
            await ask_mac_ids(self.shell, session, missing)
            self._entry.value = identifier.mac
            await self._look_up()

    @flow
    async def action_retarget(self) -> None:
        card = self._card()
        if card is None:
            return
        from tui.app.dialogs.questions.retarget import RetargetDialog
        from tui.app.flows.devices.removal import ask_for_missing
        from tui.services.changes.retargeting import retarget

        identifier, session = self._identifier_of(card), self.desk.session
        missing = () if identifier.suffix else {card.mac}
        wanted = await self.ask(RetargetDialog([card.row], missing, ask_for_missing(self.shell, session)))
        if wanted is not None:
            await self._change(
                lambda: retarget(
                    session,
                    [identifier],
                    url=wanted.url,
                    provider=wanted.provider,
                    expected={card.mac: card.row},
                    bare=wanted.bare,
                ),
                f"Retargeting {card.mac}",
                session,
            )

    async def _change(self, factory: Callable[[], Iterator[Outcome]], title: str, session: Session) -> None:
        """Change the device, say what became of it, and show what is true now."""
        async for outcomes in self.stream(factory, "change", title, changes=True, session=session):
            for outcome in outcomes:
                if outcome.result.is_done:
                    undo = " z undoes it." * outcome.result.is_made
                    self.shell.say(f"{outcome.mac}: {outcome.result.words}.{undo}")
                else:
                    words = f"{outcome.mac}: {outcome.result.words}"
                    self.shell.show_error(RedirectoryError(words, make_inert(outcome.message)))
            self.action_refresh()

    @flow
    async def action_test(self) -> None:
        card = self._card()
        if card is None:
            return
        from tui.app.dialogs.notices.report import Report
        from tui.services.phone.probing import probe

        session, identifier = self.desk.session, self._identifier_of(card)
        report = await self.value(lambda: probe(session, identifier), "test", "Testing the URL")
        lines = [f"{'✓' if report.ok else '✗'} {report.verdict}", ""]
        for label, value in report.record().items():
            if label not in ("mac", "ok", "verdict", "steps") and value not in (None, ""):
                lines.append(f"{label.replace('_', ' '):<15}{value}")
        lines += [f"{'tried':<15}{step.tried}: {step.note}" for step in report.steps]
        self.app.push_screen(Report(f"Test of the URL of {report.mac}", "\n".join(lines)))

    @flow
    async def action_export(self) -> None:
        card = self._card()
        if card is not None:
            from tui.app.flows.export import export_devices

            await export_devices(self, [card.row], "1 device")

    # watching

    @flow
    async def action_watch(self) -> None:
        """Watch the device of the card; while one is watched, stop."""
        if self._stop_watch():
            return
        card = self._card()
        if card is None:
            return
        from tui.services.phone.watching import tell_expectations, watch

        session, identifier, stop = self.desk.session, self._identifier_of(card), StopSign()
        ticket = self.stream(
            lambda: watch(session, identifier, interval=INTERVAL, pause=stop.wait),
            "watch",
            f"Watching {card.mac}",
            job=True,
            control=stop,
        )
        self._watch = Watch(card.mac, tell_expectations(session, card), ticket)
        self.draw()
        try:
            async for events in ticket:
                for event in events:
                    self._hear(event, self._watch)
        except RedirectoryError:
            self._end_watch()
            raise

    @property
    def watch_line(self) -> str:
        """How the watch stands; empty if nothing is watched."""
        return self._watch.line if self._watch is not None else ""

    def _stop_watch(self) -> bool:
        """Whether a watch was running; it is being stopped."""
        if self._watch is None or not self._watch.ticket.running:
            return False
        self._watch.ticket.cancel()
        return True

    def _hear(self, event: WatchEvent, watch: Watch) -> None:
        if event.moved and self.desk.config.app.bell:
            self.app.bell()
        if event.final:
            self.shell.say(event.message)
            self._end_watch()
            self.action_refresh()
            return
        if event.kind in ("started", "waiting"):
            watch.count_question()
        else:
            watch.line = f"◌ {event.message} · esc or w stops"
        self._draw_watch()

    def _end_watch(self) -> None:
        self._watch = None
        self.draw()

    def _draw_watch(self) -> None:
        """The state line of the watched card says that it is watched; under another card a line does."""
        known, watch = self.known, self._watch
        here = known is not None and known.card.found and watch is not None and known.card.mac == watch.mac
        line = self.watch_line
        if here and line:
            self._state(line, "doubt")
        live = self.query_one("#info-live", Static)
        text = watch.about if here and watch is not None else line
        live.update(Content(mask_credentials(make_inert(text))))
        live.display = bool(text)
        self._make_room()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._make_room)

    def _make_room(self) -> None:
        both = self._watch is None or self.app.size.height >= ROOM_FOR_BOTH
        self.query_one("#info-heading").display = self.query_one("#info-history").display = both

    def _state(self, text: str, kind: str = "quiet") -> None:
        state = self.query_one("#info-state", Static)
        state.update(Content(mask_credentials(make_inert(text))))
        state.set_classes(kind)

    def on_key(self, event: events.Key) -> None:
        if event.key in ("down", "up") and not self.shell.typing:
            self.query_one("#info-history", Choices).action_move(1 if event.key == "down" else -1)
