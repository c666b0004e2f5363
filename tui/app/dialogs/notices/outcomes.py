"""What became of each device in a change: numbered, with the server's word and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.presentation.outcomes import count_outcomes, draw_outcome
from tui.app.presentation.wording import say_outcome
from tui.app.widgets.choices import Choices
from tui.model.outcome import Outcome
from tui.model.text.inert import make_inert

_ROWS = 5000


class OutcomesDialog(Sheet[None]):
    """The outcomes that need reading first; Escape closes it."""

    def __init__(self, title: str, outcomes: Sequence[Outcome], note: str = "") -> None:
        super().__init__(title)
        self.outcomes = sorted(outcomes, key=lambda outcome: outcome.result.is_done)
        self.note = note

    def compose_body(self) -> ComposeResult:
        yield paragraph(count_outcomes(self.outcomes))
        yield paragraph("")
        yield Choices(id="outcomes")
        yield paragraph("")
        yield Static("", id="outcome-message", markup=False)
        if self.note:
            yield paragraph("")
            yield paragraph(self.note, "quiet")

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("↑↓", "move"), ("dialog.close", "close"))

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Choices)
        choices.fill([draw_outcome(number, each) for number, each in enumerate(self.outcomes[:_ROWS], 1)])
        choices.focus()
        self._explain(0)

    @on(Choices.Moved)
    def moved(self, event: Choices.Moved) -> None:
        self._explain(event.index)

    def _explain(self, index: int) -> None:
        if index < len(self.outcomes):
            outcome = self.outcomes[index]
            self.query_one("#outcome-message", Static).update(Content(make_inert(say_outcome(outcome))))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.max_height = max(3, event.size.height - 15)
