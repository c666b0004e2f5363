"""The only writer to stderr, and the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import IntEnum
from typing import TextIO

from tui.cli.terminal_signs import find_translation
from tui.errors import RedirectoryError
from tui.model.outcome import Outcome, Result
from tui.model.secrets import mask_credentials
from tui.model.text import make_inert


class ExitCode(IntEnum):
    """What a script can rely on; a higher concern wins when several apply (see `worst`)."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    LINK = 3
    UNKNOWN = 4
    DIFFERENT = 5
    OUTPUT = 6
    INTERRUPTED = 130


_RANK = (
    ExitCode.DONE,
    ExitCode.DIFFERENT,
    ExitCode.REFUSED,
    ExitCode.USAGE,
    ExitCode.LINK,
    ExitCode.OUTPUT,
    ExitCode.UNKNOWN,
    ExitCode.INTERRUPTED,
)


def worst(*codes: int) -> ExitCode:
    """The code that says most: an unknown outcome outranks a lost link, which outranks a refusal."""
    return max((ExitCode(code) for code in codes), key=_RANK.index, default=ExitCode.DONE)


_LINK_CODES = frozenset({"not_reached", "login_refused", "server_failed", "unreadable", "cut_off"})


def judge(outcomes: Iterable[Outcome]) -> ExitCode:
    """The exit code that a set of outcomes deserves."""
    code = ExitCode.DONE
    for outcome in outcomes:
        if outcome.result is Result.UNKNOWN:
            code = worst(code, ExitCode.UNKNOWN)
        elif outcome.code in _LINK_CODES and not outcome.result.is_done:
            code = worst(code, ExitCode.LINK)
        elif outcome.password_lost or not (outcome.result.is_done or outcome.code == "duplicate"):
            code = worst(code, ExitCode.REFUSED)
    return code


class Diagnostics:
    """Notes, warnings and errors for the person at the terminal; inert, without credentials."""

    def __init__(
        self, stream: TextIO | None = None, *, name: str = "redirectory", quiet: bool = False
    ) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self.quiet = quiet
        self.before_write: Callable[[], None] | None = None
        self._translate = find_translation(self._stream)
        self._name = name

    @property
    def on_terminal(self) -> bool:
        """Whether a person may be reading along."""
        return not self.quiet and self._stream.isatty()

    def note(self, text: str) -> None:
        """Say something useful that `--quiet` hides."""
        if not self.quiet:
            self._write(text)

    def warn(self, text: str) -> None:
        """Say something that the person should know before trusting the result."""
        self._write(f"warning: {text}")

    def list_some(self, lines: Sequence[str], most: int = 20) -> None:
        """The first lines, indented, and how many more there are."""
        for line in lines[:most]:
            self.note(f"  {line}")
        if len(lines) > most:
            self.note(f"  ... and {len(lines) - most:,} more")

    def alert(self, text: str) -> None:
        """Say something from a signal handler: past the stream's buffer, which may be in use right now."""
        try:
            over = "\r\x1b[K" if self._stream.isatty() else ""
            os.write(self._stream.fileno(), f"{over}{make_inert(text)}\n".encode())
        except OSError:
            return

    def fail(self, error: RedirectoryError) -> ExitCode:
        """Print title, detail and hint, and return the error's exit code."""
        self._write(f"{self._name}: {error.title}")
        for part in (error.detail, error.hint):
            if part:
                self._write(f"  {part}")
        return ExitCode(error.exit_code)

    def ask(self, question: str) -> str:
        """A line typed by the person; empty at end of input."""
        self._stream.write(f"{make_inert(mask_credentials(question))} ")
        self._stream.flush()
        try:
            return sys.stdin.readline().strip()
        except KeyboardInterrupt:
            self._stream.write("\n")
            raise
        except (OSError, ValueError):  # closed: nobody is there to ask
            return ""

    def _write(self, text: str) -> None:
        # Where it goes may be gone, as after SIGHUP: that must not end a change in the middle.
        with suppress(OSError, ValueError):
            if self.before_write is not None:
                self.before_write()
            for line in text.split("\n"):
                plain = make_inert(mask_credentials(line))
                if self._translate is not None:
                    plain = self._translate(plain)
                try:
                    self._stream.write(plain + "\n")
                except UnicodeEncodeError:
                    self._stream.write(plain.encode("ascii", "backslashreplace").decode("ascii") + "\n")
            self._stream.flush()
