"""Devices and secrets written out: CSV, JSON lines, the vendor's XML, call files, and credentials for a web
server.

CSV is RFC 4180 with CRLF and a header line, guarded against formulas as `tui.model.text.csv_cells` says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from tui.errors import UsageError
from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.model.secrets import mask_credentials
from tui.model.text.csv_cells import write_csv_line
from tui.services.devices.batches import cut_apart
from tui.services.storage.journal import Journal
from tui.services.storage.vault import VaultEntry
from tui.wire.xmlrpc import methods
from tui.wire.xmlrpc.codec import Value, encode_call, encode_list_answer

Form = Literal["csv", "json", "xml", "calls"]
FORMS: tuple[Form, ...] = ("csv", "json", "xml", "calls")
COLUMNS = ("mac", "mac_id", "provider", "url", "server_date")
_LINES = 500


class VaultHolder(Protocol):
    """Whatever has an account's vault: a session, or `open_vault`."""

    @property
    def journal(self) -> Journal:
        """Where the vault is."""

    @property
    def account_key(self) -> str:
        """Whose part of it."""


def export_rows(
    rows: Iterable[DeviceRow],
    form: str,
    *,
    mac_ids: Mapping[str, str] | None = None,
    chunk: int = 50,
    masked: bool = False,
) -> Iterator[str]:
    """Devices in pieces of text. `mac_ids` by MAC go into csv, json and calls, and may grow while the rows
    come; `calls` are registerDeviceList calls of at most `chunk` devices, one target each, which upload and
    import take; `masked` hides credentials in URLs, not in calls, which would be wrong then. Raises
    UsageError for a form that does not exist."""
    known = {} if mac_ids is None else mac_ids
    if form == "csv":
        return _in_pieces(_csv(rows, known, masked))
    if form == "json":
        return _in_pieces(_json(rows, known, masked))
    if form == "xml":
        return (piece.decode("utf-8") for piece in encode_list_answer(_shown(rows, masked)))
    if form == "calls":
        return _calls(rows, known, chunk)
    raise UsageError("There is no such export.", repr(form), f"Choose one of {', '.join(FORMS)}.")


def recall_mac_ids(holder: VaultHolder, macs: Collection[str] | None = None) -> dict[str, str]:
    """The MAC-IDs that the vault knows, by MAC, of these devices or of all. Raises StoreError."""
    entries = holder.journal.recall_many(holder.account_key, macs).values()
    return {entry.mac: entry.mac_id for entry in entries if entry.mac_id}


def _in_pieces(lines: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) >= _LINES:
            yield "".join(held)
            held.clear()
    if held:
        yield "".join(held)


def _shown(rows: Iterable[DeviceRow], masked: bool) -> Iterable[DeviceRow]:
    if not masked:
        return rows
    return ((row[MAC], row[PROVIDER], mask_credentials(row[URL]), row[SERVER_DATE]) for row in rows)


def _csv(rows: Iterable[DeviceRow], known: Mapping[str, str], masked: bool) -> Iterator[str]:
    yield write_csv_line(COLUMNS)
    for mac, provider, url, server_date in _shown(rows, masked):
        yield write_csv_line((mac, known.get(mac), provider, url, server_date))


def _json(rows: Iterable[DeviceRow], known: Mapping[str, str], masked: bool) -> Iterator[str]:
    for mac, provider, url, server_date in _shown(rows, masked):
        record = dict(zip(COLUMNS, (mac, known.get(mac), provider, url, server_date), strict=True))
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _calls(rows: Iterable[DeviceRow], known: Mapping[str, str], chunk: int) -> Iterator[str]:
    targets: dict[tuple[str, str], list[str]] = {}
    for mac, provider, url, _ in rows:
        targets.setdefault((url, provider), []).append(known.get(mac, mac))
    for (url, provider), macs in targets.items():
        for some in cut_apart(macs, chunk, lambda name: name.partition("-")[2] or None):
            devices: list[Value] = [*some]
            yield encode_call(methods.REGISTER_LIST, [devices, url, provider]).decode("utf-8") + "\n"


def export_secrets(holder: VaultHolder, form: str, realm: str | None = None) -> Iterator[str]:
    """The vault of the account as lines of text, for a web server that lets each phone in by digest: `csv`
    is mac,mac_id,password,learnt_at; `htdigest` is MAC:realm:MD5 of each device with a known password.
    Raises UsageError without a realm for htdigest or for a form that does not exist, StoreError."""
    if form not in ("csv", "htdigest"):
        raise UsageError("There is no such form for secrets.", repr(form), "Choose csv or htdigest.")
    if form == "htdigest":
        realm = _check_realm(realm)
    entries = list(holder.journal.recall_many(holder.account_key).values())
    return _secret_csv(entries) if form == "csv" else _htdigest(entries, realm or "")


def _check_realm(realm: str | None) -> str:
    if not realm:
        raise UsageError("An htdigest file needs a realm.", "", "Give the realm of your web server.")
    if ":" in realm or not realm.isprintable():
        raise UsageError("A realm has no colon and no control character.", repr(realm), "Give another realm.")
    return realm


def _secret_csv(entries: Sequence[VaultEntry]) -> Iterator[str]:
    yield write_csv_line(("mac", "mac_id", "password", "learnt_at"))
    for entry in entries:
        password = entry.password.reveal() if entry.password is not None else None
        yield write_csv_line((entry.mac, entry.mac_id, password, entry.learnt_at))


def _htdigest(entries: Sequence[VaultEntry], realm: str) -> Iterator[str]:
    for entry in entries:
        if entry.password is not None:
            clear = f"{entry.mac}:{realm}:{entry.password.reveal()}".encode()
            yield f"{entry.mac}:{realm}:{hashlib.md5(clear, usedforsecurity=False).hexdigest()}\n"
