"""Bytes of unknown origin to text, and a clear refusal of what is no text."""

from __future__ import annotations

import codecs

from tui.classes import define
from tui.errors import InputError
from tui.intake.charsets import Charset, guess_charset

SIZE_LIMIT = 64 * 1024 * 1024
# utf-32-le begins like utf-16-le, so the longer marks come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_BINARY = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_ACCEPTED = "Give a CSV or TSV file, a list of MAC-IDs, ap-client.py command lines or an XML-RPC file."


@define(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read with, what to say about that, and the charsets that it may as well be
    in."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()
    others: tuple[Charset, ...] = ()


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as workbooks do: a ZIP archive, or a compound file of old Excel."""
    return data.startswith(_WORKBOOKS)


def check_size(size: int) -> None:
    """Refuse what is over the limit. Raises InputError."""
    if size > SIZE_LIMIT:
        raise InputError(
            "The input is too big.",
            f"{size >> 20} MiB, over the limit of {SIZE_LIMIT >> 20} MiB.",
            "Split the file.",
        )


def decode_bytes(data: bytes) -> Decoded:
    """Text from bytes: by byte order mark, else UTF-8, else the likeliest charset of single bytes, which is
    said. Raises InputError on
    binary data.
    """
    check_size(len(data))
    for magic, name in _BINARY:
        if data.startswith(magic):
            raise InputError("The input is not text.", f"It is {name}.", _ACCEPTED)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data, encoding)
    if b"\x00" in data[:4096]:
        wide = _guess_wide(data)
        if wide:
            return Decoded(
                data.decode(wide), wide, (f"Read as {wide}, guessed: there is no byte order mark.",)
            )
    try:
        return Decoded(refuse_nul(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n" if b"\n" in data else b"\r", 0, error.start) + 1
    taken, others = guess_charset(data)
    text = refuse_nul(data.decode(taken.codec, errors="replace"))
    note = f"Read as {taken.name}: line {line} is not UTF-8. Check letters with accents."
    return Decoded(text, taken.codec, (note,), others)


def read_otherwise(text: str, decoded: Decoded) -> list[tuple[str, Charset]]:
    """What a piece of the text is in the charsets that the whole may as well be in, where it differs."""
    if text.isascii() or not decoded.others:
        return []
    data = text.encode(decoded.encoding, errors="replace")
    readings: dict[str, Charset] = {}
    for charset in decoded.others:
        readings.setdefault(data.decode(charset.codec, errors="replace"), charset)
    return [(reading, charset) for reading, charset in readings.items() if reading != text]


def refuse_nul(text: str) -> str:
    """The text itself, if it holds no NUL. Raises InputError naming the line."""
    place = text.find("\x00")
    if place < 0:
        return text
    line = text.count("\n", 0, place) + 1
    raise InputError("The input is not text.", f"NUL (0x00) on line {line}.", _ACCEPTED).about(line=line)


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"It is marked as {encoding}, but byte {error.start + 1} does not fit."
        raise InputError("The input cannot be read as text.", detail, "Save it again as UTF-8.") from None
    notes = () if encoding == "utf-8-sig" else (f"Read as {encoding}.",)
    return Decoded(refuse_nul(text), encoding, notes)


def _guess_wide(data: bytes) -> str:
    """utf-16-le or -be if every other byte of the beginning is almost always NUL and the whole decodes."""
    start = data[:4096]
    pairs = len(start) // 2
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        if pairs and start[offset::2].count(0) >= pairs * 0.9 and start[1 - offset :: 2].count(0) == 0:
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    return ""
