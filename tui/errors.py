"""One tree of errors. Each says what happened (title), to what (detail) and what to do next (hint).

Everything that a person may see goes through `describe`; the texts must never hold a secret.
"""

from __future__ import annotations

import re
from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Self


class Applied(Enum):
    """Whether a change that ended in an error may have been made by the server all the same."""

    NO = "no"
    MAYBE = "maybe"


class RedirectoryError(Exception):
    """Root of the tree. `title` is short, `detail` names the device, row or key, `hint` is the next step.

    `device` and `line` (1-based) are set where one device or one line of an input is to blame. An error with
    `parts` sums these up: each of them is an error of its own. After a `late` one the server may still carry
    the call out: a record without the change proves nothing then.
    """

    exit_code: ClassVar[int] = 1
    late: bool = False
    device: str | None = None
    line: int | None = None
    parts: tuple[RedirectoryError, ...] = ()

    def __init__(
        self, title: str, detail: str = "", hint: str = "", *, applied: Applied = Applied.NO
    ) -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint
        self.applied = applied

    def describe(self) -> str:
        """Title, detail and hint as one line of sentences."""
        return " ".join(part for part in (self.title, self.detail, self.hint) if part)

    def about(self, *, device: str | None = None, line: int | None = None) -> Self:
        """The error itself, with the device or the line that is to blame. What is known already stays."""
        self.device, self.line = self.device or device, self.line or line
        return self

    @classmethod
    def word(cls) -> str:
        """The kind of error for a program: `usage`, `login_refused`, `not_a_call`; `failed` for the root."""
        if cls is RedirectoryError:
            return "failed"
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Error")).lower()


class UsageError(RedirectoryError):
    """What was asked cannot be done as it was asked: a missing argument, an unknown name, an empty field."""

    exit_code = 2


class ConfigurationError(UsageError):
    """A settings file is broken or holds what it should not; `detail` names file, line if known, and key."""


class InputError(RedirectoryError):
    """Text from a person, file, scanner or clipboard that is not what it should be. Nothing was sent."""

    exit_code = 2


class BadRow(InputError):
    """A row of a file that is left out; the others go on."""

    exit_code = 1


class NoMatch(RedirectoryError):
    """Nothing is what was asked for: no record of the device, no device that a search finds."""


class Defect(RedirectoryError):
    """The program itself failed."""


class IdentifierError(InputError):
    """Neither a MAC-ID nor a MAC. `position` is the 0-based offending character, None if it is the length."""

    def __init__(self, title: str, detail: str = "", hint: str = "", *, position: int | None = None) -> None:
        super().__init__(title, detail, hint)
        self.position = position


class NotACall(InputError):
    """The text is no XML-RPC call; one of the templates shows how a call looks."""


class StoreError(RedirectoryError):
    """A file of ours (journal, list, settings) cannot be read or written. Raised before anything is sent."""

    exit_code = 2


class Unsettled(StoreError):
    """The journal failed after something was sent. What is open in it, `resolve` settles."""

    exit_code = 4


class NotWritten(StoreError):
    """An output file was begun and could not be written, as on a full disk. None of it is kept."""

    exit_code = 6


class Interrupted(RedirectoryError):
    """A signal ended the command; 130 stands for SIGINT."""

    exit_code = 130


class LinkError(RedirectoryError):
    """The server gave no usable answer."""

    exit_code = 3


class NotReached(LinkError):
    """No connection: name not found, refused, TLS failed. Nothing was sent, so nothing was applied."""


class CutOff(LinkError):
    """The connection ended, or a time limit ran out, after sending began: a change may have been applied."""


class LoginRefused(LinkError):
    """HTTP 401 or 403. Never retried by itself: the account might be locked."""


class ServerFailed(LinkError):
    """HTTP status that is neither success nor a refused login, 5xx above all; `status` is the number."""

    def __init__(
        self, title: str, detail: str = "", hint: str = "", *, status: int, applied: Applied = Applied.MAYBE
    ) -> None:
        super().__init__(title, detail, hint, applied=applied)
        self.status = status


class Unreadable(LinkError):
    """The answer is not XML-RPC, has a shape that the method cannot have, or is over the size limit."""


class Fault(RedirectoryError):
    """An XML-RPC fault: the server read the request and declined it. `code` and `text` are its own."""

    def __init__(
        self,
        title: str,
        detail: str = "",
        hint: str = "",
        *,
        code: int,
        text: str,
        applied: Applied = Applied.MAYBE,
    ) -> None:
        super().__init__(title, detail, hint, applied=applied)
        self.code = code
        self.text = text
