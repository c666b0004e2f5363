"""Exports: what other programs read, whole and safe."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest

from tests.services.conftest import Rehearse
from tui.errors import UsageError
from tui.model.addresses import Identifier
from tui.model.device import DeviceRow
from tui.model.secrets import MASK, Secret
from tui.services.files.call_file import read_calls
from tui.services.files.exporting import export_rows, export_secrets, recall_mac_ids
from tui.services.session import open_vault
from tui.wire.xmlrpc.codec import decode_response

ROWS: list[DeviceRow] = [
    ("7C2F80820EC0", "Daryna", "http://u:geheim@172.29.0.103/%MACD.xml", "2015-11-17 04:01"),
    ("7C2F80208295", 'Nord, "Süd"', "https://x.example/%MACC", ""),
    ("7C2F800DA979", "Daryna", "http://u:geheim@172.29.0.103/%MACD.xml", "2015-11-17"),
]
MAC_IDS = {"7C2F80820EC0": "7C2F80820EC0-55DF"}


def export(form: str, rows: list[DeviceRow] = ROWS, **options: object) -> str:
    return "".join(export_rows(rows, form, mac_ids=MAC_IDS, **options))  # type: ignore[arg-type]


def test_csv_is_read_back_by_others_as_it_was() -> None:
    records = list(csv.reader(io.StringIO(export("csv"), newline="")))
    assert records[0] == ["mac", "mac_id", "provider", "url", "server_date"]
    assert records[1] == ["7C2F80820EC0", "7C2F80820EC0-55DF", *ROWS[0][1:]]
    assert records[2] == ["7C2F80208295", "", *ROWS[1][1:]]
    assert export("csv").count("\r\n") == 4


def test_json_is_one_object_a_line_with_null_for_an_unknown_mac_id() -> None:
    records = [json.loads(line) for line in export("json").splitlines()]
    assert records[0]["mac_id"] == "7C2F80820EC0-55DF"
    assert records[1] == {
        "mac": "7C2F80208295",
        "mac_id": None,
        "provider": 'Nord, "Süd"',
        "url": "https://x.example/%MACC",
        "server_date": "",
    }


def test_xml_is_the_servers_own_list_answer() -> None:
    assert decode_response(export("xml").encode()) == [list(row) for row in ROWS]


def test_calls_are_grouped_by_target_and_cut_into_chunks() -> None:
    calls = read_calls(export("calls").encode())
    assert [call.macs for call in calls] == [("7C2F80820EC0-55DF", "7C2F800DA979"), ("7C2F80208295",)]
    assert calls[0].target is not None
    assert calls[0].target.url == ROWS[0][2]
    assert [call.macs for call in read_calls(export("calls", chunk=1).encode())] == [
        ("7C2F80820EC0-55DF",),
        ("7C2F800DA979",),
        ("7C2F80208295",),
    ]


@pytest.mark.parametrize("form", ["csv", "json", "xml"])
def test_credentials_can_be_masked(form: str) -> None:
    assert "geheim" in export(form)
    masked = export(form, masked=True)
    assert "geheim" not in masked
    assert MASK in masked


@pytest.mark.parametrize("form", ["csv", "json", "xml", "calls"])
def test_many_rows_come_in_pieces_and_none_is_lost(form: str) -> None:
    rows: list[DeviceRow] = [
        (f"7C2F80{number:06X}", "Daryna", "http://x/%MACD", "") for number in range(3001)
    ]
    pieces = list(export_rows(rows, form))
    assert len(pieces) > 1
    assert sum(piece.count("7C2F80") for piece in pieces) == 3001


def test_a_form_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="no such export"):
        export_rows(ROWS, "pdf")
    with pytest.raises(UsageError, match="no such form"):
        export_secrets(None, "pdf")  # type: ignore[arg-type]


def test_secrets_as_csv_hold_mac_id_and_password(rehearse: Rehearse) -> None:
    session = rehearse()
    session.journal.remember(session.account_key, Identifier("7C2F80820EC0", "55DF"), Secret("55DF75196006"))
    session.journal.remember(session.account_key, Identifier("7C2F80208295"), None)
    records = list(csv.DictReader(io.StringIO("".join(export_secrets(session, "csv")), newline="")))
    assert [(one["mac"], one["mac_id"], one["password"]) for one in records] == [
        ("7C2F80208295", "", ""),
        ("7C2F80820EC0", "7C2F80820EC0-55DF", "55DF75196006"),
    ]


def test_htdigest_is_what_a_web_server_compares_with(rehearse: Rehearse) -> None:
    session = rehearse()
    session.journal.remember(session.account_key, Identifier("7C2F80820EC0", "55DF"), Secret("55DF75196006"))
    session.journal.remember(session.account_key, Identifier("7C2F80208295", "1910"), None)
    expected = hashlib.md5(b"7C2F80820EC0:phones:55DF75196006").hexdigest()
    assert list(export_secrets(session, "htdigest", "phones")) == [f"7C2F80820EC0:phones:{expected}\n"]


@pytest.mark.parametrize("realm", [None, "", "a:b", "a\nb"])
def test_htdigest_needs_a_realm_that_a_line_can_hold(rehearse: Rehearse, realm: str | None) -> None:
    with pytest.raises(UsageError):
        export_secrets(rehearse(), "htdigest", realm)


def test_the_vault_is_exported_without_a_connection(rehearse: Rehearse) -> None:
    session = rehearse()
    session.journal.remember(session.account_key, Identifier("7C2F80820EC0", "55DF"), Secret("55DF75196006"))
    session.close()
    with open_vault(session.account, session.places) as holder:
        assert "55DF75196006" in "".join(export_secrets(holder, "csv"))
        assert recall_mac_ids(holder) == MAC_IDS
