"""The desired state of a file against the account: what to add, change and remove, and doing only that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator
from difflib import get_close_matches
from typing import Literal, TypeAlias

from tui.classes import define, field, replace
from tui.errors import UsageError
from tui.intake.complaints import warnings_by_mac
from tui.intake.rows import Draft, fold_duplicates
from tui.model.addresses import Identifier
from tui.model.device import MAC, PROVIDER, DeviceRow
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration, Target
from tui.model.text.inert import make_inert, to_nfc
from tui.services import messages
from tui.services.changes.engine.change_writer import recall, run_to_end
from tui.services.changes.registering import Control, PlannedCall, deregister, preview, register
from tui.services.changes.retargeting import retarget_each
from tui.services.devices.batches import preview_moves
from tui.services.devices.look_up import list_devices
from tui.services.devices.server_state import is_at
from tui.services.session import Session
from tui.services.storage.journal import JournalRow
from tui.wire.xmlrpc.answers import MAC_ALREADY_IN_USE, MAC_NOT_EXIST

Change: TypeAlias = Literal["added", "changed", "unchanged", "missing", "foreign", "invalid", "outside"]
PRUNE_SHARE = 5  # removing more than one record in five needs a permission of its own
_OUTSIDE: Change = "outside"
_NAMES_SHOWN = 5
CHANGES: tuple[Change, ...] = ("added", "changed", "missing", "foreign", "invalid", "unchanged")


@define(frozen=True, slots=True)
class Scope:
    """The providers that a plan is about, in NFC; None is the whole account. `given` tells whether a person
    named them; otherwise the file does."""

    providers: frozenset[str] | None = None
    given: bool = False

    def holds(self, provider: str) -> bool:
        """Whether records of this provider are the plan's to remove. Names are compared to the letter."""
        return self.providers is None or to_nfc(provider) in self.providers

    def describe(self) -> str:
        """The scope in words, for the front of a sentence."""
        if self.providers is None:
            return "the whole account"
        if not self.providers:
            return "no provider: the file names none"
        names = ", ".join(sorted(self.providers)[:_NAMES_SHOWN])
        more = f" and {len(self.providers) - _NAMES_SHOWN} more" if len(self.providers) > _NAMES_SHOWN else ""
        word = "provider" if len(self.providers) == 1 else "providers"
        return f"{word} {names}{more}" + ("" if self.given else ", named by the file")


@define(frozen=True, slots=True)
class PlanRow:
    """One device of a plan: its record before, the target after, and the line it came from. For `invalid`
    rows `mac` is what was read, inert; `warnings` say what is odd about the row of the file."""

    change: Change
    mac: str
    mac_id: str | None = None
    before: DeviceRow | None = None
    after: Target | None = None
    line: int | None = None
    message: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def identifier(self) -> Identifier:
        """The device as it will be named."""
        return Identifier(self.mac, self.mac_id[-4:] if self.mac_id else None)


