"""One call at a time over Python's own http.client: it is there in a third of the time that httpx takes to be
imported, which is most of what a single look-up costs."""

from __future__ import annotations

import io
import select
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, parse_headers

from tui.errors import LinkError
from tui.patterns import pattern
from tui.wire.links import faults
from tui.wire.links.dialling import spread
from tui.wire.links.link import Incoming, Terms, Timeouts
from tui.wire.links.trust import ORDINARY, Trust, make_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_PLAIN_URL = pattern(r"(https?)://(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]+))?(/[A-Za-z0-9._~%/-]*)")
_SLICE = 64 * 1024
_MOST_INTERIM = 100
_IDLE_SECONDS = 4.0  # servers close idle connections from 5 s on


def suits(url: str) -> bool:
    """Whether the address can be reached without what httpx knows of systems and odd characters; a proxy is
    not for this link."""
    return sys.platform != "darwin" and _PLAIN_URL.fullmatch(url) is not None


class DirectLink:
    """One connection, kept open between calls; for one thread at a time. Follows no redirect and
    repeats nothing.

    Raises UsageError if the certificates to trust cannot be read.
    """

    kind = "direct"

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        clock: Callable[[], float],
        trust: Trust = ORDINARY,
    ) -> None:
        match = _PLAIN_URL.fullmatch(url)
        if match is None:
            raise ValueError("suits() was not asked")
        scheme, six, host, port, self._path = match.groups()
        self._url = url
        self._host: str = six or host
        self._port = int(port) if port else None
        self._headers = headers
        self._timeouts = timeouts
        self._clock = clock
        self._trust = trust
        self._tls = make_context(trust) if scheme == "https" else None
        self._open: HTTPConnection | None = None
        self._used_at = 0.0
        # Set once a kept connection had ended when it was used: changes then go over new ones.
        self._stale = False

    @property
    def idle(self) -> bool:
        """Whether the connection is open; only while no call is using it."""
        return self._open is not None

    def rest(self) -> None:
        """Ends the connection; only while no call is using it."""
        self.close()

    def close(self) -> None:
        """Ends the connection."""
        kept, self._open = self._open, None
        if kept is not None:
            kept.close()

    def send(self, body: bytes, terms: Terms) -> Incoming:
        """Posts `body`; the head of the answer, its body still to come."""
        kept = self._open
        connection = self._connect(terms)
        wire: Any = connection.sock
        try:
            # A server may refuse a long body before all of it is sent: its answer is read all the same.
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                connection.request("POST", self._path, body, self._headers)
            response = connection.getresponse()
            if wire.ended:
                response.close()
                raise HTTPException  # http.client takes a head that was cut off for a whole one
        except (HTTPException, OSError, ValueError) as error:
            failure = self._failure(error, terms)
            if connection is kept and not isinstance(error, TimeoutError) and not wire.received:
                self._stale = True
                if not wire.sent:
                    failure = faults.was_closed(self._url)
        else:
            return Incoming(
                response.status,
                response.getheader,
                self._pieces(response, terms),
                lambda: self._finish(response),
            )
        self.close()
        raise failure

    def _connect(self, terms: Terms) -> HTTPConnection:
        kept: Any = self._open and self._open.sock
        if self._open is not None and _is_idle(kept):
            known_good = not self._stale and self._clock() - self._used_at < _IDLE_SECONDS
            if known_good or not terms.changes:
                kept.heed(terms)
                return self._open
        self.close()
        port = self._port or (443 if self._tls else 80)
        limit = min(self._timeouts.connect, terms.until - self._clock())
        reason = "no connection in time"
        with suppress(TimeoutError):
            try:
                return self._dial(port, limit, terms)
            except TimeoutError:
                raise
            except UnicodeError:
                reason = "this is not a host name"
            except OSError as error:
                reason = str(error)
        raise faults.not_reached(self._url, reason, trust=self._trust)

    def _dial(self, port: int, limit: float, terms: Terms) -> HTTPConnection:
        begun = time.monotonic()
        plain = _connect_one(self._host, port, limit)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if (left := limit - (time.monotonic() - begun)) <= 0:
                raise TimeoutError
            plain.settimeout(left)
            secured = plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname=self._host)
        except OSError:
            plain.close()
            raise
        kind = _SecureConnection if self._tls else HTTPConnection
        self._open = kind(self._host, self._port)
        self._open.auto_open = 0
        self._open.response_class = _Response
        self._open.sock = _Wire(secured, terms, self._clock)
        return self._open

    def _pieces(self, response: HTTPResponse, terms: Terms) -> Iterator[bytes]:
        while piece := self._pull(response, terms):
            yield piece

    def _pull(self, response: HTTPResponse, terms: Terms) -> bytes:
        try:
            return response.read1(_SLICE)
        except (HTTPException, OSError, ValueError) as error:
            failure = self._failure(error, terms)
        raise failure

    def _finish(self, response: HTTPResponse) -> None:
        self._used_at = self._clock()
        whole = response.isclosed() if response.chunked else response.length == 0
        response.close()
        if not whole or response.will_close:
            self.close()

    def _failure(self, error: Exception, terms: Terms) -> LinkError:
        if isinstance(error, TimeoutError):
            over = self._clock() >= terms.until
            return faults.out_of_time(self._url, terms.seconds if over else terms.patience, terms.changes)
        if faults.wants_certificate(error):
            return faults.certificate_refused(self._url, self._trust)
        return faults.ended_early(self._url, terms.changes)


