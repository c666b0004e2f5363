"""The desired state of a file against the account: what to add, change and remove, and doing only that."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from tui.intake.rows import Draft, fold_duplicates
from tui.model.device import MAC, DeviceRow
from tui.model.identifiers import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration, Target
from tui.services import wording
from tui.services.changes import Control, deregister, register
from tui.services.devices import list_devices
from tui.services.inquiry import is_at
from tui.services.journal import JournalRow
from tui.services.ledger import recall, run_to_end
from tui.services.retargeting import retarget_each
from tui.services.session import Session
from tui.wire.answers import MAC_ALREADY_IN_USE, MAC_NOT_EXIST

Change: TypeAlias = Literal["added", "changed", "unchanged", "missing", "foreign", "invalid"]
CHANGES: tuple[Change, ...] = ("added", "changed", "missing", "foreign", "invalid", "unchanged")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One device of a plan: its record before, the target after, and the line it came from. For `invalid`
    rows `mac` is what was read, inert."""

    change: Change
    mac: str
    mac_id: str | None = None
    before: DeviceRow | None = None
    after: Target | None = None
    line: int | None = None
    message: str = ""

    @property
    def identifier(self) -> Identifier:
        """The device as it will be named."""
        return Identifier(self.mac, self.mac_id[-4:] if self.mac_id else None)


@dataclass(slots=True)
class Plan:
    """The difference. `missing` are records that the file does not name: removed only with `prune`.
    `foreign` are devices that were in use by another account when they were last tried; applying tries them
    again."""

    prune: bool = False
    added: list[PlanRow] = field(default_factory=list)
    changed: list[PlanRow] = field(default_factory=list)
    unchanged: list[PlanRow] = field(default_factory=list)
    missing: list[PlanRow] = field(default_factory=list)
    foreign: list[PlanRow] = field(default_factory=list)
    invalid: list[PlanRow] = field(default_factory=list)

    def rows(self) -> Iterator[PlanRow]:
        """All rows, those that need attention first."""
        for change in CHANGES:
            yield from self._group(change)

    def summary(self) -> str:
        """The counts in words."""
        counts = [f"{len(self._group(change))} {change}" for change in CHANGES]
        if self.missing and not self.prune:
            counts[CHANGES.index("missing")] += " (kept: no prune)"
        return ", ".join(counts)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not (self.added or self.changed or self.foreign or (self.prune and self.missing))

    def with_prune(self, prune: bool) -> Plan:
        """The same difference with the other answer to what becomes of the missing ones."""
        message = "" if prune else wording.NO_PRUNE
        return replace(self, prune=prune, missing=[replace(row, message=message) for row in self.missing])

    def touched(self) -> list[PlanRow]:
        """What applying it would try to change: the missing ones only with prune."""
        return [*self.added, *self.foreign, *self.changed, *(self.missing if self.prune else [])]

    def _group(self, change: Change) -> list[PlanRow]:
        group: list[PlanRow] = getattr(self, change)
        return group


def plan(session: Session, drafts: Iterable[Draft], *, prune: bool = False) -> Plan:
    """The difference between the drafts, each device once, and the account's list. Raises LinkError and
    Fault."""
    wanted = Plan(prune)
    listed = {row[MAC]: row for batch in list_devices(session) for row in batch}
    named: set[str] = set()
    wishes: list[Registration] = []
    for draft in fold_duplicates(drafts):
        if draft.identifier is not None:
            named.add(draft.identifier.mac)
        wish = draft.registration
        if wish is not None:
            wishes.append(wish)
            continue
        identifier = draft.identifier
        mac, mac_id = (identifier.mac, identifier.mac_id) if identifier else (draft.mac_text, None)
        message = draft.complaint or "A desired state names devices to have: use deregister."
        wanted.invalid.append(PlanRow("invalid", mac, mac_id, line=draft.line, message=message))
    refusals = _last_refusals(session)
    identifiers = recall(session, [wish.identifier for wish in wishes])[1]
    for identifier, wish in zip(identifiers, wishes, strict=True):
        row = _compare(identifier, wish, listed.get(identifier.mac), refusals.get(identifier.mac))
        getattr(wanted, row.change).append(row)
    for mac, record in listed.items():
        if mac not in named:
            wanted.missing.append(
                PlanRow("missing", mac, before=record, message="" if prune else wording.NO_PRUNE)
            )
    return wanted


def apply(
    session: Session, plan: Plan, *, control: Control | None = None, bare: bool = False
) -> Iterator[Outcome]:
    """Carries the plan out as one change set: one outcome for each row that is not unchanged or invalid
    (missing ones only with prune). A record that is not as the plan saw it is not touched. `bare` allows
    moving a device by its bare MAC where the MAC-ID is not known. Raises as the changes do."""
    control = control or Control()
    return run_to_end(_apply(session, plan, control, bare), control)


def _last_refusals(session: Session) -> dict[str, JournalRow]:
    """The last refusal of each device that says something about the next attempt."""
    found: dict[str, JournalRow] = {}
    for row in session.journal.rows(account_key=session.account_key, result=Result.REFUSED):
        if row.code in (MAC_ALREADY_IN_USE, MAC_NOT_EXIST):
            found.setdefault(row.mac, row)
    return found


def _compare(
    identifier: Identifier, wish: Registration, record: DeviceRow | None, refusal: JournalRow | None
) -> PlanRow:
    change: Change = "added"
    message = ""
    if record is not None and is_at(record, wish.target):
        change = "unchanged"
    elif record is not None:
        change = "changed"
        message = "" if identifier.suffix else wording.MAC_ID_MISSING
    elif refusal is not None and refusal.code == MAC_ALREADY_IN_USE:
        change, message = "foreign", f"In use when last tried, {refusal.at[:10]}. It is tried again."
    elif refusal is not None:
        message = f"Not in the vendor's database when last tried, {refusal.at[:10]}. It is tried again."
    return PlanRow(change, identifier.mac, identifier.mac_id, record, wish.target, wish.line, message)


def _apply(session: Session, plan: Plan, control: Control, bare: bool) -> Generator[Outcome]:
    added = [_wish(row) for row in (*plan.added, *plan.foreign)]
    changed = [_wish(row) for row in plan.changed]
    removed = plan.missing if plan.prune else []
    if not (added or changed or removed):
        return
    seen = {row.mac: row.before for row in (*plan.changed, *removed) if row.before is not None}
    journal = session.journal
    change_set = journal.open_set(Operation.APPLY, session.account_key, plan.summary())
    with journal.at_work(change_set):
        if added:
            yield from register(session, added, control=control, change_set=change_set)
        if changed:
            yield from retarget_each(
                session, changed, control=control, change_set=change_set, expected=seen, bare=bare
            )
        if removed:
            identifiers = [row.identifier for row in removed]
            yield from deregister(session, identifiers, control=control, change_set=change_set, expected=seen)


def _wish(row: PlanRow) -> Registration:
    assert row.after is not None
    return Registration(row.identifier, row.after, row.line)
