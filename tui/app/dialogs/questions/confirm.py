"""Ask before a destructive verb: what it does, to which devices; the key is never Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.widgets.field import Entry, Field

COUNT_TYPED_ABOVE = 20
LINES_SHOWN = 8


Answer = Literal["mac_ids"] | bool
"""True, False, or MAC_IDS: whoever asks lets the MAC-IDs be given, and asks again."""
MAC_IDS: Answer = "mac_ids"


class ConfirmDialog(Sheet[Answer]):
    """Dismissed with True only by `y`, or by typing the count when more than 20 devices are touched or
    `count_typed` asks for it.

    `lines` name what is touched, one each; only the first eight are shown, and how many more there are.
    With `mac_ids` the MAC-IDs that are not known here can be given first.
    """

    BINDINGS = bindings("confirm")

    def __init__(
        self,
        title: str,
        lines: Sequence[str | Content],
        *,
        verb: str,
        count: int = 1,
        note: str = "",
        count_typed: bool = False,
        mac_ids: bool = False,
    ) -> None:
        super().__init__(title)
        self.lines = lines
        self.verb = verb
        self.count = count
        self.note = note
        self.mac_ids = mac_ids
        self.wants_count = count_typed or count > COUNT_TYPED_ABOVE

    def compose_body(self) -> ComposeResult:
        for line in self.lines[:LINES_SHOWN]:
            yield paragraph(line)
        if len(self.lines) > LINES_SHOWN:
            yield paragraph(f"… and {len(self.lines) - LINES_SHOWN} more", "quiet")
        if self.note:
            yield paragraph("")
            yield paragraph(self.note, "quiet")
        if self.wants_count:
            yield paragraph("")
            what = f"type {self.count} to {self.verb} {self.count} devices"
            field = Field("Count", Entry(id="count"), what, width=8)
            field.add_class("short")
            yield field

    def keys(self) -> Sequence[tuple[str, str]]:
        verb = ("⏎", f"{self.verb}, count typed") if self.wants_count else ("confirm.accept", self.verb)
        more = (("confirm.mac-ids", "give MAC-IDs first"),) if self.mac_ids else ()
        return (verb, *more, ("dialog.close", "leave all as it is"))

    def on_mount(self) -> None:
        super().on_mount()
        if self.wants_count:
            self.query_one("#count", Entry).focus()

    @on(Input.Submitted, "#count")
    def compare(self, event: Input.Submitted) -> None:
        typed = "".join(event.value.split())
        if typed == str(self.count):
            self.dismiss(True)
        else:
            self.query_one(Field).note(f"this is not {self.count}; nothing was done", "bad")

    def action_accept(self) -> None:
        if not self.wants_count:
            self.dismiss(True)

    def action_mac_ids(self) -> None:
        """Leave everything as it is for now, and ask for the MAC-IDs that are missing."""
        if self.mac_ids:
            self.dismiss(MAC_IDS)

    def action_abandon(self) -> None:
        self.dismiss(False)
