"""The help of each command, and the manual, have examples that parse, exit codes, and the environment."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tui.cli.grammar.commands import COMMANDS
from tui.cli.grammar.explanations import ALL_CODES, EXPLANATIONS, FILES, list_variables
from tui.cli.grammar.manual import write_page
from tui.cli.grammar.parser import declare_command, parse
from tui.cli.terminal.diagnostics import ExitCode
from tui.settings.files.paths import gather_places

ROOT = Path(__file__).parents[2]


def walk(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from walk(child)


PARSERS = {
    parser.prog.partition(" ")[2]: parser
    for command in COMMANDS.values()
    for parser in walk(declare_command(command))
}


def read_words(example: str) -> list[str]:
    """The words of an example, without what the shell takes."""
    words = shlex.split(example)
    end = next((place for place, word in enumerate(words) if word in ("<", ">", ">>", "|")), len(words))
    assert words[0] == "redirectory"
    return words[1:end]


def test_every_command_and_sub_command_is_explained_and_no_other() -> None:
    assert set(EXPLANATIONS) == set(PARSERS)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_example_is_understood(name: str) -> None:
    examples = EXPLANATIONS[name].examples
    assert len(examples) >= 2
    for example in examples:
        words = read_words(example)
        assert " ".join(words).startswith(name)
        parse(COMMANDS[words[0]], words[1:])


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_exit_code_is_one_of_the_program(name: str) -> None:
    assert set(EXPLANATIONS[name].codes) <= {int(code) for code in ExitCode}


@pytest.mark.parametrize("name", PARSERS)
def test_the_help_ends_with_examples_exit_codes_and_environment(name: str) -> None:
    text = PARSERS[name].format_help()
    parts = [text.index(f"\n{part}:\n") for part in ("examples", "exit codes", "environment")]
    assert parts == sorted(parts)
    environment = text[parts[-1] :]
    assert "REDIRECTORY_HOME" in environment
    assert ("REDIRECTORY_ACCOUNT" in environment) == ("\naccount:\n" in text)


def test_exit_codes_stand_below(shell: Shell) -> None:
    text = shell.run("register", "--help").out
    for line in ("  0    all done", "  4    an outcome is unknown", "  130  interrupted"):
        assert line in text


def test_a_long_description_is_wrapped(shell: Shell) -> None:
    text = shell.run("sync", "--help").out.partition("examples:")[0]
    assert max(map(len, text.splitlines())) <= 80


# -- the manual


def flatten(page: str) -> str:
    """A page as plain text: without requests, fonts and escapes."""
    text = re.sub(r"^\.\w+ ?", "", page, flags=re.MULTILINE)
    text = re.sub(r"\\f.", "", text).replace("\\-", "-").replace("\\(aq", "'").replace("\\&", "")
    return text.replace("\\e", "\\")


def test_the_manual_has_every_command_option_example_and_code() -> None:
    text = flatten(write_page("redirectory"))
    for name, parser in PARSERS.items():
        part = text[text.index(f"\n{name}\n") :]
        for action in parser._actions:
            for option in action.option_strings:
                assert option in ("-h", "--help") or option in part, (name, option)
        for example in EXPLANATIONS[name].examples:
            assert example in part, (name, example)
    for rows in (ALL_CODES, list_variables(), FILES):
        for meaning in rows.values():
            assert meaning in text


def test_the_readme_has_the_same_exit_codes() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d+) \| (.*) \|$", readme, flags=re.MULTILINE))
    assert {int(code) for code in told} == set(ALL_CODES) == {int(code) for code in ExitCode}


def test_the_files_of_the_manual_are_those_of_the_program(tmp_path: Path) -> None:
    places = gather_places(tmp_path)
    files = {getattr(places, name) for name in dir(places) if name.endswith("_file")}
    assert set(FILES) == {path.name for path in files}


def test_the_variables_of_the_manual_are_those_that_the_program_reads() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tui").rglob("*.py"))
    read = set(re.findall(r"\bREDIRECTORY_[A-Z_]+\b", source))
    assert {name for name in list_variables() if name.startswith("REDIRECTORY_")} == read


@pytest.mark.parametrize("page", ["redirectory", "ap-client"])
def test_man_prints_a_page_that_roff_takes_without_a_warning(shell: Shell, page: str) -> None:
    run = shell.run("man", page)
    assert run.code == 0
    assert run.out.startswith(f".TH {page.upper().replace('-', chr(92) + '-')} 1 ")
    requests = {line.split()[0] for line in run.out.splitlines() if line.startswith((".", "'"))}
    assert requests <= {".TH", ".SH", ".SS", ".B", ".I", ".BR", ".br", ".PP", ".TP", ".nf", ".fi"}
    groff = shutil.which("groff")
    if groff is not None:
        done = subprocess.run(
            [groff, "-man", "-Tutf8", "-ww", "-z"], input=run.out, capture_output=True, text=True, timeout=60
        )
        assert done.stderr == ""
