"""The sandbox's memory: accounts, devices and their redirect records, in SQLite.

One row per device; a device without an owner has no redirect record. With a path every change is on the disk
before it is answered; without one everything lives in memory and ends with the process.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tui.classes import define, replace
from tui.errors import StoreError
from tui.server.catalogue import VENDOR_PASSWORDS, derive_password
from tui.settings.files.private import claim_file

_INDEX = "CREATE INDEX IF NOT EXISTS devices_by_owner ON devices (owner, provider, length)"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        """CREATE TABLE devices (
             id INTEGER PRIMARY KEY,
             mac TEXT NOT NULL UNIQUE,
             suffix TEXT,
             rotation INTEGER NOT NULL DEFAULT 0,
             owner INTEGER REFERENCES accounts (id),
             provider TEXT,
             url TEXT,
             registered INTEGER,
             requested INTEGER,
             length INTEGER NOT NULL DEFAULT 0
           )""",
        _INDEX,
    ),
)

_COLUMNS = "mac, suffix, rotation, owner, provider, url, registered, requested, length"


@define(frozen=True, slots=True)
class StoredDevice:
    """A device and, while `owner` is not None, its redirect record.

    Moments are seconds since 1970. `length` is the number of bytes that provider and URL take in an answer.
    """

    mac: str
    suffix: str | None = None
    rotation: int = 0
    owner: int | None = None
    provider: str = ""
    url: str = ""
    registered: int | None = None
    requested: int | None = None
    length: int = 0

    @property
    def password(self) -> str:
        """Its MAC password."""
        return derive_password(self.mac, self.suffix, self.rotation)

    def without_record(self) -> StoredDevice:
        """The same device, redirected nowhere; when it was registered last stays known."""
        return replace(self, owner=None, provider="", url="", requested=None, length=0)


class Transaction:
    """Reads and changes that become durable together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, mac: str) -> StoredDevice | None:
        """The device with this MAC, if it is known."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM devices WHERE mac = ?", (mac,)).fetchone()
        if row is not None:
            return StoredDevice(*row)
        vendor = VENDOR_PASSWORDS.get(mac)
        return StoredDevice(mac, vendor[:4]) if vendor else None

    def put(self, device: StoredDevice) -> None:
        """Store the device as given, in place of what was known of it."""
        self._connection.execute(
            f"INSERT INTO devices ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (mac) DO UPDATE SET suffix = excluded.suffix,"
            " rotation = excluded.rotation, owner = excluded.owner,"
            " provider = excluded.provider, url = excluded.url, registered = excluded.registered,"
            " requested = excluded.requested, length = excluded.length",
            (
                device.mac, device.suffix, device.rotation, device.owner, device.provider, device.url,
                device.registered, device.requested, device.length,
            ),
        )  # fmt: skip

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the transaction that is taken back when it raises."""
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._connection.execute("RELEASE attempt")


class Snapshot:
    """The records as they are at one moment, whatever is changed meanwhile; read by one thread, then
    closed."""

    def __init__(
        self, connection: sqlite3.Connection, owner: int | None, providers: Sequence[str] | None
    ) -> None:
        self._connection = connection
        # An answer that nobody reads to its end, nor closes, must not hold the connection.
        self._close = weakref.finalize(self, connection.close)
        conditions = ["owner IS NOT NULL" if owner is None else "owner = :owner"]
        self._values: dict[str, object] = {"owner": owner}
        self._by_provider = providers is not None
        if providers is not None:
            marks = [f":p{number}" for number in range(len(providers))]
            self._values.update(zip((mark[1:] for mark in marks), providers, strict=True))
            conditions.append(f"provider IN ({', '.join(marks)})")
        self._where = " AND ".join(conditions)

    def measure(self) -> tuple[int, int]:
        """How many records, and the bytes that their providers and URLs take in an answer."""
        count, length = self._connection.execute(
            f"SELECT COUNT(*), COALESCE(SUM(length), 0) FROM devices WHERE {self._where}", self._values
        ).fetchone()
        return count, length

    def count_requested(self) -> int:
        """How many records belong to phones that have asked."""
        row = self._connection.execute(
            f"SELECT COUNT(requested) FROM devices WHERE {self._where}", self._values
        )
        return int(row.fetchone()[0])

    def rows(self) -> Iterator[tuple[str, str, str, int, int | None]]:
        """MAC, provider, URL, registered, last request, in the order the devices became known; by provider if
        narrowed to some."""
        # The unary plus keeps SQLite from walking the index and sorting: rows must flow from the first on.
        where = self._where if self._by_provider else f"+{self._where} ORDER BY id"
        cursor = self._connection.execute(
            f"SELECT mac, provider, url, registered, requested FROM devices WHERE {where}", self._values
        )
        cursor.arraysize = 500
        while batch := cursor.fetchmany():
            yield from batch

    def close(self) -> None:
        """Give the snapshot back."""
        self._close()


