"""The fast path: rows of one learned layout cut out of listDevices by splitting, proven complete before they
count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sys import getsizeof

from tui.model.device import DeviceRow
from tui.patterns import pattern
from tui.wire.xmlrpc.answers import looks_like_date
from tui.wire.xmlrpc.values import Limits

_SPACE = rb"[ \t\r\n]*"
_OPEN = _SPACE + rb"<value>" + _SPACE + rb"<array>" + _SPACE + rb"<data>" + _SPACE
_CLOSE = _SPACE + rb"</data>" + _SPACE + rb"</array>" + _SPACE + rb"</value>"
_FIRST_TYPED = pattern(
    rb"(" + _OPEN + rb"<value>" + _SPACE + rb"<string>)[^<]*"
    rb"(</string>" + _SPACE + rb"</value>" + _SPACE + rb"<value>" + _SPACE + rb"<string>)"
    rb"[^<]*\2[^<]*\2[^<]*(</string>" + _SPACE + rb"</value>" + _CLOSE + rb")"
)
_FIRST_UNTYPED = pattern(
    rb"("
    + _OPEN
    + rb"<value>)[^<]*(</value>"
    + _SPACE
    + rb"<value>)[^<]*\2[^<]*\2[^<]*(</value>"
    + _CLOSE
    + rb")"
)
_ENTITY = pattern("&(?:amp|lt|gt|quot|apos);")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_ARRAY_END = b"</array></value>"
_ROW_LIMIT = 64 * 1024
_KEPT = 8192
_EDGE = "\0"


class Interner:
    """Equal texts as one object, for the texts seen of late: providers and URLs repeat, and a list may be
    long."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self.size = 0  # bytes of memory that the texts handed out take

    def one(self, text: str) -> str:
        """The object to use for `text`."""
        known = self._known.get(text)
        if known is not None:
            return known
        if len(self._known) > _KEPT:
            self._known.clear()
        self.size += getsizeof(text)
        self._known[text] = text
        return text


def _plain(raw: str) -> str | None:
    """The text that `raw` element content spells, or None if it takes the strict reader to tell."""
    if "<" in raw or "]]>" in raw or not raw.isprintable():
        return None
    if "&" in raw:
        if raw.count("&") != len(_ENTITY.findall(raw)):
            return None
        return _ENTITY.sub(lambda sign: _ENTITIES[sign[0]], raw)
    return raw


class _Column:
    """Raw element content to the text it spells, each checked once while it is remembered."""

    def __init__(self, interner: Interner, dates: bool) -> None:
        self._known: dict[str, str] = {}
        self._interner = interner
        self._dates = dates

    def texts(self, raws: Sequence[str]) -> Iterable[str] | None:
        """The texts of a column, or None if one of them takes the strict reader."""
        known = self._known
        new = set(raws).difference(known)
        if new:
            if len(known) > _KEPT:
                known.clear()
                new = set(raws)
            for raw in new:
                text = _plain(raw)
                if text is None or (not self._dates and looks_like_date(text)):
                    return None
                known[raw] = self._interner.one(text)
        return map(known.__getitem__, raws)


class FastRows:
    """Takes whole rows off the front of UTF-8 that stands between rows, if each is exactly of the layout of
    the first row it saw, plain, well-formed and of the documented order. What it does not take is left
    untouched."""

    def __init__(self, interner: Interner, limits: Limits) -> None:
        self._names = _Column(interner, dates=True)
        self._urls = _Column(interner, dates=False)
        self._interner = interner
        self._limits = limits
        self._open = self._middle = self._close = ""
        self._end = self._tail = b""

    def take(self, data: bytes) -> tuple[list[DeviceRow], bytes, bool]:
        """Rows, the bytes after them, and whether those bytes need the strict reader even if more were to
        follow."""
        if not self._end and not self._learn(data):
            return [], data, len(data) > _ROW_LIMIT or self._complete(data)
        stop = self.edge(data)
        if not stop:
            return [], data, len(data) > _ROW_LIMIT or self._complete(data)
        rows = self._rows(data[:stop])
        if rows is None:
            self._end = b""  # the next row that the fast path meets may teach it another layout
            return [], data, True
        return rows, data[stop:], False

    def edge(self, data: bytes) -> int:
        """Where in `data` the last row ends, as far as its text tells; 0 if none does."""
        end = self._end or _ARRAY_END
        stop = data.rfind(end) + len(end)
        if stop < len(end):
            return 0
        # Without types the end of the whole list, right behind the last row, looks like another row's end.
        outer = stop - len(self._tail)
        return outer if self._tail and data.endswith(end, 0, outer) else stop

    def _complete(self, data: bytes) -> bool:
        return b"</array>" in data

    def _learn(self, data: bytes) -> bool:
        match = _FIRST_TYPED.match(data) or _FIRST_UNTYPED.match(data)
        if match is None:
            return False
        self._open, self._middle, self._close = (part.decode("ascii") for part in match.groups())
        self._end = match[3]
        self._tail = self._end.removeprefix(b"</value>") if self._end.startswith(b"</value>") else b""
        return True

    def _rows(self, region: bytes) -> list[DeviceRow] | None:
        """The rows of `region`, or None unless all of it is rows of the layout and the strict reader would
        agree."""
        try:
            text = region.decode("utf-8")
        except UnicodeDecodeError:
            return None
        opening, middle, close = self._open, self._middle, self._close
        if not text.startswith(opening) or len(text) > self._limits.text:
            return None
        inner = text[len(opening) : -len(close)]
        cells = inner.replace(close + opening, middle + _EDGE + middle).split(middle)
        # An edge after every four cells and nowhere else, and no tag in any cell: the region is rows from end
        # to end.
        count = len(cells) // 5 + 1
        if len(cells) % 5 != 4 or cells[4::5].count(_EDGE) != count - 1:
            return None
        macs, dates = cells[0::5], cells[3::5]
        if set(map(len, macs)) != {12} or "".join(macs).strip("0123456789ABCDEF"):
            return None
        if _plain(written := "".join(dates)) != written or "&" in written:
            return None
        self._interner.size += max(0, getsizeof(written) - 16 * count - 80)
        names, urls = self._names.texts(cells[1::5]), self._urls.texts(cells[2::5])
        if names is None or urls is None:
            return None
        return list(zip(macs, names, urls, dates, strict=True))
