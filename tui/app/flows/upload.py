"""The question before an upload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.app.dialogs.questions.confirm import LINES_SHOWN, ConfirmDialog
from tui.app.flows.removal import tell_return
from tui.app.presentation.upload import find_removed, removes
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.services.changes.uploading import UploadCall


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
