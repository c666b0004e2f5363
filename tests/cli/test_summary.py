"""The line that ends a change on a terminal counts the outcomes and names what takes them back."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import ROOT, SECONDS, Run, Shell
from tui.cli.terminal.summary import summarize
from tui.model.outcome import Operation, Outcome, Result

URL = "http://prov.example.net/xml/%MACD.xml"
BEFORE = ("7C2F80A10001", "Old", "http://old/%MACD.xml", "")


def on_terminal(shell: Shell, *words: str) -> Run:
    """Runs a command whose stderr is a terminal; what it wrote there is `err`."""
    master, slave = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=slave,
            text=True,
            cwd=ROOT,
            env=shell.make_environ({}),
        )
        out, _ = process.communicate(timeout=SECONDS)
        # The mark is behind all that was written, so that reading ends without waiting.
        os.write(slave, b"\0")
        said = b""
        while not said.endswith(b"\0"):
            said += os.read(master, 4096)
    finally:
        os.close(slave)
        os.close(master)
    return Run(process.returncode, out, said[:-1].decode().replace("\r\n", "\n"))


def end(
    result: Result, *, operation: Operation = Operation.REGISTER, known: bool = True, before: bool = False,
    change_set: str | None = "41", lost: bool = False,
) -> Outcome:  # fmt: skip
    return Outcome(
        operation,
        result,
        "7C2F80A10001",
        "7C2F80A10001-1A2B" if known else None,
        change_set=change_set,
        before=BEFORE if before else None,
        password_lost=lost,
    )


def test_it_counts_what_was_seen_and_names_the_undo() -> None:
    outcomes = [end(Result.STORED)] * 296 + [end(Result.REFUSED)] * 4
    assert summarize(outcomes, 1.12) == "296 stored, 4 refused, 1.1 s; redirectory undo 41 takes it back"


def test_every_kind_of_end_is_counted_apart() -> None:
    outcomes = [end(result) for result in Result if result is not Result.STORED]
    outcomes += [end(Result.STORED, lost=True)] * 1_200
    words = summarize(outcomes, 125.4).partition(";")[0].split(", ")
    assert words == [
        "1,200 stored", "1 removed", "1 unchanged", "1 refused", "1 not made", "1 not sent", "1 unknown",
        "1 skipped", "1 not understood", "1,200 MAC passwords lost", "2:05",
    ]  # fmt: skip


def test_undo_is_named_only_where_it_can_take_something_back() -> None:
    removal = Operation.DEREGISTER
    assert "undo" not in summarize([end(Result.REFUSED), end(Result.UNCHANGED), end(Result.NOT_SENT)], 1)
    assert "undo" not in summarize([end(Result.REMOVED, operation=removal)], 1)
    assert "undo" not in summarize([end(Result.REMOVED, operation=removal, known=False, before=True)], 1)
    assert "undo" not in summarize([end(Result.STORED), end(Result.STORED, change_set="42")], 1)
    assert "undo" not in summarize([end(Result.UNKNOWN)], 1)
    assert summarize([end(Result.STORED, known=False)], 1).endswith("undo 41 takes it back")
    assert summarize([end(Result.REMOVED, operation=removal, before=True)], 1).endswith("takes it back")
    assert summarize([], 1) == ""


def test_what_does_not_come_back_is_not_promised() -> None:
    outcomes = [end(Result.STORED)] * 3 + [end(Result.UNKNOWN)]
    assert summarize(outcomes, 1).endswith("redirectory undo 41 takes 3 of 4 back")


def test_a_terminal_shows_it_last_and_its_command_takes_the_change_back(
    office: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    rows = "".join(f"7C2F80B1000{number}-1A2B,{URL},Summe\n" for number in range(3))
    file.write_text(f"mac,url,provider\n{rows}7C2F80B1000G,{URL},Summe\n")
    run = on_terminal(office, "import", str(file))
    last = run.err.splitlines()[-1]
    match = re.fullmatch(r"3 stored, \d+\.\d s; redirectory (undo \S+) takes it back", last)
    assert match, run.err
    assert "1 row was not sent" in run.err
    undone = on_terminal(office, *match[1].split(), "--yes")
    assert undone.code == 0
    assert undone.err.splitlines()[-1].startswith("3 removed, ")
    assert office.run("list", "--provider", "Summe").code == 1


def test_an_upload_and_a_deregistration_have_it_too(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "calls.xml"
    file.write_text(
        "<methodCall><methodName>autoprov.registerDevice</methodName><params>"
        + "".join(f"<param><value>{text}</value></param>" for text in ("7C2F80B20001-1A2B", URL, "Summe"))
        + "</params></methodCall>"
    )
    assert "1 stored, " in on_terminal(office, "upload", str(file)).err.splitlines()[-1]
    server = office.environ["REDIRECTORY_SERVER"]
    run = on_terminal(office, "deregister", "7C2F80B20001", "--yes", "--server", server, "--user", "demo")
    assert re.search(rf"1 removed, .*; redirectory undo \S+ --server {server} --user demo takes it", run.err)


def test_neither_a_file_nor_quiet_shows_it(office: Shell) -> None:
    words = ("register", "7C2F80B30001", "--url", URL, "--provider", "Summe")
    assert " stored, " in on_terminal(office, *words[:1], "7C2F80B30002", *words[2:]).err
    assert on_terminal(office, *words, "--quiet").err == ""
    assert office.run("register", "7C2F80B30003", *words[2:]).err == ""
