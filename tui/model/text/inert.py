"""Foreign text made inert, once, where it enters the program."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.patterns import pattern

# C0 and DEL, C1 (8-bit CSI and OSC among them), line and paragraph separators, bidirectional and
# invisible format controls, lone surrogates, the byte order mark, and the tag characters.
_ACTIVE = pattern(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def _picture(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point < 0x20:
        return chr(0x2400 + point)
    return "\u2421" if point == 0x7F else "\ufffd"


def make_inert(text: str) -> str:
    """`text` with every character that a terminal could obey replaced by a visible sign; idempotent.

    C0 controls become their control pictures (ESC is shown as ␛), everything else active becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    return _ACTIVE.sub(_picture, text)


def to_nfc(name: str) -> str:
    """A provider's name as names are compared: composed, otherwise to the letter."""
    if name.isascii():
        return name
    from unicodedata import normalize

    return normalize("NFC", name)


def fold_case(text: str) -> str:
    """A text as a search compares it: composed, whatever its case."""
    return to_nfc(text).casefold()


def spell_both(names: Iterable[str]) -> list[str]:
    """Each name once, with its composed and its decomposed form: a server compares bytes, and may hold
    either."""
    from unicodedata import normalize

    found: dict[str, None] = {}
    for name in names:
        forms = (name,) if name.isascii() else (name, normalize("NFC", name), normalize("NFD", name))
        found.update(dict.fromkeys(forms))
    return list(found)


def remove_active(text: str) -> str:
    """`text` without every character that a terminal could obey."""
    return _ACTIVE.sub("", text)


def is_inert(text: str) -> bool:
    """Whether `make_inert` would leave `text` as it is."""
    return _ACTIVE.search(text) is None


# fmt: off
_C0 = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)
# fmt: on
_NAMED = {" ": "space", "\x7f": "DEL (0x7F)", "\u00a0": "no-break space (U+00A0)", '"': "'\"'"}


def name_character(char: str) -> str:
    """One character as an error may show it: `GS (0x1D)` for controls, `"G"` for plain ones, else with its
    code point.
    """
    point = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if point < 0x20:
        return f"{_C0[point]} (0x{point:02X})"
    if point < 0x7F:
        return f'"{char}"'
    return f"U+{point:04X}" if not char.isprintable() or not is_inert(char) else f'"{char}" (U+{point:04X})'
