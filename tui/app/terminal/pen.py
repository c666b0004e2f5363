"""A terminal's cursor and style, moved and changed with the fewest bytes. Pure."""

from __future__ import annotations

from functools import lru_cache

from tui.app.terminal.cells import PLAIN, Row, Style


@lru_cache(maxsize=8192)
def _style_change(old: Style, new: Style) -> str:
    """The shortest SGR sequence (and hyperlink) from one style to another."""
    if old is new:
        return ""
    link = f"\x1b]8;{new.link or ';'}\x1b\\" if old.link != new.link else ""
    wanted = [str(code) for code in sorted(new.attrs)]
    full = ["", *wanted, *filter(None, (new.fg, new.bg))]
    step: list[str] = []
    gone, come = old.attrs - new.attrs, new.attrs - old.attrs
    # Only the attributes of the VT220 and italics have an off code that all terminals agree on.
    exact = not gone - {1, 2, 3, 4, 5, 7}
    off = {22: {1, 2}, 23: {3}, 24: {4}, 25: {5}, 27: {7}}
    for code, attrs in off.items():
        if gone & attrs:
            step.append(str(code))
            come |= new.attrs & attrs
    if 21 in new.attrs and 4 in gone:
        exact = False
    step += [str(code) for code in sorted(come)]
    if old.fg != new.fg:
        step.append(new.fg or "39")
    if old.bg != new.bg:
        step.append(new.bg or "49")
    if exact and not step:
        return link
    choices = [";".join(full)] + ([";".join(step)] if exact else [])
    return f"\x1b[{min(choices, key=len)}m{link}"


@lru_cache(maxsize=8192)
def find_move(from_x: int, from_y: int, x: int, y: int) -> str:
    """The shortest way for the cursor; -1 stands for an unknown column or row to come from."""
    if from_x == x and from_y == y:
        return ""
    column = str(x + 1) if x else ""
    choices = [f"\x1b[{y + 1 if y else ''}{';' if column else ''}{column}H"]
    if from_y == y:
        choices.append(f"\x1b[{column}G")
        if x == 0:
            choices.append("\r")
        if from_x >= 0:
            steps = x - from_x
            count = str(abs(steps)) if abs(steps) > 1 else ""
            choices.append(f"\x1b[{count}{'C' if steps > 0 else 'D'}")
            if -4 < steps < 0:
                choices.append("\b" * -steps)
    elif from_y >= 0:
        steps = y - from_y
        count = str(abs(steps)) if abs(steps) > 1 else ""
        if from_x == x:
            choices.append(f"\x1b[{y + 1 if y else ''}d")
            choices.append(f"\x1b[{count}{'B' if steps > 0 else 'A'}")
        if x == 0 and steps == 1:
            # With or without the terminal driver adding another carriage return.
            choices.append("\r\n")
    return min(choices, key=len)


def fits_style(char: str, wanted: Style, style: Style) -> bool:
    """Whether `char`, written in `style`, looks as it does in the `wanted` one."""
    return wanted is style or (char == " " and wanted is style.blank)


class Pen:
    """The terminal's cursor and style while an update is written."""

    __slots__ = ("out", "style", "width", "x", "y")

    def __init__(self, x: int, y: int, width: int) -> None:
        self.x, self.y, self.width = x, y, width
        self.style = PLAIN
        self.out: list[str] = []

    def move(self, x: int, y: int) -> None:
        if x != self.x or y != self.y:
            self.out.append(find_move(self.x, self.y, x, y))
            self.x, self.y = x, y

    def use(self, style: Style) -> None:
        if style is not self.style:
            self.out.append(_style_change(self.style, style))
            self.style = style

    def erase(self) -> None:
        """Erase to the end of the line, in the default background."""
        if self.style.blank is not PLAIN:
            self.use(PLAIN)
        self.out.append("\x1b[K")

    def write(self, row: Row, start: int, end: int) -> None:
        """Write the cells from `start` to `end`, where the cursor stands already."""
        chars, styles = row.chars, row.styles
        out = self.out
        at = start
        while at < end:
            style = styles[at]
            if chars[at] == " " and self.style.blank is style:
                style = self.style
            elif style is not self.style:
                self.use(style)
            blank = style.blank
            past = at + 1
            if blank is style:
                while past < end and styles[past] is style:
                    past += 1
            else:
                while past < end and fits_style(chars[past], styles[past], style):
                    past += 1
            out.append("".join(chars[at:past]))
            at = past
        # At the right edge terminals differ in where they leave the cursor.
        self.x = end if end < self.width else -1
