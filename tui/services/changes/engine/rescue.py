"""MAC passwords that the journal could not take: kept in a private file until it can."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tui.errors import IdentifierError, RedirectoryError
from tui.model.addresses import Identifier
from tui.model.identifiers import parse_identifier
from tui.model.secrets import Secret
from tui.services.session import Session
from tui.settings.files.paths import Places
from tui.settings.files.private import find_intruder, write_new

_NAME = "redirectory-passwords-"
_MOST_BYTES = 64 * 1024 * 1024


def keep(session: Session, passwords: Mapping[Identifier, Secret]) -> Path | None:
    """Writes the passwords to a file that only its owner reads: beside the journal, else where there is room.
    None if no place takes them."""
    lines = [
        json.dumps(
            {"account": session.account_key, "mac_id": one.wire, **session.journal.write_secret(password)}
        )
        + "\n"
        for one, password in passwords.items()
    ]
    for folder in _folders(session.places):
        path = folder / f"{_NAME}{os.urandom(6).hex()}.jsonl"
        with suppress(RedirectoryError, OSError):
            write_new(path, lines)
            return path
    return None


def bring_in(session: Session) -> dict[str, Secret]:
    """Puts what is kept for the session's account into the vault and removes the files; the passwords by MAC.
    Raises StoreError if the journal still cannot take them."""
    found: dict[str, Secret] = {}
    for folder in _folders(session.places):
        for path in _files(folder):
            lessons = _read(path, session)
            for identifier, password in lessons.items():
                session.journal.remember(session.account_key, identifier, password)
                found[identifier.mac] = password
            if lessons:
                with suppress(OSError):
                    path.unlink()
    return found


def _folders(places: Places) -> tuple[Path, ...]:
    return (places.state, places.data, places.cache, Path(tempfile.gettempdir()))


def _files(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(folder.glob(f"{_NAME}*.jsonl"))
    except OSError:
        return
    # In a folder that others can write, a file may be planted.
    yield from (path for path in names if not path.is_symlink() and not find_intruder(path))


def _read(path: Path, session: Session) -> dict[Identifier, Secret]:
    lessons: dict[Identifier, Secret] = {}
    with suppress(OSError, ValueError, IdentifierError, KeyError, TypeError, AttributeError):
        if path.stat().st_size > _MOST_BYTES:
            return lessons
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["account"] == session.account_key:
                lessons[parse_identifier(entry["mac_id"])] = session.journal.read_secret(entry)
    return lessons
