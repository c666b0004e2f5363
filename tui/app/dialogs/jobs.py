"""Running jobs: what each does, how far it has come, how long it will take; pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.timer import Timer

from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.progress import spell_span, tell_progress
from tui.app.widgets.choices import Choices
from tui.app.work import Ticket, Work


class JobsDialog(Sheet[None]):
    """Drawn once a second while anything runs; several jobs run side by side, each with its own control."""

    BINDINGS = [
        Binding("p", "pause", show=False),
        Binding("c", "cancel", show=False),
        Binding("r", "draw", show=False),
        Binding("q,f9", "abandon", show=False),
    ]

    def __init__(self, work: Work) -> None:
        super().__init__("Jobs")
        self._work = work
        self._tickets: list[Ticket] = []
        self._clock: Timer

    def compose_body(self) -> ComposeResult:
        yield Choices(id="jobs", empty="Nothing runs.")
        yield paragraph("")
        yield paragraph("They go on while this is closed; the screens stay free.", "quiet")

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("p", "pause or resume"), ("c", "cancel the rest"), ("r", "refresh"), ("esc", "close"))

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).focus()
        self.action_draw()
        self._clock = self.set_interval(1.0, self._tick, pause=not self._tickets)

    def _tick(self) -> None:
        self.action_draw()
        if not self._tickets:
            self._clock.pause()

    def action_draw(self) -> None:
        self._tickets = self._work.running
        self.query_one(Choices).fill([_draw(ticket) for ticket in self._tickets])

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


def _draw(ticket: Ticket) -> Content:
    paused = getattr(ticket.control, "paused", False)
    state = "cancelling" if ticket.cancel_asked else "paused" if paused else "running"
    said = spell_span(ticket.age)
    if ticket.total:
        said = tell_progress(ticket.done, ticket.total, 0 if paused else ticket.age)
    return Content.assemble((f"{state:<12}", "bold"), ticket.title, (f"  {said}", "dim"))
