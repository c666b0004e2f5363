"""`history`, `undo`, `resolve` and `secrets`: what was done from here, and taking it back."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation
from tui.services.storage.journal import Intent, Journal

URL = "http://prov.example.net/xml/%MACD.xml"


def register(shell: Shell, *macs: str, provider: str = "P") -> str:
    run = shell.run("register", *macs, "--url", URL, "--provider", provider, "--json")
    assert run.code == 0, run.err
    return str(run.rows[0]["change_set"])


def test_history_has_the_fields_of_the_contract(office: Shell) -> None:
    change_set = register(office, "7C2F80B00001-1234")
    (row,) = office.run("history", "--device", "7C2F80B00001", "--json").rows
    assert (row["mac"], row["mac_id"], row["provider"], row["url"]) == (
        "7C2F80B00001",
        "7C2F80B00001-1234",
        "P",
        URL,
    )
    assert (row["operation"], row["outcome"], row["code"], row["change_set"]) == (
        "register",
        "stored",
        "",
        change_set,
    )
    assert row["message"]
    assert "server_date" in row
    assert "password" not in row


def test_history_can_be_narrowed_down(office: Shell) -> None:
    register(office, "7C2F80B10001")
    office.run("register", "7C2F80820EC0", "--url", URL, "--provider", "P")
    refused = office.run("history", "--outcome", "refused", "--json").rows
    assert {row["mac"] for row in refused} == {"7C2F80820EC0"}
    assert office.run("history", "--since", "2999-01-01", "--json").out == ""
    assert len(office.run("history", "--limit", "1", "--json").rows) == 1


def test_days_of_a_history_are_those_of_this_machines_time_zone(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    with Journal(shell.home / "state" / "journal.sqlite3") as journal:
        intent = Intent(Operation.REGISTER, parse_identifier("7C2F80B60001"), None, None)
        journal.intend(journal.open_set(Operation.REGISTER, "demo@h"), [intent])
    with closing(sqlite3.connect(shell.home / "state" / "journal.sqlite3")) as connection:
        connection.execute("UPDATE record SET at = '2026-03-10T23:30:00.000Z'")
        connection.commit()
    days = ("2026-03-10", "2026-03-11")
    for zone, day in (("Europe/Berlin", "2026-03-11"), ("UTC", "2026-03-10")):
        found = [
            len(shell.run("history", option, one, "--json", environ={"TZ": zone}).rows)
            for one in days
            for option in ("--since", "--before")
        ]
        assert found == ([1, 0, 1, 0] if day == days[1] else [1, 0, 0, 1])


def test_a_day_may_be_so_many_days_ago(office: Shell) -> None:
    register(office, "7C2F80B70001")
    device = ("history", "--device", "7C2F80B70001", "--json")
    assert len(office.run(*device, "--since", "7d").rows) == 1
    assert len(office.run(*device, "--since", "0d").rows) == 1
    assert office.run(*device, "--since", "7d", "--before", "0d").rows == []


def test_history_of_a_provider_and_of_a_change_set(office: Shell) -> None:
    change_set = register(office, "7C2F80B30001-1A2B", "7C2F80B30002-1A2B", provider="Vorher")
    office.run("retarget", "7C2F80B30001", "--provider", "Nachher", "--yes")
    found = office.run("history", "--provider", "Vorher", "--json").rows
    assert [(row["operation"], row["mac"]) for row in found] == [
        ("retarget", "7C2F80B30001"),
        ("register", "7C2F80B30002"),
        ("register", "7C2F80B30001"),
    ]
    only = office.run("history", "--change-set", change_set, "--csv").out.splitlines()
    assert len(only) == 3


@pytest.mark.parametrize(
    "words",
    [
        ("--since", "yesterday"),
        ("--before", "d"),
        ("--since", "99999999999d"),
        ("--outcome", "gone"),
        ("--limit", "0"),
        ("--device", "x"),
    ],
)
def test_a_wrong_filter_is_exit_code_2(office: Shell, words: tuple[str, str]) -> None:
    run = office.run("history", *words)
    assert (run.code, run.out) == (2, "")


def test_history_needs_neither_account_nor_server(shell: Shell) -> None:
    run = shell.run("history", "--json")
    assert (run.code, run.out) == (0, "")
    assert not (shell.home / "state" / "journal.sqlite3").exists()


def test_undo_takes_back_the_last_change_set(at: Shell) -> None:
    before = at.run("list", "--json").out
    removed = at.run("deregister", "7C2F80820EC0-55DF", "7C2F80807872", "--yes", "--json")
    assert removed.code == 0
    preview = at.run("undo", "--dry-run", "--json")
    assert (preview.code, len(preview.rows)) == (0, 2)
    assert preview.rows[0]["change_set"] == removed.rows[0]["change_set"]
    asked = at.run("undo")
    assert (asked.code, asked.out) == (2, "")
    assert "--yes" in asked.err
    run = at.run("undo", "--yes", "--json")
    assert (run.code, {row["outcome"] for row in run.rows}) == (0, {"stored"})

    def targets(text: str) -> set[str]:
        return {line.partition(', "server_date"')[0].replace('-55DF"', "") for line in text.splitlines()}

    after = {(row["mac"], row["url"], row["provider"]) for row in at.run("list", "--json").rows}
    assert len(targets(before)) == len(after) == 200
    assert ("7C2F80807872", "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml", "Daryna") in after


def test_undo_of_a_named_change_set(office: Shell) -> None:
    first = register(office, "7C2F80B20001")
    register(office, "7C2F80B20002")
    run = office.run("undo", first, "--yes", "--json")
    assert [(row["mac"], row["outcome"]) for row in run.rows] == [("7C2F80B20001", "removed")]
    assert office.run("info", "7C2F80B20002").code == 0


def test_undo_without_anything_to_take_back_says_so(at: Shell) -> None:
    run = at.run("undo", "--yes", "--json")
    assert (run.code, run.out) == (0, "")
    assert "nothing to take back" in run.err


def test_an_unknown_change_set_is_exit_code_2(office: Shell) -> None:
    run = office.run("undo", "20200101-000000-abcd", "--yes")
    assert (run.code, run.out) == (2, "")
    assert "20200101-000000-abcd" in run.err


def test_resolve_with_nothing_open_is_done(office: Shell) -> None:
    run = office.run("resolve", "--json")
    assert (run.code, run.out) == (0, "")


def test_secrets_are_exported_for_a_web_server(office: Shell, tmp_path: Path) -> None:
    register(office, "7C2F80208295-1910")
    table = office.run("secrets", "export")
    assert table.code == 0
    assert table.out.startswith("mac,mac_id,password")
    assert "7C2F80208295,7C2F80208295-1910,191001882432," in table.out
    digest = hashlib.md5(b"7C2F80208295:phones:191001882432").hexdigest()
    lines = office.run("secrets", "export", "--format", "htdigest", "--realm", "phones").out.splitlines()
    assert f"7C2F80208295:phones:{digest}" in lines
    file = tmp_path / "secrets.csv"
    assert office.run("secrets", "export", "--output", str(file)).out == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_htdigest_without_a_realm_is_exit_code_2(office: Shell) -> None:
    run = office.run("secrets", "export", "--format", "htdigest")
    assert (run.code, run.out) == (2, "")
    assert "--realm" in run.err


def test_a_list_does_without_journal_and_vault_that_cannot_be_used(office: Shell, tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    environ = {"REDIRECTORY_HOME": str(home)}
    listed = office.run("list", "--json", environ=environ)
    assert listed.code == 0
    assert len(listed.rows) >= 200
    assert "warning" in listed.err
    assert office.run("info", "7C2F80820EC0", environ=environ).code == 0
    refused = office.run("register", "7C2F80B90001", "--url", URL, "--provider", "P", environ=environ)
    assert (refused.code, refused.out) == (2, "")
    assert "journal" in refused.err.lower()
    assert office.run("info", "7C2F80B90001").code == 1


def test_a_broken_journal_costs_a_list_only_the_mac_ids(shell: Shell, office: Shell) -> None:
    journal = shell.home / "state" / "journal.sqlite3"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"this is no database" * 100)
    environ = {"REDIRECTORY_HOME": str(shell.home)}
    for words in (("list", "--json"), ("list", "--offline", "--json")):
        run = office.run(*words, environ=environ)
        assert run.code == 0
        assert len(run.rows) >= 200
        assert "MAC-IDs known here cannot be shown" in run.err


def test_an_output_file_is_new_or_replaced_on_request_and_no_link_is_followed(
    office: Shell, tmp_path: Path
) -> None:
    office.run("register", "7C2F80BB0001-1A2B", "--url", URL, "--provider", "P")
    victim, link, taken = tmp_path / "victim", tmp_path / "link", tmp_path / "taken"
    victim.write_text("precious")
    taken.write_text("precious")
    link.symlink_to(victim)
    for path in (link, taken):
        refused = office.run("secrets", "export", "--output", str(path))
        assert (refused.code, path.read_text()) == (2, "precious")
        assert "--force" in refused.err
    for path in (link, taken):
        assert office.run("secrets", "export", "--output", str(path), "--force").code == 0
        assert path.read_text().startswith("mac,mac_id,password")
        assert path.stat().st_mode & 0o777 == 0o600
    assert victim.read_text() == "precious"


def test_a_result_that_cannot_be_saved_is_known_before_anything_is_sent(
    office: Shell, tmp_path: Path
) -> None:
    call = tmp_path / "call.xml"
    call.write_text(office.run("template", "register").out.replace("7C2F80820EC0-55DF", "7C2F80BB0002-1A2B"))
    taken = tmp_path / "result.xml"
    taken.write_text("precious")
    refused = office.run("upload", str(call), "--save-result", str(taken))
    assert (refused.code, taken.read_text()) == (2, "precious")
    assert office.run("info", "7C2F80BB0002").code == 1
    assert office.run("upload", str(call), "--save-result", str(taken), "--force").code == 0
    assert "methodResponse" in taken.read_text()
    assert office.run("info", "7C2F80BB0002").code == 0
