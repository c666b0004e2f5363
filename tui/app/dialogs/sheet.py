"""The base of every dialog: a sheet at the foot of the screen, so that what it is about stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.widgets.frame import FootLine, Rule

T = TypeVar("T")


class Sheet(ModalScreen[T], Generic[T]):
    """Title in a rule, body, one line of keys. Escape closes it with nothing."""

    BINDINGS = [Binding("escape", "abandon", "cancel", show=False)]

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = title

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Rule(self.heading)
            with Vertical(classes="body"):
                yield from self.compose_body()
            yield Rule()
            yield FootLine()

    def compose_body(self) -> ComposeResult:
        """The widgets between the two rules."""
        yield from ()

    def keys(self) -> Sequence[tuple[str, str]]:
        """The key line: pairs of key and label."""
        return (("esc", "close"),)

    def on_mount(self) -> None:
        self.show_keys()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.show_keys)

    def show_keys(self) -> None:
        """Draw the key line again."""
        self.query_one(FootLine).show(self.keys(), ())

    def action_abandon(self) -> None:
        self.dismiss(None)


def paragraph(text: str | Content, classes: str = "") -> Static:
    """A paragraph of inert text; never markup."""
    return Static(text if isinstance(text, Content) else Content(text), classes=f"line {classes}".strip())
