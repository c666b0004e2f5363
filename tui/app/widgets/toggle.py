"""One line that is on or off."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.app.actions import bindings


class Toggle(Widget, can_focus=True):
    """`[x] label`; space turns it. Enter is the form's, as in its fields."""

    BINDINGS = bindings("toggle")
    on: reactive[bool] = reactive(False)

    class Turned(Message):
        """It is on, or off, now."""

        def __init__(self, toggle: Toggle, on: bool) -> None:
            super().__init__()
            self.toggle = toggle
            self.on = on

        @property
        def control(self) -> Toggle:
            return self.toggle

    class Entered(Message):
        """Enter was pressed on it."""

    def __init__(self, label: str, on: bool = False, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.label = label
        self.set_reactive(Toggle.on, on)

    def action_turn(self) -> None:
        self.on = not self.on
        self.post_message(self.Turned(self, self.on))

    def action_enter(self) -> None:
        self.post_message(self.Entered())

    def on_click(self, event: events.Click) -> None:
        self.action_turn()

    def render(self) -> Content:
        box = "[x]" if self.on else "[ ]"
        return Content.assemble((box, "bold underline" if self.has_focus else "bold"), f" {self.label}")
