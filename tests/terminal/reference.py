"""pyte as the terminal to compare with; where it differs from what terminals do, it is put right here."""

from __future__ import annotations

import unicodedata
from typing import Any

import pyte
from rich.cells import get_character_cell_size

_EXTRA_OFF = {22: {2}, 24: {21}, 25: {6}, 28: {8}, 54: {51, 52}, 55: {53}}
_EXTRA = {2, 6, 8, 21, 51, 52, 53}


class ReferenceScreen(pyte.Screen):
    """A pyte screen with line wrap off that keeps every attribute and cuts wide characters as terminals do.

    pyte knows no dim, conceal, double underline and overline: they are kept behind the foreground's name.
    pyte leaves half a wide character standing when the other half is overwritten: here it becomes a blank.
    pyte drops the rest of a text after a zero-width character that is no combining mark: here they join, too.
    pyte prints the last letter of CSI < u: here it is not fed.
    `width_of` is the terminal's opinion on widths.
    """

    def __init__(self, columns: int, lines: int, width_of: Any = get_character_cell_size) -> None:
        self.width_of = width_of
        self.extra: set[int] = set()
        super().__init__(columns, lines)
        self.reset_mode(7, private=True)

    def select_graphic_rendition(self, *attrs: int, **_private: Any) -> None:
        super().select_graphic_rendition(*attrs)
        codes = list(attrs or (0,))
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.extra = set()
            elif code in _EXTRA:
                self.extra = self.extra | {code}
            elif code in _EXTRA_OFF:
                self.extra = self.extra - _EXTRA_OFF[code]
            elif code in (38, 48) and codes:
                del codes[: 2 if codes[0] == 5 else 4]
        fg = self.cursor.attrs.fg.split("|")[0]
        if self.extra:
            fg += "|" + ",".join(map(str, sorted(self.extra)))
        self.cursor.attrs = self.cursor.attrs._replace(fg=fg)

    def draw(self, data: str) -> None:
        for char in data:
            width = self.width_of(char)
            line, cursor = self.buffer[self.cursor.y], self.cursor
            if width == 0:
                at = max(cursor.x - 1, 0)
                while at and not line[at].data:
                    at -= 1
                line[at] = line[at]._replace(data=unicodedata.normalize("NFC", line[at].data + char))
                continue
            start = min(cursor.x, self.columns - width)
            for edge in (start, start + width):
                if 0 < edge < self.columns and not line[edge].data:
                    line[edge - 1] = line[edge - 1]._replace(data=" ")
                    line[edge] = line[edge]._replace(data=" ")
            line[start] = cursor.attrs._replace(data=char)
            if width == 2:
                line[start + 1] = cursor.attrs._replace(data="")
            cursor.x = start + width
        self.dirty.add(self.cursor.y)

    def looks(self) -> list[list[tuple[Any, ...]]]:
        """What is seen of each cell: on a blank, the colour of text that is not there is not."""
        return [[_look(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]

    def report_device_status(self, *_modes: Any, **_private: Any) -> None:
        pass

    def report_device_attributes(self, *_modes: Any, **_private: Any) -> None:
        pass


def _look(char: Any) -> tuple[Any, ...]:
    extra = char.fg.partition("|")[2].split(",")
    if char.data == " " and not (
        char.underscore or char.reverse or char.strikethrough or {"21", "51", "52", "53"} & set(extra)
    ):
        return (" ", char.bg)
    return tuple(char._replace(data=unicodedata.normalize("NFC", char.data)))


class ReferenceTerminal:
    """A reference screen and its stream; line feeds return, as the terminal driver makes them."""

    def __init__(self, columns: int, lines: int, width_of: Any = get_character_cell_size) -> None:
        self.screen = ReferenceScreen(columns, lines, width_of)
        self.stream = pyte.Stream(self.screen)

    def feed(self, data: str) -> None:
        self.stream.feed(data.replace("\n", "\r\n").replace("\x1b[<u", ""))

    @property
    def cursor(self) -> tuple[int, int]:
        return min(self.screen.cursor.x, self.screen.columns - 1), self.screen.cursor.y
