"""An import killed in the middle: `resolve`, then `import --resume`, and every device is stored once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SECONDS, Gate, Shell, serve

DEVICES = 1000


@pytest.fixture
def gate(outcomes: int) -> Gate:
    """As many calls as it takes for so many outcomes."""
    return Gate(outcomes // 50 + 1)


@pytest.fixture
def slow(shell: Shell, gate: Gate) -> Iterator[Shell]:
    """A shell on a sandbox whose list registrations stop at the gate."""
    with serve("--set", "delay=1s@registerDeviceList", gate=gate) as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        yield shell


@pytest.mark.parametrize("outcomes", [1, 400])
def test_a_killed_import_is_resolved_and_resumed_with_nothing_twice_and_nothing_lost(
    slow: Shell, gate: Gate, tmp_path: Path, outcomes: int
) -> None:
    file = tmp_path / "devices.csv"
    lines = [f"7C2F80{number:06X}-{number:04X},http://h/%MACD.xml,P{number % 2}" for number in range(DEVICES)]
    file.write_text("\n".join(["mac,url,provider", *lines]), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tui", "import", str(file), "--json"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=slow.make_environ({}),
    )
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(outcomes)]
    process.kill()
    process.communicate(timeout=SECONDS)
    gate.cut()
    assert all('"outcome": "stored"' in line for line in said)

    resolved = slow.run("resolve", "--json")
    assert resolved.code == 0
    assert {row["outcome"] for row in resolved.rows} <= {"stored", "not_made", "not_sent"}
    assert slow.run("history", "--outcome", "unknown", "--json").out == ""
    stored = {row["mac"] for row in slow.run("list", "--json").rows}
    assert outcomes <= len(stored) < DEVICES
    assert {row["mac"] for row in slow.run("history", "--outcome", "stored", "--json").rows} == stored

    gate.open()
    resumed = slow.run("import", str(file), "--resume", "--json")
    assert resumed.code == 0
    assert f"{len(stored)} of {DEVICES} are stored as wanted already" in resumed.err
    assert {row["mac"] for row in resumed.rows}.isdisjoint(stored)
    assert len(slow.run("list", "--json").rows) == DEVICES
    counted = Counter(row["mac"] for row in slow.run("history", "--outcome", "stored", "--json").rows)
    assert (len(counted), set(counted.values())) == (DEVICES, {1})
    assert slow.run("import", str(file), "--resume", "--json").out == ""
