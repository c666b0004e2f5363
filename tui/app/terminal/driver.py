"""Textual's driver for Linux and macOS with a screen diff below it: only changed cells go down the line."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

from textual import events
from textual.driver import Driver
from textual.message import Message

from tui.app.terminal.line import ThinLine

if sys.platform != "win32" or TYPE_CHECKING:
    from textual.drivers.linux_driver import LinuxDriver
else:
    LinuxDriver = Driver

SWITCH_OFF = "REDIRECTORY_FULL_REPAINT"
"""The environment variable that, set to anything but "0", leaves every repaint to Textual's own driver."""

_painted: tuple[str, tuple[int, int]] | None = None
_started: Callable[[], list[Any]] | None = None


def adopt_painted(frame: str, size: tuple[int, int], started: Callable[[], list[Any]] | None = None) -> None:
    """Tell the next driver that the alternate screen was entered and cleared already and shows `frame`.

    `frame` is cursor positions (both numbers given), SGR and text; `size` is columns and rows. What is on the
    screen already is then not painted again. `started` is called once the driver has the screen and returns
    the terminal's modes as they were before anything was set.
    """
    global _painted, _started
    _painted, _started = (frame, size), started


class _Outlet:
    """The file that Textual's writer thread writes to, with the line's updates in their turn."""

    def __init__(self, file: IO[str], line: ThinLine) -> None:
        self._file, self._line = file, line

    def write(self, text: str) -> int:
        text = text or self._line.catch_up()
        return self._file.write(text) if text else 0

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()


class ThinDriver(LinuxDriver):
    """Keeps the cells that the terminal shows and writes the difference."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._line = ThinLine(super().write, self._get_terminal_size)
        super().__init__(*arguments, **options)
        self._file: Any = _Outlet(self._file, self._line)
        self._turn = threading.Lock()
        self._early: list[Message] | None = [] if getattr(self._app, "HOLDS_EARLY_KEYS", False) else None

    def write(self, data: str) -> None:
        self._line.write(data)

    def repaint(self) -> None:
        """Send the whole screen again, for a terminal that others have written to."""
        self._line.repaint()

    def start_application_mode(self) -> None:
        global _painted, _started
        painted, _painted = _painted, None
        started, _started = _started, None
        self._line.forget()
        if painted is not None:
            self._line.adopt(*painted)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if started is not None:
            self.attrs_before = started()
        resize = signal.getsignal(signal.SIGWINCH)

        def note_resize(number: int, frame: FrameType | None) -> None:
            self._line.forget()
            if callable(resize):
                resize(number, frame)

        signal.signal(signal.SIGWINCH, note_resize)

    def resume_application_mode(self) -> None:
        super().resume_application_mode()
        # After ctrl+z Textual paints nothing as long as the size is the same.
        self._app.call_later(self._app.refresh, layout=True)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize):
            self._line.forget((message.size.width, message.size.height))
        if isinstance(message, events.Key | events.Paste):
            with self._turn:
                if self._early is not None:
                    self._early.append(message)
                    return
        super().process_message(message)

    def let_keys_in(self) -> None:
        """Pass on what was typed before there was a field for it; Textual would drop it. Only an app with
        `HOLDS_EARLY_KEYS` has to call it."""
        with self._turn:
            early, self._early = self._early or [], None
            for message in early:
                super().process_message(message)

    def _enable_mouse_support(self) -> None:
        # No reports of a mouse that merely moves (1003): each costs bytes both ways and a repaint.
        if self._mouse:
            self.write("\x1b[?1000;1002;1006h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000;1002;1006l")


def choose_driver() -> type[Driver] | None:
    """The driver to hand to Textual's `App(driver_class=...)`; None leaves the choice to Textual.

    None on Windows, without a terminal or with TERM=dumb, in an encoding that cannot show every character, if
    TEXTUAL_DRIVER names another driver (as the web server does), or if REDIRECTORY_FULL_REPAINT is set.
    """
    output = sys.__stderr__
    if (
        sys.platform == "win32"
        or os.environ.get(SWITCH_OFF, "0") not in ("", "0")
        or os.environ.get("TEXTUAL_DRIVER")
        or os.environ.get("TERM", "") in ("", "dumb")
        or output is None
        or not output.isatty()
        or (output.encoding or "").lower().replace("-", "") != "utf8"
    ):
        return None
    return ThinDriver
