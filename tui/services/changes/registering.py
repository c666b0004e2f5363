"""Registering and deregistering: one outcome per device, each written down before it is sent and settled
after it."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence

from tui.classes import define, field
from tui.model.addresses import Identifier
from tui.model.device import SERVER_DATE, DeviceRow
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration, Target
from tui.services import messages
from tui.services.changes.engine.answer_matching import SUFFIX_MISMATCH
from tui.services.changes.engine.calls import Ending, Knowledge, Removing, in_the_way
from tui.services.changes.engine.change_writer import recall, run_to_end, working, writing
from tui.services.changes.engine.control import Control
from tui.services.changes.engine.jobs import Part
from tui.services.changes.engine.replacing import registering_parts, retarget_tasks
from tui.services.changes.engine.runs import carry_out
from tui.services.changes.retargeting import missing_mac_ids, retarget
from tui.services.devices.batches import PlannedCall, fold, preview_deregister, preview_register
from tui.services.devices.server_state import (
    MOST_CHECKS,
    Records,
    check_each,
    find_records,
    is_at,
    same_target,
)
from tui.services.session import Session
from tui.services.storage.journal import Intent
from tui.wire.xmlrpc.answers import MAC_NOT_FOUND, explain

__all__ = ["Control", "PlannedCall", "deregister", "missing_mac_ids", "preview", "register", "retarget"]


def register(
    session: Session,
    registrations: Sequence[Registration],
    *,
    replace: bool = False,
    control: Control | None = None,
    change_set: str | None = None,
) -> Iterator[Outcome]:
    """Registers devices; exactly one outcome for each registration given.

    One look at the records comes first: a device that the account has at this target already is UNCHANGED,
    one at another target is REFUSED, or retargeted with `replace`. Raises StoreError, LinkError or Fault
    before anything is sent; later failures are outcomes.
    """
    control = control or Control()
    return run_to_end(_register(session, registrations, replace, control, change_set), control)


def deregister(
    session: Session,
    identifiers: Sequence[Identifier],
    *,
    control: Control | None = None,
    change_set: str | None = None,
    expected: Mapping[str, DeviceRow] | None = None,
    unlisted: bool = False,
    never_bare: Collection[str] = (),
) -> Iterator[Outcome]:
    """Removes the records of devices; exactly one outcome for each identifier given.

    `expected` are the rows that the person saw, by MAC: a record that points elsewhere by now is not
    touched. A record that a check shows but the account's list does not is only tried with `unlisted`. The
    MACs in `never_bare` are SKIPPED (`mac_id_missing`) where their MAC-ID is not known. Raises as `register`.
    """
    control = control or Control()
    return run_to_end(
        _deregister(session, identifiers, control, change_set, expected or {}, unlisted, never_bare), control
    )


def preview(
    session: Session, *, registrations: Sequence[Registration] = (), identifiers: Sequence[Identifier] = ()
) -> list[PlannedCall]:
    """A dry run: the calls that registering or deregistering these makes if all goes well. Nothing is
    sent."""
    known, named = recall(session, [one.identifier for one in registrations])
    ready = [
        Registration(identifier, one.target, one.line)
        for identifier, one in zip(named, registrations, strict=True)
    ]
    removed = [one.wire for one in recall(session, identifiers)[1]]
    chunk = session.batching.chunk
    return preview_register(ready, chunk, known.suffixes) + preview_deregister(removed, chunk)


@define(slots=True)
class Decision:
    """What is to become of devices, decided before anything is sent: `fresh` are registered, `moved` are
    retargeted, `removed` deregistered; `barred` end without a call. `taught` are MAC-IDs to be kept."""

    known: Knowledge
    fresh: list[Intent] = field(default_factory=list)
    moved: list[Intent] = field(default_factory=list)
    removed: list[Intent] = field(default_factory=list)
    barred: list[tuple[Intent, Ending]] = field(default_factory=list)
    taught: dict[Identifier, None] = field(default_factory=dict)


def decide_registrations(
    session: Session, registrations: Sequence[Registration], replace: bool
) -> Generator[Outcome, None, Decision | None]:
    """Looks the devices up and decides; yields the outcomes of those that are left as they are. None where
    there is nothing to decide. Changes nothing. Raises StoreError, LinkError and Fault."""
    kept, folded = fold(registrations)
    for later, first in folded:
        yield _duplicate(Operation.REGISTER, later, first)
    complete = [one for one in kept if one.target.url.strip() and one.target.provider.strip()]
    for one in kept:
        if not (one.target.url.strip() and one.target.provider.strip()):
            yield _incomplete(one)
    known, named = recall(session, [one.identifier for one in complete])
    if not named:
        return None
    records = find_records(session, named)
    decision = Decision(known)
    for identifier, one in zip(named, complete, strict=True):
        own, found = records.own(identifier.mac), records.found.get(identifier.mac)
        intent = Intent(Operation.REGISTER, identifier, own, one.target, one.line)
        if own is not None and is_at(own, one.target):
            known_suffix = known.known_suffix(identifier.mac)
            yield _unchanged(identifier, one.target, own, one.line, known_suffix)
            if identifier.suffix is not None and known_suffix is None:
                decision.taught[identifier] = None
        elif own is not None and replace:
            decision.moved.append(Intent(Operation.RETARGET, identifier, own, one.target, one.line))
        elif found is not None:
            decision.barred.append((intent, in_the_way(found)))
        else:
            decision.fresh.append(intent)
    return decision


def _register(
    session: Session,
    registrations: Sequence[Registration],
    replace: bool,
    control: Control,
    change_set: str | None,
) -> Generator[Outcome]:
    decision = yield from decide_registrations(session, registrations, replace)
    if decision is None:
        return
    fresh, moved, barred = decision.fresh, decision.moved, decision.barred
    if decision.taught:
        session.journal.remember_all(session.account_key, list(decision.taught))
    if not (fresh or moved or barred):
        return
    with (
        writing(session, Operation.REGISTER, change_set) as ledger,
        working(session, control, decision.known, ledger) as job,
    ):
        tasks = ledger.intend([*fresh, *moved, *(intent for intent, _ in barred)])
        if barred:
            refused = zip(tasks[len(fresh) + len(moved) :], (ending for _, ending in barred), strict=True)
            yield from ledger.seal(list(refused))
        yield from carry_out(job, registering_parts(tasks[: len(fresh)], job.chunk), ledger.seal)
        yield from retarget_tasks(job, ledger, tasks[len(fresh) : len(fresh) + len(moved)], control)
        yield from ledger.own_up(session, control, job)


def decide_removals(
    session: Session,
    identifiers: Sequence[Identifier],
    expected: Mapping[str, DeviceRow],
    unlisted: bool,
    never_bare: Collection[str],
) -> Generator[Outcome, None, Decision | None]:
    """As `decide_registrations`, for removals."""
    nowhere = Target("", "")
    kept, folded = fold(Registration(one, nowhere) for one in identifiers)
    for later, first in folded:
        yield _duplicate(Operation.DEREGISTER, later, first)
    known, named = recall(session, [one.identifier for one in kept])
    if not named:
        return None
    records = find_records(session, named, expected)
    unseen = [one for one in named if one.mac not in records.found and one.mac not in records.codes]
    if 0 < len(unseen) <= MOST_CHECKS:
        checked = check_each(session, unseen)
        records.found.update(checked.found)
        records.codes.update(checked.codes)
    decision = Decision(known)
    for identifier in named:
        intent = Intent(Operation.DEREGISTER, identifier, records.own(identifier.mac), None)
        ending = _bar_removal(identifier, records, expected.get(identifier.mac), unlisted)
        if ending is None and identifier.suffix is None and identifier.mac in never_bare:
            ending = Ending(Result.SKIPPED, "mac_id_missing", messages.MAC_ID_MISSING)
        if ending is None:
            decision.removed.append(intent)
        else:
            decision.barred.append((intent, ending))
    return decision


def _deregister(
    session: Session,
    identifiers: Sequence[Identifier],
    control: Control,
    change_set: str | None,
    expected: Mapping[str, DeviceRow],
    unlisted: bool,
    never_bare: Collection[str],
) -> Generator[Outcome]:
    decision = yield from decide_removals(session, identifiers, expected, unlisted, never_bare)
    if decision is None:
        return
    ready, barred = decision.removed, decision.barred
    with (
        writing(session, Operation.DEREGISTER, change_set) as ledger,
        working(session, control, decision.known, ledger) as job,
    ):
        tasks = ledger.intend([*ready, *(intent for intent, _ in barred)])
        if barred:
            yield from ledger.seal(
                [(task, ending) for task, (_, ending) in zip(tasks[len(ready) :], barred, strict=True)]
            )
        yield from carry_out(job, [Part(Removing(), tasks[: len(ready)], job.chunk)], ledger.seal)
        yield from ledger.own_up(session, control, job)


def _bar_removal(
    identifier: Identifier, records: Records, seen: DeviceRow | None, unlisted: bool
) -> Ending | None:
    """Why the device's record is not to be touched, if there is a reason."""
    found = records.found.get(identifier.mac)
    if found is None:
        if seen is not None:
            return Ending(Result.REFUSED, MAC_NOT_FOUND, messages.changed_meanwhile(None))
        if unlisted:
            return None
        code = records.codes.get(identifier.mac, MAC_NOT_FOUND)
        return Ending(Result.REFUSED, code, f"{messages.NOT_LISTED_HIDDEN} {explain(code)[0]}")
    if not found.listed:
        if unlisted:
            return None
        return Ending(Result.SKIPPED, "not_listed", messages.not_listed(found.row), owner=found.owner)
    if seen is not None and not same_target(seen, found.row):
        return Ending(Result.SKIPPED, "changed_meanwhile", messages.changed_meanwhile(found.row))
    return None


