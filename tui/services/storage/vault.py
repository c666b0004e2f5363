"""The vault: MAC-IDs and MAC passwords that registrations returned, and the passwords valid before them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from tui.classes import define, replace
from tui.errors import StoreError
from tui.model.addresses import Identifier
from tui.model.secrets import Secret
from tui.services.storage.vault_key import SealedSecret, VaultKey, seal

if TYPE_CHECKING:
    import sqlite3

SCHEMA = """
CREATE TABLE vault (
    account_key TEXT NOT NULL, mac TEXT NOT NULL, suffix TEXT, password TEXT, learnt_at TEXT NOT NULL,
    PRIMARY KEY (account_key, mac)
) WITHOUT ROWID;
CREATE TABLE vault_earlier (
    id INTEGER PRIMARY KEY, account_key TEXT NOT NULL, mac TEXT NOT NULL, password TEXT NOT NULL,
    learnt_at TEXT NOT NULL
);
CREATE INDEX vault_earlier_by_device ON vault_earlier (account_key, mac);
"""
KEY_SCHEMA = """
CREATE TABLE vault_key (recipient TEXT NOT NULL);
"""

# Above this many devices one scan of the account is cheaper; it also stays below SQLite's parameter limit.
_IN_LIMIT = 500


@define(frozen=True, slots=True)
class VaultEntry:
    """What a device's registrations taught: `earlier` are passwords that it had before, oldest first."""

    mac: str
    mac_id: str | None
    password: Secret | None
    learnt_at: str
    earlier: tuple[Secret, ...] = ()

    @property
    def suffix(self) -> str | None:
        """The suffix that is known of the device: of its MAC-ID, or of its MAC password."""
        if self.mac_id is not None:
            return self.mac_id[-4:]
        return self.password.beginning.upper() or None if self.password is not None else None


def open_entries(entries: dict[str, VaultEntry]) -> tuple[dict[str, VaultEntry], str]:
    """The entries with sealed passwords opened; without the key without them, and why."""
    try:
        for entry in entries.values():
            if isinstance(entry.password, SealedSecret):
                entry.password.reveal()
    except StoreError as error:
        return {mac: replace(entry, password=None) for mac, entry in entries.items()}, error.describe()
    return entries, ""


def read_entries(
    connection: sqlite3.Connection, account_key: str, macs: Iterable[str] | None, key: VaultKey
) -> dict[str, VaultEntry]:
    """The entries of these devices, or of all; devices that are not known are absent. What is sealed is
    opened with the key when it is revealed."""
    key.recipient = read_recipient(connection)
    wanted = None if macs is None else dict.fromkeys(macs)
    entries: dict[str, VaultEntry] = {}
    if wanted is not None and len(wanted) <= _IN_LIMIT:
        marks = ",".join("?" * len(wanted))
        condition, parameters = f"account_key = ? AND mac IN ({marks})", (account_key, *wanted)
    else:
        condition, parameters = "account_key = ?", (account_key,)
    earlier: dict[str, list[Secret]] = {}
    for mac, password in connection.execute(
        f"SELECT mac, password FROM vault_earlier WHERE {condition} ORDER BY id", parameters
    ):
        earlier.setdefault(mac, []).append(_read(password, key))
    for mac, suffix, password, learnt_at in connection.execute(
        f"SELECT mac, suffix, password, learnt_at FROM vault WHERE {condition} ORDER BY mac", parameters
    ):
        if wanted is None or mac in wanted:
            entries[mac] = VaultEntry(
                mac,
                f"{mac}-{suffix}" if suffix else None,
                None if password is None else _read(password, key),
                learnt_at,
                tuple(earlier.get(mac, ())),
            )
    return entries


def _read(password: object, key: VaultKey) -> Secret:
    # What is sealed is bytes. In a damaged file a column may hold any type.
    return SealedSecret(password, key) if isinstance(password, bytes) else Secret(str(password))


