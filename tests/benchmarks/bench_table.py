"""Key to paint in the device table, in a pseudo-terminal: milliseconds from key to first byte.

For a search letter it is the time until rows are written, not only the search field.

    python tests/benchmarks/bench_table.py [--rows 1000000] [--keys 40]
    python tests/benchmarks/bench_table.py app ROWS          the program that is measured, for looking at it
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time

DOWN, PAGE = "\x1b[B", "\x1b[6~"
_ROWS_BYTES = 1000  # the search field alone takes fewer
GOALS = {"cursor": 8, "mark": 8, "scroll": 16, "page": 16, "mark all": 16, "search letter": 30}


def sample_rows(count: int) -> list[tuple[str, str, str, str]]:
    """Realistic rows, the same at every call."""
    providers = [f"Provider {number:02d}" for number in range(50)]
    urls = [f"http://prov{number}.example.net/xml/%MACD.xml" for number in range(20)]
    return [
        (
            f"7C2F80{number * 7919 % 0x1000000:06X}",
            providers[number % 50],
            urls[number % 20],
            f"2026-{1 + number % 12:02d}-{1 + number % 28:02d} {number % 24:02d}:{number % 60:02d}",
        )
        for number in range(count)
    ]


def time_filling(kind: str, count: int, rounds: int) -> float:
    """Median seconds from the first row to a painted table that holds `count` rows; `kind` is ours or
    stock. There is no terminal."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    from tui.app.widgets.device_table import DeviceTable

    rows = sample_rows(count)

    class Filling(App[float]):
        def compose(self) -> ComposeResult:
            yield DeviceTable() if kind == "ours" else DataTable()

        def on_mount(self) -> None:
            self.call_after_refresh(self.fill)

        def fill(self) -> None:
            began = time.perf_counter()
            if kind == "ours":
                table = self.query_one(DeviceTable)
                for first in range(0, count, 1000):
                    table.devices.extend(rows[first : first + 1000])
                table.refresh()
            else:
                stock: DataTable[str] = self.query_one(DataTable)
                stock.add_columns("Server date", "MAC", "Provider", "URL")
                stock.add_rows((date, mac, provider, url) for mac, provider, url, date in rows)
            self.call_after_refresh(lambda: self.exit(time.perf_counter() - began))

    return statistics.median(Filling().run(headless=True) or 0.0 for _ in range(rounds))


def run_app(count: int) -> None:
    """The table, a search field and nothing else."""
    from textual.app import App, ComposeResult
    from textual.widgets import Input

    from tui.app.widgets.device_table import DeviceTable

    class Bench(App[None]):
        ENABLE_COMMAND_PALETTE = False
        CSS = """
        Screen { scrollbar-size: 0 0; }
        Input, Input:focus { border: none; height: 1; padding: 0; background: transparent; }
        """
        BINDINGS = [
            ("j,down", "table('move', 1)", ""),
            ("k,up", "table('move', -1)", ""),
            ("pagedown", "table('page', 1)", ""),
            ("g", "table('go_first')", ""),
            ("G", "table('go_last')", ""),
            ("space", "table('toggle_mark')", ""),
            ("a", "table('mark_shown')", ""),
            ("u", "table('clear_marks')", ""),
            ("s", "table('cycle_sort')", ""),
            ("slash", "app.focus('search')", ""),
            ("q", "quit", ""),
        ]

        def compose(self) -> ComposeResult:
            field = Input(id="search", select_on_focus=False)
            field.cursor_blink = False
            yield field
            yield DeviceTable()

        def on_mount(self) -> None:
            self.theme = "textual-ansi" if "textual-ansi" in self.available_themes else "textual-dark"
            table = self.query_one(DeviceTable)
            rows = sample_rows(count)
            for first in range(0, count, 1000):
                table.devices.extend(rows[first : first + 1000])
            table.focus()
            table.refresh()

        def on_input_changed(self, event: Input.Changed) -> None:
            self.query_one(DeviceTable).search(event.value)

        def action_table(self, method: str, *arguments: int) -> None:
            getattr(self.query_one(DeviceTable), method)(*arguments)

    Bench().run()


class Terminal:
    """A program in a pseudo-terminal of a given size."""

    def __init__(self, arguments: list[str], columns: int, lines: int) -> None:
        self.process, self.handle = pty.fork()
        if self.process == 0:
            os.environ.update(
                TERM="xterm-256color", COLORTERM="", TEXTUAL_ANIMATIONS="none", TEXTUAL_FPS="240"
            )
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execv(arguments[0], arguments)

    def read_until_quiet(
        self, quiet: float, limit: float = 60.0, enough: int = 1
    ) -> tuple[float | None, int]:
        """(seconds until `enough` bytes were there, bytes) until `quiet` seconds passed without any."""
        began = last = time.perf_counter()
        first: float | None = None
        size = 0
        while last - began < limit:
            wait = quiet if size else limit
            if not select.select([self.handle], [], [], wait)[0]:
                break
            data = os.read(self.handle, 1 << 16)
            last = time.perf_counter()
            size += len(data)
            first = first if first is not None or size < enough else last - began
        return first, size

    def press(self, key: str, quiet: float = 0.05, enough: int = 1) -> tuple[float, int]:
        """(milliseconds until `enough` bytes, bytes) that a key costs."""
        os.write(self.handle, key.encode())
        first, size = self.read_until_quiet(quiet, enough=enough)
        return (first or 0.0) * 1000, size

    def close(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.handle)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(rows: int, keys: int, columns: int, lines: int) -> list[tuple[str, list[float], int]]:
    """(what, milliseconds of each key, median bytes) for one size of terminal."""
    terminal = Terminal([sys.executable, os.path.abspath(__file__), "app", str(rows)], columns, lines)
    try:
        terminal.read_until_quiet(3.0)
        results = []

        def series(name: str, pressed: list[str], quiet: float = 0.05, enough: int = 1) -> None:
            costs = [terminal.press(key, quiet, enough) for key in pressed]
            results.append(
                (name, [cost[0] for cost in costs], int(statistics.median(cost[1] for cost in costs)))
            )

        series("cursor", [DOWN] * (lines - 6))
        series("mark", [" "] * keys)
        terminal.press(DOWN * 6)
        series("scroll", [DOWN] * keys)
        series("page", [PAGE] * keys)
        series("mark all", ["a", "u"] * 5)
        terminal.press("/")
        for word in ("prov14", "f54e", "zzz", "provider 07"):
            series(f"search {word}", list(word), 0.4, _ROWS_BYTES)
            for _ in word:
                terminal.press("\x7f", 0.3)
        letters = [cost for name, costs, _ in results if name.startswith("search") for cost in costs]
        results.append(("search letter", letters, 0))
        return results
    finally:
        terminal.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=40)
    options = parser.parse_args()
    for columns, lines in ((80, 24), (120, 40), (200, 50)):
        print(f"\n{columns}x{lines}, {options.rows} rows{'':12} p50 ms   p95 ms   goal   bytes")
        for name, costs, size in measure(options.rows, options.keys, columns, lines):
            goal = GOALS.get(name)
            line = f"{name:30} {percentile(costs, 0.5):8.1f} {percentile(costs, 0.95):8.1f}"
            print(f"{line} {goal if goal else '':>6} {size or '':>7}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["app"]:
        run_app(int(sys.argv[2]))
    else:
        main()
