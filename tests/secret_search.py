"""Looks for known secrets in bytes: as they are, in other spellings, packed, and in the pages of SQLite."""

from __future__ import annotations

import base64
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

_PACKED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_ZIP_MEMBER = b"PK\x03\x04"
_LARGEST = 1 << 24


def spell(secret: str) -> Iterator[bytes]:
    """The spellings of a secret: plain, quoted for URL, JSON and XML, UTF-16, hexadecimal, and base64 at any
    place in a longer text."""
    raw = secret.encode()
    yield raw
    yield from (
        text.encode()
        for text in (
            quote(secret, safe=""),
            quote(secret),
            quote_plus(secret),
            escape(secret),
            repr(secret)[1:-1],
        )
    )
    yield from (secret.lower().encode(), raw.hex().encode(), raw.hex().upper().encode())
    yield secret.encode("utf-16-le")
    for before in range(3):
        # Without the characters that depend on what stands beside it.
        coded = base64.b64encode(b"\0" * before + raw)
        inside = coded[(0, 2, 3)[before] : len(coded) - 4]
        yield inside
        yield inside.translate(bytes.maketrans(b"+/", b"-_"))


class Search:
    """Secrets to look for, by the names that a failure shows instead of them."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self._spellings = {name: set(spell(secret)) for name, secret in secrets.items()}

    def in_bytes(self, data: bytes) -> set[str]:
        """The names of the secrets that these bytes hold."""
        return {
            name
            for view in _views(data)
            for name, spellings in self._spellings.items()
            if any(spelling in view for spelling in spellings)
        }

    def in_files(self, paths: Iterable[Path]) -> dict[Path, set[str]]:
        """The files that hold secrets, and which."""
        found: dict[Path, set[str]] = {}
        for path in paths:
            names = self.in_bytes(path.read_bytes())
            if path.read_bytes()[:16] == b"SQLite format 3\0":
                # A value that is longer than a page is cut in the file.
                names |= {name for cell in _cells(path) for name in self.in_bytes(cell)}
            if names:
                found[path] = names
        return found


def _views(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them, wherever it begins."""
    yield data
    yield data.replace(b"\n", b"").replace(b"\r", b"")  # base64 and the like, whose lines are cut
    for mark in _PACKED:
        at = data.find(mark)
        while at >= 0:
            yield _unpack(data[at:], 47)
            at = data.find(mark, at + 1)
    at = data.find(_ZIP_MEMBER)
    while at >= 0:
        names, extra = (int.from_bytes(data[at + place : at + place + 2], "little") for place in (26, 28))
        yield _unpack(data[at + 30 + names + extra :], -15)
        at = data.find(_ZIP_MEMBER, at + 1)


def _unpack(data: bytes, kind: int) -> bytes:
    """What can be unpacked from the beginning of the data."""
    unpacker = zlib.decompressobj(kind)
    unpacked = b""
    with suppress(zlib.error):
        for start in range(0, len(data), 4096):
            unpacked += unpacker.decompress(data[start : start + 4096], _LARGEST)
            if unpacker.eof or len(unpacked) >= _LARGEST:
                break
    return unpacked


def _cells(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table.decode()}"'):
                yield from (value for value in row if isinstance(value, bytes))


def list_files(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
