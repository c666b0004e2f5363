"""Death at a chosen step: every journal write and every call to the server, before it and after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.desk import Carrier
from tui.services.session import Session
from tui.services.storage.journal import Intent, Journal, Settlement


class Killed(BaseException):
    """The program ends here; nothing may catch it."""


class Tripwire:
    """Raises `Killed` at the n-th step and at every one after it, as a dead process would do nothing more.
    With `strike`, that is called instead (a real SIGKILL)."""

    def __init__(self, fatal: int, strike: Callable[[], None] | None = None) -> None:
        self.fatal = fatal
        self.steps = 0
        self.dead = False
        self._strike = strike
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self.steps += 1
            if self.steps >= self.fatal:
                self.dead = True
                if self._strike is not None:
                    self._strike()
                raise Killed

    @contextmanager
    def around(self) -> Iterator[None]:
        self.step()
        yield
        self.step()


class MortalJournal(Journal):
    """A journal whose process may die before and after each write."""

    def __init__(self, path: Path, wire: Tripwire) -> None:
        super().__init__(path)
        self._wire = wire
        self._marks: list[Any] = []

    def open_set(self, *args: Any, **kwargs: Any) -> str:
        with self._wire.around():
            return super().open_set(*args, **kwargs)

    def intend(self, change_set: str, intents: Sequence[Intent]) -> list[int]:
        with self._wire.around():
            return super().intend(change_set, intents)

    def step(self, ids: Sequence[int], step: str) -> None:
        with self._wire.around():
            super().step(ids, step)

    def settle(self, settlements: Sequence[Settlement]) -> frozenset[int]:
        with self._wire.around():
            return super().settle(settlements)

    def mark_undone(self, change_set: str, undone_by: str) -> None:
        with self._wire.around():
            super().mark_undone(change_set, undone_by)

    @contextmanager
    def at_work(self, change_set: str) -> Iterator[None]:
        mark = super().at_work(change_set)
        self._marks.append(mark)  # a dead process takes no mark back, not even when it is collected
        mark.__enter__()
        try:
            yield
        finally:
            if not self._wire.dead:
                mark.__exit__(None, None, None)


def make_mortal(session: Session, carrier: Carrier | None, wire: Tripwire) -> None:
    """Lets the session die at a step of `wire`: at its journal, and before and after the server has acted."""
    session._journal = MortalJournal(session.places.journal_file, wire)
    if carrier is not None:
        carrier.around = wire.around
