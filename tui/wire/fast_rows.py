"""The fast path: rows of one learned layout cut out of listDevices by splitting, proven complete before they
count."""

from __future__ import annotations

import re
from itertools import chain

from tui.model.device import DeviceRow
from tui.wire.answers import looks_like_date
from tui.wire.values import Limits

_SPACE = rb"[ \t\r\n]*"
_OPEN = _SPACE + rb"<value>" + _SPACE + rb"<array>" + _SPACE + rb"<data>" + _SPACE
_CLOSE = _SPACE + rb"</data>" + _SPACE + rb"</array>" + _SPACE + rb"</value>"
_FIRST_TYPED = re.compile(
    rb"(" + _OPEN + rb"<value>" + _SPACE + rb"<string>)[^<]*"
    rb"(</string>" + _SPACE + rb"</value>" + _SPACE + rb"<value>" + _SPACE + rb"<string>)"
    rb"[^<]*\2[^<]*\2[^<]*(</string>" + _SPACE + rb"</value>" + _CLOSE + rb")"
)
_FIRST_UNTYPED = re.compile(
    rb"("
    + _OPEN
    + rb"<value>)[^<]*(</value>"
    + _SPACE
    + rb"<value>)[^<]*\2[^<]*\2[^<]*(</value>"
    + _CLOSE
    + rb")"
)
_ENTITY = re.compile("&(?:amp|lt|gt|quot|apos);")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_ROW_LIMIT = 64 * 1024
_KEPT = 8192


class Interner:
    """Equal texts as one object, for the texts seen of late: providers and URLs repeat, and a list may be
    long."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def one(self, text: str) -> str:
        """The object to use for `text`."""
        if len(self._known) > _KEPT:
            self._known.clear()
        return self._known.setdefault(text, text)

    def rows(self, rows: list[list[str]]) -> list[DeviceRow]:
        """Rows as tuples with provider and URL shared."""
        if len(self._known) > _KEPT:
            self._known.clear()
        one = self._known.setdefault
        return [(mac, one(name, name), one(url, url), date) for mac, name, url, date in rows]


class FastRows:
    """Takes whole rows off the front of UTF-8 that stands between rows, if each is exactly of the layout of
    the first row it saw, plain, well-formed and of the documented order. What it does not take is left
    untouched."""

    def __init__(self, interner: Interner, limits: Limits) -> None:
        self._interner = interner
        self._limits = limits
        self._open = self._middle = self._close = ""
        self._end = b""

    def take(self, data: bytes) -> tuple[list[DeviceRow], bytes, bool]:
        """Rows, the bytes after them, and whether those bytes need the strict reader even if more were to
        follow."""
        if not self._end and not self._learn(data):
            return [], data, len(data) > _ROW_LIMIT or self._complete(data)
        stop = data.rfind(self._end) + len(self._end)
        if stop < len(self._end):
            return [], data, len(data) > _ROW_LIMIT or self._complete(data)
        rows = self._rows(data[:stop])
        if rows is None:
            return [], data, True
        return rows, data[stop:], False

    def edge(self, data: bytes) -> int:
        """Where in `data` the last row ends, as far as its text tells; 0 if none does."""
        return (
            data.rfind(b"</array></value>") + 16 if not self._end else data.rfind(self._end) + len(self._end)
        )

    def _complete(self, data: bytes) -> bool:
        return b"</array>" in data

    def _learn(self, data: bytes) -> bool:
        match = _FIRST_TYPED.match(data) or _FIRST_UNTYPED.match(data)
        if match is None:
            return False
        self._open, self._middle, self._close = (part.decode("ascii") for part in match.groups())
        self._end = match[3]
        return True

    def _rows(self, region: bytes) -> list[DeviceRow] | None:
        """The rows of `region`, or None unless all of it is rows of the layout and the strict reader would
        agree."""
        try:
            text = region.decode("utf-8")
        except UnicodeDecodeError:
            return None
        opening, middle, close = self._open, self._middle, self._close
        if not text.startswith(opening):
            return None
        rows = [row.split(middle) for row in text[len(opening) : -len(close)].split(close + opening)]
        joined = "".join(chain.from_iterable(rows))
        # Four fields in each row, no other tag in any field: then the region is rows from end to end.
        if set(map(len, rows)) != {4} or "<" in joined or not joined.isprintable() or "]]>" in joined:
            return None
        if len(text) > self._limits.text:
            return None
        if "&" in joined:
            if joined.count("&") != len(_ENTITY.findall(joined)):
                return None
            for row in rows:
                row[:] = [_ENTITY.sub(lambda sign: _ENTITIES[sign[0]], field) for field in row]
        macs = [row[0] for row in rows]
        if set(map(len, macs)) != {12} or "".join(macs).strip("0123456789ABCDEF"):
            return None
        if any(map(looks_like_date, {row[2] for row in rows})):
            return None
        return self._interner.rows(rows)
