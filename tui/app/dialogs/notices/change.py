"""One change of the journal with everything that is known about it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph


class ChangeCard(Sheet[str]):
    """Dismissed with what to do next: `device`, `undo`, or nothing."""

    BINDINGS = bindings("change")

    def __init__(self, lines: Sequence[Content]) -> None:
        super().__init__("Change")
        self.lines = lines

    def compose_body(self) -> ComposeResult:
        for line in self.lines:
            yield paragraph(line)

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (
            ("change.device", "open in Device Info"),
            ("change.undo", "undo the change set"),
            ("dialog.close", "close"),
        )
