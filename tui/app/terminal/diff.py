"""The fewest bytes that turn the screen a terminal shows into the one that is wanted. Pure."""

from __future__ import annotations

from collections import Counter
from operator import is_not, ne, or_
from typing import Final

from tui.app.terminal.cells import (
    PLAIN,
    UNKNOWN,
    Frame,
    Row,
    blank_row,
    is_settled,
    lay,
    read_frame,
    unknown_row,
)
from tui.app.terminal.pen import Pen, find_move, fits_style
from tui.patterns import pattern

_RUN = pattern(rb"\x01+")
_BRIDGE: Final = 5
_ROW_COST: Final = 9
_SCROLL_COST: Final = 18


def _flag_changes(old: Row, new: Row) -> bytearray:
    return bytearray(map(or_, map(ne, old.chars, new.chars), map(is_not, old.styles, new.styles)))


def _write_row(pen: Pen, y: int, old: Row, new: Row) -> None:
    if old.disputed or new.disputed:
        _write_disputed(pen, y, new)
        return
    chars, styles = new.chars, new.styles
    flags = _flag_changes(old, new)
    if new.partial:
        for x, char in enumerate(chars):
            if char == UNKNOWN:
                flags[x] = 0
    width, tail = pen.width, new.tail
    erase = -1
    if tail < width and flags.count(1, tail) > 3:
        erase = flags.index(1, tail)
    past = -1
    for match in _RUN.finditer(flags):
        start, end = match.span()
        if erase >= 0 and end > tail:
            end = tail
            if start >= tail:
                break
        if "" in chars:
            while not chars[start]:
                start -= 1
            while end < width and not chars[end]:
                end += 1
            start = max(start, past)
            if start >= end:
                continue
        if past >= 0 and start - past <= _BRIDGE and pen.x == past:
            gap = range(past, start)
            if start - past <= len(find_move(past, y, start, y)) and all(
                chars[x].isascii() and chars[x] != UNKNOWN and fits_style(chars[x], styles[x], pen.style)
                for x in gap
            ):
                start = past
        pen.move(start, y)
        pen.write(new, start, end)
        past = end
    if erase >= 0:
        if erase > 0 and past <= erase and chars[erase - 1] == UNKNOWN:
            # A wide character may stand across the edge: not every terminal takes it away for an erasure.
            pen.move(erase, y)
            pen.write(new, erase, erase + 1)
            past = erase + 1
        if past < width:
            pen.move(past if past >= tail else erase, y)
            pen.erase()


def _write_disputed(pen: Pen, y: int, new: Row) -> None:
    """Write a whole row in which terminals may disagree on a width; no cell relies on one before it."""
    chars = new.chars
    at = 0
    while at < new.tail:
        past = at + 1
        while past < len(chars) and not chars[past]:
            past += 1
        cell = chars[at]
        if cell != UNKNOWN:
            pen.move(at, y)
            if is_settled(cell):
                pen.write(new, at, past)
            else:
                pen.use(new.styles[at])
                pen.out += [" " * (past - at), f"\x1b[{y + 1};{at + 1}H", cell]
                pen.x = -1
        at = past
    if new.tail < pen.width:
        pen.move(new.tail, y)
        pen.erase()


def _cost(old: Row, new: Row) -> int:
    """About how many bytes it takes to turn one row into another."""
    if old.equals(new):
        return 0
    if old.disputed or new.disputed:
        return _ROW_COST + len(new.text)
    cells = _flag_changes(old, new).count(1)
    return _ROW_COST + min(cells, new.tail + 3)


def _find_scroll(shown: list[Row], wanted: list[Row], changed: list[int]) -> tuple[int, int, int] | None:
    """The rows (first, last) that are cheaper to scroll, and by how many lines up; None if none are."""
    low, high = changed[0], changed[-1]
    places: dict[str, int] = {}
    for y in range(low, high + 1):
        text = shown[y].text
        places[text] = -1 if text in places or not shown[y].tail else y
    votes: Counter[int] = Counter()
    matched: dict[int, list[int]] = {}
    for y in changed:
        place = places.get(wanted[y].text, -1)
        if place >= 0 and place != y:
            votes[place - y] += 1
            matched.setdefault(place - y, []).append(y)
    best: tuple[int, int, int] | None = None
    saved = 0
    known: dict[tuple[int, int], int] = {}

    def cost(old: int, new: int) -> int:
        key = (old, new)
        if key not in known:
            known[key] = _cost(shown[old], wanted[new])
        return known[key]

    for lines, count in votes.most_common(2):
        if count < 2:
            break
        rows = matched[lines]
        tops = {rows[0] + min(lines, 0), low}
        bottoms = {rows[-1] + max(lines, 0), high}
        for top in tops:
            for bottom in bottoms:
                before = sum(cost(y, y) for y in range(top, bottom + 1))
                after = _SCROLL_COST
                for y in range(top, bottom + 1):
                    if top <= y + lines <= bottom:
                        after += cost(y + lines, y)
                    else:
                        after += _ROW_COST + wanted[y].tail
                if before - after > saved and not any(wanted[y].partial for y in range(top, bottom + 1)):
                    best, saved = (top, bottom, lines), before - after
    return best


