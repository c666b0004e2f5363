"""A private SQLite file: made 0600, durable at every commit, shared by processes, and honest when it cannot be used."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

BUSY_SECONDS = 30.0


class Database:
    """One connection, usable from several threads; every failure of SQLite or the disk is a StoreError.

    `migrations` are SQL scripts: the n-th lifts version n-1 to n. Raises StoreError for a file that is no database,
    was written by a newer release, or cannot be created or written.
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
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
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
            yield self._open()

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


def make_private(path: Path, what: str) -> None:
    """Makes the folder (0700) and an empty file (0600) where they are missing. Raises StoreError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # Only ever opened when new: closing any descriptor of a database drops the locks of this process on it.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
    except OSError as error:
        raise _explain(error, path, what) from error


def _explain(error: BaseException, path: Path, what: str) -> StoreError:
    text = str(error).lower()
    if isinstance(error, OSError):
        text = (error.strerror or str(error)).lower()
    if "full" in text or "no space" in text or "quota" in text:
        return StoreError(
            f"The {what} cannot be written: the disk is full.", str(path), "Free some space, then try again."
        )
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return StoreError(
            f"The {what} cannot be written.",
            f"{path}: {text}.",
            "Make the folder writable, or set REDIRECTORY_HOME to one that is.",
        )
    if "malformed" in text or "not a database" in text or "no such table" in text or "no such column" in text:
        return StoreError(
            f"The {what} is damaged.",
            f"{path}: {text}.",
            "Nothing in it was changed. Move the file away to start a new one, and keep it: it may hold MAC passwords.",
        )
    if "locked" in text or "busy" in text:
        return StoreError(
            f"The {what} is busy.",
            f"{path}: another program has held it for {BUSY_SECONDS:.0f} s.",
            "Try again.",
        )
    return StoreError(f"The {what} cannot be used.", f"{path}: {text}.", "Check the disk and the folder.")
