"""Choose one of several: type to narrow, Enter takes the row under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry, Field
from tui.classes import define


@define(frozen=True, slots=True)
class Choice:
    """`value` is what the dialog is dismissed with; `text` and `note` are inert."""

    value: str
    text: str
    note: str = ""


class PickDialog(Sheet[str]):
    """Dismissed with the value of the choice, or None."""

    ASKS = False

    BINDINGS = bindings("narrow")

    def __init__(
        self, title: str, choices: Sequence[Choice], *, prompt: str, current: str | None = None
    ) -> None:
        super().__init__(title)
        self._choices = list(choices)
        self._prompt = prompt
        self._current = current
        self._shown: list[Choice] = []

    def compose_body(self) -> ComposeResult:
        yield Field(self._prompt, Entry(id="pick-search"))
        yield Choices(id="pick-list", empty="Nothing here is called that.")

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "take"), ("↑↓", "move"), ("dialog.close", "leave it as it is"))

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).can_focus = False
        self.query_one(Entry).focus()
        self._narrow("")

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.max_height = max(3, event.size.height - 10)

    @on(Input.Changed, "#pick-search")
    def typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    @on(Input.Submitted, "#pick-search")
    def entered(self) -> None:
        if self._shown:
            self.dismiss(self._shown[self.query_one(Choices).cursor].value)

    @on(Choices.Chosen)
    def clicked(self, event: Choices.Chosen) -> None:
        self.dismiss(self._shown[event.index].value)

    def action_move(self, steps: int) -> None:
        self.query_one(Choices).action_move(steps)

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        self._shown = [
            choice for choice in self._choices if all(word in choice.text.casefold() for word in words)
        ]
        values = [choice.value for choice in self._shown]
        cursor = values.index(self._current) if not words and self._current in values else 0
        rows = [
            Content.assemble(choice.text, ("  " + choice.note if choice.note else "", "$quiet"))
            for choice in self._shown
        ]
        self.query_one(Choices).fill(rows, cursor=cursor)
