"""How wide the columns of a table are, and what gives way when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.classes import define
from tui.patterns import pattern

GAP = 2
LEAST = 8
PROSE = ("message", "meaning")
# What a person recognises a row by, or reads off: never cut.
# fmt: off
FIRM = frozenset((
    "at", "call", "change", "change_set", "default", "device", "devices", "exists", "line", "mac", "mac_id",
    "moved", "no", "operation", "outcome", "possible", "sendable", "server_date", "switch",
))
# fmt: on
_BEYOND_ASCII = pattern(r"[^\x00-\x7f]")


def measure(text: str) -> int:
    """Terminal columns that `text` takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    return len(text) + sum(
        -1 if unicodedata.combining(char) else unicodedata.east_asian_width(char) in "WF"
        for char in _BEYOND_ASCII.findall(text)
    )


def pad(text: str, width: int) -> str:
    """`text` with spaces up to `width` terminal columns."""
    return text + " " * (width - measure(text))


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` terminal columns, an ellipsis for what is left out."""
    if measure(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += measure(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


@define(frozen=True, slots=True)
class Layout:
    """Which of the columns are shown, their widths, whether longer texts are cut, and the column whose text
    goes under its row because there is no room beside it."""

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    cuts: bool
    prose: int | None
    width: int

    def lines(self, row: Sequence[str]) -> Iterator[str]:
        """The row as lines of text."""
        cells = [row[index] for index in self.shown]
        if self.cuts:
            cells = [shorten(cell, width) for cell, width in zip(cells, self.widths, strict=True)]
        padded = [pad(cell, width) for cell, width in zip(cells, self.widths, strict=True)]
        yield (" " * GAP).join(padded).rstrip()
        if self.prose is not None and row[self.prose]:
            from textwrap import wrap

            yield from wrap(
                row[self.prose],
                max(self.width, 20),
                initial_indent="    ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )

    def heading(self, titles: Sequence[str]) -> str:
        """The titles of the columns that are shown."""
        return next(self.lines(["" if index == self.prose else title for index, title in enumerate(titles)]))


def lay_out(
    columns: Sequence[str], titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> Layout:
    """Columns as wide as these rows need; with a `width`, not wider together than that. Then PROSE
    moves under its row, and the other columns that are not FIRM are shortened, the widest first."""
    widths = [max(measure(row[index]) for row in [titles, *rows]) for index in range(len(columns))]
    shown = list(range(len(columns)))
    if width is None:
        return Layout(tuple(shown), tuple(widths), False, None, 0)
    prose: int | None = None
    if _total(widths, shown) > width and any(column in PROSE for column in columns):
        prose = next(index for index, column in enumerate(columns) if column in PROSE)
        shown.remove(prose)
    elastic = [index for index in shown if columns[index] not in FIRM]
    while _total(widths, shown) > width and elastic:
        widest = max(elastic, key=lambda index: widths[index])
        if widths[widest] > LEAST:
            widths[widest] = max(
                LEAST, widths[widest] - (_total(widths, shown) - width), _next(widths, elastic)
            )
        else:
            shown.remove(elastic.pop())
    return Layout(tuple(shown), tuple(widths[index] for index in shown), True, prose, width)


def _total(widths: Sequence[int], shown: Sequence[int]) -> int:
    return sum(widths[index] for index in shown) + GAP * (len(shown) - 1)


def _next(widths: Sequence[int], elastic: Sequence[int]) -> int:
    """The width down to which the widest column is cut before the next one is: that of the second widest,
    or a little less where both are as wide."""
    ordered = sorted((widths[index] for index in elastic), reverse=True)
    return ordered[1] if len(ordered) > 1 and ordered[1] < ordered[0] else ordered[0] - 1
