"""What became of one device in one change."""

from __future__ import annotations

from enum import StrEnum

from tui.classes import define
from tui.model.device import DeviceRow
from tui.model.secrets import Secret


class Operation(StrEnum):
    """The verb of a change."""

    REGISTER = "register"
    DEREGISTER = "deregister"
    RETARGET = "retarget"
    UNDO = "undo"
    APPLY = "apply"
    UPLOAD = "upload"
    NOT_UNDERSTOOD = "not_understood"
    """A journal has a word here that this release does not know."""


class Result(StrEnum):
    """How a change ended for one device.

    Journals of the first release say SKIPPED (codes `cancelled`, `not_sent` and those of a failed link) where
    this one says NOT_SENT, and REFUSED (code `not_applied` and those of a failed link) for NOT_MADE.
    """

    STORED = "stored"
    """The server has the record."""
    REMOVED = "removed"
    """The server has no record any more."""
    UNCHANGED = "unchanged"
    """The record was as wanted before; nothing was sent."""
    REFUSED = "refused"
    """The server said no, or its record, looked up in this run, stands in the way."""
    NOT_MADE = "not_made"
    """It was sent; the server, asked afterwards, shows that nothing was changed."""
    NOT_SENT = "not_sent"
    """It was meant to be sent and never left this machine: cancelled, no link, a refused login."""
    UNKNOWN = "unknown"
    """Nobody knows; `resolve` asks the server."""
    SKIPPED = "skipped"
    """Left out on purpose: a duplicate, an incomplete row, a record that was changed meanwhile."""
    NOT_UNDERSTOOD = "not_understood"
    """A journal has a word here that this release does not know: damage or a newer release."""

    @property
    def is_done(self) -> bool:
        """Whether the record is as the change wanted it."""
        return self in _DONE

    @property
    def is_made(self) -> bool:
        """Whether the server has changed something, which an undo can take back."""
        return self in _MADE

    @property
    def words(self) -> str:
        """The outcome as a person reads it: `not sent`."""
        return self.value.replace("_", " ")


_DONE = frozenset({Result.STORED, Result.REMOVED, Result.UNCHANGED})
_MADE = frozenset({Result.STORED, Result.REMOVED})


class Owner(StrEnum):
    """Whose record stands in the way of a change."""

    OWN = "own"
    """This account's list has it."""
    OTHER = "other"
    """The server has one that this account's list does not show, so it is probably another account's."""
    NOT_KNOWN = "not_known"
    """The server could not be asked."""


@define(frozen=True, slots=True)
class Outcome:
    """One device's result. `code` is the server's own word (or ours: `fault`, `cut_off`, `not_applied`, ...),
    `message` a sentence for a person; texts are inert and hold no secret. `before` is the record as it was,
    if known; `owner` is set where a record stands in the way. `password_lost` tells that the
    answer that carried the MAC password, which nothing gives again, did not arrive.
    """

    operation: Operation
    result: Result
    mac: str
    mac_id: str | None = None
    provider: str | None = None
    url: str | None = None
    server_date: str | None = None
    code: str = ""
    message: str = ""
    password: Secret | None = None
    change_set: str | None = None
    before: DeviceRow | None = None
    line: int | None = None
    owner: Owner | None = None
    password_lost: bool = False
