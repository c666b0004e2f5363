"""How many calls run at the same time: one at first, more while that pays, fewer when one is not answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.classes import define

# More calls at a time must get at least so much more done in the same time to be worth while.
_PAYS = 1.15
# A call that waits so many times longer than the slowest answer so far is taken to wait for a connection.
_STARVES = 1.5
# Calls after which a width that was no gain is tried again; doubled each time.
_HOLD = 16


@define(eq=False, slots=True)
class Turn:
    """One call, or calls that belong together, while it runs. Whoever makes it says if it was not
    answered."""

    size: int
    began: float
    width: int
    answered: bool = True


class Pace:
    """Lets calls run, at most `width` at a time. Thread-safe.

    A server may serve one connection at a time and keep that one: a call on a second connection then waits
    until the first is closed. Such a wait must end before `limit` (seconds of a call), because its answer may
    carry a password. So no further call starts, `rest` closes connections that are idle, and the width
    shrinks.
    """

    def __init__(
        self, most: int, limit: float, rest: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.width = 1
        self._most = max(1, most)
        self._limit = limit
        self._rest = rest
        self._clock = clock
        self._room = threading.Condition()
        self._turns: set[Turn] = set()
        self._workers = 0
        self._draining = self._slack = self._probing = False
        self._proven = 1
        self._slowest = 0.0
        # The width before this one, and the devices a second that it got done.
        self._before, self._rate = 1, 0.0
        self._since = self._start = clock()
        self._calls = self._devices = 0
        self._wait, self._hold = 0, _HOLD

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Room for a thread that makes calls: twice as many as calls may run, because one writes an answer
        down while another one's call runs."""
        with self._room:
            self._room.wait_for(lambda: self._workers < 2 * self.width)
            self._workers += 1
        try:
            yield
        finally:
            with self._room:
                self._workers -= 1
                self._room.notify_all()

    @contextmanager
    def turn(self, size: int) -> Iterator[Turn]:
        """Waits until a call for `size` devices may run; the block is the call."""
        with self._room:
            self._room.wait_for(lambda: not self._draining and len(self._turns) < self.width)
            self._slack = False
            mine = Turn(size, self._clock(), self.width)
            self._turns.add(mine)
        try:
            yield mine
        finally:
            with self._room:
                self._turns.discard(mine)
                self._note(mine)
                if self._draining or (self._slack and self._turns):
                    self._rest()
                self._draining &= bool(self._turns)
                self._room.notify_all()

    def slacken(self) -> None:
        """No call follows for now: a kept connection that is idle must not stand in the way of those in
        flight."""
        with self._room:
            self._slack = True
            if self._turns:
                self._rest()

    def _note(self, ended: Turn) -> None:
        now = self._clock()
        if not ended.answered:
            if ended.began >= self._since or self.width == 1:
                self._narrow(now)
            return
        self._slowest = max(self._slowest, now - ended.began)
        if self._draining:
            return
        if any(self._starves(now - one.began) for one in self._turns):
            self._narrow(now)
            return
        if ended.began < self._since:
            return
        self._start = min(self._start, ended.began) if self._calls else ended.began
        self._calls += 1
        self._devices += ended.size
        if self._wait:
            self._wait -= 1
        elif self._calls >= self.width:
            self._end_round(self._devices / max(now - self._start, 1e-9), now)

    def _starves(self, waited: float) -> bool:
        unproven = self.width > self._proven and waited > _STARVES * self._slowest
        return unproven or waited > self._limit / 4

    def _end_round(self, rate: float, now: float) -> None:
        """As many calls have ended as run at a time: on to more of them, or back if they were no gain."""
        if self._probing and rate < _PAYS * self._rate:
            self._set_width(self._before, now)
            self._wait, self._hold = self._hold, 2 * self._hold
            return
        self._proven = self.width
        wider = min(2 * self.width, self._most)
        # Served one after the other, the last of so many calls must still be answered in time.
        if wider == self.width or 2 * wider * self._slowest > self._limit:
            self._set_width(self.width, now)
            self._wait = self._hold
            return
        self._before, self._rate = self.width, rate
        self._set_width(wider, now)
        self._probing = True

    def _narrow(self, now: float) -> None:
        self._set_width(max(1, self.width // 2), now)
        self._proven = min(self._proven, self.width)
        self._wait, self._hold = self._hold, 2 * self._hold

    def _set_width(self, width: int, now: float) -> None:
        # Connections that are too many must not be kept: the server may be waiting at one of them.
        self._draining |= width < self.width
        self.width = width
        self._probing = False
        self._since = now
        self._calls = self._devices = 0
