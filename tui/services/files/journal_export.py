"""The journal written out: the one form that its records have outside of it. MAC passwords are not in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from tui.errors import UsageError
from tui.model.device import PROVIDER, SERVER_DATE, URL
from tui.model.outcome import Result
from tui.model.secrets import mask_credentials
from tui.model.text.csv_cells import write_csv_line
from tui.model.text.inert import make_inert
from tui.services import messages
from tui.services.storage.journal_rows import JournalRow

FORMS = ("csv", "json")
COLUMNS = (
    "at", "change_set", "operation", "outcome", "mac", "mac_id", "provider", "url", "old_provider", "old_url",
    "server_date", "code", "message", "account", "owner", "password_lost",
)  # fmt: skip


def describe_record(row: JournalRow) -> dict[str, str | bool | None]:
    """One record under the names of COLUMNS, with credentials. provider and url are those after the change,
    or, where a record was to be removed, those that it had; `outcome` is `unknown` while a record is open."""
    provider, url = (row.after.provider, row.after.url) if row.after else (None, None)
    if row.after is None and row.before is not None:
        provider, url = row.before[PROVIDER], row.before[URL]
    return {
        "at": row.at,
        "change_set": row.change_set,
        "operation": row.operation.value,
        "outcome": (row.result or Result.UNKNOWN).value,
        "mac": row.mac,
        "mac_id": row.mac_id,
        "provider": provider,
        "url": url,
        "old_provider": row.before[PROVIDER] if row.before else None,
        "old_url": row.before[URL] if row.before else None,
        "server_date": row.before[SERVER_DATE] if row.before else None,
        "code": row.code,
        "message": row.message or messages.SAID.get(row.result, ""),
        "account": row.account_key,
        "owner": row.owner and row.owner.value,
        "password_lost": row.password_lost,
    }


def export_journal(rows: Iterable[JournalRow], form: str) -> Iterator[str]:
    """The records as CSV with a header, or as JSON, one object a line; credentials are masked. Raises
    UsageError for another form."""
    if form not in FORMS:
        raise UsageError("There is no such export.", repr(form), f"Choose one of {', '.join(FORMS)}.")
    if form == "csv":
        yield write_csv_line(COLUMNS)
    for row in rows:
        record = {
            name: mask_credentials(value) if isinstance(value, str) else value
            for name, value in describe_record(row).items()
        }
        if form == "csv":
            yield write_csv_line([show_cell(record[column]) for column in COLUMNS])
        else:
            yield json.dumps(record, ensure_ascii=False) + "\n"


def show_cell(value: str | bool | None) -> str:
    """A value as inert text, the same as the command line writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return make_inert(value or "")
