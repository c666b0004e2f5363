"""Keys of one screen, and help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from tui.app.actions import ACTIONS, Action, bindings, in_scope, key_sign, keys_of
from tui.app.dialogs.sheet import Sheet
from tui.app.widgets.choices import Choices


class KeysDialog(Sheet[str]):
    """Every action that works on this screen with its key; Enter runs the one under the cursor (dismissed
    with its id).
    """

    BINDINGS = bindings("keys")

    def __init__(
        self,
        title: str,
        groups: Sequence[tuple[str, Sequence[Action]]],
        remapped: Mapping[str, str],
        preface: Sequence[str] = (),
        *,
        with_ids: bool = False,
    ) -> None:
        super().__init__(title)
        self._with_ids = with_ids
        self._lines: list[Content] = []
        self._ids: list[str] = []
        headings: list[int] = []

        def heading(text: Content) -> None:
            headings.append(len(self._lines))
            self._lines.append(text)
            self._ids.append("")

        for sentence in preface:
            heading(Content(sentence))
        for name, actions in groups:
            if self._lines:
                heading(Content(""))
            heading(Content.styled(name, "bold"))
            for action in actions:
                keys = " ".join(key_sign(key) for key in keys_of(action, remapped).split(",") if key)
                what = (f"{action.id:<30}", "bold") if with_ids else ""
                self._lines.append(
                    Content.assemble((f"{keys or '·':<10}", "$accent-text"), what, action.help)
                )
                self._ids.append(action.id)
        self._headings = headings

    def compose_body(self) -> ComposeResult:
        yield Choices(id="keys")

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Choices)
        choices.fill(self._lines, headings=self._headings)
        choices.focus()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.max_height = max(4, event.size.height - 8)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(None if self._with_ids else self._ids[event.index] or None)

    def keys(self) -> Sequence[tuple[str, str]]:
        first = () if self._with_ids else (("⏎", "do it"),)
        return (*first, ("j k", "move"), ("dialog.close", "close"))


def show_all(remapped: Mapping[str, str]) -> KeysDialog:
    """Every action of the program with its id, for remapping."""
    scopes = dict.fromkeys(action.scope for action in ACTIONS)
    return KeysDialog("All actions", [(scope, in_scope(scope)) for scope in scopes], remapped, with_ids=True)
