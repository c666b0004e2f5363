"""The base of every dialog: a sheet at the foot of the screen, so that what it is about stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from rich.console import RenderableType
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.actions import Action, bindings, by_id, key_sign, keys_of
from tui.app.textual_private import get_time
from tui.app.widgets.bars import FootLine, Rule

T = TypeVar("T")
_WRITING = frozenset({"tab", "shift+tab", "backspace", "left", "right", "home", "end"})


class Sheet(ModalScreen[T], Generic[T]):
    """Title in a rule, body, one line of keys. Escape closes it with nothing."""

    BINDINGS = bindings("dialog")
    ASKS = True
    """Whether only keys that arrived after the sheet was drawn may answer it; False for lists to choose from,
    which change nothing."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = title
        self._drawn_at: float | None = None
        self._refused = False

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
        """The key line: pairs of an action's id, or a key as it is written, and a label."""
        return (("dialog.close", "close"),)

    @property
    def actions(self) -> list[Action]:
        """What can be done here, from the registry."""
        known = by_id()
        return [
            known[binding.id]
            for kind in type(self).__mro__
            for binding in vars(kind).get("BINDINGS", ())
            if getattr(binding, "id", None) in known
        ]

    @property
    def is_open(self) -> bool:
        """Whether the sheet stands on the screen. Answers and ticks of its clock may come when it has closed
        and its widgets are gone; `is_mounted` stays true then."""
        return self in self.app.screen_stack

    def on_mount(self) -> None:
        self.show_keys()

    def render(self) -> RenderableType:
        # Before the first byte of it is written: no answer to what is seen can be older.
        if self._drawn_at is None:
            self._drawn_at = get_time()
        return super().render()

    def refuses(self, event: events.Key | events.Paste) -> bool:
        """Whether this key or paste arrived before the sheet was drawn, so that it cannot be meant for it.
        Text for its fields, typed ahead, is taken up to the first key that is refused."""
        if not self.ASKS or (self._drawn_at is not None and event.time >= self._drawn_at):
            return False
        focused = self.focused
        writes = focused is not None and focused.check_consume_key("a", "a")
        meant = isinstance(event, events.Paste) or event.is_printable or event.key in _WRITING
        self._refused = self._refused or not (writes and meant)
        return self._refused

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.show_keys)

    def show_keys(self) -> None:
        """Draw the key line again."""
        known, remapped = by_id(), getattr(self.app, "remapped", {})
        shown = [
            (key_sign(keys_of(known[key], remapped)) if key in known else key, label)
            for key, label in self.keys()
        ]
        self.query_one(FootLine).show(shown, ())

    def action_abandon(self) -> None:
        self.dismiss(None)


def paragraph(text: str | Content, classes: str = "") -> Static:
    """A paragraph of inert text; never markup."""
    return Static(text if isinstance(text, Content) else Content(text), classes=f"line {classes}".strip())