@define(slots=True)
class Plan:
    """The difference. `missing` are records within the scope that the file does not name: removed only with
    `prune`. `foreign` are devices that were in use by another account when they were last tried; applying
    tries them again. `outside` are rows of the file that a scope named by a person leaves out.

    `total` counts the account's records, `left_alone` those outside the scope by provider; `unread` are the
    lines whose device cannot be read, `notes` what a person should know about the providers' names.
    """

    prune: bool = False
    added: list[PlanRow] = field(default_factory=list)
    changed: list[PlanRow] = field(default_factory=list)
    unchanged: list[PlanRow] = field(default_factory=list)
    missing: list[PlanRow] = field(default_factory=list)
    foreign: list[PlanRow] = field(default_factory=list)
    invalid: list[PlanRow] = field(default_factory=list)
    outside: list[PlanRow] = field(default_factory=list)
    scope: Scope = Scope()
    total: int = 0
    left_alone: Counter[str] = field(default_factory=Counter)
    unread: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[PlanRow]:
        """All rows, those that need attention first."""
        for change in (*CHANGES, _OUTSIDE):
            yield from self._group(change)

    def summary(self) -> str:
        """The counts in words."""
        counts = [f"{len(self._group(change))} {change}" for change in CHANGES]
        if self.missing and not self.prune:
            counts[CHANGES.index("missing")] += " (kept: no prune)"
        if self.outside:
            counts.append(f"{len(self.outside)} outside the scope")
        return ", ".join(counts)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not (self.added or self.changed or self.foreign or (self.prune and self.missing))

    def with_prune(self, prune: bool) -> Plan:
        """The same difference with the other answer to what becomes of the missing ones."""
        message = "" if prune else messages.NO_PRUNE
        return replace(self, prune=prune, missing=[replace(row, message=message) for row in self.missing])

    @property
    def removed(self) -> list[PlanRow]:
        """The records that applying it would remove."""
        return self.missing if self.prune else []

    @property
    def prunes_much(self) -> bool:
        """Whether it would remove more than a fifth of the account's records."""
        return len(self.removed) * PRUNE_SHARE > self.total

    def nameless(self) -> list[PlanRow]:
        """The records to be changed or removed whose MAC-ID is not known here: only the bare MAC is left."""
        return [row for row in (*self.changed, *self.removed) if row.identifier.suffix is None]

    def reachable(self, bare: bool) -> Plan:
        """The plan without the records that applying it leaves out for want of a MAC-ID, unless the bare MAC
        is allowed."""
        if bare:
            return self
        return replace(
            self,
            changed=[row for row in self.changed if row.identifier.suffix is not None],
            missing=[row for row in self.missing if row.identifier.suffix is not None],
        )

    def count_providers(self) -> dict[str, Counter[str]]:
        """What applying it would try, by provider and verb. A record that moves to another provider counts
        for the one that it leaves."""
        counted: dict[str, Counter[str]] = {}
        for row in self.touched():
            before = row.before[PROVIDER] if row.before is not None else None
            after = row.after.provider if row.after is not None else None
            moves = before is not None and after is not None and to_nfc(before) != to_nfc(after)
            verb = (
                "register" if before is None else "remove" if after is None
                else f"move to {after}" if moves else "change"
            )  # fmt: skip
            counted.setdefault(to_nfc(before or after or ""), Counter())[verb] += 1
        return counted

    def touched(self) -> list[PlanRow]:
        """What applying it would try to change: the missing ones only with prune."""
        return [*self.added, *self.foreign, *self.changed, *self.removed]

    def _group(self, change: Change) -> list[PlanRow]:
        group: list[PlanRow] = getattr(self, change)
        return group


def plan(
    session: Session,
    drafts: Iterable[Draft],
    *,
    prune: bool = False,
    providers: Collection[str] = (),
    everything: bool = False,
) -> Plan:
    """The difference between the drafts, each device once, and the account's list.

    Only records of the scope can be missing: of the providers that the drafts name, of `providers` where
    these are given, or with `everything` of the whole account. A draft is outside the scope if neither its
    target nor the record that it would change is of one of the `providers`. Raises UsageError for a provider
    that neither the drafts nor the account know, LinkError and Fault.
    """
    listed = {row[MAC]: row for batch in list_devices(session) for row in batch}
    folded = fold_duplicates(drafts)
    wishes = [wish for draft in folded if (wish := draft.registration) is not None]
    held = Counter(to_nfc(row[PROVIDER]) for row in listed.values())
    scope = _choose_scope(wishes, held, providers, everything)
    wanted = Plan(prune, scope=scope, total=len(listed), notes=_compare_names(scope, held))
    wanted.invalid = [
        _describe_invalid(draft) for draft in folded if draft.registration is None and not draft.passed
    ]
    wanted.unread = tuple(draft.line for draft in folded if draft.identifier is None)
    named = {draft.identifier.mac for draft in folded if draft.identifier is not None}
    refusals = _last_refusals(session)
    warned = warnings_by_mac(folded)
    identifiers = recall(session, [wish.identifier for wish in wishes])[1]
    for identifier, wish in zip(identifiers, wishes, strict=True):
        record = listed.get(identifier.mac)
        row = _compare(identifier, wish, record, refusals.get(identifier.mac))
        row = replace(row, warnings=warned.get(identifier.mac, ()))
        if not (scope.holds(wish.target.provider) or (record is not None and scope.holds(record[PROVIDER]))):
            row = replace(row, change=_OUTSIDE, message="Outside the scope: left out.")
        getattr(wanted, row.change).append(row)
    unnamed = [record for mac, record in listed.items() if mac not in named]
    wanted.left_alone = Counter(
        to_nfc(record[PROVIDER]) for record in unnamed if not scope.holds(record[PROVIDER])
    )
    missing = [record for record in unnamed if scope.holds(record[PROVIDER])]
    known = recall(session, [Identifier(record[MAC]) for record in missing])[1]
    message = "" if prune else messages.NO_PRUNE
    wanted.missing = [
        PlanRow("missing", one.mac, one.mac_id, before=record, message=message)
        for one, record in zip(known, missing, strict=True)
    ]
    return wanted


