"""The README is tried: each line of its shell blocks runs, in order, against a sandbox of the test's own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import ROOT, SECONDS, Shell, serve
from tui.cli.grammar.commands import COMMANDS
from tui.cli.grammar.parser import parse

README = (ROOT / "README.md").read_text(encoding="utf-8")
# They build an environment, or start the app; tests/release installs the wheel.
PREPARING = {"make demo", "make test", 'pipx install ".[xlsx,age]"'}
STARTING = {"redirectory"}  # the app, which tests/whole starts on a terminal
SERVING = "redirectory sandbox serve"  # runs until it is ended


BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def read_lines() -> list[str]:
    """The lines of all blocks without a language, without their comments."""
    blocks = [block for language, block in BLOCKS if not language]
    lines = [re.sub(r"\s{2,}#.*", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def run_line(line: str, shell: Shell, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = shell.make_environ({"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"})
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        input="demo\n",
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=folder,
        env=environ,
    )


def test_each_line_of_the_readme_runs(shell: Shell, tmp_path: Path) -> None:
    with serve("--sample", "200") as url:
        login = {"REDIRECTORY_PASSWORD": "demo"}
        added = shell.run(
            "accounts", "add", "a", "--server", url, "--user", "demo", "--keep-password", environ=login
        )
        assert added.code == 0, added.err
        shell.environ |= {"REDIRECTORY_SERVER": url, "REDIRECTORY_USER": "demo", **login}
        (tmp_path / "team").mkdir()
        failed, tried = [], 0
        for line in read_lines():
            if line in PREPARING | STARTING:
                continue
            if line.startswith(SERVING):
                parse(COMMANDS["sandbox"], line.split()[2:])
                continue
            assert line.startswith(("redirectory ", "ap-client ")), f"what is this line of the README? {line}"
            here = line
            if line.startswith("ap-client"):
                here = line.replace("USER", "demo").replace("prov.gigaset.net", url)
            if line.startswith("redirectory sandbox phone"):
                here = f"{line} --server {url}"  # the line that serves has another port here
            done = run_line(here, shell, tmp_path)
            tried += 1
            if done.returncode:
                failed.append(f"{line}\n  exit code {done.returncode}: {done.stderr}")
        assert not failed, "\n".join(failed)
        assert tried >= 15


def test_there_is_no_block_that_nothing_tries() -> None:
    # Those of `sh` are jobs, which test_ten_jobs tries.
    assert {language for language, _ in BLOCKS} == {"", "sh", "toml"}
    jobs = README.partition("## Ten jobs\n")[2].partition("\n## ")[0]
    assert jobs.count("```sh") == sum(language == "sh" for language, _ in BLOCKS)


def test_the_settings_of_the_readme_are_sound(shell: Shell) -> None:
    (settings,) = (block for language, block in BLOCKS if language == "toml")
    folder = shell.home / "config"
    folder.mkdir(mode=0o700, parents=True)
    (folder / "config.toml").write_text(settings)
    (folder / "pass").write_text("#!/bin/sh\n")  # the password manager that it names
    (folder / "pass").chmod(0o700)
    checked = shell.run("config", "check", environ={"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"})
    assert checked.code == 0, checked.out + checked.err


def test_how_to_leave_stands_in_the_first_ten_lines() -> None:
    first = "\n".join(README.splitlines()[:10])
    assert "`Esc`" in first
    assert "`q` leaves" in first


def test_no_published_package_is_claimed() -> None:
    assert not re.search(r"install [\"']?redirectory", README)
    assert "not published" in README


def test_the_speed_table_is_short_and_the_rest_of_it_is_kept() -> None:
    rows = [
        line for line in README.partition("## Speed")[2].partition("\n## ")[0].splitlines() if line[:1] == "|"
    ]
    assert len(rows) <= 12
    kept = (ROOT / "tests/benchmarks/RESULTS.md").read_text(encoding="utf-8")
    assert set(rows) <= set(kept.splitlines())
