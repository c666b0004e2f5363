"""What the benchmarks that also run on their own contribute to the table."""

from __future__ import annotations

from tests.benchmarks import bench_bulk, bench_reading, bench_table
from tests.benchmarks.result import Result, percentile


def measure_table(quick: bool = False) -> list[Result]:
    """The search letter over all rows, and against few."""
    small, large = (2_000, 20_000) if quick else (10_000, 1_000_000)
    found = {}
    for rows in (small, large):
        series = {name: costs for name, costs, _ in bench_table.measure(rows, 5 if quick else 40, 80, 24)}
        found[rows] = percentile(series["search letter"], 0.95)
    few, many = f"p95 {found[small]:.1f} ms", f"p95 {found[large]:.1f} ms"
    ours, stock = (bench_table.time_filling(kind, small, 1 if quick else 3) for kind in ("ours", "stock"))
    goal = bench_table.GOALS["search letter"]
    ratio = found[large] / found[small]
    return [
        Result(f"search letter, key to rows, {large:,} rows", many, "", found[large], goal, unit=" ms"),
        Result(f"the same against {small:,} rows", many, few, ratio, 1.3, unit="x"),
        Result(
            f"{small:,} rows put into the table", f"{ours * 1000:.0f} ms",
            f"stock DataTable {stock * 1000:.0f} ms", stock / ours, least=True, unit="x",
        ),
    ]  # fmt: skip


def measure_reading(quick: bool = False) -> list[Result]:
    """How much faster than `xmlrpc.client` an answer is parsed."""
    count, rounds = (5_000, 1) if quick else (100_000, 3)
    body = bench_reading.answer(count)
    base = bench_reading.median_seconds(bench_reading.read_peer, body, rounds)
    results = []
    for name, goal in (("fast", 4.5), ("strict", None)):
        spent = bench_reading.median_seconds(bench_reading.reader_named(name), body, rounds)
        results.append(
            Result(
                f"{count:,} rows parsed, {name} reader",
                f"{spent * 1000:.0f} ms",
                f"xmlrpc.client {base * 1000:.0f} ms",
                base / spent,
                goal,
                least=True,
                unit="x",
            )
        )
    return results


def measure_bulk(quick: bool = False) -> list[Result]:
    """Registering many devices at 100 ms a call, with default settings and with lists of 100."""
    devices, sample, delay = (200, 2, 20) if quick else (10_000, 7, 100)
    results = []
    for how, chunk, connections, goal in (
        ("default settings", None, None, 300),
        ("lists of 100, 8 connections", 100, 8, 1000),
    ):
        report = bench_bulk.compare(devices, sample, delay, chunk, connections)
        if report.stored != devices:
            raise AssertionError(f"only {report.stored} of {devices} were stored")
        results.append(
            Result(
                f"{devices:,} registrations at {delay} ms, {how}",
                f"{report.seconds:.2f} s",
                f"script each {report.script_seconds * devices:,.0f} s",
                report.ratio,
                None if quick else goal,
                least=True,
                unit="x",
            )
        )
    return results
