"""Many devices, few calls: what the calls of one change set share, and the threads that make them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeAlias

from tui.classes import define
from tui.errors import LoginRefused, NotReached, RedirectoryError, StoreError
from tui.model.outcome import Outcome, Result
from tui.services import messages
from tui.services.changes.engine.calls import Ending, Knowledge, Mutation, Task
from tui.services.changes.engine.control import Control
from tui.services.changes.engine.pace import Pace, Turn
from tui.services.session import Session

# Single calls that failed, one after the other without a success between, after which a job gives up.
_HOPELESS = 8

Seal: TypeAlias = Callable[[Sequence[tuple[Task, Ending]]], list[Outcome]]
Deed: TypeAlias = Callable[[], list[Outcome]]


@define(frozen=True, slots=True)
class Part:
    """Devices for one kind of call; `limit` is the most that may share a call, `again` how often they were
    sent. Where `apart`, devices whose passwords begin alike never share one."""

    mutation: Mutation
    tasks: Sequence[Task]
    limit: int
    again: int = 0
    apart: bool = False


@define(frozen=True, slots=True)
class Halt:
    """Why a job sends nothing more."""

    code: str
    message: str


class Job:
    """The calls of one change set. Threads live until `close`; the job remembers across its phases what it
    learnt about the server: the size of list it takes, how many calls at a time it serves, the order of its
    answers, and whether it answers at all."""

    def __init__(self, session: Session, control: Control, known: Knowledge) -> None:
        self.session = session
        self.control = control
        self.known = known
        self.halt: Halt | None = None
        self.store_failure: StoreError | None = None
        self.lock = threading.Lock()
        self._most = max(1, session.batching.connections)
        self.pace = Pace(self._most, session.client.call_seconds, session.client.rest)
        self._size = max(1, session.batching.chunk)
        self._pool: ThreadPoolExecutor | None = None
        self._broken = False
        self._strikes = self._lost = self._unreached = 0

    def close(self) -> None:
        """Starts no further call and waits for those in flight, which still write their answers down."""
        self._broken = True
        if self._pool is not None:
            self._pool.shutdown()

    @property
    def chunk(self) -> int:
        """The most devices that a list call holds now."""
        return self._size

    def may_go_on(self) -> bool:
        """Whether another call may start; waits while the job is paused."""
        if self.control.paused:
            self.pace.slacken()
        return self.halt is None and not self._broken and self.control.may_go_on()

    def stop(self, error: RedirectoryError) -> None:
        """Nothing more is sent, because of this error; the first one counts."""
        with self.lock:
            if isinstance(error, StoreError):
                self.store_failure = self.store_failure or error
            self.halt = self.halt or Halt(messages.code_of(error), messages.stopped(error))

    def leave(self, task: Task) -> Ending:
        """The end of a task that is not sent, or not again after a call that was found to have done
        nothing."""
        code, message = "cancelled", messages.CANCELLED
        if self.halt is not None:
            code, message = self.halt.code, self.halt.message
        if task.late:
            return Ending(Result.UNKNOWN, code, f"{messages.NOT_SHOWN_YET} {message}")
        if task.calls:
            return Ending(Result.NOT_MADE, code, f"{messages.NOT_APPLIED} {message}")
        return Ending(Result.NOT_SENT, code, message)

    def spread(self, take: Callable[[], Deed | None], count: int) -> Iterator[Outcome]:
        """Does the deeds that `take` hands out, at most `count`, several at a time, until it has none."""
        # Twice as many threads as calls: one writes an answer down while another one's call runs.
        workers = min(count, 2 * self._most)
        if workers <= 1:
            while (deed := take()) is not None:
                yield from deed()
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2 * self._most, "change")
        ended: SimpleQueue[list[Outcome] | BaseException | None] = SimpleQueue()

        def work() -> None:
            try:
                going = True
                while going:
                    with self.pace.worker():
                        deed = take()
                        going = deed is not None
                        if deed is not None:
                            ended.put(deed())
                self.pace.slacken()
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
        # The next call may go over another connection than the one that such a server still waits at.
        self.session.client.rest()
        if failure is not None:
            raise failure

    def note_success(self, size: int) -> None:
        """A call for `size` devices was answered."""
        with self.lock:
            self._lost = self._unreached = 0
            if size >= self._size:
                self._strikes = 0

    def note_unsent(self, error: LoginRefused | NotReached, turn: Turn) -> None:
        """A call surely never left. A server that takes fewer connections is not one that is away."""
        with self.lock:
            alone = self.pace.width == 1 and turn.width == 1
            self._unreached += 1 if alone else 0
            hopeless = isinstance(error, LoginRefused) or self._unreached > 1
        if hopeless:
            self.stop(error)

    def note_failure(self, size: int) -> None:
        """A call for `size` devices had no usable answer: the second time lists become smaller."""
        with self.lock:
            if 1 < size <= self._size:
                self._strikes += 1
                if self._strikes > 1:
                    self._size, self._strikes = size // 2, 0

    def lose(self, count: int, error: RedirectoryError) -> bool:
        """Devices were given up; whether that was once too often."""
        with self.lock:
            self._lost += count
            hopeless = self._lost >= _HOPELESS
        if hopeless:
            self.stop(error)
        return hopeless
