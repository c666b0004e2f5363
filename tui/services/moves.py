"""Devices on their way from one record to another: removed, registered anew, restored where that is refused.

Every step is written down before it is taken, so that a crash between two of them can be gone on from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

from tui.errors import Fault, LinkError
from tui.model.identifiers import Identifier
from tui.model.outcome import Outcome, Result
from tui.model.registration import Target
from tui.services import wording
from tui.services.control import Control
from tui.services.inquiry import ask, same_target, target_of
from tui.services.jobs import Job, Part, Seal
from tui.services.ledger import Ledger, with_mac_id
from tui.services.mutations import Ending, Registering, Removing, Task
from tui.services.session import Session
from tui.wire.answers import KNOWN_CODES, MAC_ALREADY_IN_USE, MAC_INVALID, MAC_NOT_EXIST

# Records seen longer ago than this are looked at again before they are touched.
_FRESH_SECONDS = 5.0


def retarget_tasks(
    job: Job, ledger: Ledger, tasks: Sequence[Task], control: Control, seen_at: float | None = None
) -> Iterator[Outcome]:
    """Moves the tasks' devices from their record before to their target, some list calls' worth at a time."""
    seen_at = time.monotonic() if seen_at is None else seen_at
    left = list(tasks)
    while left:
        if job.halt is not None or not control.may_go_on():
            code, message = (
                (job.halt.code, job.halt.message) if job.halt else ("cancelled", wording.CANCELLED)
            )
            yield from ledger.seal([(task, Ending(Result.NOT_SENT, code, message)) for task in left])
            return
        size = job.chunk * job.connections
        some, left = left[:size], left[size:]
        if time.monotonic() - seen_at > _FRESH_SECONDS:
            seen_at = time.monotonic()
            some = yield from _still_as_seen(job.session, ledger, some)
        yield from Move(job, ledger).run(some)


def _still_as_seen(
    session: Session, ledger: Ledger, tasks: Sequence[Task]
) -> Generator[Outcome, None, list[Task]]:
    """The tasks whose record is still the one that was written down; the others end."""
    try:
        records = ask(session, [task.identifier for task in tasks])
    except (LinkError, Fault) as error:
        ending = Ending(Result.NOT_SENT, wording.code_of(error), wording.stopped(error))
        yield from ledger.seal([(task, ending) for task in tasks])
        return []
    fresh: list[Task] = []
    ends: list[tuple[Task, Ending]] = []
    for task in tasks:
        found = records.found.get(task.identifier.mac)
        if found is not None and task.before is not None and same_target(found.row, task.before):
            fresh.append(task)
        else:
            message = wording.changed_meanwhile(found.row if found else None)
            ends.append((task, Ending(Result.SKIPPED, "changed_meanwhile", message)))
    if ends:
        yield from ledger.seal(ends)
    return fresh


class Move:
    """One group of devices on its way: removed, registered anew, and restored where that was refused."""

    def __init__(self, job: Job, ledger: Ledger) -> None:
        self._job = job
        self._ledger = ledger
        self._removed: list[Task] = []
        self._failed: list[tuple[Task, Ending]] = []
        self._tried: dict[int, set[Identifier]] = {}

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """All three phases."""
        job = self._job
        yield from job.carry_out([Part(Removing(), tasks, job.chunk)], self._note_removed)
        yield from self.finish(self._removed)

    def finish(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """The phases after the removal, for devices without a record."""
        job = self._job
        parts = registering_parts(tasks, job.chunk)
        yield from job.carry_out(parts, self._note_registered, step="deregistered", firm=True)
        yield from self._restore()

    def restore(self, failed: Sequence[tuple[Task, Ending]]) -> Iterator[Outcome]:
        """Only the last phase, for devices without a record whose new one was refused."""
        self._failed = list(failed)
        yield from self._restore()

    def _note_removed(self, ends: Sequence[tuple[Task, Ending]]) -> list[Outcome]:
        removed = [task for task, ending in ends if ending.done]
        if removed:
            self._ledger.step(removed, "deregistered")
            self._removed += removed
        rest = [(task, ending) for task, ending in ends if not ending.done]
        return self._ledger.seal(rest) if rest else []

    def _note_registered(self, ends: Sequence[tuple[Task, Ending]]) -> list[Outcome]:
        final: list[tuple[Task, Ending]] = []
        for task, ending in ends:
            if ending.done:
                final.append((task, _as_stored(ending)))
            elif ending.result is Result.NOT_SENT and ending.code != wording.NOT_SENDABLE:
                final.append((task, _unfinished(ending)))
            elif ending.result is Result.UNKNOWN or ending.code == MAC_ALREADY_IN_USE:
                final.append((task, ending))
            else:
                self._failed.append((task, ending))
        return self._ledger.seal(final) if final else []

    def _restore(self) -> Iterator[Outcome]:
        """Registers the old record again: by the identifier sent, then as the vault knows it, then by the
        bare MAC."""
        why = {task.id: ending for task, ending in self._failed}
        tasks = [task for task, _ in self._failed]
        while tasks:
            retry: list[Task] = []
            seal = self._note_restored(why, retry)
            parts = registering_parts(tasks, self._job.chunk, _old_target)
            yield from self._job.carry_out(parts, seal, step="restoring", firm=True)
            tasks = retry

    def _note_restored(self, why: Mapping[int, Ending], retry: list[Task]) -> Seal:
        def seal(ends: Sequence[tuple[Task, Ending]]) -> list[Outcome]:
            final: list[tuple[Task, Ending]] = []
            for task, ending in ends:
                cause = why[task.id]
                if ending.done:
                    message = f"{cause.message} {wording.RESTORED}"
                    result = Result.REFUSED if cause.result is Result.REFUSED else Result.NOT_MADE
                    final.append((task, Ending(result, cause.code, message, ending.password)))
                elif ending.result is Result.UNKNOWN or ending.code == MAC_ALREADY_IN_USE:
                    final.append((task, ending))
                elif ending.result is not Result.REFUSED or ending.code not in KNOWN_CODES:
                    final.append((task, _unfinished(ending)))
                elif ending.code in (MAC_INVALID, MAC_NOT_EXIST) and self._rename(task):
                    retry.append(task)
                else:
                    message = f"{cause.message} {wording.LOST} {ending.message}"
                    final.append((task, Ending(Result.REMOVED, ending.code, message)))
            return self._ledger.seal(final) if final else []

        return seal

    def _rename(self, task: Task) -> bool:
        """Another name to try for a device whose record must come back; False when there is none left."""
        bare = Identifier(task.identifier.mac)
        tried = self._tried.setdefault(task.id, {task.identifier})
        for name in (with_mac_id(bare, self._job.known.vault.get(bare.mac)), bare):
            if name not in tried:
                tried.add(name)
                task.identifier = name
                return True
        return False


def _as_stored(ending: Ending) -> Ending:
    return Ending(Result.STORED, ending.code, ending.message, ending.password, ending.server_date)


def _unfinished(ending: Ending) -> Ending:
    return Ending(Result.UNKNOWN, "unfinished", f"{wording.UNFINISHED} {ending.message}")


def _new_target(task: Task) -> Target | None:
    return task.target


def _old_target(task: Task) -> Target | None:
    return target_of(task.before) if task.before is not None else None


def registering_parts(
    tasks: Sequence[Task], limit: int, choose: Callable[[Task], Target | None] = _new_target
) -> list[Part]:
    """Tasks that share a target, for list calls of at most `limit` devices; none has been sent yet."""
    groups: dict[Target, list[Task]] = {}
    for task in tasks:
        target = choose(task)
        if target is not None:
            task.calls = 0
            groups.setdefault(target, []).append(task)
    return [Part(Registering(target), group, limit) for target, group in groups.items()]
