"""One piece of work in the thread worker, and how it is awaited."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tui.model.outcome import Outcome
    from tui.services.session import Session


class Abandoned(Exception):
    """Nobody waits for the work any more: something newer was asked for, the person stopped waiting, or
    another account is in front. A flow ends with it, in silence."""


class Cancellable(Protocol):
    """What a ticket needs of `tui.services.changes.registering.Control`."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def cancel(self) -> None: ...
    @property
    def paused(self) -> bool: ...


class Ticket:
    """One piece of work. `state` is running, finished, failed, cancelled or abandoned; `age` is in
    seconds; `done` counts what came of the `total` expected (0: not known). `session` is the one that it is
    for (None: no account's), `outcomes` what its change has come to so far.
    """

    def __init__(
        self,
        number: int,
        owner: object,
        group: str,
        title: str,
        changes: bool,
        job: bool,
        control: Cancellable | None,
        total: int = 0,
        session: Session | None = None,
    ) -> None:
        self.number = number
        self.session = session
        self.held: Session | None = None
        self.outcomes: list[Outcome] = []
        self.owner = owner
        self.group = group
        self.title = title
        self.changes = changes
        self.job = job
        self.control = control
        self.total = total
        self.done = 0
        self.state = "running"
        self.abandoned = False
        self.started = time.monotonic()
        self.ended: float | None = None
        self.thread: threading.Thread | None = None
        self.cancel_asked = False
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._pending: list[Any] = []
        self.put_away: Callable[[Any], None] | None = None
        self.inbox: asyncio.Queue[list[Any] | Exception | None] | None = asyncio.Queue()

    async def __aiter__(self) -> AsyncIterator[list[Any]]:
        """What the work yields, in batches, while it is of interest. Raises Abandoned, and the
        RedirectoryError that the work ended with."""
        inbox = self.inbox
        if inbox is None:
            raise Abandoned
        while (batch := await inbox.get()) is not None:
            # What was put in before somebody stopped waiting is of no interest either.
            if self.abandoned and not self.changes:
                self.let_go(batch if isinstance(batch, list) else ())
                raise Abandoned
            if isinstance(batch, Exception):
                raise batch
            yield batch

    async def wait(self) -> None:
        """Wait for the end of the work, whatever it yields. Raises what the iteration raises."""
        async for _ in self:
            pass

    @property
    def running(self) -> bool:
        return self.ended is None

    @property
    def age(self) -> float:
        return (self.ended or time.monotonic()) - self.started

    @property
    def cancelled(self) -> bool:
        """Asked to stop before its next item."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop after the call in flight. With a control the generator itself settles the rest as skipped."""
        self.cancel_asked = True
        if self.control is not None:
            self.control.cancel()
        else:
            self._cancelled.set()

    def keep(self, value: Any) -> bool:
        """Put a value by for the next message; True when that message has to be asked for."""
        with self._lock:
            self.done += 1
            self._pending.append(value)
            return len(self._pending) == 1

    def let_go(self, values: Iterable[Any]) -> None:
        """Values that nobody waits for any more: what they hold open is closed."""
        if self.put_away is not None:
            for value in values:
                self.put_away(value)

    def take(self) -> list[Any]:
        """What was put by since the last call."""
        with self._lock:
            values, self._pending = self._pending, []
        return values
