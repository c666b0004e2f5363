"""How people, labels, switches and spreadsheets write a MAC and its four digits.

A MAC is 12 hex digits in equal groups of 2, 3, 4 or 6 behind one separator, or without any. The suffix of a
MAC-ID is one group of four behind a separator, two groups of two, or stands in brackets.
"""

from __future__ import annotations

from functools import lru_cache

from tui.patterns import pattern

HEX = "0123456789ABCDEFabcdef"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
QUOTES = (
    "\"'`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f"
    "\u2039\u203a\u00ab\u00bb\u2032\u2033\uff02\uff07"
)
# Characters without a width: they come along when text is copied from web pages, chats and documents.
INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
    + "".join(map(chr, (*range(0x2060, 0x2070), *range(0xFE00, 0xFE10))))
)
# str.strip() would also eat FS, GS, RS and US, which scanners send and which must be named.
MARGIN = " \t\r\n" + _BLANKS
_TO_SHAPE = (
    {ord(char): "0" for char in HEX}
    | {ord(char): "-" for char in DASHES}
    | {ord(char): " " for char in _BLANKS}
    | {ord("["): "(", ord("]"): ")", ord("\uff1a"): ":", ord("\uff3f"): "_"}
)
# Separator of the MAC's groups: what the spelling is called. `-` stands for any dash.
_SIGNS = {":": "colons", "-": "hyphens", ".": "dots", " ": "blanks", "_": "underscores"}
_SIZES = (2, 3, 4, 6)
SHORT = "colons without their zeros"


def _macs() -> dict[str, tuple[str, str]]:
    shapes = {"0" * 12: ("plain", "")}
    for size in _SIZES:
        for sign, name in _SIGNS.items():
            groups = sign.join(["0" * size] * (12 // size))
            shapes[groups] = (name if size in (2, 4) else f"groups of {size}", sign)
    return shapes


_MACS = _macs()
_SPACED = ("-", "/", "_", " ", " -", " - ", "- ", " /", " / ", "/ ")
_TAILS = (
    *(sign + "0000" for sign in _SPACED),
    "(0000)", " (0000)", "-(0000)",
    *(f"{before}00{between}00" for before in ("-", "/", " ", "_", " - ") for between in (":", "-", " ", ".")),
)  # fmt: skip
# Six colon-separated numbers without their leading zeros, as BSD, Solaris and macOS print them.
_SHORT = pattern(r"0{1,2}(?::0{1,2}){5}")
_SHORT_BEGUN = pattern(r"0{1,2}(?::0{1,2}){0,5}:?")


def to_shape(text: str) -> str:
    """The text with every hex digit written 0 and every dash, blank and bracket as its ASCII kin."""
    return text.translate(_TO_SHAPE)


@lru_cache(maxsize=64)
def _tails(mac: str, sign: str) -> tuple[str, ...]:
    """What may follow a MAC of that shape. Eight even pairs are no MAC-ID: an EUI-64 is written so."""
    if mac == "0" * 12:
        return (*_TAILS, ":0000", "0000")
    pairs = mac[2:3] == sign
    more = (f"{sign}0000",) if sign in ":-_" else (".0000",) if sign == "." and mac[4:5] == "." else ()
    kept = [tail for tail in _TAILS if not (pairs and tail == f"{sign}00{sign}00")]
    return tuple(dict.fromkeys((*kept, *more)))


@lru_cache(maxsize=512)
def complete(shape: str) -> tuple[str, bool] | None:
    """Name of the spelling and whether it has a suffix, None if the shape is no whole identifier."""
    if shape in _MACS:
        return _MACS[shape][0], False
    if shape == "0" * 16:
        return "run together", True
    for mac, (name, sign) in _MACS.items():
        if shape.startswith(mac) and shape[len(mac) :] in _tails(mac, sign):
            return name, True
    short = _SHORT.match(shape)
    if short is not None:
        tail = shape[short.end() :]
        if not tail or tail in _tails(":".join(["00"] * 6), ":"):
            return SHORT, bool(tail)
    return None


@lru_cache(maxsize=512)
def viable(shape: str) -> int:
    """How many characters from the start can still become an identifier; all of them for one on its way."""
    for end in range(min(len(shape), 40), -1, -1):
        if following(shape[:end]) or complete(shape[:end]) is not None:
            return end
    return 0


@lru_cache(maxsize=512)
def following(begun: str) -> frozenset[str]:
    """The signs that may follow a shape; empty if nothing may."""
    found: set[str] = set()
    at = len(begun)
    for mac, (_, sign) in _MACS.items():
        if mac.startswith(begun):
            found.update(mac[at : at + 1] or {tail[0] for tail in _tails(mac, sign)})
        elif begun.startswith(mac):
            rest = begun[len(mac) :]
            found |= {tail[len(rest)] for tail in _tails(mac, sign) if tail.startswith(rest) and tail != rest}
    if _SHORT_BEGUN.fullmatch(begun):
        groups = begun.split(":")
        found |= {"0"} if len(groups[-1]) < 2 else set()
        found |= {":"} if groups[-1] and len(groups) < 6 else set()
    short = _SHORT.match(begun)
    if short is not None and short.end() < 17:
        rest = begun[short.end() :]
        tails = _tails(":".join(["00"] * 6), ":")
        found |= {tail[len(rest)] for tail in tails if tail.startswith(rest) and tail != rest}
    return frozenset(found)


def fill_zeros(text: str) -> str:
    """`7c:2f:80:a1:0:6` with its zeros; `text` has the shape of six short groups, perhaps with a suffix."""
    match = _SHORT.match(to_shape(text))
    assert match is not None
    groups = text[: match.end()].split(":")
    return ":".join(group.zfill(2) for group in groups) + text[match.end() :]
