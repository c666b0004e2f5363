"""Databases in folders that cannot be written, or that lack what a write-ahead log needs."""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tui.errors import StoreError
from tui.services.storage.sqlite import connection
from tui.services.storage.sqlite.connection import connect
from tui.services.storage.sqlite.database import Database
from tui.services.storage.sqlite.write_ahead_log import read_with_log

MIGRATIONS = ("CREATE TABLE t (x TEXT);",)


def rows(data: bytes) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.deserialize(data)
        return [x for (x,) in memory.execute("SELECT x FROM t ORDER BY rowid")]


def test_every_committed_change_of_a_log_is_read_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute(MIGRATIONS[0])
        writer.execute("INSERT INTO t VALUES ('first')")
        writer.execute("PRAGMA wal_checkpoint(RESTART)")
        writer.executemany("INSERT INTO t VALUES (?)", [("x" * 5000,), ("last",)])
        writer.execute("BEGIN")
        writer.execute("PRAGMA cache_size = 1")
        writer.executemany("INSERT INTO t VALUES (?)", [("never" * 1000,)] * 50)
        assert rows(read_with_log(path)) == ["first", "x" * 5000, "last"]
        log = path.with_name("a.sqlite3-wal")
        whole = log.read_bytes()
        writer.execute("ROLLBACK")
    path.with_name("torn.sqlite3-wal").write_bytes(whole[:4000])
    path.with_name("torn.sqlite3").write_bytes(path.read_bytes())
    assert rows(read_with_log(path.with_name("torn.sqlite3")))[0] == "first"


@pytest.fixture
def without_shared_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own way to a folder that has neither locks nor shared memory."""
    plain = connection._connect
    monkeypatch.setattr(
        connection, "_connect", lambda path, options="": plain(path, options or "vfs=unix-dotfile")
    )


@pytest.mark.usefixtures("without_shared_memory")
def test_without_shared_memory_a_database_is_kept_without_a_log_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    for word in ("one", "two"):
        database = Database(path, MIGRATIONS, what="journal")
        assert "shared memory" in database.remark
        with database.write() as writer:
            writer.execute("INSERT INTO t VALUES (?)", (word,))
        database.close()
    assert not path.with_name("a.sqlite3-wal").exists()
    database = Database(path, MIGRATIONS, what="journal")
    assert database.read("SELECT x FROM t") == [("one",), ("two",)]
    database.close()


def test_without_locks_a_database_is_used_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite3"
    Database(path, MIGRATIONS, what="journal").close()

    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", no_locks)
    monkeypatch.setattr(connection, "_FIRST_MILLISECONDS", 1)
    # Where there are no locks SQLite sees every one as taken.
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        kept, remark = connect(path, "journal")
        kept.execute("INSERT INTO t VALUES ('kept')")
        kept.close()
    assert "has no locks" in remark


def test_a_folder_that_locks_says_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite3", MIGRATIONS, what="journal")
    assert (database.remark, database.trouble) == ("", None)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.sqlite3"]


def test_a_damaged_database_is_not_opened_for_reading_instead(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        Database(tmp_path / "a.sqlite3", MIGRATIONS, what="journal")
