"""However the app ends, its exit code says so and the terminal works again: the program in a real pty."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path
from textwrap import dedent

import pytest

from tests.whole.person import ROOT, Person

GIVEN_BACK = (b"[?1049l", b"[?25h", b"[?2004l", b"[?1004l", b"[<u", b"[?1000;1002;1006l")
# What breaks the program from inside when F1 is pressed.
BREAKS = {
    "input thread": """
        from tui.app.terminal.input import InputParser
        feed = InputParser.feed
        def fail(self, text):
            if text == "\x1bOP":
                secret = "S3CRET"
                raise ValueError("broken")
            return feed(self, text)
        InputParser.feed = fail
    """,
    "app": """
        from tui.app.shell.app import RedirectoryApp
        def fail(self):
            secret = "S3CRET"
            raise ValueError("broken")
        RedirectoryApp.action_help = fail
    """,
}


def is_given_back(person: Person) -> bool:
    return all(b"\x1b" + sequence in person.written for sequence in GIVEN_BACK)


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
        assert is_given_back(person)
        assert termios.tcgetattr(person.fd)[3] == before[3]


def test_a_line_that_is_dropped_ends_the_app(tmp_path: Path) -> None:
    with Person("--demo", home=tmp_path) as person:
        person.see("sandbox")
        os.close(person.fd)
        _, status = os.waitpid(person.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
        person.fd = os.open(os.devnull, os.O_RDONLY)


@pytest.mark.parametrize("broken", BREAKS)
def test_an_error_inside_the_program_gives_the_terminal_back_and_is_no_success(
    broken: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(dedent(BREAKS[broken]))
    env = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    with Person("--demo", home=tmp_path / "home", env=env) as person:
        before = termios.tcgetattr(person.fd)
        person.see("sandbox")
        person.keys("f1")
        person.wait_for_end()
        _, status = os.waitpid(person.pid, 0)
        assert os.waitstatus_to_exitcode(status) > 0
        assert is_given_back(person)
        assert termios.tcgetattr(person.fd)[3] == before[3]
        assert b"a defect of the program ended it: ValueError" in person.written
        assert b"S3CRET" not in person.written


def test_ctrl_z_gives_the_terminal_back_until_the_shell_calls_the_app_again(tmp_path: Path) -> None:
    with Person("--demo", home=tmp_path) as person:
        before = termios.tcgetattr(person.fd)
        person.see("sandbox")
        person.see("MAC-ID")
        person.keys("\x1a")
        _, status = os.waitpid(person.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        person.read()
        assert is_given_back(person)
        assert termios.tcgetattr(person.fd)[3] == before[3]
        seen = len(person.written)
        os.kill(person.pid, signal.SIGCONT)
        while "MAC-ID" not in person.written[seen:].decode(errors="replace"):
            assert not person.ended
            person.read(first=0.5)
        person.keys("tab")
        person.type("back again")
        person.see("back again")


def test_a_byte_that_is_no_utf_8_is_read_as_latin_1(tmp_path: Path) -> None:
    with Person("--demo", home=tmp_path) as person:
        person.see("sandbox")
        person.keys("tab", "tab")
        person.send("Müller".encode("latin-1"))
        person.see("Müller")
        person.send("Trä".encode("latin-1"))
        person.see("Trä")


def test_that_input_is_no_utf_8_is_said_once(tmp_path: Path) -> None:
    with Person("--demo", home=tmp_path) as person:
        person.see("sandbox")
        person.keys("tab", "tab")
        person.send("é".encode())
        person.see("é")
        assert "ISO-8859-1" not in person.text
        person.send("Mü".encode("latin-1"))
        person.see("ISO-8859-1")
        person.send("ä".encode("latin-1"))
        person.see("Müä")
        assert person.text.count("ISO-8859-1") == 1


@pytest.mark.parametrize("locale", [{"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "de_DE.ISO-8859-1"}])
def test_a_terminal_without_utf_8_gets_nothing_that_it_cannot_show(
    locale: dict[str, str], tmp_path: Path
) -> None:
    with Person("--demo", home=tmp_path, env=locale) as person:
        person.see("sandbox")
        person.see("MAC-ID")
        assert bytes(person.written).isascii() or "ISO" in locale["LC_ALL"]
        assert "─".encode() not in person.written
        person.see("Enter register")
