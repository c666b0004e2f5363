"""The cells a terminal shows, and the frames that Textual writes to change them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from rich.cells import split_graphemes

from tui.patterns import pattern

UNKNOWN: Final = "\0"
"""The text of a cell whose content nobody knows."""

_OFF: Final[dict[int, tuple[int, ...]]] = {
    **{22: (1, 2), 23: (3,), 24: (4, 21), 25: (5, 6), 27: (7,)},
    **{28: (8,), 29: (9,), 54: (51, 52), 55: (53,)},
}
_ON: Final = frozenset(code for codes in _OFF.values() for code in codes)
# Underlines, reverse, strike, frames, overline: what is seen even on a blank.
_SEEN_ON_BLANK: Final = frozenset((4, 7, 9, 21, 51, 52, 53))


class Style:
    """How a cell looks: SGR attributes, colours as SGR parameters ("" is the default), hyperlink. Interned:
    two equal styles are the same object."""

    __slots__ = ("attrs", "bg", "blank", "fg", "link")

    def __init__(self, attrs: frozenset[int], fg: str, bg: str, link: str) -> None:
        self.attrs, self.fg, self.bg, self.link = attrs, fg, bg, link
        self.blank: Style = self
        if not attrs & _SEEN_ON_BLANK and (attrs or fg):
            self.blank = find_style(frozenset(), "", bg, link)

    def __repr__(self) -> str:
        return f"Style({sorted(self.attrs)}, {self.fg!r}, {self.bg!r}, {self.link!r})"


@cache
def find_style(attrs: frozenset[int] = frozenset(), fg: str = "", bg: str = "", link: str = "") -> Style:
    """The one style of these attributes. Its `blank` is the style a space in it is seen in."""
    return Style(attrs, fg, bg, link)


PLAIN: Final = find_style(frozenset(), "", "", "")


@lru_cache(maxsize=4096)
def _apply_sgr(style: Style, parameters: str) -> Style | None:
    """`style` after the SGR sequence with `parameters`; None if one of them is not understood."""
    attrs, fg, bg = set(style.attrs), style.fg, style.bg
    codes = [int(code or 0) for code in parameters.split(";")]
    at = 0
    while at < len(codes):
        code = codes[at]
        at += 1
        if code == 0:
            attrs, fg, bg = set(), "", ""
        elif code in _ON:
            attrs.add(code)
        elif code in _OFF:
            attrs.difference_update(_OFF[code])
        elif 30 <= code <= 37 or 90 <= code <= 97:
            fg = str(code)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            bg = str(code)
        elif code == 39:
            fg = ""
        elif code == 49:
            bg = ""
        elif code in (38, 48):
            length = {5: 2, 2: 4}.get(codes[at] if at < len(codes) else 0, 0)
            colour = codes[at : at + length]
            if not length or len(colour) < length or max(colour) > 255:
                return None
            at += length
            text = ";".join(map(str, (code, *colour)))
            fg, bg = (text, bg) if code == 38 else (fg, text)
        else:
            return None
    return find_style(frozenset(attrs), fg, bg, style.link)


def _span(*ranges: tuple[int, int]) -> Iterable[str]:
    return (chr(point) for first, last in ranges for point in range(first, last + 1))


# Every terminal in use draws these one cell wide, and these two.
_NARROW: Final = frozenset(
    _span(
        *((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x2FF), (0x370, 0x373), (0x384, 0x386), (0x388, 0x38A)),
        *((0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x52F), (0x1E00, 0x1EFF), (0x2010, 0x2027)),
        *((0x2030, 0x203B), (0x20A0, 0x20BF), (0x2190, 0x2193), (0x2200, 0x22FF), (0x2400, 0x2421)),
        *((0x2500, 0x25A9), (0x25B2, 0x25B5), (0x25B7, 0x25BF), (0x25C1, 0x25FA), (0x2800, 0x28FF)),
        (0x2610, 0x2612),
        (0xFFFD, 0xFFFD),
    )
)
_WIDE_RANGES: Final = (
    *((0x3001, 0x3003), (0x3008, 0x3011), (0x3041, 0x3096), (0x30A1, 0x30FA)),
    *((0x4E00, 0x9FA5), (0xAC00, 0xD7A3)),
)


def is_settled(cell: str) -> bool:
    """Whether every terminal gives this cell's text the same width."""
    if cell in _NARROW or cell in ("", UNKNOWN):
        return True
    return len(cell) == 1 and any(first <= ord(cell) <= last for first, last in _WIDE_RANGES)


