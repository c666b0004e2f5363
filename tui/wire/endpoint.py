"""Where the redirect server is and who signs in."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from tui.errors import UsageError
from tui.patterns import pattern
from tui.wire.xmlrpc.methods import ENDPOINT_PATH

_HOST = pattern(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")
_EXAMPLE = "Enter a host name such as prov.gigaset.net, host:port, or an https address."


def _host_of(netloc_host: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(netloc_host)}]" if ":" in netloc_host else netloc_host
    except ValueError:
        return ""


def parse_server(text: str) -> str:
    """The address that `text` means: a bare host or host:port is taken as https, an address without a path
    gets the documented one, an address with a path is kept. Raises UsageError for credentials in it, other
    schemes and the rest."""
    bare = text.strip()
    if not bare:
        raise UsageError("No server was given.", hint=_EXAMPLE)
    if "@" in bare.partition("?")[0]:
        raise UsageError(
            "A server address must not hold a user name or password.",
            hint="Enter user and password on their own.",
        )
    if not (bare.isascii() and bare.isprintable()) or " " in bare or "\\" in bare:
        raise UsageError("The server address holds a character that an address cannot have.", hint=_EXAMPLE)
    if "://" not in bare:
        bare = "https://" + bare
    try:
        parts = urlsplit(bare)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError("This is not a server address.", hint=_EXAMPLE) from None
    if parts.scheme not in ("https", "http"):
        raise UsageError("The server address must start with https:// or http://.", hint=_EXAMPLE)
    if parts.query or parts.fragment or "?" in bare or "#" in bare:
        raise UsageError(
            "The server address must end with its path.", hint="Remove everything from ? or # on."
        )
    host = _host_of(host)
    if not host or not (host.startswith("[") or _HOST.fullmatch(host)) or ".." in host or port == 0:
        raise UsageError("This is not a server address.", hint=_EXAMPLE)
    path = parts.path if parts.path.strip("/") else ENDPOINT_PATH
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}{path}"


def is_plain_http_to_stranger(url: str) -> bool:
    """Whether the account's password would cross a network in the clear: http to anything but this
    machine."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "http" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
