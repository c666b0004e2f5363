"""The last list of every account, kept on this machine: shown at once, searched without a connection."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tui.classes import define
from tui.errors import StoreError
from tui.model.device import DeviceRow
from tui.model.text.inert import make_inert
from tui.services.storage.sqlite.database import Database
from tui.settings.files.private import is_there

_MIGRATIONS = (
    """
CREATE TABLE list (account_key TEXT PRIMARY KEY, at TEXT NOT NULL, count INTEGER NOT NULL);
CREATE TABLE block (account_key TEXT NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (account_key, number)) WITHOUT ROWID;
""",
)
# Small enough that packing one keeps the interpreter from a waiting key for a few milliseconds at most.
_BLOCK_ROWS = 4096


@define(frozen=True, slots=True)
class KeptList:
    """A whole list and when the server gave it (UTC)."""

    at: datetime
    rows: list[DeviceRow]


class OfflineLists:
    """Whole lists by account, packed; the file (0600) is opened when first used. Safe for threads and
    processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: StoreError | None = None
        self._database: Database | None = None
        self._lock = threading.Lock()

    def keep(self, account_key: str, rows: Iterable[DeviceRow], at: datetime) -> None:
        """Replaces the account's list, all at once. Raises StoreError."""
        draft = self.draft(account_key)
        draft.add(rows)
        draft.keep(at)

    def draft(self, account_key: str) -> ListDraft:
        """A list still arriving; nothing is replaced before its `keep`."""
        return ListDraft(self, account_key)

    def load(self, account_key: str) -> KeptList | None:
        """The account's list, None if none was kept. Raises StoreError."""
        found = self.stream(account_key)
        if found is None:
            return None
        at, batches = found
        return KeptList(at, [row for batch in batches for row in batch])

    def stream(self, account_key: str) -> tuple[datetime, Iterator[list[DeviceRow]]] | None:
        """When the account's list was received (UTC) and its rows in batches, unpacked as they are taken;
        None if none was kept. Raises StoreError."""
        database = self._open(create=False)
        if database is None:
            return None
        with database.reading() as connection:
            head = connection.execute("SELECT at FROM list WHERE account_key = ?", (account_key,)).fetchone()
            blocks = connection.execute(
                "SELECT data FROM block WHERE account_key = ? ORDER BY number", (account_key,)
            ).fetchall()
        if head is None:
            return None
        return datetime.fromisoformat(head[0]), self._unpack_all(blocks)

    def age(self, account_key: str) -> datetime | None:
        """When the kept list was received (UTC), None if none was kept. Raises StoreError."""
        database = self._open(create=False)
        found = database and database.read("SELECT at FROM list WHERE account_key = ?", (account_key,))
        return datetime.fromisoformat(found[0][0]) if found else None

    def find(self, account_key: str, mac: str) -> DeviceRow | None:
        """One device in the kept list. Raises StoreError."""
        database = self._open(create=False)
        if database is None:
            return None
        blocks = database.read("SELECT data FROM block WHERE account_key = ? ORDER BY number", (account_key,))
        wanted = mac.encode()
        for (data,) in blocks:
            # The MAC may also stand in a URL: a hit in the bytes is only a hint.
            if wanted in self._inflate(data):
                for row in self._unpack(data, {}):
                    if row[0] == mac:
                        return row
        return None

    def close(self) -> None:
        """Ends the use of the file; using the lists again opens it again."""
        with self._lock:
            database, self._database = self._database, None
        if database is not None:
            database.close()

    def replace(self, account_key: str, blocks: list[bytes], count: int, at: datetime) -> None:
        """Puts packed blocks in the place of the account's list. Raises StoreError."""
        database = self._open(create=True)
        assert database is not None
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        with database.write() as connection:
            connection.execute("DELETE FROM block WHERE account_key = ?", (account_key,))
            connection.executemany(
                "INSERT INTO block (account_key, number, data) VALUES (?, ?, ?)",
                ((account_key, number, data) for number, data in enumerate(blocks)),
            )
            connection.execute(
                "INSERT OR REPLACE INTO list (account_key, at, count) VALUES (?, ?, ?)",
                (account_key, moment, count),
            )
        self.trouble = None

    def _open(self, *, create: bool) -> Database | None:
        with self._lock:
            if self._database is None and (create or is_there(self.path)):
                self._database = Database(self.path, _MIGRATIONS, what="offline list")
            return self._database

    def _unpack_all(self, blocks: list[tuple[bytes]]) -> Iterator[list[DeviceRow]]:
        shared: dict[str, str] = {}
        for (data,) in blocks:
            yield self._unpack(data, shared)
            time.sleep(0)

    def _inflate(self, data: bytes) -> bytes:
        try:
            return zlib.decompress(data)
        except zlib.error as error:
            raise StoreError(
                "The offline list is damaged.", f"{self.path}: {error}.", "Move it away, then list again."
            ) from error

    def _unpack(self, data: bytes, shared: dict[str, str]) -> list[DeviceRow]:
        one = shared.setdefault
        fields = (line.split("\t") for line in self._inflate(data).decode("utf-8", "replace").split("\n"))
        return [(mac, one(name, name), one(url, url), date) for mac, name, url, date in fields]


class ListDraft:
    """Rows of a list that is still arriving, packed as they come: about 15 bytes a row."""

    def __init__(self, lists: OfflineLists, account_key: str) -> None:
        self._lists = lists
        self._account_key = account_key
        self._waiting: list[DeviceRow] = []
        self._blocks: list[bytes] = []
        self._count = 0

    def add(self, rows: Iterable[DeviceRow]) -> None:
        """More rows."""
        arriving = iter(rows)
        while some := list(islice(arriving, _BLOCK_ROWS - len(self._waiting))):
            self._waiting += some
            if len(self._waiting) == _BLOCK_ROWS:
                self._pack()

    def keep(self, at: datetime) -> None:
        """The list is complete: it replaces the one before. Raises StoreError."""
        if self._waiting:
            self._pack()
        self._lists.replace(self._account_key, self._blocks, self._count, at)

    def _pack(self) -> None:
        rows, self._waiting = self._waiting, []
        text = "\n".join(map("\t".join, rows))
        if text.count("\t") != 3 * len(rows) or text.count("\n") != len(rows) - 1:
            text = "\n".join("\t".join(map(make_inert, row)) for row in rows)
        self._blocks.append(zlib.compress(text.encode("utf-8", "replace"), 1))
        self._count += len(rows)
        time.sleep(0)  # gives a waiting key the interpreter
