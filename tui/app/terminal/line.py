"""The order of things on the way to the terminal: frames become differences, everything else passes. Pure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from tui.app.terminal.diff import ScreenDiff
from tui.patterns import pattern

CATCH_UP: Final = ""
"""What is queued in place of a frame: write `ThinLine.catch_up()` when its turn comes."""

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_ENTER_ALTERNATE = "\x1b[?1049h"
# Mode numbers one by one: others (47, 1049, DECCOLM, origin) change cells or the cursor's place.
_MODE = r"(?:1|7|9|12|25|10(?:0[0-7]|1[56]|3[456])|2004|202[67]|2031|2048)"
_INERT = pattern(
    rf"(?:\x1b\[\?{_MODE}(?:;{_MODE})*[hl]|\x1b\[\?\d+\$p|\x1b\[[<>=?][\d;]*u|\x1b\[[>=]?\d*c|\x1b\[\??\d+n"
    r"|\x1b\[>\d*q|\x1b\[[0-6]? q|\x07|\x1b\](?!8;)\d[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\))+"
)


class ThinLine:
    """Takes what is written to a terminal and queues the least that shows the same.

    Frames that pile up while the line is busy are merged: the next bytes always lead to the newest screen.
    Anything that is not understood is passed on as it is, and the screen is sent in full from there on.
    `queue` takes text in order; `ask_size` returns columns and rows. Methods may be called from any thread.
    """

    def __init__(self, queue: Callable[[str], None], ask_size: Callable[[], tuple[int, int]]) -> None:
        self._queue, self._ask_size = queue, ask_size
        # Reentrant: the handlers of SIGTSTP and SIGCONT run in the middle of the main thread's own writes.
        self._guard = threading.RLock()
        self._diff = ScreenDiff(0, 0)
        self._stale: tuple[int, int] | None = (0, 0)
        self._pending = False
        self._queued = 0
        self._void = 0
        self._synchronized = False
        self._entered = False

    def write(self, data: str) -> None:
        """Take a frame into the wanted screen, or pass anything else on."""
        if data in (_BEGIN, _END):
            self._synchronized = True
            return
        if not data:
            return
        with self._guard:
            if self._entered and data == _ENTER_ALTERNATE:
                self._entered = False
                return
            self._renew()
            if self._diff.take(data):
                if not self._pending:
                    self._pending = True
                    self._queued += 1
                    self._queue(CATCH_UP)
                return
            if not _INERT.fullmatch(data):
                # What is queued before must not show frames that come after.
                self._void, self._queued = self._void + self._queued, 0
                if behind := self._difference():
                    self._queue(behind)
                self._diff = ScreenDiff(*self._ask_size())
            self._pending = False
            self._queue(data)

    def catch_up(self) -> str:
        """What to write in the turn of one CATCH_UP: the bytes to the newest screen."""
        with self._guard:
            if self._void:
                self._void -= 1
                return ""
            self._queued -= 1
            self._pending = False
            return self._difference()

    def _difference(self) -> str:
        self._renew()
        update = self._diff.update()
        if update.torn and self._synchronized:
            return f"{_BEGIN}{update.text}{_END}"
        return update.text

    def forget(self, size: tuple[int, int] | None = None) -> None:
        """From here on nothing is known of what the terminal shows; without `size` it is asked for.

        The next update sends the whole wanted screen again; if the size is another one, what is painted anew.
        """
        self._stale = size or (0, 0)

    def repaint(self) -> None:
        """Send the whole wanted screen again, for a terminal that others have written to."""
        self.forget()
        with self._guard:
            self._queued += 1
            self._queue(CATCH_UP)

    def adopt(self, frame: str, size: tuple[int, int]) -> None:
        """Take `frame` for what a terminal of `size` shows on its alternate screen, entered already."""
        with self._guard:
            if size == self._ask_size():
                self._diff, self._stale = ScreenDiff(*size), None
                self._entered = self._diff.seed(frame)

    def _renew(self) -> None:
        # A signal may mark the screen stale at any point: take the mark before acting on it.
        stale, self._stale = self._stale, None
        if stale is None:
            return
        size = stale if stale[0] else self._ask_size()
        if size == (self._diff.width, self._diff.height):
            self._diff.forget()
        else:
            self._diff = ScreenDiff(*size)
