"""Search over device rows: every word must occur in some column, whatever its case and however its
accents are composed, and whatever the spelling of the MAC.

A `SearchBlock` holds the folded text of some thousand rows so that one pass over them runs at the speed of C:
columns that repeat are one byte a row, the others one string a block. About 35 bytes a row where URLs repeat.
Long texts are not copied: they are folded one after the other at every search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import repeat
from operator import contains, itemgetter
from sys import getsizeof

from tui.classes import define
from tui.errors import IdentifierError
from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.model.identifiers import parse_identifier
from tui.model.secrets import mask_credentials
from tui.model.text.inert import fold_case
from tui.patterns import pattern
from tui.services.devices.bitmap import intersect, unite

_CODES = 256
_LONG = 4 << 20

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"))
_PAIRS = pattern(r"[0-9a-f]{1,2}(?:[:\-][0-9a-f]{2})*(?:[:\-][0-9a-f]?)?")
_QUADS = pattern(r"[0-9a-f]{1,4}(?:\.[0-9a-f]{4})*(?:\.[0-9a-f]{0,3})?")
_WITH_SUFFIX = pattern(r"([0-9a-f]{12}|(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2})[\-/]?[0-9a-f]{0,4}")


@define(frozen=True, slots=True)
class Term:
    """One word: `word` is looked for in every column, `mac` (lower-case hex or empty) in the MAC only."""

    word: str
    mac: str = ""

    def narrows(self, other: Term) -> bool:
        """Whether every row that holds this term also holds `other`."""
        return other.word in self.word and (
            not self.mac or other.word in self.mac or bool(other.mac and other.mac in self.mac)
        )


@define(frozen=True, slots=True)
class Query:
    """Words that must all occur, in any order; without words everything matches."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, row: DeviceRow) -> bool:
        """Whether one row answers the query."""
        mac = row[MAC].casefold()
        columns = (
            mac,
            fold_case(row[PROVIDER]),
            fold_case(mask_credentials(row[URL])),
            row[SERVER_DATE].casefold(),
        )
        return all(
            any(term.word in column for column in columns) or bool(term.mac and term.mac in mac)
            for term in self.terms
        )

    def narrows(self, other: Query) -> bool:
        """Whether rows that do not answer `other` cannot answer this query."""
        return all(any(term.narrows(old) for term in self.terms) for old in other.terms)


def parse_query(text: str) -> Query:
    """The query that `text` spells. A MAC may be typed with its separators, a MAC-ID stands for its MAC."""
    folded = fold_case(text.translate(_DASHES))
    try:
        whole = parse_identifier(folded)
    except IdentifierError:
        return Query(tuple(Term(word, _spell_mac(word)) for word in dict.fromkeys(folded.split())))
    if " " not in folded.strip():
        return Query((Term(folded.strip(), whole.mac.lower()),))
    return Query((Term(whole.mac.lower(), whole.mac.lower()),))


def _spell_mac(word: str) -> str:
    match = _WITH_SUFFIX.fullmatch(word)
    if match:
        return re.sub(r"[:\-]", "", match[1])
    if _PAIRS.fullmatch(word) or _QUADS.fullmatch(word):
        return re.sub(r"[:.\-]", "", word)
    return ""


class _Coded:
    """A column with at most 256 different values: one byte a row."""

    __slots__ = ("codes", "size", "values")

    def __init__(self, codes: bytes, values: list[str]) -> None:
        self.codes = codes
        self.values = values
        self.size = len(codes) + sum(map(getsizeof, values))

    def find(self, word: str) -> bytes | None:
        table = bytes(map(contains, self.values, repeat(word)))
        if not any(table):
            return None
        return self.codes.translate(table.ljust(_CODES, b"\0"))


class _Plain:
    """A column of mostly different values: one string, a line a row."""

    __slots__ = ("count", "size", "text")

    def __init__(self, text: str, count: int) -> None:
        self.text = text
        self.count = count
        self.size = getsizeof(text)

    def find(self, word: str) -> bytes | None:
        text, position = self.text, self.text.find(word)
        if position < 0:
            return None
        if text.count(word) * 4 > self.count:
            return bytes(map(contains, text.split("\n"), repeat(word)))
        flags = bytearray(self.count)
        row = line_end = 0
        while position >= 0:
            row += text.count("\n", line_end, position)
            flags[row] = 1
            line_end = text.find("\n", position)
            if line_end < 0:
                break
            position = text.find(word, line_end)
        return bytes(flags)


class _Long:
    """A column of long texts: the texts of the rows themselves."""

    __slots__ = ("size", "spell", "values")

    def __init__(self, values: list[str], spell: Callable[[str], str]) -> None:
        self.values = values
        self.spell = spell
        self.size = getsizeof(values)

    def find(self, word: str) -> bytes | None:
        flags = bytes(word in fold_case(self.spell(value)) for value in self.values)
        return flags if 1 in flags else None


def _encode(
    values: list[str], *, repeating: bool = True, spell: Callable[[str], str] = str
) -> _Coded | _Plain | _Long:
    if sum(map(len, values)) > _LONG:
        return _Long(values, spell)
    if spell is not str:
        values = list(map(spell, values))
    if repeating:
        code = {value: number for number, value in enumerate(dict.fromkeys(values))}
        if len(code) <= _CODES:
            return _Coded(bytes(map(code.__getitem__, values)), [fold_case(value) for value in code])
    text = "\n".join(values)
    if text.count("\n") != len(values) - 1:
        text = "\n".join([value.replace("\n", " ") for value in values])
    return _Plain(fold_case(text), len(values))


class SearchBlock:
    """The search text of one block of rows."""

    __slots__ = ("columns", "count", "macs", "size")

    def __init__(self, rows: Sequence[DeviceRow]) -> None:
        self.count = len(rows)
        self.macs = _encode(list(map(itemgetter(MAC), rows)), repeating=False)
        self.columns = (
            _encode(list(map(itemgetter(PROVIDER), rows))),
            _encode(list(map(itemgetter(URL), rows)), spell=mask_credentials),
            self.macs,
            _encode(list(map(itemgetter(SERVER_DATE), rows))),
        )
        self.size = sum(column.size for column in self.columns)

    def find(self, query: Query) -> bytes | None:
        """One byte a row, 1 where the query is answered; None where no row answers."""
        found: bytes | None = None
        for term in query.terms:
            flags = self._find_term(term)
            if flags is None:
                return None
            found = flags if found is None else intersect(found, flags)
        return b"\1" * self.count if found is None else found if 1 in found else None

    def _find_term(self, term: Term) -> bytes | None:
        found: bytes | None = None
        for column in self.columns:
            flags = column.find(term.word)
            if flags is not None:
                found = flags if found is None else unite(found, flags)
                if 0 not in found:
                    return found
        if term.mac and term.mac != term.word:
            flags = self.macs.find(term.mac)
            if flags is not None:
                found = flags if found is None else unite(found, flags)
        return found
