"""The only writer to stderr, and the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum

from tui.cli.terminal.signs import find_translation
from tui.errors import RedirectoryError
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from tui.model.outcome import Outcome


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
    from tui.model.outcome import Result

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
    """Notes, warnings and errors for the person at the terminal; inert, without credentials. With `as_json`
    each error is a JSON object on a line of its own, and what is no error stays text. With `quiet` errors,
    without their hints, and questions are all that is said."""

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        name: str = "redirectory",
        quiet: bool = False,
        as_json: bool = False,
    ) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self.quiet = quiet
        self.as_json = as_json
        self.before_write: Callable[[], None] | None = None
        self._translate = find_translation(self._stream)
        self._name = name

    @property
    def on_terminal(self) -> bool:
        """Whether a person may be reading along."""
        return not self.quiet and self._stream.isatty()

    def note(self, text: str) -> None:
        """Say something useful."""
        if not self.quiet:
            self._write(text)

    def warn(self, text: str) -> None:
        """Say something that the person should know before trusting the result."""
        self.note(f"warning: {text}")

    @contextmanager
    def aloud(self) -> Iterator[None]:
        """While it is open, quiet or not, what a person is asked about is said."""
        before, self.quiet = self.quiet, False
        try:
            yield
        finally:
            self.quiet = before

    def list_some(self, lines: Sequence[str], most: int = 20) -> None:
        """The first lines, indented, and how many more there are."""
        for line in lines[:most]:
            self.note(f"  {line}")
        if len(lines) > most:
            self.note(f"  ... and {len(lines) - most:,} more")

    def alert(self, text: str) -> None:
        """Say something from a signal handler: past the stream's buffer, which may be in use right now."""
        if self.quiet:
            return
        try:
            over = "\r\x1b[K" if self._stream.isatty() else ""
            os.write(self._stream.fileno(), f"{over}{make_inert(text)}\n".encode())
        except OSError:
            return

    def fail(self, error: RedirectoryError, code: int | None = None) -> int:
        """Print the error that ends the command, and return the exit code: `code`, or the error's own."""
        ends_with = error.exit_code if code is None else code
        if self.as_json:
            for part in error.parts or (error,):
                self._write_json(part, ends_with)
            return ends_with
        self._write(f"{self._name}: {error.title}")
        for text in (error.detail, "" if self.quiet else error.hint):
            if text:
                self._write(f"  {text}")
        return ends_with

    def complain(self, error: RedirectoryError) -> None:
        """Print an error after which the command goes on; its exit code tells of it in the end."""
        if self.as_json:
            self._write_json(error, error.exit_code)
        else:
            texts = (error.title, error.detail, "" if self.quiet else error.hint)
            self._write(f"warning: {' '.join(filter(None, texts))}")

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

    def _write_json(self, error: RedirectoryError, code: int) -> None:
        import json

        texts = {"title": error.title, "detail": error.detail, "hint": error.hint}
        record = {
            **{name: _clean(text) for name, text in texts.items()},
            "code": error.word(),
            "exit_code": code,
            "device": error.device and _clean(error.device),
            "line": error.line,
        }
        plain = (self._stream.encoding or "ascii").lower() not in ("utf-8", "utf8")
        self._write(json.dumps(record, ensure_ascii=plain), verbatim=True)

    def _write(self, text: str, *, verbatim: bool = False) -> None:
        # Where it goes may be gone, as after SIGHUP: that must not end a change in the middle.
        with suppress(OSError, ValueError):
            if self.before_write is not None:
                self.before_write()
            for line in text.split("\n"):
                plain = line if verbatim else _clean(line)
                if self._translate is not None:
                    plain = self._translate(plain)
                try:
                    self._stream.write(plain + "\n")
                except UnicodeEncodeError:
                    self._stream.write(plain.encode("ascii", "backslashreplace").decode("ascii") + "\n")
            self._stream.flush()


def _clean(text: str) -> str:
    return "\n".join(make_inert(mask_credentials(line)) for line in text.split("\n"))


def holds_option(words: Sequence[str], *spellings: str) -> bool:
    """Whether an option stands on a command line, also on one that cannot be understood otherwise."""
    options = words[: words.index("--")] if "--" in words else words
    return any(spelling in options for spelling in spellings)
