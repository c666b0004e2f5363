"""Text that is in no file: paste it, or type it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import TextArea

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.model.text.inert import make_inert


class PasteBox(TextArea):
    """Textual's TextArea in the terminal's colours; what a terminal could obey is made visible."""

    async def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = "\n".join(make_inert(line.expandtabs(4)) for line in event.text.splitlines())
        self.replace(text, *self.selection, maintain_selection_offset=False)


class PasteSheet(Sheet[str]):
    """Dismissed with the text."""

    BINDINGS = bindings("paste")

    def __init__(self, title: str, about: str, text: str = "") -> None:
        super().__init__(title)
        self._about = about
        self._text = text

    def compose_body(self) -> ComposeResult:
        yield paragraph(self._about, "quiet")
        yield paragraph("")
        yield PasteBox(
            self._text, id="paste", soft_wrap=False, show_line_numbers=False, highlight_cursor_line=False
        )

    def on_mount(self) -> None:
        super().on_mount()
        box = self.query_one(PasteBox)
        box.cursor_blink = False
        box.focus()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(PasteBox).styles.height = max(4, min(20, event.size.height - 12))

    def action_take(self) -> None:
        self.dismiss(self.query_one(PasteBox).text)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("^s", "read it"), ("F7", "read it"), ("dialog.close", "cancel"))
