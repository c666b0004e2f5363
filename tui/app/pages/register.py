"""1 Register: three fields, what the phone will request, and what was registered here today."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.context.flow import at_end, flow
from tui.app.context.page import Hint, Page
from tui.app.pages.register_form import Known, RegisterForm
from tui.app.presentation.outcomes import SENDING
from tui.app.presentation.registrations import (
    NOTHING_YET,
    TODAY,
    DrawnRows,
    Past,
    TodayRow,
    count_words,
    draw_conflict,
    find_same,
    now,
    read_past,
    tell_unread,
)
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry
from tui.app.widgets.scanning import ScanLine
from tui.app.widgets.toggle import Toggle
from tui.app.widgets.words import Words
from tui.classes import replace
from tui.errors import RedirectoryError
from tui.model.addresses import State
from tui.model.outcome import Outcome, Owner
from tui.model.registration import Registration
from tui.model.text.csv_cells import write_tsv_line
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.app.pages.check import CheckSheet
    from tui.app.presentation.import_table import CheckList
    from tui.app.worker.ticket import Ticket
    from tui.intake.recognition.scanner import ScanMemory


class RegisterPage(Page):
    """Register one device, or scan many."""

    page_id = "register"
    title = "Register"
    BINDINGS = bindings("register")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.today: list[TodayRow] = []
        self.counts: Counter[str] = Counter()
        self._stale = self._is_reading = False
        self.reveal = False
        self._number = 0
        self._sheet: CheckSheet | None = None

    @cached_property
    def _scans(self) -> ScanMemory:
        from tui.intake.recognition.scanner import ScanMemory

        return ScanMemory()

    def compose(self) -> ComposeResult:
        yield RegisterForm()
        yield Words(id="register-heading")
        yield Choices(id="register-today", empty=NOTHING_YET)
        yield Words(id="register-detail")

    @property
    def form(self) -> RegisterForm:
        """The fields."""
        return self.query_one(RegisterForm)

    def on_mount(self) -> None:
        wanted = self.desk.config.register.preset
        for preset in self.desk.presets:
            if preset.name == wanted:
                self.form.use_preset(preset)
        self.form.draw_phone()
        self.draw_today()
        self.session_changed()

    def session_changed(self) -> None:
        self.form.scan_line = ScanLine()
        if self._sheet is not None and self._sheet.check.answers:
            self._sheet = None  # its answers are those of the account before
        self.today, self.counts = [], Counter()
        self._read_again()
        if self.is_mounted:
            self.draw_today()
            self.form.draw_notes()

    @flow
    async def _read_again(self) -> None:
        """Ask what the journal says of today. A reading that is under way is followed by another one."""
        self._stale = True
        if self._is_reading or not self.desk.signed_in:
            return
        self._is_reading = True
        try:
            while self._stale:
                self._stale = False
                reading = partial(read_past, self.desk.session)
                self._take_past(await self.value(reading, "past", "Reading the journal"))
        except RedirectoryError as error:
            self.query_one("#register-today", Choices).empty = tell_unread(error)
            self.draw_today()
            raise
        finally:
            self._is_reading = False

    def _take_past(self, past: Past) -> None:
        beside = [row for row in self.today if row.number and not row.recorded]
        sending = {row.identifier.mac for row in beside if row.word == SENDING}
        known = [row for row in past.rows if row.word != SENDING or row.identifier.mac not in sending]
        here = self._row
        self.query_one("#register-today", Choices).empty = NOTHING_YET
        self.today, self.counts = [*beside, *known], past.counts
        cursor = next((at for at, row in enumerate(self.today) if here and row.is_same(here)), None)
        presets = self.desk.presets
        self.form.known["url"].learn((*(one.url for one in presets), *past.urls), past.limited)
        self.form.known["provider"].learn((*(one.provider for one in presets), *past.providers), past.limited)
        self.draw_today(cursor)

    def records_changed(self) -> None:
        self._read_again()

    def shown(self) -> None:
        self.form.draw_notes()

    def hints(self) -> Sequence[Hint]:
        return (
            "register.submit",
            "register.presets",
            "register.save-preset",
            "register.paste",
            "register.keep",
            ("esc", "leave field"),
        )

    def receive(self, carried: str, verb: str) -> None:
        self.form.entry_of("mac").value = carried
        self.form.entry_of("url" if carried else "mac").focus()

    def back(self) -> bool:
        if super().back():
            return True
        if self.form.entry_of("mac").value:
            self.form.entry_of("mac").value = ""
            self.form.entry_of("mac").focus()
            return True
        return False

    # registering

    @on(Input.Submitted, "#register-mac")
    def take_scan(self, event: Input.Submitted) -> None:
        """The MAC-ID field was ended: with what it held then, for the next scan may be in it already."""
        self._submit(event.value)

    @on(Input.Submitted, "#register-url")
    @on(Input.Submitted, "#register-provider")
    @on(Toggle.Entered)
    def action_submit(self) -> None:
        self._submit(self.form.entry_of("mac").value)

    def _submit(self, written: str) -> None:
        texts = self.form.scan_line.split(written)
        if len(texts) > 1 and not self.form.keep:
            self.check_list("\n".join(texts))
            return
        for each in texts:
            self._register_one(each, written)

    def _register_one(self, text: str, written: str) -> None:
        registration = self._read_fields(text)
        if registration is None:
            return
        self.form.scan_line.accept()
        keep = self.form.keep
        mac = registration.identifier.mac
        if keep:
            known = find_same(self.today, registration)
            if known is not None or self._scans.is_repeat(mac, time.monotonic()):
                when = f"{known.word} at {known.at}" if known is not None else "scanned a moment ago"
                self.form.field_of("mac").note(f"= {mac} {when}; not sent again", "doubt")
                self.form.empty_mac(written)
                return
        self._send(registration)
        if keep:
            self.form.empty_mac(written)

    def _read_fields(self, text: str) -> Registration | None:
        """The registration asked for; None after saying what is missing, with the focus there."""
        from tui.model.identifiers import recognise

        found = recognise(text)
        flaw = self.form.scan_line.find_flaw(text)
        if found.identifier is None or flaw:
            self.form.refuse_scan(found.state is State.EMPTY, flaw)
            self.draw_today()
            return None
        target = self.form.read_target()
        return Registration(found.identifier, target) if target is not None else None

    def _send(self, registration: Registration, *, retarget: bool = False) -> None:
        session = self.desk.session
        self._number += 1
        identifier, target = registration.identifier, registration.target

        def run() -> Any:
            if retarget:
                from tui.services.changes.retargeting import retarget as change

                return change(session, [identifier], url=target.url, provider=target.provider)
            from tui.services.changes.registering import register

            return register(session, [registration])

        self.today.insert(
            0, TodayRow(now(), identifier, target, "sending", "waiting for the server", number=self._number)
        )
        ticket = self.stream(run, "register", f"Registering {identifier.mac}", changes=True)
        self._await_answer(ticket, self._number)
        self.draw_today(cursor=0)

    @flow
    async def _await_answer(self, ticket: Ticket, number: int) -> None:
        """What becomes of the line with this number."""
        try:
            async for outcomes in ticket:
                for outcome in outcomes:
                    self._settle(number, outcome, waited=not ticket.abandoned)
        except RedirectoryError as error:
            for index, row in enumerate(self.today):
                if row.number == number:
                    self.today[index] = replace(row, word="not sent", message=error.title)
            self.draw_today()
            raise

    def _settle(self, number: int, outcome: Outcome, *, waited: bool) -> None:
        for index, row in enumerate(self.today):
            if row.number == number:
                settled = self.today[index] = row.settle(outcome)
                break
        else:
            return
        self.draw_today()
        keep = self.form.keep
        if (
            settled.word in ("stored", "unchanged")
            and not keep
            and self.form.recognition.identifier == row.identifier
        ):
            self.form.empty_mac()
            self.form.field_of("mac").note(f"✓ record {settled.word}", "good")
        elif settled.word == "in use" and not keep and waited:
            choices = self.query_one("#register-today", Choices)
            choices.fill(DrawnRows(self.today, self.reveal), cursor=index)
            choices.focus()
            self.draw_detail()

    def undone(self) -> None:
        self._read_again()

    # today's list

    @property
    def _row(self) -> TodayRow | None:
        cursor = self.query_one("#register-today", Choices).cursor
        return self.today[cursor] if cursor < len(self.today) else None

    def draw_today(self, cursor: int | None = None) -> None:
        """The list with its counts."""
        words = count_words(self.counts, self.today)
        if self.counts.total() > TODAY:
            words += f" · newest {TODAY} shown"
        words = " · ".join(filter(None, (words, self.form.scan_line.tell())))
        self.query_one("#register-heading", Words).write(
            Content.assemble(
                ("Registered or retargeted today", "bold"), (f"   {words}" if words else "", "dim")
            ),
        )
        self.query_one("#register-today", Choices).fill(DrawnRows(self.today, self.reveal), cursor=cursor)
        self.draw_detail()

    @on(Choices.Moved, "#register-today")
    def draw_detail(self) -> None:
        """For a device in use: the record beside what was asked, and what can be done."""
        row = self._row
        content = Content("")
        if row is not None and row.word == "in use" and row.target is not None:
            content = draw_conflict(row, row.target)
        self.query_one("#register-detail", Words).write(content)

    @on(Choices.Chosen, "#register-today")
    def action_open(self) -> None:
        row = self._row
        if row is None:
            return
        if row.word in ("not sent", "not made", "refused") and row.target is not None:
            self.form.fill(row.identifier.wire, row.target)
        else:
            self.shell.show_page("device_info", row.identifier.wire)

    @flow
    async def action_retarget(self) -> None:
        row = self._row
        if row is None or row.word != "in use" or row.target is None:
            self.shell.say(
                "Retarget works on a line that says in use; other devices are retargeted in Device Info."
            )
            return
        if row.owner is Owner.OTHER:
            self.shell.say(
                "Another account's record cannot be retargeted from here: its owner, or the vendor, has to "
                "deregister the device.",
                "warning",
            )
            return
        from tui.app.dialogs.questions.confirm import ConfirmDialog
        from tui.app.widgets.device_lines import show_target

        target, identifier = row.target, row.identifier
        before = (
            show_target(*row.before[1:3]) if row.before is not None else "a record this account cannot see"
        )
        agreed = await self.ask(
            ConfirmDialog(
                f"Retarget {identifier.mac}?",
                [
                    f"from  {before}",
                    f"to    {show_target(target.provider, target.url)}",
                ],
                verb="retarget",
                note="The record is removed and stored anew; if that fails, the old one is restored.",
            )
        )
        if agreed:
            self._send(Registration(identifier, target), retarget=True)

    def action_reveal(self) -> None:
        self.reveal = not self.reveal
        self.draw_today()

    def action_copy(self) -> None:
        row = self._row
        if row is not None:
            secret = row.password.reveal() if self.reveal and row.password is not None else ""
            cells = filter(None, (row.identifier.wire, row.word, secret))
            self.shell.copy(write_tsv_line(cells), "the result")

    def action_down(self) -> None:
        focused = self.app.focused
        if focused is self.form.entry_of("url"):
            self._pick("url", self.form.known["url"])
        elif focused is self.form.entry_of("provider"):
            self._pick("provider", self.form.known["provider"])
        else:
            self.query_one("#register-today", Choices).action_move(1)

    def action_up(self) -> None:
        self.query_one("#register-today", Choices).action_move(-1)

    def action_keep(self) -> None:
        self.query_one(Toggle).action_turn()

    # texts used before, and presets

    @flow
    async def _pick(self, name: str, known: Known) -> None:
        """Choose among the texts used before."""
        from tui.app.dialogs.pickers.pick import PickText

        what = "URLs" if name == "url" else "Providers"
        title = f"{what} used most lately; there are more" if known.limited else f"{what} used before"
        text = await self.ask(PickText(title, known.texts))
        if text is not None:
            self.form.entry_of(name).value = text

    @flow
    async def action_presets(self) -> None:
        from tui.app.dialogs.pickers.preset import PickPreset

        presets = self.desk.presets
        preset = await self.ask(PickPreset(presets, self.desk.preset_complaints))
        if preset is not None:
            self.form.use_preset(preset)

    @flow
    async def action_save_preset(self) -> None:
        from tui.app.dialogs.pickers.preset import PresetDialog
        from tui.model.registration import Preset

        typed = Preset("", *self.form.target_typed)
        preset = await self.ask(PresetDialog(typed, [known.name for known in self.desk.presets]))
        if preset is not None:
            self.desk.save_preset(preset)
            self.shell.say(f"Preset {preset.name} is kept.")
            self.form.draw_notes()

    # several at once

    @on(Entry.Pasted)
    def pasted(self, event: Entry.Pasted) -> None:
        event.stop()
        self.check_list(event.text)

    def action_paste(self) -> None:
        self.check_list("")

    def take_list(self, data: str | bytes, name: str, opener: str) -> None:
        self.check_list(data, opener)

    @flow
    async def check_list(self, text: str | bytes, opener: str = page_id) -> None:
        """Open *Check and register* with this list, a text or the bytes of a file; without one with the list
        that is not done yet, or with an empty box to paste into; closing it leads back to `opener`."""
        from tui.app.pages.check import CheckSheet

        url, provider = self.form.target_typed
        before = self._sheet.check if self._sheet is not None and not text else None
        kept = before if before is not None and not before.finished else None
        self._sheet = CheckSheet(self, url, provider, text=text, check=kept, opener=opener)
        await self.ask(self._sheet)
        self.draw_today()

    def start_batch(self, check: CheckList, registrations: Sequence[Registration]) -> None:
        """Register the rows of a list as a job."""
        from tui.app.widgets.device_lines import spell_count
        from tui.services.changes.registering import register

        session, control = self.desk.session, Control()
        check.begin(len(registrations), control)
        ticket = self.stream(
            lambda: register(session, registrations, control=control),
            "batch",
            f"Registering {spell_count(len(registrations))} devices",
            changes=True,
            job=True,
            control=control,
            total=len(registrations),
        )
        self._follow_batch(check, ticket)

    def resolve_batch(self, check: CheckList) -> None:
        """Ask the server how the changes of a list ended of which that is not known."""
        session, sets = self.desk.session, check.change_sets

        def run() -> Any:
            from tui.services.changes.resolving import resolve

            rows = session.journal.open_rows(session.account_key)
            return resolve(session, [row for row in rows if row.change_set in sets])

        check.asking = True
        self._follow_batch(check, self.stream(run, "resolve", "Asking the server", changes=True, job=True))

    @flow
    async def _follow_batch(self, check: CheckList, ticket: Ticket) -> None:
        """Show what becomes of a list, in its sheet if that is open."""
        with at_end(lambda: self._finish_batch(check)):
            async for outcomes in ticket:
                check.take(outcomes)
                if (sheet := self._sheet_of(check)) is not None:
                    sheet.note()
                else:
                    self._read_again()

    def _finish_batch(self, check: CheckList) -> None:
        if check.asking:
            check.asking = False
        else:
            check.end()
        sheet = self._sheet_of(check)
        if sheet is not None:
            sheet.note_end()
        else:
            ended = f"The job has ended: {check.tell()[1] or 'nothing was sent'}."
            self.shell.say(ended if check.finished else f"{ended} F7 shows its list.")
        self.draw_today()

    def _sheet_of(self, check: CheckList) -> CheckSheet | None:
        sheet = self._sheet
        return sheet if sheet is not None and sheet.is_open and sheet.check is check else None