class _Response(HTTPResponse):
    """An answer that may be preceded by interim ones: http.client passes over 100 alone, and without end."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if not 100 <= line[1] < 200 or line[1] == 101:
                return line
            parse_headers(self.fp)
        raise HTTPException


class _SecureConnection(HTTPConnection):
    default_port = 443


def _connect_one(host: str, port: int, seconds: float) -> socket.socket:
    failure: OSError = TimeoutError()
    for address, share in spread(host, port, seconds):
        try:
            # As bytes, which need no IDNA codec.
            return socket.create_connection((address.encode("ascii"), port), share)  # type: ignore[arg-type]
        except OSError as error:
            failure = error
    raise failure


def _is_idle(wire: _Wire | None) -> bool:
    """Whether a kept connection is still usable: nothing may have come in, an end least of all."""
    if wire is None:
        return False
    poll = select.poll()
    poll.register(wire.socket, select.POLLIN)
    return not poll.poll(0)


class _Wire:
    """A socket as http.client wants it; every read and write ends at the limit for it or with the call."""

    def __init__(self, connected: socket.socket, terms: Terms, clock: Callable[[], float]) -> None:
        self.socket = connected
        self.ended = False
        self.sent = self.received = 0
        self._clock = clock
        self.heed(terms)

    def heed(self, terms: Terms) -> None:
        """The next call runs under these terms."""
        self._patience, self._until = terms.patience, terms.until
        self.sent = self.received = 0

    def limit(self) -> None:
        """Set the time limit of the next read or write. Raises TimeoutError when the call's time is over."""
        left = min(self._patience, self._until - self._clock())
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)

    def sendall(self, data: bytes) -> None:
        """Send in slices, each within the limit; `sent` counts the bytes that went out."""
        view = memoryview(data)
        while view:
            self.limit()
            size = self.socket.send(view[:_SLICE])
            self.sent += size
            view = view[size:]

    def makefile(self, mode: Any) -> io.BufferedReader:
        """A reader of the answer."""
        return io.BufferedReader(_Incoming(self, self.socket.makefile(mode, buffering=0)), _SLICE)

    def close(self) -> None:
        """Close the socket once its readers are closed too."""
        self.socket.close()


class _Incoming(io.RawIOBase):
    def __init__(self, wire: _Wire, raw: Any) -> None:
        self._wire, self._raw = wire, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._wire.limit()
        size = int(self._raw.readinto(buffer))
        self._wire.ended = not size
        self._wire.received += size
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()
