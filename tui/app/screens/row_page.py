"""What the pages with a table of rows share: moving, revealing secrets, writing files."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.widgets import Static

from tui.app.dialogs.export import ExportWanted
from tui.app.messages import Items
from tui.app.undo import UndoVerb
from tui.app.widgets.device_lines import spell_count
from tui.app.widgets.lines import RowTable
from tui.app.work import Ticket


class RowPage(UndoVerb):
    """A page around one `RowTable`, with a `Static` of the class `detail` for what a row has no room for."""

    _writing: Ticket | None = None

    @property
    def table(self) -> RowTable:
        """The table."""
        return self.query_one(RowTable)

    def draw_detail(self) -> None:
        """What the row under the cursor has no room for."""
        row = self.table.cursor_row
        text = row.tell(self.table.revealed) if row is not None else ""
        static = self.query_one(".detail", Static)
        if str(static.content) != text:
            static.update(Content(text))

    def action_reveal(self) -> None:
        self.table.reveal(not self.table.revealed)
        self.frame.say("Passwords are " + ("shown." if self.table.revealed else "hidden."))

    def action_down(self) -> None:
        self.table.move(1)

    def action_up(self) -> None:
        self.table.move(-1)

    def action_page_down(self) -> None:
        self.table.page(1)

    def action_page_up(self) -> None:
        self.table.page(-1)

    def action_first(self) -> None:
        self.table.go_first()

    def action_last(self) -> None:
        self.table.go_last()

    def write_file(self, wanted: ExportWanted | None, make: Callable[[], Iterable[str]], what: str) -> None:
        """Write what was wanted to a new private file, in the worker; None was a cancelled dialog."""
        from tui.settings.private import write_new

        if wanted is not None:
            self._writing = self.desk.work.ask(
                lambda: (wanted, write_new(wanted.path, make())),
                owner=self,
                group="write",
                title=f"Writing the {what}",
                account=False,
            )

    def took_file(self, event: Items) -> ExportWanted | None:
        """The file that these items say was written, after telling the person."""
        if event.ticket is not self._writing:
            return None
        wanted: ExportWanted
        wanted, size = event.values[0]
        self.frame.say(f"Written: {wanted.path}, {spell_count(size)} bytes.")
        return wanted
