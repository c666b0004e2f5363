"""One server over HTTP: sends a body, hands back the answer's bytes, and maps every failure into our
errors."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui import __version__
from tui.errors import LinkError, Unreadable, UsageError
from tui.model.secrets import Secret
from tui.wire import faults
from tui.wire.codec import unreadable

if TYPE_CHECKING:
    import ssl

    import httpx

    from tui.wire.deadline import Deadline

SLICE = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PROXY_HINT = "Check the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE."


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds: to connect, between two reads, for a whole call, for a whole streamed list."""

    connect: float = 5.0
    read: float = 15.0
    call: float = 60.0
    listing: float = 900.0


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a call runs under: whether it changes records, its time limit in seconds, and when that ends."""

    changes: bool
    seconds: float
    until: float


class Connection:
    """Posts bodies to one address with HTTP Basic credentials sent pre-emptively; follows no redirect.
    Thread-safe."""

    def __init__(
        self,
        url: str,
        user: str,
        password: Secret,
        *,
        transport: httpx.BaseTransport | None,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import httpx

        from tui.wire.deadline import Deadline

        if ":" in user or _CONTROL.search(user) or _CONTROL.search(password.reveal()):
            raise UsageError(
                "User name or password holds a character that HTTP Basic cannot carry.",
                hint="A user name has no colon; neither has control characters.",
            )
        self.url = url
        self.round_trip_ms: float | None = None
        self._timeouts = timeouts
        self._clock = clock
        self._deadline: Deadline = Deadline(clock)
        client: httpx.Client | None = None
        with suppress(ImportError, ValueError, OSError, httpx.InvalidURL):
            client = httpx.Client(
                auth=httpx.BasicAuth(user.encode("utf-8"), password.reveal().encode("utf-8")),
                transport=transport,
                verify=True if url.startswith("https:") else _no_authorities(),
                follow_redirects=False,
                timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect),
                headers={
                    "Content-Type": "text/xml",
                    "Accept": "text/xml",
                    "Accept-Encoding": "gzip",
                    "User-Agent": f"redirectory/{__version__}",
                },
            )
        if client is None:
            raise UsageError("The connection cannot be set up.", hint=_PROXY_HINT)
        self._http = client
        self._bind_deadline()

    def _bind_deadline(self) -> None:
        import httpx

        from tui.wire.deadline import BoundedBackend

        # httpx has no door for a network backend of one's own; without it only bodies are held to the
        # deadline.
        for transport in (self._http._transport, *self._http._mounts.values()):
            pool = transport._pool if isinstance(transport, httpx.HTTPTransport) else None
            if pool is not None and hasattr(pool, "_network_backend"):
                pool._network_backend = BoundedBackend(pool._network_backend, self._deadline)

    def close(self) -> None:
        """Closes every connection."""
        self._http.close()

    @contextmanager
    def post(self, body: bytes, *, changes: bool, seconds: float) -> Iterator[Reply]:
        """Sends `body` and gives the answer, whose body is still to be read; raises for every status but
        2xx."""
        started = self._clock()
        terms = _Terms(changes, seconds, started + seconds)
        response = self._send(body, terms)
        self.round_trip_ms = (self._clock() - started) * 1000
        try:
            status = response.status_code
            if not 200 <= status < 300:
                raise faults.status_error(self.url, status, response.headers.get("location", ""), changes)
            yield Reply(self, response, terms)
        finally:
            response.close()

    def _send(self, body: bytes, terms: _Terms) -> httpx.Response:
        import httpx

        self._deadline.until = terms.until
        try:
            request = self._http.build_request("POST", self.url, content=body)
            return self._http.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            failure = self._failure(error, terms)
        finally:
            self._deadline.until = None
        # Raised out here: httpx's error holds the request, which must not follow ours into a traceback.
        raise failure

    def pull(self, raw: Iterator[bytes], terms: _Terms) -> bytes | None:
        """The next bytes of an answer, None at its end."""
        import httpx

        self._deadline.until = terms.until
        try:
            piece = next(raw, None)
        except (httpx.HTTPError, OSError) as error:
            failure = self._failure(error, terms)
        else:
            if self._clock() <= terms.until:
                return piece
            failure = faults.out_of_time(self.url, terms.seconds, terms.changes)
        finally:
            self._deadline.until = None
        raise failure

    def _failure(self, error: Exception, terms: _Terms) -> LinkError:
        import httpx

        if isinstance(error, httpx.InvalidURL | UnicodeError):
            return faults.not_reached(self.url, "this is not a host name")
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return faults.not_reached(self.url, "no connection in time")
        if isinstance(
            error,
            httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol | httpx.LocalProtocolError,
        ):
            return faults.not_reached(self.url, str(error))
        if isinstance(error, httpx.TimeoutException):
            over = self._clock() >= terms.until
            return faults.out_of_time(self.url, terms.seconds if over else self._timeouts.read, terms.changes)
        return faults.cut_off(self.url, "the answer ended before it was complete.", terms.changes)


def _no_authorities() -> ssl.SSLContext:
    """A TLS context that trusts nobody: for plain http, where loading the CA bundle would cost 40 ms for
    nothing."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Reply:
    """An answer with a good status; its body is read by `pieces`, once."""

    def __init__(self, connection: Connection, response: httpx.Response, terms: _Terms) -> None:
        self._connection = connection
        self._response = response
        self._terms = terms
        self.status: int = response.status_code
        self.content_type: str = response.headers.get("content-type", "")

    def pieces(self, cap: int) -> Iterator[bytes]:
        """The body, decompressed, in pieces of at most 64 kB. Raises Unreadable beyond `cap` bytes, CutOff if
        it ends early or takes too long."""
        coding = self._response.headers.get("content-encoding", "identity").strip().lower()
        if coding in ("gzip", "x-gzip"):
            parts = self._inflated()
        elif coding in ("", "identity"):
            parts = self._raw()
        else:
            raise self._refused("it is compressed in a way that was not asked for")
        size = 0
        for part in parts:
            for start in range(0, len(part), SLICE):
                piece = part[start : start + SLICE]
                size += len(piece)
                if size > cap:
                    raise self._refused(f"it is larger than {cap:,} bytes")
                yield piece

    def _refused(self, reason: str) -> Unreadable:
        return faults.not_xml_rpc(self.status, self.content_type, unreadable(reason), self._terms.changes)

    def _raw(self) -> Iterator[bytes]:
        raw = self._response.iter_raw()
        while (piece := self._connection.pull(raw, self._terms)) is not None:
            yield piece
        declared = self._response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) != self._response.num_bytes_downloaded:
            raise self._cut_off("the answer is not as long as it said.")

    def _cut_off(self, reason: str) -> LinkError:
        return faults.cut_off(self._connection.url, reason, self._terms.changes)

    def _inflated(self) -> Iterator[bytes]:
        # Never more than 64 kB at a time: a small piece of gzip can unfold a thousandfold.
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        begun = False
        for raw in self._raw():
            data = raw
            while data:
                if inflate.eof:
                    inflate, begun = zlib.decompressobj(16 + zlib.MAX_WBITS), False
                try:
                    part = inflate.decompress(data, SLICE)
                except zlib.error:
                    part = None
                if part is None:
                    raise self._refused("its compression is damaged")
                begun = True
                if part:
                    yield part
                data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                while not inflate.eof and not data and len(part) == SLICE:
                    part = inflate.decompress(b"", SLICE)
                    if part:
                        yield part
                    data = inflate.unconsumed_tail
        if begun and not inflate.eof:
            raise self._cut_off("its compressed text ended early.")
