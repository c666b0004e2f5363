"""--quiet leaves data, errors and questions: no notes, warnings, hints or progress, in every command."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_provider_commands import type_into
from tui.cli.grammar.commands import COMMANDS
from tui.cli.grammar.parser import declare_command

URL = "http://prov.example.net/xml/%MACD.xml"
ODD = "http://prov.example.net/xml/phone.xml"  # every phone gets the same file: a warning


def all_parsers() -> list[argparse.ArgumentParser]:
    found: list[argparse.ArgumentParser] = [declare_command(command) for command in COMMANDS.values()]
    for parser in found:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += action.choices.values()
    return found


def test_every_command_and_sub_command_takes_it() -> None:
    for parser in all_parsers():
        assert {"-q", "--quiet"} <= set(parser._option_string_actions), parser.prog


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("expand", "http://u:p@h/%MACD.xml", "7C2F80A10001"), ""),
        (("register", "7C2F80C10001", "--url", ODD, "--provider", "Leise"), ""),
        (("import", "-", "--dry-run"), f"A list\nmac;url;provider\n7C2F80C10002;{ODD};Leise\n"),
        (("import", "-"), f"A list\nmac;url;provider\n7C2F80C10003;{ODD};Leise\n"),
        (("plan", "-"), f"mac;url;provider\n7C2F80C10004;{ODD};Leise\n"),
        (("apply", "-", "--yes"), f"mac;url;provider\n7C2F80C10001;{ODD};Leise\n"),
        (("list", "--offline"), ""),
        (("history", "--device", "7C2F80FFFFF0"), ""),
        (("resolve",), ""),
        (("deregister", "7C2F80C10005", "--yes"), ""),
        (("undo", "--yes"), ""),
        (("accounts", "list"), ""),
        (("dx800-patch",), ""),
        (("accounts", "test"), ""),
    ],
)
def test_nothing_is_said_where_nothing_is_wrong(office: Shell, words: tuple[str, ...], text: str) -> None:
    office.run("list")
    office.run("register", "7C2F80C10005", "--url", ODD, "--provider", "Leise")  # for those who take away
    run = office.run(*words, "--quiet", text=text)
    assert (run.code, run.err) == (0, "")


def test_settings_are_changed_without_a_word(shell: Shell) -> None:
    for words in (("add", "leise", "--user", "u"), ("use", "leise"), ("rename", "leise", "still")):
        run = shell.run("accounts", *words, "--quiet")
        assert (run.code, run.out, run.err) == (0, "", "")


def test_what_it_hides_is_there_without_it(office: Shell) -> None:
    for words in (("expand", "http://u:p@h/%MACD.xml", "7C2F80A10001"), ("dx800-patch",), ("resolve",)):
        assert office.run(*words).err
        assert office.run(*words, "-q").err == ""


def test_errors_are_said_without_their_hints(office: Shell) -> None:
    for words in (
        ("list", "--account", "niemand"),
        ("nonsense",),
        ("register", "7C2F80C1000G", "--provider"),
    ):
        loud, quiet = office.run(*words), office.run(*words, "--quiet")
        assert quiet.code == loud.code == 2
        assert quiet.err.startswith("redirectory: ")
        assert len(quiet.err.splitlines()) < len(loud.err.splitlines())
    run = office.run("import", "-", "--quiet", text=f"mac,url,provider\n7C2F80C1000G,{URL},Leise\n")
    assert run.code == 1
    assert "line 2:" in run.err


def test_a_question_is_asked_with_all_that_belongs_to_it(office: Shell, tmp_path: Path) -> None:
    office.run("register", "7C2F80C20001", "7C2F80C20002-1A2B", "--url", URL, "--provider", "Frage")
    run = type_into(office, "\nn\n", "deregister", "7C2F80C20001", "7C2F80C20002", "--quiet")
    assert run.code == 2
    for words in ("not known here", "7C2F80C20001", "may not come back", "[y/N]"):
        assert words in run.err
    file = tmp_path / "wanted.csv"
    file.write_text(f"mac,url,provider\n7C2F80C20001,{URL},Frage\n")
    run = type_into(office, "n\n", "apply", str(file), "--prune", "--quiet")
    for words in ("Scope: provider Frage", "Frage: remove 1", "remove 1?"):
        assert words in run.err


def test_with_json_all_of_stderr_is_json(office: Shell) -> None:
    text = f"A list\nmac;url;provider\n7C2F80C30001;{ODD};Leise\n7C2F80C3000G;{ODD};Leise\n"
    run = office.run("import", "-", "--dry-run", "--quiet", "--json", text=text)
    assert run.code == 1
    assert [line[0] for line in run.err.splitlines()] == ["{"]
