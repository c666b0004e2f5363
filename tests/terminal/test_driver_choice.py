"""When the thin driver is chosen, and when Textual's own."""

from __future__ import annotations

import io
import sys

import pytest

from tui.app.terminal.driver import SWITCH_OFF, TerminalDriver, choose_driver, wants_full_repaint


class FakeTerminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2


@pytest.fixture(autouse=True)
def in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stderr__", FakeTerminal())
    monkeypatch.setattr(sys, "__stdout__", None)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in (SWITCH_OFF, "TEXTUAL_DRIVER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("term", ["xterm-256color", "linux", "screen", "tmux-256color", "vt220"])
def test_a_terminal_gets_the_thin_driver(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    assert choose_driver() is TerminalDriver
    assert not wants_full_repaint()


def test_the_environment_may_name_another_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    assert choose_driver() is None


@pytest.mark.parametrize(("name", "value"), [(SWITCH_OFF, "1"), ("TERM", "dumb"), ("TERM", "")])
def test_the_environment_leaves_the_repaints_to_textual_and_never_the_input(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert choose_driver() is TerminalDriver
    assert wants_full_repaint()


def test_zero_does_not_switch_the_thin_driver_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH_OFF, "0")
    assert choose_driver() is TerminalDriver
    assert not wants_full_repaint()


def test_without_a_terminal_the_choice_is_left_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    assert choose_driver() is None


def test_an_encoding_that_cannot_show_everything_gets_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeTerminal, "encoding", "latin-1")
    assert choose_driver() is TerminalDriver
    assert not wants_full_repaint()


def test_where_standard_error_is_no_terminal_standard_output_is_painted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    monkeypatch.setattr(sys, "__stdout__", FakeTerminal())
    assert choose_driver() is TerminalDriver
    assert not wants_full_repaint()
