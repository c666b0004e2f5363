"""One line to type in: prompt, text, and a note that says what was understood."""

from __future__ import annotations

from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.model.text.inert import make_inert


class Entry(Input):
    """Textual's Input without border, colour change or blinking. A paste of several lines is handed on
    whole.
    """

    BINDINGS = bindings("field")

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

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        # Not splitlines: it would also split at the separators that scanners send within a code.
        lines = event.text.strip("\r\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if self.several and len([line for line in lines if line.strip()]) > 1:
            self.post_message(self.Pasted(self, event.text))
            return
        # What a terminal could obey is replaced before it is drawn; the password is drawn as dots only.
        text = lines[0] if lines else ""
        self.replace(text if self.password else make_inert(self.clean(text)), *self.selection)

    def clean(self, text: str) -> str:
        """What of a pasted line goes into the field."""
        return text


class Field(Horizontal):
    """Prompt, entry, note. Only the prompt shows where the focus is."""

    def __init__(self, prompt: str, entry: Entry, note: str = "", *, width: int = 10) -> None:
        super().__init__()
        self._prompt = Static(Content(prompt), classes="prompt")
        self._prompt.styles.width = width
        self.entry = entry
        self._note = Static(Content(note), classes="note quiet")
        self._noted = (note, "quiet")

    def compose(self) -> ComposeResult:
        yield self._prompt
        yield self.entry
        yield self._note

    def note(self, text: str | Content, kind: str = "quiet") -> None:
        """Say something beside the text; `kind` is quiet, good, doubt or bad. The text carries its own
        sign.
        """
        content = text if isinstance(text, Content) else Content(text)
        if (content.plain, kind) != self._noted:
            self._noted = (content.plain, kind)
            self._note.update(content)
            self._note.set_classes(f"note {kind}")

    @on(events.DescendantFocus)
    def mark_prompt(self) -> None:
        self._prompt.add_class("-here")

    @on(events.DescendantBlur)
    def unmark_prompt(self) -> None:
        self._prompt.remove_class("-here")
