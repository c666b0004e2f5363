"""Changing URL or provider of registered devices: record the old, deregister, register, and on failure
restore.

The server cannot change a record in place, so for a moment a device has none. That moment is kept short
(small groups), is written down step by step, and is never left by a cancel: only a lost link or a crash
can, and then `resolve` goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence

from tui.classes import define
from tui.model.addresses import Identifier
from tui.model.device import MAC, DeviceRow
from tui.model.outcome import Operation, Outcome, Owner, Result
from tui.model.registration import Registration, Target
from tui.services import messages
from tui.services.changes.engine.calls import Knowledge
from tui.services.changes.engine.change_writer import recall, run_to_end, working, writing
from tui.services.changes.engine.control import Control
from tui.services.changes.engine.replacing import retarget_tasks
from tui.services.devices.batches import fold
from tui.services.devices.server_state import Records, find_records, is_at, same_target, target_of
from tui.services.session import Session
from tui.services.storage.journal import Intent
from tui.wire.xmlrpc.answers import MAC_NOT_FOUND, explain


def retarget(
    session: Session,
    identifiers: Sequence[Identifier],
    *,
    url: str | None,
    provider: str | None,
    control: Control | None = None,
    change_set: str | None = None,
    expected: Mapping[str, DeviceRow] | None = None,
    bare: bool = False,
) -> Iterator[Outcome]:
    """Gives registered devices another URL, another provider or both (None: as it is); one outcome per
    identifier.

    A device whose MAC-ID is neither given nor in the vault is SKIPPED (`mac_id_missing`) unless `bare`
    allows the MAC alone. `expected` are the rows that the person saw: a record that points elsewhere by now
    is not touched. Raises StoreError, LinkError or Fault before anything is sent.
    """

    control = control or Control()
    steps = _retarget(
        session,
        identifiers,
        lambda _, row: new_target(row, url, provider),
        control,
        change_set,
        expected or {},
        bare,
    )
    return run_to_end(steps, control)


def retarget_each(
    session: Session,
    registrations: Sequence[Registration],
    *,
    control: Control | None = None,
    change_set: str | None = None,
    expected: Mapping[str, DeviceRow] | None = None,
    bare: bool = False,
) -> Iterator[Outcome]:
    """As `retarget`, with a target of its own for each device."""
    targets = {one.identifier.mac: one.target for one in reversed(registrations)}
    lines = {one.identifier.mac: one.line for one in reversed(registrations)}
    control = control or Control()
    steps = _retarget(
        session,
        [one.identifier for one in registrations],
        lambda identifier, _: targets[identifier.mac],
        control,
        change_set,
        expected or {},
        bare,
        lines,
    )
    return run_to_end(steps, control)


def missing_mac_ids(session: Session, identifiers: Sequence[Identifier]) -> list[Identifier]:
    """The devices that can only be named by their bare MAC: no suffix given, none in the vault."""
    return [one for one in recall(session, identifiers)[1] if one.suffix is None]


@define(frozen=True, slots=True)
class Forecast:
    """What a retarget of listed devices comes to: `rows` are changed, `nameless` of them by their bare MAC;
    `left_out` have no MAC-ID here, `already` are as asked."""

    rows: list[DeviceRow]
    nameless: int
    left_out: int
    already: int


def foresee(
    rows: Sequence[DeviceRow],
    missing: Collection[str],
    *,
    url: str | None,
    provider: str | None,
    bare: bool,
) -> Forecast:
    """What `retarget` will do with these rows, if they are still so. The MAC-IDs of `missing`, MACs, are not
    known here."""
    named = [row for row in rows if bare or row[MAC] not in missing]
    moved = [row for row in named if not is_at(row, new_target(row, url, provider))]
    nameless = sum(row[MAC] in missing for row in moved)
    return Forecast(moved, nameless, len(rows) - len(named), len(named) - len(moved))


def new_target(row: DeviceRow, url: str | None, provider: str | None) -> Target:
    old = target_of(row)
    return Target(url or old.url, provider or old.provider)


def decide_moves(
    session: Session,
    identifiers: Sequence[Identifier],
    choose: Callable[[Identifier, DeviceRow], Target],
    expected: Mapping[str, DeviceRow],
    bare: bool,
    lines: Mapping[str, int | None] | None = None,
) -> Generator[Outcome, None, tuple[Knowledge, list[Intent]] | None]:
    """Looks the devices up and decides which of them are moved; yields the outcomes of the others. None where
    no device is given. Changes nothing. Raises StoreError, LinkError and Fault."""
    kept, folded = fold(Registration(one, Target("", "")) for one in identifiers)
    for later, _ in folded:
        yield _told(
            later.identifier, Result.SKIPPED, "duplicate", "Named more than once; only the first counts."
        )
    known, named = recall(session, [one.identifier for one in kept])
    if not named:
        return None
    records = find_records(session, named, expected)
    intents: list[Intent] = []
    for identifier in named:
        barred = _bar(identifier, records, expected.get(identifier.mac), bare)
        if barred is not None:
            yield barred
            continue
        row = records.found[identifier.mac].row
        target = choose(identifier, row)
        if is_at(row, target):
            yield _told(identifier, Result.UNCHANGED, "", messages.ALREADY, row)
        else:
            intents.append(
                Intent(Operation.RETARGET, identifier, row, target, (lines or {}).get(identifier.mac))
            )
    return known, intents


def _retarget(
    session: Session,
    identifiers: Sequence[Identifier],
    choose: Callable[[Identifier, DeviceRow], Target],
    control: Control,
    change_set: str | None,
    expected: Mapping[str, DeviceRow],
    bare: bool,
    lines: Mapping[str, int | None] | None = None,
) -> Generator[Outcome]:
    decided = yield from decide_moves(session, identifiers, choose, expected, bare, lines)
    if decided is None or not decided[1]:
        return
    known, intents = decided
    with (
        writing(session, Operation.RETARGET, change_set) as ledger,
        working(session, control, known, ledger) as job,
    ):
        yield from retarget_tasks(job, ledger, ledger.intend(intents), control)
        yield from ledger.own_up(session, control, job)


def _bar(identifier: Identifier, records: Records, seen: DeviceRow | None, bare: bool) -> Outcome | None:
    found = records.found.get(identifier.mac)
    if found is None:
        if seen is not None:
            return _told(identifier, Result.REFUSED, MAC_NOT_FOUND, messages.changed_meanwhile(None))
        code = records.codes.get(identifier.mac, MAC_NOT_FOUND)
        return _told(identifier, Result.REFUSED, code, f"{messages.NOT_LISTED_HIDDEN} {explain(code)[0]}")
    if not found.listed:
        message = messages.not_listed(found.row)
        return _told(identifier, Result.SKIPPED, "not_listed", message, found.row, found.owner)
    if seen is not None and not same_target(seen, found.row):
        message = messages.changed_meanwhile(found.row)
        return _told(identifier, Result.SKIPPED, "changed_meanwhile", message, found.row)
    if identifier.suffix is None and not bare:
        return _told(identifier, Result.SKIPPED, "mac_id_missing", messages.MAC_ID_MISSING, found.row)
    return None


def _told(
    identifier: Identifier,
    result: Result,
    code: str,
    message: str,
    row: DeviceRow | None = None,
    owner: Owner | None = None,
) -> Outcome:
    _, provider, url, date = row or (None, None, None, None)
    return Outcome(
        Operation.RETARGET,
        result,
        identifier.mac,
        identifier.mac_id,
        provider,
        url,
        date,
        code,
        message,
        before=row,
        owner=owner,
    )
