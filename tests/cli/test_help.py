"""The help of a command that changes something has examples that parse, and its exit codes."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.conftest import Shell
from tui.cli.commands import COMMANDS
from tui.cli.parser import declare_command, parse

EXPLAINED = [name for name, command in COMMANDS.items() if declare_command(command).epilog]


def read_examples(epilog: str) -> list[list[str]]:
    """The words of each example, without what the shell takes."""
    lines = epilog.partition("examples:\n")[2].partition("\n\n")[0].splitlines()
    found = []
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "redirectory", line
        end = next((place for place, word in enumerate(words) if word in ("<", ">", "|", "&&")), len(words))
        found.append(words[1:end])
    return found


def test_the_commands_that_change_something_are_explained() -> None:
    changing = {"register", "deregister", "retarget", "upload", "import", "apply", "undo", "resolve"}
    assert changing <= set(EXPLAINED)


@pytest.mark.parametrize("name", EXPLAINED)
def test_every_example_is_understood(name: str) -> None:
    examples = read_examples(declare_command(COMMANDS[name]).epilog or "")
    assert len(examples) >= 2
    for words in examples:
        assert words[0] == name
        parse(COMMANDS[name], words[1:])


def test_exit_codes_stand_below(shell: Shell) -> None:
    text = shell.run("register", "--help").out
    for line in ("  0    all done", "  4    an outcome is unknown", "  130  interrupted"):
        assert line in text
