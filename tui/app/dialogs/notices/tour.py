"""The tour: what each screen does, in one page."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph

STOPS = (
    ("1 Register", "One from the label, one scan after the other, or a list"),
    ("2 Device Info", "Where a phone points, and whether it has called in"),
    ("3 List/Deregister", "All devices: search, mark, deregister, retarget, export"),
    ("4 Upload", "XML-RPC files, shown call by call before they are sent"),
    ("5 History", "Every change made here; z takes the last one back"),
    ("6 Settings", "Accounts, presets, keys, and where every file lives"),
)


class Tour(Sheet[None]):
    """Read it, close it; any of the usual keys."""

    ASKS = False

    BINDINGS = bindings("notice")

    def __init__(self) -> None:
        super().__init__("The tour")

    def compose_body(self) -> ComposeResult:
        for name, about in STOPS:
            yield paragraph(Content.assemble((f"{name:<20}", "bold"), about))
        yield paragraph("")
        yield paragraph(
            "A stored record is not a moved phone: the phone must ask again, in practice after a factory "
            "reset. What the server answered, and what is not known, is always said.",
            "quiet",
        )
        yield paragraph(
            "? shows the keys of a screen, ^p finds any action by name, ^k looks up a device.", "quiet"
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("dialog.close", "close"),)
