"""A sandbox for every test: its own store, a clock that stands still, pauses noted instead of made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tui.model.secrets import Secret
from tui.server.http.embedded import EmbeddedTransport
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox
from tui.wire.client import RedirectClient
from tui.wire.xmlrpc.methods import ENDPOINT_PATH

SERVER = "http://sandbox.example"


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pauses() -> list[float]:
    """The seconds of every pause the sandbox would have made."""
    return []


MakeSandbox = Callable[..., Sandbox]


@pytest.fixture
def make_sandbox(clock: Clock, pauses: list[float]) -> Iterator[MakeSandbox]:
    """make_sandbox("bulk=good", sample=10): a sandbox with accounts demo/demo and rival/secret."""
    made: list[Sandbox] = []

    def make(*switches: str, sample: int = 0, path: Path | None = None) -> Sandbox:
        accounts = {"demo": "demo", "rival": "secret"}
        sandbox = Sandbox(
            path, accounts=accounts, sample=sample, switches=switches, clock=clock, pause=pauses.append
        )
        made.append(sandbox)
        return sandbox

    yield make
    for sandbox in made:
        sandbox.close()


@pytest.fixture
def sandbox(make_sandbox: MakeSandbox) -> Sandbox:
    """A sandbox with every switch at its default and no records."""
    return make_sandbox()


ClientOf = Callable[..., RedirectClient]


@pytest.fixture
def client_of() -> Iterator[ClientOf]:
    """client_of(sandbox, "rival", "secret"): our client, talking to a sandbox in this process."""
    made: list[RedirectClient] = []

    def make(sandbox: Sandbox, user: str = "demo", password: str = "demo") -> RedirectClient:
        transport = EmbeddedTransport(sandbox.wsgi)
        client = RedirectClient(SERVER + ENDPOINT_PATH, user, Secret(password), transport=transport)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(sandbox: Sandbox, client_of: ClientOf) -> RedirectClient:
    return client_of(sandbox)


Http = Callable[..., httpx.Response]


@pytest.fixture
def http() -> Http:
    """http(sandbox, "POST", body=…): one bare HTTP request as the account demo; `path` is the RPC path."""

    def send(
        sandbox: Sandbox,
        verb: str = "POST",
        path: str = ENDPOINT_PATH,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | httpx.Auth | None = ("demo", "demo"),
    ) -> httpx.Response:
        with httpx.Client(transport=EmbeddedTransport(sandbox.wsgi), base_url=SERVER) as bare:
            return bare.request(verb, path, content=body, headers=headers, auth=auth)

    return send


Served = Callable[[Sandbox], str]


@pytest.fixture
def served() -> Iterator[Served]:
    """served(sandbox): its URL on loopback, answered by a thread until the test is over."""
    running: list[tuple[Serving, threading.Thread]] = []

    def start(sandbox: Sandbox) -> str:
        serving = Serving(sandbox, "127.0.0.1", 0)
        thread = threading.Thread(target=serving.run)
        thread.start()
        running.append((serving, thread))
        return serving.url

    yield start
    for serving, thread in running:
        serving.stop()
        thread.join(10)
        assert not thread.is_alive()
