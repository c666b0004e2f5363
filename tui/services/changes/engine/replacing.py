"""Devices on their way from one record to another: removed, registered anew, restored where that is refused.

Every step is written down before it is taken, so that a crash between two of them can be gone on from.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import partial

from tui.classes import replace
from tui.errors import Fault, LinkError
from tui.model.addresses import Identifier
from tui.model.outcome import Outcome, Result
from tui.model.registration import Target
from tui.services import messages
from tui.services.changes.engine.calls import Ending, Registering, Removing, Task
from tui.services.changes.engine.change_writer import Ledger, with_mac_id
from tui.services.changes.engine.control import Control
from tui.services.changes.engine.jobs import Deed, Job, Part, Seal
from tui.services.changes.engine.pace import Turn
from tui.services.changes.engine.runs import carry_out
from tui.services.devices.batches import MOVE_LIST, cut_apart, suffixes_first
from tui.services.devices.server_state import ask, same_target, target_of
from tui.services.session import Session
from tui.wire.xmlrpc.answers import KNOWN_CODES, MAC_ALREADY_IN_USE, MAC_INVALID, MAC_NOT_EXIST

# Records seen longer ago than this are looked at again before they are touched.
_FRESH_SECONDS = 5.0


def retarget_tasks(
    job: Job, ledger: Ledger, tasks: Sequence[Task], control: Control, seen_at: float | None = None
) -> Iterator[Outcome]:
    """Moves the tasks' devices from their record before to their target: small lists, each removed and
    stored before its connection turns to the next, so that no more devices are between two records than the
    calls in flight hold."""
    seen_at = time.monotonic() if seen_at is None else seen_at
    seconds = _FRESH_SECONDS
    left = deque(_in_lists(job, tasks))
    while left:
        if not job.may_go_on():
            yield from ledger.seal([(task, job.leave(task)) for some in left for task in some])
            return
        if time.monotonic() - seen_at > seconds:
            seen_at = time.monotonic()
            fresh = yield from _still_as_seen(job.session, ledger, [task for some in left for task in some])
            # Where looking takes long, it is done less often.
            seconds = max(_FRESH_SECONDS, 2 * (time.monotonic() - seen_at))
            left = deque(_in_lists(job, fresh))
        until = seen_at + seconds
        yield from job.spread(_take_turns(job, ledger, left, until, Move.run), len(left))


def finish_moves(job: Job, ledger: Ledger, tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Moves on, list by list, what is without a record; nothing stops it but a lost link."""
    left = deque(_in_lists(job, tasks))
    yield from job.spread(_take_turns(job, ledger, left, None, Move.finish), len(left))


def restore_moves(
    job: Job, ledger: Ledger, failed: Mapping[int, Ending], tasks: Sequence[Task]
) -> Iterator[Outcome]:
    """Gives devices without a record their old one back, list by list; `failed` says, by the task's id, why
    the new one was refused."""
    left = deque(_in_lists(job, tasks))

    def restore(move: Move, some: Sequence[Task]) -> Iterator[Outcome]:
        return move.restore([(task, failed[task.id]) for task in some])

    yield from job.spread(_take_turns(job, ledger, left, None, restore), len(left))


