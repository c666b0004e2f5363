"""Every complaint about a row is said alike by import, plan and apply: on stderr, in JSON, under --strict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

URL = "http://p.example/%MACD.xml"
SHIFTED = "MAC;URL;Anbieter\n7C2F80A10001;http://p.example/7C2F80A10002.xml;Acme\n"
WORDS = "The URL names another device, 7C2F80A10002."


def test_a_warning_of_a_row_is_on_stderr_and_on_the_line_of_the_device_everywhere(office: Shell) -> None:
    for words in (("import", "-", "--dry-run"), ("plan", "-"), ("apply", "-", "--yes", "--dry-run")):
        run = office.run(*words, "--json", text=SHIFTED)
        assert run.code == 0, run.err
        assert f"line 2: {WORDS}" in run.err
        assert any(WORDS in warning for row in run.rows for warning in row["warnings"]), words
    run = office.run("import", "-", "--json", text=SHIFTED)
    assert [row["warnings"] for row in run.rows] == [[WORDS]]


@pytest.mark.parametrize("command", ["import", "plan"])
def test_strict_refuses_a_row_with_a_warning_and_names_it(office: Shell, command: str) -> None:
    more = ("--dry-run",) if command == "import" else ()
    text = f"{SHIFTED}7C2F80A10003;{URL};Acme\n"
    run = office.run(command, "-", "--strict", "--json", *more, text=text)
    assert run.code == 1
    assert f"line 2: {WORDS}" in run.err
    sent = json.dumps([row for row in run.rows if row.get("change") != "invalid"])
    assert "7C2F80A10003" in sent
    assert "7C2F80A10001" not in sent


def test_what_was_said_on_the_command_line_beats_every_guess(office: Shell) -> None:
    for text in (
        "device_mac_address,device_label\n7c2f80a10001,Reception\n",
        '"7C:2F:80:A1:00:01","N870"\n',
        "MAC,Name\n7C2F80A10001,Anna Muster\n",
    ):
        run = office.run("import", "-", "--url", URL, "--provider", "Acme", "--dry-run", "--json", text=text)
        assert [(row["provider"], row["macs"]) for row in run.rows] == [("Acme", ["7C2F80A10001"])]


@pytest.mark.parametrize(
    "text",
    [
        "7C2F80A10021,N870,http://p.example/%MACD.xml\n",
        "MAC,Name,URL\n7C2F80A10021,Anna Muster,http://p.example/%MACD.xml\n",
    ],
)
def test_a_plan_guesses_no_provider(office: Shell, text: str) -> None:
    run = office.run("plan", "-", "--json", text=text)
    assert run.code == 1
    assert {row["change"] for row in run.rows if row["mac"] == "7C2F80A10021"} == {"invalid"}
    assert "only if its heading says so" in run.err


def test_scans_and_labels_on_stdin_are_registered_and_the_rest_is_named(office: Shell) -> None:
    text = "S30852-H2716-R101\n4250366848495\nMAC:7C2F80A10001,PIN:1A2B\n7C2F80A10002ß3C4D\n"
    run = office.run("register", "-", "--url", URL, "--provider", "Acme", "--json", text=text)
    assert {row["mac_id"] for row in run.rows} == {"7C2F80A10001-1A2B", "7C2F80A10002-3C4D"}
    for word in ("stdin line 1", "article number", "stdin line 2", "German keyboard"):
        assert word in run.err


def test_lines_that_deregister_are_named_by_an_import(office: Shell) -> None:
    text = (
        f"ap-client u p h autoprov.registerDevice s:7C2F80A10001-1A2B s:{URL} s:Acme\n"
        "ap-client u p h autoprov.deregisterDevice s:7C2F80A10002\n"
    )
    run = office.run("import", "-", "--dry-run", "--json", text=text)
    assert [row["macs"] for row in run.rows] == [["7C2F80A10001-1A2B"]]
    assert "line 2: 7C2F80A10002 is to be deregistered; an import only registers: use deregister." in run.err


def test_a_dry_run_of_an_upload_carries_what_is_odd_about_each_call(office: Shell, tmp_path: Path) -> None:
    call = "<methodCall><methodName>{}</methodName><params>{}</params></methodCall>"
    texts = "".join(
        f"<param><value><string>{text}</string></value></param>"
        for text in ("7C2F80A10001-1A2B", "http://p.example/7C2F80A10002.xml", "Acme")
    )
    (tmp_path / "calls.xml").write_text(
        call.format("autoprov.registerdevice", texts) + call.format("autoprov.listDevices", "")
    )
    run = office.run("upload", str(tmp_path / "calls.xml"), "--dry-run", "--json")
    assert [row["warnings"] for row in run.rows] == [
        [
            "The URL names 7C2F80A10002, another device than 7C2F80A10001.",
            "The method is spelt autoprov.registerDevice.",
        ],
        [],
    ]
