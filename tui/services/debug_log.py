"""The log on request: one line for every exchange with a server. It holds kinds, counts and times; no value,
name, address, MAC or secret is ever in it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui.errors import UsageError
from tui.model.text.inert import make_inert
from tui.settings.files.private import advise, claim_file, open_private

if TYPE_CHECKING:
    from tui.wire.exchanges import Exchange, Tell


def open_log(name: str) -> Tell:
    """What appends a line to the file of that name for each exchange; the file is made (0600) if missing.
    Raises UsageError if it cannot be written.
    """
    path = Path(name)
    try:
        claim_file(path)
        os.close(open_private(path, os.O_WRONLY | os.O_APPEND))
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        hint = "Set REDIRECTORY_LOG to a file of yours in a folder that exists, or unset it."
        raise UsageError(
            "The log that REDIRECTORY_LOG names cannot be written.",
            f"{make_inert(name)}: {reason}.",
            advise(path, error, hint) if isinstance(error, OSError) else hint,
        ) from None
    return partial(_append, path.absolute())


def _append(path: Path, exchange: Exchange) -> None:
    # Opened for each line: several processes may write to it, and it may be moved away at any time. A full
    # disk must not end a change.
    with suppress(OSError):
        handle = open_private(path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, write_line(exchange, datetime.now().astimezone()).encode())
        finally:
            os.close(handle)


def write_line(exchange: Exchange, now: datetime) -> str:
    """The line of an exchange that ended at `now`: `name=value` in a fixed order; `-` is not known."""
    facts = {
        "method": exchange.method.removeprefix("autoprov."),
        "devices": "-" if exchange.devices is None else exchange.devices,
        "sent": exchange.sent,
        "received": exchange.received,
        "status": exchange.status or "-",
        "ms": f"{exchange.milliseconds:.1f}",
        "retry": exchange.retry,
        "link": exchange.link or "-",
        "result": exchange.result,
    }
    words = [now.isoformat(timespec="milliseconds"), *(f"{name}={value}" for name, value in facts.items())]
    return " ".join(words) + "\n"