class Store:
    """The file or memory that holds everything. Safe to use from several threads; several processes may
    share a file."""

    def __init__(self, path: Path | None = None, *, durable: bool = True) -> None:
        """Open or create. `durable=False` spares the disk for a file that is thrown away. Raises
        StoreError."""
        self._path = path
        self._lock = threading.Lock()
        try:
            if path:
                claim_file(path)
            self._connection = self._connect()
            try:
                self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable and path else 'OFF'}")
                self._migrate()
            except BaseException:
                self._connection.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                "The sandbox's file cannot be opened.", f"{path}: {error}.", "Name another file."
            ) from None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10
        )
        try:
            if self._path:
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            # A network folder may have no shared memory for a log; alone, SQLite needs none.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _migrate(self) -> None:
        with self.change() as transaction:
            connection = transaction._connection
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise StoreError(
                    "The sandbox's file is from a newer version of this program.",
                    f"{self._path} has version {version}, this program knows {len(MIGRATIONS)}.",
                    "Update the program or name another file.",
                )
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        """A transaction: all of it is stored at the end, or nothing when it raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Look-ups only; nothing is written to the disk."""
        with self._lock:
            yield Transaction(self._connection)

    def account_id(self, name: str) -> int:
        """The number of the account, a new one for a new name."""
        with self.change() as transaction:
            connection = transaction._connection
            connection.execute("INSERT OR IGNORE INTO accounts (name) VALUES (?)", (name,))
            return int(connection.execute("SELECT id FROM accounts WHERE name = ?", (name,)).fetchone()[0])

    def count_records(self) -> int:
        """How many redirect records there are, of all accounts."""
        with self._lock:
            return int(self._connection.execute("SELECT COUNT(owner) FROM devices").fetchone()[0])

    def fill(self, devices: Iterable[tuple[object, ...]]) -> None:
        """Add many devices at once, as tuples of StoredDevice's fields; a known MAC stays as it is."""
        with self.change() as transaction:
            connection = transaction._connection
            connection.execute("DROP INDEX devices_by_owner")
            connection.executemany(
                f"INSERT OR IGNORE INTO devices ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", devices
            )
            connection.execute(_INDEX)

    def providers(self) -> list[str]:
        """Every provider of any record."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT DISTINCT provider FROM devices WHERE owner IS NOT NULL"
            ).fetchall()
        return [row[0] for row in rows]

    def snapshot(self, owner: int | None, providers: Sequence[str] | None = None) -> Snapshot:
        """The records of one account, or of all for None, with one of `providers` if given."""
        reader = (
            self._connect()
            if self._path
            else sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        )
        try:
            if self._path:
                reader.execute("BEGIN")
                reader.execute("SELECT 1 FROM accounts").fetchone()
            else:
                with self._lock:
                    self._connection.backup(reader)
        except BaseException:
            reader.close()
            raise
        return Snapshot(reader, owner, providers)

    def close(self) -> None:
        """Close the file; the store is not used after. A second time does nothing."""
        with self._lock:
            self._connection.close()