class Row:
    """One line of the screen, never changed: `chars` and `styles` by cell; "" follows a wide character."""

    __slots__ = ("chars", "disputed", "partial", "styles", "tail", "text")

    def __init__(self, chars: list[str], styles: list[Style]) -> None:
        self.chars, self.styles = chars, styles
        self.text = text = "".join(chars)
        self.partial = UNKNOWN in text
        self.disputed = not (text.isascii() or _NARROW.issuperset(text) or all(map(is_settled, chars)))
        tail = len(chars)
        if text.endswith(" "):
            while tail and chars[tail - 1] == " " and styles[tail - 1] is PLAIN:
                tail -= 1
        self.tail = tail
        """The first column from which on there is nothing but default blanks."""

    def equals(self, other: Row) -> bool:
        return self is other or (self.chars == other.chars and self.styles == other.styles)


class Run(NamedTuple):
    """Cells to lay over a row."""

    chars: list[str]
    styles: list[Style]


class Frame(NamedTuple):
    """What one write of Textual asks for: runs at (column, row), and where the cursor is left, if said."""

    runs: list[tuple[int, int, Run, bool]]
    cursor: tuple[int, int] | None


_POSITION = pattern(r"\x1b\[(\d{1,4});(\d{1,4})H")
_TOKEN = pattern(
    r"([^\x00-\x1f\x7f-\x9f]+)|\x1b\[([\d;]{0,80})m"
    r"|\x1b\]8;([^;\x00-\x1f\x7f-\x9f]*;[^\x00-\x1f\x7f-\x9f]*)(?:\x07|\x1b\\)"
)
_RUNS: dict[str, Run | None] = {}
_RUNS_KEPT: Final = 2048


def _split_cells(text: str) -> list[str]:
    if text.isascii() or _NARROW.issuperset(text):
        return list(text)
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells.append(text[start:end])
            cells.extend([""] * (width - 1))
        elif cells:
            at = len(cells) - 1
            while not cells[at]:
                at -= 1
            cells[at] += text[start:end]
    return cells


def _read_run(body: str) -> Run | None:
    """The cells of text and SGR sequences; None if there is anything else, or a style is left on."""
    chars: list[str] = []
    styles: list[Style] = []
    style: Style | None = PLAIN
    at = 0
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None or style is None:
            return None
        at = token.end()
        text, sgr, link = token.groups()
        if text is not None:
            cells = _split_cells(text)
            # A mark that stands apart from its base by a change of style still belongs to the cell before.
            if len("".join(cells)) < len(text) and chars:
                at_cell = len(chars) - 1 - (chars[-1] == "")
                chars[at_cell] += text[: len(text) - len("".join(cells))]
            chars += cells
            blank = style.blank
            if blank is style or " " not in cells:
                styles += [style] * len(cells)
            else:
                styles += [blank if cell == " " else style for cell in cells]
        elif sgr is not None:
            style = _apply_sgr(style, sgr)
        else:
            style = find_style(style.attrs, style.fg, style.bg, "" if link.endswith(";") else link)
    return Run(chars, styles) if style is PLAIN else None


def read_frame(data: str) -> Frame | None:
    """What `data` changes on a screen; None if it has more than cursor positions, text, SGR and links."""
    parts = _POSITION.split(data)
    if parts[0] or len(parts) == 1:
        return None
    runs: list[tuple[int, int, Run, bool]] = []
    last = len(parts) - 3
    cursor = None
    for at in range(1, len(parts), 3):
        row, column, body = max(int(parts[at]), 1) - 1, max(int(parts[at + 1]), 1) - 1, parts[at + 2]
        feeds = body.endswith("\n")
        if feeds:
            if at == last:
                return None
            body = body[:-1]
        if body or feeds:
            if body in _RUNS:
                run = _RUNS[body]
            else:
                if len(_RUNS) >= _RUNS_KEPT:
                    _RUNS.clear()
                run = _RUNS[body] = _read_run(body)
            if run is None:
                return None
            runs.append((column, row, run, feeds))
        elif at == last:
            cursor = (column, row)
    return Frame(runs, cursor)


def lay(row: Row, column: int, run: Run) -> Row:
    """`row` with `run` laid over it from `column` on; a wide character cut in half leaves a blank."""
    end = column + len(run.chars)
    if row.chars[column:end] == run.chars and row.styles[column:end] == run.styles:
        return row
    if column == 0 and end == len(row.chars):
        return Row(run.chars, run.styles)
    chars, styles = row.chars.copy(), row.styles.copy()
    for edge in (column, end):
        if edge < len(chars) and not chars[edge]:
            first = edge
            while first and not chars[first]:
                first -= 1
            past = edge
            while past < len(chars) and not chars[past]:
                past += 1
            for half in range(first, past):
                chars[half], styles[half] = " ", styles[half].blank
    chars[column:end] = run.chars
    styles[column:end] = run.styles
    return Row(chars, styles)


def blank_row(width: int) -> Row:
    return Row([" "] * width, [PLAIN] * width)


def unknown_row(width: int) -> Row:
    return Row([UNKNOWN] * width, [PLAIN] * width)
