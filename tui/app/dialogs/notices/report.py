"""A report to read: lines of inert text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert


class Report(Sheet[None]):
    """Closed by any of the usual keys; scrolls where it does not fit."""

    BINDINGS = bindings("notice")

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self.text = mask_credentials("\n".join(make_inert(line) for line in text.splitlines()))

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="report"):
            yield paragraph(self.text)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "close"), ("↑ ↓", "scroll"))
