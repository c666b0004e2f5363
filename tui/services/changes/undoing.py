"""Taking a change set back: what was registered is removed, what was removed comes back, what was moved
goes back.

Only a record that still is as the change set left it is touched. An undo is a change set of its own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

from tui.classes import define
from tui.errors import UsageError
from tui.model.addresses import Identifier
from tui.model.device import DeviceRow
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration, Target
from tui.model.text.masking import MASK
from tui.services import messages
from tui.services.changes.engine.change_writer import recall, run_to_end
from tui.services.changes.registering import Control, deregister, register
from tui.services.changes.retargeting import retarget_each
from tui.services.devices.server_state import Found, ask, is_at, target_of
from tui.services.session import Session
from tui.services.storage.journal import ChangeSet, JournalRow
from tui.wire.xmlrpc.methods import DEREGISTER, REGISTER

_SETS = 20


@define(frozen=True, slots=True)
class UndoStep:
    """One device of an undo: `does` says what will be done, `why` what speaks against it or what to know.
    `deed` is None where nothing needs to be done, or can be; `now` is the record as it is, `back` what it
    shall be again."""

    mac: str
    mac_id: str | None
    does: str
    possible: bool
    why: str = ""
    deed: Operation | None = None
    now: DeviceRow | None = None
    back: Target | None = None

    @property
    def calls(self) -> tuple[str, ...]:
        """The remote methods that the deed takes, in their order."""
        return {
            None: (),
            Operation.DEREGISTER: (DEREGISTER,),
            Operation.REGISTER: (REGISTER,),
        }.get(self.deed, (DEREGISTER, REGISTER))

    @property
    def identifier(self) -> Identifier:
        """The device as it will be named."""
        return Identifier(self.mac, self.mac_id[-4:] if self.mac_id else None)


@define(frozen=True, slots=True)
class UndoPlan:
    """What taking a change set back means; without steps there is nothing to take back."""

    change_set: str
    steps: list[UndoStep]


@define(slots=True)
class _Change:
    """What a change set did to one device in all: the record before the first change and after the last."""

    row: JournalRow
    known_before: bool
    before: Target | None
    after: Target | None
    is_open: bool = False


def preview_undo(session: Session, change_set: str | None = None) -> UndoPlan:
    """What undoing the named change set would do now; by default the last one that left something to take
    back, was not undone and is no undo itself. Raises UsageError for a set that is not the account's,
    LinkError and Fault."""
    if change_set is not None:
        found = session.journal.find_set(change_set)
        if found is None or found.account_key != session.account_key:
            raise UsageError(
                f"There is no change set {change_set!r} of this account.", hint="See: redirectory history"
            )
        return _look(session, change_set)
    for candidate in _candidates(session):
        plan = _look(session, candidate.id)
        if any(step.deed is not None or not step.possible for step in plan.steps):
            return plan
    return UndoPlan("", [])


def _look(session: Session, change_set: str) -> UndoPlan:
    changes = _sum_up(session.journal.rows(account_key=session.account_key, change_set=change_set))
    if not changes:
        return UndoPlan(change_set, [])
    identifiers = recall(session, [change.row.identifier for change in changes])[1]
    found = ask(session, identifiers).found
    return UndoPlan(
        change_set,
        [
            _step(change, identifier, found.get(identifier.mac))
            for change, identifier in zip(changes, identifiers, strict=True)
        ],
    )


def undo(session: Session, plan: UndoPlan, *, control: Control | None = None) -> Iterator[Outcome]:
    """Carries the plan out; one outcome for each step, SKIPPED (`not_possible`) for what cannot be done.
    The old set is marked as undone when every step ended as planned. Raises as the changes do."""
    control = control or Control()
    return run_to_end(_undo(session, plan, control), control)


def find_last(session: Session) -> ChangeSet | None:
    """The change set that undo would look at first now, without asking the server. Raises StoreError."""
    return next(_candidates(session), None)


def _candidates(session: Session) -> Iterator[ChangeSet]:
    offset = 0
    while found := session.journal.sets(account_key=session.account_key, limit=_SETS, offset=offset):
        offset += len(found)
        for one in found:
            undone = one.operation is Operation.UNDO or one.undone_by is not None
            if not undone and (one.open or any(result.is_made for result in one.counts)):
                yield one


def _sum_up(rows: Iterable[JournalRow]) -> list[_Change]:
    changes: dict[str, _Change] = {}
    for row in sorted(rows, key=lambda row: row.id):
        is_open = row.result in (None, Result.UNKNOWN, Result.NOT_UNDERSTOOD)
        if not is_open and (row.result is None or not row.result.is_made):
            continue
        removed = row.result is Result.REMOVED
        after = None if removed else row.after
        before = target_of(row.before) if row.before is not None else None
        change = changes.get(row.mac)
        if change is None:
            changes[row.mac] = _Change(row, row.before is not None or not removed, before, after, is_open)
        else:
            change.after = after
            change.is_open |= is_open
    return list(changes.values())


def _step(change: _Change, identifier: Identifier, found: Found | None) -> UndoStep:
    """What to do for one device, given the record as it is now."""
    mac, mac_id = identifier.mac, identifier.mac_id
    now = found.row if found is not None else None

    def cannot(does: str, why: str) -> UndoStep:
        return UndoStep(mac, mac_id, does, False, why, now=now)

    if change.is_open:
        return cannot("nothing", "Its outcome is not known: ask the server for it first.")
    if not change.known_before:
        return cannot("nothing", "What its record was before is not known.")
    if (now is None and change.before is None) or (
        now is not None and change.before is not None and is_at(now, change.before)
    ):
        return UndoStep(mac, mac_id, "nothing: it is as it was before", True, now=now)
    if change.before is None:
        does = "deregister it again"
    elif change.after is None:
        does = f"register it again: {messages.aim(change.before)}"
    else:
        does = f"move it back: {messages.aim(change.before)}"
    if change.after is None and now is not None:
        return cannot(does, f"It was registered again meanwhile: {messages.point(now)}.")
    if change.after is not None and now is None:
        return cannot(does, "Its record was removed meanwhile.")
    if change.after is not None and now is not None and not is_at(now, change.after):
        return cannot(does, f"Its record was changed meanwhile: {messages.point(now)}.")
    if change.before is not None and MASK in change.before.url:
        return cannot(does, "The journal has its URL only with the credentials masked.")
    deed = (
        Operation.DEREGISTER
        if change.before is None
        else Operation.REGISTER
        if now is None
        else Operation.RETARGET
    )
    nameless = deed is not Operation.DEREGISTER and mac_id is None
    return UndoStep(mac, mac_id, does, True, messages.BARE_ONLY if nameless else "", deed, now, change.before)


def _undo(session: Session, plan: UndoPlan, control: Control) -> Generator[Outcome]:
    complete = bool(plan.steps)
    for step in plan.steps:
        if step.deed is None:
            complete &= step.possible
            yield _idle(step)
    deeds = [step for step in plan.steps if step.deed is not None]
    if deeds:
        journal = session.journal
        change_set = journal.open_set(Operation.UNDO, session.account_key, f"undo of {plan.change_set}")
        with journal.at_work(change_set):
            for outcome in _carry_out(session, deeds, control, change_set):
                complete &= outcome.result.is_done
                yield outcome
        if complete:
            journal.mark_undone(plan.change_set, change_set)


def _carry_out(
    session: Session, steps: Sequence[UndoStep], control: Control, change_set: str
) -> Iterator[Outcome]:
    seen = {step.mac: step.now for step in steps if step.now is not None}
    removed = [step.identifier for step in steps if step.deed is Operation.DEREGISTER]
    moved = [_wish(step) for step in steps if step.deed is Operation.RETARGET]
    added = [_wish(step) for step in steps if step.deed is Operation.REGISTER]
    if removed:
        yield from deregister(session, removed, control=control, change_set=change_set, expected=seen)
    if moved:
        yield from retarget_each(
            session, moved, control=control, change_set=change_set, expected=seen, bare=True
        )
    if added:
        yield from register(session, added, control=control, change_set=change_set)


def _wish(step: UndoStep) -> Registration:
    assert step.back is not None
    return Registration(step.identifier, step.back)


def _idle(step: UndoStep) -> Outcome:
    now = target_of(step.now) if step.now is not None else None
    return Outcome(
        Operation.UNDO,
        Result.UNCHANGED if step.possible else Result.SKIPPED,
        step.mac,
        step.mac_id,
        now.provider if now else None,
        now.url if now else None,
        code="" if step.possible else "not_possible",
        message=step.why or messages.ALREADY,
    )
