"""MAC addresses and MAC-IDs as they are: digits, the prefixes of vendors, and ranges that mean something.

A MAC-ID is a MAC address followed by the first four digits of the device's secret 12-digit password (vendor
page; four of four samples agree). The suffix is no checksum: nothing can be computed from the MAC. It is also
called CRC (Falconieri) or PIN (PBX vendors).
"""

from __future__ import annotations

from enum import StrEnum

from tui.classes import define


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
