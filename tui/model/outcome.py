"""What became of one device in one change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


class Result(StrEnum):
    """How a change ended for one device. UNKNOWN is a statement too: it can be asked with `resolve`."""

    STORED = "stored"
    REMOVED = "removed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One device's result. `code` is the server's own word (or ours: `fault`, `cut_off`, `not_applied`, ...),
    `message` a sentence for a person; texts are inert and hold no secret. `before` is the record as it was,
    if known.
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
