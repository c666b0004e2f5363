"""What the worker, the pages and the dialogs tell each other. Past-tense facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from tui.app.work import Ticket
    from tui.errors import RedirectoryError
    from tui.model.outcome import Outcome


class Items(Message):
    """Values that a running ticket has produced since the last message, in order; never empty."""

    def __init__(self, ticket: Ticket, values: list[Any]) -> None:
        super().__init__()
        self.ticket = ticket
        self.values = values


class Finished(Message):
    """The ticket's generator ended by itself, or was closed after `cancel`; all its items came before."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__()
        self.ticket = ticket


class Failed(Message):
    """The ticket's generator raised. Unless the page stops this message, the app shows the error."""

    def __init__(self, ticket: Ticket, error: RedirectoryError) -> None:
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
