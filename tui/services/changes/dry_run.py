"""Dry runs: the calls that a change would make now, and the devices that it would leave as they are. The
server is asked, as the change asks it; nothing is changed there and nothing is written down here.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from typing import TypeVar

from tui.classes import define, field
from tui.errors import UsageError
from tui.model.addresses import Identifier
from tui.model.device import PROVIDER, URL, DeviceRow
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration, Target
from tui.services.changes.engine.calls import Ending, Knowledge
from tui.services.changes.engine.change_writer import recall
from tui.services.changes.registering import decide_registrations, decide_removals
from tui.services.changes.retargeting import decide_moves, new_target
from tui.services.changes.undoing import UndoPlan
from tui.services.devices.batches import PlannedCall, preview_deregister, preview_moves, preview_register
from tui.services.devices.server_state import target_of
from tui.services.session import Session
from tui.services.storage.journal import Intent, JournalRow

T = TypeVar("T")


@define(slots=True)
class DryRun:
    """`calls` in the order of the change, if all goes well; `told` are the outcomes of devices for which no
    call would be made."""

    calls: list[PlannedCall] = field(default_factory=list)
    told: list[Outcome] = field(default_factory=list)

    def add(self, other: DryRun) -> None:
        """Put what comes after this behind it."""
        self.calls += other.calls
        self.told += other.told


def try_register(session: Session, registrations: Sequence[Registration], *, replace: bool = False) -> DryRun:
    """What `register` would do. Raises as it does before anything is sent."""
    told, decision = _run(decide_registrations(session, registrations, replace))
    if decision is None:
        return DryRun([], told)
    told += [_tell(intent, ending) for intent, ending in decision.barred]
    chunk = session.batching.chunk
    suffixes = decision.known.suffixes
    calls = preview_register(_wishes(decision.fresh), chunk, suffixes)
    return DryRun([*calls, *preview_moves(_wishes(decision.moved), chunk, suffixes)], told)


def try_deregister(
    session: Session,
    identifiers: Sequence[Identifier],
    *,
    expected: Mapping[str, DeviceRow] | None = None,
    never_bare: Collection[str] = (),
) -> DryRun:
    """What `deregister` would do. Raises as it does before anything is sent."""
    told, decision = _run(decide_removals(session, identifiers, expected or {}, False, never_bare))
    if decision is None:
        return DryRun([], told)
    told += [_tell(intent, ending) for intent, ending in decision.barred]
    names = [intent.identifier.wire for intent in decision.removed]
    return DryRun(preview_deregister(names, session.batching.chunk), told)


def try_retarget(
    session: Session,
    identifiers: Sequence[Identifier],
    *,
    url: str | None,
    provider: str | None,
    expected: Mapping[str, DeviceRow] | None = None,
    bare: bool = False,
) -> DryRun:
    """What `retarget` would do. Raises as it does before anything is sent."""
    return _finish_moves(
        session,
        decide_moves(
            session, identifiers, lambda _, row: new_target(row, url, provider), expected or {}, bare
        ),
    )


def try_retarget_each(
    session: Session,
    registrations: Sequence[Registration],
    *,
    expected: Mapping[str, DeviceRow] | None = None,
) -> DryRun:
    """What `retarget_each` would do with bare MACs allowed. Raises as it does before anything is sent."""
    targets = {one.identifier.mac: one.target for one in reversed(registrations)}
    names = [one.identifier for one in registrations]
    return _finish_moves(
        session, decide_moves(session, names, lambda one, _: targets[one.mac], expected or {}, True)
    )


def preview_undo_calls(session: Session, plan: UndoPlan) -> list[PlannedCall]:
    """The calls that `undo` makes for the plan if all goes well, in its order. Asks nobody."""
    deeds = {
        deed: [step for step in plan.steps if step.deed is deed]
        for deed in (Operation.DEREGISTER, Operation.RETARGET, Operation.REGISTER)
    }

    def wishes(deed: Operation) -> list[Registration]:
        return [Registration(step.identifier, step.back) for step in deeds[deed] if step.back is not None]

    removed = [step.identifier.wire for step in deeds[Operation.DEREGISTER]]
    chunk = session.batching.chunk
    suffixes = recall(session, [step.identifier for step in plan.steps])[0].suffixes
    return [
        *preview_deregister(removed, chunk),
        *preview_moves(wishes(Operation.RETARGET), chunk, suffixes),
        *preview_register(wishes(Operation.REGISTER), chunk, suffixes),
    ]


def try_resolve(session: Session, change_set: str | None = None) -> DryRun:
    """What `resolve` would find and do now; with a `change_set` what `go_on` would. The outcomes are those
    that the open records would get. Raises UsageError for a set that is not the account's, LinkError, Fault.
    """
    from tui.services.changes.resolving import foresee

    rows = session.journal.open_rows(session.account_key)
    if change_set is not None:
        found = session.journal.find_set(change_set)
        if found is None or found.account_key != session.account_key:
            raise UsageError(
                f"There is no change set {change_set!r} of this account.", hint="See: redirectory history"
            )
        rows = [row for row in rows if row.change_set == change_set]
    seen = foresee(session, rows)
    told = [_tell(_intent(row, name), ending, row.change_set) for row, name, ending in seen if ending]
    half = [
        Registration(name, target)
        for row, name, ending in seen
        if ending is None and (target := row.after if row.step != "restoring" else _former(row)) is not None
    ]
    suffixes = recall(session, [one.identifier for one in half])[0].suffixes
    dry = DryRun(preview_register(half, session.batching.chunk, suffixes), told)
    if change_set is not None:
        left = [
            (row, name)
            for row, name, ending in seen
            if ending is not None and ending.result in (Result.NOT_SENT, Result.NOT_MADE)
        ]
        dry.add(_send_rest(session, left))
    return dry


def _send_rest(session: Session, left: Sequence[tuple[JournalRow, Identifier]]) -> DryRun:
    before = {row.mac: row.before for row, _ in left if row.before is not None}
    wanted: dict[Operation, list[Registration]] = {}
    removed: list[Identifier] = []
    for row, name in left:
        if row.operation is Operation.DEREGISTER:
            removed.append(name)
        elif row.after is not None:
            wanted.setdefault(row.operation, []).append(Registration(name, row.after, row.line))
    dry = DryRun()
    if Operation.REGISTER in wanted:
        dry.add(try_register(session, wanted[Operation.REGISTER]))
    if Operation.RETARGET in wanted:
        dry.add(try_retarget_each(session, wanted[Operation.RETARGET], expected=before))
    if removed:
        dry.add(try_deregister(session, removed, expected=before))
    return dry


def _finish_moves(
    session: Session, steps: Generator[Outcome, None, tuple[Knowledge, list[Intent]] | None]
) -> DryRun:
    told, decided = _run(steps)
    if decided is None:
        return DryRun([], told)
    known, intents = decided
    return DryRun(preview_moves(_wishes(intents), session.batching.chunk, known.suffixes), told)


def _wishes(intents: Iterable[Intent]) -> list[Registration]:
    return [
        Registration(intent.identifier, intent.after, intent.line)
        for intent in intents
        if intent.after is not None
    ]


def _run(steps: Generator[Outcome, None, T]) -> tuple[list[Outcome], T]:
    """All that a generator yields, and what it returns."""
    told: list[Outcome] = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            return told, end.value


def _intent(row: JournalRow, name: Identifier) -> Intent:
    return Intent(row.operation, name, row.before, row.after, row.line)


def _tell(intent: Intent, ending: Ending, change_set: str | None = None) -> Outcome:
    target, before = intent.after, intent.before
    return Outcome(
        intent.operation,
        ending.result,
        intent.identifier.mac,
        intent.identifier.mac_id,
        target.provider if target else before[PROVIDER] if before else None,
        target.url if target else before[URL] if before else None,
        ending.server_date,
        ending.code,
        ending.message,
        change_set=change_set,
        before=before,
        line=intent.line,
        owner=ending.owner,
        password_lost=ending.password_lost,
    )


def _former(row: JournalRow) -> Target | None:
    return target_of(row.before) if row.before is not None else None
