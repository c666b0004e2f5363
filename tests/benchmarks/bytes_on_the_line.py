"""Bytes that a terminal program writes, action by action, counted in a pty.

    python tests/benchmarks/bytes_on_the_line.py [--size 80x24] [--keys down,x] [-- COMMAND ...]

Without a command: the peers mutt and htop, if they are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Self

KEYS: dict[str, bytes] = {
    "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D", "home": b"\x1b[H",
    "end": b"\x1b[F", "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "tab": b"\t", "backtab": b"\x1b[Z",
    "enter": b"\r", "space": b" ", "escape": b"\x1b", "backspace": b"\x7f", "f1": b"\x1bOP", "f2": b"\x1bOQ",
    "f3": b"\x1bOR", "f4": b"\x1bOS", "f5": b"\x1b[15~", "f6": b"\x1b[17~", "f7": b"\x1b[18~",
    "f8": b"\x1b[19~", "f9": b"\x1b[20~", "f10": b"\x1b[21~",
}  # fmt: skip

_SYNCHRONIZED_QUERY = re.compile(rb"\x1b\[\?(\d+)\$p")


class Terminal:
    """A program in a pty of a given size, answering as a terminal with synchronized output would."""

    def __init__(
        self,
        argv: Sequence[str],
        size: tuple[int, int],
        env: Mapping[str, str] | None = None,
        quiet: float = 0.25,
    ) -> None:
        self.quiet, self.size = quiet, size
        self.written = bytearray()
        self.last_byte = 0.0
        self.ended = False
        environment = {
            k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "TMUX", "NO_COLOR")
        }
        environment |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }
        environment |= env or {}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
                # A parallel test worker ignores ctrl+c, and a child would inherit that.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.execvpe(argv[0], list(argv), environment)
            finally:
                os._exit(127)
        self.resize(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def resize(self, size: tuple[int, int]) -> None:
        self.size = size
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def read(self, limit: float = 10.0, first: float | None = None) -> bytes:
        """Everything written until nothing came for `quiet` seconds, or at first for `first` seconds."""
        start = len(self.written)
        end = time.monotonic() + limit
        patience = self.quiet if first is None else first
        while not self.ended and (now := time.monotonic()) < end:
            if not select.select([self.fd], [], [], min(patience, end - now))[0]:
                break
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            self.ended = not data
            self.last_byte = time.monotonic()
            self.written += data
            patience = self.quiet
            for mode in _SYNCHRONIZED_QUERY.findall(data):
                self.send(b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0))
        return bytes(self.written[start:])

    def read_until(self, pattern: bytes, limit: float = 60.0) -> bytes:
        """Everything written until `pattern` came and then nothing for `quiet` seconds."""
        start = len(self.written)
        end = time.monotonic() + limit
        while not re.search(pattern, self.written[start:]):
            if self.ended or time.monotonic() > end:
                raise TimeoutError(f"no {pattern!r} in {bytes(self.written[start:])[-2000:]!r}")
            self.read(first=0.5)
        self.read()
        return bytes(self.written[start:])

    def send(self, data: bytes) -> None:
        while data:  # a pty takes 4 kB at most at a time
            data = data[os.write(self.fd, data) :]

    def press(self, key: str) -> tuple[bytes, float]:
        """What the program writes after a key, and the milliseconds to the last byte of it."""
        started = self.last_byte = time.monotonic()
        self.send(KEYS.get(key) or key.encode())
        return self.read(), (self.last_byte - started) * 1000

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.fd)


def measure(
    argv: Sequence[str],
    actions: Mapping[str, Sequence[str]],
    size: tuple[int, int] = (80, 24),
    *,
    env: Mapping[str, str] | None = None,
    idle: float = 2.0,
    quiet: float = 0.25,
    ready: bytes = b"",
) -> dict[str, Any]:
    """Bytes per action of a program at `size` (columns, rows).

    `actions` names lists of keys, each pressed in turn; the figures are medians over the keys of a list. The
    result has `first_paint` (bytes), `idle` (bytes in `idle` seconds) and for each action `bytes` and `ms`
    (key to last byte); or only `error` if the program is not installed, ended at once or showed no `ready`,
    a pattern of its first screen.
    """
    if shutil.which(argv[0]) is None:
        return {"error": "not installed"}
    with Terminal(argv, size, env, quiet) as terminal:
        terminal.read(first=15.0)
        terminal.read(first=1.0)
        result: dict[str, Any] = {"size": f"{size[0]}x{size[1]}", "first_paint": len(terminal.written)}
        if terminal.ended:
            return {"error": "ended at once: " + bytes(terminal.written[-200:]).decode(errors="replace")}
        if not re.search(ready, terminal.written):
            return {"error": f"no {ready!r} in {bytes(terminal.written[-200:])!r}"}
        result["idle"] = len(terminal.read(first=idle))
        for name, keys in actions.items():
            answers = [terminal.press(key) for key in keys]
            result[name] = {
                "bytes": int(median(len(data) for data, _ in answers)),
                "ms": round(median(ms for _, ms in answers), 1),
            }
    return result


# Without these mutt asks questions before its index: for a mailbox in HOME, for the name of the machine.
_MUTTRC = """set folder="{folder}" spoolfile="{folder}/box" mbox="{folder}/box" record="" postponed="" move=no
set hostname="example.org" from="a@example.org" realname="A" header_cache="" sort=mailbox-order
set mail_check=600 timeout=600 sleep_time=0 wait_key=no status_on_top=no menu_scroll=yes
"""


def _write_mailbox(folder: Path) -> list[str]:
    """400 messages and settings; the command that shows their index."""
    with (folder / "box").open("w", encoding="utf-8") as file:
        for number in range(400):
            day = f"{number % 28 + 1}"
            file.write(
                f"From a@example.org Thu Jan {day:>2} 00:00:00 2026\n"
                f"From: Person {number * 7919 % 1000} <p{number}@example.org>\n"
                f"Message-ID: <{number}@example.org>\n"
                f"Subject: Message number {number}\nDate: {day} Jan 2026 00:00:00 +0000\n\n"
                + "text\n" * (number % 9 + 1)
                + "\n"
            )
    (folder / "muttrc").write_text(_MUTTRC.format(folder=folder), encoding="utf-8")
    return ["mutt", "-R", "-n", "-F", str(folder / "muttrc"), "-f", str(folder / "box")]


def measure_peers(size: tuple[int, int]) -> dict[str, Any]:
    """mutt's index of 400 messages and htop's process list at `size`, as far as they are installed. mutt's
    own keys: it does not know the arrows of a terminal that is not in application mode."""
    moves = {"down": ["down"] * 8, "page": ["pagedown"] * 3}
    in_mutt = {"down": ["j"] * 8, "to the last line": ["j"] * size[1], "scroll": ["j"] * 8, "page": ["z"] * 3}
    with tempfile.TemporaryDirectory() as folder:
        mutt = _write_mailbox(Path(folder))
        return {
            "mutt": measure(mutt, in_mutt, size, env={"HOME": folder}, ready=rb"Msgs:400"),
            "htop": measure(["htop", "-d", "100"], moves, size, env={"HOME": folder}),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description="Bytes that a terminal program writes per action.")
    parser.add_argument("--size", default="80x24", help="columns x rows (%(default)s)")
    parser.add_argument("--keys", default="down,down,down", help="keys to press, by name (%(default)s)")
    parser.add_argument("command", nargs="*", help="the program and its arguments")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    if options.command:
        keys = options.keys.split(",")
        result = measure(
            options.command, {key: [key] * keys.count(key) for key in dict.fromkeys(keys)}, (columns, rows)
        )
    else:
        result = measure_peers((columns, rows))
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
