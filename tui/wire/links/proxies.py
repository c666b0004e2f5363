"""Which proxy the environment names for an address, read once for every way to a server."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from tui.classes import define
from tui.errors import UsageError
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.patterns import pattern

_SCHEMES = ("http", "https", "socks5", "socks5h")
_SEPARATOR = pattern(r"[,;\s]+")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@define(frozen=True, slots=True)
class Proxy:
    """A proxy and the variable that names it. `url` may hold credentials."""

    variable: str
    url: str

    @property
    def shown(self) -> str:
        """Host and port, for a message."""
        return make_inert(mask_credentials(self.url).partition("://")[2].rpartition("@")[2].strip("/"))[:160]


ACCOUNT_SETTING = "the account's proxy"
NO_PROXY = "none"


def find_proxy(url: str, environ: Mapping[str, str] = os.environ, *, account: str = "") -> Proxy | None:
    """The proxy for a URL; None if it is reached without one. `account` is what an account says: a proxy,
    "none", or empty to leave it to the environment. Raises UsageError for one that cannot be used."""
    if account:
        return (
            None if account.strip().lower() == NO_PROXY else _check(Proxy(ACCOUNT_SETTING, account.strip()))
        )
    parts = urlsplit(url)
    host, port = (
        (parts.hostname or "").rstrip("."),
        parts.port or {"https": 443, "http": 80}.get(parts.scheme),
    )
    named = _find_named(parts.scheme, environ)
    if named is None or is_excepted(host, port, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
        return None
    return _check(named)


def _find_named(scheme: str, environ: Mapping[str, str]) -> Proxy | None:
    for lower in (f"{scheme}_proxy", "all_proxy"):
        for name in (lower, lower.upper()):
            # A web server hands the header Proxy to its programs as HTTP_PROXY.
            if environ.get(name, "").strip() and not (name == "HTTP_PROXY" and "REQUEST_METHOD" in environ):
                return Proxy(name, environ[name].strip())
    if sys.platform == "darwin":
        from urllib.request import getproxies

        if value := getproxies().get(scheme):
            return Proxy("the system's settings", value)
    return None


def _check(proxy: Proxy) -> Proxy:
    url = proxy.url if "://" in proxy.url else f"http://{proxy.url}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(
            "The proxy cannot be used.",
            f"{proxy.variable} does not name one: {make_inert(mask_credentials(proxy.url))[:160]!r}.",
            f"Write {proxy.variable} as http://host:port, or unset it.",
        )
    return Proxy(proxy.variable, url)


def is_excepted(host: str, port: int | None, no_proxy: str) -> bool:
    """Whether NO_PROXY excepts a host: by name, with all names below it, by address or network, with or
    without a port, in brackets, quotes or as a URL; * stands for anything. What cannot be read counts for
    nothing."""
    address = _address(host)
    return any(
        _covers(entry, host.lower(), port, address) for entry in _SEPARATOR.split(no_proxy) if entry.strip()
    )


def _covers(entry: str, host: str, port: int | None, address: _Address | None) -> bool:
    for name, wanted in _readings(entry.strip("\"'").lower()):
        if wanted is not None and wanted != port:
            continue
        if name == "*" or (name == "<local>" and "." not in host and address is None):
            return True
        if address is not None and _holds(name, address):
            return True
        bare = name.removeprefix("*").strip(".")
        if bare and (host == bare or (address is None and host.endswith(f".{bare}"))):
            return True
        if "*" in name and "[" not in name and fnmatchcase(host, name):
            return True
    return False


def _readings(entry: str) -> Iterator[tuple[str, int | None]]:
    """What an entry may mean: a name or network as it stands, or one with a port behind it."""
    _, scheme, rest = entry.rpartition("://")
    if scheme:
        entry = rest.partition("/")[0] if _address(rest.partition("/")[0].strip("[]")) is None else rest
    if entry.startswith("["):
        inside, _, behind = entry[1:].partition("]")
        if behind.startswith(":") and behind[1:].isdecimal():
            yield inside, int(behind[1:])
        else:
            yield inside + (behind if behind.startswith("/") else ""), None
        return
    name, colon, number = entry.rpartition(":")
    if colon and number.isdecimal() and ":" not in name:
        yield name, int(number)
    else:
        yield entry, None


def _address(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _holds(text: str, address: _Address) -> bool:
    single = _address(text)
    if single is not None:
        return single == address
    if "/" not in text:
        return False
    try:
        network = ipaddress.ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network
