"""Lines of CSV and TSV for a spreadsheet, with a guard against cells that it would run as formulas.

A spreadsheet takes a cell for a formula if it begins with an equals, plus, minus or at sign, in full width
too, and looks past blanks and invisible characters. A semicolon, tab, line break or quote inside of a cell
begins a new cell wherever the file is opened with another separator. The guard puts an apostrophe before each
such beginning; `unguard_cell` takes exactly these apostrophes away, so a text comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.model.text.inert import make_inert
from tui.patterns import pattern

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
# Characters that a spreadsheet passes over, without those that begin a cell.
_BLANKS = (
    "\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ufeff"
)
_BEGINNING = f"(?:^|(?<=[;\\t\\r\\n\"]))(?='*+[{_BLANKS}]*+[{_SIGNS}])|^(?='*+[\\t\\r\\n])"
_OPEN = pattern(f"(?:{_BEGINNING})")
_GUARDED = pattern(f"(?:{_BEGINNING})'")


def guard_cell(text: str) -> str:
    """The text with an apostrophe before everything that a spreadsheet would take for a formula."""
    return _OPEN.sub("'", text)


def unguard_cell(text: str) -> str:
    """The text that `guard_cell` was given; other apostrophes stay."""
    return _GUARDED.sub("", text)


def write_csv_line(cells: Iterable[str | None]) -> str:
    """One record as RFC 4180 has it, guarded, with its CRLF; None is an empty cell."""
    return ",".join(_quote(guard_cell(cell or "")) for cell in cells) + "\r\n"


def write_tsv_line(cells: Iterable[str | None]) -> str:
    """One record for the clipboard: made inert, guarded, without a line end; None is an empty cell."""
    return "\t".join(guard_cell(make_inert(cell or "")) for cell in cells)


def _quote(text: str) -> str:
    if any(sign in text for sign in '",;\t\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
