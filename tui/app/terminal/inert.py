"""The lowest door to the screen: no character that a terminal could obey is ever in a cell."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.model.text.inert import is_inert, remove_active


class InertFilter(LineFilter):
    """Takes active characters out of every line that any widget draws, those of libraries too. They have no
    width, so the columns stay as they were laid out. A hyperlink that holds one is dropped."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(text.isascii() and text.isprintable() and _is_plain(style) for text, style, _ in segments):
            return segments
        return [Segment(remove_active(text), _clean(style), control) for text, style, control in segments]


def _is_plain(style: Style | None) -> bool:
    return style is None or style.link is None


def _clean(style: Style | None) -> Style | None:
    if style is None or style.link is None or is_inert(style.link):
        return style
    return style.update_link(None)
