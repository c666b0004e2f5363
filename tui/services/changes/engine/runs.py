"""One pass of calls: every device settled by an answer or by its record.

A call that failed is never sent again before the server was asked what it did; what it did not do is then
sent in smaller lists, down to single calls.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from tui.classes import define, replace
from tui.errors import (
    Applied,
    Fault,
    InputError,
    LinkError,
    LoginRefused,
    NotReached,
    RedirectoryError,
    StoreError,
)
from tui.model.outcome import Outcome, Result
from tui.services import messages
from tui.services.changes.engine.answer_matching import DOUBTFUL, Standing, Verdict
from tui.services.changes.engine.calls import Ending, Task, not_made
from tui.services.changes.engine.jobs import Deed, Job, Part, Seal
from tui.services.changes.engine.pace import Turn
from tui.services.devices.batches import pick
from tui.services.devices.server_state import ask
from tui.wire.xmlrpc.answers import MAC_ALREADY_IN_USE

# Failed calls in a row after which the rest waits until the server was asked about them.
_TROUBLE = 3


@define(frozen=True, slots=True)
class _Doubt:
    task: Task
    verdict: Verdict
    part: Part
    failure: RedirectoryError | None


def carry_out(
    job: Job,
    parts: Iterable[Part],
    seal: Seal,
    *,
    step: str = "sent",
    firm: bool = False,
    turn: Turn | None = None,
) -> Iterator[Outcome]:
    """Sends the parts until every task has an ending, which `seal` writes down and turns into outcomes: from
    the thread of the call, right after its answer. `step` is noted before each call; a `firm` run does not
    heed Control, because stopping in it would leave devices without a record. Within a `turn` of the caller's
    the calls are made one after the other."""
    return _Run(job, parts, seal, step, firm, turn).go()


class _Run:
    """One `carry_out`, whose arguments these are."""

    def __init__(
        self, job: Job, parts: Iterable[Part], seal: Seal, step: str, firm: bool, turn: Turn | None
    ) -> None:
        self._job = job
        self._seal = seal
        self._step = step
        self._firm = firm
        self._turn = turn
        self._queue = deque(part for part in parts if part.tasks)
        self._doubts: list[_Doubt] = []
        self._trouble = 0
        self._stopped = False

    def go(self) -> Iterator[Outcome]:
        """Outcomes until every task has one."""
        while self._queue and self._may_go_on():
            self._trouble = 0
            count = 1 if self._turn else sum(map(self._count_calls, self._queue))
            yield from self._job.spread(self._take, count)
            yield from self._clear_up()
        left = [task for part in self._queue for task in part.tasks]
        self._queue.clear()
        if left:
            yield from self._seal([(task, self._job.leave(task)) for task in left])

    def _may_go_on(self) -> bool:
        """A firm run goes on when others stop; only a login that was refused is not tried again."""
        if not self._firm:
            return not self._stopped and self._job.may_go_on()
        halt = self._job.halt
        return not self._stopped and (halt is None or halt.code != messages.LOGIN_REFUSED)

    def _count_calls(self, part: Part) -> int:
        calls = -(-len(part.tasks) // min(self._job.chunk, part.limit))
        if not part.apart:
            return calls
        alike = Counter(map(self._key_of, part.tasks))
        del alike[None]
        return max(calls, max(alike.values(), default=0))

    def _key_of(self, task: Task) -> str | None:
        return self._job.known.part_key(task.identifier.mac)

    def _take(self) -> Deed | None:
        if not self._may_go_on():
            return None
        with self._job.lock:
            if not self._queue or self._trouble >= _TROUBLE:
                return None
            part = self._queue.popleft()
            size = min(self._job.chunk, part.limit)
            some, rest = pick(part.tasks, size, self._key_of if part.apart else None)
            if rest:
                self._queue.appendleft(replace(part, tasks=rest))
                part = replace(part, tasks=some)
        return lambda: self._send(part)

    def _send(self, part: Part) -> list[Outcome]:
        job = self._job
        sent = [task.identifier for task in part.tasks]
        with self._in_flight(len(sent)):
            try:
                job.session.journal.step([task.id for task in part.tasks], self._step)
            except StoreError as error:
                job.stop(error)
                # A device without a record gets one, whatever the journal can take.
                if not self._firm:
                    self._put_back(part)
                    return []
            with self._begin(len(sent)) as turn:
                if not self._may_go_on():
                    self._put_back(part)
                    return []
                job.control.begun = True
                for task in part.tasks:
                    task.calls += 1
                try:
                    answer = part.mutation.send(job.session.client, sent)
                except (LinkError, Fault) as error:
                    turn.answered = isinstance(error, Fault)
                    self._note_failure(part, error, turn)
                    return []
                except InputError as error:
                    ending = Ending(Result.NOT_SENT, messages.code_of(error), f"Not sent: {error.describe()}")
                    return self._seal([(task, ending) for task in part.tasks])
            reading = part.mutation.read(answer, sent, job.known)
            with job.lock:
                job.known.note_order(reading)
                self._trouble = 0
            job.note_success(len(sent))
            firm_ends: list[tuple[Task, Ending]] = []
            for task in part.tasks:
                verdict = reading.verdicts[task.identifier.mac]
                if verdict.standing is Standing.DOUBTFUL:
                    self._doubts.append(_Doubt(task, verdict, part, None))
                else:
                    firm_ends.append((task, part.mutation.conclude(task, verdict, job.known)))
            return self._seal(firm_ends) if firm_ends else []

    def _in_flight(self, size: int) -> AbstractContextManager[None]:
        return self._job.control.flight(size) if self._turn is None else nullcontext()

    def _begin(self, size: int) -> AbstractContextManager[Turn]:
        return nullcontext(self._turn) if self._turn is not None else self._job.pace.turn(size)

    def _put_back(self, part: Part) -> None:
        with self._job.lock:
            self._queue.appendleft(part)

    def _note_failure(self, part: Part, error: RedirectoryError, turn: Turn) -> None:
        """A call without a usable answer. Only where surely nothing was sent its devices go back as they
        were."""
        if error.applied is Applied.NO or isinstance(error, LoginRefused | NotReached):
            for task in part.tasks:
                task.calls -= 1
        if isinstance(error, LoginRefused | NotReached):
            self._put_back(part)
            self._job.note_unsent(error, turn)
            if self._turn is not None:
                self._trouble += 1
                self._stopped = self._trouble > 1
                if self._stopped:
                    self._job.stop(error)
            return
        with self._job.lock:
            self._trouble += 1
        for task in part.tasks:
            task.late |= error.late
        self._job.note_failure(len(part.tasks))
        self._doubts.extend(_Doubt(task, DOUBTFUL, part, error) for task in part.tasks)

    def _clear_up(self) -> Iterator[Outcome]:
        """Asks for the record of every device in doubt, ends those that it decides, and puts the rest back,
        in smaller lists."""
        doubts, self._doubts = self._doubts, []
        if not doubts:
            return
        job = self._job
        identifiers = [doubt.task.identifier for doubt in doubts]
        confirm = [doubt.task.identifier.mac for doubt in doubts if doubt.verdict.code == MAC_ALREADY_IN_USE]
        try:
            if job.halt is not None and job.halt.code == messages.LOGIN_REFUSED:
                raise LoginRefused("The server refused the login before this device could be asked for.")
            with self._in_flight(len(doubts)):
                records = ask(job.session, identifiers, confirm)
        except (LinkError, Fault) as error:
            if isinstance(error, LoginRefused | NotReached):
                job.stop(error)
                self._stopped = True
            yield from self._seal(
                [
                    (one.task, one.part.mutation.unclear(one.task, one.verdict, one.failure, error))
                    for one in doubts
                ]
            )
            self._stopped |= job.lose(len(doubts), error)
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
            yield from self._seal(ends)

    def _send_again(
        self, part: Part, failure: RedirectoryError | None, tasks: list[Task]
    ) -> list[tuple[Task, Ending]]:
        size = len(part.tasks)
        hazard = not part.mutation.repeatable and any(task.late for task in tasks)
        if hazard or (size == 1 and part.again):
            error = failure or RedirectoryError("The answer did not say what became of the device.")
            self._stopped |= self._job.lose(len(tasks), error)
            code = "" if failure is not None else "not_applied"
            return [(task, not_made(task, part.mutation.verb, error, code)) for task in tasks]
        # An answer that settled some devices is progress: once, the rest may go together again.
        progress = failure is None and len(tasks) < size and part.again == 0
        limit = part.limit if progress else max(1, size // 2)
        self._put_back(replace(part, tasks=tasks, limit=limit, again=part.again + 1))
        return []
