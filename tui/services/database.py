"""A private SQLite file: 0600 from the start, durable at every commit, safe for several processes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import InputError, StoreError
from tui.settings.private import claim_file, close_folder

if TYPE_CHECKING:
    import sqlite3

BUSY_SECONDS = 30.0
_LEAST_ROOM = 1 << 16


class Database:
    """One connection, usable from several threads; every failure of SQLite or the disk is a StoreError.

    `migrations` are SQL scripts: the n-th lifts version n-1 to n. Raises StoreError for a file that is no
    database, was written by a newer release, or cannot be created or written.
    """

    def __init__(self, path: Path, migrations: Sequence[str], *, what: str) -> None:
        import sqlite3

        self.path = path
        self.what = what
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        make_private(path, what)
        with self._guard():
            self._connection = sqlite3.connect(
                path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=64,
            )
            try:
                self._prepare(self._connection, migrations)
            except BaseException:
                self._connection.close()
                self._connection = None
                raise

    def _prepare(self, connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if self._version(connection) == len(migrations):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = self._version(connection)
            if version > len(migrations):
                raise StoreError(
                    f"The {self.what} was written by a newer Redirectory.",
                    f"{self.path} has version {version}, this release knows {len(migrations)}.",
                    "Update Redirectory, or move the file away to start a new one.",
                )
            for script in migrations[version:]:
                for statement in script.split(";"):
                    if statement.strip():
                        connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(migrations)}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @staticmethod
    def _version(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _guard(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise _explain(error, self.path, self.what) from error
        except UnicodeEncodeError as error:
            raise InputError(
                "A text holds half a character and cannot be stored.",
                f"Position {error.start}: {error.object[error.start : error.end]!a}.",
                "Type it again.",
            ) from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: durable when the block ends, undone when it raises. Raises StoreError."""
        with self._lock, self._guard():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for several queries of one moment. Raises StoreError."""
        with self._lock, self._guard():
            connection = self._open()
            outermost = not connection.in_transaction
            if outermost:
                connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if outermost and connection.in_transaction:
                    connection.execute("COMMIT")

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of one query. Raises StoreError."""
        with self.reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError(f"The {self.what} is closed.", str(self.path))
        return self._connection

    def close(self) -> None:
        """Ends the connection; later use raises StoreError."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with self._guard():
                    connection.close()


def _use_wal(connection: sqlite3.Connection) -> None:
    """Changes to a write-ahead log, however many open the new file at once."""
    import sqlite3

    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        # SQLite's own waiting does not cover two connections that both want to change the mode.
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def make_private(path: Path, what: str) -> None:
    """Makes the folder (0700) and an empty file (0600) where they are missing. Raises StoreError."""
    try:
        close_folder(path.parent)
        claim_file(path)
    except StoreError as error:
        raise StoreError(f"The {what} cannot be written.", error.detail, error.hint) from error
    except OSError as error:
        raise _explain(error, path, what) from error


_CAUSES = (
    (
        ("full", "no space", "quota"),
        "cannot be written: the disk is full.",
        "Free some space, then try again.",
    ),
    (
        ("readonly", "read-only", "permission", "not permitted", "unable to open"),
        "cannot be written.",
        "Make the folder writable, or set REDIRECTORY_HOME to one that is.",
    ),
    (
        ("malformed", "not a database", "no such table", "no such column"),
        "is damaged.",
        "It was left as it is. Keep a copy, then move it away: a new one is started.",
    ),
    (("locked", "busy"), "is held by another program.", "Close the other program, or try again."),
)


def _explain(error: sqlite3.Error | OSError, path: Path, what: str) -> StoreError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    # What SQLite calls an I/O error is, most often, no room for its shared memory or its log.
    if "disk i/o" in reason.lower() and _is_full(path.parent):
        reason = f"no space left ({reason})"
    for words, title, hint in _CAUSES:
        if any(word in reason.lower() for word in words):
            return StoreError(f"The {what} {title}", f"{path}: {reason}.", hint)
    return StoreError(f"The {what} cannot be used.", f"{path}: {reason}.", "Check the disk and the folder.")


def _is_full(folder: Path) -> bool:
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _LEAST_ROOM
