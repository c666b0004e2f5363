"""MAC addresses and MAC-IDs: parse, normalise, recognise.

A MAC-ID is a MAC address followed by the first four digits of the device's secret 12-digit password (vendor
page; four of four samples agree). The suffix is no checksum: nothing can be computed from the MAC. It is also
called CRC (Falconieri) or PIN (PBX vendors).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tui.errors import IdentifierError
from tui.model.text import make_inert, name_character

_HEX = "0123456789ABCDEFabcdef"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
# str.strip() would also eat FS, GS, RS and US, which scanners send and which must be named.
_MARGIN = " \t\r\n\u00a0"
_TO_SHAPE = {ord(char): "0" for char in _HEX} | {ord(char): "-" for char in _DASHES}
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")


def _shapes() -> dict[str, tuple[str, bool]]:
    """Every complete shape (hex digits written 0, dashes -) with its spelling and whether it has a suffix."""
    spellings = {
        "plain": ("0" * 12, "-/ :"),
        "colons": (":".join(["00"] * 6), "-/ :"),
        "hyphens": ("-".join(["00"] * 6), "-/ "),
        "dots": (".".join(["0000"] * 3), "-/ "),
    }
    shapes = {mac: (spelling, False) for spelling, (mac, _) in spellings.items()}
    for spelling, (mac, separators) in spellings.items():
        shapes |= {f"{mac}{separator}0000": (spelling, True) for separator in separators}
    shapes["0" * 16] = ("run together", True)
    return shapes


_COMPLETE = _shapes()
_LONGEST = max(map(len, _COMPLETE))
_NEXT: dict[str, set[str]] = {}
for _shape in _COMPLETE:
    for _end in range(len(_shape)):
        _NEXT.setdefault(_shape[:_end], set()).add(_shape[_end])


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A device by its MAC (12 upper-case hex digits) and, where known, its MAC-ID suffix (4 digits)."""

    mac: str
    suffix: str | None = None

    @property
    def mac_id(self) -> str | None:
        """`XXXXXXXXXXXX-XXXX`, or None without a suffix."""
        return f"{self.mac}-{self.suffix}" if self.suffix else None

    @property
    def wire(self) -> str:
        """What goes to the server: the MAC-ID, or the bare MAC."""
        return self.mac_id or self.mac

    def __str__(self) -> str:
        return self.wire


