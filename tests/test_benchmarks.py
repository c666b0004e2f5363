"""Each benchmark runs, at sizes that say nothing about speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import bench_bulk, bench_cli, bench_keys, bench_listing, bench_reading, bench_start
from tests.benchmarks.bench_bytes import count_bytes
from tests.benchmarks.result import Result, make_environ, print_table

ROOT = Path(__file__).parent.parent


def test_a_look_up_is_timed_beside_a_script() -> None:
    assert min(bench_cli.compare(1)) > 0


def test_the_field_is_painted_before_the_whole_frame(tmp_path: Path) -> None:
    field, full = bench_start.time_to(
        bench_start.OURS, [bench_start.FIELD, bench_start.FULL], make_environ(str(tmp_path))
    )
    assert 0 < field < full


def test_bytes_are_counted_for_every_action_and_none_while_idle() -> None:
    counts = count_bytes((80, 24), 0.3, keys=1)
    idle = counts.pop("idle")
    assert idle == 0
    assert all(0 < count < 5000 for count in counts.values())


def test_keys_are_timed_on_a_list_from_a_server() -> None:
    found = bench_keys.time_keys(300, (80, 24), 2)
    assert {name for name, costs in found.items() if costs} >= {"cursor", "scroll", "page", "mark"}


def test_both_clients_read_every_row_of_a_list() -> None:
    found = bench_listing.compare(500, None)
    assert [client["rows"] for client in found.values()] == [500, 500]


@pytest.mark.parametrize("name", bench_reading.READERS)
def test_every_reader_reads_every_row(name: str) -> None:
    assert bench_reading.reader_named(name)(bench_reading.answer(50)) == 50


def test_bulk_registration_stores_every_device() -> None:
    assert bench_bulk.compare(20, 1, 1).stored == 20


def test_a_missed_goal_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([Result("slow", "9 ms", "", 9, 8, unit=" ms"), Result("fast", "3x", "", 3, 2, least=True)])
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["met", "NO", "yes"]


def test_chosen_benchmarks_are_printed_as_json() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "reading", "--quick", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    assert {json.loads(line)["met"] for line in done.stdout.splitlines()} <= {True, False, None}
