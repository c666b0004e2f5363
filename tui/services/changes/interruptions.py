"""Change sets that were cut short: what an earlier run left open, how far it came, and going on with the
rest."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from tui.classes import define
from tui.errors import UsageError
from tui.model.outcome import Operation, Outcome
from tui.model.registration import Registration
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.services.session import Session
    from tui.services.storage.journal import Journal, JournalRow

# What going on needs is imported when somebody goes on: every start looks whether something was cut short.


@define(frozen=True, slots=True)
class Interruption:
    """A change set with devices whose end is not known, and nobody at work on it. Of its `count` devices
    `done` have a known end, `unsent` were never sent, `open` are to be asked for; of these `between` had
    their record removed and may have none."""

    change_set: str
    at: str
    account_key: str
    operation: Operation
    note: str
    count: int
    done: int
    unsent: int
    open: int
    between: int

    @property
    def cut_short(self) -> bool:
        """Whether it ended in the middle: devices were never sent, or stand without a record."""
        return bool(self.unsent or self.between)

    def describe(self) -> str:
        """How far it came, as part of a sentence."""
        parts = [f"{self.done:,} of {self.count:,} done", f"{self.open:,} open"]
        if self.between:
            parts.append(f"{self.between:,} of them perhaps without a record")
        if self.unsent:
            parts.append(f"{self.unsent:,} never sent")
        return f"{self.operation.value} {self.change_set}: {', '.join(parts)}"


def find_interruptions(journal: Journal, account_key: str | None = None) -> list[Interruption]:
    """What is open of one account or of all, oldest first; cheap where nothing is. What a living process
    works on is left out. Raises StoreError."""
    found: list[Interruption] = []
    for change_set, unsent, sent, unknown, between in journal.count_open(account_key):
        whole = journal.find_set(change_set)
        if whole is not None:
            found.append(
                Interruption(
                    change_set,
                    whole.at,
                    whole.account_key,
                    whole.operation,
                    whole.note,
                    whole.count,
                    whole.count - unsent - sent - unknown,
                    unsent,
                    sent + unknown,
                    between,
                )
            )
    return found


def go_on(session: Session, change_set: str, *, control: Control | None = None) -> Iterator[Outcome]:
    """Settles what is open of a change set, then sends what it never sent or the server has not made, as a
    change set of its own. Raises UsageError for a set that is not the account's, and as the changes do."""
    from tui.services.changes.engine.change_writer import run_to_end

    control = control or Control()
    return run_to_end(_go_on(session, change_set, control), control)


def _go_on(session: Session, change_set: str, control: Control) -> Generator[Outcome]:
    from tui.services.changes.resolving import NOT_APPLIED, NOT_SENT, resolve

    journal = session.journal
    found = journal.find_set(change_set)
    if found is None or found.account_key != session.account_key:
        raise UsageError(
            f"There is no change set {change_set!r} of this account.", hint="See: redirectory history"
        )
    rows = [row for row in journal.open_rows(session.account_key) if row.change_set == change_set]
    opened = {row.id for row in rows}
    yield from resolve(session, rows, control=control)
    left = [
        row
        for row in journal.rows(account_key=session.account_key, change_set=change_set)
        if row.id in opened and row.code in (NOT_SENT, NOT_APPLIED)
    ]
    if not left or not control.may_go_on():
        return
    rest = journal.open_set(found.operation, session.account_key, f"rest of {change_set}")
    with journal.at_work(rest):
        yield from _send_rest(session, sorted(left, key=lambda row: row.id), rest, control)


def _send_rest(
    session: Session, rows: Sequence[JournalRow], change_set: str, control: Control
) -> Iterator[Outcome]:
    """What was meant for each device, in the order register, retarget, deregister, as apply has it."""
    from tui.services.changes.registering import deregister, register
    from tui.services.changes.retargeting import retarget_each

    added = [row for row in rows if row.operation is Operation.REGISTER]
    moved = [row for row in rows if row.operation is Operation.RETARGET]
    removed = [row for row in rows if row.operation is Operation.DEREGISTER]
    seen = {row.mac: row.before for row in rows if row.before is not None}
    if added:
        yield from register(session, _wishes(added), control=control, change_set=change_set)
    if moved:
        yield from retarget_each(
            session, _wishes(moved), control=control, change_set=change_set, expected=seen, bare=True
        )
    if removed:
        names = [row.identifier for row in removed]
        yield from deregister(session, names, control=control, change_set=change_set, expected=seen)


def _wishes(rows: Sequence[JournalRow]) -> list[Registration]:
    return [Registration(row.identifier, row.after, row.line) for row in rows if row.after is not None]
