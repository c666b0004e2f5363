"""Whole copies of a journal, as a backup holds them: taken while it is in use, checked, and put back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.classes import define
from tui.errors import InputError, StoreError
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.services.storage.journal import MIGRATIONS
from tui.services.storage.sqlite.connection import is_unwritable
from tui.services.storage.sqlite.database import Database, migrate
from tui.services.storage.sqlite.process_lock import is_alive
from tui.settings.files.private import PrivateFile, is_there

if TYPE_CHECKING:
    import sqlite3

COPY_LIMIT = 1 << 30
"""Bytes of the largest copy that SQLite takes into memory."""
_MAGIC = b"SQLite format 3\x00"
_TABLES = ("change_set", "record", "vault", "vault_earlier", "vault_key")
_TRIES = 5
_URLS = ("before_url", "after_url")


@define(frozen=True, slots=True)
class Contents:
    """What a journal holds. `last` is the moment of its last entry, empty without any; `open` counts the
    records whose end is not known; `accounts` are their keys."""

    accounts: tuple[str, ...]
    change_sets: int
    records: int
    open: int
    passwords: int
    last: str


def is_journal(data: bytes) -> bool:
    """Whether the bytes begin as a journal file does."""
    return data.startswith(_MAGIC)


def copy_journal(path: Path) -> sqlite3.Connection:
    """A copy of the journal in memory, as it is at one moment, while others may write. Raises StoreError."""
    database = Database(path, MIGRATIONS, what="journal")
    try:
        return _copy(database)
    finally:
        database.close()


def _copy(database: Database) -> sqlite3.Connection:
    import sqlite3

    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with database.reading() as connection:
            connection.backup(memory)  # never within a transaction that writes: it would wait for itself
    except BaseException:
        memory.close()
        raise
    return memory


def leave_out_secrets(copy: sqlite3.Connection) -> int:
    """Takes every MAC password and every credential in a URL out of a copy, beyond recovery; how many there
    were. MAC-IDs stay."""
    gone = copy.execute("SELECT count(*) FROM vault WHERE password IS NOT NULL").fetchone()[0]
    gone += copy.execute("SELECT count(*) FROM vault_earlier").fetchone()[0]
    copy.execute("UPDATE vault SET password = NULL")
    copy.execute("DELETE FROM vault_earlier")
    for column in _URLS:
        for (url,) in copy.execute(
            f"SELECT DISTINCT {column} FROM record WHERE {column} IS NOT NULL"
        ).fetchall():
            masked = mask_credentials(str(url))
            if masked != url:
                gone += 1
                copy.execute(f"UPDATE record SET {column} = ? WHERE {column} = ?", (masked, url))
    copy.execute("VACUUM")
    return int(gone)


def to_bytes(copy: sqlite3.Connection) -> bytes:
    """The copy as the bytes of a database file that needs no other file beside it."""
    data = bytearray(copy.serialize())
    data[18:20] = b"\x01\x01"  # without a write-ahead log, which the original may have
    return bytes(data)


@contextmanager
def open_copy(data: bytes, name: str) -> Iterator[sqlite3.Connection]:
    """The journal that the bytes of a file are, in memory, lifted to the version of this release. Raises
    InputError naming the file if it is none, is damaged, or was written by a newer release."""
    import sqlite3

    def refuse(title: str, detail: str, hint: str = "Give another copy. Nothing was changed.") -> InputError:
        return InputError(title, f"{make_inert(name)}: {detail}", hint)

    if not is_journal(data):
        raise refuse("This is no journal.", "it is no SQLite database.")
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        plain = bytearray(data)
        plain[18:20] = b"\x01\x01"
        memory.deserialize(bytes(plain))
        memory.execute("PRAGMA trusted_schema = OFF")
        version = int(memory.execute("PRAGMA user_version").fetchone()[0])
        if version > len(MIGRATIONS):
            raise refuse(
                "The journal was written by a newer Redirectory.",
                f"it has version {version}, this release knows {len(MIGRATIONS)}.",
                "Update Redirectory. Nothing was changed.",
            )
        if version < 1 or _schema(memory) != _expected_schema(version):
            raise refuse("This is no journal.", "its tables are not those of one.")
        found = str(memory.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if found != "ok":
            raise refuse("The journal is damaged.", f"{make_inert(found)[:200]}.")
        migrate(memory, MIGRATIONS)
        yield memory
    except (sqlite3.Error, OverflowError, MemoryError) as error:
        raise refuse(
            "The journal is damaged.", f"{make_inert(str(error)) or type(error).__name__}."
        ) from error
    finally:
        memory.close()


def _schema(connection: sqlite3.Connection) -> list[Any]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()


def _expected_schema(version: int) -> list[Any]:
    import sqlite3

    sample = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(sample, MIGRATIONS[:version])
        return _schema(sample)
    finally:
        sample.close()


def describe_contents(connection: sqlite3.Connection) -> Contents:
    """What a journal or a copy holds."""

    def one(sql: str) -> Any:
        return connection.execute(sql).fetchone()[0]

    accounts = connection.execute(
        "SELECT account_key FROM change_set UNION SELECT account_key FROM vault ORDER BY 1"
    )
    moments = (
        one("SELECT max(at) FROM record"),
        one("SELECT max(settled_at) FROM record"),
        one("SELECT max(at) FROM change_set"),
        one("SELECT max(learnt_at) FROM vault"),
    )
    return Contents(
        tuple(make_inert(str(key)) for (key,) in accounts),
        one("SELECT count(*) FROM change_set"),
        one("SELECT count(*) FROM record"),
        one("SELECT count(*) FROM record WHERE result IS NULL OR result = 'unknown'"),
        one("SELECT count(*) FROM vault WHERE password IS NOT NULL"),
        max((str(moment) for moment in moments if moment is not None), default=""),
    )


def restore_journal(
    copy: sqlite3.Connection, path: Path, *, force: bool, dry_run: bool = False
) -> Path | None:
    """Puts a copy in the place of the journal, in one transaction that other processes see whole; where the
    journal was kept, None if there was nothing in it. One that is damaged is moved there.

    Raises StoreError, and leaves the journal as it is: without `force` if that has entries later than the
    copy's, or shares no account with it; and always while a change is being made.
    """
    wanted = describe_contents(copy)
    if dry_run and not is_there(path):
        return None
    try:
        database = Database(path, MIGRATIONS, what="journal")
    except StoreError as error:
        if is_unwritable(error) or not force:
            raise
        kept = _name_kept(path)
        if not dry_run:
            _move_aside(path, kept)
            restore_journal(copy, path, force=True)
        return kept
    try:
        for _ in range(_TRIES):
            version = database.read("PRAGMA data_version")
            kept_or_none = _keep(database, wanted, force=force, dry_run=dry_run)
            if dry_run:
                return kept_or_none
            with database.write() as connection:
                # What others wrote since it was kept would be in neither.
                if connection.execute("PRAGMA data_version").fetchall() == version:
                    _refuse_workers(connection, path)
                    _replace_rows(connection, copy)
                    return kept_or_none
            if kept_or_none is not None:
                kept_or_none.unlink()
        raise StoreError("The journal is in use.", str(path), "End what writes to it, then try again.")
    finally:
        database.close()


def _keep(database: Database, wanted: Contents, *, force: bool, dry_run: bool) -> Path | None:
    """Writes the journal as it is beside itself; where, None if there is nothing in it. Raises StoreError if
    the copy may not take its place."""
    with database.reading() as connection:
        _refuse_workers(connection, database.path)
        found = describe_contents(connection)
    if not found.last:
        return None
    if not force:
        _refuse_newer(found, wanted, database.path)
    kept = _name_kept(database.path)
    if not dry_run:
        copy = _copy(database)
        try:
            with PrivateFile(kept) as file:
                file.write(to_bytes(copy))
        finally:
            copy.close()
    return kept


def _refuse_workers(connection: sqlite3.Connection, path: Path) -> None:
    workers = connection.execute("SELECT DISTINCT worker FROM change_set WHERE worker IS NOT NULL")
    if any(is_alive(path, str(worker)) for (worker,) in workers.fetchall()):
        raise StoreError(
            "A change is being made.",
            str(path),
            "Wait until it has ended, then try again. Nothing was changed.",
        )


def _refuse_newer(found: Contents, wanted: Contents, path: Path) -> None:
    hint = "Nothing was changed. It can be forced; the journal that is there is kept beside it then."
    if found.last > wanted.last:
        raise StoreError(
            "The journal is newer than the backup.",
            f"{path} ends at {found.last[:19]}, the backup at {wanted.last[:19] or 'its beginning'}.",
            hint,
        )
    if not set(found.accounts) & set(wanted.accounts):
        raise StoreError(
            "The backup is of other accounts.",
            f"It is about {', '.join(wanted.accounts[:4]) or 'none'}; {path} is about"
            f" {', '.join(found.accounts[:4])}.",
            hint,
        )


def _name_kept(path: Path) -> Path:
    return path.with_name(f"{path.name}.kept-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(2).hex()}")


def _move_aside(path: Path, kept: Path) -> None:
    """Renames a journal that cannot be opened. Its log goes first: beside another file it would be taken for
    the log of that."""
    try:
        for ending in ("-wal", "-shm", "-journal", ""):
            with suppress(FileNotFoundError):
                os.rename(f"{path}{ending}", f"{kept}{ending}")
    except OSError as error:
        raise StoreError("The journal cannot be moved aside.", f"{path}: {error.strerror}.") from error


def _replace_rows(connection: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    for table in reversed(_TABLES):
        connection.execute(f"DELETE FROM {table}")
    for table in _TABLES:
        rows = copy.execute(f"SELECT * FROM {table} ORDER BY {'rowid' if table != 'vault' else 'mac'}")
        marks = ", ".join("?" * len(rows.description))
        names = ", ".join(column[0] for column in rows.description)
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
