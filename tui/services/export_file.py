"""An export written to a file that only its owner reads; nothing is ever overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tui.errors import StoreError


def write_export(path: Path, pieces: Iterable[str]) -> int:
    """Write the pieces to a new file of mode 0600; how many bytes. Raises StoreError if the file exists or
    cannot be written; then no half of it is left."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise StoreError(
            "That file exists.", f"{path}", "Choose another name; nothing is overwritten."
        ) from error
    except (OSError, ValueError) as error:
        raise StoreError(
            "The file cannot be made.", f"{path}: {_reason(error)}.", "Choose another place."
        ) from error
    size = 0
    try:
        with open(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            for piece in pieces:
                file.write(piece)
                size += len(piece.encode("utf-8", "replace"))
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise StoreError(
            "The file cannot be written.", f"{path}: {_reason(error)}.", "Is the disk full?"
        ) from error
    return size


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
