"""Questions to the server that change nothing: one device, all devices."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from tui.classes import replace
from tui.errors import StoreError, Unreadable
from tui.model.addresses import Identifier
from tui.model.device import MAC, DeviceCard, DeviceRow
from tui.model.text.inert import spell_both
from tui.services.session import Session
from tui.settings.files.private import is_there
from tui.wire.xmlrpc.answers import MAC_NOT_FOUND, CheckedDevice, explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.services.storage.vault import VaultEntry


def look_up(session: Session, identifier: Identifier) -> DeviceCard:
    """The server's record of a device and what the vault knows. Without a record the card has the server's
    code and its meaning; `found` is False only where the server said that it has none, else None. A bare
    MAC is asked for by its MAC-ID where the vault has it. Raises LinkError and Fault."""
    entry, trouble = recall_device(session, identifier.mac)
    mac_id = identifier.mac_id or (entry.mac_id if entry else None)
    password = entry.password if entry else None
    doubt = ""
    if entry:
        from tui.services.messages import suffix_doubt

        doubt = suffix_doubt(identifier.suffix, entry.suffix)
    checked = session.client.check_device(mac_id or identifier.mac)
    if isinstance(checked, CheckedDevice):
        if checked.mac != identifier.mac:
            raise Unreadable(
                "The server answered for another device.",
                f"Asked for {identifier.mac}, told of {checked.mac}.",
                "Ask again; if it stays, ask the vendor.",
            )
        return DeviceCard(
            identifier.mac,
            True,
            checked.provider,
            checked.url,
            checked.server_date,
            mac_id,
            password,
            message=trouble or doubt,
            trouble=trouble,
            suffix_doubt=doubt,
        )
    line = checked.lines[0] if checked.lines else None
    code = line.code if line else ""
    message = " ".join(part for part in (*explain(code), trouble, doubt) if part)
    found = False if code == MAC_NOT_FOUND else None
    return DeviceCard(
        identifier.mac,
        found,
        mac_id=mac_id,
        password=password,
        code=code,
        message=message,
        trouble=trouble,
        suffix_doubt=doubt,
    )


def open_password(card: DeviceCard) -> DeviceCard:
    """The card with a MAC password that can be shown; without the vault's key without it, and why."""
    try:
        if card.password is not None:
            card.password.reveal()
    except StoreError as error:
        why = f"The MAC password cannot be read. {error.describe()}"
        return replace(card, password=None, trouble=why, message=card.message or why)
    return card


def recall_device(session: Session, mac: str) -> tuple[VaultEntry | None, str]:
    """What the vault knows of a device, and why it could not be read, if so. A look-up neither makes a
    journal nor fails for want of one."""
    if not is_there(session.places.journal_file):
        return None, ""
    try:
        return session.journal.recall(session.account_key, mac), ""
    except StoreError as error:
        return None, f"What this machine knows of the device cannot be read. {error.describe()}"


def list_devices(session: Session, providers: Sequence[str] = ()) -> Iterator[list[DeviceRow]]:
    """The account's devices in batches as they arrive, all or those of the providers (one call each,
    merged, every MAC once). A whole list that arrived without error replaces the offline list; if that
    fails, `session.lists.trouble` says why. Raises LinkError and Fault, after the batches that came
    before."""
    if providers:
        yield from _list_providers(session, spell_both(providers))
        return
    draft = session.lists.draft(session.account_key) if session.keeps_lists else None
    from datetime import UTC, datetime

    at = datetime.now(UTC)
    with _asking(session) as batches:
        for batch in batches:
            if draft is not None:
                draft.add(batch)
            yield batch
    if draft is not None:
        try:
            draft.keep(at)
        except StoreError as error:
            session.lists.trouble = error


@contextmanager
def _asking(session: Session, *providers: str) -> Iterator[Iterator[list[DeviceRow]]]:
    """A list call that ends when its reader stops reading, not when the garbage collector comes round."""
    batches = session.client.list_devices(*providers)
    try:
        yield batches
    finally:
        if isinstance(batches, Generator):
            batches.close()


def _list_providers(session: Session, providers: Sequence[str]) -> Iterator[list[DeviceRow]]:
    seen: set[str] = set()
    for provider in providers:
        with _asking(session, provider) as batches:
            for batch in batches:
                fresh = {row[MAC]: row for row in batch if row[MAC] not in seen}
                seen.update(fresh)
                if fresh:
                    yield list(fresh.values())
