"""What may be told of a call to the server: counts and kinds, never a value that was sent or received."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tui.classes import define
from tui.errors import RedirectoryError
from tui.wire.xmlrpc.methods import METHODS
from tui.wire.xmlrpc.values import Value

_MOST_FAILED = 10_000


@define(slots=True)
class Exchange:
    """One call and its answer. `method` is a documented name, or `other`: a file may hold any name. `devices`
    is how many the call is about, None if that is not known; `sent` and `received` are bytes of the bodies as
    they crossed the network. `link` is direct, pooled, proxy or embedded; `status` the HTTP status. `result`
    is `ok` or the class of the error. `retry` counts the earlier calls with the same body that ended in an
    error.
    """

    method: str
    devices: int | None
    sent: int
    retry: int = 0
    link: str = ""
    status: int | None = None
    received: int = 0
    milliseconds: float = 0.0
    result: str = "ok"


Tell = Callable[[Exchange], None]


def describe_call(name: str, params: Sequence[Value]) -> tuple[str, int | None]:
    """The method and the number of devices of a call, for an Exchange."""
    method = METHODS.get(name)
    if method is None:
        return "other", None
    if not method.parameters[0].startswith("mac") or not params:
        return name, None
    return name, len(params[0]) if isinstance(params[0], list) else 1


class Observer:
    """Watches the calls of one connection and tells each when it has ended. Thread-safe."""

    def __init__(self, tell: Tell, clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[int, int] = {}

    @contextmanager
    def watch(self, name: str, params: Sequence[Value], body: bytes) -> Iterator[Exchange]:
        """Around a call; the block fills in what it learns."""
        key = hash(body)
        exchange = Exchange(*describe_call(name, params), sent=len(body), retry=self._failed.get(key, 0))
        started = self._clock()
        try:
            yield exchange
        except BaseException as error:
            exchange.result = type(error).__name__ if isinstance(error, RedirectoryError) else "Abandoned"
            raise
        finally:
            exchange.milliseconds = (self._clock() - started) * 1000
            with self._lock:
                if exchange.result == "ok":
                    self._failed.pop(key, None)
                elif len(self._failed) < _MOST_FAILED:
                    self._failed[key] = exchange.retry + 1
            self._tell(exchange)
