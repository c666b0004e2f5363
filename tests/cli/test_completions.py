"""Completions know what this machine knows: names, MACs, files by their kind. They ask no server, show no
secret, and nothing that a server sent is run by the shell."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Shell, serve

EVIL = "$(touch owned)`touch owned`; rm *"
MAC = "7C2F80C00001"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A shell with an account, a preset, a kept list and a change set, whose server is gone."""
    shell = Shell(tmp_path_factory.mktemp("known") / "home")
    with serve("--sample", "3") as url:
        for name in ("north", "north east"):
            words = ("--server", url, "--user", "demo", "--keep-password")
            shell.run("accounts", "add", name, *words, environ={"REDIRECTORY_PASSWORD": "demo"})
        shell.run("accounts", "use", "north")
        shell.run("presets", "add", "new host", "--url", "http://u:geheim@h.example/%MACD.xml")
        target = ("--url", "http://u:geheim@h.example/%MACD.xml", "--provider", EVIL)
        assert shell.run("register", f"{MAC}-9F3E", *target).code == 0
        assert shell.run("list").code == 0
    return shell


def ask(shell: Shell, *words: str) -> list[str]:
    run = shell.run("__complete", *words)
    assert (run.code, run.err) == (0, "")
    return run.out.splitlines()


def test_names_that_this_machine_knows_are_offered(known: Shell) -> None:
    assert ask(known, "accounts", "") == ["north", "north east"]
    assert ask(known, "presets", "NEW") == ["new host"]
    assert ask(known, "providers", "Dar") == ["Daryna"]
    assert ask(known, "macs", "7c2f80c") == [MAC.lower()]
    assert ask(known, "macs", "7C2F80C", "north east") == [MAC]
    change_set = known.run("history", "--json").rows[0]["change_set"]
    assert ask(known, "change-sets", "") == [str(change_set)]
    assert "delay=" in ask(known, "switches", "del")
    assert ask(known, "switches", "bare=") == ["bare=always", "bare=unlabelled", "bare=never"]
    assert ask(known, "columns", "server_date") == ["server_date", "server_date:desc"]


def test_no_secret_is_offered_and_nothing_is_said_of_what_is_wrong(known: Shell, shell: Shell) -> None:
    kinds = ("accounts", "presets", "providers", "macs", "change-sets", "switches", "conditions", "none")
    for kind in kinds:
        for typed in ("", "provider:", "geh", "9F3E", f"{MAC}-"):
            assert not {"geheim", "9F3E"} & set("\n".join(ask(known, kind, typed)).replace("-", "\n").split())
    broken = shell.home / "config" / "accounts.toml"
    broken.parent.mkdir(parents=True)
    broken.write_text("[[accounts]\n")
    assert all(ask(shell, kind, "") == [] for kind in ("accounts", "providers", "macs", "change-sets"))
    assert ask(shell) == []


def complete(shell: Shell, tmp_path: Path, *words: str, index: int | None = None) -> list[str]:
    """What bash offers for the last word, with the program as the first."""
    program = tmp_path / "redirectory"
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {shlex.quote(sys.executable)} -m tui "$@"\n')
    program.chmod(0o755)
    script = tmp_path / "completion.bash"
    if not script.exists():
        script.write_text(shell.run("completion", "bash").out)
    line = " ".join(map(shlex.quote, (str(program), *words)))
    probe = (
        f"source {script}; COMP_WORDS=({line}); COMP_CWORD={index or len(words)};"
        " _redirectory; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        ["bash", "-c", probe],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=shell.make_environ({}),
    )
    assert done.stderr == ""
    return [line for line in done.stdout.split("\n") if line]


def test_bash_offers_names_behind_the_options_and_commands_that_take_them(
    known: Shell, tmp_path: Path
) -> None:
    assert complete(known, tmp_path, "list", "--account", "nor") == ["north", "north\\ east"]
    assert complete(known, tmp_path, "accounts", "use", "north\\ ") == ["north\\ east"]
    assert complete(known, tmp_path, "register", "--preset", "") == ["new\\ host"]
    assert complete(known, tmp_path, "info", "7C2F80C") == [MAC]
    assert complete(known, tmp_path, "list", "--search", "") == []
    assert complete(known, tmp_path, "sandbox", "serve", "--set", "bare", "=", "al") == ["always"]
    assert complete(known, tmp_path, "list", "--account", "=", "north e") == ["north\\ east"]
    assert "mine" in complete(known, tmp_path, "list", "--where", "m")


def test_a_name_from_a_server_is_never_run(known: Shell, tmp_path: Path) -> None:
    (offered,) = complete(known, tmp_path, "list", "--provider", "$")
    assert shlex.split(offered) == [EVIL]
    assert not (tmp_path / "owned").exists()
    assert not (ROOT / "owned").exists()


def test_files_are_offered_by_kind(known: Shell, tmp_path: Path) -> None:
    for name in ("a.xml", "b.csv", "c.XML", "d.exe"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    offered = {name for name in complete(known, tmp_path, "upload", "") if not name.startswith("-")}
    assert offered == {"a.xml", "c.XML", "folder"}
    offered = set(complete(known, tmp_path, "import", ""))
    assert {"a.xml", "b.csv", "folder"} <= offered
    assert "d.exe" not in offered
    assert "d.exe" in complete(known, tmp_path, "secrets", "export", "--output", "")


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_every_shell_asks_for_names_and_knows_the_files(known: Shell, shell_name: str) -> None:
    script = known.run("completion", shell_name).out
    for word in ("accounts", "presets", "providers", "macs", "change-sets", "switches", "__complete", "xlsx"):
        assert word in script
    if os.access(shutil.which(shell_name) or "", os.X_OK):
        checked = subprocess.run([shell_name, "-n"], input=script, text=True, capture_output=True, timeout=60)
        assert (checked.returncode, checked.stderr) == (0, "")
