"""The addresses of a host within a time limit: neither a mute name server nor a row of dead addresses takes
more than the time there is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def spread(host: str, port: int, seconds: float) -> Iterator[tuple[str, float]]:
    """Address after address of a host, each with the seconds it may take: an equal share of what is left.
    Raises OSError if the name has none, TimeoutError when the time is over, UnicodeError for what cannot be
    a name."""
    end = time.monotonic() + seconds
    addresses = _look_up(host, port, seconds)
    for place, address in enumerate(addresses):
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        yield address, left / (len(addresses) - place)


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    if seconds <= 0:
        raise TimeoutError
    # As bytes, which need no IDNA codec.
    name: Any = host.encode("ascii") if host.isascii() else host
    with suppress(OSError):
        return _unique(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    # The system's resolver knows no time limit: it is left behind when it takes too long.
    found: list[list[Any] | Exception] = []

    def resolve() -> None:
        try:
            found.append(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=resolve, name="name look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise found[0]
    return _unique(found[0])


def _unique(infos: list[Any]) -> list[str]:
    return list(dict.fromkeys(str(info[4][0]) for info in infos))
