"""However the app ends, its exit code says so and the terminal works again: the program in a real pty."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path

import pytest

from tests.whole.person import Person


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_gives_the_terminal_back_and_tells_its_number(
    number: signal.Signals, tmp_path: Path
) -> None:
    with Person("--demo", home=tmp_path) as person:
        before = termios.tcgetattr(person.fd)
        person.see("MAC-ID")
        person.see("sandbox")
        os.kill(person.pid, number)
        person.wait_for_end()
        _, status = os.waitpid(person.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 128 + number
        for sequence in (b"[?1049l", b"[?25h", b"[?2004l", b"[?1004l", b"[<u", b"[?1000;1002;1006l"):
            assert b"\x1b" + sequence in person.written
        assert termios.tcgetattr(person.fd)[3] == before[3]


def test_a_line_that_is_dropped_ends_the_app(tmp_path: Path) -> None:
    with Person("--demo", home=tmp_path) as person:
        person.see("sandbox")
        os.close(person.fd)
        _, status = os.waitpid(person.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
        person.fd = os.open(os.devnull, os.O_RDONLY)


def test_a_byte_that_is_no_utf_8_is_read_as_latin_1(tmp_path: Path) -> None:
    with Person("--demo", home=tmp_path) as person:
        person.see("sandbox")
        person.keys("tab", "tab")
        person.send("Müller".encode("latin-1"))
        person.see("Müller")
        person.send("Trä".encode("latin-1"))
        person.see("Trä")


@pytest.mark.parametrize("locale", [{"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "de_DE.ISO-8859-1"}])
def test_a_terminal_without_utf_8_gets_nothing_that_it_cannot_show(
    locale: dict[str, str], tmp_path: Path
) -> None:
    with Person("--demo", home=tmp_path, env=locale) as person:
        person.see("sandbox")
        person.see("MAC-ID")
        assert bytes(person.written).isascii() or "ISO" in locale["LC_ALL"]
        assert "─".encode() not in person.written
