"""The private names of Textual that this program uses, all of them, each behind a name of ours.

No other module may touch one. `tests/unit/app/test_textual_private.py` fails loudly when Textual moves what
is used here; `pyproject.toml` pins Textual below its next major version.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import signal
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from textual import _time
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import IS_ITERM, XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual import events
    from textual.message_pump import MessagePump
    from textual.widgets import Input

__all__ = ["ANSI_SEQUENCES_KEYS", "FUNCTIONAL_KEYS", "IS_ITERM", "XTermParser"]

AltDigit = Enum("AltDigit", {f"ALT_{digit}": f"alt+{digit}" for digit in "0123456789"})  # type: ignore[misc]


def get_time() -> float:
    """Seconds on the clock by which events are stamped."""
    return _time.get_time()


def free_alt_digits() -> None:
    """Let alt and a digit be just that: Textual turns them into signs that a macOS terminal would type."""
    for key in AltDigit:
        cast("dict[str, Any]", ANSI_SEQUENCES_KEYS)[f"\x1b{key.value[-1]}"] = (key,)


def read_keys(parser: XTermParser, sequence: str, *, alt: bool) -> list[events.Key]:
    """The keys of a sequence that was taken apart already."""
    return list(parser._sequence_to_key_events(sequence, alt=alt))


# the app


def begin_with_theme(app: App[Any], name: str) -> None:
    """Set the theme before the app is initialised: assigning `theme` would have a watcher parse every style
    sheet once more before the first frame."""
    app._reactive_theme = name  # type: ignore[attr-defined]


def keep_clipboard(app: App[Any], text: str) -> None:
    """What a paste within the app gives; the terminal's clipboard is written by `write_through`."""
    app._clipboard = text


def write_through(app: App[Any], sequence: str) -> None:
    """Send a sequence to the terminal as it is; nothing without a driver."""
    if app._driver is not None:
        app._driver.write(sequence)


def let_keys_in(app: App[Any]) -> None:
    """Have a driver that holds early keys pass them on."""
    if let_in := getattr(app._driver, "let_keys_in", None):
        let_in()


def is_leaving(app: App[Any]) -> bool:
    """Whether the app was told to exit."""
    return app._exit


def find_parent(pump: MessagePump) -> MessagePump | None:
    """Where events of a widget or screen bubble to."""
    return pump._parent


def find_suggestion(entry: Input) -> str:
    """The completion that an entry shows."""
    return entry._suggestion


class EndsQuietly(App[int]):
    """Textual would print a traceback with the values of local variables, secrets among them; here
    `describe_defect` says what is shown instead."""

    def describe_defect(self, error: BaseException | None) -> RenderableType:
        """What is printed when a defect ends the app."""
        raise NotImplementedError

    def _fatal_error(self) -> None:
        self._exit_renderables.append(self.describe_defect(self._exception))
        self._close_messages_no_wait()


# the driver


class OpenDriver(LinuxDriver):
    """Textual's driver for Linux and macOS with what a subclass needs of it under public names."""

    MOUSE: tuple[str, str] | None = None
    """Sequences that turn mouse reports on and off, in place of Textual's own."""

    @property
    def app(self) -> Any:
        """The app, or whatever has its place in a test."""
        return self._app

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The app's event loop."""
        return self._loop

    @property
    def is_writing(self) -> bool:
        """Whether the thread that writes has been started."""
        return self._writer_thread is not None

    def measure(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        return self._get_terminal_size()

    def set_output(self, output: Any) -> None:
        """Where the thread that writes writes to."""
        self._file: Any = output

    def handle_stops(self) -> None:
        """Take ctrl+z and fg as events of the loop: Textual's own handlers may come in the middle of a write,
        and wait for it."""
        self._loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        self._loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def end_writing(self, patience: float) -> None:
        """End the thread that writes, but wait no longer than so many seconds."""
        if self._writer_thread is not None:
            with contextlib.suppress(queue.Full):
                self._writer_thread._queue.put(None, timeout=patience)
            self._writer_thread.join(patience)

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def _enable_mouse_support(self) -> None:
        if self.MOUSE is None:
            super()._enable_mouse_support()
        elif self._mouse:
            self.write(self.MOUSE[0])

    def _disable_mouse_support(self) -> None:
        if self.MOUSE is None:
            super()._disable_mouse_support()
        elif self._mouse:
            self.write(self.MOUSE[1])
