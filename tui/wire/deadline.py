"""A time limit for a whole call, held at the socket: a server that drips single bytes runs into it too."""

from __future__ import annotations

import ssl
import threading
import typing
from collections.abc import Callable, Iterable

import httpcore
from httpcore import SOCKET_OPTION


class Deadline(threading.local):
    """The moment, by `clock`, at which the calling thread's call must be over; None for no limit."""

    until: float | None = None

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def cap(self, timeout: float | None) -> float | None:
        """`timeout` in seconds, cut to what is left; 0 or less when the time is over."""
        if self.until is None:
            return timeout
        left = self.until - self._clock()
        return left if timeout is None else min(timeout, left)


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

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

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> typing.Any:
        return self._stream.get_extra_info(info)


class BoundedBackend(httpcore.NetworkBackend):
    """A network backend of httpcore whose reads and writes end with the deadline of the calling thread."""

    def __init__(self, backend: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._backend = backend
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _BoundedStream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)
