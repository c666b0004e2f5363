"""The thread worker: runs the generators of the services, never blocks the screen, and can be awaited.

    card = await work.value(lambda: look_up(session, mac), owner=page, group="look up", title="Asking")
    ticket = work.stream(
        lambda: retarget(session, macs), owner=page, group="change", title="Retargeting", changes=True
    )
    async for outcomes in ticket: ...

Reads (`changes=False`) are abandoned by a newer one of the same owner and group, by Escape, and when another
account comes to the front: who awaits them gets Abandoned. Changes are never forgotten: the thread goes on
until the server's answer is in the journal, and what it yields still comes, with `ticket.abandoned` set after
Escape. A `job` is not abandoned by Escape; it is paused and cancelled through its `control`.

A ticket belongs to the session that was in front when it started. Changes and jobs keep that session open
until they end. When another session comes to the front, who awaits them gets Abandoned, and the app tells how
they ended. `account=False` is for work that asks no account: it goes on whatever session is in front.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tui.app.worker.messages import EndedElsewhere, TicketsChanged
from tui.errors import NotReached, RedirectoryError
from tui.model.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App
    from textual.message_pump import MessagePump

    from tui.services.session import Session

T = TypeVar("T")
_NEEDS_LINK = "A change needs a link; what was typed or marked is still there for when it is back."


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
        owner: MessagePump,
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


class Work:
    """All tickets of the app. Methods are for the event loop's thread only."""

    def __init__(self, app: App[Any], log_folder: Callable[[], Path]) -> None:
        self._app = app
        self._log_folder = log_folder
        self._loop: asyncio.AbstractEventLoop | None = None
        self._count = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.tickets: list[Ticket] = []
        # The session that the pages show.
        self.front: Session | None = None
        # What changes have yielded, until the list of devices takes it in.
        self.made: list[tuple[Ticket, list[Any]]] = []

    async def value(
        self,
        function: Callable[[], T],
        *,
        owner: MessagePump,
        group: str,
        title: str,
        account: bool = True,
        put_away: Callable[[T], None] | None = None,
    ) -> T:
        """The value of one call that changes nothing. Raises Abandoned, and the RedirectoryError of the
        call."""

        def once() -> Iterator[T]:
            yield function()

        found: list[T] = []
        ticket = self.stream(once, owner=owner, group=group, title=title, account=account, put_away=put_away)
        try:
            async for batch in ticket:
                found += batch
        except asyncio.CancelledError:  # the screen that asked has gone
            self.abandon(ticket)
            raise
        if not found:
            raise Abandoned
        return found[0]

    def stream(
        self,
        factory: Callable[[], Iterable[Any]],
        *,
        owner: MessagePump,
        group: str,
        title: str,
        changes: bool = False,
        job: bool = False,
        control: Cancellable | None = None,
        total: int = 0,
        account: bool = True,
        session: Session | None = None,
        put_away: Callable[[Any], None] | None = None,
    ) -> Ticket:
        """Run a generator; what it yields comes to who iterates over the ticket. An earlier read of the same
        owner and group is abandoned first. `session` is the one that a dialog asked about: the ticket fails
        if another one is in front by now.
        """
        if session is not None and session is not self.front:
            factory = _refuse_other_account
        for ticket in self.running:
            if ticket.owner is owner and ticket.group == group and not ticket.changes and not ticket.job:
                self.abandon(ticket)
        self._loop = asyncio.get_running_loop()
        self._count += 1
        belongs_to = self.front if account else None
        ticket = Ticket(self._count, owner, group, title, changes, job, control, total, belongs_to)
        ticket.put_away = put_away
        if self.front is not None and (changes or job or not account):
            self.front.hold()
            ticket.held = self.front
        self.tickets.append(ticket)
        self._quiet.clear()
        # Daemon threads: a request in flight must not hold the process back when the person quits.
        ticket.thread = threading.Thread(
            target=self._consume, args=(ticket, factory), name=f"work {ticket.number}", daemon=True
        )
        ticket.thread.start()
        self._app.post_message(TicketsChanged())
        return ticket

    @property
    def running(self) -> list[Ticket]:
        """Tickets whose threads have not ended, oldest first."""
        return [ticket for ticket in self.tickets if ticket.running]

    @property
    def waited_for(self) -> list[Ticket]:
        """Running tickets that somebody waits for: neither abandoned nor jobs, nor of another account."""
        return [
            ticket
            for ticket in self.running
            if not ticket.abandoned and not ticket.job and not self.is_elsewhere(ticket)
        ]

    @property
    def jobs(self) -> list[Ticket]:
        """Running jobs, and changes that go on after somebody stopped waiting for them, or left their
        account."""
        return [
            ticket
            for ticket in self.running
            if ticket.job or (ticket.changes and (ticket.abandoned or self.is_elsewhere(ticket)))
        ]

    @property
    def unfinished(self) -> list[Ticket]:
        """Running jobs and all running changes, single ones among them: what quitting would cut short."""
        return [ticket for ticket in self.running if ticket.job or ticket.changes]

    def is_elsewhere(self, ticket: Ticket) -> bool:
        """Whether it belongs to a session that is not in front any more."""
        return ticket.session is not None and ticket.session is not self.front

    def bring_front(self, session: Session | None) -> None:
        """Another session is in front, or none: reads of the one before are of no interest any more."""
        self.front = session
        for ticket in self.running:
            if self.is_elsewhere(ticket):
                if not ticket.changes and not ticket.job:
                    self.abandon(ticket)
                if ticket.inbox is not None:
                    ticket.inbox.put_nowait(Abandoned())
                    ticket.inbox = None

    def abandon(self, ticket: Ticket) -> None:
        """Stop waiting. A read is closed after its call in flight; a change goes on and is settled."""
        ticket.abandoned = True
        if not ticket.changes:
            ticket.state = "abandoned"
            if ticket.inbox is not None:
                ticket.inbox.put_nowait(Abandoned())
            ticket.cancel()
            if (spreadsheet := sys.modules.get("tui.intake.tables.spreadsheet")) is not None:
                spreadsheet.stop_reading(ticket.thread)
        self._app.post_message(TicketsChanged())

    def abandon_latest(self) -> Ticket | None:
        """Abandon what was started last, if anything is waited for."""
        waited = self.waited_for
        if not waited:
            return None
        self.abandon(waited[-1])
        return waited[-1]

    async def settled(self) -> None:
        """Return when no thread runs and every message about them was posted."""
        await self._quiet.wait()

    def cancel_all(self) -> None:
        """No new call from here on; those in flight are settled."""
        for ticket in self.running:
            ticket.cancel()

    @property
    def changing(self) -> list[Ticket]:
        """Changes whose threads are still at work, whether or not the event loop still listens to them."""
        return [
            ticket
            for ticket in self.tickets
            if ticket.changes and ticket.thread is not None and ticket.thread.is_alive()
        ]

    def shut_down(self, patience: float | None) -> list[Ticket]:
        """Cancel everything and wait up to `patience` seconds, or without a limit, for changes to settle;
        what still runs is returned.
        """
        self.cancel_all()
        until = time.monotonic() + (patience or 0.0)
        for ticket in self.changing:
            if ticket.thread is not None:
                ticket.thread.join(None if patience is None else max(0.0, until - time.monotonic()))
        return self.changing

    def _consume(self, ticket: Ticket, factory: Callable[[], Iterable[Any]]) -> None:
        error: RedirectoryError | None = RedirectoryError(f"{ticket.title}: ended before its time")
        try:
            error = self._run_through(ticket, factory)
        finally:
            self._tell(self._end, ticket, error)

    def _run_through(self, ticket: Ticket, factory: Callable[[], Iterable[Any]]) -> RedirectoryError | None:
        error: RedirectoryError | None = None
        iterator: Iterator[Any] | None = None
        try:
            iterator = iter(factory())
            for value in iterator:
                if ticket.cancelled:
                    ticket.let_go([value])
                elif ticket.keep(value):
                    self._tell(self._deliver, ticket)
                if ticket.cancelled:
                    break
        except RedirectoryError as known:
            error = known
        except Exception as unexpected:
            error = self._write_down(unexpected, ticket)
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                try:
                    close()
                except RedirectoryError as known:
                    error = error or known
                except Exception as unexpected:
                    error = error or self._write_down(unexpected, ticket)
        return error

    def _tell(self, function: Callable[..., None], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(function, *arguments)
            except RuntimeError:  # the loop was closed between the two lines: nobody is left to tell
                return

    def _deliver(self, ticket: Ticket) -> None:
        values = ticket.take()
        if values and ticket.changes:
            self.made.append((ticket, values))
            ticket.outcomes.extend(find_outcomes(values))
        if values and ticket.inbox is not None and (ticket.changes or not ticket.abandoned):
            ticket.inbox.put_nowait(values)
        else:
            ticket.let_go(values)

    def _end(self, ticket: Ticket, error: RedirectoryError | None) -> None:
        ticket.ended = time.monotonic()
        self.tickets.remove(ticket)
        try:
            self._deliver(ticket)
            self._tell_end(ticket, error)
        finally:
            held, ticket.held = ticket.held, None
            if held is not None:
                held.release()
            if not self.tickets:
                self._quiet.set()

    def _tell_end(self, ticket: Ticket, error: RedirectoryError | None) -> None:
        if ticket.changes or not ticket.abandoned:
            if error is not None:
                if ticket.changes and isinstance(error, NotReached):
                    error.hint = f"{error.hint} {_NEEDS_LINK}".strip()
                ticket.state = "failed"
            else:
                ticket.state = "cancelled" if ticket.cancelled else "finished"
            if ticket.inbox is not None:
                ticket.inbox.put_nowait(error)
            else:
                self._app.post_message(EndedElsewhere(ticket, error))
        lost = [outcome for outcome in ticket.outcomes if outcome.password_lost]
        self._app.post_message(TicketsChanged(True, error, ticket.changes, lost))

    def _write_down(self, error: BaseException, ticket: Ticket) -> RedirectoryError:
        from tui.app.worker.faultlog import write_fault

        where = write_fault(self._log_folder(), error)
        return RedirectoryError(
            f"{ticket.title}: something went wrong inside this program",
            f"{type(error).__name__}; the place is written down in {where}"
            if where
            else type(error).__name__,
            "A change that was under way is in History; ask the server there before repeating it."
            if ticket.changes
            else "Nothing was changed. Try again; if it happens again, send that file with a report.",
        )


def _refuse_other_account() -> Iterator[Any]:
    raise RedirectoryError(
        "Another account is in front by now.",
        "The question was about the one before.",
        "Nothing was sent. Switch back to repeat it.",
    )


def find_outcomes(values: Iterable[Any]) -> Iterator[Outcome]:
    """The outcomes among what a change yields: themselves, in lists, or in the answer to an uploaded call."""
    for value in values:
        if isinstance(value, Outcome):
            yield value
        elif isinstance(value, list):
            yield from find_outcomes(value)
        elif (answer := getattr(value, "answer", None)) is not None:
            yield from answer.outcomes
