"""The records of the journal as values, and as columns of its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tui.classes import define
from tui.model.addresses import Identifier
from tui.model.device import DeviceRow
from tui.model.outcome import Operation, Owner, Result
from tui.model.registration import Target
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert

STEPS = ("intended", "sent", "deregistered", "restoring", "settled")
COLUMNS = (
    "id, change_set, account_key, at, operation, mac, suffix, before_provider, before_url, before_date,"
    " after_url, after_provider, line, step, result, code, message, settled_at, owner, password_lost"
)

_OPERATIONS: dict[Any, Operation] = {one.value: one for one in Operation}
_RESULTS: dict[Any, Result] = {one.value: one for one in Result}
_OWNERS: dict[Any, Owner] = {one.value: one for one in Owner}


@define(frozen=True, slots=True)
class Intent:
    """What will be asked for one device: the record as it is, if known, and the target it shall have."""

    operation: Operation
    identifier: Identifier
    before: DeviceRow | None
    after: Target | None
    line: int | None = None


@define(frozen=True, slots=True)
class Settlement:
    """How one record ended. A MAC-ID or password given here goes to the vault, never into the record."""

    id: int
    result: Result
    code: str = ""
    message: str = ""
    mac_id: str | None = None
    password: Secret | None = None
    owner: Owner | None = None
    password_lost: bool = False


@define(frozen=True, slots=True)
class JournalRow:
    """One record; times are ISO 8601 UTC, URLs verbatim. `result` is None while the end is not known. In a
    damaged journal any text may be anything."""

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
    owner: Owner | None = None
    password_lost: bool = False

    @property
    def when(self) -> datetime | None:
        """The moment of `at`, None if that cannot be read."""
        return read_moment(self.at)

    @property
    def identifier(self) -> Identifier:
        """The device as it was named in the request."""
        return Identifier(self.mac, self.mac_id[-4:] if self.mac_id else None)


@define(frozen=True, slots=True)
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
    """A record from its columns. Whatever a damaged file has in them is shown as it is: a word that is not
    known becomes NOT_UNDERSTOOD and is named in the message."""
    number, change_set, account_key, at, operation, mac, suffix, provider, url, date, *rest = columns
    after_url, after_provider, line, step, result, code, message, settled_at, owner, password_lost = rest
    flaws: list[str] = []
    if type(mac) is not str or len(mac) != 12:
        flaws.append(f"MAC {_show(mac)}")
    verb = _OPERATIONS.get(operation)
    if verb is None:
        flaws.append(f"operation {_show(operation)}")
    end = read_result(result)
    if end is Result.NOT_UNDERSTOOD:
        flaws.append(f"outcome {_show(result)}")
    if step not in STEPS:
        flaws.append(f"step {_show(step)}")
    if read_moment(at) is None:
        flaws.append(f"time {_show(at)}")
    if owner is not None and owner not in _OWNERS:
        flaws.append(f"owner {_show(owner)}")
    if flaws:
        message = f"Not understood in the journal: {', '.join(flaws)}. {_text(message)}".strip()
    mac = _text(mac)
    return JournalRow(
        number,
        _text(change_set),
        _text(account_key),
        _text(at),
        verb or Operation.NOT_UNDERSTOOD,
        mac,
        f"{mac}-{_text(suffix)}" if suffix else None,
        None if provider is None else (mac, _text(provider), _text(url), _text(date)),
        None if after_url is None else Target(_text(after_url), _text(after_provider)),
        line if type(line) is int else None,
        _text(step),
        end,
        _text(code),
        _text(message),
        None if settled_at is None else _text(settled_at),
        _OWNERS.get(owner),
        bool(password_lost),
    )


def read_result(word: Any) -> Result | None:
    """The outcome that a column names; None if it never settled."""
    return None if word is None else _RESULTS.get(word, Result.NOT_UNDERSTOOD)


def read_set(head: Sequence[Any], tally: Mapping[str | None, int]) -> ChangeSet:
    """A change set from its columns and how many of its records have each result."""
    change_set, at, account_key, operation, undone_by, note = head
    counts: Counter[Result] = Counter()
    for result, count in tally.items():
        if result is not None:
            counts[read_result(result) or Result.UNKNOWN] += count
    return ChangeSet(
        _text(change_set),
        _text(at),
        _text(account_key),
        _OPERATIONS.get(operation, Operation.NOT_UNDERSTOOD),
        sum(tally.values()),
        counts,
        tally.get(None, 0) + counts[Result.UNKNOWN],
        None if undone_by is None else _text(undone_by),
        _text(note),
    )


def read_moment(text: str) -> datetime | None:
    """The moment of an ISO text in UTC, None if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo is not None else None


def _text(value: Any) -> str:
    """A column as text. SQLite keeps a type for each value, so a damaged file may have any in any column."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _show(value: Any) -> str:
    return repr(make_inert(_text(value))[:40])
