"""One line to type in: prompt, text, and a note that says what was understood."""

from __future__ import annotations

from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class Entry(Input):
    """Textual's Input without border, colour change or blinking. A paste of several lines is handed on whole."""

    BINDINGS = [Binding("ctrl+u", "clear_all", "clear the field", show=False)]

    class Pasted(Message):
        """Several lines were pasted; the field is as it was before."""

        def __init__(self, entry: Entry, text: str) -> None:
            super().__init__()
            self.entry = entry
            self.text = text

    def __init__(self, value: str = "", *, several: bool = False, **options: Any) -> None:
        super().__init__(value, **options)
        self.cursor_blink = False
        self.several = several

    def action_clear_all(self) -> None:
        self.value = ""

    def _on_paste(self, event: events.Paste) -> None:
        if self.several and len(event.text.strip().splitlines()) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(self, event.text))
            return
        super()._on_paste(event)


class Field(Horizontal):
    """Prompt, entry, note. Only the prompt shows where the focus is."""

    def __init__(self, prompt: str, entry: Entry, note: str = "", *, width: int = 10, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._prompt = Static(Content(prompt), classes="prompt")
        self._prompt.styles.width = width
        self.entry = entry
        self._note = Static(Content(note), classes="note quiet")

    def compose(self) -> ComposeResult:
        yield self._prompt
        yield self.entry
        yield self._note

    def note(self, text: str | Content, kind: str = "quiet") -> None:
        """Say something beside the text; `kind` is quiet, good, doubt or bad. The text carries its own sign."""
        self._note.update(text if isinstance(text, Content) else Content(text))
        self._note.set_classes(f"note {kind}")

    @property
    def note_text(self) -> str:
        """What stands beside the text."""
        return str(self._note.visual)

    @on(events.DescendantFocus)
    def mark_prompt(self) -> None:
        self._prompt.add_class("-here")

    @on(events.DescendantBlur)
    def unmark_prompt(self) -> None:
        self._prompt.remove_class("-here")
