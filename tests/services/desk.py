"""A session on a sandbox for the tests of changes, and the sandbox's own view of its records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tui.model.addresses import Identifier
from tui.model.outcome import Outcome
from tui.model.registration import Registration, Target
from tui.model.secrets import Secret
from tui.server.http.embedded import EmbeddedTransport
from tui.server.sandbox import Sandbox
from tui.services.session import Batching, Session
from tui.settings.accounts import Account
from tui.settings.files.paths import gather_places
from tui.wire.client import RedirectClient, Timeouts

URL = "http://sandbox.localhost/apxml/rpc.do"
KEY = "demo@sandbox"
OLD = Target("http://old.example/%MACD.xml", "Daryna")
NEW = Target("http://new.example/%DVID/%MACD.xml", "Nordlicht")


def phone(number: int, *, bare: bool = False) -> Identifier:
    """The n-th test phone; every one has another suffix."""
    return Identifier(f"7C2F80{number:06X}", None if bare else f"{(number * 7919 + 257) % 65536:04X}")


def phones(count: int, start: int = 0, *, bare: bool = False) -> list[Identifier]:
    return [phone(number, bare=bare) for number in range(start, start + count)]


def at(identifiers: Iterable[Identifier], target: Target = NEW) -> list[Registration]:
    return [Registration(identifier, target) for identifier in identifiers]


class Carrier(EmbeddedTransport):
    """The sandbox in process. It notes the calls; `around` is entered for the time of each."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.wsgi)
        self.methods: list[str] = []
        self.around: Callable[[], AbstractContextManager[None]] = nullcontext

    def handle_request(self, request: Any) -> Any:
        body = request.read()
        self.methods.append(body.partition(b"<methodName>")[2].partition(b"</methodName>")[0].decode())
        with self.around():
            return super().handle_request(request)

    def changing(self) -> list[str]:
        return [name.rpartition(".")[2] for name in self.methods if "egister" in name]


class Desk:
    """One sandbox, one journal folder, and sessions on them."""

    def __init__(self, home: Path, *switches: str, chunk: int = 50, connections: int = 4) -> None:
        self.home = home
        self.batching = Batching(chunk, connections)
        self.sandbox = Sandbox(accounts={"demo": "demo", "other": "other"}, switches=switches)
        self.carrier = Carrier(self.sandbox)
        self.given: dict[str, Target] = {}
        self._sessions: list[Session] = []
        self.session = self.open()

    def open(self, transport: Any = None) -> Session:
        carrier = transport or self.carrier

        def connect() -> RedirectClient:
            return RedirectClient(
                URL, "demo", Secret("demo"), transport=carrier, timeouts=Timeouts(read=0.2, call=5.0)
            )

        session = Session(
            Account("demo", "http://sandbox.localhost", "demo"),
            gather_places(self.home),
            connect,
            server_url=URL,
            account_key=KEY,
            title="demo",
        )
        session.batching = self.batching
        self._sessions.append(session)
        return session

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self.sandbox.close()

    def give(self, identifiers: Sequence[Identifier], target: Target = OLD, account: str = "demo") -> None:
        """Records that exist before the test begins."""
        writer = self.sandbox.second_writer(account)
        for identifier in identifiers:
            done, line = writer.register(identifier.wire, target.url, target.provider)
            assert done, line
        if account == "demo":
            self.given |= {one.mac: target for one in identifiers}

    def new_carrier(self) -> Carrier:
        return Carrier(self.sandbox)

    def targets(self, account: str = "demo") -> dict[str, Target]:
        """The truth: every record of the account, out of the sandbox's own store."""
        owner = self.sandbox.store.account_id(account)
        snapshot = self.sandbox.store.snapshot(owner)
        try:
            return {mac: Target(url, provider) for mac, provider, url, *_ in snapshot.rows()}
        finally:
            snapshot.close()

    def password(self, mac: str) -> str:
        with self.sandbox.store.read() as transaction:
            device = transaction.find(mac)
            assert device is not None
            return device.password


@contextmanager
def in_memory(fallback: Path) -> Iterator[Path]:
    """A folder whose writes need no disk where the system has one: a killed process loses nothing there
    either."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield fallback
        return
    with TemporaryDirectory(dir=shared, prefix="redirectory-test-") as folder:
        yield Path(folder)


@contextmanager
def at_desk(home: Path, *switches: str, chunk: int = 50, connections: int = 4) -> Iterator[Desk]:
    desk = Desk(home, *switches, chunk=chunk, connections=connections)
    try:
        yield desk
    finally:
        desk.close()


def by_mac(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Outcomes by MAC; each device has exactly one."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        assert outcome.mac not in found, f"two outcomes for {outcome.mac}"
        found[outcome.mac] = outcome
    return found
