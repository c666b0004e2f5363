"""The part of the app that ends things: by a signal, for a while, or the opening of an account."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import ModalScreen

from tui.app.context.flow import flow
from tui.app.presentation.jobs import list_jobs
from tui.app.worker.ticket import Ticket

if TYPE_CHECKING:
    from tui.app.context.desk import Desk
    from tui.app.terminal.early_signal import EarlySignal
    from tui.services.session import Session

QUIT_PATIENCE = 1.0


class Endings(App[int]):
    """However the app ends, what was sent is settled; a signal waits for it, a person for a moment."""

    desk: Desk
    ended_by: int | None = None
    early_signal: EarlySignal | None = None
    """The signal that may have come before the driver could take it; the driver asks."""
    _quit_asked: ModalScreen[Any] | None = None
    _arrived: Session | None

    if TYPE_CHECKING:

        async def bring_front(self, page_id: str, carried: str | None = None) -> None: ...
        def draw_title(self) -> None: ...
        def say(self, text: str, severity: Any = "information") -> None: ...

    def end_by_signal(self, number: int) -> None:
        """Begin no call any more and leave; `settle` then waits for what is under way."""
        if self.ended_by is None:
            self.ended_by = number
            self.desk.work.cancel_all()
            self.exit(return_code=128 + number)

    def settle(self) -> None:
        """After an end by a signal, with the terminal given back: wait until every change is settled in the
        journal, and close the sessions. Each call has its own time limit."""
        self._close_sessions(None)

    def shut_down(self) -> None:
        """Settle what can be settled in a moment, then close the sessions."""
        if self.ended_by is None:
            self._close_sessions(QUIT_PATIENCE)

    def _close_sessions(self, patience: float | None) -> None:
        started = time.monotonic()
        work = self.desk.work
        sessions = {ticket.held for ticket in work.running} | {self._arrived, work.front}
        late = work.shut_down(patience)
        self.desk.take(None)
        if not late and (patience is None or time.monotonic() - started < patience):
            for session in sessions:
                if session is not None:
                    session.close()

    def action_suspend(self) -> None:
        """Stop the process as a shell expects; not during a change, whose answer would be lost."""
        if self.desk.work.changing:
            self.say("A change is under way, and would stand still. Suspend when it has ended.", "warning")
        else:
            self.action_suspend_process()

    @flow
    async def _ask_to_stop_opening(self, opening: Ticket) -> None:
        from tui.app.dialogs.questions.confirm import ConfirmDialog

        agreed = await self.push_screen_wait(
            ConfirmDialog(
                "Stop opening the account?",
                [f"{opening.title} · {opening.age:.0f} s"],
                verb="stop",
                note="First start comes next. Nothing was changed.",
            )
        )
        if agreed and opening.running and not opening.abandoned:
            self.desk.work.abandon(opening)
            if not self.desk.signed_in:
                await self.bring_front("start")

    def on_unmount(self) -> None:
        self.shut_down()

    async def action_quit(self) -> None:
        self._quit()

    @flow
    async def _quit(self) -> None:
        """Leave at once where no change and no job runs; else ask, and then wait for what is in flight."""
        from tui.app.dialogs.questions.confirm import ConfirmDialog
        from tui.app.dialogs.questions.leaving import LeavingDialog

        work = self.desk.work
        running = work.unfinished
        if not running or isinstance(self.screen, LeavingDialog):
            self.exit(0)
        elif self._quit_asked not in self.screen_stack:
            self._quit_asked = ConfirmDialog(
                "Leave while this still runs?",
                list_jobs(running, work),
                verb="leave",
                note="Nothing new is sent. Calls in flight are waited for, so that their answers are kept.",
            )
            if not await self.push_screen_wait(self._quit_asked):
                return
            for ticket in work.unfinished:
                ticket.cancel()
            if await self.push_screen_wait(LeavingDialog(work)):
                self.exit(0)
