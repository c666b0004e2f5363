"""MAC addresses and MAC-IDs: parse, normalise, recognise.

A MAC-ID is a MAC address followed by the first four digits of the device's secret 12-digit password (vendor
page; four of four samples agree). The suffix is no checksum: nothing can be computed from the MAC. It is also
called CRC (Falconieri) or PIN (PBX vendors).
"""

from __future__ import annotations

from enum import StrEnum

from tui.classes import define
from tui.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.model.reading import Reading

_PLAIN = pattern(r"[0-9A-F]{12}(?:-[0-9A-F]{4})?")


@define(frozen=True, slots=True)
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


@define(frozen=True, slots=True)
class Recognition:
    """What a text is so far. `kind` is `MAC-ID`, `bare MAC` or what is missing, `spelling` how it was
    written, `vendor` the owner of its prefix (empty if not in the table), `note` a warning that never
    refuses, `complaint` a sentence and `position` the 0-based place of what is wrong.
    """

    state: State
    identifier: Identifier | None = None
    kind: str = ""
    spelling: str = ""
    vendor: str = ""
    prefix: str = ""
    note: str = ""
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

    Accepted: 12 hex digits in equal groups, as `tui.model.spellings` has them, then optionally a separator or
    brackets and four hex digits; or 16 digits run together. Any case. Quotes and characters without a width
    are passed over.
    """
    if is_plain(text):
        return Identifier(text[:12], text[13:] or None)
    return read_identifier(text).identifier


def is_plain(text: str) -> bool:
    """Whether the text is written as the server does: capital digits, and a hyphen before the suffix."""
    return _PLAIN.fullmatch(text) is not None


def read_identifier(text: str) -> Reading:
    """As `parse_identifier`, with the spelling and what was mended."""
    # Imported late: most identifiers are written plainly, and start-up is counted.
    from tui.model.reading import read_spelling

    return read_spelling(text)


def recognise(text: str) -> Recognition:
    """What `text` is so far, for feedback at every key; never raises."""
    from tui.model.reading import examine

    state, reading, digits, complaint, position = examine(text)
    if reading is None:
        begun = state is State.PARTIAL
        return Recognition(
            state,
            kind=_say_missing(len(digits)) if begun else "",
            vendor=find_vendor(digits) if begun and len(digits) >= 6 else "",
            prefix=group_by_colons(digits[:6]) if begun and len(digits) >= 6 else "",
            complaint=complaint,
            position=position,
        )
    identifier = reading.identifier
    return Recognition(
        state,
        identifier,
        "MAC-ID" if identifier.suffix else "bare MAC",
        reading.spelling,
        find_vendor(identifier.mac),
        group_by_colons(identifier.mac[:6]),
        doubt_number(text) or note_prefix(identifier.mac),
    )


def _say_missing(digits: int) -> str:
    if digits < 12:
        return f"{digits} of 12 digits"
    return f"{digits - 12} of 4 suffix digits"


def doubt_number(text: str) -> str:
    """A sentence if the text is 12 or 16 decimal digits run together whose prefix is not known for these
    phones, as article and serial numbers are; else empty."""
    bare = text.strip()
    if len(bare) not in (12, 16) or not (bare.isascii() and bare.isdigit()) or find_vendor(bare):
        return ""
    if not bare.strip("0"):
        return ""
    what = "an article number" if len(bare) == 12 else "a serial number"
    return (
        f"{len(bare)} decimal digits, and {group_by_colons(bare[:6])} is no prefix known for these phones:"
        f" this looks like {what}."
    )


def name_group(mac: str) -> str:
    """What `mac` is if no device has it as its own: the null address, that of everybody, or of a group; else
    empty."""
    if mac == "0" * 12:
        return "the null address"
    if mac == "F" * 12:
        return "the broadcast address"
    return "a multicast address" if int(mac[1], 16) & 1 else ""


def note_prefix(mac: str) -> str:
    """A warning about the range of a MAC, empty if there is none; never a reason to refuse."""
    if belongs_to_successor(mac):
        return SUCCESSOR_NOTE
    if group := name_group(mac):
        return f"This is {group}: no device has it as its own."
    return "" if find_vendor(mac) else f"{group_by_colons(mac[:6])} is not a prefix known for these phones."
