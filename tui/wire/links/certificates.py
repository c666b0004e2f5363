"""What a server shows of itself in a TLS handshake, whether or not it is trusted. Nothing is sent to it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tui.classes import define
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.links.dialling import spread
from tui.wire.links.trust import ORDINARY, Trust, add_trust

if TYPE_CHECKING:
    import socket

    from tui.wire.links.proxies import Proxy

_MOST = 10
_TEXT = 200
_DATE = "%b %d %H:%M:%S %Y GMT"
_BLANKS = pattern(r"\s+")


@define(frozen=True, slots=True)
class Certificate:
    """One certificate of a chain; the dates are UTC, None where they cannot be read."""

    subject: str
    issuer: str
    begins: datetime | None
    ends: datetime | None


@define(frozen=True, slots=True)
class Handshake:
    """The TLS version, and the chain as the server sends it, its own certificate first."""

    version: str
    chain: tuple[Certificate, ...]


def look_at(url: str, seconds: float, *, trust: Trust = ORDINARY, proxy: Proxy | None = None) -> Handshake:
    """The handshake of an https server, through an http proxy if there is one. Nothing is verified, so
    nothing that is secret may be sent over such a connection. Raises OSError with a reason, UsageError for a
    client certificate that cannot be used."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    add_trust(context, Trust(client_cert=trust.client_cert))
    with _dial(host, port, seconds, proxy) as plain:
        plain.settimeout(seconds)
        with context.wrap_socket(plain, server_hostname=host) as secured:
            return Handshake(secured.version() or "", tuple(_read_chain(secured)))


def _dial(host: str, port: int, seconds: float, proxy: Proxy | None) -> socket.socket:
    import socket

    if proxy is None:
        failure: OSError = TimeoutError("no connection in time")
        for address, share in spread(host, port, seconds):
            try:
                return socket.create_connection((address, port), share)
            except OSError as error:
                failure = error
        raise failure
    way = urlsplit(proxy.url)
    if way.scheme != "http":
        raise OSError(f"not looked at through a proxy of {way.scheme}")
    connection = HTTPConnection(way.hostname or "", way.port or 80, timeout=seconds)
    headers = {}
    if way.username:
        from base64 import b64encode

        login = f"{unquote(way.username)}:{unquote(way.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {b64encode(login.encode()).decode('ascii')}"
    connection.set_tunnel(host, port, headers)
    try:
        connection.connect()
    except (HTTPException, ValueError) as error:
        connection.close()
        raise OSError(f"the proxy answered no HTTP ({type(error).__name__})") from None
    except OSError:
        connection.close()
        raise
    taken: socket.socket = connection.sock
    connection.sock = None
    return taken


def _read_chain(secured: ssl.SSLSocket) -> Iterator[Certificate]:
    # Python has a public name for the chain from 3.13 on, and none for what stands in an untrusted one.
    inner: Any = getattr(secured, "_sslobj", None)
    found: list[Any] = []
    with suppress(AttributeError, ssl.SSLError):
        found = inner.get_unverified_chain() or []
    for certificate in found[:_MOST]:
        facts = certificate.get_info()
        yield Certificate(
            _write_name(facts.get("subject", ())),
            _write_name(facts.get("issuer", ())),
            _read_date(facts.get("notBefore")),
            _read_date(facts.get("notAfter")),
        )


def _write_name(name: Any) -> str:
    """`CN=prov.example, O=Example` out of the pairs of a distinguished name."""
    short = {"commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C"}
    pairs = [f"{short.get(key, key)}={value}" for part in name for key, value in part]
    return make_inert(", ".join(reversed(pairs)))[:_TEXT] or "(empty)"


def _read_date(text: object) -> datetime | None:
    try:
        return datetime.strptime(_BLANKS.sub(" ", str(text)), _DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
