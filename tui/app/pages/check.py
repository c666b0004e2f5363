"""Check and register: a list as a table of rows to mend, a dry run, the job, and what became of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.dialogs.questions.paste import PasteBox
from tui.app.dialogs.sheet import Sheet
from tui.app.presentation.import_table import HEADING, CheckList, read_list, tell_calls
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.lines import RowTable
from tui.errors import RedirectoryError
from tui.intake.rows import Draft
from tui.model.registration import Registration
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.shell import Shell

PARTS = ("mac", "url", "provider")
INVITATION = (
    "Paste MACs, MAC-IDs, a spreadsheet's rows, CSV, or ap-client.py lines. What is typed here is read "
    "with ^s. URL and Provider of Register fill what is missing."
)
DRAWN_EVERY = 0.2
ALL = -1  # what is edited is every row without a target
BOX_LIMIT = 200_000


class CheckHost(Protocol):
    """The page whose jobs these are."""

    def start_batch(self, check: CheckList, registrations: Sequence[Registration]) -> None: ...
    def resolve_batch(self, check: CheckList) -> None: ...


class ListBox(PasteBox):
    """Several lines that are pasted into the empty box are read as they came, not as they can be shown."""

    class Came(Message):
        """A list was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    async def on_paste(self, event: events.Paste) -> None:
        if not self.text.strip() and len(event.text.splitlines()) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.Came(event.text))


