"""What is done on the Upload page apart from reading and sending: paths looked for, answers and templates
written, lists handed on.
"""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.widgets import Input

from tui.app.dialogs.export import ExportDialog
from tui.app.messages import Items
from tui.app.screens.row_page import RowPage
from tui.app.uploading import Answered, Source
from tui.app.widgets.field import Field
from tui.app.widgets.path_entry import PathEntry, complete_path
from tui.app.work import Ticket

PASTED = "the pasted text"
RESULT_NOTE = "The file is readable by you alone. It holds the MAC passwords that the server returned."
TEMPLATE_NOTE = "A call with sample values. Put yours in with any editor, then upload it here."
TEMPLATE_WORDS = {
    "register": "register one device",
    "register-list": "register several devices with one target",
    "deregister": "deregister one device",
    "deregister-list": "deregister several devices",
    "list": "list all devices of the account",
    "list-provider": "list the devices of one provider",
    "check": "ask for one device",
}


class UploadVerbs(RowPage):
    """Verbs of the Upload page. `phase` is empty, bad, list, preview, sending or answered."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.source: Source | None = None
        self.answers: list[Answered] = []
        self.phase = "empty"
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

    # paths

    @on(PathEntry.Changed, "#upload-path")
    def path_typed(self, event: Input.Changed) -> None:
        self.field.note("")
        typed = event.value
        if typed:
            ticket = self.desk.work.ask(
                lambda: next(complete_path(typed), ""),
                owner=self,
                group="complete",
                title="Looking into the folder",
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

    def action_down(self) -> None:
        if self.app.focused is self.entry:
            typed = self.entry.value
            self._listing = self.desk.work.ask(
                lambda: list(complete_path(typed)), owner=self, group="paths", title="Looking into the folder"
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

    def action_copy(self) -> None:
        lines = [
            f"{line.number}\t{line.reveal() if self.table.revealed else line.text}\t{line.mac or ''}"
            for answered in self.answers for line in answered.answer.responses
        ]  # fmt: skip
        if lines:
            self.frame.copy("\n".join(lines), "the answers")
        else:
            self.frame.say("Nothing to copy: no answer yet.")

    async def action_check(self) -> None:
        """Hand a list of devices to the Register page, which checks every row."""
        if self.phase != "list" or self.source is None:
            return self.frame.say("Nothing to check: this is for lists of devices, such as CSV.")
        if not self.source.text:
            return self.frame.say("A spreadsheet is not taken here. Save it as CSV first.", "warning")
        from tui.app.screens.register import RegisterPage

        text = self.source.text
        await self.frame.action_show_page("register")
        page = self.frame.page
        if isinstance(page, RegisterPage):
            page.check_list(text)
        return None

    # files

    def action_save(self) -> None:
        """Write the answers as they came to a file of their own."""
        from tui.services.uploading import result_xml

        if not self.answers or self.source is None:
            self.frame.say("Nothing to save: no answer yet.")
            return
        answers = [answered.answer for answered in self.answers]
        stem = "upload" if self.source.name == PASTED else Path(self.source.name).stem
        forms = (
            ("xml", f"{stem}-result.xml", "the answers as XML-RPC, as the portal's Result button gives them"),
        )
        self.app.push_screen(
            ExportDialog("the result", verb="Save", forms=forms, note=RESULT_NOTE),
            lambda wanted: self.write_file(wanted, lambda: [result_xml(answers).decode()], "result"),
        )

    def action_template(self) -> None:
        """Write a call to start from."""
        from tui.services.uploading import TEMPLATES, template

        forms = [(name, f"{name}.xml", TEMPLATE_WORDS.get(name, "")) for name in TEMPLATES]
        self.app.push_screen(
            ExportDialog("a template", verb="Write", forms=forms, note=TEMPLATE_NOTE),
            lambda wanted: self.write_file(
                wanted, lambda: [template(wanted.form if wanted else "")], "template"
            ),
        )
