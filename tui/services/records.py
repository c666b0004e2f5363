"""The records of the journal as values, and as columns of its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui.model.device import DeviceRow
from tui.model.identifiers import Identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Target
from tui.model.secrets import Secret

COLUMNS = (
    "id, change_set, account_key, at, operation, mac, suffix, before_provider, before_url, before_date,"
    " after_url, after_provider, line, step, result, code, message, settled_at"
)


@dataclass(frozen=True, slots=True)
class Intent:
    """What will be asked for one device: the record as it is, if known, and the target it shall have."""

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
    """One record; times are ISO 8601 UTC, URLs verbatim. `result` is None while the end is not known."""

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


def intent_columns(intent: Intent) -> tuple[object, ...]:
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


def read_row(columns: Sequence[Any]) -> JournalRow:
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


def read_set(head: Sequence[Any], tally: Mapping[str | None, int]) -> ChangeSet:
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
