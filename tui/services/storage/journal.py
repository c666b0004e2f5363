"""The journal: every change is written down before it is sent, and settled after it."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from tui.classes import replace
from tui.errors import StoreError
from tui.model.addresses import Identifier
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation, Result
from tui.model.secrets import Secret
from tui.services.storage import vault
from tui.services.storage.journal_rows import (
    COLUMNS,
    STEPS,
    ChangeSet,
    Intent,
    JournalRow,
    Settlement,
    intent_columns,
    read_result,
    read_row,
    read_set,
)
from tui.services.storage.selection import FOLD, Selection, fold, spell_outcome
from tui.services.storage.sqlite.database import Database
from tui.services.storage.sqlite.process_lock import Presence, is_alive
from tui.services.storage.vault import VaultEntry
from tui.services.storage.vault_key import SealedSecret, VaultKey, no_key, seal

__all__ = ["STEPS", "ChangeSet", "Intent", "Journal", "JournalRow", "Settlement", "VaultEntry"]

_RECORDS = """
CREATE TABLE change_set (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, account_key TEXT NOT NULL, operation TEXT NOT NULL,
    note TEXT NOT NULL, undone_by TEXT, worker TEXT
);
CREATE TABLE record (
    id INTEGER PRIMARY KEY AUTOINCREMENT, change_set TEXT NOT NULL REFERENCES change_set (id),
    account_key TEXT NOT NULL, at TEXT NOT NULL, operation TEXT NOT NULL, mac TEXT NOT NULL, suffix TEXT,
    before_provider TEXT, before_url TEXT, before_date TEXT, after_url TEXT, after_provider TEXT,
    line INTEGER, step TEXT NOT NULL, result TEXT, code TEXT NOT NULL, message TEXT NOT NULL, settled_at TEXT
);
CREATE INDEX record_by_set ON record (change_set);
CREATE INDEX record_by_device ON record (mac);
CREATE INDEX record_open ON record (account_key) WHERE result IS NULL OR result = 'unknown';
"""

_FACTS = """
ALTER TABLE record ADD COLUMN owner TEXT;
ALTER TABLE record ADD COLUMN password_lost INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_by_outcome ON record (account_key, result, code);
"""

T = TypeVar("T")
MIGRATIONS = (_RECORDS + vault.SCHEMA, _FACTS, vault.KEY_SCHEMA)
_OPEN = "(result IS NULL OR result = 'unknown')"
_SETTLED = "(result IS NOT NULL AND result != 'unknown')"
_FIRST_PAGE, _PAGE = 1000, 5000
# Some 60 ms of looking at records, in which nobody else can use the connection.
_STRETCH = 10_000
# Without its name SQLite looks at every record, in the order that it needs, to find the few that are open.
_BY_OPEN = "INDEXED BY record_open"


class Journal:
    """The durable record of one machine, safe for several threads and several processes.

    Every method raises StoreError when the file cannot be used; `intend` does so before anything was sent.
    MAC passwords that are sealed are opened with `key`.
    """

    def __init__(self, path: Path, key: VaultKey | None = None) -> None:
        self.path = path
        self._key = key or no_key()
        self._database = Database(path, MIGRATIONS, what="journal")
        self.remark = self._database.remark
        self._presence: Presence | None = None
        self._presence_lock = threading.Lock()
        self._at_work: set[str] = set()

    def open_set(self, operation: Operation, account_key: str, note: str = "") -> str:
        """A new change set; its id sorts by time, to the second."""
        at = _now()
        stamp = at[:19].replace("-", "").replace(":", "").replace("T", "-")
        while True:
            change_set = f"{stamp}-{os.urandom(2).hex()}"
            with self._database.write() as connection:
                if connection.execute("SELECT 1 FROM change_set WHERE id = ?", (change_set,)).fetchone():
                    continue
                if recipient := vault.read_recipient(connection):
                    seal("", recipient)  # what answers bring can be sealed, or nothing is sent
                connection.execute(
                    "INSERT INTO change_set (id, at, account_key, operation, note) VALUES (?, ?, ?, ?, ?)",
                    (change_set, at, account_key, operation.value, note),
                )
            return change_set

    @contextmanager
    def at_work(self, change_set: str) -> Iterator[None]:
        """Marks the set as being worked on, until the block ends or the process dies: meanwhile `open_rows`
        leaves its unsettled records out, in every process, so that nobody resolves what is in flight."""
        with self._presence_lock:
            if self._presence is None:
                self._presence = Presence(self.path)
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
                f"INSERT INTO record ({COLUMNS}) VALUES"
                " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', NULL, '', '', NULL, NULL, 0)",
                [
                    (number, change_set, found[0], at, *intent_columns(intent))
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

        Returns the ids of the devices whose MAC password differs from the one known before. A record may be
        settled again, which is how an unknown outcome becomes a known one.
        """
        at = _now()
        rotated: set[int] = set()
        with self._database.write() as connection:
            settled = connection.executemany(
                "UPDATE record SET step = 'settled', result = ?, code = ?, message = ?, settled_at = ?,"
                " owner = ?, password_lost = ? WHERE id = ?",
                [
                    (
                        one.result.value,
                        one.code,
                        one.message,
                        at,
                        one.owner and one.owner.value,
                        one.password_lost,
                        one.id,
                    )
                    for one in settlements
                ],
            )
            if settled.rowcount < len(settlements):
                raise StoreError("A record to settle is missing in the journal.", str(self.path))
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
                changed = vault.write_entries(connection, account_key, learnt, at, self._key)
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
            return vault.read_entries(connection, account_key, macs, self._key)

    def remember(self, account_key: str, identifier: Identifier, password: Secret | None) -> bool:
        """Puts a MAC-ID and, if given, a MAC password into the vault; True if another password was known."""
        with self._database.write() as connection:
            lessons = {identifier: password}
            return bool(vault.write_entries(connection, account_key, lessons, _now(), self._key))

    def remember_all(self, account_key: str, identifiers: Sequence[Identifier]) -> None:
        """Puts MAC-IDs into the vault."""
        with self._database.write() as connection:
            lessons: dict[Identifier, Secret | None] = dict.fromkeys(identifiers)
            vault.write_entries(connection, account_key, lessons, _now(), self._key)

    def teach(
        self,
        account_key: str,
        macs: Iterable[str],
        decide: Callable[[Mapping[str, VaultEntry]], tuple[T, Sequence[VaultEntry]]],
    ) -> T:
        """Lets `decide` see what the vault knows of these devices, and puts the entries that it wants into
        the vault, all in one transaction; returns what it returns beside them."""
        with self._database.write() as connection:
            answer, wanted = decide(vault.read_entries(connection, account_key, macs, self._key))
            lessons = {
                Identifier(one.mac, one.mac_id[-4:] if one.mac_id else None): one.password for one in wanted
            }
            moments = {one.mac: one.learnt_at for one in wanted}
            vault.write_entries(connection, account_key, lessons, moments, self._key)
        return answer

    def find_recipient(self) -> str:
        """The public key that the vault is under; empty if it is under none."""
        with self._database.reading() as connection:
            return vault.read_recipient(connection)

    def write_secret(self, password: Secret) -> dict[str, str]:
        """A MAC password for a JSON file beside the journal: sealed where the vault is under a key."""
        with suppress(StoreError):
            if recipient := self.find_recipient():
                return {"sealed": seal(password.reveal(), recipient).hex()}
        return {"password": password.reveal()}

    def read_secret(self, entry: Mapping[str, Any]) -> Secret:
        """What `write_secret` wrote. Raises KeyError, TypeError, ValueError for what it did not."""
        if "sealed" in entry:
            return SealedSecret(bytes.fromhex(entry["sealed"]), self._key)
        return Secret(str(entry["password"]))

    def count_passwords(self) -> int:
        """How many MAC passwords the vault has, earlier ones with them."""
        with self._database.reading() as connection:
            return vault.count_passwords(connection)

    def lock_vault(self, recipient: str) -> None:
        """Seals every MAC password, and those to come, for a public key. What they were in the clear is gone
        from the file then."""
        with self._database.write() as connection:
            vault.lock(connection, recipient)
        self._database.compact()

    def unlock_vault(self) -> None:
        """Opens every MAC password with the key, for good."""
        with self._database.write() as connection:
            vault.unlock(connection, self._key)

    def open_rows(self, account_key: str | None = None) -> list[JournalRow]:
        """Records whose end is not known, oldest first: unknown outcomes, and those never settled that nobody
        is working on (see `at_work`)."""
        columns = COLUMNS.replace(", ", ", r.")
        found = self._database.read(
            # A set that a damaged file has lost hides nothing that is open.
            f"SELECT r.{columns}, s.worker FROM record r {_BY_OPEN}"
            " LEFT JOIN change_set s ON s.id = r.change_set"
            " WHERE (r.result IS NULL OR r.result = 'unknown') AND (?1 IS NULL OR r.account_key = ?1)"
            " ORDER BY r.id",
            (account_key,),
        )
        busy = {
            change_set: self._is_busy(change_set, worker)
            for change_set, worker in {(row[1], row[-1]) for row in found}
        }
        rows = (read_row(columns[:-1]) for columns in found)
        return [row for row in rows if row.result is not None or not busy[row.change_set]]

    def count_open(self, account_key: str | None = None) -> list[tuple[str, int, int, int, int]]:
        """Change sets with open records, oldest first, and how many of these were never sent, sent, and ended
        unknown, and how many may stand between two records. What a living process works on is left out."""
        found = self._database.read(
            "SELECT r.change_set, s.worker, sum(r.result IS NULL AND r.step = 'intended'),"
            " sum(r.result IS NULL AND r.step != 'intended'), sum(r.result IS NOT NULL),"
            " sum(r.result IS NULL AND r.step IN ('deregistered', 'restoring')), sum(r.code = 'unfinished')"
            f" FROM record r {_BY_OPEN} JOIN change_set s ON s.id = r.change_set"
            " WHERE (r.result IS NULL OR r.result = 'unknown') AND (?1 IS NULL OR r.account_key = ?1)"
            " GROUP BY r.change_set ORDER BY min(r.id)",
            (account_key,),
        )
        counted: list[tuple[str, int, int, int, int]] = []
        for change_set, worker, unsent, sent, unknown, between, unfinished in found:
            if self._is_busy(change_set, worker):
                unsent = sent = between = 0
            if unsent + sent + unknown:
                counted.append((change_set, unsent, sent, unknown, between + unfinished))
        return counted

    def _is_busy(self, change_set: str, worker: str | None) -> bool:
        return change_set in self._at_work or (worker is not None and is_alive(self.path, worker))

    def under_way(self, account_key: str) -> dict[str, int]:
        """How many records that never settled are being worked on now, by their change sets."""
        found = self._database.read(
            "SELECT r.change_set, s.worker, count(*) FROM record r JOIN change_set s ON s.id = r.change_set"
            " WHERE r.result IS NULL AND r.account_key = ? GROUP BY 1, 2",
            (account_key,),
        )
        return {change_set: count for change_set, worker, count in found if self._is_busy(change_set, worker)}

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
    ) -> list[JournalRow]:
        """Records as `walk` gives them, all at once."""
        wanted = Selection(
            account_key=account_key,
            mac=mac,
            result=result,
            provider=provider,
            since=_moment(since),
            change_set=change_set,
        )
        return list(self.walk(wanted, limit))

    def walk(self, wanted: Selection, limit: int | None = None) -> Iterator[JournalRow]:
        """Records, newest first, the open ones on top, read some at a time, so that a long journal needs no
        memory and keeps no writer waiting. One that settles meanwhile comes once."""
        return islice((row for page in self.walk_pages(wanted) for row in page), limit)

    def walk_pages(self, wanted: Selection) -> Iterator[list[JournalRow]]:
        """The records of `walk` as they are found. A page may be empty: a look through some thousand records
        that found none, after which the caller may stop."""
        if wanted.words:
            self._database.define(FOLD, fold)
        given: set[int] = set()
        for is_open in (True, False):
            if is_open and wanted.result not in (None, Result.UNKNOWN):
                continue
            if not is_open and wanted.result is Result.UNKNOWN:
                continue
            for page in self._walk_part(wanted, is_open):
                yield [row for row in page if row.id not in given]
                if is_open:
                    given.update(row.id for row in page)

    def _walk_part(self, wanted: Selection, is_open: bool) -> Iterator[list[JournalRow]]:
        condition, parameters = wanted.where()
        where = f"{_OPEN if is_open else _SETTLED} AND {condition}"
        # What an index finds is found at once; anything else is looked for in one stretch after the other.
        at_once = is_open or wanted.is_indexed
        source = "record" if wanted.is_indexed else f"record {_BY_OPEN if is_open else 'NOT INDEXED'}"
        with self._database.reading() as connection:
            top = int(connection.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0])
        stretch = 1 << 62 if at_once else _STRETCH
        if wanted.before is not None:
            top = self._find_before(wanted.before)
        below, floor, page = top + 1, max(0, top + 1 - stretch), _FIRST_PAGE
        bottom = self._find_before(wanted.since)
        while below > bottom:
            found = self._database.read(
                f"SELECT {COLUMNS} FROM {source} WHERE {where} AND id >= ? AND id < ?"
                " ORDER BY id DESC LIMIT ?",
                (*parameters, floor, below, page),
            )
            yield [row for row in map(read_row, found) if wanted.matches(row)]
            below = found[-1][0] if len(found) == page else self._next_below(floor)
            floor = min(floor, max(0, below - stretch))
            page = _PAGE

    def _find_before(self, since: str | None) -> int:
        """The id of the last record before that moment: ids grow with time."""
        if since is None:
            return 0
        found = self._database.read("SELECT id FROM record WHERE at < ? ORDER BY id DESC LIMIT 1", (since,))
        return int(found[0][0]) if found else 0

    def _next_below(self, number: int) -> int:
        found = self._database.read("SELECT coalesce(max(id) + 1, 0) FROM record WHERE id < ?", (number,))
        return int(found[0][0])

    def tally(self, wanted: Selection) -> Counter[str]:
        """How many records have each outcome, by the words of `spell_outcome`; `words` are not heeded."""
        condition, parameters = replace(wanted, words=()).where()
        if wanted.result is Result.UNKNOWN:
            condition = f"{condition} AND {_OPEN}"
        source = "record" if wanted.since is None else "record NOT INDEXED"
        counted: Counter[str] = Counter()
        for result, code, count in self._database.read(
            f"SELECT result, code, count(*) FROM {source} WHERE {condition} AND id > ? GROUP BY 1, 2",
            (*parameters, self._find_before(wanted.since)),
        ):
            counted[spell_outcome(read_result(result), code)] += count
        return counted

    def examine(self, account_key: str) -> int:
        """Looks through the whole journal, which takes seconds for a million records: how many of its
        records cannot be understood, so that their ends are not known. Raises StoreError for damage."""
        self._database.examine()
        counted = "SELECT count(*) FROM record"
        where = f"WHERE {_OPEN} AND account_key = ?"
        with self._database.reading() as connection:
            by_index = connection.execute(f"{counted} INDEXED BY record_open {where}", (account_key,))
            by_table = connection.execute(f"{counted} NOT INDEXED {where}", (account_key,))
            if by_index.fetchone() != by_table.fetchone():
                raise self._database.damaged("what is open is not the same in its table and its index")
            condition, parameters = Selection(account_key, result=Result.NOT_UNDERSTOOD).where()
            found = connection.execute(f"{counted} WHERE {condition}", parameters)
            return int(found.fetchone()[0])

    def sets(
        self, *, account_key: str | None = None, limit: int | None = 50, offset: int = 0
    ) -> list[ChangeSet]:
        """Change sets, newest first, with how their records ended."""
        found = self._database.read(
            "SELECT s.id, s.at, s.account_key, s.operation, s.undone_by, s.note, r.result, count(r.id) FROM"
            " (SELECT rowid AS number, * FROM change_set WHERE (?1 IS NULL OR account_key = ?1)"
            " ORDER BY rowid DESC LIMIT ?2 OFFSET ?3) s"
            " LEFT JOIN record r ON r.change_set = s.id GROUP BY s.number, r.result ORDER BY s.number DESC",
            (account_key, -1 if limit is None else limit, offset),
        )
        heads: dict[str, Any] = {}
        tallies: dict[str, dict[str | None, int]] = {}
        for *head, result, count in found:
            heads[head[0]] = head
            if count:
                tallies.setdefault(head[0], {})[result] = count
        return [read_set(head, tallies.get(change_set, {})) for change_set, head in heads.items()]

    def find_set(self, change_set: str) -> ChangeSet | None:
        """One change set by its id, if there is one."""
        found = self._database.read(
            "SELECT id, at, account_key, operation, undone_by, note FROM change_set WHERE id = ?",
            (change_set,),
        )
        counted = self._database.read(
            "SELECT result, count(*) FROM record WHERE change_set = ? GROUP BY result", (change_set,)
        )
        return read_set(found[0], dict(counted)) if found else None

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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(since: datetime | str | None) -> str | None:
    return since.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(since, datetime) else since
