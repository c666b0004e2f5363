"""What an earlier run left open in this account: how far it came, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.device_lines import count_devices, spell_count

if TYPE_CHECKING:
    from tui.services.changes.interruptions import Interruption

LINES_SHOWN = 6
GO_ON = "go on"


class InterruptedDialog(Sheet[str]):
    """Dismissed with `settle`, GO_ON, or nothing for later. No key of it can be part of a MAC-ID."""

    BINDINGS = bindings("interrupted")

    def __init__(self, found: Sequence[Interruption]) -> None:
        self.found = found
        self.cut_short = any(one.cut_short for one in found)
        super().__init__("Interrupted" if self.cut_short else "Not known how this ended")
        self.lines = [describe(one) for one in found]

    def compose_body(self) -> ComposeResult:
        for line in self.lines[:LINES_SHOWN]:
            yield paragraph(line)
        if len(self.lines) > LINES_SHOWN:
            yield paragraph(f"… and {spell_count(len(self.lines) - LINES_SHOWN)} more", "quiet")
        yield paragraph("")
        yield paragraph(
            "Settling asks the server how the open ones ended and writes it down. A phone that was left "
            "between two records gets its record."
            + (" Going on settles first, then sends what was never sent." if self.cut_short else ""),
            "quiet",
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        more = (("interrupted.go-on", "settle and go on"),) if self.cut_short else ()
        return (("interrupted.settle", "settle"), *more, ("dialog.close", "later; History keeps them on top"))

    def action_answer(self, answer: str) -> None:
        if answer != GO_ON or self.cut_short:
            self.dismiss(answer)


def describe(one: Interruption) -> str:
    """`retarget of 300 devices, 11-25 12:03: 120 done · 3 not known how · 177 never sent`."""
    when = datetime.fromisoformat(one.at).astimezone()
    parts = [f"{spell_count(one.done)} done"]
    parts += [f"{spell_count(one.open)} not known how they ended"] if one.open else []
    parts += [f"{spell_count(one.between)} of them perhaps without a record"] if one.between else []
    parts += [f"{spell_count(one.unsent)} never sent"] if one.unsent else []
    devices = f"{count_devices(one.count)}"
    return f"{one.operation.value} of {devices}, {when:%m-%d %H:%M}: {' · '.join(parts)}"
