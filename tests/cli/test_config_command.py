"""`config` and `config check`: every setting with its origin, every mistake by name; and no command that is
silent about a broken settings file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Shell
from tui.settings.config import list_settings
from tui.settings.environment import VARIABLES

ACCOUNT = "[[accounts]]\nname = 'lab'\nserver = 'prov.example'\nuser = 'u1'\n"


def write(shell: Shell, text: str, name: str = "config.toml", mode: int = 0o600) -> Path:
    path = shell.home / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(text)
    path.chmod(mode)
    return path


def list_by_name(shell: Shell, *words: str, **environ: str) -> dict[str, dict[str, Any]]:
    run = shell.run("config", "--json", *words, environ=environ)
    assert run.code == 0, run.err
    return {row["setting"]: row for row in run.rows}


def test_every_setting_is_listed_with_default_and_meaning(shell: Shell) -> None:
    rows = list_by_name(shell)
    for setting in list_settings():
        row = rows[setting.name]
        assert (row["value"], row["default"], row["origin"]) == (setting.default, setting.default, "default")
        assert row["meaning"] == setting.about
    assert {variable.name for variable in VARIABLES} <= set(rows)
    assert rows["keys.devices.deregister"]["value"] == ["d"]


def test_a_setting_says_where_its_value_comes_from(shell: Shell) -> None:
    path = write(shell, f"[link]\nchunk = 7\n[keys]\n'devices.copy' = 'c'\n{ACCOUNT}")
    rows = list_by_name(shell)
    assert (rows["link.chunk"]["value"], rows["link.chunk"]["default"]) == (7, 50)
    assert (rows["link.chunk"]["origin"], rows["link.chunk"]["where"]) == ("file", f"{path}:2")
    assert (rows["keys.devices.copy"]["value"], rows["keys.devices.copy"]["where"]) == (["c"], f"{path}:4")
    assert (rows["account"]["value"], rows["account"]["origin"]) == ("lab", "file")
    assert rows["accounts.lab.user"]["value"] == "u1"
    assert (rows["accounts.lab.proxy"]["value"], rows["accounts.lab.proxy"]["origin"]) == (None, "default")


def test_switches_beat_the_environment_and_are_named_as_the_origin(shell: Shell) -> None:
    write(shell, ACCOUNT)
    named = {"REDIRECTORY_SERVER": "one.example", "REDIRECTORY_USER": "e"}
    rows = list_by_name(shell, **named)
    assert (rows["server"]["value"], rows["server"]["where"]) == ("one.example", "REDIRECTORY_SERVER")
    rows = list_by_name(shell, "--server", "two.example", "--user", "s", **named)
    assert (rows["server"]["value"], rows["server"]["origin"]) == ("two.example", "switch")
    assert (rows["user"]["value"], rows["user"]["where"]) == ("s", "--user")
    rows = list_by_name(shell, "--account", "lab", **named)
    assert (rows["account"]["origin"], rows["server"]["origin"]) == ("switch", "file")


def test_a_value_that_is_passed_over_is_not_said_to_come_from_the_file(shell: Shell) -> None:
    write(shell, "[link]\nchunk = 'x'\n")
    assert list_by_name(shell)["link.chunk"]["origin"] == "default"


def test_no_secret_is_printed(shell: Shell) -> None:
    write(
        shell,
        "[register]\nurl = 'http://me:geheim1@h.example/%MACD.xml'\n"
        f"{ACCOUNT}password_command = ['printf', 'geheim2']\n",
    )
    environ = {"REDIRECTORY_PASSWORD": "geheim3", "HTTPS_PROXY": "http://p:geheim4@proxy.example:3128"}
    for form in ((), ("--json",), ("--csv",)):
        run = shell.run("config", *form, environ=environ)
        assert "geheim" not in run.out + run.err
    assert "printf" in run.out


def test_only_what_differs_is_listed_on_request(shell: Shell) -> None:
    write(shell, "[link]\nchunk = 7\n")
    rows = list_by_name(shell, "--changed")
    assert "link.chunk" in rows
    assert "link.read" not in rows


def test_sound_settings_pass_the_check(shell: Shell) -> None:
    run = shell.run("config", "check")
    assert (run.code, run.out) == (0, "")
    write(shell, shell.run("config", "example").out)
    assert shell.run("config", "check").code == 0


MISTAKES = [
    ("[app]\nthem = 'x'\n", "app.them", "Did you mean theme?"),
    ("[link]\nchunk = 'x'\n", "link.chunk", "whole number"),
    ("[app]\ntheme = 'nrod'\n", "app.theme", "Did you mean nord?"),
    ("[keys]\n'devices.deregister' = 's'\n", "keys.devices.deregister", "devices.sort"),
    ("[keys]\n'devices.deregistr' = 'x'\n", "keys.devices.deregistr", "devices.deregister"),
    ("[keys]\n'devices.copy' = 'delte'\n", "keys.devices.copy", "Did you mean delete?"),
    ("[register]\npreset = 'none'\n", "register.preset", "No such preset"),
    ("[app]\naccount = 'none'\n", "app.account", "No such account"),
    (f"{ACCOUNT}password_command = ['no-such-program-here']\n", "password_command", "There is no program"),
    (ACCOUNT.replace("prov.example", "prov example"), "server", "Enter a host name"),
    ("[app\n", "", "Not valid TOML"),
]


@pytest.mark.parametrize(("text", "key", "words"), MISTAKES)
def test_a_mistake_is_named_and_ends_with_2(shell: Shell, text: str, key: str, words: str) -> None:
    path = write(shell, text)
    run = shell.run("config", "check", "--json")
    assert run.code == 2
    (row,) = run.rows
    assert row["file"] == str(path)
    assert row["line"] == (3 if key == "server" else len(text.splitlines()))
    assert key in row["key"]
    assert words in row["mistake"] + row["hint"]
    assert words in shell.run("config", "check").out


def test_a_password_command_that_others_may_have_written_is_named_with_the_reason(shell: Shell) -> None:
    write(shell, f"{ACCOUNT}password_command = ['printf', 'x']\n", mode=0o666)
    run = shell.run("config", "check")
    assert run.code == 2
    assert "chmod go-w" in run.out


def test_mistakes_in_the_files_of_the_program_and_in_the_environment_are_named(shell: Shell) -> None:
    write(shell, f"current = 'bal'\n{ACCOUNT}usr = 'x'\n", "accounts.toml")
    write(shell, "[[presets]]\nname = 'p'\nurll = 'x'\n", "presets.toml")
    run = shell.run(
        "config",
        "check",
        environ={"REDIRECTORY_ACCOUNT": "lba", "SSL_CERT_FILE": "/no/such.pem", "HTTPS_PROXY": "http://[x"},
    )
    assert run.code == 2
    for words in ("Did you mean lab?", "Did you mean user?", "Did you mean url?", "SSL_CERT_FILE", "proxy"):
        assert words in run.out, words


COMMANDS_WITHOUT_AN_ACCOUNT = [
    ("accounts", "list"),
    ("presets", "list"),
    ("paths",),
    ("config",),
    ("template", "check"),
    ("expand", "http://h.example/%MACD.xml", "7C2F80820EC0"),
    ("completion", "bash"),
    ("sandbox", "switches"),
    ("dx800-patch",),
    ("list",),
    ("history",),
]


@pytest.mark.parametrize("name", ["config.toml", "accounts.toml", "presets.toml"])
@pytest.mark.parametrize("words", COMMANDS_WITHOUT_AN_ACCOUNT, ids=" ".join)
def test_every_command_warns_once_of_a_broken_settings_file(
    shell: Shell, words: tuple[str, ...], name: str
) -> None:
    path = write(shell, "[[accounts]\nname = ", name)
    run = shell.run(*words)
    warnings = [line for line in run.err.splitlines() if line.startswith("warning:") and str(path) in line]
    assert len(warnings) == 1, run.err
    assert "No account yet" not in run.err


def test_the_settings_of_the_readme_are_settings(shell: Shell) -> None:
    readme = (ROOT / "README.md").read_text()
    (block,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    write(shell, block.replace('"pass", "show"', '"printf", "show"'))
    run = shell.run("config", "check")
    assert (run.code, run.out) == (0, "")


def test_every_variable_that_the_program_reads_is_listed() -> None:
    read = set()
    for path in (ROOT / "tui").rglob("*.py"):
        read |= set(re.findall(r"\"(REDIRECTORY_[A-Z_]+)\"", path.read_text()))
    assert read == {variable.name for variable in VARIABLES if variable.name.startswith("REDIRECTORY_")}
