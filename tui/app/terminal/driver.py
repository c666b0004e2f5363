"""Textual's driver for Linux and macOS with a screen diff below it: only changed cells go down the line."""

from __future__ import annotations

import codecs
import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from textual import events
from textual.app import App, ScreenError
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.app.terminal.bursts import Burst
from tui.app.terminal.input import InputParser
from tui.app.terminal.line import ThinLine
from tui.app.terminal.outlet import Outlet
from tui.app.textual_private import OpenDriver
from tui.model.text.signs import find_charset, is_coerced, translation

SWITCH_OFF = "REDIRECTORY_FULL_REPAINT"
"""The environment variable that, set to anything but "0", leaves every repaint to Textual's own driver."""

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
WRITE_PATIENCE = 1.0
"""Seconds that the terminal has for the last bytes."""
READ_AS_LATIN_1 = (
    "The terminal sent text that is not UTF-8; it was read as ISO-8859-1. "
    "Check what was typed, and set the terminal to UTF-8."
)

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


def _find_output() -> int:
    """The handle of the terminal: standard error as with Textual, or standard output where that is none."""
    for stream in (sys.__stderr__, sys.__stdout__):
        if stream is not None and stream.isatty():
            return stream.fileno()
    return -1


class TerminalDriver(OpenDriver):
    """Keeps the cells that the terminal shows and writes the difference, with a way in and a way out that
    nothing from outside can end or misuse.

    What arrives goes through `InputParser`. SIGTERM, SIGHUP, SIGINT and a terminal that is gone end the app
    in order if it has an `end_by_signal`. Repaints are Textual's own where `wants_full_repaint`.
    """

    # No reports of a mouse that merely moves (1003): each costs bytes both ways and a repaint.
    MOUSE = ("\x1b[?1000;1002;1006h", "\x1b[?1000;1002;1006l")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        whole = wants_full_repaint()
        self._line = None if whole else ThinLine(partial(LinuxDriver.write, self), self.measure)
        super().__init__(*arguments, **options)
        coerced = is_coerced(sys.flags.utf8_mode, os.environ)
        self._charset = find_charset(os.environ, coerced=coerced)
        catch_up = self._line.catch_up if self._line is not None else None
        signs = translation(os.environ, coerced=coerced)
        self._outlet = Outlet(_find_output(), self._charset, signs, catch_up)
        self.set_output(self._outlet)
        self._bursts = getattr(self.app, "HOLDS_EARLY_KEYS", False)
        self._turn = threading.Lock()
        self._early: list[Message] | None = [] if self._bursts else None
        self._cursor_shown = False
        self._told_of_latin_1 = False
        codecs.register_error("redirectory.latin-1", self._decode_rest)

    def _decode_rest(self, error: UnicodeError) -> tuple[str, int]:
        """What is no UTF-8 as ISO-8859-1, as a terminal sends it that is set to that; this is said once."""
        assert isinstance(error, UnicodeDecodeError)
        text = error.object[error.start : error.end].decode("latin-1")
        say = getattr(self.app, "say", None)
        if say is not None and not self._told_of_latin_1:
            self._told_of_latin_1 = True
            self.loop.call_soon_threadsafe(self.app.call_later, say, READ_AS_LATIN_1, "warning")
        return "".join(char if char >= "\xa0" else "\ufffd" for char in text), error.end

    def start_application_mode(self) -> None:
        global _painted, _started
        painted, _painted = _painted, None
        started, _started = _started, None
        if self._line is not None:
            self._line.forget()
            if painted is not None:
                self._line.adopt(*painted)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if started is not None:
            self.attrs_before = started()
        if self._line is not None:
            self._forget_at_resize(self._line)
        if threading.current_thread() is not threading.main_thread():
            return
        self.handle_stops()
        end: Callable[[int], None] | None = getattr(self.app, "end_by_signal", None)
        if end is None:
            return
        for number in ENDING_SIGNALS:
            self.loop.add_signal_handler(number, end, number)
        early = getattr(self.app, "early_signal", None)
        if early is not None and early.number is not None:
            self.loop.call_soon(end, early.number)

    def stop_application_mode(self) -> None:
        self._show_cursor(False)
        super().stop_application_mode()

    def close(self) -> None:
        # A terminal that takes nothing, as after ctrl+s, must not hold the end back.
        self.end_writing(WRITE_PATIENCE)

    def _forget_at_resize(self, line: ThinLine) -> None:
        resize = signal.getsignal(signal.SIGWINCH)

        def note_resize(number: int, frame: FrameType | None) -> None:
            line.forget()
            if callable(resize):
                resize(number, frame)

        signal.signal(signal.SIGWINCH, note_resize)

    def resume_application_mode(self) -> None:
        super().resume_application_mode()
        # After ctrl+z Textual paints nothing as long as the size is the same.
        self.app.call_later(self.app.refresh, layout=True)

    def write(self, data: str) -> None:
        if self._line is not None:
            self._line.write(data)
        else:
            super().write(data)
        self._follow_focus()

    def repaint(self) -> None:
        """Send the whole screen again, for a terminal that others have written to."""
        if self._line is not None:
            self._line.repaint()

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize) and self._line is not None:
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

    def _follow_focus(self) -> None:
        with contextlib.suppress(ScreenError):  # the app has no screen yet, or none any more
            self._show_cursor(bool(getattr(self.app, "typing", False)))

    def _show_cursor(self, shown: bool) -> None:
        """The terminal's own cursor stands where typing goes, for those who listen to the screen, as a bar:
        a block would turn the reversed cell below it back."""
        if shown != self._cursor_shown and self.is_writing:
            self._cursor_shown = shown
            LinuxDriver.write(self, "\x1b[6 q\x1b[?25h" if shown else "\x1b[?25l\x1b[0 q")

    def run_input_thread(self) -> None:
        """Read until the app ends or the terminal is gone."""
        parser = InputParser()
        errors = "redirectory.latin-1" if self._charset in ("utf-8", "ascii") else "replace"
        charset = "utf-8" if self._charset == "ascii" else self._charset
        decoder = codecs.getincrementaldecoder(charset)(errors)
        while not self.exit_event.is_set():
            due = parser.due
            patience = 0.1 if due is None else min(0.1, max(0.0, due - time.monotonic()))
            ready = select.select([self.fileno], [], [], patience)[0]
            if ready:
                try:
                    data = os.read(self.fileno, 65536)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._hang_up()
                    return
                text = decoder.decode(data)
            else:
                # An ä in ISO-8859-1 looks like the start of something longer: nothing more came.
                text = decoder.decode(b"", final=True)
                decoder.reset()
            for message in parser.feed(text) if text else parser.tick():
                self._hand_on(message)

    def _hand_on(self, message: Message) -> None:
        if isinstance(message, Burst) and not self._bursts:
            for key in message.keys:
                self.process_message(key)
        else:
            self.process_message(message)

    def _hang_up(self) -> None:
        end = getattr(self.app, "end_by_signal", None) or (lambda _: self.app.exit(return_code=1))
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self.loop.call_soon_threadsafe(end, signal.SIGHUP)


def has_safe_driver(app: App[Any]) -> bool:
    """Whether the app's driver takes signals and ends the app in order."""
    return issubclass(app.driver_class, TerminalDriver)


def wants_full_repaint() -> bool:
    """Whether repaints are Textual's own: with TERM=dumb, and where REDIRECTORY_FULL_REPAINT is set."""
    return os.environ.get(SWITCH_OFF, "0") not in ("", "0") or os.environ.get("TERM", "") in ("", "dumb")


def choose_driver() -> type[Driver] | None:
    """The driver to hand to Textual's `App(driver_class=...)`.

    None, which leaves the choice to Textual, without a terminal, or if TEXTUAL_DRIVER names one
    (as the web server does).
    """
    return None if os.environ.get("TEXTUAL_DRIVER") or _find_output() < 0 else TerminalDriver
