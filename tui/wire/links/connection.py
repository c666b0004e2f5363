"""One server over HTTP: sends a body, hands back the answer's bytes, and maps every failure into our
errors."""

from __future__ import annotations

import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from tui import __version__
from tui.errors import LinkError, RedirectoryError, Unreadable, UsageError
from tui.model.secrets import Secret
from tui.patterns import pattern
from tui.wire.links import faults
from tui.wire.links.link import Incoming, Route, Terms, Timeouts
from tui.wire.links.proxies import find_proxy
from tui.wire.xmlrpc.codec import too_much, unreadable
from tui.wire.xmlrpc.values import TooMuch

TYPE_CHECKING = False
if TYPE_CHECKING:
    import httpx

    from tui.wire.exchanges import Exchange, Observer, Tell
    from tui.wire.links.direct import DirectLink
    from tui.wire.links.link import Link
    from tui.wire.xmlrpc.values import Value

__all__ = ["SLICE", "Connection", "Reply", "Timeouts"]

SLICE = 64 * 1024
_ROUTE = Route()
_FREE_OF_RATIO = 8 * 1024 * 1024  # bytes; a small answer may be as repetitive as it likes
_CONTROL = pattern(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Connection:
    """Posts bodies to one address with HTTP Basic credentials sent pre-emptively; follows no redirect.
    Thread-safe.

    Calls that come one after another share one plain connection; httpx is loaded for calls at the same time,
    for proxies and for a transport of the caller's.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: Secret,
        *,
        transport: httpx.BaseTransport | None,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
        tell: Tell | None = None,
        route: Route = _ROUTE,
    ) -> None:
        if ":" in user or any(_holds_controls(text) for text in (user, password.reveal())):
            raise UsageError(
                "User name or password holds a character that HTTP Basic cannot carry.",
                hint="A user name has no colon; neither has control characters.",
            )
        self.url = url
        self.round_trip_ms: float | None = None
        self._timeouts = timeouts
        self._clock = clock
        credentials = b64encode(f"{user}:{password.reveal()}".encode()).decode("ascii")
        self._headers = {
            "Authorization": f"Basic {credentials}",
            "Content-Type": "text/xml",
            "Accept": "text/xml",
            "Accept-Encoding": "gzip",
            "User-Agent": f"redirectory/{__version__}",
        }
        self._observer: Observer | None = None
        if tell is not None:
            from tui.wire.exchanges import Observer

            self._observer = Observer(tell, clock)
        self._transport = transport
        self._pooled: Link | None = None
        self._waits: dict[int, tuple[float, float]] = {}
        self._making = threading.Lock()
        self._direct_turn = threading.Lock()
        self._direct: DirectLink | None = None
        self._trust = route.trust
        self._proxy = None if transport is not None else find_proxy(url, account=route.proxy)
        if transport is None and self._proxy is None:
            from tui.wire.links.direct import DirectLink, suits

            if suits(url):
                self._direct = DirectLink(url, self._headers, timeouts, clock, self._trust)
        if self._direct is None:
            self._pool()

    def _pool(self) -> Link:
        with self._making:
            if self._pooled is None:
                from tui.wire.links.pooled import PooledLink

                self._pooled = PooledLink(
                    self.url,
                    self._headers,
                    self._timeouts,
                    self._clock,
                    self._transport,
                    self._proxy,
                    self._trust,
                )
            return self._pooled

    def expect_many(self) -> None:
        """Calls at the same time will follow: get ready for them while the next call waits for its answer."""
        if self._pooled is None:
            threading.Thread(target=self._get_ready, name="connections", daemon=True).start()

    def _get_ready(self) -> None:
        # What is wrong here is wrong again, and said, when the first of these calls is made.
        with suppress(UsageError):
            self._pool()

    def rest(self) -> None:
        """Closes the connections that no call is using, so that a server that serves one at a time can turn
        to the others."""
        if self._direct is not None and self._direct_turn.acquire(blocking=False):
            try:
                self._direct.rest()
            finally:
                self._direct_turn.release()
        if self._pooled is not None:
            self._pooled.rest()

    @property
    def waiting(self) -> tuple[float, float] | None:
        """Seconds that the oldest call without an answer has waited, and its limit; None if none waits."""
        started, limit = min(self._waits.copy().values(), default=(0.0, 0.0))
        return (self._clock() - started, limit) if limit else None

    def close(self) -> None:
        """Closes every connection."""
        for link in (self._direct, self._pooled):
            if link is not None:
                link.close()

    @contextmanager
    def _link(self) -> Iterator[Link]:
        if self._direct is None or not self._direct_turn.acquire(blocking=False):
            yield self._pool()
            return
        try:
            # A server may wait at a kept connection and hear no other one: what is idle is used first.
            kept = self._pooled is not None and not self._direct.idle and self._pooled.idle
            yield self._pool() if kept else self._direct
        finally:
            self._direct_turn.release()

    def _watch(
        self, name: str, params: Sequence[Value], body: bytes
    ) -> AbstractContextManager[Exchange | None]:
        return nullcontext() if self._observer is None else self._observer.watch(name, params, body)

    @contextmanager
    def post(
        self, body: bytes, *, name: str, params: Sequence[Value], changes: bool, seconds: float
    ) -> Iterator[Reply]:
        """Sends `body` and gives the answer, whose body is still to be read; raises for every status but
        2xx. A call that changes records waits for its answer as long as the whole call may take: the server
        may still make the change when nobody waits any more, and passwords are given once. What is sent is
        `body` alone; an observer is told of the call by `name` and `params`."""
        started = self._clock()
        patience = seconds if changes else self._timeouts.read
        terms = Terms(changes, seconds, started + seconds, patience)
        with self._watch(name, params, body) as exchange, self._link() as link:
            if exchange is not None:
                exchange.link = link.kind
            self._waits[threading.get_ident()] = (started, patience)
            try:
                incoming = link.send(body, terms)
            finally:
                self._waits.pop(threading.get_ident(), None)
            self.round_trip_ms = (self._clock() - started) * 1000
            if exchange is not None:
                exchange.status = incoming.status
            try:
                if not 200 <= incoming.status < 300:
                    raise faults.status_error(
                        self.url, incoming.status, incoming.header("location", ""), changes, self._proxy
                    )
                yield Reply(self.url, incoming, terms, self._clock, exchange)
            finally:
                incoming.close()


class Reply:
    """An answer with a good status; its body is read by `pieces`, once."""

    def __init__(
        self,
        url: str,
        incoming: Incoming,
        terms: Terms,
        clock: Callable[[], float],
        exchange: Exchange | None = None,
    ) -> None:
        self._url = url
        self._incoming = incoming
        self._terms = terms
        self._clock = clock
        self._exchange = exchange
        self.status: int = incoming.status
        self.content_type: str = incoming.header("content-type", "")

    def pieces(self, cap: int, ratio: int, *, listing: bool = False) -> Iterator[bytes]:
        """The body, decompressed, in pieces of at most 64 kB. Raises Unreadable beyond `cap` bytes or when it
        grows more than `ratio` times by decompression, CutOff if it ends early or takes too long."""
        coding = self._incoming.header("content-encoding", "identity").strip().lower()
        if coding in ("gzip", "x-gzip"):
            parts = self._inflated(ratio)
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
                    reason = f"it is larger than {cap:,} bytes"
                    raise too_much(TooMuch(reason, "list_mib")) if listing else self._refused(reason)
                yield piece

    def failed(self, error: RedirectoryError) -> None:
        """Tells an observer that the answer was read whole and is an error."""
        if self._exchange is not None:
            self._exchange.result = type(error).__name__

    def _refused(self, reason: str) -> Unreadable:
        return faults.not_xml_rpc(self.status, self.content_type, unreadable(reason), self._terms.changes)

    def _raw(self) -> Iterator[bytes]:
        size = 0
        for piece in self._incoming.pieces:
            if self._clock() > self._terms.until:
                raise faults.out_of_time(self._url, self._terms.seconds, self._terms.changes)
            size += len(piece)
            if self._exchange is not None:
                self._exchange.received = size
            yield piece
        declared = self._incoming.header("content-length", "")
        if declared.isdecimal() and int(declared) != size:
            raise self._cut_off("the answer is not as long as it said.")

    def _cut_off(self, reason: str) -> LinkError:
        return faults.cut_off(self._url, reason, self._terms.changes)

    def _inflated(self, ratio: int) -> Iterator[bytes]:
        received = grown = 0
        for raw, part in self._inflate():
            received += raw
            grown += len(part)
            if grown > max(_FREE_OF_RATIO, received * ratio):
                failure = too_much(
                    TooMuch(f"decompressing makes it more than {ratio} times larger", "list_ratio")
                )
                failure.applied = faults.outcome_of(self._terms.changes)
                raise failure
            if part:
                yield part

    def _inflate(self) -> Iterator[tuple[int, bytes]]:
        """Bytes that came in, and what they unfold to."""
        # Never more than 64 kB at a time: a small piece of gzip can unfold a thousandfold.
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        begun = False
        for raw in self._raw():
            data = raw
            yield len(raw), b""
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
                yield 0, part
                data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                while not inflate.eof and not data and len(part) == SLICE:
                    part = inflate.decompress(b"", SLICE)
                    yield 0, part
                    data = inflate.unconsumed_tail
        if begun and not inflate.eof:
            raise self._cut_off("its compressed text ended early.")


def _holds_controls(text: str) -> bool:
    return not text.isprintable() and _CONTROL.search(text) is not None
