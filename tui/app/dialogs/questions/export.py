"""Where an export goes and in which form."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry, Field
from tui.classes import define

# form, file name, what it is
Form = tuple[str, str, str]
DEVICE_FORMS: tuple[Form, ...] = (
    ("csv", "devices.csv", "CSV for a spreadsheet"),
    ("json", "devices.jsonl", "JSON, one object a line"),
    ("xml", "devices.xml", "the vendor's XML result of a list"),
    ("calls", "register-list.xml", "XML-RPC calls that register them again, for Upload"),
)
SECRET_FORMS: tuple[Form, ...] = (
    ("secrets", "mac-passwords.csv", "MAC-IDs and MAC passwords of the whole vault, CSV"),
    ("htdigest", "gigaset.htdigest", "digest credentials of the whole vault, for a web server"),
)
FORMS = (*DEVICE_FORMS, *SECRET_FORMS)
DEVICE_NOTE = "The file is readable by you alone and holds URLs with their credentials."
SECRET_NOTES = {
    "secrets": "! The file holds every MAC password that this machine knows, in clear. It is readable by you "
    "alone: keep it like a password.",
    "htdigest": "! The file holds a digest of every MAC password that this machine knows: enough to log in "
    "as these phones in that realm. It is readable by you alone.",
}


@define(frozen=True, slots=True)
class ExportWanted:
    """The form, the file, and the realm (for htdigest only)."""

    form: str
    path: Path
    realm: str = ""


class ExportDialog(Sheet[ExportWanted]):
    """Dismissed with what is wanted; the file does not exist yet."""

    BINDINGS = bindings("export")

    def __init__(
        self,
        what: str,
        folder: Path | None = None,
        *,
        verb: str = "Export",
        forms: Sequence[Form] = FORMS,
        note: str = DEVICE_NOTE,
    ) -> None:
        super().__init__(f"{verb} {what}")
        self._folder = folder or Path.cwd()
        self._forms = forms
        self._note = note
        self._proposed = ""
        self._realm = Field("Realm", Entry(id="export-realm"), "the realm of your web server")

    def compose_body(self) -> ComposeResult:
        yield Choices(id="export-form")
        yield paragraph("")
        yield Field("File", Entry(id="export-file", select_on_focus=False))
        yield self._realm
        yield paragraph("")
        yield Static("", id="export-note", classes="line")

    def keys(self) -> Sequence[tuple[str, str]]:
        moves = (("↑↓", "form"),) if len(self._forms) > 1 else ()
        fields = (("Tab", "next field"),) if any(form == "htdigest" for form, _, _ in self._forms) else ()
        return (("⏎", "write"), *moves, *fields, ("dialog.close", "cancel"))

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Choices)
        choices.can_focus = False
        width = max(len(form) for form, _, _ in self._forms) + 2
        choices.fill([Content.assemble(f"{form:<{width}}", (what, "dim")) for form, _, what in self._forms])
        self.query_one("#export-file", Entry).focus()
        self._form_chosen()

    def action_move(self, steps: int) -> None:
        self.query_one(Choices).action_move(steps)
        self._form_chosen()

    @on(Choices.Chosen)
    def _form_chosen(self) -> None:
        form, name, _ = self._forms[self.query_one(Choices).cursor]
        entry = self.query_one("#export-file", Entry)
        if entry.value == self._proposed:
            entry.value = self._proposed = str(_free(self._folder / name))
            entry.cursor_position = len(entry.value)
        self._realm.display = form == "htdigest"
        note = self.query_one("#export-note", Static)
        note.update(Content(SECRET_NOTES.get(form, self._note)))
        note.set_classes(f"line {'doubt' if form in SECRET_NOTES else 'quiet'}")

    @on(Input.Submitted)
    def write(self) -> None:
        form = self._forms[self.query_one(Choices).cursor][0]
        typed, realm = (self.query_one(f"#export-{part}", Entry).value.strip() for part in ("file", "realm"))
        field = self.query(Field).first()
        path, flaw = _examine(typed)
        if path is None:
            field.note(f"✗ {flaw}", "bad")
        elif form == "htdigest" and not realm:
            self.query_one("#export-realm", Entry).focus()
        else:
            self.dismiss(ExportWanted(form, path, realm))


def _examine(typed: str) -> tuple[Path | None, str]:
    """The path of a file that can be made, or what is wrong with what was typed."""
    if not typed:
        return None, "a file name is missing"
    try:
        path = Path(typed).expanduser()
        if os.path.lexists(path):
            return None, "exists; nothing is overwritten"
        return (path, "") if path.parent.is_dir() else (None, "there is no such folder")
    except (OSError, ValueError, RuntimeError):
        return None, "this is no name of a file"


def _free(path: Path) -> Path:
    """The path, or the first with a number that is not taken."""
    number, free = 2, path
    while os.path.lexists(free):
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free
