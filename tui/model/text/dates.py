"""The one date that the server keeps of a record, as it reports it.

Shapes seen (vendor page): `2015-11-17 04:01`, `2015-11-17`. No zone is stated, and whether it is the
registration or the phone's last request is not settled; the raw text is kept.
"""

from __future__ import annotations

import re
from datetime import datetime

from tui.classes import define
from tui.patterns import pattern

_SHAPE = pattern(
    r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?",
    re.ASCII,
)


@define(frozen=True, slots=True)
class ServerDate:
    """`raw` is the server's text; `moment` a date and time without a zone, None if empty or of unknown shape;
    `precision` is `day`, `minute`, `second`, or empty.
    """

    raw: str
    moment: datetime | None = None
    precision: str = ""

    @property
    def never(self) -> bool:
        """Whether the server gave no date at all."""
        return not self.raw.strip()

    @property
    def key(self) -> str:
        """Text to sort by: never first, unknown shapes next, then by time."""
        return sort_key(self.raw)


def parse_server_date(text: str) -> ServerDate:
    """Read `YYYY-MM-DD`, with `HH:MM` and seconds where present. Any other text is kept and has no moment."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        return ServerDate(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return ServerDate(text)
    return ServerDate(text, moment, "second" if match[4] else "minute" if match[2] else "day")


def sort_key(text: str) -> str:
    """Sorts server dates as text: never (empty) first, unknown shapes next, then by time."""
    bare = text.strip()
    if _SHAPE.fullmatch(bare):
        return bare.replace("T", " ")
    return f"\x01{bare}" if bare else ""