def _write(password: Secret, recipient: str) -> str | bytes:
    if recipient and isinstance(password, SealedSecret):
        return password.sealed
    return seal(password.reveal(), recipient) if recipient else password.reveal()


def read_recipient(connection: sqlite3.Connection) -> str:
    """The public key that the vault is under; empty if it is under none."""
    found = connection.execute("SELECT recipient FROM vault_key").fetchone()
    return "" if found is None else str(found[0])


def is_same(known: Secret, password: Secret) -> bool | None:
    """Whether two passwords are one; None where the key for that is missing."""
    if known.beginning.upper() != password.beginning.upper():
        return False
    try:
        return known == password
    except StoreError:
        return None


def write_entries(
    connection: sqlite3.Connection,
    account_key: str,
    lessons: Mapping[Identifier, Secret | None],
    at: str | Mapping[str, str],
    key: VaultKey,
) -> set[str]:
    """Adds what was learnt at a moment, or at one for each MAC, in the caller's transaction; returns the MACs
    that had another password before. What may be another one is kept as an earlier one."""
    known = read_entries(connection, account_key, (identifier.mac for identifier in lessons), key)
    recipient = key.recipient
    rotated: set[str] = set()
    old: list[tuple[str, str, str | bytes, str]] = []
    new: list[tuple[str, str, str | None, str | bytes | None, str]] = []
    for identifier, password in lessons.items():
        entry = known.get(identifier.mac)
        moment = at if isinstance(at, str) else at[identifier.mac]
        same = password is None
        if password is not None and entry is not None and entry.password is not None:
            found = is_same(entry.password, password)
            same = found is True
            if found is False:
                rotated.add(identifier.mac)
            if not same:
                old.append((account_key, identifier.mac, _write(entry.password, recipient), entry.learnt_at))
        sealed = None if same or password is None else _write(password, recipient)
        new.append((account_key, identifier.mac, identifier.suffix, sealed, moment))
    connection.executemany(
        "INSERT INTO vault_earlier (account_key, mac, password, learnt_at) VALUES (?, ?, ?, ?)", old
    )
    connection.executemany(
        "INSERT INTO vault (account_key, mac, suffix, password, learnt_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account_key, mac) DO UPDATE SET suffix = coalesce(excluded.suffix, suffix),"
        " learnt_at = CASE WHEN excluded.password IS NULL THEN learnt_at ELSE excluded.learnt_at END,"
        " password = coalesce(excluded.password, password)",
        new,
    )
    return rotated


def count_passwords(connection: sqlite3.Connection) -> int:
    """How many passwords there are, earlier ones with them."""
    return int(
        connection.execute(
            "SELECT count(password) + (SELECT count(*) FROM vault_earlier) FROM vault"
        ).fetchone()[0]
    )


def lock(connection: sqlite3.Connection, recipient: str) -> None:
    """Seals every password for a public key, in the caller's transaction. Raises StoreError."""
    connection.execute("INSERT INTO vault_key (recipient) VALUES (?)", (recipient,))
    _rewrite(connection, "text", lambda password: seal(str(password), recipient))


def unlock(connection: sqlite3.Connection, key: VaultKey) -> None:
    """Opens every password, in the caller's transaction. Raises StoreError."""
    key.recipient = read_recipient(connection)
    connection.execute("DELETE FROM vault_key")
    _rewrite(connection, "blob", lambda password: _read(password, key).reveal())


def _rewrite(connection: sqlite3.Connection, kind: str, change: Callable[[object], str | bytes]) -> None:
    for table, names in (("vault", "account_key, mac"), ("vault_earlier", "id, 0")):
        found = connection.execute(
            f"SELECT password, {names} FROM {table} WHERE typeof(password) = ?", (kind,)
        ).fetchall()
        connection.executemany(
            f"UPDATE {table} SET password = ? WHERE ({names}) = (?, ?)",
            [(change(password), *row) for password, *row in found],
        )
