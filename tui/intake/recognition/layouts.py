"""Scanners act as keyboards: set to another layout than the computer's, they type other signs."""

from __future__ import annotations

from tui.patterns import pattern

# Name of the computer's layout, what its row of digits types without Shift from 0 to 9, and what the key to
# the right of 0 types, where a scanner that is set to English means the hyphen.
_LAYOUTS = (
    ("German", "0123456789", "ß"),
    ("Swiss, Italian, Spanish or Portuguese", "0123456789", "'"),
    ("Nordic", "0123456789", "+"),
    ("Turkish", "0123456789", "*"),
    ("French", "à&é\"'(-è_ç", ")"),
    ("Belgian", "à&é\"'(§è!ç", ")"),
    ("Czech", "é+ěščřžýáí", "="),
    ("Slovak", "é+ľščťžýáí", "="),
)
_MEANT = pattern(r"[0-9A-Fa-f]{12}(?:-[0-9A-Fa-f]{0,4})?|[0-9A-Fa-f]{1,12}")
_LONGEST = 17


def _table(digits: str, hyphen: str) -> dict[int, str]:
    letters = {ord("q"): "a", ord("Q"): "A"} if digits[0] == "à" else {}
    signs = {} if digits.isdigit() else {ord(sign): str(digit) for digit, sign in enumerate(digits)}
    return {**signs, ord(hyphen): "-", **letters}


_TABLES = tuple((name, digits, _table(digits, hyphen)) for name, digits, hyphen in _LAYOUTS)
_SIGNS = frozenset("".join(digits + hyphen for _, digits, hyphen in _LAYOUTS)) - frozenset("0123456789")


def mend_layout(text: str) -> tuple[str, str]:
    """What a scanner meant with a code or the beginning of one, and the layout of the computer; the text as
    it is and an empty name if it can be read without."""
    bare = text.strip()
    if not bare or len(bare) > _LONGEST or (bare.replace("-", "").isalnum() and bare.isascii()):
        return text, ""
    if _SIGNS.isdisjoint(bare):
        return text, ""
    for name, digits, table in _TABLES:
        # Signs of both kinds are no scan: such a scanner types no digit at all.
        if not digits.isdigit() and (
            any(char.isdigit() for char in bare)
            or not any(char in digits and not char.isascii() for char in bare)
        ):
            continue
        meant = bare.translate(table)
        if _MEANT.fullmatch(meant) and ("-" in digits or "-" not in bare):
            if digits.isdigit() and (len(meant) < 13 or meant[12] != "-"):
                continue
            return meant, name
    return text, ""
