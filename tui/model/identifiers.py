"""MAC addresses and MAC-IDs: parse, normalise, recognise.

A MAC-ID is a MAC address followed by the first four digits of the device's secret 12-digit password (vendor page;
four of four samples agree). The suffix is no checksum: nothing can be computed from the MAC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.errors import IdentifierError
from tui.model.text import make_inert

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_MAC = r"(?:[0-9A-F]{12}|(?:[0-9A-F]{2}[:\-]){5}[0-9A-F]{2}|(?:[0-9A-F]{4}\.){2}[0-9A-F]{4})"
_SHAPE = re.compile(rf"({_MAC})(?:(?:[-/ ])?([0-9A-F]{{4}}))?")


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


def parse_identifier(text: str) -> Identifier:
    """The identifier that `text` spells, in any of the spellings in use. Raises IdentifierError naming the flaw."""
    folded = "".join("-" if char in _DASHES else char for char in text.strip()).upper()
    match = _SHAPE.fullmatch(folded)
    if match is None:
        raise IdentifierError(f"Not a MAC-ID: {make_inert(text)!r}", hint="Enter XXXXXXXXXXXX-XXXX or a MAC address.")
    return Identifier(re.sub(r"[^0-9A-F]", "", match[1]), match[2])
