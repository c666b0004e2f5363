"""Devices whose MAC-ID is not known here: said, asked for, and warned of before their records are removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.errors import IdentifierError
from tui.model.addresses import Identifier
from tui.model.identifiers import parse_identifier

if TYPE_CHECKING:
    from tui.services.session import Session

_ENTER = ("m", "mac-id", "mac-ids")


def complete_names(
    desk: Desk, session: Session, identifiers: Sequence[Identifier]
) -> tuple[list[Identifier], bool]:
    """Says which MAC-IDs are not known before anything starts; a person may enter them or allow the bare
    MAC, and without one those devices are left out. The identifiers, and whether bare MACs may be tried."""
    from tui.services.changes.registering import missing_mac_ids

    missing = missing_mac_ids(session, identifiers)
    bare: bool = desk.arguments.bare
    if not missing or bare:
        return list(identifiers), bare
    with desk.talking():
        say_missing_names(desk, missing, len(identifiers))
        if not desk.asks:
            return list(identifiers), False
        desk.err.note(
            "The server may refuse a bare MAC, and then the old record comes back only by bare MAC too."
        )
        answer = desk.err.ask(
            "Enter the MAC-IDs (m), try the bare MACs (b), or leave these out (Enter)?"
        ).lower()
        if answer in _ENTER:
            return _enter_names(desk, missing, identifiers), False
        return list(identifiers), answer in ("b", "bare")


def ask_for_names(desk: Desk, session: Session, named: Sequence[Identifier]) -> list[Identifier]:
    """The devices, with the MAC-IDs that a person at a terminal enters for those that have none here."""
    from tui.services.changes.registering import missing_mac_ids

    missing = missing_mac_ids(session, named)
    if not missing or not desk.asks:
        return list(named)
    with desk.talking():
        say_missing_names(desk, missing, len(named))
        answer = desk.err.ask("Enter the MAC-IDs (m), or remove them by bare MAC (Enter)?").lower()
        return _enter_names(desk, missing, named) if answer in _ENTER else list(named)


def _enter_names(
    desk: Desk, missing: Sequence[Identifier], identifiers: Sequence[Identifier]
) -> list[Identifier]:
    """All the devices, `missing` ones with what the person types for them."""
    entered = {one.mac: _ask_mac_id(desk, one) for one in missing}
    return [entered.get(one.mac, one) for one in identifiers]


def _ask_mac_id(desk: Desk, device: Identifier) -> Identifier:
    """The device with the four digits that the person types, or as it was for an empty line."""
    while text := desk.err.ask(f"MAC-ID of {device.mac}, or its last four digits (Enter leaves it out):"):
        try:
            found = parse_identifier(f"{device.mac}-{text}" if len(text) == 4 else text)
        except IdentifierError as error:
            desk.err.warn(error.describe())
            continue
        if found.mac == device.mac and found.suffix is not None:
            return found
        same = found.mac == device.mac
        desk.err.warn("The four digits are missing." if same else "This is another device.")
    return device


def say_missing_names(desk: Desk, missing: Sequence[Identifier], count: int) -> None:
    """Name the devices, among `count`, that can only be named by their bare MAC."""
    if missing:
        desk.err.warn(f"The MAC-ID of {len(missing):,} of {count:,} is not known here:")
        desk.err.list_some([one.mac for one in missing])


def warn_of_nameless(desk: Desk, session: Session, identifiers: Sequence[Identifier]) -> None:
    """Says of devices whose records are about to be removed how many may not come back, because their MAC-ID
    is not known here."""
    from tui.services import messages
    from tui.services.changes.registering import missing_mac_ids

    nameless = {one.mac for one in missing_mac_ids(session, identifiers)}
    if nameless:
        with desk.talking():
            back = messages.way_back(len({one.mac for one in identifiers}), len(nameless))
            desk.err.warn(f"{back} Named by its MAC-ID, a device comes back.")


def confirm_removal(desk: Desk, session: Session, identifiers: Sequence[Identifier]) -> None:
    """Asks whether to remove the records, after saying how many devices may not come back. A dry run only
    says that."""
    warn_of_nameless(desk, session, identifiers)
    if desk.arguments.dry_run:
        return
    count = len({identifier.mac for identifier in identifiers})
    devices = "device" if count == 1 else "devices"
    lines = [str(identifier) for identifier in identifiers]
    desk.confirm(session, f"deregister {count} {devices}?", lines, count)
