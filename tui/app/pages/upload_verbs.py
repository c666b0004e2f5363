"""What is done on the Upload page apart from reading and sending: paths looked for, answers and templates
written, lists handed on.
"""

from __future__ import annotations

from pathlib import Path

from tui.app.context.flow import flow
from tui.app.dialogs.questions.export import ExportDialog
from tui.app.pages.path_page import PathPage
from tui.app.presentation.upload import PASTED, Answered, Source
from tui.model.text.csv_cells import write_tsv_line

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


class UploadVerbs(PathPage):
    """Verbs of the Upload page. `phase` is empty, reading, bad, list, preview, sending or answered."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.source: Source | None = None
        self.answers: list[Answered] = []
        self.phase = "empty"

    def action_copy(self) -> None:
        lines = [
            write_tsv_line(
                (str(line.number), line.reveal() if self.table.revealed else line.text, line.mac)
            )
            for answered in self.answers for line in answered.answer.responses
        ]  # fmt: skip
        if lines:
            self.shell.copy("\n".join(lines), "the answers")
        else:
            self.shell.say("Nothing to copy: no answer yet.")

    async def action_check(self) -> None:
        """Hand a list of devices to the Register page, which checks every row."""
        if self.phase != "list" or self.source is None:
            return self.shell.say("Nothing to check: this is for lists of devices, such as CSV.")
        await self.shell.hand_list("register", self.source.data)
        return None

    async def action_plan(self) -> None:
        """Compare the list with the account instead of registering all of it."""
        if self.phase != "list" or self.source is None:
            self.shell.show_page("plan")
        else:
            await self.shell.hand_list("plan", self.source.data, self.source.name)

    # files

    @flow
    async def action_save(self) -> None:
        """Write the answers as they came to a file of their own."""
        from tui.services.changes.uploading import result_xml

        if not self.answers or self.source is None:
            self.shell.say("Nothing to save: no answer yet.")
            return
        answers = [answered.answer for answered in self.answers]
        stem = "upload" if self.source.name == PASTED else Path(self.source.name).stem
        forms = (
            ("xml", f"{stem}-result.xml", "the answers as XML-RPC, as the portal's Result button gives them"),
        )
        dialog = ExportDialog("the result", verb="Save", forms=forms, note=RESULT_NOTE)
        await self.write_file(dialog, lambda _: [result_xml(answers).decode()], "result")

    @flow
    async def action_template(self) -> None:
        """Write a call to start from."""
        from tui.services.changes.uploading import TEMPLATES, template

        forms = [(name, f"{name}.xml", TEMPLATE_WORDS.get(name, "")) for name in TEMPLATES]
        dialog = ExportDialog("a template", verb="Write", forms=forms, note=TEMPLATE_NOTE)
        written = await self.write_file(dialog, lambda form: [template(form)], "template")
        if written is not None and not self.entry.value.strip():
            self.entry.put(str(written.path))
