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
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from tui.app.worker.messages import EndedElsewhere, TicketsChanged
from tui.app.worker.ticket import Abandoned, Cancellable, Ticket
from tui.errors import NotReached, RedirectoryError
from tui.model.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App

    from tui.services.session import Session

T = TypeVar("T")
_NEEDS_LINK = "A change needs a link; what was typed or marked is still there for when it is back."


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
        owner: object,
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
        owner: object,
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

    def find_running(self, owner: object, group: str) -> Ticket | None:
        """The newest ticket of this owner and group that runs, is not abandoned unless it changes something,
        and belongs to the account in front."""
        for ticket in reversed(self.running):
            mine = ticket.owner is owner and ticket.group == group and not self.is_elsewhere(ticket)
            if mine and (ticket.changes or not ticket.abandoned):
                return ticket
        return None

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
