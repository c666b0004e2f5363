"""httpx as this program uses it: nothing out of the environment that was not asked for, no redirect followed,
one deadline over every exchange."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

import httpcore
import httpx

from tui.errors import UsageError
from tui.wire.links.deadline import BoundedBackend, Deadline
from tui.wire.links.proxies import Proxy
from tui.wire.links.trust import ORDINARY, Trust, make_context, make_empty_context

_IDLE_SECONDS = 4.0  # servers close idle connections from 5 s on


def open_client(
    deadline: Deadline,
    *,
    transport: httpx.BaseTransport | None = None,
    proxy: Proxy | None = None,
    headers: Mapping[str, str] | None = None,
    tls: bool = True,
    keep: bool = True,
    trust: Trust = ORDINARY,
) -> httpx.Client:
    """A client whose exchanges end with `deadline`. `tls` says whether https is wanted at all, `keep` whether
    connections are used again. Raises UsageError if the proxy or the certificates cannot be used."""
    client: httpx.Client | None = None
    context = make_context(trust) if tls else make_empty_context()
    with suppress(ImportError, ValueError, OSError, httpx.InvalidURL):
        client = httpx.Client(
            transport=transport,
            proxy=proxy.url if proxy is not None and transport is None else None,
            trust_env=False,
            verify=context,
            follow_redirects=False,
            limits=httpx.Limits(
                max_connections=100,
                max_keepalive_connections=20 if keep else 0,
                keepalive_expiry=_IDLE_SECONDS,
            ),
            headers=headers,
        )
    if client is None:
        raise UsageError(
            "The connection cannot be set up.",
            f"{proxy.variable} names a proxy that cannot be used: {proxy.shown}." if proxy else "",
            f"Check the variable {proxy.variable}." if proxy else "Check the server address.",
        )
    # httpx has no door for a network backend of one's own; without it only bodies are held to the deadline.
    for pool in pools(client):
        if hasattr(pool, "_network_backend"):
            pool._network_backend = BoundedBackend(pool._network_backend, deadline, trust)
    return client


def pools(client: httpx.Client) -> Iterator[httpcore.ConnectionPool]:
    """The connection pools of a client."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            yield transport._pool
