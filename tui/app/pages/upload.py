"""4 Upload: a file shown call by call before it is sent, and the portal's numbered answer after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.context.page import Hint, Page
from tui.app.dialogs.questions.confirm import COUNT_TYPED_ABOVE
from tui.app.flows.path_field import PathField
from tui.app.flows.upload import confirmation, save_result, write_template
from tui.app.presentation.outcomes import count_outcomes
from tui.app.presentation.upload import (
    Answered,
    CallRow,
    PartRow,
    Source,
    count_calls,
    explain_list,
    explain_page,
    explain_trouble,
    find_removed,
    preview_rows,
    read_path,
    recognise_text,
    removes,
    send_calls,
    sum_up,
)
from tui.app.widgets.bars import Line, spread
from tui.app.widgets.lines import Row, RowTable
from tui.app.widgets.path_entry import PathEntry
from tui.app.worker.ticket import Abandoned, Ticket
from tui.errors import InputError, RedirectoryError
from tui.model.outcome import Outcome
from tui.model.text.csv_cells import write_tsv_line
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.services.session import Session

_ABOUT_BOX = "Paste one or several XML-RPC calls. Nothing is sent before you have seen what they do."


class UploadPage(Page):
    """Nothing is sent before the calls were on the screen; what was sent stays there with its answer.

    `phase` is empty, reading, bad, list, preview, sending or answered.
    """

    page_id = "upload"
    title = "Upload"
    BINDINGS = bindings("upload")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.field = PathField("File", id="upload-path", width=6, box=("Paste calls", _ABOUT_BOX))
        self._detail = Static("", classes="detail")
        self.table = RowTable(id="upload-table", detail=self._detail)
        self.source: Source | None = None
        self.answers: list[Answered] = []
        self.phase = "empty"
        self._trouble: RedirectoryError | None = None
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.field
        yield Line(id="upload-state")
        yield Static("", id="upload-message")
        yield self.table
        yield self._detail

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw_state)

    def hints(self) -> Sequence[Hint]:
        if self.phase in ("preview", "list"):
            first: tuple[Hint, ...] = (
                (("⏎", "check and register"),) if self.phase == "list" else ("upload.send",)
            )
            return (*first, "upload.path", "upload.pick", "upload.paste", "upload.reveal", "upload.template")
        if self.phase == "reading":
            return (("esc", "stop reading"),)
        if self.phase in ("sending", "answered"):
            return (
                *(("upload.cancel",) if self.phase == "sending" else ()),
                "upload.save",
                "upload.reveal",
                "upload.undo",
                "upload.path",
                "upload.copy",
                "upload.pick",
            )
        return (("⏎", "read"), ("Tab", "complete"), "upload.pick", "upload.paste", ("esc n", "template"))

    def session_changed(self) -> None:
        if self.phase == "reading":
            self.source, self.answers = None, []
        elif self.answers or self.phase == "sending":
            self.answers = []
            self._show_source()

    def back(self) -> bool:
        if super().back():
            self.table.focus()
            return True
        if self.source is not None and self.phase != "sending":
            self.field.entry.focus()
            return True
        return False

    @on(PathEntry.Changed)
    def path_typed(self) -> None:
        self.draw_state()

    def action_path(self) -> None:
        self.field.entry.focus()

    def action_pick(self) -> None:
        self.field.pick()

    def action_down(self) -> None:
        if self.app.focused is self.field.entry:
            self.field.choose()
        else:
            super().action_down()

    # reading

    @on(PathField.Named)
    def file_named(self, event: PathField.Named) -> None:
        event.stop()
        self._read(lambda: read_path(event.path))

    def action_paste(self) -> None:
        self.field.paste()

    @on(PathField.Pasted)
    def pasted(self, event: PathField.Pasted) -> None:
        event.stop()
        self.take_text(event.text)

    def take_text(self, text: str) -> None:
        """Read XML that was pasted, here or anywhere outside a field."""
        self.field.pasted = text
        self._read(lambda: recognise_text(text))

    def take_list(self, data: str | bytes, name: str, opener: str) -> None:
        self.take_text(data if isinstance(data, str) else data.decode("utf-8", "replace"))

    @flow
    async def _read(self, read: Callable[[], Source]) -> None:
        self._trouble = None
        if self.phase != "sending":
            # What was answered comes back if there is nothing new to show: it may hold the only passwords.
            self.source = self.source if self.answers else None
            self.phase = "reading"
            self.draw()
        self.field.note("reading …")
        try:
            source = await self.value(read, "read", "Reading the file", account=False)
        except RedirectoryError as error:
            # Enter must never send the file before this one.
            self._end_reading("bad")
            self._complain(error)
        else:
            self._take_source(source)

    def back_while(self, waited: Ticket) -> bool:
        if waited.owner is self and waited.group == "read":
            self._end_reading("empty")
            self.draw()
        return False

    def _end_reading(self, otherwise: str) -> None:
        """Nothing new can be shown: what was answered before is, else the phase is `otherwise`."""
        self.field.note("")
        if self.phase == "reading":
            self.phase = "answered" if self.answers else otherwise

    def _show_source(self) -> None:
        source = self.source
        if source is None:
            self.phase = "empty"
        elif source.kind:
            self.phase = "list"
        else:
            self.phase = "preview"
        self.draw()

    # sending

    @on(RowTable.Opened)
    @flow
    async def action_send(self) -> None:
        """Send what the table shows, after a confirmation if it removes records or touches many."""
        if self.phase == "list":
            await self.action_check()
        elif self.phase == "answered":
            unsent = len(self.source.calls) - len(self.answers) if self.source is not None else 0
            said = f"{count_calls(unsent)} not sent." if unsent else "These calls were sent already."
            self.shell.say(f"{said} Enter in File reads the file again.")
        elif self.phase == "preview" and self.source is not None:
            calls = self.source.calls
            blocked = [call for call in calls if not call.sendable]
            touched = sum(len(call.macs) for call in calls if call.changes)
            if not self.desk.signed_in:
                self.shell.say("The account is not open yet; try again in a moment.", "warning")
            elif blocked:
                number = ", ".join(str(call.number) for call in blocked)
                hint = "Nothing was sent. Correct the file, then Enter in File reads it again."
                self._complain(InputError(f"Call {number} cannot be sent.", blocked[0].complaints[0], hint))
            elif touched > COUNT_TYPED_ABOVE or any(removes(call) for call in calls):
                await self._confirm(self.source, self.desk.session)
            else:
                await self._send(self.source, self.desk.session)

    async def _confirm(self, source: Source, session: Session) -> None:
        """Ask the vault which of the devices may not come back once they are removed, then the person."""
        from tui.app.dialogs.questions.confirm import MAC_IDS
        from tui.app.flows.devices.removal import ask_mac_ids
        from tui.services.changes.retargeting import missing_mac_ids

        removed = find_removed(source.calls)
        while True:
            missing = (
                await self.value(lambda: missing_mac_ids(session, removed), "vault", "Looking into the vault")
                if removed
                else []
            )
            if source is not self.source or self.phase != "preview":
                return
            answer = await self.ask(confirmation(source.calls, len(missing)))
            if answer is True:
                await self._send(source, session)
            if answer != MAC_IDS:
                return
            await ask_mac_ids(self.shell, session, missing)

    async def _send(self, source: Source, session: Session) -> None:
        """Send the calls. The page may show another file, or another account, before the answer comes."""
        if source is not self.source or self.phase != "preview":
            return
        calls = source.calls
        answers: list[Answered] = []
        self.answers, self._trouble, self.phase = answers, None, "sending"
        control = Control()
        ticket = self.stream(
            lambda: send_calls(session, calls, control),
            "upload",
            f"Uploading {count_calls(len(calls))}",
            changes=any(call.changes for call in calls),
            job=len(calls) > 1,
            control=control,
            total=len(calls),
            session=session,
        )
        self._clock = self._clock or self.set_interval(0.5, self._tick)
        self.draw(top=True)
        self.table.focus()
        try:
            async for batch in ticket:
                answers.extend(batch)
                if self.answers is answers:
                    self.draw()
        except Abandoned:
            if self.answers is answers:
                self.phase = "preview"
                self.draw()
            raise
        except RedirectoryError as error:
            if self.answers is answers:
                self.phase = "answered" if answers else "preview"
                self._complain(error)
            if self.answers is not answers or not self.display:
                raise
        else:
            if self.answers is answers:
                self.phase = "answered"
                self.draw()
            if self.answers is not answers or not self.display:
                self.shell.say(f"{source.name}: answered. {_sum_up_answers(source, answers).plain}")

    @property
    def _sending(self) -> Ticket | None:
        return self.running("upload")

    def action_cancel(self) -> None:
        """Send no further call; the answer of the one in flight is waited for."""
        if (ticket := self._sending) is None:
            self.shell.say("Nothing runs.")
        else:
            ticket.cancel()
            self.draw_state()

    def _tick(self) -> None:
        if self._sending is None and self._clock is not None:
            self._clock.stop()
            self._clock = None
        self.draw_state()

    # what the worker brings

    def _take_source(self, source: Source) -> None:
        self._trouble = None
        self.field.note("")
        self.source, self.answers = source, []
        self._show_source()
        self.table.go_first()
        self.table.focus()

    def _complain(self, error: RedirectoryError) -> None:
        self._trouble = error
        self.draw()

    # drawing

    def draw(self, *, top: bool = False) -> None:
        """Everything below the field."""
        rows, heading = self._rows()
        message = self.query_one("#upload-message", Static)
        said = self._message()
        message.update(said)
        message.display = bool(said.plain)
        self.table.display = bool(rows)
        self.table.show(rows, heading=heading, cursor=0 if top else None)
        self.draw_state()
        if self.display:
            self.shell.refresh_hints()

    def _rows(self) -> tuple[list[Row], str]:
        source = self.source
        if source is None or source.kind or self.phase == "reading":
            return [], ""
        if self.phase == "preview":
            return preview_rows(source.calls), "What the file holds"
        rows = [row for answered in self.answers for row in answered.rows]
        word = "waiting for the answer …" if self.phase == "sending" else "not sent"
        for call in source.calls[len(self.answers) :]:
            rows += [CallRow(call), PartRow("·", word, "dim")]
        return rows, "No.  Response"

    def draw_state(self) -> None:
        """What is shown, and what can be done with it."""
        source = self.source
        left: Content = Content("")
        right: Content = Content("")
        if source is not None and self.phase != "reading":
            left = Content(f"{self.field.name_source(source.name)}{source.kind or sum_up(source.calls)}")
            if self.phase == "preview":
                right = Content.styled("nothing is sent yet", "dim")
            elif self.phase == "sending":
                right = Content.styled(self._tell_sending(), "$doubt")
            elif self.phase == "answered":
                right = _sum_up_answers(source, self.answers)
        line = self.query_one("#upload-state", Line)
        line.write(spread(left, right, line.size.width or 78))

    def _tell_sending(self) -> str:
        ticket = self._sending
        done = f"{len(self.answers)} of {count_calls(ticket.total)}" if ticket and ticket.total > 1 else ""
        if ticket is not None and ticket.cancel_asked:
            said = "cancelling: no further call is sent"
        elif ticket is not None and getattr(ticket.control, "paused", False):
            said = "paused · c cancels"
        elif ticket is not None and ticket.abandoned:
            said = "no longer waiting; the answer will show here"
        else:
            said = "c cancels the rest · F9 pauses" if done else "waiting · esc stops waiting"
        return " · ".join(filter(None, (done, said)))

    def _message(self) -> Content:
        if self._trouble is not None:
            return explain_trouble(self._trouble)
        if self.phase == "list" and self.source is not None:
            return explain_list(self.source)
        return explain_page() if self.phase == "empty" else Content("")

    # what is taken elsewhere

    def action_copy(self) -> None:
        lines = [
            write_tsv_line(
                (str(line.number), line.reveal() if self.table.revealed else line.text, line.mac)
            )
            for answered in self.answers for line in answered.answer.responses
        ]  # fmt: skip
        if lines:
            self.shell.copy("\n".join(lines), "the answers")
        else:
            self.shell.say("Nothing to copy: no answer yet.")

    async def action_check(self) -> None:
        """Hand a list of devices to the Register page, which checks every row."""
        if self.phase != "list" or self.source is None:
            return self.shell.say("Nothing to check: this is for lists of devices, such as CSV.")
        await self.shell.hand_list("register", self.source.data)
        return None

    async def action_plan(self) -> None:
        """Compare the list with the account instead of registering all of it."""
        if self.phase != "list" or self.source is None:
            self.shell.show_page("plan")
        else:
            await self.shell.hand_list("plan", self.source.data, self.source.name)

    @flow
    async def action_save(self) -> None:
        """Write the answers as they came to a file of their own."""
        if not self.answers or self.source is None:
            self.shell.say("Nothing to save: no answer yet.")
        else:
            await save_result(self, self.source.name, [answered.answer for answered in self.answers])

    @flow
    async def action_template(self) -> None:
        """Write a call to start from."""
        written = await write_template(self)
        if written is not None and not self.field.path:
            self.field.path_entry.put(str(written.path))


def _sum_up_answers(source: Source, answers: Sequence[Answered]) -> Content:
    unsent = len(source.calls) - len(answers)
    counts = count_outcomes(_outcomes(answers))
    if not unsent:
        return counts
    return Content.assemble(
        counts, "  " if counts.plain else "", (f"○ {count_calls(unsent)} not sent", "$doubt")
    )


def _outcomes(answers: Sequence[Answered]) -> list[Outcome]:
    return [outcome for answered in answers for outcome in answered.answer.outcomes]
