"""The vault: MAC-IDs and MAC passwords that registrations returned, and the passwords valid before them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tui.classes import define
from tui.model.identifiers import Identifier
from tui.model.secrets import Secret

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
        return self.password.reveal()[:4].upper() if self.password is not None else None


def read_entries(
    connection: sqlite3.Connection, account_key: str, macs: Iterable[str] | None
) -> dict[str, VaultEntry]:
    """The entries of these devices, or of all; devices that are not known are absent."""
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
        earlier.setdefault(mac, []).append(Secret(str(password)))
    for mac, suffix, password, learnt_at in connection.execute(
        f"SELECT mac, suffix, password, learnt_at FROM vault WHERE {condition} ORDER BY mac", parameters
    ):
        if wanted is None or mac in wanted:
            entries[mac] = VaultEntry(
                mac,
                f"{mac}-{suffix}" if suffix else None,
                # In a damaged file a column may hold any type.
                None if password is None else Secret(str(password)),
                learnt_at,
                tuple(earlier.get(mac, ())),
            )
    return entries


def write_entries(
    connection: sqlite3.Connection,
    account_key: str,
    lessons: Mapping[Identifier, Secret | None],
    at: str | Mapping[str, str],
) -> set[str]:
    """Adds what was learnt at a moment, or at one for each MAC, in the caller's transaction; returns the MACs
    that had another password before."""
    known = read_entries(connection, account_key, (identifier.mac for identifier in lessons))
    rotated: set[str] = set()
    old: list[tuple[str, str, str, str]] = []
    for identifier, password in lessons.items():
        entry = known.get(identifier.mac)
        if entry is None or entry.password is None or password is None or entry.password == password:
            continue
        rotated.add(identifier.mac)
        old.append((account_key, identifier.mac, entry.password.reveal(), entry.learnt_at))
    connection.executemany(
        "INSERT INTO vault_earlier (account_key, mac, password, learnt_at) VALUES (?, ?, ?, ?)", old
    )
    connection.executemany(
        "INSERT INTO vault (account_key, mac, suffix, password, learnt_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account_key, mac) DO UPDATE SET suffix = coalesce(excluded.suffix, suffix),"
        " learnt_at = CASE WHEN excluded.password IS NULL OR excluded.password = password THEN learnt_at"
        " ELSE excluded.learnt_at END,"
        " password = coalesce(excluded.password, password)",
        [
            (
                account_key,
                identifier.mac,
                identifier.suffix,
                None if password is None else password.reveal(),
                at if isinstance(at, str) else at[identifier.mac],
            )
            for identifier, password in lessons.items()
        ],
    )
    return rotated