def _in_lists(job: Job, tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Small lists with one target each."""
    groups: dict[Target | None, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.target, []).append(task)
    for group in groups.values():
        yield from cut_apart(
            group, min(job.chunk, MOVE_LIST), lambda task: job.known.part_key(task.identifier.mac)
        )


def _take_turns(
    job: Job,
    ledger: Ledger,
    left: deque[list[Task]],
    until: float | None,
    work: Callable[[Move, Sequence[Task]], Iterator[Outcome]],
) -> Callable[[], Deed | None]:
    """Hands out the lists, each worked on within one turn; after `until` only what the first turns take,
    and without it whatever becomes of the job."""
    begun = 0

    def take() -> Deed | None:
        nonlocal begun
        if until is not None and not job.may_go_on():
            return None
        with job.lock:
            stale = until is not None and begun >= job.pace.width and time.monotonic() > until
            if not left or stale:
                return None
            begun += 1
            return partial(do, left.popleft())

    def do(some: list[Task]) -> list[Outcome]:
        with job.control.flight(len(some)), job.pace.turn(len(some)) as turn:
            return list(work(Move(job, ledger, turn), some))

    return take


def _still_as_seen(
    session: Session, ledger: Ledger, tasks: Sequence[Task]
) -> Generator[Outcome, None, list[Task]]:
    """The tasks whose record is still the one that was written down; the others end."""
    try:
        records = ask(session, [task.identifier for task in tasks])
    except (LinkError, Fault) as error:
        ending = Ending(Result.NOT_SENT, messages.code_of(error), messages.stopped(error))
        yield from ledger.seal([(task, ending) for task in tasks])
        return []
    fresh: list[Task] = []
    ends: list[tuple[Task, Ending]] = []
    for task in tasks:
        found = records.found.get(task.identifier.mac)
        if found is not None and task.before is not None and same_target(found.row, task.before):
            fresh.append(task)
        else:
            message = messages.changed_meanwhile(found.row if found else None)
            ends.append((task, Ending(Result.SKIPPED, "changed_meanwhile", message)))
    if ends:
        yield from ledger.seal(ends)
    return fresh


class Move:
    """One list of devices on its way, within one turn: removed, registered anew, and restored where that was
    refused."""

    def __init__(self, job: Job, ledger: Ledger, turn: Turn) -> None:
        self._job = job
        self._ledger = ledger
        self._turn = turn
        self._removed: list[Task] = []
        self._failed: list[tuple[Task, Ending]] = []
        self._tried: dict[int, set[Identifier]] = {}

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """All three phases."""
        job = self._job
        yield from carry_out(job, [Part(Removing(), tasks, job.chunk)], self._note_removed, turn=self._turn)
        yield from self.finish(self._removed)

    def finish(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """The phases after the removal, for devices without a record."""
        job = self._job
        parts = registering_parts(tasks, job.chunk)
        yield from carry_out(
            job, parts, self._note_registered, step="deregistered", firm=True, turn=self._turn
        )
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
            elif ending.result is Result.NOT_SENT and ending.code != messages.NOT_SENDABLE:
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
            yield from carry_out(self._job, parts, seal, step="restoring", firm=True, turn=self._turn)
            tasks = retry

    def _note_restored(self, why: Mapping[int, Ending], retry: list[Task]) -> Seal:
        def seal(ends: Sequence[tuple[Task, Ending]]) -> list[Outcome]:
            final: list[tuple[Task, Ending]] = []
            for task, ending in ends:
                cause = why[task.id]
                if ending.done:
                    message = f"{cause.message} {messages.RESTORED}"
                    result = Result.REFUSED if cause.result is Result.REFUSED else Result.NOT_MADE
                    final.append((task, Ending(result, cause.code, message, ending.password)))
                elif ending.result is Result.UNKNOWN or ending.code == MAC_ALREADY_IN_USE:
                    final.append((task, ending))
                elif ending.result is not Result.REFUSED or ending.code not in KNOWN_CODES:
                    final.append((task, _unfinished(ending)))
                elif ending.code in (MAC_INVALID, MAC_NOT_EXIST) and self._rename(task):
                    retry.append(task)
                else:
                    message = f"{cause.message} {messages.LOST} {ending.message}"
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
    return replace(ending, result=Result.STORED)


def _unfinished(ending: Ending) -> Ending:
    return Ending(Result.UNKNOWN, "unfinished", f"{messages.UNFINISHED} {ending.message}")


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
    return [
        Part(Registering(target), suffixes_first(group, lambda task: task.identifier), limit, apart=True)
        for target, group in groups.items()
    ]
