"""A change set while it is worked on: intents before, settlements after, and outcomes made of both."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

from tui.model.device import PROVIDER, URL
from tui.model.identifiers import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.services.control import Control
from tui.services.jobs import Job
from tui.services.journal import Intent, Journal, Settlement
from tui.services.mutations import Ending, Knowledge, Task
from tui.services.session import Session
from tui.services.vault import VaultEntry

_SLICE = 5000


class Ledger:
    """Writes one change set. Safe for several threads, as the journal is."""

    def __init__(self, journal: Journal, change_set: str, operation: Operation | None = None) -> None:
        self._journal = journal
        self.change_set = change_set
        self._operation = operation

    def intend(self, intents: Sequence[Intent]) -> list[Task]:
        """Tasks whose intent is durable."""
        tasks: list[Task] = []
        for start in range(0, len(intents), _SLICE):
            some = intents[start : start + _SLICE]
            tasks += [
                Task(number, one.operation, one.identifier, one.after, one.before, one.line)
                for number, one in zip(self._journal.intend(self.change_set, some), some, strict=True)
            ]
        return tasks

    def step(self, tasks: Sequence[Task], step: str) -> None:
        """Notes how far the tasks got, durably."""
        self._journal.step([task.id for task in tasks], step)

    def seal(self, ends: Sequence[tuple[Task, Ending]]) -> list[Outcome]:
        """Settles the tasks, durably, and says so. A stored MAC-ID is proven and goes to the vault."""
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
        return [self.outcome(task, ending) for task, ending in ends]

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
def working(session: Session, control: Control, known: Knowledge) -> Iterator[Job]:
    """A job whose threads are gone when the block is left."""
    job = Job(session, control, known)
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
    dropped."""
    try:
        for outcome in steps:  # noqa: UP028 - delegating would close `steps` in the middle
            yield outcome
    except GeneratorExit:
        control.cancel()
        _drain(steps)
        raise


def _drain(steps: Iterable[Outcome]) -> None:
    for _ in steps:
        pass
