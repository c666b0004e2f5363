"""The sandbox put together: a store, accounts, switches, sample devices and one WSGI callable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tui.server.calls import Call
from tui.server.handlers import Handlers
from tui.server.http.wsgi import Application
from tui.server.phone import PhoneDesk
from tui.server.rows import measure_text
from tui.server.sample import SECOND_ACCOUNT, sample_devices
from tui.server.store import Store
from tui.server.switching.conditions import Conditions, Switchboard
from tui.server.switching.switches import Switches
from tui.settings.files.private import make_throwaway
from tui.wire.xmlrpc import methods

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

# A larger store without a name goes to a temporary file: every list answer copies one that is in memory.
_MOST_IN_MEMORY = 50_000


DEFAULT_PASSWORD = "demo"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """A redirect server of one's own. `wsgi` is the callable; everything else is for those who set the
    scene.

    `sample` devices are put into a store that holds no records: so many of the first account, a few of a
    second one. `clock` gives the time, `pause` waits (interruptibly by default) where a switch says so.
    """

    def __init__(
        self,
        store_path: Path | None = None,
        *,
        accounts: Mapping[str, str] | None = None,
        sample: int = 0,
        switches: Switches | Iterable[str] = (),
        clock: Callable[[], datetime] = _utc_now,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        chosen = switches if isinstance(switches, Switches) else Switches.parse(switches)
        passwords = {"demo": DEFAULT_PASSWORD} if accounts is None else dict(accounts)
        self._clock = clock
        self._closing = threading.Event()
        self._folder: TemporaryDirectory[str] | None = None
        throw_away = store_path is None and sample > _MOST_IN_MEMORY
        if throw_away:
            self._folder = make_throwaway("sandbox")
            store_path = Path(self._folder.name) / "sandbox.db"
        self.store = Store(store_path, durable=not throw_away)
        self._accounts = {name: (self.store.account_id(name), word) for name, word in passwords.items()}
        self._board = Switchboard(chosen)
        self._handlers = Handlers(self.store)
        if sample and not self.store.count_records():
            first = next(iter(self._accounts.values()))[0] if passwords else self.store.account_id("demo")
            second = self.store.account_id(SECOND_ACCOUNT)
            self.store.fill(sample_devices(sample, first, second, measure_text))
        self.wsgi = Application(
            self._handlers,
            PhoneDesk(self.store, self._now),
            self._board,
            self._accounts,
            self._now,
            pause or self._wait,
        )

    def _wait(self, seconds: float) -> None:
        self._closing.wait(seconds)

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def set_switch(self, text: str) -> None:
        """Set `NAME=VALUE[@LIMIT,…]` from the next call on. Raises UsageError."""
        self._board.set_switch(text)

    @property
    def is_open_to_all(self) -> bool:
        """Whether an account has no password, or the one that everybody knows."""
        return any(word in ("", DEFAULT_PASSWORD) for _, word in self._accounts.values())

    @property
    def dates_registrations(self) -> bool:
        """Whether the dates it gives are those of registrations, which no phone's question moves."""
        return self._board.lasting("date") == "registration"

    def second_writer(self, account: str = "demo") -> SecondWriter:
        """A colleague who changes records of `account` behind everyone's back, past all switches."""
        return SecondWriter(self._handlers, self.store.account_id(account), self._now)

    def wake(self) -> None:
        """End every pause, now and from now on: the sandbox is about to be closed."""
        self._closing.set()

    def close(self) -> None:
        """End pauses and close the store. Once is enough, twice does no harm."""
        self._closing.set()
        self.store.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SecondWriter:
    """Changes records without a request. The methods answer as the server would: `(done, line)`."""

    def __init__(self, handlers: Handlers, account: int, now: Callable[[], int]) -> None:
        self._handlers = handlers
        self._account = account
        self._now = now

    def _do(self, method: str, *params: str) -> tuple[bool, str]:
        conditions: Conditions = Switchboard(Switches()).begin_call("", ())
        result = self._handlers.handle(Call(self._account, method, params, conditions, self._now()))
        assert isinstance(result, list)
        return bool(result[0]), str(result[1])

    def register(self, identifier: str, url: str, provider: str) -> tuple[bool, str]:
        """Register a device."""
        return self._do(methods.REGISTER, identifier, url, provider)

    def deregister(self, identifier: str) -> tuple[bool, str]:
        """Remove a record."""
        return self._do(methods.DEREGISTER, identifier)
