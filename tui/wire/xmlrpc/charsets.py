"""Bytes of any declared charset into UTF-8 that expat takes, with what XML cannot carry mended."""

from __future__ import annotations

import codecs
import re

from tui.patterns import pattern
from tui.wire.xmlrpc.values import Malformed

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = pattern(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._:-]{0,40})["']""")
# Real charsets of text; Python's other codecs (zip, rot13, punycode, unicode_escape, ...) have no place in a
# reply.
_TEXT_CODEC = pattern(
    r"ascii|utf-(?:8|16(?:-[lb]e)?|32(?:-[lb]e)?)|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|tis-620|ptcp154"
    r"|shift_jis\w*|euc_\w+|gb\w+|hz|big5\w*|johab|iso2022_\w+"
)
_CHARSET = pattern(r"""charset\s*=\s*["']?([a-z0-9][a-z0-9._:-]{0,40})""")
_SNIFF = 1024


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type header in lower case, if any."""
    match = _CHARSET.search((content_type or "").lower())
    return match[1] if match else None


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    if found != "utf-8" and not _TEXT_CODEC.fullmatch(found):
        raise Malformed("its character set is not known")
    return "utf-8" if found == "ascii" else found


class Transcoder:
    """Turns the bytes of one document into UTF-8, piece by piece. A byte order mark outranks the charset of
    the Content-Type header, which outranks the XML declaration; without any of them it is UTF-8 or UTF-16.
    With `mending`, bytes that are none of the charset become U+FFFD."""

    def __init__(self, charset: str | None = None, *, mending: bool = False) -> None:
        self._charset = charset
        self._errors = "replace" if mending else "strict"
        self._head: bytes | None = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes, final: bool = False) -> bytes:
        """The UTF-8 for `data`; nothing until enough was seen to know the charset. Raises Malformed."""
        if self._head is not None:
            self._head += data
            if not final and len(self._head) < _SNIFF and b"?>" not in self._head:
                return b""
            data, self._head = self._open(self._head), None
        if self._decoder is None:
            return data
        try:
            return self._decoder.decode(data, final).encode("utf-8")
        except UnicodeError:
            raise Malformed("its text is not in the character set it claims") from None

    def _open(self, head: bytes) -> bytes:
        for bom, name in _BOMS:
            if head.startswith(bom):
                return self._start(name, head[len(bom) :])
        if self._charset is not None:
            name = _codec(self._charset)
        elif head[:2] == b"<\0":
            name = "utf-16-le"
        elif head[:2] == b"\0<":
            name = "utf-16-be"
        else:
            declared = _DECLARED.match(head)
            name = _codec(declared[1].decode("ascii")) if declared else "utf-8"
            if name.startswith(("utf-16", "utf-32")):  # it could be read as ASCII, so it cannot be that
                name = "utf-8"
        return self._start(name, head)

    def _start(self, name: str, head: bytes) -> bytes:
        if name != "utf-8":
            self._decoder = codecs.getincrementaldecoder(name)(self._errors)
        return head


_HIGH = rb"&#(?:0{0,8}5(?:529[6-9]|5[3-9]\d\d|6[0-2]\d\d|63[01]\d)|x0{0,8}[dD][89abAB][0-9a-fA-F]{2});"
_LOW = (
    rb"&#(?:0{0,8}5(?:63[2-9]\d|6[4-9]\d\d|7[0-2]\d\d|73[0-3]\d|734[0-3])|x0{0,8}[dD][c-fC-F][0-9a-fA-F]{2});"
)
_SURROGATE = rb"<!\[CDATA\[|<!--|" + _HIGH + _LOW + rb"|" + _HIGH + rb"|" + _LOW
_SIGN = pattern(_SURROGATE)
# What XML 1.0 has no room for, as a reference and as it is.
_BARRED = (
    rb"&#(?:0{0,8}(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])"
    rb"|x0{0,8}(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]));"
)
_SIGN_OR_BARRED = pattern(_SURROGATE + rb"|" + _BARRED)
_BARRED_RAW = pattern(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_PARTIAL = pattern(
    rb"(?:" + _HIGH + rb")?&(?:#[0-9xa-fA-F]{0,16})?\Z|" + _HIGH + rb"\Z|<(?:!(?:-|\[[CDAT]{0,5})?)?\Z"
)


class ReferenceMender:
    """Replaces numeric references to surrogates, which XML forbids and some writers send: a pair becomes the
    character meant, half a pair U+FFFD; with `controls`, also those to characters that XML bars, by their
    picture or U+FFFD. CDATA sections and comments stay as they are."""

    def __init__(self, *, controls: bool = False) -> None:
        self._sign = _SIGN_OR_BARRED if controls else _SIGN
        self._held = b""
        self._until: bytes | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is held back and no CDATA section or comment is open."""
        return not self._held and self._until is None

    def feed(self, data: bytes, final: bool = False) -> bytes:
        """`data` mended, except for a short tail that is held back until more is known."""
        if self._held:
            data, self._held = self._held + data, b""
        if self._until is None and b"&" not in data and b"<!" not in data and not data.endswith((b"<", b"&")):
            return data
        parts: list[bytes] = []
        at = 0
        while True:
            if self._until is not None:
                end = data.find(self._until, at)
                if end < 0:
                    keep = 0 if final else min(len(self._until) - 1, len(data) - at)
                    parts.append(data[at : len(data) - keep])
                    self._held = data[len(data) - keep :] if keep else b""
                    break
                end += len(self._until)
                parts.append(data[at:end])
                at, self._until = end, None
            sign = self._sign.search(data, at)
            partial = None if final else _PARTIAL.search(data, max(at, len(data) - 64))
            if sign is None or (partial is not None and partial.start() <= sign.start()):
                stop = len(data) if partial is None else partial.start()
                parts.append(data[at:stop])
                self._held = data[stop:]
                break
            parts.append(data[at : sign.start()])
            at = sign.end()
            text = sign[0]
            if text.startswith(b"<"):
                parts.append(text)
                self._until = b"]]>" if text.endswith(b"[") else b"-->"
            else:
                parts.append(_mended(text))
        return b"".join(parts)


def _mended(text: bytes) -> bytes:
    points = [
        int(digits[1:], 16) if digits.startswith("x") else int(digits)
        for digits in (part[2:] for part in text.decode("ascii").split(";") if part)
    ]
    if len(points) == 2 and points[0] < 0xDC00 <= points[1]:
        return b"&#%d;" % (0x10000 + ((points[0] - 0xD800) << 10) + (points[1] - 0xDC00))
    if points[0] < 0x20:
        return b"&#%d;" % (0x2400 + points[0])
    return b"&#65533;" * len(points)


class TextMender:
    """UTF-8 of any quality into UTF-8 that XML can carry, so that one bad byte does not cost a whole answer:
    malformed sequences become U+FFFD, control characters their pictures, references are mended."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._references = ReferenceMender(controls=True)

    @property
    def settled(self) -> bool:
        """Whether nothing is held back and no CDATA section or comment is open."""
        return self._references.settled and not self._decoder.getstate()[0]

    def feed(self, data: bytes, final: bool = False) -> bytes:
        """`data` mended, except for a short tail that is held back until more is known."""
        if final or not data.isascii() or self._decoder.getstate()[0]:
            data = self._decoder.decode(data, final).encode("utf-8")
        if _BARRED_RAW.search(data):
            data = _BARRED_RAW.sub(_picture, data)
        return self._references.feed(data, final)


def _picture(match: re.Match[bytes]) -> bytes:
    byte = match[0][0]
    return (chr(0x2400 + byte) if byte < 0x20 else "\ufffd").encode("utf-8")
