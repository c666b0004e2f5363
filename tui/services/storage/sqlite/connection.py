"""Connections to SQLite files: with a write-ahead log where the folder allows it, without one on a network
folder that has no locks or no shared memory, and for reading where nothing can be written.
"""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tui.errors import StoreError
from tui.model.text.inert import make_inert
from tui.settings.files.private import name_owner

if TYPE_CHECKING:
    import sqlite3

BUSY_SECONDS = 30.0
# Another process may keep the first question waiting so long; then the folder is asked whether it has locks.
_FIRST_MILLISECONDS = 500
_LEAST_ROOM = 1 << 16
_NO_SHARED_MEMORY = (
    "SQLITE_IOERR_SHMOPEN", "SQLITE_IOERR_SHMMAP", "SQLITE_IOERR_SHMLOCK", "SQLITE_PROTOCOL",
    "SQLITE_IOERR_LOCK", "SQLITE_IOERR_RDLOCK",
)  # fmt: skip
_UNWRITABLE = (
    "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_AUTH",
)  # fmt: skip


def connect(path: Path, what: str) -> tuple[sqlite3.Connection, str]:
    """A connection for reading and writing, and a remark on what the folder lacks, empty if nothing. Raises
    sqlite3.Error.
    """
    import sqlite3

    connection = _connect(path)
    lacks = ""
    try:
        if _use_wal(connection, path.parent):
            return connection, ""
        lacks = "shared memory"
        connection.close()
    except sqlite3.OperationalError as error:
        connection.close()
        locked = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        if not (error.sqlite_errorname in _NO_SHARED_MEMORY or (locked and not has_locks(path.parent))):
            raise
        lacks = "locks" if locked else "shared memory"
    except BaseException:
        connection.close()
        raise
    # A file with a write-ahead log is brought back to one without: alone in it, SQLite shares no memory.
    options = "" if has_locks(path.parent) else "vfs=unix-dotfile"
    alone = _connect(path, options)
    try:
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        alone.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
        alone.execute("BEGIN IMMEDIATE")
        alone.execute("ROLLBACK")
    finally:
        alone.close()
    return _connect(path, options), (
        f"The folder of the {what} has no {lacks}, as some network folders have none ({path.parent}): "
        f"the {what} is kept in a slower way. Use it from one machine at a time."
    )


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, whatever the folder allows. Where SQLite itself would have to write,
    to take in the log of the last changes, it is one to a copy in memory. Raises sqlite3.Error and OSError.
    """
    import sqlite3

    try:
        return _look(_connect(path, "mode=ro"))
    except sqlite3.OperationalError:
        journal, log = (path.with_name(f"{path.name}-{kind}") for kind in ("journal", "wal"))
        if journal.exists() and journal.stat().st_size:
            raise  # half a change stands in the file, and only its journal tells which half
        if not log.exists() or not log.stat().st_size:
            # Nobody writes a file that has no log and cannot be written: it stays as it is while it is read.
            return _look(_connect(path, "mode=ro&immutable=1"))
    from tui.services.storage.sqlite.write_ahead_log import read_with_log

    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        memory.deserialize(read_with_log(path))
    except BaseException:
        memory.close()
        raise
    return _look(memory)


def connect_to_look(path: Path) -> sqlite3.Connection:
    """A connection that can only read, to see what the file is. Raises sqlite3.Error, and on its first use
    OperationalError where SQLite would have to write."""
    return _connect(path, "mode=ro")


def connect_alone(path: Path) -> sqlite3.Connection:
    """A connection to a file that no other process knows of. Raises sqlite3.Error."""
    return _connect(path, "vfs=unix-none")


def _connect(path: Path, options: str = "") -> sqlite3.Connection:
    import sqlite3

    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )


def _look(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection, folder: Path) -> bool:
    """Change to a write-ahead log, however many open the new file at once; False where SQLite has none.
    Raises sqlite3.OperationalError, at once if the folder has no locks.
    """
    import sqlite3

    connection.execute(f"PRAGMA busy_timeout = {_FIRST_MILLISECONDS}")
    asked = False
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        # SQLite's own waiting does not cover two connections that both want to change the mode.
        try:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            if mode != "wal":
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            if not asked and not has_locks(folder):
                raise
            asked = True
            time.sleep(0.01)
        else:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
            return bool(mode == "wal")


def has_locks(folder: Path) -> bool:
    """Whether files of the folder can be locked; True if that cannot be found out."""
    import fcntl

    probe = folder / f".locks-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        handle = os.open(probe, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError:
        return True
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
        probe.unlink(missing_ok=True)
    return True


def is_unwritable(error: StoreError) -> bool:
    """Whether the error says that a file or folder cannot be written, and nothing of what stands in it."""
    import sqlite3

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlite3.Error):
            name = getattr(cause, "sqlite_errorname", "")
            return name.startswith(_UNWRITABLE)
        if isinstance(cause, OSError):
            return True
        cause = cause.__cause__
    return False


LEFT_ALONE = (
    "It was left as it is. Keep a copy, or bring back a backup; moved away, a new one is started, which knows"
    " nothing of what is open in this one."
)
_FULL = ("cannot be written: the disk is full.", "Free some space, then try again.")
_READ_ONLY = ("cannot be written.", "Make the folder writable, or set REDIRECTORY_HOME to one that is.")
_HELD = ("is held by another program.", "Close the other program, or try again.")
DAMAGED = ("is damaged.", LEFT_ALONE)
_BY_CODE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _READ_ONLY,
    "SQLITE_AUTH": _READ_ONLY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_FORMAT": DAMAGED,
    # Our statements are correct: what they miss is missing in the file.
    "SQLITE_ERROR": DAMAGED,
    "SQLITE_MISMATCH": DAMAGED,
    "SQLITE_TOOBIG": DAMAGED,
    "SQLITE_CONSTRAINT": DAMAGED,
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


def explain(error: Exception, path: Path, what: str) -> StoreError:
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
        found = DAMAGED
    title, hint = found or ("cannot be used.", "Check the disk and the folder.")
    if found is _READ_ONLY:
        hint = name_owner(path) or hint
    return StoreError(f"The {what} {title}", f"{path}: {make_inert(reason)}.", hint)


def _is_full(folder: Path) -> bool:
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _LEAST_ROOM
