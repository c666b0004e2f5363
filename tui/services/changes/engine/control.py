"""Pause, resume and cancel for a running change; looked at between calls, never inside one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Control:
    """The handle that a front end keeps while a change runs in another thread. Thread-safe. `begun` turns
    True before the first call that changes something."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._calls = self._devices = 0
        self.begun = False

    def pause(self) -> None:
        """No further call starts; those in flight end and are settled."""
        self._open.clear()

    def resume(self) -> None:
        """Goes on after `pause`."""
        self._open.set()

    def cancel(self) -> None:
        """Ends for good: what was not sent is skipped. Also wakes a paused change."""
        self._cancelled.set()
        self._open.set()

    @property
    def paused(self) -> bool:
        """Whether it is paused and not cancelled."""
        return not self._open.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._cancelled.is_set()

    @contextmanager
    def flight(self, devices: int) -> Iterator[None]:
        """Counts a call for so many devices while it is under way and not yet written down."""
        with self._lock:
            self._calls += 1
            self._devices += devices
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._devices -= devices

    @property
    def in_flight(self) -> tuple[int, int]:
        """How many calls are under way, and for how many devices."""
        return self._calls, self._devices

    def may_go_on(self) -> bool:
        """Waits while paused; False once cancelled."""
        self._open.wait()
        return not self.cancelled
