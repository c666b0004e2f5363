"""Old change sets taken out of the journal, so that it does not grow for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.classes import define
from tui.model.outcome import Result
from tui.services.storage.journal import MIGRATIONS
from tui.services.storage.sqlite.database import Database
from tui.services.storage.sqlite.process_lock import is_alive

if TYPE_CHECKING:
    import sqlite3

_ENDED = ", ".join(
    f"'{result.value}'" for result in Result if result not in (Result.UNKNOWN, Result.NOT_UNDERSTOOD)
)
# A set goes as a whole, once every record of it has ended before the day. What is not understood stays.
_DOOMED = f"""
SELECT s.id, s.at, s.operation, s.account_key, s.worker,
    (SELECT count(*) FROM record r WHERE r.change_set = s.id) AS records
FROM change_set s WHERE s.at < ?1 AND NOT EXISTS (
    SELECT 1 FROM record r WHERE r.change_set = s.id AND (
        r.result IS NULL OR r.result NOT IN ({_ENDED}) OR ifnull(r.settled_at, r.at) >= ?1))
ORDER BY s.rowid
"""
# A MAC-ID that was typed, and that the server took, may be known from the record alone.
_TEACH = """
INSERT INTO vault (account_key, mac, suffix, password, learnt_at)
SELECT account_key, mac, suffix, NULL, max(at) FROM record
WHERE change_set = ? AND suffix IS NOT NULL AND result IN ('stored', 'removed') GROUP BY account_key, mac
ON CONFLICT (account_key, mac) DO UPDATE SET suffix = coalesce(suffix, excluded.suffix)
"""


@define(frozen=True, slots=True)
class OldSet:
    """A change set that goes, or would go."""

    id: str
    at: str
    operation: str
    account_key: str
    records: int


def find_old_sets(path: Path, day: str) -> list[OldSet]:
    """The change sets that `prune` would remove. Raises StoreError."""
    with _opened(path) as database, database.reading() as connection:
        return _find(connection, path, day)


def prune(path: Path, day: str) -> list[OldSet]:
    """Removes the change sets that were settled before a day (ISO, UTC), those being worked on and those with
    an open record excepted, and gives the space back; MAC-IDs that only they know go into the vault, which
    stays as it is otherwise. Raises StoreError."""
    with _opened(path) as database:
        with database.write() as connection:
            found = _find(connection, path, day)
            for old in found:
                connection.execute(_TEACH, (old.id,))
                connection.execute("DELETE FROM record WHERE change_set = ?", (old.id,))
                connection.execute("DELETE FROM change_set WHERE id = ?", (old.id,))
        if found:
            database.compact()
        return found


def _find(connection: sqlite3.Connection, path: Path, day: str) -> list[OldSet]:
    rows = connection.execute(_DOOMED, (day,)).fetchall()
    return [
        OldSet(str(number), str(at), str(operation), str(key), records)
        for number, at, operation, key, worker, records in rows
        if worker is None or not is_alive(path, str(worker))
    ]


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = Database(path, MIGRATIONS, what="journal")
    try:
        yield database
    finally:
        database.close()
