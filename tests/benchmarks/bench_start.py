"""First paint and first full frame of the app against an empty Textual app and, if installed, posting.

Run: python -m tests.benchmarks start
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory

from tests.benchmarks.bytes_on_the_line import Terminal
from tests.benchmarks.result import Result, compile_all, make_environ, median

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready-now")
Empty().run()
"""
OURS = [sys.executable, "-m", "tui", "--demo"]
FIELD, FULL = b"Provider", b"^p"


def time_to(
    argv: Sequence[str], marks: Sequence[bytes], environ: Mapping[str, str], size: tuple[int, int] = (80, 24)
) -> list[float]:
    """Seconds from the start of a program to each of the marks on its terminal, in their order."""
    times: list[float] = []
    started = time.perf_counter()
    with Terminal(argv, size, environ, quiet=0.001) as terminal:
        for mark in marks:
            while mark not in terminal.written:
                if terminal.ended or time.perf_counter() - started > 30:
                    raise TimeoutError(f"no {mark!r} in {bytes(terminal.written)!r}")
                terminal.read(first=5.0, limit=0.002)
            times.append(time.perf_counter() - started)
    return times


def measure(quick: bool = False) -> list[Result]:
    """The results."""
    compile_all()
    rounds = 3 if quick else 11
    posting = shutil.which("posting")
    fields, fulls, empties, others = [], [], [], []
    with TemporaryDirectory() as home:
        environ = make_environ(home)
        for _ in range(rounds):
            empties.append(time_to([sys.executable, "-c", EMPTY], [b"ready-now"], environ)[0])
            field, full = time_to(OURS, [FIELD, FULL], environ)
            fields.append(field)
            fulls.append(full)
            if posting:
                others.append(time_to([posting], [b"Collection"], environ)[0])
    results = []
    for what, ours, goal in (("first full frame", fulls, 1.2), ("frame and field painted", fields, 0.2)):
        ratio = median([a / b for a, b in zip(ours, empties, strict=True)])
        results.append(
            Result(
                what,
                f"{median(ours) * 1000:.0f} ms",
                f"empty Textual app {median(empties) * 1000:.0f} ms",
                ratio,
                goal,
                unit="x",
            )
        )
    if others:
        ratio = median([a / b for a, b in zip(fulls, others, strict=True)])
        results.append(
            Result(
                "first full frame",
                f"{median(fulls) * 1000:.0f} ms",
                f"posting {median(others) * 1000:.0f} ms",
                ratio,
                0.34,
                unit="x",
            )
        )
    return results
