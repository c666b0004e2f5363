"""Frames as Textual writes them, drawn at random."""

from __future__ import annotations

from hypothesis import strategies as st
from rich.cells import get_character_cell_size

WORDS = (
    "", " ", "   ", "        ", "a", "MAC", "7C2F80A1B2C3", "https://p.example/%MACD.xml", "│", "──────",
    "▌ ", "✓ ", "漢字", "한글", "カ", "e\u0301", "Ünï", "шлюз", "שלום", "€", "x  y", "📞", "…",
)  # fmt: skip
STYLES = (
    "", "", "", "1", "2", "31", "1;32", "7", "4", "4;33", "9", "3;38;5;208", "48;2;10;20;30",
    "38;2;200;100;0;44", "1;2;37;40", "53;35", "21;97;104", "8", "5;36", "1;7;31;42",
)  # fmt: skip


def draw_piece(style: str, text: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


def clip(text: str, width: int) -> str:
    kept = ""
    for char in text:
        width -= get_character_cell_size(char)
        if width < 0:
            break
        kept += char
    return kept


@st.composite
def bodies(draw: st.DrawFn, width: int) -> str:
    """One run of styled text of at most `width` cells, often filled up to it."""
    body, left = "", width
    for _ in range(draw(st.integers(0, 5))):
        word = clip(draw(st.sampled_from(WORDS)), left)
        left -= sum(map(get_character_cell_size, word))
        body += draw_piece(draw(st.sampled_from(STYLES)), word)
    if draw(st.booleans()):
        body += draw_piece(draw(st.sampled_from(STYLES)), " " * left)
    return body


@st.composite
def frames(draw: st.DrawFn, width: int, height: int) -> str:
    """A full repaint, a few runs anywhere, or a list moved by some lines."""
    kind = draw(st.sampled_from(("full", "part", "part", "list")))
    cursor = f"\x1b[{draw(st.integers(1, height))};{draw(st.integers(1, width))}H"
    if kind == "full":
        rows = [draw(bodies(width)) for _ in range(height)]
        return "\n".join(f"\x1b[{y + 1};1H{row}" for y, row in enumerate(rows)) + cursor
    if kind == "list":
        top = draw(st.integers(0, height - 1))
        bottom = draw(st.integers(top, height - 1))
        first, chosen = draw(st.integers(0, 12)), draw(st.integers(0, height))
        lines = []
        for y in range(top, bottom + 1):
            mark = "▌" if y == chosen else " "
            text = clip(f"{mark}{first + y:04} device {'漢' * ((first + y) % 3)} {(first + y) * 7}", width)
            lines.append(
                f"\x1b[{y + 1};1H" + draw_piece("32" if y % 2 else "", text) + " " * (width - _width(text))
            )
        return "\n".join(lines) + cursor
    runs = ""
    for _ in range(draw(st.integers(0, 4))):
        x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        runs += f"\x1b[{y + 1};{x + 1}H" + draw(bodies(width - x))
    return runs + cursor


def _width(text: str) -> int:
    return sum(map(get_character_cell_size, text))
