"""The question before an upload; its answers and templates written to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.app.dialogs.questions.confirm import LINES_SHOWN, ConfirmDialog
from tui.app.dialogs.questions.export import ExportDialog
from tui.app.flows.devices.removal import tell_return
from tui.app.flows.export import write_file
from tui.app.presentation.upload import PASTED, find_removed, removes
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.page import Page
    from tui.app.dialogs.questions.export import ExportWanted
    from tui.services.changes.uploading import UploadAnswer, UploadCall


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


def confirmation(calls: Sequence[UploadCall], missing: int) -> ConfirmDialog:
    """The question before calls that remove records, or that change many. The MAC-IDs of `missing` devices
    are not known."""
    removed = [mac for call in calls if removes(call) for mac in call.macs]
    stored = [mac for call in calls if call.changes and not removes(call) for mac in call.macs]
    touched = len(removed) + len(stored)
    lines = [f"deregister  {make_inert(mac)}" for mac in removed[: LINES_SHOWN + 1]]
    lines += [f"register    {make_inert(mac)}" for mac in stored[: LINES_SHOWN + 1 - len(lines)]]
    if touched > LINES_SHOWN:
        lines[LINES_SHOWN - 1 :] = [f"… and {spell_count(touched - LINES_SHOWN + 1)} more"]
    both = [f"deregister {count_devices(len(removed))}"] if removed else []
    both += [f"register {count_devices(len(stored))}"] if stored else []
    title = " and ".join(both)
    verb = "send" if removed and stored else "deregister" if removed else "register"
    kept = "A phone keeps what it has loaded but is no longer redirected.\n"
    note = kept + tell_return(len(find_removed(calls)), missing) if removed else ""
    return ConfirmDialog(
        title[:1].upper() + title[1:], lines, verb=verb, count=touched, note=note, mac_ids=bool(missing)
    )


async def save_result(page: Page, name: str, answers: Sequence[UploadAnswer]) -> None:
    """Write the answers to the calls of `name` as they came to a file of their own."""
    from tui.services.changes.uploading import result_xml

    stem = "upload" if name == PASTED else Path(name).stem
    forms = (
        ("xml", f"{stem}-result.xml", "the answers as XML-RPC, as the portal's Result button gives them"),
    )
    dialog = ExportDialog("the result", verb="Save", forms=forms, note=RESULT_NOTE)
    await write_file(page, dialog, lambda _: [result_xml(answers).decode()], "result")


async def write_template(page: Page) -> ExportWanted | None:
    """Write a call to start from; None if the dialog was cancelled."""
    from tui.services.changes.uploading import TEMPLATES, template

    forms = [(name, f"{name}.xml", TEMPLATE_WORDS.get(name, "")) for name in TEMPLATES]
    dialog = ExportDialog("a template", verb="Write", forms=forms, note=TEMPLATE_NOTE)
    return await write_file(page, dialog, lambda form: [template(form)], "template")
