"""All benchmarks in one run: `python -m tests.benchmarks [NAME ...] [--quick] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from tests.benchmarks import bench_bytes, bench_cli, bench_keys, bench_listing, bench_start, measures
from tests.benchmarks.result import Result, print_table

BENCHMARKS: dict[str, Callable[[bool], list[Result]]] = {
    "cli": bench_cli.measure,
    "start": bench_start.measure,
    "bytes": bench_bytes.measure,
    "keys": bench_keys.measure,
    "table": measures.measure_table,
    "reading": measures.measure_reading,
    "listing": bench_listing.measure,
    "bulk": measures.measure_bulk,
}


def run(names: Sequence[str], quick: bool) -> list[Result]:
    """The results of the benchmarks called `names`, in that order."""
    results: list[Result] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        results += BENCHMARKS[name](quick)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller sizes")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    results = run(options.names or list(BENCHMARKS), options.quick)
    if options.json:
        for result in results:
            print(json.dumps({**result._asdict(), "met": result.met}))
    else:
        print_table(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
