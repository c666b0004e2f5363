"""What a spreadsheet does to MACs and suffixes: zeros dropped, numbers rounded, dates made of digits."""

from __future__ import annotations

import re
from typing import NamedTuple

from tui.model.addresses import find_vendor
from tui.patterns import pattern

_ERROR = pattern(r"#[A-Z\u00c4\u00d6\u00dc/0-9]{1,12}[!?]?|Err:\d{3}", re.IGNORECASE)
_NARROW = pattern(r"#{2,255}")
_SCIENTIFIC = pattern(r"(\d{1,3})(?:[.,](\d{1,16}))?[eE]\+?(\d{1,3})")
_NUMBER = pattern(r"(\d{5,15})(?:[.,]0{1,3})?")
_GROUPED = pattern(r"\d{1,3}(?:([.,'\u2019\u00a0\u202f ])\d{3})(?:\1\d{3}){2,4}")
_SHORT = pattern(r"[0-9A-Fa-f]{5,11}")
_DATES = (
    pattern(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{2,4})"),
    pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[ T].*)?"),
    pattern(r"(?P<day>\d{1,2})/(?P<month>0?2|12)/(?P<year>\d{2,4})"),
    pattern(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{2,4})"),
    pattern(r"(?P<day>\d{1,2})[ .-]{1,2}(?P<name>[A-Za-z]{3})[.a-z]*(?:[ -]\d{2,4})?"),
)
# The months whose short names are hex digits.
_MONTHS = {2: "FEB", 12: "DEC"}
_NAMED = {"feb": 2, "dec": 12, "dez": 12}
_FOUR = pattern(r"[0-9A-Fa-f]{4}")
_AS_TEXT = "Format the column as text and enter it again."


class Repair(NamedTuple):
    """What a damaged cell was: `text` is the value where it is certain, else empty; `cause` and `hint` are
    sentences for a person."""

    text: str
    cause: str
    hint: str = ""


def repair_mac(cell: str) -> Repair | None:
    """A MAC that lost its zeros or its digits, None if the cell shows no such damage.

    The value is given back only if a prefix known for these phones confirms it.
    """
    if is_error(cell):
        return Repair("", *_explain_error(cell))
    if len(cell) > 40:
        return None
    scientific = _SCIENTIFIC.fullmatch(cell)
    if scientific and (scientific[2] is not None or "+" in cell):
        return Repair("", "A spreadsheet has turned the MAC into a number and lost its digits.", _AS_TEXT)
    grouped = _GROUPED.fullmatch(cell)
    bare = re.sub(r"\D", "", cell) if grouped else cell
    number = _NUMBER.fullmatch(bare)
    if number is not None:
        return _repair_number(number[1], written=cell)
    if _SHORT.fullmatch(cell):
        whole = cell.upper().zfill(12)
        if cell[0] != "0" and find_vendor(whole):
            return Repair(whole, f"Zeros in front were lost, as in a spreadsheet: read as {whole}.")
    return None


def _repair_number(digits: str, written: str) -> Repair | None:
    if len(digits) <= 12:
        whole = digits.zfill(12)
        if find_vendor(whole):
            return Repair(whole, f"A spreadsheet has dropped the zeros in front: read as {whole}.")
        if len(digits) == 12 and written == digits:
            return None
        if len(digits) == 12:
            return Repair(
                "", "A spreadsheet has written the MAC as a number.", f"Is {digits} meant? {_AS_TEXT}"
            )
    value = int(digits)
    if len(digits) > 12 and value < 1 << 48:
        cause = f"A number of {len(digits)} digits: a program may have written the MAC as a decimal number."
        return Repair("", cause, f"Is {value:012X} meant? Write it in hex digits.")
    if len(digits) < 12:
        cause = f"A number of {len(digits)} digits: a spreadsheet may have dropped zeros in front."
        return Repair("", cause, f"Is {digits.zfill(12)} meant? {_AS_TEXT}")
    return None


def is_error(cell: str) -> bool:
    """Whether a cell shows the error of a formula, or the signs of a column that was too narrow."""
    return cell.startswith(("#", "Err:")) and bool(_ERROR.fullmatch(cell) or _NARROW.fullmatch(cell))


def _explain_error(cell: str) -> tuple[str, str]:
    if _NARROW.fullmatch(cell):
        return "The column was too narrow in the spreadsheet.", "Make it wider and save the file again."
    return f"A formula of the spreadsheet gave {cell} instead of a value.", "Mend the formula."


def explain_suffix(cell: str) -> Repair:
    """Why a cell is no suffix, and what it may have been before a spreadsheet took it for a number or a date.

    Nothing is repaired: more than one text can end up the same.
    """
    flaw = "The suffix (CRC, PIN) is not four hex digits"
    if is_error(cell):
        cause, hint = _explain_error(cell)
        return Repair("", f"{flaw}: {cause[0].lower()}{cause[1:]}", hint)
    cell = cell[:40]
    scientific = _SCIENTIFIC.fullmatch(cell)
    if scientific:
        meant = _meant_by(scientific)
        return Repair("", f"{flaw}: a spreadsheet has turned it into a number.", _ask(meant))
    for form in _DATES:
        if match := form.fullmatch(cell):
            found = match.groupdict()
            month = _NAMED.get((found.get("name") or "").lower()) or int(found.get("month") or 0)
            return Repair("", f"{flaw}: a spreadsheet has turned it into a date.", _ask(_dated(found, month)))
    number = re.fullmatch(r"(\d{1,4})(?:[.,]0{1,2})?", cell)
    if number:
        hint = f"Is {number[1].zfill(4)} meant? A spreadsheet drops zeros in front: compare with the label."
        return Repair("", f"{flaw}.", hint)
    if re.fullmatch(r"[0-9A-Fa-f]{1,3}", cell):
        return Repair("", f"{flaw}: zeros in front may be missing.", _ask([cell.upper().zfill(4)]))
    if re.fullmatch(r"[0-9A-Fa-f]{12}", cell):
        hint = "The whole MAC password stands here: its first four digits are the suffix."
        return Repair("", f"{flaw}.", hint)
    return Repair("", f"{flaw}.")


def _meant_by(match: re.Match[str]) -> list[str]:
    """The texts of four hex digits such as 1E10 that have the value of a number in scientific notation."""
    fraction = (match[2] or "").rstrip("0")
    mantissa, exponent = int(match[1] + fraction), int(match[3]) - len(fraction)
    found = []
    for digits in (1, 2, 3):
        for front in range(10 ** (digits - 1), 10**digits):
            for power in range(10 ** (3 - digits)):
                value, shift = front, power
                same = value * 10 ** max(0, shift - exponent) == mantissa * 10 ** max(0, exponent - shift)
                if same:
                    found.append(f"{front}E{power:0{3 - digits}d}")
    return found


def _dated(found: dict[str, str | None], month: int) -> list[str]:
    name, day = _MONTHS.get(month, ""), found.get("day") or ""
    number = int(day) if day.isdigit() else 0
    return [f"{number}{name}", f"{name}{number}"] if name and 0 < number < 10 else []


def _ask(meant: list[str]) -> str:
    texts = [text for text in meant if _FOUR.fullmatch(text)][:3]
    return f"Is {' or '.join(texts)} meant? Compare it with the label." if texts else _AS_TEXT
