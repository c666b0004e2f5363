"""What the commands claim of a device, a journal and an upload is what was seen."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Shell, serve
from tui.services.files.journal_export import COLUMNS, export_journal
from tui.services.storage.journal import Journal

TARGET = ("--url", "http://prov.example/%MACD.xml", "--provider", "P")


def call(name: str, *params: str) -> str:
    inside = "".join(f"<param><value>{text}</value></param>" for text in params)
    return f"<methodCall><methodName>autoprov.{name}</methodName><params>{inside}</params></methodCall>"


def test_an_upload_prints_a_line_for_every_device_row_and_call(at: Shell, tmp_path: Path) -> None:
    file = tmp_path / "calls.xml"
    file.write_text(
        call("registerDevice", "7C2F80C10001-1A2B", "http://prov.example/", "Own")
        + call("checkDevice", "7C2F80C10001-1A2B")
        + call("checkDevice", "7C2F80C10002-1A2B")
        + call("listDevices", "Own")
        + call("listDevices", "Nobody")
        + call("deregisterDevice", "7C2F80C10001-1A2B")
    )
    run = at.run("upload", str(file), "--json")
    stored, found, missing, listed, empty, removed = run.rows
    assert run.code == 1
    assert (stored["call"], stored["outcome"]) == (1, "stored")
    assert (found["found"], found["provider"]) == (True, "Own")
    assert (missing["found"], missing["code"]) == (False, "mac_not_found")
    assert (listed["call"], listed["mac"]) == (4, "7C2F80C10001")
    assert (empty["call"], empty["message"]) == (5, "The list is empty.")
    assert (removed["call"], removed["outcome"]) == (6, "removed")
    table = list(csv.DictReader(io.StringIO(at.run("upload", str(file), "--csv").out)))
    assert [row["call"] for row in table] == ["1", "2", "3", "4", "5", "6"]


def test_a_word_that_is_no_answer_is_not_told_as_no_record(shell: Shell) -> None:
    with serve("--set", "error=quota_exceeded@checkDevice") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url, "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": "demo"
        }  # fmt: skip
        run = shell.run("info", "7C2F80820EC0", "--json")
        assert (run.code, run.rows[0]["found"], run.rows[0]["code"]) == (1, None, "quota_exceeded")
        assert "not told by the server" in shell.run("info", "7C2F80820EC0").out


def test_the_history_is_one_export_on_the_command_line_and_in_the_application(office: Shell) -> None:
    office.run("register", "7C2F80C20001-1A2B", *TARGET)
    office.run("deregister", "7C2F80C20001", "--yes")
    printed = office.run("history", "--csv").out
    with Journal(office.home / "state" / "journal.sqlite3") as journal:
        assert printed.splitlines() == "".join(export_journal(journal.rows(), "csv")).splitlines()
    assert printed.splitlines()[0] == ",".join(COLUMNS)
    found = office.run("history", "--search", "7c:2f:80:c2:00:01 removed", "--json").rows
    assert [row["outcome"] for row in found] == ["removed"]


def test_resolve_does_not_call_a_damaged_word_known(at: Shell) -> None:
    at.run("register", "7C2F80C30001-1A2B", *TARGET)
    journal = at.home / "state" / "journal.sqlite3"
    with closing(sqlite3.connect(journal)) as raw, raw:
        raw.execute("UPDATE record SET result = 'unknwon'")
    run = at.run("resolve")
    assert run.code == 4
    assert "not understood" in run.err
    assert "Nothing is open" not in run.err
    (row,) = at.run("history", "--json").rows
    assert (row["outcome"], "'unknwon'" in row["message"]) == ("not_understood", True)
    journal.write_bytes(b"")
    run = at.run("resolve")
    assert (run.code, journal.read_bytes()) == (2, b"")
    assert "empty" in run.err


def test_a_removal_names_what_may_not_come_back_before_it_asks(office: Shell) -> None:
    office.run("register", "7C2F80C40001-1A2B", *TARGET)
    run = office.run("deregister", "7C2F80C40001", "7C2F80820EC0", "--yes")
    assert "1 of 2 may not come back" in run.err
