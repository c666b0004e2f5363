"""MAC passwords that were made by the server and never reached this machine."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.device_lines import spell_count
from tui.model.outcome import Outcome
from tui.model.text.inert import make_inert

LINES_SHOWN = 8


class LostPasswordsDialog(Sheet[None]):
    """Closed by Escape or `q`; no key of a MAC-ID and no Enter of a scanner closes it unread."""

    BINDINGS = bindings("lost-passwords")

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        count = len(outcomes)
        super().__init__(f"{spell_count(count)} MAC password{'' if count == 1 else 's'} lost")
        self.lines = [make_inert(outcome.mac_id or outcome.mac) for outcome in outcomes]

    def compose_body(self) -> ComposeResult:
        one = len(self.lines) == 1
        yield paragraph(
            Content.styled(
                f"✗ {'The record is' if one else 'The records are'} stored, but the answer with the MAC "
                f"password{'' if one else 's'} never came.",
                "bold $bad",
            )
        )
        for line in self.lines[:LINES_SHOWN]:
            yield paragraph(line)
        if len(self.lines) > LINES_SHOWN:
            yield paragraph(f"… and {spell_count(len(self.lines) - LINES_SHOWN)} more", "quiet")
        yield paragraph("")
        yield paragraph(
            "The server never tells a password again. Where one is needed: read it from the label of the "
            "phone, or deregister the device and register it anew, which makes another one.",
            "quiet",
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("dialog.close", "close"),)
