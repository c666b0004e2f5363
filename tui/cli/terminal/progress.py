"""A line on a terminal that says how far a long command is: count, rate, time left."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TextIO

FIRST_AFTER = 1.0
EVERY = 0.5


class Progress:
    """Drawn on `stream` only if that is a terminal and nobody wants it `quiet`, not before the command has
    taken a second, and twice a second at most."""

    def __init__(
        self,
        stream: TextIO,
        total: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        quiet: bool = False,
    ) -> None:
        self.total = total
        self.done = 0
        self._stream = stream
        self._clock = clock
        self._start = clock()
        self._due = self._start + FIRST_AFTER
        self._drawn = False
        self._enabled = not quiet and stream.isatty() and os.environ.get("TERM") != "dumb"

    def advance(self, count: int = 1) -> None:
        """Another `count` devices are done."""
        self.done += count
        if not self._enabled:
            return
        now = self._clock()
        if now >= self._due:
            self._due = now + EVERY
            self._drawn = True
            self._draw(f"\r{self.describe(now - self._start)}\x1b[K")

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._drawn:
            self._drawn = False
            self._draw("\r\x1b[K")

    def _draw(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._enabled = False

    def describe(self, seconds: float) -> str:
        """The line's text after so many seconds."""
        rate = self.done / seconds if seconds > 0 else 0.0
        speed = f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
        if self.total is None:
            return f"{self.done:,} devices, {speed}"
        text = f"{self.done:,} of {self.total:,}, {speed}"
        if rate > 0 and self.done < self.total:
            text += f", {clock_face((self.total - self.done) / rate)} left"
        return text


def clock_face(seconds: float) -> str:
    """The time as `2:05` or `1:00:07`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
