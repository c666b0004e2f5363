"""Devices and outcomes as records: the field names are a contract with scripts."""

from __future__ import annotations

from tui.cli.terminal.output import Form, Output, Record
from tui.model.device import DeviceCard, DeviceRow
from tui.model.template import expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.model.outcome import Outcome

DEVICE_COLUMNS = ("mac", "mac_id", "provider", "url", "server_date")
CARD_COLUMNS = (*DEVICE_COLUMNS[:4], "phone_url", "server_date", "found", "code", "message")
OUTCOME_COLUMNS = (
    "operation",
    "outcome",
    "mac",
    "mac_id",
    "provider",
    "url",
    "server_date",
    "code",
    "message",
    "change_set",
    "owner",
    "password_lost",
)
OUTCOME_TABLE = ("outcome", "mac", "provider", "url", "message")
DEVICE_TABLE = ("device", "provider", "url", "server_date")
HEADINGS = {
    "mac": "MAC",
    "mac_id": "MAC-ID",
    "url": "URL",
    "phone_url": "URL for this phone",
    "mac_password": "MAC password",
    "tls": "TLS",
}


def describe_row(row: DeviceRow, mac_id: str | None = None) -> Record:
    """A list row as a record."""
    mac, provider, url, server_date = row
    return {"mac": mac, "mac_id": mac_id, "provider": provider, "url": url, "server_date": server_date}


def shorten_row(record: Record) -> Record:
    """A list row for a table: one column names the device, by its MAC-ID where that is known."""
    return {**record, "device": record["mac_id"] or record["mac"]}


def describe_card(card: DeviceCard, *, dvid: str, show_secrets: bool) -> Record:
    """A looked-up device as a record; `password` only when secrets are shown."""
    record: dict[str, object] = {
        "mac": card.mac,
        "mac_id": card.mac_id,
        "provider": card.provider if card.found else None,
        "url": card.url if card.found else None,
        "phone_url": expand(card.url, card.mac, dvid) if card.found else None,
        "server_date": card.server_date if card.found else None,
        "found": card.found,
        "code": card.code,
        "message": card.message,
        "password_known": card.password is not None if card.password or not card.trouble else None,
    }
    if show_secrets:
        record["password"] = card.password.reveal() if card.password else None
    return record


def describe_outcome(outcome: Outcome, *, show_secrets: bool, brief: bool = False) -> Record:
    """An outcome as a record; `password` only when secrets are shown. A `brief` one has no message where
    the outcome says it all."""
    from tui.services import messages

    record: dict[str, object] = {
        "operation": outcome.operation.value,
        "outcome": outcome.result.value,
        "mac": outcome.mac,
        "mac_id": outcome.mac_id,
        "provider": outcome.provider,
        "url": outcome.url,
        "server_date": outcome.server_date,
        "code": outcome.code,
        "message": outcome.message or ("" if brief else messages.SAID.get(outcome.result, "")),
        "change_set": outcome.change_set,
        "owner": outcome.owner and outcome.owner.value,
        "password_lost": outcome.password_lost,
    }
    if outcome.line is not None:
        record["line"] = outcome.line
    if show_secrets:
        record["password"] = outcome.password.reveal() if outcome.password else None
    return record


def choose_outcome_columns(out: Output) -> tuple[str, ...]:
    """The columns of outcomes in the form that is written."""
    columns = OUTCOME_TABLE if out.form is Form.TABLE else OUTCOME_COLUMNS
    return (*columns, "password") if out.show_secrets else columns
