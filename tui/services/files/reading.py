"""Files, stdin and open streams as bytes: looked at before they are read, and never read beyond the limit."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tui.errors import InputError
from tui.intake.encoding import SIZE_LIMIT
from tui.model.text.inert import make_inert

_STDIN = "-"
_PIECE = 1 << 20


def read_source(source: str | Path | BinaryIO, *, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a file, of stdin (`-`) or of an open stream. Raises InputError naming the file if it
    cannot be read or has more than `limit` bytes."""
    if not isinstance(source, str | Path):
        return _read(source, "The input", limit)
    if str(source) == _STDIN:
        try:
            return _read(sys.stdin.buffer, "stdin", limit)
        except OSError as error:
            raise InputError(
                "Standard input cannot be read.", f"{error.strerror}.", "Give a file, or pipe the text in."
            ) from None
    path = Path(source).expanduser()
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise InputError("This is a folder.", str(path), "Choose a file in it.")
        if not stat.S_ISREG(kind) and not stat.S_ISFIFO(kind):
            raise InputError("This is not a file.", str(path), "Choose a file.")
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > limit:
                raise _too_large(str(path), f"it has {size >> 20:,} MiB", limit)
            return _read(stream, str(path), limit)
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:
        reason = str(error)
    raise InputError(
        "The file cannot be read.", f"{str(path)!r}: {reason}.", "Check its name and permissions."
    )


@contextmanager
def naming(source: str | Path) -> Iterator[None]:
    """An InputError that the block raises names the file, if it does not yet."""
    try:
        yield
    except InputError as error:
        name = "stdin" if str(source) == _STDIN else make_inert(str(source))
        if name not in error.detail:
            error.detail = f"{name}: {error.detail}"
        raise


def _read(stream: BinaryIO, name: str, limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit + 1
    while left and (piece := stream.read(min(left, _PIECE))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise _too_large(name, "it goes on", limit)
    return b"".join(pieces)


def _too_large(name: str, size: str, limit: int) -> InputError:
    return InputError(
        "The file is too large.",
        f"{name}: {size}, over the limit of {limit >> 20} MiB.",
        "Nothing was sent. Split the file.",
    )
