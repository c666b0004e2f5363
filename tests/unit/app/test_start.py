"""Which words open the app, and what happens without a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tui.__main__ import is_for_app
from tui.app.terminal.clipboard import LIMIT, osc52


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--demo"],
        ["--no-mouse", "--demo"],
        ["--account", "a"],
        ["--account=a"],
        ["--server", "https://x", "--user", "u"],
    ],
)
def test_no_command_opens_the_app(words: list[str]) -> None:
    assert is_for_app(words)


@pytest.mark.parametrize(
    "words", [["list"], ["--account", "a", "list"], ["--help"], ["--version"], ["--account"]]
)
def test_a_command_help_and_version_belong_to_the_command_line(words: list[str]) -> None:
    assert not is_for_app(words)


def test_without_a_terminal_it_says_so_with_exit_code_2_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "--demo"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_copies_are_wrapped_for_tmux_and_screen() -> None:
    assert osc52("a", {}) == "\x1b]52;c;YQ==\x07"
    assert osc52("a", {"TMUX": "/run/x"}) == "\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
    assert osc52("a", {"TERM": "screen-256color"}) == "\x1bP\x1b]52;c;YQ==\x07\x1b\\"


def test_too_much_for_a_clipboard_is_not_sent_in_part() -> None:
    assert osc52("a" * LIMIT, {}) == ""
