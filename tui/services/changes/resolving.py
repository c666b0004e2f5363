"""Unknown outcomes settled: the server is asked for the record, and a retarget that was cut in two is
finished or undone.

A change that turns out not to have been made ends as NOT_MADE: UNCHANGED is kept for records that are as
they were wanted. What was never sent ends as NOT_SENT.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack

from tui.classes import define
from tui.errors import Fault, LinkError
from tui.model.addresses import Identifier
from tui.model.device import SERVER_DATE
from tui.model.outcome import Operation, Outcome, Result
from tui.services import messages
from tui.services.changes.engine import rescue
from tui.services.changes.engine.calls import Ending, Task, answer_lost, in_the_way
from tui.services.changes.engine.change_writer import Ledger, recall, run_to_end, working
from tui.services.changes.engine.control import Control
from tui.services.changes.engine.jobs import Job
from tui.services.changes.engine.replacing import finish_moves, restore_moves
from tui.services.devices.server_state import Found, Records, ask, is_at, same_target
from tui.services.session import Session
from tui.services.storage.journal import JournalRow

NOT_APPLIED = "not_applied"
NOT_SENT = "not_sent"
SUPERSEDED = "superseded"
_OPEN = (None, Result.UNKNOWN)
_NEVER_SENT = Ending(Result.NOT_SENT, NOT_SENT, messages.NEVER_SENT)


def resolve(
    session: Session, rows: Iterable[JournalRow] | None = None, *, control: Control | None = None
) -> Iterator[Outcome]:
    """Settles the account's open records, or those of them among `rows`; one outcome for each.

    Records that a living process works on are left alone. Raises StoreError, LinkError or Fault before
    anything was settled by an answer; then everything is as it was.
    """
    control = control or Control()
    return run_to_end(_resolve(session, rows, control), control)


@define(frozen=True, slots=True)
class Finding:
    """What the journal says where nothing is open, and how many records in it are not understood."""

    not_understood: int

    @property
    def sentence(self) -> str:
        """The finding for a person."""
        count = self.not_understood
        if not count:
            return "Nothing is open: every outcome is known."
        what = "1 entry of the journal is" if count == 1 else f"{count:,} entries of the journal are"
        return (
            f"{what} not understood, so what became of the devices is not known. The history names them, with"
            " the outcome not_understood; look the devices up."
        )


def examine(session: Session) -> Finding:
    """Looks through the whole journal before it is said that nothing is open. Raises StoreError for
    damage."""
    return Finding(session.journal.examine(session.account_key))


def foresee(
    session: Session, rows: Sequence[JournalRow]
) -> list[tuple[JournalRow, Identifier, Ending | None]]:
    """How each of these open records would be settled now, with the device as it would be named; None for one
    that has to be helped to a record first. The server is asked; nothing is changed or written down. Raises
    StoreError, LinkError and Fault."""
    sent = [row for row in rows if not _was_never_sent(row)]
    names = {one.mac: one for one in recall(session, [row.identifier for row in rows])[1]}
    asked = list({row.mac: names[row.mac] for row in sent}.values())
    records = ask(session, asked, [row.mac for row in sent if row.after is not None]) if sent else Records()
    foreseen: list[tuple[JournalRow, Identifier, Ending | None]] = []
    for row in rows:
        ending: Ending | None = _NEVER_SENT
        if not _was_never_sent(row):
            ending = _decide(session, row, records.found.get(row.mac))
        foreseen.append((row, names[row.mac], ending))
    return foreseen


def _was_never_sent(row: JournalRow) -> bool:
    return row.result is None and row.step == "intended"


def _decide(session: Session, row: JournalRow, found: Found | None) -> Ending | None:
    """As `_judge`, but nothing is said of a device that a later change has touched."""
    ending = _judge(row, found)
    undecided = ending is None or ending.result is Result.NOT_MADE
    lost = ending is not None and ending.password_lost
    if (undecided and _is_superseded(session, row)) or (lost and _is_stored_later(session, row)):
        return Ending(Result.SKIPPED, SUPERSEDED, messages.SUPERSEDED)
    return ending


def _resolve(session: Session, rows: Iterable[JournalRow] | None, control: Control) -> Generator[Outcome]:
    wanted = None if rows is None else {row.id for row in rows}
    still_open = [
        row for row in session.journal.open_rows(session.account_key) if wanted is None or row.id in wanted
    ]
    unsent = [row for row in still_open if _was_never_sent(row)]
    sent = [row for row in still_open if not _was_never_sent(row)]
    for change_set, group in _by_set(unsent).items():
        ledger = Ledger(session.journal, change_set)
        yield from ledger.seal([(_task(row, row.identifier), _NEVER_SENT) for row in group])
        yield from ledger.own_up(session, control)
    if not sent:
        return
    rescued = rescue.bring_in(session)
    known, named = recall(session, [row.identifier for row in sent])
    names = {one.mac: one for one in named}
    claimed = [row.mac for row in sent if row.after is not None]
    try:
        records = ask(session, list(names.values()), claimed)
    except (LinkError, Fault) as error:
        error.detail = f"{error.detail} {messages.stay_unknown(len(sent))}".strip()
        raise
    halves: list[tuple[Ledger, list[tuple[Task, JournalRow]]]] = []
    for change_set, group in _by_set(sent).items():
        ledger = Ledger(session.journal, change_set)
        ends: list[tuple[Task, Ending]] = []
        half: list[tuple[Task, JournalRow]] = []
        for row in group:
            task = _task(row, names[row.mac])
            ending = _decide(session, row, records.found.get(row.mac))
            if ending is not None and ending.password_lost and row.mac in rescued:
                ending = Ending(Result.STORED, "", messages.RESCUED, rescued[row.mac], ending.server_date)
            if ending is None:
                half.append((task, row))
            else:
                ends.append((task, ending))
        if ends:
            yield from ledger.seal(ends)
            yield from ledger.own_up(session, control)
        if half:
            halves.append((ledger, half))
    if halves:
        ledgers = [ledger for ledger, _ in halves]
        with working(session, control, known, *ledgers) as job, ExitStack() as marks:
            for ledger, _ in halves:
                marks.enter_context(session.journal.at_work(ledger.change_set))
            for ledger, half in halves:
                yield from _go_on(job, ledger, half)
                yield from ledger.own_up(session, control, job)


def _go_on(job: Job, ledger: Ledger, half: Sequence[tuple[Task, JournalRow]]) -> Iterator[Outcome]:
    """Devices between two records: on to the new one, or back to the old one where that was under way."""
    onward = [task for task, row in half if row.step != "restoring"]
    back = [task for task, row in half if row.step == "restoring"]
    yield from finish_moves(job, ledger, onward)
    cause = Ending(Result.NOT_MADE, NOT_APPLIED, messages.MOVE_REFUSED)
    yield from restore_moves(job, ledger, {task.id: cause for task in back}, back)


def _by_set(rows: Iterable[JournalRow]) -> Mapping[str, list[JournalRow]]:
    groups: dict[str, list[JournalRow]] = {}
    for row in rows:
        groups.setdefault(row.change_set, []).append(row)
    return groups


def _task(row: JournalRow, name: Identifier) -> Task:
    return Task(row.id, row.operation, name, row.after, row.before, row.line, calls=1)


def _is_superseded(session: Session, row: JournalRow) -> bool:
    """Whether a later change of the device was made, or is a removal whose end is open too."""
    later = session.journal.rows(account_key=row.account_key, mac=row.mac)
    return any(
        one.id > row.id
        and (
            one.result in (Result.STORED, Result.REMOVED)
            or (one.operation in (Operation.RETARGET, Operation.DEREGISTER) and one.result in _OPEN)
        )
        for one in later
    )


def _is_stored_later(session: Session, row: JournalRow) -> bool:
    """Whether the record that stands now, and its password, come from a later change made from here."""
    later = session.journal.rows(account_key=row.account_key, mac=row.mac)
    return any(one.id > row.id and one.result is Result.STORED for one in later)


def _judge(row: JournalRow, found: Found | None) -> Ending | None:
    """The end of an open record by what the server has; None if the device must be helped to a record
    first."""
    if row.operation is Operation.RETARGET:
        return _judge_move(row, found)
    if row.after is not None:
        return _judge_registration(row, found)
    return _judge_removal(row, found)


def _judge_registration(row: JournalRow, found: Found | None) -> Ending | None:
    if found is None:
        return Ending(Result.NOT_MADE, NOT_APPLIED, messages.NOT_APPLIED)
    if row.after is not None and is_at(found.row, row.after):
        return answer_lost(found.row[SERVER_DATE])
    return in_the_way(found)


def _judge_removal(row: JournalRow, found: Found | None) -> Ending | None:
    if found is None:
        return Ending(Result.REMOVED, "answer_lost", messages.GONE_BY_RECORD)
    if row.before is None or same_target(row.before, found.row):
        return Ending(Result.NOT_MADE, NOT_APPLIED, messages.NOT_APPLIED)
    return Ending(Result.REFUSED, "changed_meanwhile", messages.changed_meanwhile(found.row))


def _judge_move(row: JournalRow, found: Found | None) -> Ending | None:
    if found is None:
        return None
    if row.after is not None and is_at(found.row, row.after):
        return answer_lost(found.row[SERVER_DATE])
    if row.before is not None and same_target(row.before, found.row):
        return Ending(Result.NOT_MADE, NOT_APPLIED, messages.NOT_APPLIED)
    return Ending(Result.REFUSED, "changed_meanwhile", messages.changed_meanwhile(found.row))
