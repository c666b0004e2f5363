"""A page whose first field is the path of a file: completed as it is typed, listed, picked, or pasted
instead.
"""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.widgets import Input

from tui.app.messages import Items
from tui.app.screens.row_page import RowPage
from tui.app.widgets.field import Field
from tui.app.widgets.path_entry import PathEntry, complete_path
from tui.app.work import Ticket
from tui.model.text import make_inert


class PathPage(RowPage):
    """The subclass brings the field and `read_typed`; its Items handler asks `took_paths`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._completing: tuple[Ticket, str] | None = None
        self._listing: Ticket | None = None

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
    def path_typed(self, event: Input.Changed) -> None:
        self.field.note("")
        self.draw_state()
        typed = event.value
        if typed:
            ticket = self.desk.work.ask(
                lambda: next(complete_path(typed), ""),
                owner=self,
                group="complete",
                title="Looking into the folder",
                account=False,
            )
            self._completing = (ticket, typed)

    def took_paths(self, event: Items) -> bool:
        """Whether these items are what a folder holds."""
        if self._completing is not None and event.ticket is self._completing[0]:
            self.entry.suggest(self._completing[1], event.values[0])
        elif event.ticket is self._listing:
            self._show_paths(event.values[0])
        else:
            return False
        return True

    def action_path(self) -> None:
        self.entry.focus()

    def action_pick(self) -> None:
        """Choose the file in a picker."""
        from tui.app.dialogs.file_picker import FilePicker

        start = Path(self.entry.value.strip() or ".").expanduser()
        start = start if start.is_dir() else start.parent
        self.app.push_screen(FilePicker(start if start.is_dir() else Path.home(), ""), self._picked)

    def _picked(self, path: Path | None) -> None:
        if path is not None:
            self.entry.put(str(path))
            self.read_typed()

    def action_down(self) -> None:
        if self.app.focused is self.entry:
            typed = self.entry.value
            self._listing = self.desk.work.ask(
                lambda: list(complete_path(typed)),
                owner=self,
                group="paths",
                title="Looking into the folder",
                account=False,
            )
        else:
            super().action_down()

    def _show_paths(self, paths: list[str]) -> None:
        from tui.app.dialogs.pick import PickText

        if not paths:
            self.field.note("✗ nothing here begins so", "doubt")
            return

        def put(path: str | None) -> None:
            if path is not None:
                self.entry.put(path)
                if not path.endswith("/"):
                    self.read_typed()
                else:
                    self.action_down()

        self.app.push_screen(PickText("Choose", paths), put)
