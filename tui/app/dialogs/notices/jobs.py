"""Running jobs: what each does, how far it has come, how long it will take; pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.presentation.jobs import name_job, tell_age
from tui.app.widgets.choices import Choices
from tui.app.worker.ticket import Ticket
from tui.app.worker.work import Work


class JobsDialog(Sheet[None]):
    """Drawn once a second while anything runs; several jobs run side by side, each with its own control."""

    BINDINGS = bindings("jobs")

    def __init__(self, work: Work) -> None:
        super().__init__("Jobs")
        self._work = work
        self._tickets: list[Ticket] = []

    def compose_body(self) -> ComposeResult:
        yield Choices(id="jobs", empty="Nothing runs.")
        yield paragraph("")
        yield paragraph("They go on while this is closed; the screens stay free.", "quiet")

    def keys(self) -> Sequence[tuple[str, str]]:
        return (
            ("jobs.pause", "pause or resume"),
            ("jobs.cancel", "cancel the rest"),
            ("jobs.refresh", "refresh"),
            ("dialog.close", "close"),
        )

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).focus()
        self.action_draw()
        self.set_interval(1.0, self.action_draw)

    def action_draw(self) -> None:
        if not self.is_open:
            return
        here = self._ticket
        self._tickets = self._work.running
        cursor = self._tickets.index(here) if here in self._tickets else None
        self.query_one(Choices).fill([_draw(ticket, self._work) for ticket in self._tickets], cursor=cursor)

    @property
    def _ticket(self) -> Ticket | None:
        cursor = self.query_one(Choices).cursor
        return self._tickets[cursor] if cursor < len(self._tickets) else None

    def action_pause(self) -> None:
        control = self._ticket.control if self._ticket is not None else None
        if control is not None:
            (control.resume if control.paused else control.pause)()
        self.action_draw()

    def action_cancel(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        self.action_draw()


def _draw(ticket: Ticket, work: Work) -> Content:
    paused = getattr(ticket.control, "paused", False)
    state = "cancelling" if ticket.cancel_asked else "paused" if paused else "running"
    return Content.assemble(
        (f"{state:<12}", "bold"), name_job(ticket, work), (f"  {tell_age(ticket)}", "dim")
    )