class CheckSheet(Sheet[None]):
    """Rows can be mended or dropped before anything is sent. Closing it keeps the list, lets a running job go
    on, and goes back to the page `opener`.
    """

    BINDINGS = bindings("check")

    def __init__(
        self,
        host: CheckHost,
        url: str,
        provider: str,
        *,
        text: str | bytes = "",
        check: CheckList | None = None,
        opener: str = "register",
    ) -> None:
        super().__init__("Check and register")
        self._opener = opener
        self._host = host
        self._url = url
        self._provider = provider
        self._text = text
        self.check = check or CheckList()
        self._editing: int | None = None
        self._timer: Timer | None = None
        self._stale = False

    def compose_body(self) -> ComposeResult:
        yield Static("", id="check-summary")
        yield Static("", id="check-words")
        # Hidden, never removed: a screen may paint what is being removed, which has no styles then.
        box = ListBox(id="check-box", soft_wrap=False, show_line_numbers=False, highlight_cursor_line=False)
        box.cursor_blink = box.display = False
        yield box
        detail = Static("", id="check-detail")
        yield RowTable(id="check-rows", detail=detail)
        with Vertical(id="check-edit", classes="gone"):
            yield Field("MAC-ID", Entry(id="check-mac"))
            yield Field("URL", Entry(id="check-url"))
            yield Field("Provider", Entry(id="check-provider"))
        yield detail

    def on_mount(self) -> None:
        super().on_mount()
        if self._text.strip():
            self.read(self._text)
        elif self.check.drafts:
            self._show_list()
        else:
            self.call_next(self._show_box, "", INVITATION)

    # parts

    @property
    def shell(self) -> Shell:
        return cast("Shell", self.app)

    @property
    def table(self) -> RowTable:
        """The rows."""
        return self.query_one(RowTable)

    @property
    def box(self) -> ListBox | None:
        """The box to paste into, while it is shown."""
        box = self.query_one(ListBox)
        return box if box.display else None

    def keys(self) -> Sequence[tuple[str, str]]:
        if self._editing is not None:
            what = "fill every row without one" if self._editing == ALL else "take"
            return (("⏎", what), ("Tab", "next field"), ("dialog.close", "leave it as it was"))
        if self.check.control is not None:
            pause = "resume" if self.check.control.paused else "pause"
            return (
                ("check.pause", pause),
                ("check.cancel-or-ask", "cancel the rest"),
                ("check.next-bad", "next bad"),
                ("dialog.close", "close; it goes on"),
            )
        if self.is_mounted and self.box is not None:
            return (("check.take", "read"), ("dialog.close", "close"))
        more = (("check.cancel-or-ask", "ask server"),) if self.check.unknown else ()
        if self.check.lacks_target:
            more = (*more, ("check.fill", "URL for all"))
        return (
            ("check.register", "register"),
            *more,
            ("check.edit", "edit"),
            ("check.drop", "drop"),
            ("check.next-bad", "next bad"),
            ("dialog.close", "close"),
            ("check.another", "another list"),
            ("check.open", "open"),
        )

    # reading

    @flow
    async def read(self, text: str | bytes) -> None:
        """Read a list in the worker; what is no list says why and stays for mending."""
        self._text = text
        url, provider = self._url, self._provider
        self._say("reading …", "")
        try:
            self.check = await self.shell.desk.work.value(
                lambda: read_list(text, url, provider),
                owner=self,
                group="read",
                title="Reading the list",
                account=False,
            )
        except RedirectoryError as error:
            shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
            self._show_box(shown, f"✗ {make_inert(error.describe())}")
        else:
            self._text = ""
            self._show_list()

    @on(ListBox.Came)
    def list_came(self, event: ListBox.Came) -> None:
        event.stop()
        self.read(event.text)

    def _show_box(self, text: str, words: str) -> None:
        self._say(words, "")
        self.table.display = False
        box = self.query_one(ListBox)
        if not box.display:
            shown = text if len(text) <= BOX_LIMIT else ""
            box.text = "\n".join(make_inert(line.expandtabs(4)) for line in shown.splitlines())
            box.display = True
        self._fit()
        box.focus()
        self.show_keys()

    def _show_list(self) -> None:
        self.query_one(ListBox).display = False
        self.table.display = True
        self.table.focus()
        self._fit()
        first = self.check.find_next(-1) if self.check.control is None else None
        self.table.show(self.check.rows, heading=HEADING, cursor=first or 0)
        self.draw()
        self.show_keys()

    # drawing

    def draw(self) -> None:
        """Counts, the rows in view, and what is to be said of the one under the cursor."""
        if self.is_open and self.box is None:
            self._say(*self.check.tell())
            self.table.refresh()
            self.table.draw_detail()

    def note(self) -> None:
        """Answers came: draw now, or soon after the last time."""
        if self._timer is not None:
            self._stale = True
            return
        self.draw()
        self._timer = self.set_timer(DRAWN_EVERY, self._draw_late)

    def _draw_late(self) -> None:
        self._timer = None
        if self._stale:
            self._stale = False
            self.note()

    def note_end(self) -> None:
        """The job has begun, has ended, or the server was asked."""
        if self._timer is not None:
            self._timer.stop()
            self._timer, self._stale = None, False
        if self.is_open:
            self.draw()
            self.show_keys()

    def _say(self, summary: str, words: str) -> None:
        self._update("#check-summary", summary)
        self._update("#check-words", words)

    def _update(self, selector: str, text: str) -> None:
        static = self.query_one(selector, Static)
        if str(static.content) != text:
            static.update(Content(text))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._fit()

    def _fit(self) -> None:
        height = max(3, self.app.size.height - (15 if self._editing is not None else 12))
        self.table.styles.height = height
        if self.box is not None:
            self.box.styles.height = height

    # moving

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

    def action_next_bad(self) -> None:
        """The next row that a person has to look at."""
        place = self.check.find_next(self.table.cursor)
        if place is not None:
            self.table.move(place - self.table.cursor)

    def action_reveal(self) -> None:
        self.table.reveal(not self.table.revealed)

    def action_open(self) -> None:
        """Open the device under the cursor in Device Info; the list stays for F7."""
        draft = self._draft
        if draft is not None and draft.identifier is not None:
            self.dismiss(None)
            self.shell.show_page("device_info", draft.identifier.wire)

    # mending

    @property
    def _draft(self) -> Draft | None:
        drafts, place = self.check.drafts, self.table.cursor
        return drafts[place] if self.box is None and place < len(drafts) else None

    @on(RowTable.Opened)
    def action_edit(self) -> None:
        draft = self._draft
        if draft is None or self.check.control is not None or self._editing is not None:
            return
        wrong = next((found.field for found in draft.complaints if found.level == "error"), "mac")
        self._start_editing(
            self.table.cursor,
            (draft.mac_text, draft.url, draft.provider),
            wrong if wrong in PARTS else "mac",
        )

    def action_fill(self) -> None:
        """One URL and one provider for every row that has none."""
        if self.box is None and self._editing is None and self.check.control is None:
            if self.check.lacks_target:
                self._start_editing(ALL, ("", self._url, self._provider), "provider" if self._url else "url")
            else:
                self.shell.say("Every row has a URL and a provider.")

    def _start_editing(self, place: int, texts: tuple[str, str, str], first: str) -> None:
        self._editing = place
        for name, text in zip(PARTS, texts, strict=True):
            self.query_one(f"#check-{name}", Entry).value = text
        entry = self.query_one("#check-mac", Entry)
        if entry.parent is not None:
            cast(Field, entry.parent).display = place != ALL
        self.query_one("#check-edit").remove_class("gone")
        self._fit()
        self.query_one(f"#check-{first}", Entry).focus()
        self.show_keys()

    @on(Input.Submitted)
    def take_edit(self) -> None:
        if self._editing is None:
            return
        mac, url, provider = (self.query_one(f"#check-{name}", Entry).value for name in PARTS)
        if self._editing == ALL:
            count = self.check.fill(url.strip(), provider.strip())
            self.shell.say(f"Filled in {spell_count(count)} row{'' if count == 1 else 's'}.")
        else:
            self.check.edit(self._editing, mac, url, provider)
        self._stop_editing()

    def _stop_editing(self) -> None:
        self._editing = None
        self.query_one("#check-edit").add_class("gone")
        self._fit()
        self.table.focus()
        self.table.show(self.check.rows)
        self.draw()
        self.show_keys()

    def action_take(self) -> None:
        """Take the edit, read the box, or register: whatever is open."""
        if self._editing is not None:
            self.take_edit()
        elif self.box is not None:
            self.read(self.box.text)
        else:
            self.action_register()

    def action_abandon(self) -> None:
        if self._editing is not None:
            self._stop_editing()
        else:
            self.dismiss(None)
            self.shell.show_page(self._opener)

    def action_drop(self) -> None:
        if self.check.control is None and self._draft is not None:
            self.check.drop(self.table.cursor)
            self.table.show(self.check.rows)
            self.draw()

    def action_another(self) -> None:
        """Put this list away for another one."""
        if self.check.control is not None:
            self.shell.say("This list is being registered: wait for it, or cancel the rest with c.")
        elif self.box is None and self._editing is None:
            self.check = CheckList()
            self.table.show(self.check.rows, cursor=0)
            self._show_box("", INVITATION)

    # sending

    @flow
    async def action_register(self) -> None:
        """The dry run, then the question, then the job."""
        if self.box is not None or self._editing is not None or self.check.control is not None:
            return
        registrations = self.check.registrations
        if not registrations:
            self._say("Nothing is ready: mend a row with e, or drop it with x.", "")
            return
        from tui.app.dialogs.questions.confirm import ConfirmDialog
        from tui.services.changes.registering import preview

        session = self.shell.desk.session
        planned = await self.shell.desk.work.value(
            lambda: preview(session, registrations=registrations),
            owner=self,
            group="plan",
            title="Planning the calls",
        )
        waiting = sum(not draft.ready for draft in self.check.drafts)
        calls = f"{spell_count(len(planned))} call{'' if len(planned) == 1 else 's'}"
        devices = f"{count_devices(len(registrations))}"
        agreed = await self.app.push_screen_wait(
            ConfirmDialog(
                f"Dry run: {calls} for {devices}",
                tell_calls(planned),
                verb="register",
                note=f"{waiting} row{'' if waiting == 1 else 's'} to mend: not sent."
                if waiting
                else "Devices that have a record at another target are not touched; the answer names them.",
            )
        )
        if agreed and self.check.control is None:
            self._host.start_batch(self.check, registrations)
            self.note_end()

    def action_pause(self) -> None:
        control = self.check.control
        if control is not None and not control.cancelled:
            (control.resume if control.paused else control.pause)()
            self.note_end()

    def action_cancel_or_ask(self) -> None:
        """Cancel the running job; after it, ask the server about the rows whose end is not known."""
        if self.check.control is not None:
            self.check.control.cancel()
            self.note_end()
        elif self.check.unknown and not self.check.asking:
            self._host.resolve_batch(self.check)
            self._say("asking the server …", "")
