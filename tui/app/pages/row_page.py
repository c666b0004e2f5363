"""What the pages with a table of rows share: moving, revealing secrets, writing files."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.widgets import Static

from tui.app.context.page import Page
from tui.app.dialogs.questions.export import ExportDialog, ExportWanted
from tui.app.widgets.device_lines import spell_count
from tui.app.widgets.lines import RowTable


class RowPage(Page):
    """A page around one `RowTable`, with a `Static` of the class `detail` for what a row has no room for."""

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
        self.shell.say("Passwords are " + ("shown." if self.table.revealed else "hidden."))

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

    async def write_file(
        self, dialog: ExportDialog, make: Callable[[str], Iterable[str]], what: str
    ) -> ExportWanted | None:
        """Ask for form and file, and write what `make` gives for the form to a new private file; None if the
        dialog was cancelled. Raises Abandoned, RedirectoryError."""
        from tui.settings.files.private import write_new

        wanted = await self.ask(dialog)
        if wanted is not None:
            size = await self.value(
                lambda: write_new(wanted.path, make(wanted.form)),
                "write",
                f"Writing the {what}",
                account=False,
            )
            self.shell.say(f"Written: {wanted.path}, {spell_count(size)} bytes.")
        return wanted
