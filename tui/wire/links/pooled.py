"""Calls over httpx: as many at once as there are threads, through proxies, or into an app of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import httpx

from tui.errors import LinkError
from tui.wire.links import faults
from tui.wire.links.deadline import Deadline
from tui.wire.links.http_client import open_client, pools
from tui.wire.links.link import Incoming, Terms, Timeouts
from tui.wire.links.proxies import Proxy
from tui.wire.links.trust import ORDINARY, Trust


class PooledLink:
    """A pool of connections to one address. Thread-safe. Raises UsageError if the proxy cannot be used."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        clock: Callable[[], float],
        transport: httpx.BaseTransport | None,
        proxy: Proxy | None = None,
        trust: Trust = ORDINARY,
    ) -> None:
        self.kind = "embedded" if transport is not None else "pooled" if proxy is None else "proxy"
        self._url = url
        self._headers = headers
        self._timeouts = timeouts
        self._clock = clock
        self._transport = transport
        self._proxy = proxy
        self._trust = trust
        self._deadline = Deadline(clock)
        self._making = threading.Lock()
        self._http = self._open(keep=True)
        # Set once a kept connection had ended when it was used: changes then go over new ones.
        self._stale = False
        self._unkept: httpx.Client | None = None

    def _open(self, *, keep: bool) -> httpx.Client:
        return open_client(
            self._deadline,
            transport=self._transport,
            proxy=self._proxy,
            headers=self._headers,
            tls=self._url.startswith("https:"),
            keep=keep,
            trust=self._trust,
        )

    def _client(self, changes: bool) -> httpx.Client:
        if not (changes and self._stale):
            return self._http
        with self._making:
            if self._unkept is None:
                self._unkept = self._open(keep=False)
        # A server that serves one connection at a time must be free for the new one.
        self.rest()
        return self._unkept

    def _clients(self) -> Iterator[httpx.Client]:
        yield self._http
        if self._unkept is not None:
            yield self._unkept

    @property
    def idle(self) -> bool:
        """Whether there is a connection that no call is using."""
        return any(
            connection.is_idle() and not connection.has_expired()
            for client in self._clients()
            for pool in pools(client)
            for connection in pool.connections
        )

    def rest(self) -> None:
        """Closes the connections that no call is using."""
        for client in self._clients():
            for pool in pools(client):
                for connection in pool.connections:
                    if connection.is_idle():
                        connection.close()

    def close(self) -> None:
        """Closes every connection."""
        for client in self._clients():
            client.close()

    def send(self, body: bytes, terms: Terms) -> Incoming:
        """Posts `body`; the head of the answer, its body still to come."""
        self._deadline.begin(terms.until)
        try:
            timeout = httpx.Timeout(terms.patience, connect=self._timeouts.connect)
            client = self._client(terms.changes)
            request = client.build_request("POST", self._url, content=body, timeout=timeout)
            response = client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            failure = self._failure(error, terms, head=True)
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
        self._deadline.begin(terms.until)
        try:
            return next(raw, None)
        except (httpx.HTTPError, httpx.StreamError, ValueError, OSError) as error:
            failure = self._failure(error, terms)
        finally:
            self._deadline.until = None
        raise failure

    def _failure(self, error: Exception, terms: Terms, *, head: bool = False) -> LinkError:
        proxy, connected = self._proxy, self._deadline.connected
        if isinstance(error, httpx.InvalidURL | UnicodeError):
            return faults.not_reached(self._url, "this is not a host name")
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return faults.not_reached(self._url, "no connection in time", proxy, connected)
        if isinstance(error, httpx.ProxyError):
            return faults.not_reached(self._url, str(error), proxy)
        if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
            return faults.not_reached(self._url, str(error), proxy, connected, self._trust)
        if isinstance(error, httpx.TimeoutException):
            over = self._clock() >= terms.until
            return faults.out_of_time(self._url, terms.seconds if over else terms.patience, terms.changes)
        if faults.wants_certificate(error):
            return faults.certificate_refused(self._url, self._trust)
        if head and not self._deadline.dialled and self._transport is None:
            self._stale = True
            if not self._deadline.writes:
                return faults.was_closed(self._url)
        return faults.ended_early(self._url, terms.changes)
