"""The journal: every change written down before it is sent and settled after it, and the vault that lives beside it."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui.errors import StoreError
from tui.model.device import DeviceRow
from tui.model.identifiers import Identifier, parse_identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Target
from tui.model.secrets import Secret
from tui.services import vault
from tui.services.database import Database
from tui.services.vault import VaultEntry

STEPS = ("intended", "sent", "deregistered", "restoring", "settled")

_RECORDS = """
CREATE TABLE change_set (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, account_key TEXT NOT NULL, operation TEXT NOT NULL,
    note TEXT NOT NULL, undone_by TEXT, worker TEXT
);
CREATE TABLE record (
    id INTEGER PRIMARY KEY AUTOINCREMENT, change_set TEXT NOT NULL REFERENCES change_set (id),
    account_key TEXT NOT NULL, at TEXT NOT NULL, operation TEXT NOT NULL, mac TEXT NOT NULL, suffix TEXT,
    before_provider TEXT, before_url TEXT, before_date TEXT, after_url TEXT, after_provider TEXT, line INTEGER,
    step TEXT NOT NULL, result TEXT, code TEXT NOT NULL, message TEXT NOT NULL, settled_at TEXT
);
CREATE INDEX record_by_set ON record (change_set);
CREATE INDEX record_by_device ON record (mac);
CREATE INDEX record_open ON record (account_key) WHERE result IS NULL OR result = 'unknown';
"""

_MIGRATIONS = (_RECORDS + vault.SCHEMA,)
_COLUMNS = (
    "id, change_set, account_key, at, operation, mac, suffix, before_provider, before_url, before_date,"
    " after_url, after_provider, line, step, result, code, message, settled_at"
)
_OPEN = "(result IS NULL OR result = 'unknown')"


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be asked for one device: the record as it is, if known, and the target it shall have."""

    operation: Operation
    identifier: Identifier
    before: DeviceRow | None
    after: Target | None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one record ended. A MAC-ID or password given here goes to the vault, never into the record."""

    id: int
    result: Result
    code: str = ""
    message: str = ""
    mac_id: str | None = None
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One record; times are ISO 8601 UTC. `result` is None while nothing is known of the end. URLs are verbatim."""

    id: int
    change_set: str
    account_key: str
    at: str
    operation: Operation
    mac: str
    mac_id: str | None
    before: DeviceRow | None
    after: Target | None
    line: int | None
    step: str
    result: Result | None
    code: str
    message: str
    settled_at: str | None

    @property
    def identifier(self) -> Identifier:
        """The device as it was named in the request."""
        return Identifier(self.mac, self.mac_id[-4:] if self.mac_id else None)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One command of a person. `open` counts the records that never settled and those that ended unknown."""

    id: str
    at: str
    account_key: str
    operation: Operation
    count: int
    counts: Mapping[Result, int]
    open: int
    undone_by: str | None
    note: str


class Journal:
    """The durable record of one machine, safe for several threads and several processes.

    Every method raises StoreError when the file cannot be used; `intend` does so before anything was sent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, _MIGRATIONS, what="journal")
        self._presence: _Presence | None = None
        self._presence_lock = threading.Lock()
        self._at_work: set[str] = set()

    def open_set(self, operation: Operation, account_key: str, note: str = "") -> str:
        """A new change set; its id sorts by time, to the second."""
        at = _now()
        stamp = at[:19].replace("-", "").replace(":", "").replace("T", "-")
        while True:
            change_set = f"{stamp}-{secrets.token_hex(2)}"
            with self._database.write() as connection:
                if connection.execute("SELECT 1 FROM change_set WHERE id = ?", (change_set,)).fetchone():
                    continue
                connection.execute(
                    "INSERT INTO change_set (id, at, account_key, operation, note) VALUES (?, ?, ?, ?, ?)",
                    (change_set, at, account_key, operation.value, note),
                )
            return change_set

    @contextmanager
    def at_work(self, change_set: str) -> Iterator[None]:
        """Marks the set as being worked on: until the block ends, or the process dies, `open_rows` leaves its
        unsettled records out, here and in other processes, so that nobody resolves what is still in flight."""
        with self._presence_lock:
            if self._presence is None:
                self._presence = _Presence(self.path)
            presence = self._presence
            self._at_work.add(change_set)
        try:
            self._set_worker(change_set, presence.token)
            yield
        finally:
            self._at_work.discard(change_set)
            # The records are safe either way: a marker that outlives the process counts as dead.
            with suppress(StoreError):
                self._set_worker(change_set, None)

    def _set_worker(self, change_set: str, token: str | None) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE change_set SET worker = ? WHERE id = ?", (token, change_set))

    def intend(self, change_set: str, intents: Sequence[Intent]) -> list[int]:
        """Writes the intents down, durably, and returns their ids in order."""
        at = _now()
        with self._database.write() as connection:
            found = connection.execute(
                "SELECT account_key FROM change_set WHERE id = ?", (change_set,)
            ).fetchone()
            if found is None:
                raise StoreError("There is no such change set.", change_set)
            last = connection.execute(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'record'"
            )
            first = int(last.fetchone()[0]) + 1
            connection.executemany(
                f"INSERT INTO record ({_COLUMNS}) VALUES"
                " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', NULL, '', '', NULL)",
                [
                    (number, change_set, found[0], at, *_intent_columns(intent))
                    for number, intent in enumerate(intents, first)
                ],
            )
        return list(range(first, first + len(intents)))

    def step(self, ids: Sequence[int], step: str) -> None:
        """Notes how far the records got, durably; `step` is one of STEPS."""
        if step not in STEPS:
            raise ValueError(f"not a step: {step}")
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE record SET step = ? WHERE id = ?", [(step, number) for number in ids]
            )

    def settle(self, settlements: Sequence[Settlement]) -> frozenset[int]:
        """Ends the records, durably, and teaches the vault in the same transaction.

        Returns the ids of the devices whose MAC password differs from the one known before. A record may be settled
        again, which is how an unknown outcome becomes a known one.
        """
        at = _now()
        rotated: set[int] = set()
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE record SET step = 'settled', result = ?, code = ?, message = ?, settled_at = ? WHERE id = ?",
                [(one.result.value, one.code, one.message, at, one.id) for one in settlements],
            )
            lessons: dict[str, dict[Identifier, Secret | None]] = {}
            taught: dict[tuple[str, str], int] = {}
            for one in settlements:
                if one.mac_id is None and one.password is None:
                    continue
                account_key, mac, suffix = connection.execute(
                    "SELECT account_key, mac, suffix FROM record WHERE id = ?", (one.id,)
                ).fetchone()
                if one.mac_id is not None:
                    suffix = parse_identifier(one.mac_id).suffix
                lessons.setdefault(account_key, {})[Identifier(mac, suffix)] = one.password
                taught[account_key, mac] = one.id
            for account_key, learnt in lessons.items():
                changed = vault.write_entries(connection, account_key, learnt, at)
                rotated.update(taught[account_key, mac] for mac in changed)
        return frozenset(rotated)

    def mark_undone(self, change_set: str, undone_by: str) -> None:
        """Notes which change set took this one back."""
        with self._database.write() as connection:
            connection.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (undone_by, change_set))

    def recall(self, account_key: str, mac: str) -> VaultEntry | None:
        """What the vault knows of one device."""
        return self.recall_many(account_key, (mac,)).get(mac)

    def recall_many(self, account_key: str, macs: Iterable[str] | None = None) -> dict[str, VaultEntry]:
        """What the vault knows of these devices, or of all of the account; unknown devices are absent."""
        with self._database.reading() as connection:
            return vault.read_entries(connection, account_key, macs)

    def remember(self, account_key: str, identifier: Identifier, password: Secret | None) -> bool:
        """Puts a MAC-ID and, if given, a MAC password into the vault; True when another password was known before."""
        with self._database.write() as connection:
            return bool(vault.write_entries(connection, account_key, {identifier: password}, _now()))

    def open_rows(self, account_key: str | None = None) -> list[JournalRow]:
        """Records whose end is not known, oldest first: unknown outcomes, and those never settled that nobody is
        working on (see `at_work`)."""
        condition, parameters = _where({"r.account_key = ?": account_key})
        found = self._database.read(
            f"SELECT r.{_COLUMNS.replace(', ', ', r.')}, s.worker FROM record r JOIN change_set s ON s.id = r.change_set"
            f" WHERE (r.result IS NULL OR r.result = 'unknown') AND {condition} ORDER BY r.id",
            parameters,
        )
        busy = {
            change_set: change_set in self._at_work or (worker is not None and _is_alive(self.path, worker))
            for change_set, worker in {(row[1], row[-1]) for row in found}
        }
        return [_row(row[:-1]) for row in found if row[14] is not None or not busy[row[1]]]

    def rows(
        self,
        *,
        account_key: str | None = None,
        mac: str | None = None,
        result: Result | None = None,
        provider: str | None = None,
        since: datetime | str | None = None,
        change_set: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[JournalRow]:
        """Records, newest first, with the open ones on top. `provider` matches the record before or after the
        change; Result.UNKNOWN includes what never settled; `since` is a moment or an ISO day or moment in UTC."""
        condition, parameters = _where(
            {
                "account_key = ?": account_key,
                "mac = ?": mac,
                "coalesce(result, 'unknown') = ?": None if result is None else result.value,
                "? IN (before_provider, after_provider)": provider,
                "at >= ?": _moment(since),
                "change_set = ?": change_set,
            }
        )
        found = self._database.read(
            f"SELECT {_COLUMNS} FROM record WHERE {condition} ORDER BY {_OPEN} DESC, id DESC LIMIT ? OFFSET ?",
            (*parameters, -1 if limit is None else limit, offset),
        )
        return [_row(row) for row in found]

    def sets(self, *, account_key: str | None = None, limit: int | None = 50) -> list[ChangeSet]:
        """Change sets, newest first, with how their records ended."""
        condition, parameters = _where({"account_key = ?": account_key})
        found = self._database.read(
            "SELECT s.id, s.at, s.account_key, s.operation, s.undone_by, s.note, r.result, count(r.id) FROM"
            f" (SELECT rowid AS number, * FROM change_set WHERE {condition} ORDER BY rowid DESC LIMIT ?) s"
            " LEFT JOIN record r ON r.change_set = s.id GROUP BY s.number, r.result ORDER BY s.number DESC",
            (*parameters, -1 if limit is None else limit),
        )
        heads: dict[str, Any] = {}
        tallies: dict[str, dict[str | None, int]] = {}
        for *head, result, count in found:
            heads[head[0]] = head
            if count:
                tallies.setdefault(head[0], {})[result] = count
        return [_change_set(head, tallies.get(change_set, {})) for change_set, head in heads.items()]

    def find_set(self, change_set: str) -> ChangeSet | None:
        """One change set by its id, if there is one."""
        found = self._database.read(
            "SELECT id, at, account_key, operation, undone_by, note FROM change_set WHERE id = ?",
            (change_set,),
        )
        counted = self._database.read(
            "SELECT result, count(*) FROM record WHERE change_set = ? GROUP BY result", (change_set,)
        )
        return _change_set(found[0], dict(counted)) if found else None

    def close(self) -> None:
        """Ends the use of the file; later calls raise StoreError."""
        self._database.close()
        with self._presence_lock:
            if self._presence is not None:
                self._presence.leave()
                self._presence = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Presence:
    """A locked file that says that this process lives; the system drops the lock however the process ends."""

    def __init__(self, journal: Path) -> None:
        import fcntl

        self.token = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._path = _presence_path(journal, self.token)
        try:
            self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                "The journal's folder cannot be written.",
                f"{self._path.parent}: {error.strerror}.",
                "Nothing was sent.",
            ) from error

    def leave(self) -> None:
        """Gives the lock up and removes the file."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def _presence_path(journal: Path, token: str) -> Path:
    return journal.with_name(f"{journal.name}-at-work-{token}")


def _is_alive(journal: Path, token: str) -> bool:
    import fcntl

    path = _presence_path(journal, token)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(since: datetime | str | None) -> str | None:
    return since.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(since, datetime) else since


def _where(conditions: Mapping[str, object]) -> tuple[str, tuple[object, ...]]:
    given = {text: value for text, value in conditions.items() if value is not None}
    return " AND ".join(given) or "1", tuple(given.values())


def _intent_columns(intent: Intent) -> tuple[object, ...]:
    before = intent.before or (None, None, None, None)
    after = intent.after
    return (
        intent.operation.value,
        intent.identifier.mac,
        intent.identifier.suffix,
        *before[1:],
        after and after.url,
        after and after.provider,
        intent.line,
    )


def _row(columns: Sequence[Any]) -> JournalRow:
    number, change_set, account_key, at, operation, mac, suffix, provider, url, date, *rest = columns
    after_url, after_provider, line, step, result, code, message, settled_at = rest
    return JournalRow(
        number,
        change_set,
        account_key,
        at,
        Operation(operation),
        mac,
        f"{mac}-{suffix}" if suffix else None,
        None if provider is None else (mac, provider, url, date),
        None if after_url is None else Target(after_url, after_provider),
        line,
        step,
        None if result is None else Result(result),
        code,
        message,
        settled_at,
    )


def _change_set(head: Sequence[Any], tally: Mapping[str | None, int]) -> ChangeSet:
    change_set, at, account_key, operation, undone_by, note = head
    counts = {Result(result): count for result, count in tally.items() if result is not None}
    still_open = tally.get(None, 0) + counts.get(Result.UNKNOWN, 0)
    return ChangeSet(
        change_set,
        at,
        account_key,
        Operation(operation),
        sum(tally.values()),
        counts,
        still_open,
        undone_by,
        note,
    )
