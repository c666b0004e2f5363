"""A change ended by a signal: nothing more is sent, no phone stays without a record, all is settled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import ROOT, SECONDS, Gate, Shell, serve

COUNT = 200
NAMES = [f"7C2F80E0{number:04X}-{number:04X}" for number in range(COUNT)]
OLD = "http://old.example/%MACD.xml"
NEW = "http://new.example/%MACD.xml"


@pytest.fixture
def gate() -> Gate:
    """One removal goes through."""
    return Gate(1)


@pytest.fixture
def slow(shell: Shell, gate: Gate) -> Iterator[Shell]:
    """A shell on a sandbox whose removals stop at the gate."""
    with serve("--set", "delay=1s@deregisterDeviceList", gate=gate) as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        yield shell


def start(shell: Shell, *words: str, **streams: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-u", "-m", "tui", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=shell.make_environ({}),
        **{"stderr": subprocess.PIPE, **streams},
    )


def give(shell: Shell) -> None:
    assert (
        shell.run("register", "-", "--url", OLD, "--provider", "P", "--json", text="\n".join(NAMES)).code == 0
    )


def targets(shell: Shell) -> dict[str, str]:
    return {row["mac"]: row["url"] for row in shell.run("list", "--json").rows}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda one: one.name)
def test_a_retarget_that_is_ended_leaves_every_phone_with_a_record_and_nothing_open(
    slow: Shell, gate: Gate, number: signal.Signals
) -> None:
    give(slow)
    process = start(slow, "retarget", "-", "--url", NEW, "--yes", "--json")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n".join(NAMES))
    process.stdin.close()
    process.stdin = None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.send_signal(number)
    assert any("nothing more is sent" in line for line in process.stderr)
    # Another one must not break the pairs either.
    process.send_signal(number)
    assert any("Waiting for" in line for line in process.stderr)
    gate.open()
    out, err = process.stdout.read(), process.stderr.read()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 128 + number
    assert "were not sent" in err
    found = targets(slow)
    assert len(found) == COUNT
    assert set(found.values()) == {OLD, NEW}
    assert out.count('"not_sent"') == list(found.values()).count(OLD)
    assert "Nothing is open" in slow.run("resolve").err


def test_a_line_that_drops_takes_terminal_and_output_with_it_and_all_is_settled_all_the_same(
    slow: Shell, gate: Gate
) -> None:
    give(slow)
    master, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "undo", "--yes", "--json"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        cwd=ROOT,
        env=slow.make_environ({}),
    )
    os.close(terminal)
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    os.close(master)
    process.send_signal(signal.SIGHUP)
    gate.open()
    assert process.wait(SECONDS) == 128 + signal.SIGHUP
    assert "Nothing is open" in slow.run("resolve").err
    stored = {row["mac"] for row in slow.run("history", "--outcome", "removed", "--json").rows}
    assert len(stored) > 0
    assert set(targets(slow)).isdisjoint(stored)


def test_who_starts_it_with_hangups_ignored_has_it_go_on(slow: Shell, gate: Gate) -> None:
    give(slow)
    program = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "from tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", program, "deregister", *NAMES, "--yes", "--json"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=slow.make_environ({}),
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    gate.open()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert targets(slow) == {}
