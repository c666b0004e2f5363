"""The journal written out for other programs. MAC passwords are not in it; credentials in URLs are masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from tui.errors import UsageError
from tui.model.csv_cells import write_csv_line
from tui.model.device import PROVIDER, SERVER_DATE, URL
from tui.model.outcome import Result
from tui.model.secrets import mask_credentials
from tui.services.records import JournalRow

FORMS = ("csv", "json")
COLUMNS = (
    "at", "change_set", "operation", "outcome", "mac", "mac_id", "provider", "url", "old_provider", "old_url",
    "server_date", "code", "message", "account",
)  # fmt: skip


def describe_row(row: JournalRow) -> dict[str, str | None]:
    """One record under the names of COLUMNS; provider and url are those after the change."""
    return {
        "at": row.at,
        "change_set": row.change_set,
        "operation": row.operation.value,
        "outcome": (row.result or Result.UNKNOWN).value,
        "mac": row.mac,
        "mac_id": row.mac_id,
        "provider": row.after.provider if row.after else None,
        "url": mask_credentials(row.after.url) if row.after else None,
        "old_provider": row.before[PROVIDER] if row.before else None,
        "old_url": mask_credentials(row.before[URL]) if row.before else None,
        "server_date": row.before[SERVER_DATE] if row.before else None,
        "code": row.code,
        "message": mask_credentials(row.message),
        "account": row.account_key,
    }


def export_journal(rows: Iterable[JournalRow], form: str) -> Iterator[str]:
    """The records as CSV with a header, or as JSON, one object a line. Raises UsageError for another
    form."""
    if form not in FORMS:
        raise UsageError("There is no such export.", repr(form), f"Choose one of {', '.join(FORMS)}.")
    if form == "csv":
        yield write_csv_line(COLUMNS)
    for row in rows:
        record = describe_row(row)
        if form == "csv":
            yield write_csv_line([record[column] for column in COLUMNS])
        else:
            yield json.dumps(record, ensure_ascii=False) + "\n"
