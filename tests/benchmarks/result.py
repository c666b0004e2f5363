"""One line of the table that `python -m tests.benchmarks` prints."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent


class Result(NamedTuple):
    """`figure` is what is held against `goal`, a greatest value or with `least` a least one; `ours` and
    `peer` are as people read them."""

    what: str
    ours: str
    peer: str = ""
    figure: float = 0.0
    goal: float | None = None
    least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.figure >= self.goal if self.least else self.figure <= self.goal


def print_table(results: Sequence[Result]) -> None:
    """What, ours, peer, ratio or figure, goal, met; one line each."""
    rows = [("what", "ours", "peer", "figure", "goal", "met")]
    for result in results:
        sign = ">=" if result.least else "<="
        goal = "" if result.goal is None else f"{sign} {result.goal:,g}{result.unit}"
        met = {None: "", True: "yes", False: "NO"}[result.met]
        figure = f"{result.figure:,.4g}{result.unit}" if result.goal is not None else ""
        rows.append((result.what, result.ours, result.peer, figure, goal, met))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def make_environ(home: str, **more: str) -> dict[str, str]:
    """An environment in which nothing of this machine's settings is seen."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REDIRECTORY_", "PYTHON")) and not name.lower().endswith("_proxy")
    }
    return {**plain, "REDIRECTORY_HOME": home, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def serve_sandbox(sample: int) -> Iterator[dict[str, str]]:
    """The sandbox over http with `sample` devices; gives the environment of a client of it."""
    with TemporaryDirectory() as home:
        process = Popen(
            [sys.executable, "-m", "tui", "sandbox", "serve", "--port", "0", "--sample", str(sample)],
            stdout=PIPE, text=True, env=make_environ(home), cwd=ROOT,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip().partition(" ")[2]
            yield make_environ(
                home, REDIRECTORY_SERVER=url, REDIRECTORY_USER="demo", REDIRECTORY_PASSWORD="demo"
            )
        finally:
            process.terminate()
            process.communicate()


def compile_all() -> None:
    """Byte code for the program, as an installation makes it."""
    from compileall import compile_dir

    compile_dir(str(ROOT / "tui"), quiet=2)
