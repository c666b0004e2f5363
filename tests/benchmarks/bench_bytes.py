"""Bytes that the app writes action by action, beside mutt and htop where they are installed.

Run: python -m tests.benchmarks bytes
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from tempfile import TemporaryDirectory
from xmlrpc.client import ServerProxy

from tests.benchmarks.bytes_on_the_line import Terminal, measure_peers
from tests.benchmarks.result import Result, compile_all, make_environ, serve_sandbox

# goal at 80x24, and the peer's figure to stand below
GOALS = {
    "first paint": 3900,
    "tab switch": 2500,
    "first visit of the list, its rows included": None,
    "cursor down": 70,
    "scroll by one": 200,
    "page": 800,
    "one search character": 150,
    "first character of a search, rows replaced": None,
    "focus move": None,
}
_LOADED = re.compile(rb"\d+ devices|7C2F80|\d\d:\d\d")


@contextmanager
def running(
    words: list[str], size: tuple[int, int], quiet: float = 0.25, environ: dict[str, str] | None = None
) -> Iterator[Terminal]:
    """The app in a terminal, its first frame painted and the account open."""
    with TemporaryDirectory() as home:
        command = [sys.executable, "-m", "tui", *words]
        with Terminal(command, size, environ or make_environ(home), quiet) as terminal:
            terminal.read_until(rb"\^p", limit=30)
            terminal.read(first=1.0)
            yield terminal


def press(terminal: Terminal, *keys: str) -> list[int]:
    """Bytes written after each key."""
    return [len(terminal.press(key)[0]) for key in keys]


def count_bytes(size: tuple[int, int], idle: float, keys: int = 5) -> dict[str, int]:
    """Median bytes of each action in the demo; `idle` is also how many seconds nothing is pressed."""
    rows = size[1]
    with running(["--demo"], size) as terminal:
        counts = {"first paint": len(terminal.written)}
        press(terminal, "f6", "f5", "f2")
        before = len(terminal.written)
        terminal.press("f3")
        terminal.read(first=1.0)
        counts["first visit of the list, its rows included"] = len(terminal.written) - before
        counts["tab switch"] = max(press(terminal, "f2", "f3", "f6", "f3", "f5", "f3"))
        terminal.press("escape")
        terminal.press("home")
        counts["cursor down"] = int(median(press(terminal, *["down"] * keys)))
        press(terminal, *["down"] * (rows - 5 - keys))
        counts["scroll by one"] = int(median(press(terminal, *["down"] * keys)))
        counts["page"] = int(median(press(terminal, *["pagedown"] * min(keys, 4))))
        counts["focus move"] = int(median(press(terminal, "/", "escape", "/")))
        letters = press(terminal, "d", "a", "r", "y")
        counts["first character of a search, rows replaced"] = letters[0]
        counts["one search character"] = int(median(letters[1:]))
        terminal.press("escape")
        terminal.read(first=1.5)
        started = time.monotonic()
        count = 0
        while time.monotonic() - started < idle:
            count += len(terminal.read(first=max(0.01, idle - (time.monotonic() - started))))
        counts["idle"] = count
    return counts


def count_mixed_page(size: tuple[int, int], devices: int = 96) -> int:
    """Median bytes of a page in the worst list: hardly a cell is like the one above it."""
    makers = [
        ("Daryna", "http"),
        ("Téléphonie Léman", "https"),
        ("Nordlicht Telefon", "http"),
        ("Voxtra", "https"),
    ]
    with serve_sandbox(0) as environ:
        server = ServerProxy(environ["REDIRECTORY_SERVER"].replace("://", "://demo:demo@") + "/apxml/rpc.do")
        for number in range(devices):
            provider, scheme = makers[number % len(makers)]
            mixed = number * 2654435761 & 0xFFFFFFFF
            url = f"{scheme}://{mixed:08x}.example/%MACD.xml"
            server.autoprov.registerDevice(f"{mixed:08X}{number * 40503 & 0xFFFF:04X}-0000", url, provider)
        with running(["--user", "demo"], size, environ=environ) as terminal:
            terminal.press("f3")
            terminal.read(first=1.5)
            press(terminal, "escape", "home", *["down"] * size[1])
            return int(median(press(terminal, *["pagedown"] * 3)))


def measure(quick: bool = False) -> list[Result]:
    """The results at 80x24, and without goals at 200x50."""
    compile_all()
    peers = {} if quick else measure_peers((80, 24))
    beside = {"cursor down": "down", "scroll by one": "scroll", "page": "page"}
    idle = 3.0 if quick else 60.0
    results = []
    counts = count_bytes((80, 24), idle)
    for what, goal in GOALS.items():
        shown = []
        for name, figures in peers.items():
            if what == "first paint" and "first_paint" in figures:
                shown.append(f"{name} {figures['first_paint']:,}")
            elif beside.get(what) in figures:
                shown.append(f"{name} {figures[beside[what]]['bytes']:,}")
        results.append(
            Result(f"{what}, 80x24", f"{counts[what]:,} B", ", ".join(shown), counts[what], goal, unit=" B")
        )
    results.append(Result("page of a list without likeness, 80x24", f"{count_mixed_page((80, 24)):,} B"))
    results.append(Result(f"idle for {idle:g} s", f"{counts['idle']:,} B", "", counts["idle"], 0, unit=" B"))
    if not quick:
        wide = count_bytes((200, 50), 1.0)
        results += [Result(f"{what}, 200x50", f"{wide[what]:,} B") for what in GOALS]
    return results
