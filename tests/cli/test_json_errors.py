"""With --json an error is one JSON object on a line of stderr, whatever went wrong, in every command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run, Shell, serve
from tui.cli.grammar.commands import COMMANDS

FIELDS = ["title", "detail", "hint", "code", "exit_code", "device", "line"]
URL = "http://p.example/%MACD.xml"
TARGET = ("--url", URL, "--provider", "Acme")


def errors(run: Run) -> list[dict[str, Any]]:
    """The objects on stderr; each has every field and the exit code of its command."""
    found = [json.loads(line) for line in run.err.splitlines() if line.startswith("{")]
    for error in found:
        assert list(error) == FIELDS
        assert error["title"]
    return found


def only(run: Run) -> dict[str, Any]:
    (error,) = errors(run)
    assert error["exit_code"] == run.code
    return error


@pytest.mark.parametrize("command", COMMANDS)
def test_a_word_too_many_is_told_as_json_by_every_command(shell: Shell, command: str) -> None:
    run = shell.run(command, "--no-such-option", "--json")
    assert (run.code, run.out) == (2, "")
    assert only(run)["code"] == "usage"
    assert len(run.err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--json",),
        ("--json", "list"),
        ("lst", "--json"),
        ("list", "--json", "--csv"),
        ("list", "--provider", "--json"),
        ("history", "--json", "--since", "monday"),
        ("history", "--json", "--limit", "many"),
        ("accounts", "--json", "nonsense"),
        ("register", "--json"),
        ("list", "--json"),
        ("apply", "none.csv", "--json"),
        ("undo", "--json", "--account", "nobody"),
    ],
)
def test_what_cannot_be_understood_or_configured_is_told_as_json(
    shell: Shell, words: tuple[str, ...]
) -> None:
    run = shell.run(*words)
    assert run.code == 2
    assert only(run)["code"] in ("usage", "input")


def test_a_word_behind_two_dashes_is_no_option(shell: Shell) -> None:
    run = shell.run("info", "--", "--json")
    assert run.code == 2
    assert errors(run) == []


def test_each_identifier_that_cannot_be_read_is_an_error_with_its_line(office: Shell) -> None:
    run = office.run("register", "-", *TARGET, "--json", text="7C2F80A1000\n\n7C2F80A10001\n7C2F80A1000Z\n")
    assert (run.code, run.out) == (2, "")
    found = [(error["code"], error["line"], error["exit_code"]) for error in errors(run)]
    assert found == [("identifier", 1, 2), ("identifier", 4, 2)]
    run = office.run("info", "7C2F80A1000G", "--json")
    assert (only(run)["code"], only(run)["device"]) == ("identifier", "7C2F80A1000G")
    run = office.run("history", "--device", "7C2F", "--json")
    assert only(run)["device"] == "7C2F"


@pytest.mark.parametrize("command", ["import", "plan", "apply"])
def test_each_bad_row_is_an_error_with_its_line_and_the_others_go_on(
    office: Shell, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(
        f"mac,url,provider\n7C2F80A1000G,{URL},Acme\n7C2F80A10009,{URL},Acme\n7C2F80,{URL},Acme\n"
    )
    more = () if command == "plan" else ("--dry-run",)
    run = office.run(command, str(file), "--json", *more)
    assert run.code == 1
    found = [(error["line"], error["code"], error["exit_code"], error["device"]) for error in errors(run)]
    assert found == [(2, "bad_row", 1, "7C2F80A1000G"), (4, "bad_row", 1, "7C2F80")]
    assert any("7C2F80A10009" in str(row) for row in run.rows)


def test_a_file_that_cannot_be_read_is_an_error_with_its_line(office: Shell, tmp_path: Path) -> None:
    call = tmp_path / "call.xml"
    call.write_text("<?xml version='1.0'?>\n<methodCall>\n<methodName>a</methodNam>\n</methodCall>")
    run = office.run("upload", str(call), "--json")
    assert (only(run)["code"], only(run)["line"]) == ("not_a_call", 3)
    call.write_text("<methodCall>\n<methodName>a & b</methodName>\n</methodCall>")
    assert only(office.run("upload", str(call), "--json"))["line"] == 2
    listed = tmp_path / "list.json"
    listed.write_text('[\n{"mac": "7C2F80A10001",}\n]')
    assert only(office.run("import", str(listed), "--json"))["line"] == 2
    (tmp_path / "nul.csv").write_bytes(b"mac,url\n7C2F80A10001,\0\n")
    assert only(office.run("import", str(tmp_path / "nul.csv"), "--json"))["line"] == 2


@pytest.mark.parametrize(
    ("switch", "code"),
    [("status=500", "server_failed"), ("body=truncated", "unreadable"), ("page=login", "unreadable")],
)
def test_a_link_that_fails_is_told_with_the_device_that_was_asked_for(
    shell: Shell, switch: str, code: str
) -> None:
    with serve("--set", switch) as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        error = only(shell.run("info", "7C2F80820EC0-55DF", "--json"))
        assert (error["code"], error["exit_code"], error["device"]) == (code, 3, "7C2F80820EC0")
        assert only(shell.run("list", "--json"))["exit_code"] == 3
    assert only(shell.run("list", "--json"))["code"] == "not_reached"
    with serve() as url:
        shell.environ |= {"REDIRECTORY_SERVER": url, "REDIRECTORY_PASSWORD": "falsch-4711"}
        run = shell.run("deregister", "7C2F80820EC0", "--yes", "--json")
    assert only(run)["code"] == "login_refused"
    assert "falsch-4711" not in run.err


def test_a_lost_password_and_an_unknown_outcome_are_errors_beside_the_data(shell: Shell) -> None:
    with serve("--set", "cut=after@registerDevice") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        run = shell.run("register", "7C2F80A10001-1A2B", *TARGET, "--json")
        assert run.rows[0]["password_lost"]
        assert "password" in only(run)["title"]


def test_secrets_and_controls_are_never_in_an_error(shell: Shell) -> None:
    run = shell.run("list", "--json", "--server", "http://u:geheim@h\x1b]0;owned\x07.example", "--user", "x")
    assert only(run)["exit_code"] == run.code
    assert "geheim" not in run.err
    run = shell.run("info", "--json", "7C2F\x1b[2J80\u202e\n{}")
    only(run)
    for control in ("\x1b", "\u202e", "\\u001b", "\\u202e"):
        assert control not in run.err


def test_an_output_that_cannot_be_written_is_an_error_with_its_own_code(office: Shell) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "list", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=office.make_environ({}),
        )
    assert done.returncode == 6
    assert only(Run(6, "", done.stderr))["code"] == "not_written"
