"""Many devices, few calls: list calls in chunks on a few connections, every device settled by an answer or
by its record.

A call that failed is never sent again before the server was asked what it did; what it did not do is then
sent in smaller lists, down to single calls.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeAlias

from tui.errors import Applied, Fault, InputError, LinkError, LoginRefused, NotReached, RedirectoryError
from tui.model.outcome import Outcome, Result
from tui.services import wording
from tui.services.control import Control
from tui.services.inquiry import ask
from tui.services.mutations import Ending, Knowledge, Mutation, Task
from tui.services.session import Session
from tui.services.verdicts import DOUBTFUL, Standing, Verdict
from tui.wire.answers import MAC_ALREADY_IN_USE

# Failed calls in a row after which the rest waits until the server was asked about them.
_TROUBLE = 3
# Single calls that failed, one after the other without a success between, after which a job gives up.
_HOPELESS = 8

Seal: TypeAlias = Callable[[Sequence[tuple[Task, Ending]]], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Part:
    """Devices for one kind of call; `limit` is the most that may share a call, `again` how often they were
    sent."""

    mutation: Mutation
    tasks: Sequence[Task]
    limit: int
    again: int = 0


@dataclass(frozen=True, slots=True)
class _Doubt:
    task: Task
    verdict: Verdict
    part: Part
    failure: RedirectoryError | None


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a job sends nothing more."""

    code: str
    message: str


