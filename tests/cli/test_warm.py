"""A command in a fork of a warm process behaves as one in an interpreter of its own."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell

COMMANDS = [
    (("list", "--json"), ""),
    (
        ("import", "-", "--dry-run", "--url", "http://h/%MACD.xml", "--provider", "Ünï"),
        "7C2F80D70001\r\n\tx\n",
    ),
    (("register", "no mac", "\udcff"), ""),
    (("accounts", "nothing"), ""),
    (("--help",), ""),
]


@pytest.mark.parametrize(("words", "text"), COMMANDS, ids=lambda part: part[0] if part else "-")
def test_code_output_and_errors_are_the_same(office: Shell, words: tuple[str, ...], text: str) -> None:
    assert office.run(*words, text=text) == office.run_cold(*words, text=text)


def test_what_an_interpreter_reads_when_it_starts_has_one_started(office: Shell) -> None:
    ascii_only = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    run = office.run("list", "--provider", "Daryna", environ=ascii_only)
    assert run.code == 0
    assert run.out.isascii()
