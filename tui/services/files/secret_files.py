"""Files that say MAC-IDs and MAC passwords: our CSV, JSON lines, and the journal of another machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tui.classes import define, field
from tui.errors import BadRow, InputError, RedirectoryError, UsageError
from tui.intake.encoding import decode_bytes
from tui.intake.recognition.headings import names_secret
from tui.intake.tables.delimited import read_cells, read_delimited
from tui.model.addresses import Identifier
from tui.model.identifiers import parse_identifier
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.services.storage.journal_copy import is_journal, open_copy
from tui.services.storage.journal_rows import read_moment
from tui.services.storage.merging import Lesson
from tui.services.storage.vault import read_entries
from tui.services.storage.vault_key import VaultKey

_LONGEST_PASSWORD = 256
_DATES = ("learnt_at", "learnt at")


@define(slots=True)
class SecretFile:
    """What a file says of the devices of one account; `bad` are the rows that are left out, `others` counts
    those of other accounts."""

    lessons: list[Lesson] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    others: int = 0


def read_secret_file(data: bytes, name: str, account_key: str, key: VaultKey) -> SecretFile:
    """What the bytes of a decrypted file say; the vault of a journal may be under the key. Raises InputError
    for a file that names no device, StoreError for a vault under another key, UsageError for a journal that
    does not know the account."""
    if is_journal(data):
        return _read_journal(data, name, account_key, key)
    text = decode_bytes(data).text
    found = SecretFile()
    if text.lstrip().startswith("{"):
        _read_lines(text, name, account_key, found)
    else:
        _read_table(text, name, found)
    return found


def _read_journal(data: bytes, name: str, account_key: str, key: VaultKey) -> SecretFile:
    with open_copy(data, name) as copy:
        entries = read_entries(copy, account_key, None, key)
        keys = [str(key) for (key,) in copy.execute("SELECT DISTINCT account_key FROM vault ORDER BY 1")]
    if not entries:
        raise UsageError(
            "The journal knows no device of this account.",
            f"{make_inert(name)} is about {make_inert(', '.join(keys[:4])) or 'none'}, not {account_key}.",
            "Choose the account.",
        )
    found = SecretFile(others=len(keys) - 1)
    for entry in entries.values():
        password = entry.password.reveal() if entry.password else ""
        _take(found, str(entry.mac_id or entry.mac), password, str(entry.learnt_at), name, None)
    return found


def _read_table(text: str, name: str, found: SecretFile) -> None:
    table = read_delimited(text, need_target=False)
    if table is None or table.header.line is None:
        raise InputError(
            "The file names no MAC-IDs.",
            f"{make_inert(name)} has no heading with a column mac or mac_id.",
            "Give a file that secrets export has written, encrypted or not, or a journal.",
        )
    columns = {make_inert(column.title).lower(): column.index for column in table.header.columns}
    secret = next((index for title, index in columns.items() if names_secret(title)), None)
    date = next((columns[title] for title in _DATES if title in columns), None)
    rows = dict(read_cells(text, table.header.separator))
    for draft in table.drafts:
        if draft.identifier is None or not draft.ready:
            if not draft.passed:
                named = f"{draft.mac_text}: " if draft.mac_text else ""
                error = BadRow(f"line {draft.line}: {named}{draft.complaint}", make_inert(name))
                found.bad.append(error.about(device=draft.mac_text or None, line=draft.line))
            continue
        cells = rows.get(draft.line, [])
        password, learnt_at = (
            cells[index].strip() if index is not None and index < len(cells) else ""
            for index in (secret, date)
        )
        _take(found, str(draft.identifier), password, learnt_at, name, draft.line)


def _read_lines(text: str, name: str, account_key: str, found: SecretFile) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            values = [_text(record, key) for key in ("mac_id", "mac", "password", "learnt_at", "account")]
        except (ValueError, TypeError, RecursionError):
            found.bad.append(
                BadRow(f"line {number}: it is no JSON object.", make_inert(name)).about(line=number)
            )
            continue
        mac_id, mac, password, learnt_at, account = values
        if account and account != account_key:
            found.others += 1
            continue
        _take(found, mac_id or mac, password, learnt_at, name, number)


def _text(record: Any, key: str) -> str:
    value = record.get(key) if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(value, str | None):
        raise TypeError
    return value or ""


def _take(found: SecretFile, device: str, password: str, learnt_at: str, name: str, line: int | None) -> None:
    where = f"{make_inert(name)}, line {line}" if line else make_inert(name)
    try:
        identifier = parse_identifier(device)
        _check(identifier, password)
    except RedirectoryError as error:
        text = f"line {line}: {error.detail}" if line else error.detail
        found.bad.append(BadRow(text, make_inert(name), error.hint).about(device=error.device, line=line))
        return
    at = learnt_at if read_moment(learnt_at) is not None else _now()
    found.lessons.append(Lesson(identifier, Secret(password) if password else None, at, where))


def _check(identifier: Identifier, password: str) -> None:
    """Raises InputError for a MAC password that cannot be one, without showing it."""
    if len(password) > _LONGEST_PASSWORD or make_inert(password) != password:
        raise InputError(
            "A bad MAC password.",
            f"{identifier.mac}: its MAC password is too long or holds control characters.",
        ).about(device=identifier.mac)
    if password and identifier.suffix and password[:4].upper() != identifier.suffix:
        raise InputError(
            "A MAC-ID and its MAC password contradict each other.",
            f"{identifier}: its MAC password does not begin with {identifier.suffix}.",
            "Compare it with the label.",
        ).about(device=identifier.mac)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
