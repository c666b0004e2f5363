"""Calls over httpx: as many at once as there are threads, through proxies, or into an app of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import httpcore
import httpx

from tui.errors import LinkError, UsageError
from tui.wire import faults
from tui.wire.deadline import BoundedBackend, Deadline
from tui.wire.link import Incoming, Terms, Timeouts

if TYPE_CHECKING:
    import ssl

_PROXY_HINT = "Check the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE."


class PooledLink:
    """A pool of connections to one address. Thread-safe. Raises UsageError if a proxy cannot be used."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        clock: Callable[[], float],
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._url = url
        self._timeouts = timeouts
        self._clock = clock
        self._deadline = Deadline(clock)
        client: httpx.Client | None = None
        with suppress(ImportError, ValueError, OSError, httpx.InvalidURL):
            client = httpx.Client(
                transport=transport,
                verify=True if url.startswith("https:") else _no_authorities(),
                follow_redirects=False,
                timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect),
                headers=headers,
            )
        if client is None:
            raise UsageError("The connection cannot be set up.", hint=_PROXY_HINT)
        # A .netrc of the person's must not replace the credentials in the headers.
        client.auth = _as_given
        self._http = client
        self._bind_deadline()

    def _bind_deadline(self) -> None:
        # httpx has no door for a network backend of one's own; without it only bodies are held to the
        # deadline.
        for pool in self._pools():
            if hasattr(pool, "_network_backend"):
                pool._network_backend = BoundedBackend(pool._network_backend, self._deadline)

    def _pools(self) -> Iterator[httpcore.ConnectionPool]:
        for transport in (self._http._transport, *self._http._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                yield transport._pool

    def rest(self) -> None:
        """Closes the connections that no call is using."""
        for pool in self._pools():
            for connection in pool.connections:
                if connection.is_idle():
                    connection.close()

    def close(self) -> None:
        """Closes every connection."""
        self._http.close()

    def send(self, body: bytes, terms: Terms) -> Incoming:
        """Posts `body`; the head of the answer, its body still to come."""
        self._deadline.until = terms.until
        try:
            timeout = httpx.Timeout(terms.patience, connect=self._timeouts.connect)
            request = self._http.build_request("POST", self._url, content=body, timeout=timeout)
            response = self._http.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            failure = self._failure(error, terms)
        else:
            return Incoming(
                response.status_code, response.headers.get, self._pieces(response, terms), response.close
            )
        finally:
            self._deadline.until = None
        # Raised out here: httpx's error holds the request, which must not follow ours into a traceback.
        raise failure

    def _pieces(self, response: httpx.Response, terms: Terms) -> Iterator[bytes]:
        raw = response.iter_raw()
        while (piece := self._pull(raw, terms)) is not None:
            yield piece

    def _pull(self, raw: Iterator[bytes], terms: Terms) -> bytes | None:
        self._deadline.until = terms.until
        try:
            return next(raw, None)
        except (httpx.HTTPError, OSError) as error:
            failure = self._failure(error, terms)
        finally:
            self._deadline.until = None
        raise failure

    def _failure(self, error: Exception, terms: Terms) -> LinkError:
        if isinstance(error, httpx.InvalidURL | UnicodeError):
            return faults.not_reached(self._url, "this is not a host name")
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return faults.not_reached(self._url, "no connection in time")
        if isinstance(
            error,
            httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol | httpx.LocalProtocolError,
        ):
            return faults.not_reached(self._url, str(error))
        if isinstance(error, httpx.TimeoutException):
            over = self._clock() >= terms.until
            return faults.out_of_time(self._url, terms.seconds if over else terms.patience, terms.changes)
        return faults.ended_early(self._url, terms.changes)


def _as_given(request: httpx.Request) -> httpx.Request:
    return request


def _no_authorities() -> ssl.SSLContext:
    """A TLS context that trusts nobody: for plain http, where loading the CA bundle would cost 40 ms for
    nothing."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
