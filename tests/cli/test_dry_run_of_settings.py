"""--dry-run of accounts and presets shows what would change in their files and changes nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tui.cli.grammar.commands import COMMANDS
from tui.cli.grammar.parser import declare_command

URL = "http://u:geheim@prov.example.net/%MACD.xml"
# They only tell, or write one new file that they are asked for.
CHANGING_NOTHING = {
    *("info", "list", "plan", "history", "watch", "test", "expand", "accounts list", "accounts test"),
    *("presets list", "config", "paths", "man", "completion", "sandbox switches", "sandbox phone"),
    *("secrets export", "secrets keygen", "journal backup", "template", "dx800-patch", "sandbox serve"),
}


def contents(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A shell with two accounts, one of which keeps its password, and a preset."""
    shell = Shell(tmp_path_factory.mktemp("settled") / "home", {"REDIRECTORY_PASSWORD": "geheim-4711"})
    for words in (
        ("accounts", "add", "eins", "--user", "a", "--server", "one.example", "--keep-password"),
        ("accounts", "add", "zwei", "--user", "b", "--server", "two.example"),
        ("presets", "add", "haus", "--url", URL, "--provider", "P"),
    ):
        assert shell.run(*words).code == 0
    return shell


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("accounts", "add", "drei", "--user", "c", "--keep-password"), '+name = "drei"'),
        (("accounts", "edit", "eins", "--server", "new.example"), '+server = "new.example"'),
        (("accounts", "edit", "eins", "--keep-password"), ""),
        (("accounts", "edit", "eins", "--forget-password"), ""),
        (("accounts", "rename", "eins", "erste"), '+name = "erste"'),
        (("accounts", "remove", "eins"), '-name = "eins"'),
        (("accounts", "use", "zwei"), "+zwei"),
        (("presets", "add", "neu", "--url", URL), '+name = "neu"'),
        (("presets", "edit", "haus", "--provider", "Q"), '+provider = "Q"'),
        (("presets", "rename", "haus", "heim"), '+name = "heim"'),
        (("presets", "remove", "haus"), '-name = "haus"'),
    ],
)
def test_the_difference_is_shown_and_nothing_is_changed(
    settled: Shell, words: tuple[str, ...], shown: str
) -> None:
    before = contents(settled.home)
    run = settled.run(*words, "--dry-run")
    assert run.code == 0, run.err
    sign, text = shown[:1], shown[1:]
    assert not shown or any(line[:1] == sign and text in line for line in run.out.splitlines()[2:]), run.out
    assert bool(run.out) == bool(shown)
    assert "Nothing was changed." in run.err
    assert "geheim" not in run.out + run.err
    assert contents(settled.home) == before


@pytest.mark.parametrize(
    "words",
    [
        ("accounts", "add", "eins", "--user", "x"),
        ("accounts", "edit", "niemand", "--user", "x"),
        ("accounts", "edit", "eins"),
        ("presets", "rename", "niemand", "x"),
        ("presets", "add", "leer"),
    ],
)
def test_it_fails_as_the_change_would(settled: Shell, words: tuple[str, ...]) -> None:
    assert settled.run(*words, "--dry-run").err == settled.run(*words).err


def test_a_broken_file_is_named_by_its_own_name(shell: Shell) -> None:
    shell.run("accounts", "add", "eins", "--user", "a")
    file = shell.home / "config" / "accounts.toml"
    file.write_text("accounts = 7 7\n")
    run = shell.run("accounts", "add", "zwei", "--user", "b", "--dry-run")
    assert (run.code, run.out) == (2, "")
    assert str(file) in run.err
    assert "redirectory-try" not in run.err


def list_commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The commands below a parser that do something themselves."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in below:
        for child in action.choices.values():
            yield from list_commands(child)
    if not below:
        yield parser


def test_every_command_that_changes_something_has_it() -> None:
    for command in COMMANDS.values():
        for parser in list_commands(declare_command(command)):
            name = parser.prog.partition(" ")[2]
            assert ("--dry-run" in parser._option_string_actions) == (name not in CHANGING_NOTHING), name
