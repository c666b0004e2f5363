"""`x`: devices, or what the vault knows of all, written to a new private file in the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tui.app.context.page import Page
from tui.app.widgets.device_lines import spell_count
from tui.model.device import MAC, DeviceRow

if TYPE_CHECKING:
    from tui.app.dialogs.questions.export import ExportDialog, ExportWanted
    from tui.services.session import Session


async def export_devices(page: Page, rows: Sequence[DeviceRow], what: str) -> None:
    """Ask for form and file, and write these devices. Raises RedirectoryError where that fails."""
    from tui.app.dialogs.questions.export import ExportDialog

    session = page.desk.session
    wanted = await page.ask(ExportDialog(what))
    if wanted is not None:
        size = await page.value(
            lambda: _write(session, rows, wanted), "export", "Writing the export", account=False
        )
        page.shell.say(f"Written: {wanted.path}, {spell_count(size)} bytes.")


def _write(session: Session, rows: Sequence[DeviceRow], wanted: ExportWanted) -> int:
    from tui.services.files.exporting import export_rows, export_secrets, recall_mac_ids
    from tui.settings.files.private import write_new

    if wanted.form in ("secrets", "htdigest"):
        form = "csv" if wanted.form == "secrets" else wanted.form
        pieces = export_secrets(session, form, wanted.realm or None)
    else:
        known = recall_mac_ids(session, [row[MAC] for row in rows])
        pieces = export_rows(rows, wanted.form, mac_ids=known, chunk=session.batching.chunk)
    return write_new(wanted.path, pieces)


async def write_file(
    page: Page, dialog: ExportDialog, make: Callable[[str], Iterable[str]], what: str
) -> ExportWanted | None:
    """Ask for form and file, and write what `make` gives for the form to a new private file; None if the
    dialog was cancelled. Raises Abandoned, RedirectoryError."""
    from tui.settings.files.private import write_new

    wanted = await page.ask(dialog)
    if wanted is not None:
        size = await page.value(
            lambda: write_new(wanted.path, make(wanted.form)),
            "write",
            f"Writing the {what}",
            account=False,
        )
        page.shell.say(f"Written: {wanted.path}, {spell_count(size)} bytes.")
    return wanted
