"""A picker for one file. Imported only when asked for: most people type the path."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual_fspicker import FileOpen
from textual_fspicker.parts import DirectoryNavigation

from tui.app.widgets.bars import FootLine

_KEYS = (
    ("⏎", "choose, or go into the folder"),
    ("BS", "folder above"),
    (".", "hidden files"),
    ("esc", "cancel"),
)


class FilePicker(FileOpen):
    """Dismissed with the path of the file that Enter was pressed on."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield FootLine(id="picker-keys")

    @on(DirectoryNavigation.Selected)
    def take(self, event: DirectoryNavigation.Selected) -> None:
        event.stop()
        path: Path = event.path
        self.dismiss(path)

    def on_resize(self) -> None:
        self.call_after_refresh(self.query_one(FootLine).show, _KEYS, ())
