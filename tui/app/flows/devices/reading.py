"""What Device Info shows of one device: the server's answer, and what this machine knows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tui.app.presentation.device_card import Known
from tui.errors import LinkError, StoreError
from tui.model.device import DeviceCard
from tui.services.storage.selection import Selection

if TYPE_CHECKING:
    from tui.model.addresses import Identifier
    from tui.services.session import Session
    from tui.services.storage.journal import JournalRow

HISTORY_LIMIT = 50


def read_device(session: Session, identifier: Identifier) -> Known:
    """Ask the server, and this machine's records. Without a link the kept list answers, and the card says
    so.
    """
    from tui.services.devices.look_up import look_up, open_password, recall_device

    trouble, when = "", ""
    try:
        card = look_up(session, identifier)
    except LinkError as error:
        row = session.lists.find(session.account_key, identifier.mac)
        age = session.lists.age(session.account_key)
        if row is None or age is None:
            if age is not None:
                error.detail += f" Nor does the list of {_spell_age(age)}, kept on this machine, name it."
            raise
        entry, unread = recall_device(session, identifier.mac)
        card = DeviceCard(
            row[0],
            True,
            row[1],
            row[2],
            row[3],
            entry.mac_id if entry else identifier.mac_id,
            entry.password if entry else None,
            trouble=unread,
        )
        when = _spell_age(age)
        trouble = f"{error.title} Shown from the list of {when}, kept on this machine; r asks the server."
    card = open_password(card)
    try:
        return Known(card, read_records(session, identifier), when, trouble)
    except StoreError as error:
        return Known(card, (), when, trouble, untold=error.title)


def read_records(session: Session, identifier: Identifier) -> tuple[JournalRow, ...]:
    """What the journal has on the device, the newest first, at most one more than is shown."""
    wanted = Selection(account_key=session.account_key, mac=identifier.mac)
    records = session.journal.walk(wanted, HISTORY_LIMIT + 1)
    return tuple(sorted(records, key=lambda row: row.id, reverse=True))


def _spell_age(age: datetime) -> str:
    return f"{age.astimezone():%Y-%m-%d %H:%M}"
