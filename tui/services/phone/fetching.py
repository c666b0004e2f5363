"""Fetching a file as a phone does: verbatim target, no credentials first, digest on 401, redirects within
the host only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import __version__
from tui.classes import define, field
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.digest import answer_digest, pick_digest, read_challenges

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 1024 * 1024
MOST_REDIRECTS = 5
SECONDS = 30.0
_ADDRESS = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:([^/?#]*)@)?([^/?#@]*)([^#]*)")
_VISIBLE = pattern(r"[\x21-\x7e]+")
_LIMITS = (5.0, 10.0, 10.0, 5.0)  # seconds to connect, read, write and wait for a connection
_DEFAULT_PORTS = {"http": 80, "https": 443}


@define(frozen=True, slots=True)
class FetchStep:
    """One request, or one that was left out: with what credentials, the HTTP status (None without an
    answer), and a sentence."""

    tried: str
    status: int | None
    note: str


@define(frozen=True, slots=True)
class Address:
    """Where a file is, as typed; `target` is what stands behind the host, byte for byte."""

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)
    user: str = field(repr=False)
    password: Secret

    @property
    def origin(self) -> str:
        """Scheme, host and port without credentials."""
        default = self.port == _DEFAULT_PORTS[self.scheme]
        return f"{self.scheme}://{self.host}{'' if default else f':{self.port}'}"


@define(slots=True)
class Reply:
    """An answer: `start` are its first 64 KiB as sent, `whole` tells whether it was read to its end."""

    status: int
    content_type: str
    location: str
    challenges: list[tuple[str, dict[str, str]]]
    size: int
    whole: bool
    start: bytes
    encoded: str


class Trouble(Exception):
    """A fetch that ends early; the text says why."""


def read_address(url: str) -> Address:
    """The parts of an expanded URL. Raises Trouble for what no phone could fetch, or only a phone."""
    match = _ADDRESS.match(url.strip())
    if match is None:
        raise Trouble("This is no URL that a phone could fetch: it does not begin with http:// or https://.")
    scheme, userinfo, host, target = match[1].lower(), match[2] or "", match[3], match[4]
    if scheme in ("ftp", "tftp"):
        raise Trouble(
            f"{scheme} cannot be tested from here; whether phones take it is not documented either."
        )
    if scheme not in ("http", "https"):
        raise Trouble(f"{make_inert(scheme)} is no scheme that phones are known to take.")
    if not _VISIBLE.fullmatch(url.strip()):
        raise Trouble("The URL holds white space or characters that no request can carry.")
    name, colon, port = (
        (host, "", "") if host.endswith("]") else host.rpartition(":") if ":" in host else (host, "", "")
    )
    if not name or (colon and not (port.isdigit() and 0 < int(port) < 65536)):
        raise Trouble("The URL names no host, or a port that is none.")
    user, _, word = userinfo.partition(":")
    if not target.startswith("/"):
        target = "/" + target
    return Address(scheme, name.lower(), int(port or _DEFAULT_PORTS[scheme]), target, user, Secret(word))


class Fetch:
    """One file for one phone; `steps`, `redirects` and `tls` tell what happened, also after a Trouble."""

    def __init__(
        self,
        mac: str,
        password: Secret | None,
        transport: httpx.BaseTransport | None,
        clock: Callable[[], float],
        withheld: str = "",
    ) -> None:
        self.mac = mac
        self.password = password
        self.missing = withheld or "the MAC password is not known here"
        self.transport = transport
        self.clock = clock
        self.steps: list[FetchStep] = []
        self.redirects: list[str] = []
        self.tls = ""

    def get(self, url: str) -> Reply:
        """The answer that ends the phone's attempts. Raises Trouble if there is none."""
        from tui.wire.links.deadline import Deadline
        from tui.wire.links.http_client import open_client

        self.until = self.clock() + SECONDS
        address = read_address(url)
        self.credentials = address
        deadline = Deadline(self.clock)
        deadline.begin(self.until)
        headers = {
            "User-Agent": f"redirectory/{__version__} (provisioning test, not a phone)",
            "Accept-Encoding": "identity",
        }
        tls = address.scheme == "https"
        with open_client(deadline, transport=self.transport, headers=headers, tls=tls) as client:
            return self._follow(client, address)

    def _follow(self, client: httpx.Client, address: Address) -> Reply:
        while True:
            reply = self._sign_in(client, address)
            if reply.status not in (301, 302, 303, 307, 308) or not reply.location:
                return reply
            address = self._next(address, reply)

    def _next(self, address: Address, reply: Reply) -> Address:
        if len(self.redirects) >= MOST_REDIRECTS:
            raise Trouble(f"The server redirects more than {MOST_REDIRECTS} times.")
        location = reply.location
        if location.startswith("//"):
            location = f"{address.scheme}:{location}"
        elif location.startswith("/"):
            location = address.origin + location
        elif "://" not in location:
            location = address.origin + address.target.partition("?")[0].rpartition("/")[0] + "/" + location
        target = read_address(location)
        self.redirects.append(make_inert(target.origin))
        if target.host != address.host:
            raise Trouble(
                f"HTTP {reply.status}: redirected to another host, {make_inert(target.host)}. Not followed:"
                " credentials stay with the host that they are for."
            )
        if address.scheme == "https" and target.scheme == "http":
            raise Trouble(f"HTTP {reply.status}: redirected from https to http. Not followed.")
        return target

    def _sign_in(self, client: httpx.Client, address: Address) -> Reply:
        reply = self._get(client, address, "without credentials", None)
        pairs = [("MAC password (digest)", self.mac, self.password)]
        if self.credentials.user or self.credentials.password:
            pairs.append(("URL credentials (digest)", self.credentials.user, self.credentials.password))
        for tried, user, password in pairs:
            if reply.status != 401:
                break
            if address.origin != self.credentials.origin:
                note = (
                    f"left out: the redirect leads to {make_inert(address.origin)}, and credentials stay with"
                    f" {make_inert(self.credentials.origin)}"
                )
                self.steps.append(FetchStep(tried, None, note))
                continue
            if password is None:
                self.steps.append(FetchStep(tried, None, f"left out: {self.missing}"))
                continue
            challenge = pick_digest(reply.challenges)
            if challenge is None:
                offered = ", ".join(dict.fromkeys(scheme for scheme, _ in reply.challenges)) or "nothing"
                note = f"left out: the server offers {offered}, and phones answer digest only"
                self.steps.append(FetchStep(tried, None, note))
                continue
            header = answer_digest(challenge, user, password, address.target)
            reply = self._get(client, address, tried, header)
        return reply

    def _get(self, client: httpx.Client, address: Address, tried: str, authorization: str | None) -> Reply:
        import httpx

        # Byte for byte what the server gave: a realm may hold more than ASCII.
        headers = {b"Authorization": authorization.encode("latin-1")} if authorization else {}
        reason = ""
        try:
            request = client.build_request(
                "GET", address.origin + address.target, headers=headers, timeout=_LIMITS
            )
            # Byte for byte: a phone does not mend percent signs, so neither may the test.
            request.extensions["target"] = address.target.encode("ascii")
            response = client.send(request, stream=True)
            try:
                reply = self._read(response)
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = _explain(error)
        except (ValueError, OSError) as error:
            reason = make_inert(str(error))[:160]
        if reason:
            self.steps.append(FetchStep(tried, None, reason))
            if address.scheme == "https" and ("certificate" in reason or "TLS" in reason or "SSL" in reason):
                self.tls = reason
            raise Trouble(f"{address.host}: {reason}")
        if address.scheme == "https":
            self.tls = "certificate trusted"
        self.steps.append(FetchStep(tried, reply.status, name_status(reply.status)))
        return reply

    def _read(self, response: httpx.Response) -> Reply:
        start = bytearray()
        size = 0
        whole = True
        for piece in response.iter_raw():
            size += len(piece)
            start += piece[: max(0, 65536 - len(start))]
            if size > MOST_BYTES or self.clock() > self.until:
                whole = False
                break
        return Reply(
            response.status_code,
            make_inert(response.headers.get("content-type", ""))[:120],
            response.headers.get("location", "")[:2048],
            read_challenges(
                value.decode("latin-1")
                for name, value in response.headers.raw
                if name.lower() == b"www-authenticate"
            ),
            size,
            whole,
            bytes(start),
            make_inert(response.headers.get("content-encoding", ""))[:40],
        )


def _explain(error: Exception) -> str:
    import httpx

    text = make_inert(str(error))[:160]
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if "certificate" in text.lower():
        from tui.wire.links.trust import describe_trust

        return f"the certificate is not trusted: {text}. Trusted are {describe_trust()}"
    if "ssl" in text.lower() or "tls" in text.lower():
        return f"TLS failed: {text}"
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {text}"
    return f"the answer broke off: {text}"


def name_status(status: int) -> str:
    """The standard phrase of an HTTP status."""
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no known status"