def _duplicate(operation: Operation, later: Registration, first: Registration) -> Outcome:
    suffixes = {later.identifier.suffix, first.identifier.suffix} - {None}
    where = f" (line {first.line})" if first.line is not None else ""
    message = f"Named more than once; only the first{where} counts."
    if len(suffixes) > 1:
        message = f"{message} The suffixes differ: compare the label."
    elif later.target != first.target:
        message = f"{message} It asked for another target: {messages.aim(first.target)} is used."
    return _unsent(operation, Result.SKIPPED, later, "duplicate", message)


def _incomplete(one: Registration) -> Outcome:
    missing = "provider" if one.target.url.strip() else "provisioning URL"
    return _unsent(
        Operation.REGISTER, Result.SKIPPED, one, "incomplete", f"The {missing} is missing: nothing was sent."
    )


def _unsent(operation: Operation, result: Result, one: Registration, code: str, message: str) -> Outcome:
    target = one.target
    return Outcome(
        operation,
        result,
        one.identifier.mac,
        one.identifier.mac_id,
        target.provider or None,
        target.url or None,
        code=code,
        message=message,
        line=one.line,
    )


def _unchanged(
    identifier: Identifier, target: Target, row: DeviceRow, line: int | None, known_suffix: str | None
) -> Outcome:
    """The record is as asked; a suffix that is not the one known here is said, because one of them is
    wrong."""
    misfit = known_suffix is not None and identifier.suffix not in (None, known_suffix)
    return Outcome(
        Operation.REGISTER,
        Result.UNCHANGED,
        identifier.mac,
        identifier.mac_id,
        target.provider,
        target.url,
        row[SERVER_DATE],
        code=SUFFIX_MISMATCH if misfit else "",
        message=messages.other_suffix(identifier.suffix, known_suffix) if misfit else messages.ALREADY,
        before=row,
        line=line,
    )
