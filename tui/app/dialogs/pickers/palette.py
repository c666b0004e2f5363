"""Find any action by its name. One list for all, from the registry; ours, because the stock palette
animates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from tui.app.actions import Action, bindings, key_sign, keys_of
from tui.app.dialogs.sheet import Sheet
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry, Field
from tui.errors import IdentifierError
from tui.model.identifiers import parse_identifier

LOOK_UP = "look up:"


class Palette(Sheet[str]):
    """Dismissed with the id of the action, or with `look up:` and the identifier that was typed."""

    BINDINGS = bindings("narrow")

    def __init__(self, actions: Sequence[Action], remapped: Mapping[str, str]) -> None:
        super().__init__("Do what")
        self._actions = actions
        self._remapped = remapped
        self._ids: list[str] = []

    def compose_body(self) -> ComposeResult:
        yield Field("Search", Entry(id="palette-search"))
        yield Choices(id="palette-list", empty="Nothing has that name. A MAC-ID typed here is looked up.")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).can_focus = False
        self.query_one(Entry).focus()
        self.search("")

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.height = max(3, min(12, event.size.height - 10))

    @on(Input.Changed, "#palette-search")
    def search_changed(self, event: Input.Changed) -> None:
        self.search(event.value)

    @on(Input.Submitted, "#palette-search")
    def choose(self) -> None:
        if self._ids:
            self.dismiss(self._ids[self.query_one(Choices).cursor])

    @on(Choices.Chosen)
    def clicked(self, event: Choices.Chosen) -> None:
        self.dismiss(self._ids[event.index])

    def action_move(self, steps: int) -> None:
        self.query_one(Choices).action_move(steps)

    def search(self, text: str) -> None:
        """Every word must occur in the label, the help or the id; labels that start with the text come
        first.
        """
        words = text.casefold().split()
        ranked = []
        for order, action in enumerate(self._actions):
            hay = f"{action.label} {action.help} {action.id}".casefold()
            if all(word in hay for word in words):
                ranked.append(
                    (not action.label.casefold().startswith(text.casefold().strip()), order, action)
                )
        rows = []
        self._ids = []
        try:
            identifier = parse_identifier(text)
        except IdentifierError:
            pass
        else:
            rows.append(
                Content.assemble((f"{key_sign('enter'):<6}", "$accent-text"), f"Look up {identifier}")
            )
            self._ids.append(LOOK_UP + identifier.wire)
        for _, _, action in sorted(ranked, key=lambda entry: entry[:2]):
            sign = key_sign(keys_of(action, self._remapped))
            rows.append(Content.assemble((f"{sign or '·':<6}", "$accent-text"), action.help))
            self._ids.append(action.id)
        self.query_one(Choices).fill(rows, cursor=0)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "do it"), ("↑ ↓", "move"), ("dialog.close", "close"))
