"""A field for the path of a file, completed as it is typed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from textual import events
from textual.suggester import SuggestionReady

from tui.app.actions import bindings
from tui.app.textual_private import find_suggestion
from tui.app.widgets.field import Entry

LISTED = 400


class PathEntry(Entry):
    """Tab takes the completion, or goes on if there is none. XML pasted into it is handed on as `Pasted`.

    The page looks into the folder, because a folder may be slow, and says what it found with `suggest`.
    """

    BINDINGS = bindings("path")

    def action_complete(self) -> None:
        if self.cursor_at_end and len(find_suggestion(self)) > len(self.value):
            self.action_cursor_right()
        else:
            self.screen.focus_next()

    def on_paste(self, event: events.Paste) -> None:
        if event.text.lstrip("\ufeff \t\r\n").startswith("<"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(self, event.text))

    def suggest(self, typed: str, found: str) -> None:
        """Offer a completion of what was typed, if that still stands there."""
        self.post_message(SuggestionReady(typed, found))

    def put(self, path: str) -> None:
        """Write a path, with the cursor behind it."""
        self.value = path
        self.cursor_position = len(path)


def complete_path(typed: str) -> Iterator[str]:
    """What exists and begins as typed, spelt as it was typed; folders end with a slash. At most 400."""
    folder, slash, start = typed.rpartition("/")
    try:
        with os.scandir(Path(folder + slash or ".").expanduser()) as entries:
            found = sorted(
                (entry.name, entry.is_dir())
                for entry in entries
                if entry.name.startswith(start) and (start or not entry.name.startswith("."))
            )
    except (OSError, ValueError, RuntimeError):
        return
    for name, is_folder in found[:LISTED]:
        yield f"{folder}{slash}{name}{'/' if is_folder else ''}"