def apply(
    session: Session, plan: Plan, *, control: Control | None = None, bare: bool = False
) -> Iterator[Outcome]:
    """Carries the plan out as one change set: one outcome for each row that is not unchanged or invalid
    (missing ones only with prune). A record that is not as the plan saw it is not touched. `bare` allows
    moving and removing a device by its bare MAC where the MAC-ID is not known; without it those are SKIPPED
    (`mac_id_missing`). Raises as the changes do."""
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
        message = "" if identifier.suffix else messages.MAC_ID_MISSING
    elif refusal is not None and refusal.code == MAC_ALREADY_IN_USE:
        change, message = "foreign", f"In use when last tried, {refusal.at[:10]}. It is tried again."
    elif refusal is not None:
        message = f"Not in the vendor's database when last tried, {refusal.at[:10]}. It is tried again."
    return PlanRow(change, identifier.mac, identifier.mac_id, record, wish.target, wish.line, message)


def _apply(session: Session, plan: Plan, control: Control, bare: bool) -> Generator[Outcome]:
    added = [_wish(row) for row in (*plan.added, *plan.foreign)]
    changed = [_wish(row) for row in plan.changed]
    removed = plan.removed
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
            yield from deregister(
                session,
                identifiers,
                control=control,
                change_set=change_set,
                expected=seen,
                never_bare=() if bare else {row.mac for row in removed},
            )


def preview_apply(session: Session, plan: Plan, *, bare: bool = False) -> list[PlannedCall]:
    """The calls that `apply` makes if all goes well, in its order. Nothing is sent."""

    def sendable(rows: Iterable[PlanRow]) -> list[PlanRow]:
        return [row for row in rows if bare or row.identifier.suffix is not None]

    changed = sendable(plan.changed)
    known = recall(session, [row.identifier for row in changed])[0]
    return [
        *preview(session, registrations=[_wish(row) for row in (*plan.added, *plan.foreign)]),
        *preview_moves([_wish(row) for row in changed], session.batching.chunk, known.suffixes),
        *preview(session, identifiers=[row.identifier for row in sendable(plan.removed)]),
    ]


def _choose_scope(
    wishes: Iterable[Registration], held: Counter[str], providers: Collection[str], everything: bool
) -> Scope:
    if everything:
        return Scope(None, True)
    named = frozenset(to_nfc(wish.target.provider) for wish in wishes)
    if not providers:
        return Scope(named)
    given = frozenset(to_nfc(make_inert(provider)) for provider in providers)
    for provider in sorted(given - named - held.keys()):
        known = sorted(named | held.keys())
        near = [name for name in known if name.casefold() == provider.casefold()]
        near = near or get_close_matches(provider, known, n=1)
        raise UsageError(
            "No such provider.",
            f"Neither the file nor the account has a device of provider {provider!r}.",
            f"Did you mean {near[0]!r}?" if near else "The names are in the account's list.",
        )
    return Scope(given, True)


def _compare_names(scope: Scope, held: Counter[str]) -> tuple[str, ...]:
    """Providers of the account that differ from one of the scope in upper and lower case only."""
    if scope.providers is None:
        return ()
    folded = {name.casefold(): name for name in sorted(scope.providers)}
    return tuple(
        f"{folded[name.casefold()]!r} and {name!r} are two providers: the {held[name]:,} records of {name!r}"
        " are outside the scope."
        for name in sorted(held)
        if name not in scope.providers and name.casefold() in folded
    )


def _describe_invalid(draft: Draft) -> PlanRow:
    identifier = draft.identifier
    mac, mac_id = (identifier.mac, identifier.mac_id) if identifier else (draft.mac_text, None)
    message = draft.complaint or "A desired state names devices to have: use deregister."
    return PlanRow("invalid", mac, mac_id, line=draft.line, message=message)


def _wish(row: PlanRow) -> Registration:
    assert row.after is not None
    return Registration(row.identifier, row.after, row.line)