class Job:
    """The calls of one change set. Threads live until `close`; the job remembers across its phases what it
    learnt about the server: the size of list it takes, the order of its answers, and whether it answers at
    all."""

    def __init__(self, session: Session, control: Control, known: Knowledge) -> None:
        self.session = session
        self.known = known
        self.halt: Halt | None = None
        self._control = control
        self._size = max(1, session.batching.chunk)
        self._connections = max(1, session.batching.connections)
        self._slots = threading.Semaphore(self._connections)
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._queue: deque[Part] = deque()
        self._doubts: list[_Doubt] = []
        self._broken = False
        self._trouble = self._strikes = self._lost = self._unreached = 0

    def close(self) -> None:
        """Starts no further call and waits for those in flight, which still write their answers down."""
        self._broken = True
        if self._pool is not None:
            self._pool.shutdown()

    @property
    def chunk(self) -> int:
        """The most devices that a list call holds now."""
        return self._size

    @property
    def connections(self) -> int:
        """Calls at the same time."""
        return self._connections

    def carry_out(
        self, parts: Iterable[Part], seal: Seal, *, step: str = "sent", firm: bool = False
    ) -> Iterator[Outcome]:
        """Sends the parts until every task has an ending, which `seal` writes down and turns into outcomes:
        from the thread of the call, right after its answer. `step` is noted before each call; a `firm` run
        does not heed Control, because stopping in it would leave devices without a record."""
        self._queue = deque(part for part in parts if part.tasks)
        while self._queue and self._may_go_on(firm):
            yield from self._send_all(seal, step, firm)
            yield from self._clear_up(seal)
        left = [task for part in self._queue for task in part.tasks]
        self._queue.clear()
        if left:
            yield from seal([(task, self._leave(task)) for task in left])

    def _may_go_on(self, firm: bool) -> bool:
        return self.halt is None and not self._broken and (firm or self._control.may_go_on())

    def _leave(self, task: Task) -> Ending:
        """The end of a task that is not sent, or not again after a call that did nothing."""
        code, message = ("cancelled", wording.CANCELLED)
        if self.halt is not None:
            code, message = self.halt.code, self.halt.message
        if task.calls:
            return Ending(Result.NOT_MADE, code, f"{wording.NOT_APPLIED} {message}")
        return Ending(Result.NOT_SENT, code, message)

    def _send_all(self, seal: Seal, step: str, firm: bool) -> Iterator[Outcome]:
        self._trouble = 0
        calls = sum(-(-len(part.tasks) // min(self._size, part.limit)) for part in self._queue)
        # Twice as many threads as connections: one writes an answer down while another one's call runs.
        workers = min(calls, 2 * self._connections)
        if workers <= 1:
            while (part := self._take(firm)) is not None:
                yield from self._send(part, seal, step, firm)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2 * self._connections, "change")
        ended: SimpleQueue[list[Outcome] | BaseException | None] = SimpleQueue()

        def work() -> None:
            try:
                while (part := self._take(firm)) is not None:
                    ended.put(self._send(part, seal, step, firm))
            except BaseException as error:  # handed to the thread that waits, whatever it is
                self._broken = True
                ended.put(error)
            else:
                ended.put(None)

        for _ in range(workers):
            self._pool.submit(work)
        failure: BaseException | None = None
        while workers:
            item = ended.get()
            if isinstance(item, list):
                yield from item
                continue
            workers -= 1
            failure = failure or item
        if failure is not None:
            raise failure

    def _take(self, firm: bool) -> Part | None:
        if not self._may_go_on(firm):
            return None
        with self._lock:
            if not self._queue or self._trouble >= _TROUBLE:
                return None
            part = self._queue.popleft()
            size = min(self._size, part.limit)
            if len(part.tasks) > size:
                self._queue.appendleft(Part(part.mutation, part.tasks[size:], part.limit, part.again))
                part = Part(part.mutation, part.tasks[:size], part.limit, part.again)
        return part

    def _send(self, part: Part, seal: Seal, step: str, firm: bool) -> list[Outcome]:
        sent = [task.identifier for task in part.tasks]
        self.session.journal.step([task.id for task in part.tasks], step)
        with self._slots:
            if not self._may_go_on(firm):
                self._put_back(part)
                return []
            for task in part.tasks:
                task.calls += 1
            try:
                answer = part.mutation.send(self.session.client, sent)
            except (LinkError, Fault) as error:
                self._note_failure(part, error)
                return []
            except InputError as error:
                ending = Ending(Result.NOT_SENT, wording.code_of(error), f"Not sent: {error.describe()}")
                return seal([(task, ending) for task in part.tasks])
        reading = part.mutation.read(answer, sent, self.known)
        with self._lock:
            self.known.note_order(reading)
        self._note_success(len(sent))
        firm_ends: list[tuple[Task, Ending]] = []
        for task in part.tasks:
            verdict = reading.verdicts[task.identifier.mac]
            if verdict.standing is Standing.DOUBTFUL:
                self._doubts.append(_Doubt(task, verdict, part, None))
            else:
                firm_ends.append((task, part.mutation.conclude(task, verdict, self.known)))
        return seal(firm_ends) if firm_ends else []

    def _put_back(self, part: Part) -> None:
        with self._lock:
            self._queue.appendleft(part)

    def _note_success(self, size: int) -> None:
        with self._lock:
            self._trouble = self._lost = self._unreached = 0
            if size >= self._size:
                self._strikes = 0

    def _note_failure(self, part: Part, error: RedirectoryError) -> None:
        """A call without a usable answer. Only where surely nothing was sent its devices go back as they
        were."""
        if isinstance(error, LoginRefused | NotReached):
            with self._lock:
                for task in part.tasks:
                    task.calls -= 1
                self._queue.appendleft(part)
                self._unreached += 1
                if isinstance(error, LoginRefused) or self._unreached > self._connections:
                    self.halt = self.halt or Halt(wording.code_of(error), wording.stopped(error))
            return
        with self._lock:
            self._trouble += 1
            if error.applied is Applied.NO:
                for task in part.tasks:
                    task.calls -= 1
            size = len(part.tasks)
            if 1 < size <= self._size:
                self._strikes += 1
                if self._strikes > 1:
                    self._size, self._strikes = size // 2, 0
        self._doubts.extend(_Doubt(task, DOUBTFUL, part, error) for task in part.tasks)

    def _clear_up(self, seal: Seal) -> Iterator[Outcome]:
        """Asks for the record of every device in doubt, ends those that it decides, and puts the rest back,
        in smaller lists."""
        doubts, self._doubts = self._doubts, []
        if not doubts:
            return
        identifiers = [doubt.task.identifier for doubt in doubts]
        confirm = [doubt.task.identifier.mac for doubt in doubts if doubt.verdict.code == MAC_ALREADY_IN_USE]
        try:
            if self.halt is not None and self.halt.code == "login_refused":
                raise LoginRefused("The server refused the login before this device could be asked for.")
            records = ask(self.session, identifiers, confirm)
        except (LinkError, Fault) as error:
            if isinstance(error, LoginRefused | NotReached):
                self.halt = self.halt or Halt(wording.code_of(error), wording.stopped(error))
            yield from seal(
                [
                    (one.task, one.part.mutation.unclear(one.task, one.verdict, one.failure, error))
                    for one in doubts
                ]
            )
            self._lose(len(doubts), error)
            return
        ends: list[tuple[Task, Ending]] = []
        again: dict[int, tuple[Part, RedirectoryError | None, list[Task]]] = {}
        for doubt in doubts:
            ending = doubt.part.mutation.judge(
                doubt.task, doubt.verdict, records.found.get(doubt.task.identifier.mac)
            )
            if ending is not None:
                ends.append((doubt.task, ending))
            else:
                again.setdefault(id(doubt.part), (doubt.part, doubt.failure, []))[2].append(doubt.task)
        for part, failure, tasks in again.values():
            ends += self._send_again(part, failure, tasks)
        if ends:
            yield from seal(ends)

    def _send_again(
        self, part: Part, failure: RedirectoryError | None, tasks: list[Task]
    ) -> list[tuple[Task, Ending]]:
        size = len(part.tasks)
        if size == 1 and part.again:
            error = failure or RedirectoryError("The answer did not say what became of the device.")
            self._lose(1, error)
            code = wording.code_of(error) if failure is not None else "not_applied"
            ending = Ending(Result.NOT_MADE, code, wording.not_applied(error, part.mutation.verb))
            return [(task, ending) for task in tasks]
        # An answer that settled some devices is progress: once, the rest may go together again.
        progress = failure is None and len(tasks) < size and part.again == 0
        limit = part.limit if progress else max(1, size // 2)
        with self._lock:
            self._queue.appendleft(Part(part.mutation, tasks, limit, part.again + 1))
        return []

    def _lose(self, count: int, error: RedirectoryError) -> None:
        self._lost += count
        if self._lost >= _HOPELESS and self.halt is None:
            self.halt = Halt(wording.code_of(error), wording.stopped(error))
