"""One change of the journal with everything that is known about it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content

from tui.app.dialogs.sheet import Sheet, paragraph


class ChangeCard(Sheet[str]):
    """Dismissed with what to do next: `device`, `undo`, or nothing."""

    BINDINGS = [
        Binding("enter", "answer('device')", "device", show=False),
        Binding("z", "answer('undo')", "undo", show=False),
        Binding("q", "abandon", "close", show=False),
    ]

    def __init__(self, lines: Sequence[Content]) -> None:
        super().__init__("Change")
        self.lines = lines

    def compose_body(self) -> ComposeResult:
        for line in self.lines:
            yield paragraph(line)

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "open in Device Info"), ("z", "undo the change set"), ("esc", "close"))
