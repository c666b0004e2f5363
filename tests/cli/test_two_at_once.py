"""Two commands on one account at the same time: every end is told truly, and no store is damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, SECONDS, Shell, serve

FIRST = "http://first.example/%MACD.xml"
SECOND = "http://second.example/%MACD.xml"
NAMES = [f"7C2F80{number:06X}-{number * 7919 % 65536:04X}" for number in range(200)]


@pytest.fixture
def desks(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Shell, Shell]]:
    """Two shells on one account: with one home, or on two machines."""
    one = Shell(tmp_path / "one")
    two = Shell(tmp_path / request.param)
    with serve("--set", "delay=20ms") as url:
        for shell in (one, two):
            shell.environ |= {
                "REDIRECTORY_SERVER": url,
                "REDIRECTORY_USER": "demo",
                "REDIRECTORY_PASSWORD": "demo",
            }
        yield one, two


both_ways = pytest.mark.parametrize("desks", ["one", "two"], indirect=True, ids=["one home", "two machines"])


def run_both(desks: tuple[Shell, Shell], *commands: list[str]) -> list[dict[str, dict[str, Any]]]:
    """Starts the commands together; their outcomes by MAC."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tui", *words, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=shell.make_environ({}),
        )
        for shell, words in zip(desks, commands, strict=True)
    ]
    ends = [process.communicate(timeout=SECONDS) for process in processes]
    for _, err in ends:
        assert "defect" not in err
    return [{row["mac"]: row for row in map(json.loads, out.splitlines())} for out, _ in ends]


def list_targets(shell: Shell) -> dict[str, str]:
    return {row["mac"]: row["url"] for row in shell.run("list", "--json").rows}


def check_stores(desks: tuple[Shell, Shell]) -> None:
    """Nothing is open, and what was said is what the journal says."""
    for shell in desks:
        run = shell.run("history", "--outcome", "unknown", "--json")
        assert (run.code, run.out) == (0, "")
        assert shell.run("undo", "--dry-run").code in (0, 1)
        assert shell.run("resolve").code == 0


@both_ways
def test_of_two_registrations_each_device_has_one_winner_and_the_other_is_told(
    desks: tuple[Shell, Shell],
) -> None:
    first, second = run_both(
        desks,
        ["register", *NAMES, "--url", FIRST, "--provider", "P"],
        ["register", *NAMES, "--url", SECOND, "--provider", "P"],
    )
    truth = list_targets(desks[0])
    assert len(truth) == len(first) == len(second) == 200
    for mac, url in truth.items():
        winner, loser = (first, second) if url == FIRST else (second, first)
        assert winner[mac]["outcome"] == "stored"
        assert (loser[mac]["outcome"], loser[mac]["code"]) == ("refused", "mac_already_in_use")
    check_stores(desks)


@both_ways
def test_of_two_moves_no_record_is_lost_and_no_lost_update_goes_unnoticed(desks: tuple[Shell, Shell]) -> None:
    for shell in desks:
        shell.run("register", *NAMES, "--url", "http://old.example/%MACD.xml", "--provider", "P")
    first, second = run_both(
        desks,
        ["retarget", *NAMES, "--url", FIRST, "--yes"],
        ["retarget", *NAMES, "--url", SECOND, "--yes"],
    )
    truth = list_targets(desks[0])
    assert len(truth) == 200
    for mac, url in truth.items():
        winner, loser = (first, second) if url == FIRST else (second, first)
        assert url in (FIRST, SECOND)
        assert winner[mac]["outcome"] == "stored"
        # Whoever moved it first was told so truthfully; the other saw that record, or none, and says which.
        assert loser[mac]["outcome"] in ("stored", "refused", "skipped")
        assert loser[mac]["outcome"] == "stored" or loser[mac]["message"]
    check_stores(desks)