def _scroll(pen: Pen, shown: list[Row], top: int, bottom: int, lines: int) -> None:
    """Scroll the rows `top` to `bottom` up by `lines` (down if negative), on the terminal and in `shown`."""
    width, whole = pen.width, top == 0 and bottom == len(shown) - 1
    pen.use(PLAIN)
    if not whole:
        pen.out.append(f"\x1b[{top + 1};{bottom + 1}r")
    pen.x = pen.y = -1
    if lines == 1:
        pen.move(0, bottom)
        pen.out.append("\n")
    elif lines > 0:
        pen.move(0, top)
        pen.out.append(f"\x1b[{lines}M")
    elif lines == -1:
        pen.move(0, top)
        pen.out.append("\x1bM")
    else:
        pen.move(0, top)
        pen.out.append(f"\x1b[{-lines}L")
    if not whole:
        pen.out.append("\x1b[r")
        pen.x = pen.y = -1
    blanks = [blank_row(width) for _ in range(abs(lines))]
    part = shown[top : bottom + 1]
    shown[top : bottom + 1] = part[lines:] + blanks if lines > 0 else blanks + part[:lines]


class Update:
    """The bytes of one update, and whether the terminal should show it at one stroke."""

    __slots__ = ("text", "torn")

    def __init__(self, text: str, torn: bool) -> None:
        self.text, self.torn = text, torn


class ScreenDiff:
    """The screen a terminal shows and the one that is wanted, which `update` catches up with."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.wanted = [unknown_row(width)] * height
        self._rest: tuple[int, int] | None = None
        self.forget()

    def forget(self) -> None:
        """From here on nothing is known of what the terminal shows."""
        self.shown = [unknown_row(self.width)] * self.height
        self._at = (-1, -1)
        self._strange = True

    def seed(self, data: str) -> bool:
        """Take note that the terminal shows the frame `data` on a cleared screen; False if it is none."""
        frame = read_frame(data)
        if frame is None or not self._fits(frame):
            return False
        self.wanted = [blank_row(self.width)] * self.height
        self._lay(frame)
        self.shown = self.wanted.copy()
        return True

    def take(self, data: str) -> bool:
        """Lay the frame `data` over the wanted screen; False, and nothing is changed, if it is none."""
        frame = read_frame(data)
        if frame is None or not self._fits(frame):
            return False
        self._lay(frame)
        return True

    def _fits(self, frame: Frame) -> bool:
        last = self.height - 1
        for x, y, run, feeds in frame.runs:
            if x + len(run.chars) > self.width or y + feeds > last:
                return False
        return frame.cursor is None or (frame.cursor[0] < self.width and frame.cursor[1] <= last)

    def _lay(self, frame: Frame) -> None:
        wanted = self.wanted
        for x, y, run, _feeds in frame.runs:
            if run.chars:
                wanted[y] = lay(wanted[y], x, run)
        if frame.cursor is not None:
            self._rest = frame.cursor

    def update(self) -> Update:
        """What to write so that the terminal shows the wanted screen; empty if it does already."""
        shown, wanted = self.shown, self.wanted
        changed = [y for y in range(self.height) if not shown[y].equals(wanted[y])]
        pen = Pen(*self._at, self.width)
        if changed and self._strange:
            self._strange = False
            pen.out.append("\x1b[m")
        scrolled = False
        if (
            changed
            and all(row.partial and not row.text.strip(UNKNOWN) for row in shown)
            and not any(row.partial for row in wanted)
        ):
            pen.out.append("\x1b[2J")
            shown = [blank_row(self.width)] * self.height
            changed = [y for y in range(self.height) if not shown[y].equals(wanted[y])]
        elif len(changed) > 2:
            for _ in range(2):
                found = _find_scroll(shown, wanted, changed)
                if found is None:
                    break
                _scroll(pen, shown, *found)
                scrolled = True
                changed = [y for y in range(self.height) if not shown[y].equals(wanted[y])]
                if len(changed) < 3:
                    break
        for y in changed:
            _write_row(pen, y, shown[y], wanted[y])
        pen.use(PLAIN)
        if self._rest is not None:
            pen.move(*self._rest)
        self._at = (pen.x, pen.y)
        self.shown = wanted.copy()
        text = "".join(pen.out)
        return Update(text, scrolled or len(text) > 96)
