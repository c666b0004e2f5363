"""Key to paint in the real app on a list of a million devices, and while that list is read.

Run: python -m tests.benchmarks keys
"""

from __future__ import annotations

import os
import select
import time

from tests.benchmarks.bench_bytes import running
from tests.benchmarks.bytes_on_the_line import KEYS, Terminal
from tests.benchmarks.result import Result, compile_all, percentile, serve_sandbox

GOALS = {"cursor": 8, "mark": 8, "scroll": 16, "page": 16}


def time_key(terminal: Terminal, key: str, gap: float) -> float:
    """Milliseconds from a key to the first byte after it; then `gap` seconds of peace."""
    started = time.perf_counter()
    os.write(terminal.fd, KEYS.get(key) or key.encode())
    ready = select.select([terminal.fd], [], [], 5.0)[0]
    spent = (time.perf_counter() - started) * 1000
    if not ready:
        raise TimeoutError(f"nothing was painted after {key}")
    terminal.quiet = gap
    terminal.read(limit=gap)
    return spent


def wait_for_list(terminal: Terminal, rows: int, limit: float = 120.0) -> None:
    """Until the list is whole: nothing is written any more."""
    end = time.monotonic() + limit
    shown = (f"{rows:,}".encode(), f"{rows:,}".replace(",", " ").encode(), str(rows).encode())
    while not any(text in terminal.written for text in shown):
        if time.monotonic() > end:
            raise TimeoutError("the list did not arrive: " + repr(bytes(terminal.written[-600:])))
        terminal.read(first=0.2, limit=0.5)
    terminal.quiet = 1.0
    terminal.read(first=2.0, limit=10)


def time_keys(rows: int, size: tuple[int, int], keys: int) -> dict[str, list[float]]:
    """Milliseconds of each key, by action; `cursor while reading` is measured while the list comes in."""
    found: dict[str, list[float]] = {}
    with (
        serve_sandbox(rows) as environ,
        running(["--user", "demo"], size, environ=environ) as terminal,
    ):
        terminal.press("f3")
        terminal.quiet = 0.05
        wait_for_list(terminal, rows)
        for name, pressed in (
            ("cursor", ["down"] * (size[1] - 8)),
            ("mark", ["space"] * keys),
            ("to the last line", ["down"] * 6),
            ("scroll", ["down"] * keys),
            ("page", ["pagedown"] * keys),
        ):
            found[name] = [time_key(terminal, key, 0.06) for key in pressed]
        os.write(terminal.fd, b"r")
        terminal.read(first=0.3, limit=0.3)
        found["cursor while reading"] = []
        until = time.monotonic() + max(0.3, rows / 400_000)
        while time.monotonic() < until:
            for key in ("up", "down"):
                found["cursor while reading"].append(time_key(terminal, key, 0.07))
    return found


def measure(quick: bool = False) -> list[Result]:
    """The results."""
    compile_all()
    rows = 20_000 if quick else 1_000_000
    results = []
    for size in ((80, 24),) if quick else ((80, 24), (200, 50)):
        found = time_keys(rows, size, 10 if quick else 40)
        where = f"{rows:,} rows, {size[0]}x{size[1]}"
        for name, goal in GOALS.items():
            half, most = percentile(found[name], 0.5), percentile(found[name], 0.95)
            ours = f"p50 {half:.1f}, p95 {most:.1f} ms"
            results.append(Result(f"key to paint, {name}, {where}", ours, "", most, goal, unit=" ms"))
        idle, busy = (percentile(found[name], 0.95) for name in ("cursor", "cursor while reading"))
        results.append(
            Result(
                f"the same while they are read, {where}", f"p95 {busy:.1f} ms", f"idle p95 {idle:.1f} ms",
                busy / idle, 2, unit="x",
            )
        )  # fmt: skip
    return results
