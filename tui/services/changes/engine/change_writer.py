"""A change set while it is worked on: intents before, settlements after, and outcomes made of both."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

from tui.classes import replace
from tui.errors import Fault, LinkError, StoreError, Unsettled
from tui.model.addresses import Identifier
from tui.model.device import PROVIDER, URL
from tui.model.outcome import Operation, Outcome, Result
from tui.services import messages
from tui.services.changes.engine.calls import Ending, Knowledge, Task
from tui.services.changes.engine.control import Control
from tui.services.changes.engine.jobs import Job
from tui.services.devices.batches import cut
from tui.services.session import Session
from tui.services.storage.journal import Intent, Journal, Settlement
from tui.services.storage.vault import VaultEntry

_SLICE = 5000
# Devices that are settled at once when the journal is tried again.
_TRY_AGAIN = 50


class Ledger:
    """Writes one change set. Safe for several threads, as the journal is."""

    def __init__(self, journal: Journal, change_set: str, operation: Operation | None = None) -> None:
        self._journal = journal
        self.change_set = change_set
        self._operation = operation
        self._count = 0
        self._failure: StoreError | None = None
        self._unwritten: list[tuple[Task, Ending]] = []
        self.on_failure: Callable[[StoreError], None] = lambda error: None

    def intend(self, intents: Sequence[Intent]) -> list[Task]:
        """Tasks whose intent is durable."""
        tasks: list[Task] = []
        for start in range(0, len(intents), _SLICE):
            some = intents[start : start + _SLICE]
            tasks += [
                Task(number, one.operation, one.identifier, one.after, one.before, one.line)
                for number, one in zip(self._journal.intend(self.change_set, some), some, strict=True)
            ]
        self._count += len(tasks)
        return tasks

    def step(self, tasks: Sequence[Task], step: str) -> None:
        """Notes how far the tasks got, durably. Where the journal fails nothing more is begun."""
        try:
            self._journal.step([task.id for task in tasks], step)
        except StoreError as error:
            self.on_failure(error)

    def seal(self, ends: Sequence[tuple[Task, Ending]]) -> list[Outcome]:
        """Settles the tasks, durably, and says so. A stored MAC-ID is proven and goes to the vault. What the
        journal does not take is told by `own_up`."""
        if self._failure is None:
            try:
                self._settle(ends)
            except StoreError as error:
                self._failure = error
                self.on_failure(error)
            else:
                return [self.outcome(task, ending) for task, ending in ends]
        self._unwritten += ends
        return []

    def own_up(self, session: Session, control: Control, job: Job | None = None) -> Iterator[Outcome]:
        """Ends the devices that the journal did not take: tries once more, keeps passwords aside, and says
        that the rest is open. Raises Unsettled then, or StoreError if nothing had been sent."""
        failure = self._failure or (job.store_failure if job is not None else None)
        self._failure = None
        unwritten, self._unwritten = self._unwritten, []
        if failure is None:
            return
        if not control.begun:
            raise failure
        left: list[tuple[Task, Ending]] = []
        for some in cut(unwritten, _TRY_AGAIN):
            if not left:
                try:
                    self._settle(some)
                except StoreError as error:
                    failure = error
                else:
                    yield from (self.outcome(task, ending) for task, ending in some)
                    continue
            left += some
        if left:
            yield from self._tell_open(session, left, failure)

    def _tell_open(
        self, session: Session, left: Sequence[tuple[Task, Ending]], failure: StoreError
    ) -> Iterator[Outcome]:
        from tui.services.changes.engine import rescue

        passwords = {task.identifier: ending.password for task, ending in left if ending.password is not None}
        file = rescue.keep(session, passwords) if passwords else None
        unsent = 0
        for task, ending in left:
            if ending.result in (Result.NOT_SENT, Result.SKIPPED):
                unsent += 1
                yield self.outcome(task, ending)
                continue
            lost = ending.password_lost or (ending.password is not None and file is None)
            message = messages.not_written(ending.result)
            yield self.outcome(
                task,
                replace(
                    ending, result=Result.UNKNOWN, code="not_written", message=message, password_lost=lost
                ),
            )
        raise Unsettled(
            failure.title,
            f"{failure.detail} {messages.midway(self._count, len(left) - unsent, unsent)}",
            messages.settle_later(failure.hint, len(passwords), None if file is None else str(file)),
        ) from failure

    def _settle(self, ends: Sequence[tuple[Task, Ending]]) -> None:
        self._journal.settle(
            [
                Settlement(
                    task.id,
                    ending.result,
                    ending.code,
                    ending.message,
                    task.identifier.mac_id if ending.result is Result.STORED else None,
                    ending.password,
                    ending.owner,
                    ending.password_lost,
                )
                for task, ending in ends
            ]
        )

    def outcome(self, task: Task, ending: Ending) -> Outcome:
        """What to tell of one device. Without a record of its own making the target is that of the
        request."""
        target, before = task.target, task.before
        return Outcome(
            self._operation or task.operation,
            ending.result,
            task.identifier.mac,
            task.identifier.mac_id,
            target.provider if target else before[PROVIDER] if before else None,
            target.url if target else before[URL] if before else None,
            ending.server_date,
            ending.code,
            ending.message,
            ending.password,
            self.change_set,
            before,
            task.line,
            ending.owner,
            ending.password_lost,
        )


@contextmanager
def writing(
    session: Session, operation: Operation, change_set: str | None, note: str = ""
) -> Iterator[Ledger]:
    """A ledger for a change set of its own, marked as worked on; or for one that the caller has opened and
    marked."""
    if change_set is not None:
        yield Ledger(session.journal, change_set, operation)
        return
    opened = session.journal.open_set(operation, session.account_key, note)
    with session.journal.at_work(opened):
        yield Ledger(session.journal, opened, operation)


@contextmanager
def working(session: Session, control: Control, known: Knowledge, *ledgers: Ledger) -> Iterator[Job]:
    """A job whose threads are gone when the block is left. It stops when one of the ledgers cannot be
    written."""
    job = Job(session, control, known)
    for ledger in ledgers:
        ledger.on_failure = job.stop
    try:
        yield job
    finally:
        job.close()


def recall(session: Session, identifiers: Sequence[Identifier]) -> tuple[Knowledge, list[Identifier]]:
    """What the vault knows of the devices, and the identifiers with the MAC-IDs that it adds to bare MACs.
    Raises StoreError, which is thus said before anything is sent."""
    known = Knowledge(session.journal.recall_many(session.account_key, [one.mac for one in identifiers]))
    named = [with_mac_id(one, known.vault.get(one.mac)) for one in identifiers]
    known.learn_suffixes(named)
    return known, named


def with_mac_id(identifier: Identifier, entry: VaultEntry | None) -> Identifier:
    """The identifier as it is best sent: a bare MAC with the suffix that the vault knows."""
    if identifier.suffix is None and entry is not None and entry.mac_id is not None:
        return Identifier(identifier.mac, entry.mac_id[-4:])
    return identifier


def run_to_end(steps: Generator[Outcome], control: Control) -> Iterator[Outcome]:
    """The outcomes of `steps`. When nobody listens any more the rest is cancelled and settled, not
    dropped. An error after the first call never says that nothing was sent."""
    told = 0
    try:
        for outcome in steps:
            told += 1
            yield outcome
    except GeneratorExit:
        control.cancel()
        _drain(steps)
        raise
    except Unsettled:
        raise
    except (LinkError, Fault, StoreError) as error:
        if not control.begun:
            raise
        done = messages.done_before(told)
        if isinstance(error, StoreError):
            hint = messages.settle_later(error.hint, 0, None)
            raise Unsettled(error.title, f"{error.detail} {done}", hint) from error
        error.hint = done
        raise


def _drain(steps: Iterable[Outcome]) -> None:
    for _ in steps:
        pass
