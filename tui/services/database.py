"""A private SQLite file: 0600 from the start, durable at every commit, safe for several processes."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import InputError, StoreError
from tui.model.text import make_inert
from tui.settings.private import claim_file, close_folder

if TYPE_CHECKING:
    import sqlite3

BUSY_SECONDS = 30.0
_LEAST_ROOM = 1 << 16


class Database:
    """One connection, usable from several threads; every failure of SQLite or the disk is a StoreError.

    `migrations` are SQL scripts: the n-th lifts version n-1 to n. A file that is missing is made; one that is
    there is only taken for what it is. Raises StoreError, and leaves the file as it is, if that is empty, no
    database of this kind, damaged, or written by a newer release.
    """

    def __init__(self, path: Path, migrations: Sequence[str], *, what: str) -> None:
        import sqlite3

        self.path = path
        self.what = what
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        with self._guard():
            make_private(path, migrations, what)
            self._connection = sqlite3.connect(
                path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=64,
            )
            try:
                self._check(self._connection, len(migrations))
                self._prepare(self._connection, migrations)
            except BaseException:
                self._connection.close()
                self._connection = None
                raise

    def _check(self, connection: sqlite3.Connection, known: int) -> None:
        """Reads what the file says it is; nothing is written before that."""
        if self.path.stat().st_size == 0:
            raise StoreError(
                f"The {self.what} is empty.",
                f"{self.path} has 0 bytes, so what it held is lost.",
                "Bring it back from a backup. If there is none, remove the file: a new one is started.",
            )
        version = _version(connection)
        if version > known:
            raise StoreError(
                f"The {self.what} was written by a newer Redirectory.",
                f"{self.path} has version {version}, this release knows {known}.",
                "Update Redirectory, or move the file away to start a new one.",
            )
        if version < 1:
            raise StoreError(
                f"The {self.what} is no file of Redirectory, or is damaged.",
                f"{self.path} is a database without the mark of one.",
                _LEFT_ALONE,
            )

    def _prepare(self, connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if _version(connection) < len(migrations):
            _migrate(connection, migrations)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except (sqlite3.Error, OSError, OverflowError) as error:
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
            return fetch_all(connection, sql, parameters)

    def examine(self) -> None:
        """Reads the whole file and looks for damage; takes seconds for a million rows. Raises StoreError."""
        with self.reading() as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found != "ok":
            raise self.damaged(make_inert(found)[:200])

    def damaged(self, reason: str) -> StoreError:
        """The error for a file whose parts contradict one another."""
        title, hint = _DAMAGED
        return StoreError(f"The {self.what} {title}", f"{self.path}: {reason}.", hint)

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


def fetch_all(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """All rows of a query. Bytes in a text column that are no text are read with replacements."""
    import sqlite3

    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        # The module's own error for such a text; those of SQLite have a code.
        if getattr(error, "sqlite_errorcode", None) is not None:
            raise
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.text_factory = str


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Lifts the file to the last version, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in migrations[_version(connection) :]:
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _create(path: Path, migrations: Sequence[str]) -> None:
    """Makes the folder (0700) and the file (0600). The file is complete when it gets its name, so that an
    empty one is never a new one; of several that make it at once the first wins."""
    import sqlite3

    draft = path.with_name(f"{path.name}.new-{os.getpid()}-{os.urandom(4).hex()}")
    claim_file(draft)
    try:
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            _migrate(connection, migrations)
        finally:
            connection.close()
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:
            # A file system without links; the moment between the two calls is the price.
            if not path.exists():
                os.rename(draft, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink(missing_ok=True)


def make_private(path: Path, migrations: Sequence[str], what: str) -> None:
    """Makes the folder (0700) and the file (0600) where they are missing, and takes them away from others
    where they are ours. Raises StoreError."""
    try:
        close_folder(path.parent)
        if not os.path.lexists(path):
            _create(path, migrations)
        claim_file(path)
    except StoreError as error:
        raise StoreError(f"The {what} cannot be written.", error.detail, error.hint) from error


_LEFT_ALONE = (
    "It was left as it is. Keep a copy, or bring back a backup; moved away, a new one is started, which knows"
    " nothing of what is open in this one."
)
_FULL = ("cannot be written: the disk is full.", "Free some space, then try again.")
_READ_ONLY = ("cannot be written.", "Make the folder writable, or set REDIRECTORY_HOME to one that is.")
_HELD = ("is held by another program.", "Close the other program, or try again.")
_DAMAGED = ("is damaged.", _LEFT_ALONE)
_BY_CODE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _READ_ONLY,
    "SQLITE_AUTH": _READ_ONLY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_FORMAT": _DAMAGED,
    # Our statements are correct: what they miss is missing in the file.
    "SQLITE_ERROR": _DAMAGED,
    "SQLITE_MISMATCH": _DAMAGED,
    "SQLITE_TOOBIG": _DAMAGED,
    "SQLITE_CONSTRAINT": _DAMAGED,
    "SQLITE_BUSY": _HELD,
    "SQLITE_LOCKED": _HELD,
}
_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}


def _explain(error: Exception, path: Path, what: str) -> StoreError:
    """The error by its code; texts of SQLite and the system are only quoted."""
    import sqlite3

    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, OSError):
        found = _BY_ERRNO.get(error.errno or 0)
    elif code is not None:
        names = {getattr(sqlite3, name): words for name, words in _BY_CODE.items()}
        found = names.get(code & 0xFF)
        # What SQLite calls an I/O error is, most often, no room for its shared memory or its log.
        if code & 0xFF == sqlite3.SQLITE_IOERR and _is_full(path.parent):
            found, reason = _FULL, f"no space left ({reason})"
    else:
        found = _DAMAGED
    title, hint = found or ("cannot be used.", "Check the disk and the folder.")
    return StoreError(f"The {what} {title}", f"{path}: {make_inert(reason)}.", hint)


def _is_full(folder: Path) -> bool:
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _LEAST_ROOM