class State(StrEnum):
    """How far a text being typed is on its way to an identifier."""

    EMPTY = "empty"
    PARTIAL = "partial"
    VALID = "valid"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a text is so far. `kind` is `MAC-ID`, `bare MAC` or what is missing, `spelling` how it was
    written, `vendor` the owner of its prefix (empty if not in the table), `note` a warning that never
    refuses, `successor` whether the device most likely belongs to the successor service GRAPE, `complaint` a
    sentence and `position` the 0-based place of what is wrong.
    """

    state: State
    identifier: Identifier | None = None
    kind: str = ""
    spelling: str = ""
    vendor: str = ""
    prefix: str = ""
    note: str = ""
    successor: bool = False
    complaint: str = ""
    position: int | None = None

    @property
    def summary(self) -> str:
        """One line for beside the field: `MAC-ID · Gigaset 7C:2F:80`, or the complaint."""
        if self.complaint:
            return self.complaint
        named = f"{self.vendor.split()[0]} {self.prefix}" if self.vendor else ""
        how = f"from {self.spelling}" if self.spelling not in ("", "plain") else ""
        return " · ".join(part for part in (self.kind, how, named) if part)


# Owners as in the IEEE list; 00:01:E3 is the vendor page's own %MACC example.
VENDORS = {
    "7C2F80": "Gigaset Communications GmbH",
    "589EC6": "Gigaset Communications GmbH",
    "002104": "Gigaset Communications GmbH",
    "0001E3": "Siemens AG",
    "14B370": "Gigaset Digital Technology (Shenzhen)",
    "000413": "snom technology",
    "00ACDC": "P-series",
}
_SUCCESSOR_PREFIXES = ("000413", "00ACDC")
_SUCCESSOR_FROM, _SUCCESSOR_UP_TO = "589EC6900000", "589EC6FFFFFF"
SUCCESSOR_NOTE = (
    "P-series or snom range: this server will very likely answer mac_not_exist; "
    "such phones belong to the successor GRAPE."
)


def find_vendor(mac: str) -> str:
    """The owner of the prefix of `mac` (hex digits, upper case), empty if it is not one this trade meets."""
    return VENDORS.get(mac[:6], "")


def belongs_to_successor(mac: str) -> bool:
    """Whether `mac` is in a range of the P-series or snom desk phones, which the successor service GRAPE
    handles.
    """
    return mac.startswith(_SUCCESSOR_PREFIXES) or _SUCCESSOR_FROM <= mac <= _SUCCESSOR_UP_TO


def group_by_colons(mac: str) -> str:
    """`7C2F80820EC0` as `7C:2F:80:82:0E:C0`; any even number of digits."""
    return ":".join(mac[index : index + 2] for index in range(0, len(mac), 2))


def parse_identifier(text: str) -> Identifier:
    """The identifier that `text` spells, in any of the spellings in use. Raises IdentifierError naming the
    flaw.

    Accepted: colons, hyphens, dots or nothing between the digits of the MAC, then optionally `-`, `/`, a
    space, a typographic dash (or `:` after colons and plain digits) and four hex digits; or 16 digits run
    together. Any case.
    """
    trimmed = text.strip(_MARGIN)
    shape = trimmed.translate(_TO_SHAPE)
    if shape in _COMPLETE:
        return _read(trimmed, shape)
    title, detail, hint, position = _diagnose(text)
    raise IdentifierError(title, detail, hint, position=position)


def recognise(text: str) -> Recognition:
    """What `text` is so far, for feedback at every key; never raises."""
    trimmed = text.strip(_MARGIN)
    if not trimmed:
        return Recognition(State.EMPTY)
    shape = trimmed.translate(_TO_SHAPE)
    digits = "".join(char for char, sign in zip(trimmed, shape, strict=True) if sign == "0").upper()
    known = _COMPLETE.get(shape)
    if known is None and shape not in _NEXT:
        _, detail, _, position = _diagnose(text)
        return Recognition(State.BAD, complaint=detail, position=position)
    vendor = find_vendor(digits) if len(digits) >= 6 else ""
    prefix = group_by_colons(digits[:6]) if len(digits) >= 6 else ""
    if known is None:
        return Recognition(State.PARTIAL, kind=_say_missing(shape, len(digits)), vendor=vendor, prefix=prefix)
    identifier = _read(trimmed, shape)
    successor = belongs_to_successor(identifier.mac)
    spelling, has_suffix = known
    return Recognition(
        State.VALID,
        identifier,
        "MAC-ID" if has_suffix else "bare MAC",
        spelling,
        vendor,
        prefix,
        note_prefix(identifier.mac),
        successor,
    )


def note_prefix(mac: str) -> str:
    """A warning about the range of a MAC, empty if there is none; never a reason to refuse."""
    if belongs_to_successor(mac):
        return SUCCESSOR_NOTE
    if mac == "0" * 12 or int(mac[1], 16) & 1:
        return "This is a group or null address: no device has it as its own."
    return "" if find_vendor(mac) else f"{group_by_colons(mac[:6])} is not a prefix known for these phones."


def _read(trimmed: str, shape: str) -> Identifier:
    digits = "".join(char for char, sign in zip(trimmed, shape, strict=True) if sign == "0").upper()
    return Identifier(digits[:12], digits[12:] or None)


def _say_missing(shape: str, digits: int) -> str:
    if digits < 12:
        return f"{digits} of 12 digits"
    return f"{digits - 12} of 4 suffix digits"


def _diagnose(text: str) -> tuple[str, str, str, int | None]:
    """Title, detail, hint and 0-based position for a text that is no identifier."""
    margin = len(text) - len(text.lstrip(_MARGIN))
    trimmed = text.strip(_MARGIN)
    form = "Enter XXXXXXXXXXXX-XXXX or a MAC address of 12 hex digits."
    if not trimmed:
        return "No MAC-ID given.", "The MAC-ID is empty.", form, None
    shown = make_inert(trimmed if len(trimmed) <= 40 else trimmed[:39] + "…")
    title = f'"{shown}" is not a MAC-ID.'
    if _AIM.match(trimmed):
        detail = f'Scanner prefix "{trimmed[:3]}" at position {margin + 1}: it names the kind of bar code.'
        return (
            title,
            detail,
            "Switch the AIM prefix off in the scanner, or enter the text without it.",
            margin,
        )
    shape = trimmed.translate(_TO_SHAPE)
    foreign = next((index for index, sign in enumerate(shape) if sign not in "0:-./ "), None)
    viable = next(
        end
        for end in range(min(len(shape), _LONGEST), -1, -1)
        if shape[:end] in _NEXT or shape[:end] in _COMPLETE
    )
    if foreign is not None and (foreign <= viable or shape[viable] == "0"):
        return title, *_name_foreign(trimmed[foreign], margin + foreign, form)
    if viable < len(shape):
        return title, *_name_misplaced(trimmed, shape, viable, margin, form)
    digits = shape.count("0")
    if digits < 12:
        detail = f"Too short: {digits} of the 12 hex digits of a MAC."
    elif digits == 12:
        detail = f"The suffix after {name_character(trimmed[-1])} is missing: four hex digits."
    else:
        detail = f"{digits} hex digits: a MAC has 12, a MAC-ID 16."
    return title, detail, form, None


def _name_foreign(char: str, position: int, form: str) -> tuple[str, str, int]:
    where = f"{name_character(char)} at position {position + 1}"
    if char < " " or "\x7f" <= char <= "\x9f":
        hint = "Scanners send such separators: switch them off, or delete the character."
        return f"Control character {where}.", hint, position
    if "\uff10" <= char <= "\uff5a" or unicodedata.category(char) == "Nd":
        return (
            f"{where} is not an ASCII hex digit.",
            "Switch the keyboard to half-width Latin input.",
            position,
        )
    if char in "oO":
        return f"{where} is not a hex digit.", "Letter O: the digit 0 is meant.", position
    if char in "iIlL":
        return f"{where} is not a hex digit.", "Letter I or L: the digit 1 is likely meant.", position
    return f"{where} is not a hex digit.", form, position


def _name_misplaced(trimmed: str, shape: str, place: int, margin: int, form: str) -> tuple[str, str, int]:
    position, char = margin + place, name_character(trimmed[place])
    begun, digits = shape[:place], shape.count("0")
    if set(shape) <= {"0"}:
        said = f"{digits} hex digits, too many from position {position + 1} on: a MAC has 12, a MAC-ID 16."
        return said, form, position
    if begun in _COMPLETE and _COMPLETE[begun][1]:
        return f"{char} at position {position + 1}: the MAC-ID was complete before it.", form, position
    wanted = " or ".join(
        "a hex digit" if sign == "0" else name_character(sign)
        for sign in sorted(_NEXT.get(begun, ()), reverse=True)
    )
    return f"{char} at position {position + 1}, where {wanted or 'the end'} was expected.", form, position
