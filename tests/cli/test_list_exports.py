"""The list as the vendor's XML result and as a file of calls; what was read is said, and said once."""

from __future__ import annotations

import csv
import io
import xmlrpc.client
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

URL = "http://prov.example.net/xml/%MACD.xml"


def test_the_xml_result_is_what_the_server_answers(office: Shell) -> None:
    run = office.run("list", "--provider", "Daryna", "--xml", "--show-secrets")
    ((rows,), method) = xmlrpc.client.loads(run.out)
    listed = office.run("list", "--provider", "Daryna", "--json", "--show-secrets").rows
    assert (run.code, method) == (0, None)
    assert rows == [[row["mac"], row["provider"], row["url"], row["server_date"]] for row in listed]


SECRET = "http://user:geheim@prov.example.net/%MACD.xml"


def test_the_xml_result_masks_credentials_unless_asked(office: Shell) -> None:
    office.run("register", "7C2F80F30001", "--url", SECRET, "--provider", "Geheim")
    assert "geheim" not in office.run("list", "--xml").out
    assert SECRET in office.run("list", "--xml", "--show-secrets").out


def test_the_calls_register_the_same_devices_again_by_their_mac_ids(at: Shell, tmp_path: Path) -> None:
    names = [f"7C2F80F0{number:04X}-{number:04X}" for number in range(60)]
    at.run("register", *names, "--url", URL, "--provider", "Kopie")
    file = tmp_path / "calls.xml"
    file.write_text(at.run("list", "--provider", "Kopie", "--calls").out, encoding="utf-8")
    at.run("deregister", "--all-of", "Kopie", "--yes")
    planned = at.run("upload", str(file), "--dry-run", "--json").rows
    assert [len(call["macs"]) for call in planned] == [50, 10]
    assert sorted(name for call in planned for name in call["macs"]) == names
    assert at.run("import", str(file)).code == 0
    assert len(at.run("list", "--provider", "Kopie", "--json").rows) == 60


def test_calls_with_credentials_are_only_written_when_asked_for(office: Shell) -> None:
    office.run("register", "7C2F80F30002", "--url", SECRET, "--provider", "Geheim")
    run = office.run("list", "--calls")
    assert (run.code, run.out) == (2, "")
    assert "--show-secrets" in run.err
    assert SECRET in office.run("list", "--calls", "--show-secrets").out


@pytest.mark.parametrize("form", ["--xml", "--calls"])
def test_exports_need_no_link(at: Shell, form: str) -> None:
    at.run("list")
    online = at.run("list", form, "--show-secrets").out
    run = at.run("list", form, "--show-secrets", "--offline", environ={"REDIRECTORY_PASSWORD": "wrong"})
    assert (run.code, run.out) == (0, online)


def test_an_import_shows_what_each_column_was_taken_for(office: Shell) -> None:
    text = f"Kunde;Standort;MAC-Adresse;Ziel\nP;Keller;7C2F80F10001;{URL}\n"
    run = office.run("import", "-", "--dry-run", text=text)
    assert "Heading on line 1" in run.err
    assert "1 Kunde → provider" in run.err
    assert "4 Ziel → url" in run.err
    assert "Separated by semicolon" in run.err


def test_a_list_of_bare_macs_keeps_every_password(at: Shell) -> None:
    macs = [f"7C2F80F2{number:04X}" for number in range(30)]
    run = at.run("import", "-", "--url", URL, "--provider", "P", text="\n".join(macs))
    assert (run.code, run.err) == (0, "")
    assert "password" not in run.out
    kept = csv.DictReader(io.StringIO(at.run("secrets", "export").out, newline=""))
    assert {row["mac"] for row in kept if row["password"]} >= set(macs)


def test_a_record_of_ones_own_is_told_with_its_target_and_date(office: Shell) -> None:
    run = office.run("register", "7C2F80820EC0-55DF", "--url", URL, "--provider", "P", "--json")
    (row,) = run.rows
    assert (run.code, row["code"]) == (1, "mac_already_in_use")
    assert "This account has a record already: Daryna → http://172.29.0.103/" in row["message"]
    assert "dated 2014-11-27 14:23" in row["message"]
    assert "Retarget it" in row["message"]


def test_csv_of_the_command_line_holds_no_formula_and_import_takes_the_guard_off_again(office: Shell) -> None:
    name = "=cmd|' /C calc'!A1"
    made = office.run("register", "7C2F80DD0001", "--url", "http://h.example/%MACD.xml", "--provider", name)
    assert made.code == 0, made.err
    for words in (("list", "--provider", name, "--csv"), ("history", "--provider", name, "--csv")):
        written = office.run(*words).out
        records = list(csv.DictReader(io.StringIO(written, newline="")))
        assert [record["provider"] for record in records] == ["'" + name]
    listed = office.run("list", "--provider", name, "--csv").out
    again = office.run("import", "-", "--dry-run", "--json", text=listed)
    assert [row["provider"] for row in again.rows] == [name]


def test_the_order_of_config_is_the_order_of_the_list(office: Shell, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home", dict(office.environ))
    (shell.home / "config").mkdir(parents=True)
    for descending in (False, True):
        text = f'[list]\nsort = "mac"\ndescending = {str(descending).lower()}\n'
        (shell.home / "config" / "config.toml").write_text(text)
        macs = [row["mac"] for row in shell.run("list", "--json").rows]
        assert macs == sorted(macs, reverse=descending)
        assert len(macs) > 100
