"""Pause, resume and cancel for a running change; looked at between calls, never inside one."""

from __future__ import annotations

import threading


class Control:
    """The handle that a front end keeps while a change runs in another thread. Thread-safe."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._cancelled = threading.Event()

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

    def may_go_on(self) -> bool:
        """Waits while paused; False once cancelled."""
        self._open.wait()
        return not self.cancelled
