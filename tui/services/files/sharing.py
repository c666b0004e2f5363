"""MAC-IDs and MAC passwords shared by a folder: on a network drive, in git, by rsync, without a server.

Each person writes, on each machine, one file of their own and reads those of all others. A file is a log:
JSON lines as `secrets import` reads them, to which each synchronisation adds what is new in the vault. It is
written beside itself and renamed, so that others see the old one or the new one. Encrypted it ends in
`.jsonl.age` and holds everything; in the clear it ends in `.jsonl` and holds MAC-IDs only.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from tui.classes import define, field
from tui.errors import InputError, RedirectoryError, StoreError, UsageError
from tui.intake.encoding import SIZE_LIMIT
from tui.model.secrets import Secret
from tui.patterns import pattern
from tui.services.files.reading import read_source
from tui.services.files.sealing import Keys, Lock, is_sealed, seal, unseal
from tui.services.files.secret_files import read_secret_file
from tui.services.storage.journal import Journal
from tui.services.storage.merging import Lesson, Verdict, merge
from tui.services.storage.vault import VaultEntry
from tui.services.storage.vault_key import no_key
from tui.settings.files.paths import Places
from tui.settings.files.private import PrivateFile, make_folder, write_new

_PLAIN, _SEALED = ".jsonl", ".jsonl.age"
_NAME = pattern(r"[A-Za-z0-9._-]{1,120}@[A-Za-z0-9._-]{1,120}")


@define(slots=True)
class Synchronised:
    """What a synchronisation came to: the lessons of others, what could not be read, how many files of others
    were, and how many lines were added to the own file, or would be."""

    path: Path
    verdicts: list[Verdict] = field(default_factory=list)
    bad: list[RedirectoryError] = field(default_factory=list)
    files: int = 0
    added: int = 0


@define(slots=True)
class _Log:
    """A file of the folder: the last lesson on each device, and the passwords before it."""

    data: bytes = b""
    last: dict[str, Lesson] = field(default_factory=dict)
    before: dict[str, list[Secret]] = field(default_factory=dict)

    def read(self, lessons: Iterable[Lesson]) -> None:
        for lesson in lessons:
            mac = lesson.identifier.mac
            known = self.last.get(mac)
            if known is not None and known.password not in (None, lesson.password):
                self.before.setdefault(mac, []).append(known.password)
            self.last[mac] = lesson

    def steps(self) -> set[tuple[str, Secret, Secret]]:
        return {
            (mac, old, now)
            for mac, passwords in self.before.items()
            for old in passwords
            if (now := self.last[mac].password) is not None and old != now
        }


def find_own_name(places: Places, *, dry_run: bool) -> str:
    """The name under which this person writes on this machine, `user@host-number`; kept from the first time
    on. Raises StoreError."""
    path = places.sharing_file
    try:
        kept = path.read_text("utf-8", "replace").strip()
    except FileNotFoundError:
        kept = ""
    except OSError as error:
        raise StoreError(
            "The name for shared folders cannot be read.", f"{path}: {error.strerror}."
        ) from None
    if _NAME.fullmatch(kept):
        return kept
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.geteuid())
    parts = (
        re.sub(r"[^A-Za-z0-9._-]", "_", text)[:60].lstrip(".") or "_" for text in (user, socket.gethostname())
    )
    name = f"{'@'.join(parts)}-{os.urandom(4).hex()}"
    if not dry_run:
        make_folder(path.parent)
        write_new(path, [f"{name}\n"], replace=True)
    return name


def synchronise(
    journal: Journal,
    account_key: str,
    folder: Path,
    name: str,
    lock: Lock | None,
    keys: Keys,
    *,
    theirs: bool,
    dry_run: bool = False,
) -> Synchronised:
    """Learns from the files of others what is new on the account's devices, then adds to the own file what
    it does not say yet; without a lock MAC-IDs only. What is contrary is taken with `theirs`, told always.
    Killed between the two, the next one writes the rest. Raises UsageError for a folder that is not there,
    InputError for an own file that cannot be read, which is left as it is, and StoreError."""
    own_path = folder / f"{name}{_SEALED if lock else _PLAIN}"
    result, own, others = Synchronised(own_path), _Log(), []
    for path in _list_files(folder):
        try:
            log = _read(path, account_key, keys, result)
        except RedirectoryError as error:
            error.detail = error.detail if path.name in error.detail else f"{path.name}: {error.detail}"
            if path == own_path:
                error.hint = "Give the key it was written with, or remove it: your vault knows what it says."
                raise
            result.bad.append(error)
            continue
        if path == own_path:
            own = log
        else:
            others.append(log)
            result.files += not path.name.startswith(f"{name}.")
    lessons = [lesson for log in others for lesson in log.last.values()]
    # The latest first is learnt where nothing is known; the latest last stays where theirs is taken.
    lessons.sort(key=lambda lesson: lesson.learnt_at, reverse=not theirs)
    replaced = {step for log in (own, *others) for step in log.steps()}
    result.verdicts = merge(journal, account_key, lessons, theirs=theirs, dry_run=dry_run, replaced=replaced)
    lines = _find_news(own, journal.recall_many(account_key), account_key, lock is not None)
    result.added = len(lines)
    if lines and not dry_run:
        data = own.data + b"\n" * (bool(own.data) and not own.data.endswith(b"\n")) + "".join(lines).encode()
        _write(own_path, data, lock)
    return result


def _list_files(folder: Path) -> list[Path]:
    try:
        found = [
            path for path in folder.iterdir() if path.name.endswith((_PLAIN, _SEALED)) and path.name[0] != "."
        ]
        return sorted(path for path in found if stat.S_ISREG(path.lstat().st_mode))
    except FileNotFoundError:
        raise UsageError(
            "There is no such folder.", str(folder), "Make it, or mount it. Nothing was changed."
        ) from None
    except OSError as error:
        raise UsageError("The folder cannot be read.", f"{folder}: {error.strerror}.") from None


def _read(path: Path, account_key: str, keys: Keys, result: Synchronised) -> _Log:
    raw = read_source(path, limit=SIZE_LIMIT)
    if path.name.endswith(_SEALED) and not is_sealed(raw):
        raise InputError("The file is not encrypted.", path.name, "It is half copied, or not of Redirectory.")
    log = _Log(unseal(raw, keys))
    if log.data.strip():
        if not log.data.lstrip().startswith(b"{"):
            raise InputError("The file is no shared file.", path.name, "Take it out of the folder.")
        found = read_secret_file(log.data, path.name, account_key, no_key())
        result.bad += found.bad
        log.read(found.lessons)
    return log


def _find_news(own: _Log, entries: dict[str, VaultEntry], account_key: str, with_secrets: bool) -> list[str]:
    """The lines that the own file lacks: earlier passwords first, so that others know them for earlier."""
    lines: list[str] = []
    for mac, entry in entries.items():
        last = own.last.get(mac)
        said = (last.identifier.mac_id, last.password) if last else (None, None)
        wanted = (entry.mac_id, entry.password if with_secrets else None)
        passwords: Sequence[Secret | None] = (wanted[1],)
        if wanted in (said, (None, None)):
            continue
        if with_secrets:
            known = (*own.before.get(mac, ()), said[1])
            passwords = (*(one for one in entry.earlier if one not in known), entry.password)
        for password in passwords:
            record = {
                "account": account_key,
                "mac": mac,
                "mac_id": entry.mac_id,
                "password": password.reveal() if password is not None else None,
                "learnt_at": entry.learnt_at if password == wanted[1] else None,
            }
            lines.append(json.dumps(record) + "\n")
    return lines


def _write(path: Path, data: bytes, lock: Lock | None) -> None:
    try:
        # Those who may read the folder may read the file, and nobody else.
        mode = 0o600 | (path.parent.stat().st_mode & 0o044)
    except OSError as error:
        raise StoreError("The folder cannot be used.", f"{path.parent}: {error.strerror}.") from None
    with PrivateFile(path, replace=True, mode=mode) as file:
        file.write(seal(data, lock) if lock is not None else data)
