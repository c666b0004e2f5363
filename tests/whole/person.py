"""A person at a terminal: presses keys, and reads what stands on the screen."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.bytes_on_the_line import KEYS, Terminal
from tests.terminal.reference import ReferenceTerminal

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


class Person(Terminal):
    """The program in a pty, and the screen it shows. `see` waits for words; nothing waits for time. With
    `errors` its standard error is that file."""

    def __init__(
        self,
        *words: str,
        home: Path,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        errors: Path | None = None,
        program: Sequence[str] = (sys.executable, "-m", "tui"),
    ) -> None:
        environ = {"REDIRECTORY_HOME": str(home), "PYTHONPATH": str(ROOT), **(env or {})}
        command = [*program, *words]
        if errors is not None:
            command = ["sh", "-c", 'exec "$@" 2>"$0"', str(errors), *command]
        super().__init__(command, size, environ, quiet=0.05)
        self.shown = ReferenceTerminal(*size)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._fed = 0

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        self.shown.feed(self._decode(bytes(self.written[self._fed :])))
        self._fed = len(self.written)
        return [line.rstrip() for line in self.shown.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def see(self, pattern: str) -> str:
        """Wait until the screen shows `pattern` (a regular expression); the match."""
        until = time.monotonic() + PATIENCE
        while True:
            found = re.search(pattern, self.text)
            if found:
                return found[0]
            if self.ended or time.monotonic() > until:
                raise AssertionError(f"no {pattern!r} on the screen:\n{self.text}")
            select.select([self.fd], [], [], 0.5)
            self.read(first=0.0)

    def see_no_more(self, pattern: str) -> None:
        """Wait until the screen does not show `pattern`."""
        until = time.monotonic() + PATIENCE
        while re.search(pattern, self.text):
            if self.ended or time.monotonic() > until:
                raise AssertionError(f"{pattern!r} is still on the screen:\n{self.text}")
            select.select([self.fd], [], [], 0.5)
            self.read(first=0.0)

    def keys(self, *names: str) -> None:
        """Press keys one by one; what the program writes meanwhile is read."""
        for name in names:
            self.send(KEYS.get(name) or name.encode())
            self.read(first=0.02)

    def type(self, text: str) -> None:
        """Type a text, character by character."""
        self.keys(*text)

    def paste(self, text: str) -> None:
        """Paste as a terminal with bracketed paste does."""
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")
        self.read(first=0.05)

    def hang_up(self) -> None:
        """The terminal is gone, as when a line drops."""
        os.close(self.fd)
        self.fd = os.open(os.devnull, os.O_RDONLY)  # its number must not become somebody else's

    def wait_for_end(self) -> None:
        """Wait until the program has ended."""
        until = time.monotonic() + PATIENCE
        while not self.ended:
            if time.monotonic() > until:
                raise AssertionError(f"still running:\n{self.text}")
            select.select([self.fd], [], [], 0.5)
            self.read(first=0.0)
