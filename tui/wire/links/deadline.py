"""A time limit for a whole exchange, held at the socket from the name of the host to the last byte of the
body: a server that drips single bytes runs into it too."""

from __future__ import annotations

import ssl
import threading
import typing
from collections.abc import Callable, Iterable

import httpcore
from httpcore import SOCKET_OPTION

from tui.wire.links.dialling import spread
from tui.wire.links.trust import ORDINARY, Trust, make_context


class Deadline(threading.local):
    """The moment, by `clock`, at which the calling thread's exchange must be over; None for no limit. And
    what became of it so far: whether a connection was made for it, and how many writes went out whole."""

    until: float | None = None
    dialled = False
    connected = False
    writes = 0

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def begin(self, until: float) -> None:
        """A new exchange of this thread, which ends at `until`."""
        self.until, self.dialled, self.connected, self.writes = until, False, False, 0

    def cap(self, timeout: float | None) -> float | None:
        """`timeout` in seconds, cut to what is left; 0 or less when the time is over."""
        if self.until is None:
            return timeout
        left = self.until - self._clock()
        return left if timeout is None else min(timeout, left)


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, trust: Trust) -> None:
        self._stream = stream
        self._deadline = deadline
        self._trust = trust

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        timeout = self._deadline.cap(timeout)
        if timeout is not None and timeout <= 0:
            raise httpcore.ReadTimeout("time limit of the call")
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        timeout = self._deadline.cap(timeout)
        if timeout is not None and timeout <= 0:
            raise httpcore.WriteTimeout("time limit of the call")
        self._stream.write(buffer, timeout)
        self._deadline.writes += 1

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.cap(timeout)
        if timeout is not None and timeout <= 0:
            raise httpcore.ConnectTimeout("time limit of the call")
        # A context of its own: one that is shared makes every handshake wait for the one before it.
        stream = self._stream.start_tls(make_context(self._trust), server_hostname, timeout)
        return _BoundedStream(stream, self._deadline, self._trust)

    def get_extra_info(self, info: str) -> typing.Any:
        return self._stream.get_extra_info(info)


class BoundedBackend(httpcore.NetworkBackend):
    """A network backend of httpcore whose connects, reads and writes end with the deadline of the calling
    thread. A name with several addresses shares the time to connect among them."""

    def __init__(self, backend: httpcore.NetworkBackend, deadline: Deadline, trust: Trust = ORDINARY) -> None:
        self._backend = backend
        self._deadline = deadline
        self._trust = trust

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self._deadline.dialled = True
        limit = self._deadline.cap(timeout)
        failure: Exception = httpcore.ConnectTimeout("no connection in time")
        try:
            for address, seconds in spread(host, port, 60.0 if limit is None else limit):
                try:
                    stream = self._backend.connect_tcp(address, port, seconds, local_address, socket_options)
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
                    continue
                self._deadline.connected = True
                return _BoundedStream(stream, self._deadline, self._trust)
        except TimeoutError:
            failure = httpcore.ConnectTimeout("no connection in time")
        except (OSError, UnicodeError) as error:
            failure = httpcore.ConnectError(str(error))
        raise failure

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)
