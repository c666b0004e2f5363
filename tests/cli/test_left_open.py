"""What an earlier run left open is said at the next start, with the command that settles it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import ROOT, SECONDS, Gate, Run, Shell, serve

COUNT = 500
NAMES = [f"7C2F80E1{number:04X}-{number:04X}" for number in range(COUNT)]
TARGET = ("--url", "http://p.example/%MACD.xml", "--provider", "P")


@pytest.fixture
def gate() -> Gate:
    """One call goes through."""
    return Gate(1)


@pytest.fixture
def cut_short(shell: Shell, gate: Gate) -> Iterator[Shell]:
    """A shell whose registration of many was killed after its first outcomes, with its call in flight."""
    with serve("--set", "delay=1s@registerDeviceList", gate=gate) as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "tui", "register", *NAMES, *TARGET, "--json"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=shell.make_environ({}),
        )
        assert process.stdout is not None
        assert process.stdout.readline()
        process.kill()
        process.communicate(timeout=SECONDS)
        gate.cut()
        yield shell


def find_set(run: Run) -> str:
    return run.err.split("register ", 1)[1].split(":", 1)[0]


def test_the_next_command_says_how_far_it_came_and_going_on_sends_the_rest(
    cut_short: Shell, gate: Gate
) -> None:
    for words in (("info", NAMES[0], "--json"), ("list", "--json")):
        run = cut_short.run(*words)
        assert "Left open by an earlier run" in run.err
        assert f"of {COUNT} done" in run.err
        assert "never sent" in run.err
        assert f"redirectory resolve --go-on {find_set(run)}" in run.err
        assert "Left open" not in run.out
    other = cut_short.run("list", "--json", environ={"REDIRECTORY_USER": "somebody"})
    assert "another account" in other.err

    gate.open()
    done = cut_short.run("resolve", "--go-on", find_set(run), "--json")
    assert done.code == 0
    assert "Left open" not in done.err
    assert len(cut_short.run("list", "--json").rows) == COUNT
    assert "Left open" not in cut_short.run("info", NAMES[0]).err
    stored = [row["mac"] for row in cut_short.run("history", "--outcome", "stored", "--json").rows]
    assert len(stored) == len(set(stored)) == COUNT


def test_resolve_alone_settles_it_and_sends_nothing(cut_short: Shell) -> None:
    before = len(cut_short.run("list", "--json").rows)
    resolved = cut_short.run("resolve", "--json")
    assert resolved.code == 0
    assert "Left open" not in resolved.err
    assert {row["outcome"] for row in resolved.rows} <= {"stored", "not_sent", "not_made"}
    run = cut_short.run("list", "--json")
    assert len(run.rows) == before < COUNT
    assert run.err == ""
