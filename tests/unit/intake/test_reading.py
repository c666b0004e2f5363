"""What a blob is, in which encoding, and what is refused."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import mac_of, wire_of
from tests.workbook import make_workbook
from tui.errors import InputError, UsageError
from tui.intake import encoding
from tui.intake.reading import read_intake
from tui.model.text.inert import is_inert

TARGET: dict[str, Any] = {"default_url": "http://p/%MACD", "default_provider": "Daryna"}
CSV = "MAC-ID;Anbieter\n7C2F80820EC0-55DF;Müller\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (CSV, "delimited"),
        ("7C2F80820EC0\n7C2F80208295", "pasted"),
        ("7C2F80820EC0\thttp://p\tD", "delimited"),
        ("python ap-client.py u p h autoprov.deregisterDevice s:7C2F80820EC0", "command lines"),
        ("<?xml version='1.0'?><methodCall><methodName>x</methodName></methodCall>", "xml-rpc"),
        ("\n<!-- a --><methodCall/>", "xml-rpc"),
        ("  \n", "empty"),
        ("", "empty"),
    ],
)
def test_a_blob_is_told_as_text_and_as_bytes(data: str, kind: str) -> None:
    assert read_intake(data, **TARGET).kind == kind
    assert read_intake(data.encode(), **TARGET).kind == kind


@pytest.mark.parametrize(
    ("codec", "said", "note"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8-sig", "utf-8-sig", ""),
        ("cp1252", "cp1252", "line 2 is not UTF-8"),
        ("utf-16", "utf-16", "utf-16"),
        ("utf-32", "utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le", "no byte order mark"),
        ("utf-16-be", "utf-16-be", "no byte order mark"),
    ],
)
def test_the_encoding_is_told_and_said(codec: str, said: str, note: str) -> None:
    intake = read_intake(CSV.encode(codec), **TARGET)
    assert intake.encoding == said
    assert note in " ".join(intake.notes)
    assert intake.drafts[0].provider == "Müller"
    assert wire_of(intake.drafts[0]) == "7C2F80820EC0-55DF"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"mac\n7C2F80820EC0\n7C\x00", "NUL (0x00) on line 3"),
        (b"\xff\xfe\x00", "marked as utf-16"),
        (b"<html><body>Sign in</body></html>", "HTML"),
        (b"<!DOCTYPE html>", "HTML"),
        (b"<?xml version='1.0'?><settings/>", "without a methodCall"),
        (b"PK\x03\x04broken", "archive is broken"),
    ],
)
def test_what_is_no_input_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_intake(data)
    assert words in caught.value.describe()
    assert caught.value.hint


def test_what_is_too_big_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SIZE_LIMIT", 10)
    for data in (b"7C2F80820EC0", "7C2F80820EC0"):
        with pytest.raises(InputError, match="too big"):
            read_intake(data)


def test_a_pasted_byte_order_mark_is_no_part_of_the_first_device() -> None:
    assert mac_of(read_intake("\ufeff7C2F80820EC0", **TARGET).drafts[0]) == "7C2F80820EC0"


def test_ten_thousand_rows_come_back_in_order() -> None:
    rows = "".join(f"7C2F80{number:06X},http://p/{number}/%MACD,P{number % 7}\n" for number in range(10_000))
    intake = read_intake(f"mac,url,provider\n{rows}")
    assert len(intake.drafts) == 10_000
    assert all(draft.ready and draft.line == number + 2 for number, draft in enumerate(intake.drafts))


@given(
    st.one_of(
        st.binary(max_size=120), st.text(max_size=80), st.text('mac,;\n"7C2F80820EC0-55DF<?x ', max_size=120)
    )
)
def test_anything_is_read_inertly_or_refused(data: bytes | str) -> None:
    try:
        intake = read_intake(data)
    except InputError as error:
        refused = error.describe()
    else:
        refused = ""
        assert all(is_inert(note) for note in intake.notes)
        assert all(is_inert(draft.raw + draft.mac_text + draft.complaint) for draft in intake.drafts)
    assert is_inert(refused)


def test_a_spreadsheet_is_read_with_its_own_row_numbers() -> None:
    data = make_workbook(
        {}, {3: ["MAC", "PIN", "Anbieter"], 5: ["7C2F80820EC0", "55DF", "D"], 6: ["7C2F80208295", 1910, 7]}
    )
    intake = read_intake(data, default_url="http://p/%MACD")
    assert intake.kind == "spreadsheet"
    assert [(draft.line, wire_of(draft), draft.provider) for draft in intake.drafts] == [
        (5, "7C2F80820EC0-55DF", "D"),
        (6, "7C2F80208295-1910", "7"),
    ]
    assert any("not read: S1" in note for note in intake.notes)


def test_a_spreadsheet_without_devices_says_what_heading_to_give() -> None:
    with pytest.raises(InputError, match="no column of devices") as caught:
        read_intake(make_workbook({1: ["a", "b"]}))
    assert "MAC-ID" in caught.value.hint


def test_an_empty_spreadsheet_is_said() -> None:
    with pytest.raises(InputError, match="empty"):
        read_intake(make_workbook({}))


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(UsageError) as caught:
        read_intake(make_workbook({1: ["mac"]}))
    assert "redirectory[xlsx]" in caught.value.hint


def test_a_zip_that_is_no_spreadsheet_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError) as caught:
        read_intake(stream.getvalue())
    assert "ZIP" in caught.value.detail
