"""A page whose first field is the path of a file: completed as it is typed, listed, picked, or pasted
instead.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import on
from textual.widgets import Input

from tui.app.context.flow import flow
from tui.app.pages.row_page import RowPage
from tui.app.widgets.field import Field
from tui.app.widgets.path_entry import PathEntry, complete_path
from tui.model.text.inert import make_inert


class PathPage(RowPage):
    """The subclass brings the field and `read_typed`."""

    @property
    def entry(self) -> PathEntry:
        """The path."""
        return self.query_one(PathEntry)

    @property
    def field(self) -> Field:
        """The path with its prompt and note."""
        return self.query_one(Field)

    def read_typed(self) -> None:
        """Read the file that the field names."""

    def draw_state(self) -> None:
        """The line that names the source of what is shown, where the field says another."""

    def name_source(self, name: str) -> str:
        """The name of what is shown, inert, and a separator; empty where the field says the same."""
        return "" if name == Path(self.entry.value.strip()).name else f"{make_inert(name)} · "

    @on(PathEntry.Changed)
    @flow
    async def path_typed(self, event: Input.Changed) -> None:
        self.field.note("")
        self.draw_state()
        if typed := event.value:
            found = await self.value(
                lambda: next(complete_path(typed), ""), "complete", "Looking into the folder", account=False
            )
            self.entry.suggest(typed, found)

    def action_path(self) -> None:
        self.entry.focus()

    @flow
    async def action_pick(self) -> None:
        """Choose the file in a picker."""
        from tui.app.dialogs.pickers.file_picker import FilePicker

        start = Path(self.entry.value.strip() or ".").expanduser()
        start = start if start.is_dir() else start.parent
        path = await self.ask(FilePicker(start if start.is_dir() else Path.home(), ""))
        if path is not None:
            self.entry.put(str(path))
            self.read_typed()

    def action_down(self) -> None:
        if self.app.focused is self.entry:
            self._choose_path()
        else:
            super().action_down()

    @flow
    async def _choose_path(self) -> None:
        """Choose from what the folder holds, folder by folder."""
        from tui.app.dialogs.pickers.pick import PickText

        chosen = self.entry.value
        while True:
            listing = partial(_list_paths, chosen)
            paths = await self.value(listing, "paths", "Looking into the folder", account=False)
            if not paths:
                self.field.note("✗ nothing here begins so", "doubt")
                return
            answer = await self.ask(PickText("Choose", paths))
            if answer is None:
                return
            chosen = answer
            self.entry.put(chosen)
            if not chosen.endswith("/"):
                self.read_typed()
                return


def _list_paths(typed: str) -> list[str]:
    return list(complete_path(typed))
