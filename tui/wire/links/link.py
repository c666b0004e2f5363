"""What every way to a server has in common: the limits of a call, and the answer as it comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui.classes import define
from tui.wire.links.trust import Trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol


@define(frozen=True, slots=True)
class Route:
    """How an account is reached: what it adds to whom all trust, and the proxy that it names."""

    trust: Trust = Trust()
    proxy: str = ""


@define(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds: to connect, between two reads, for a whole call, for a whole streamed list."""

    connect: float = 5.0
    read: float = 15.0
    call: float = 60.0
    listing: float = 900.0


@define(frozen=True, slots=True)
class Terms:
    """What a call runs under: whether it changes records, its time limit in seconds, when that ends, and the
    limit between two reads."""

    changes: bool
    seconds: float
    until: float
    patience: float


@define(frozen=True, slots=True)
class Incoming:
    """An answer whose body is still on its way: `header` takes a name in lower case and a default, `pieces`
    are the bytes as sent, raising LinkError."""

    status: int
    header: Callable[[str, str], str]
    pieces: Iterator[bytes]
    close: Callable[[], None]


if TYPE_CHECKING:

    class Link(Protocol):
        """A way to one address. `kind` is direct, pooled, proxy or embedded."""

        kind: str

        def send(self, body: bytes, terms: Terms) -> Incoming:
            """Posts `body`; the head of the answer, its body still to come. Raises LinkError."""
            ...

        @property
        def idle(self) -> bool:
            """Whether there is a connection that no call is using."""
            ...

        def rest(self) -> None:
            """Ends the connections that no call is using."""
            ...

        def close(self) -> None:
            """Ends what is open."""
            ...
