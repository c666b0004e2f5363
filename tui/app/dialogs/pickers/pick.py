"""Choose one of several texts."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content

from tui.app.dialogs.sheet import Sheet
from tui.app.widgets.choices import Choices
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert


class PickText(Sheet[str]):
    """Dismissed with the text chosen, as it is; shown inert and with credentials masked."""

    ASKS = False

    def __init__(self, title: str, texts: Sequence[str], empty: str = "None yet.") -> None:
        super().__init__(title)
        self.texts = texts
        self.empty = empty

    def compose_body(self) -> ComposeResult:
        yield Choices(id="texts", empty=self.empty)

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Choices)
        choices.fill([Content(mask_credentials(make_inert(text))) for text in self.texts])
        choices.focus()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.max_height = max(4, event.size.height - 10)

    @on(Choices.Chosen)
    def picked(self, event: Choices.Chosen) -> None:
        self.dismiss(self.texts[event.index])

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "choose"), ("j k", "move"), ("dialog.close", "close"))
