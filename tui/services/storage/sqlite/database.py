"""A private SQLite file: 0600 from the start, durable at every commit, safe for several processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import InputError, StoreError
from tui.model.text.inert import make_inert
from tui.services.storage.sqlite.connection import (
    DAMAGED,
    LEFT_ALONE,
    connect,
    connect_alone,
    connect_for_reading,
    connect_to_look,
    explain,
    is_unwritable,
)
from tui.settings.files.private import claim_file, close_folder

if TYPE_CHECKING:
    import sqlite3


class Database:
    """One connection, usable from several threads; every failure of SQLite or the disk is a StoreError.

    `migrations` are SQL scripts: the n-th lifts version n-1 to n. A file that is missing is made; one that is
    there is only taken for what it is. One that cannot be written is opened for reading: then `trouble` is
    why, and `write` raises it. `remark` is a sentence on what the folder lacks. Raises StoreError, and leaves
    the file as it is, if that is empty, no database of this kind, damaged, or written by a newer release.
    """

    def __init__(self, path: Path, migrations: Sequence[str], *, what: str) -> None:
        self.path = path
        self.what = what
        self.trouble: StoreError | None = None
        self.remark = ""
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        try:
            with self._guard():
                make_private(path, migrations, what)
                self._look_first(len(migrations))
                self._connection, self.remark = connect(path, what)
                try:
                    self._check(self._connection, len(migrations))
                    self._prepare(self._connection, migrations)
                except BaseException:
                    self._connection.close()
                    self._connection = None
                    raise
        except StoreError as error:
            if not is_unwritable(error):
                raise
            self._connection = self._open_for_reading(error, len(migrations))
            self.trouble = error

    def _open_for_reading(self, error: StoreError, known: int) -> sqlite3.Connection:
        """The connection to a file that cannot be written. Raises StoreError, `error` itself for one that
        does not exist."""
        if not os.path.isfile(self.path):
            raise error
        with self._guard():
            connection = connect_for_reading(self.path)
            try:
                self._check(connection, known)
                if _version(connection) < known:
                    raise StoreError(
                        f"The {self.what} was written by an older Redirectory and cannot be read as it is.",
                        f"{self.path} has to be written once. {error.detail}",
                        error.hint,
                    )
            except BaseException:
                connection.close()
                raise
            return connection

    def _look_first(self, known: int) -> None:
        """Checks the file before it is opened for writing, which alone changes its mode."""
        import sqlite3

        self._check_size()
        connection = connect_to_look(self.path)
        try:
            self._check(connection, known)
        except sqlite3.OperationalError:
            return  # a log that cannot be taken in without writing; checked again once it is
        finally:
            connection.close()

    def _check_size(self) -> None:
        if self.path.stat().st_size == 0:
            raise StoreError(
                f"The {self.what} is empty.",
                f"{self.path} has 0 bytes, so what it held is lost.",
                "Bring it back from a backup. If there is none, remove the file: a new one is started.",
            )

    def _check(self, connection: sqlite3.Connection, known: int) -> None:
        """Reads what the file says it is; nothing is written before that."""
        self._check_size()
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
                LEFT_ALONE,
            )

    def _prepare(self, connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if _version(connection) < len(migrations):
            migrate(connection, migrations)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except (sqlite3.Error, OSError, OverflowError) as error:
            raise explain(error, self.path, self.what) from error
        except UnicodeEncodeError as error:
            raise InputError(
                "A text holds half a character and cannot be stored.",
                f"Position {error.start}: {error.object[error.start : error.end]!a}.",
                "Type it again.",
            ) from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: durable when the block ends, undone when it raises. Raises StoreError."""
        if self.trouble is not None:
            raise self.trouble
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

    def define(self, name: str, function: Callable[[Any], str]) -> None:
        """Makes a function of one value known to SQL; it must not raise. Raises StoreError."""
        with self._lock, self._guard():
            self._open().create_function(name, 1, function, deterministic=True)

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

    def compact(self) -> None:
        """Gives back the space of what was removed. Raises StoreError, as while others keep the file busy."""
        with self._lock, self._guard():
            connection = self._open()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def damaged(self, reason: str) -> StoreError:
        """The error for a file whose parts contradict one another."""
        title, hint = DAMAGED
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


def migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
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
    draft = path.with_name(f"{path.name}.new-{os.getpid()}-{os.urandom(4).hex()}")
    claim_file(draft)
    try:
        connection = connect_alone(draft)
        try:
            migrate(connection, migrations)
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
