"""A signal, or a line that drops, in the middle of a job of the app: the program in a real pty, and a sandbox
whose calls stop at a gate."""

from __future__ import annotations

import csv
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.conftest import Gate, Shell, serve
from tests.whole.person import PATIENCE, Person
from tui.server.handlers import Handlers

COUNT = 300
NAMES = [f"7C2F80E1{number:04X}-{number:04X}" for number in range(COUNT)]
OLD = "http://old.example/%MACD.xml"
NEW = "http://new.example/%MACD.xml"
GIVEN_BACK = (b"[?1049l", b"[?25h", b"[?2004l", b"[?1004l", b"[<u", b"[?1000;1002;1006l")
# Phones that a retarget takes in hand at once: small lists, on few connections.
IN_FLIGHT = 4 * 25


class Gap:
    """The phones that are between two records, and the most that ever were."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.most = 0
        self._lock = threading.Lock()

    def note(self, mac: str, *, gone: bool) -> None:
        with self._lock:
            (self.missing.add if gone else self.missing.discard)(mac)
            self.most = max(self.most, len(self.missing))


@pytest.fixture
def gap(monkeypatch: pytest.MonkeyPatch) -> Gap:
    seen = Gap()

    def watch(name: str, *, gone: bool) -> None:
        original = getattr(Handlers, name)

        def change(self: Handlers, transaction: Any, call: Any, sent: str) -> str:
            line: str = original(self, transaction, call, sent)
            seen.note(sent[:12], gone=gone)
            return line

        monkeypatch.setattr(Handlers, name, change)

    watch("_deregister_one", gone=True)
    watch("_register_one", gone=False)
    return seen


@pytest.fixture
def gate() -> Gate:
    """One call of the kind that stops goes through."""
    return Gate(1)


@pytest.fixture
def removing(shell: Shell, gate: Gate) -> Iterator[Shell]:
    """A sandbox with hundreds of devices, whose removals stop at the gate."""
    yield from _desk(shell, gate, "delay=1s@deregisterDeviceList")


@pytest.fixture
def storing(shell: Shell, gate: Gate) -> Iterator[Shell]:
    """An empty sandbox whose registrations stop at the gate."""
    yield from _desk(shell, gate, "delay=1s@registerDeviceList")


def _desk(shell: Shell, gate: Gate, switch: str) -> Iterator[Shell]:
    with serve("--set", switch, gate=gate) as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        yield shell


def sit_down(shell: Shell) -> Person:
    """The app on the shell's account; what it says outside the screen goes to a file."""
    return Person(home=shell.home, env=shell.environ, errors=shell.home.parent / "errors")


def said(shell: Shell) -> str:
    path = shell.home.parent / "errors"
    return path.read_text() if path.exists() else ""


def hear(shell: Shell, words: str, person: Person | None = None) -> None:
    """Wait until the app has said `words` on standard error."""
    until = time.monotonic() + PATIENCE
    while words not in said(shell):
        assert time.monotonic() < until, said(shell)
        if person is None:
            select.select([], [], [], 0.05)
        else:
            person.read(first=0.05)


def give_back(person: Person) -> None:
    """Read until the terminal was given back; the words on standard error may be seen before its bytes."""
    until = time.monotonic() + PATIENCE
    while not all(b"\x1b" + sequence in person.written for sequence in GIVEN_BACK):
        assert time.monotonic() < until, bytes(person.written[-200:])
        person.read(first=0.05)


def retarget_all(shell: Shell, person: Person) -> None:
    person.see("MAC-ID")
    person.keys("\x1b3")
    person.see(rf"{COUNT} devices +list from")
    person.keys("a")
    person.see(f"{COUNT} marked")
    person.keys("e")
    person.see(f"Retarget {COUNT} devices")
    person.keys("\x15")
    person.type(NEW)
    person.keys("enter")
    person.see("Count")
    person.type(str(COUNT))
    person.keys("enter")
    person.see("retargeted|stored")


def register_all(shell: Shell, person: Person) -> None:
    person.see("MAC-ID")
    person.keys("\x1b1")
    person.keys("tab")
    person.type(OLD)
    person.keys("tab")
    person.type("P")
    person.keys("backtab", "backtab")
    person.paste("\n".join(NAMES))
    person.see(f"{COUNT} ready")
    person.keys("r")
    person.see("Dry run")
    person.keys("y")
    person.see("stored")


def give(shell: Shell) -> None:
    words = ("register", "-", "--url", OLD, "--provider", "P", "--json")
    assert shell.run(*words, text="\n".join(NAMES)).code == 0


def targets(shell: Shell) -> dict[str, str]:
    return {row["mac"]: row["url"] for row in shell.run("list", "--json").rows}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_a_retarget_of_hundreds_leaves_every_phone_with_a_record_and_gives_the_terminal_back(
    removing: Shell, gate: Gate, gap: Gap, number: signal.Signals
) -> None:
    give(removing)
    with sit_down(removing) as person:
        before = termios.tcgetattr(person.fd)
        retarget_all(removing, person)
        os.kill(person.pid, number)
        hear(removing, f"ended by {number.name}", person)
        give_back(person)  # before what is under way is waited for: the gate is shut
        assert termios.tcgetattr(person.fd) == before
        gate.open()
        assert end_of(person) == 128 + number
    found = targets(removing)
    assert len(found) == COUNT
    assert set(found.values()) == {OLD, NEW}
    assert gap.most <= IN_FLIGHT
    assert "Nothing is open" in removing.run("resolve").err


def test_a_line_that_drops_in_a_retarget_leaves_every_phone_with_a_record(
    removing: Shell, gate: Gate, gap: Gap
) -> None:
    give(removing)
    with sit_down(removing) as person:
        retarget_all(removing, person)
        person.hang_up()
        hear(removing, "ended by SIGHUP")
        gate.open()
        assert end_of(person) == 128 + signal.SIGHUP
    found = targets(removing)
    assert len(found) == COUNT
    assert set(found.values()) == {OLD, NEW}
    assert gap.most <= IN_FLIGHT
    assert "Nothing is open" in removing.run("resolve").err


def test_a_registration_of_hundreds_is_settled_and_no_password_is_lost(storing: Shell, gate: Gate) -> None:
    with sit_down(storing) as person:
        register_all(storing, person)
        os.kill(person.pid, signal.SIGTERM)
        hear(storing, "ended by SIGTERM", person)
        gate.open()
        assert end_of(person) == 128 + signal.SIGTERM
    found = targets(storing)
    assert 0 < len(found) < COUNT
    assert "Nothing is open" in storing.run("resolve").err
    exported = list(csv.DictReader(storing.run("secrets", "export").out.splitlines()))
    assert {row["mac"] for row in exported if row["password"]} == set(found)


def test_what_a_kill_after_the_signal_left_open_is_said_at_the_next_start(storing: Shell, gate: Gate) -> None:
    with sit_down(storing) as person:
        register_all(storing, person)
        os.kill(person.pid, signal.SIGTERM)
        hear(storing, "ended by SIGTERM", person)
        os.kill(person.pid, signal.SIGKILL)
        assert end_of(person) == -signal.SIGKILL
    gate.open()
    with sit_down(storing) as person:
        person.see("(?i)interrupted")
    settled = storing.run("resolve", "--json").rows
    assert len(settled) > 0
    assert {row["outcome"] for row in settled} <= {"not_made", "not_sent", "stored"}
    assert "Nothing is open" in storing.run("resolve").err


def end_of(person: Person) -> int:
    _, status = os.waitpid(person.pid, 0)
    return os.waitstatus_to_exitcode(status)
