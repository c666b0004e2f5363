"""What the worker, the pages and the dialogs tell each other. Past-tense facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket
    from tui.errors import RedirectoryError
    from tui.model.outcome import Outcome


class EndedElsewhere(Message):
    """A change or a job has ended whose account is not in front any more: no page tells of it."""

    def __init__(self, ticket: Ticket, error: RedirectoryError | None) -> None:
        super().__init__()
        self.ticket = ticket
        self.error = error


class TicketsChanged(Message):
    """Something started, ended or was abandoned: the title line is out of date. `error` is what ended it,
    if any; `changed` tells that the journal says more than before; `lost` are the devices whose MAC password
    was lost with the answer.
    """

    def __init__(
        self,
        ended: bool = False,
        error: RedirectoryError | None = None,
        changed: bool = False,
        lost: Sequence[Outcome] = (),
    ) -> None:
        super().__init__()
        self.ended = ended
        self.error = error
        self.changed = changed
        self.lost = lost


class LinkChanged(Message):
    """The last round trip, or the age of an offline list, is another one now."""
