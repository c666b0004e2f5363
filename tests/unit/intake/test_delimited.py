"""Tables with any separator, heading and quoting."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import mac_of, wire_of
from tui.errors import InputError
from tui.intake.reading import read_intake
from tui.intake.tables.columns import read_header
from tui.intake.tables.delimited import Table, read_delimited

TARGET: dict[str, Any] = {"default_url": "http://p/%MACD", "default_provider": "Daryna"}


def read(text: str, **how: Any) -> Table:
    table = read_delimited(text, **how)
    assert table is not None
    return table


def macs(table: Table) -> list[str | None]:
    return [draft.identifier.wire if draft.identifier else None for draft in table.drafts]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end_is_told(separator: str, end: str) -> None:
    lines = [["MAC-ID", "URL", "Provider"], ["7C2F80820EC0-55DF", "http://p/a", "Daryna"]]
    table = read(end.join(separator.join(line) for line in lines) + end)
    assert table.header.separator == separator
    (draft,) = table.drafts
    assert (draft.line, wire_of(draft)) == (2, "7C2F80820EC0-55DF")
    assert (draft.url, draft.provider) == ("http://p/a", "Daryna")


@pytest.mark.parametrize(
    "heading",
    [
        "mac,url,provider",
        "MAC-ID,Provisioning URL,Name",
        "macid,Provisioning-URL,Anbieter",
        "MAC Address,target,customer",
        "MAC-Adresse,Ziel-URL,Kunde",
        "Gerät,Provisionierungs-URL,Mandant",
        '"Mac_Id","URL"," Provider "',
    ],
)
def test_headings_are_known_in_english_and_german(heading: str) -> None:
    table = read(f"{heading}\n7C2F80820EC0,http://p/a,D\n")
    assert table.header.line == 1
    assert (table.drafts[0].url, table.drafts[0].provider) == ("http://p/a", "D")


@pytest.mark.parametrize("heading", ["suffix", "PIN", "CRC", "MAC-ID suffix", "Prüfziffer"])
def test_a_suffix_column_is_joined_to_the_mac(heading: str) -> None:
    table = read(f"mac;{heading}\n7c:2f:80:82:0e:c0;55df\n", **TARGET)
    assert macs(table) == ["7C2F80820EC0-55DF"]


def test_a_suffix_that_contradicts_is_an_error() -> None:
    (draft,) = read("mac,pin\n7C2F80820EC0-55DF,1910\n", **TARGET).drafts
    assert not draft.ready


def test_a_suffix_that_lost_its_zeros_is_not_padded_silently() -> None:
    (draft,) = read("mac,pin\n7C2F80820EC0,12\n", **TARGET).drafts
    assert not draft.ready
    assert "Is 0012 meant?" in draft.complaint


def test_our_own_export_reads_back_with_mac_id_before_mac() -> None:
    text = "mac,mac_id,provider,url,server_date\n7C2F80820EC0,7C2F80820EC0-55DF,D,http://p,\n7C2F80208295,,D,http://p,\n"
    assert macs(read(text)) == ["7C2F80820EC0-55DF", "7C2F80208295"]


def test_a_mac_id_and_a_mac_of_different_devices_are_an_error() -> None:
    (draft,) = read("mac,mac_id\n7C2F80820EC0,7C2F80208295-1910\n", **TARGET).drafts
    assert "different devices" in draft.complaint


def test_columns_are_told_by_content_without_a_heading() -> None:
    table = read("1;7C2F80820EC0;55DF;Daryna;http://p/a\n2;7C2F80208295;1910;Daryna;http://p/a\n")
    assert table.header.line is None
    assert macs(table) == ["7C2F80820EC0-55DF", "7C2F80208295-1910"]
    assert [draft.provider for draft in table.drafts] == ["", ""]  # a model or a name stands there as often
    assert any("told by their content" in note for note in table.notes)


def test_extension_numbers_are_not_taken_for_suffixes() -> None:
    table = read("7C2F80820EC0,1001,Daryna\n7C2F80208295,1002,Daryna\n", **TARGET)
    assert macs(table) == ["7C2F80820EC0", "7C2F80208295"]


def test_an_unknown_heading_is_shown_and_is_no_row() -> None:
    table = read("Apparat;Firma\n7C2F80820EC0;Daryna\n", default_url="http://p/%MACD")
    assert [column.title for column in table.header.columns] == ["Apparat", "Firma"]
    assert macs(table) == ["7C2F80820EC0"]


def test_columns_that_are_not_used_are_said() -> None:
    table = read("mac,room,password\n7C2F80820EC0,1,x\n", **TARGET)
    assert "Columns not used: room, password." in table.notes


def test_quoted_fields_hold_separators_and_line_breaks_and_rows_keep_their_lines() -> None:
    table = read('mac,provider,room\n7C2F80820EC0,"a, ""b""","x\ny"\n7C2F80208295,c,z\n', **TARGET)
    assert [(draft.line, draft.provider) for draft in table.drafts] == [(2, 'a, "b"'), (4, "c")]


def test_ragged_rows_are_named() -> None:
    table = read("mac,url,provider\n7C2F80820EC0\n7C2F80208295,http://p/a,b,c\n", **TARGET)
    short, long = table.drafts
    assert short.ready
    assert "1 column instead of 3" in short.complaint
    assert not long.ready
    assert "4 columns instead of 3" in long.complaint


def test_an_open_quote_spoils_its_own_line_only() -> None:
    table = read('mac,provider\n7C2F80820EC0,"abc\n7C2F80208295,x\n', **TARGET)
    assert [draft.ready for draft in table.drafts] == [False, True]
    assert any("line 2" in note for note in table.notes)


def test_a_huge_field_is_refused_by_line() -> None:
    with pytest.raises(InputError, match="too big") as caught:
        read("mac,provider\n7C2F80820EC0,a\n7C2F80208295," + "x" * 200_000 + "\n", **TARGET)
    assert "Line 3" in caught.value.detail


def test_a_mac_that_a_spreadsheet_made_a_number_is_explained() -> None:
    (draft,) = read("mac,provider\n7.12E+11,D\n", **TARGET).drafts
    assert "spreadsheet" in draft.complaint


def test_spreadsheet_text_formulas_are_unwrapped() -> None:
    assert macs(read('mac;pin\n="7C2F80820EC0";="0012"\n', **TARGET)) == ["7C2F80820EC0-0012"]


def test_an_excel_separator_line_is_obeyed_and_no_row() -> None:
    table = read("sep=;\nmac;provider\n7C2F80820EC0;a,b\n", **TARGET)
    assert [(draft.line, draft.provider) for draft in table.drafts] == [(3, "a,b")]


def test_blank_lines_and_remarks_are_passed_over() -> None:
    table = read("mac,provider\n\n,\n# later\n7C2F80820EC0,D\n", **TARGET)
    assert [draft.line for draft in table.drafts] == [5]
    assert any("begin with #" in note for note in table.notes)


def test_a_heading_alone_says_that_nothing_follows() -> None:
    table = read("mac,url,provider\n")
    assert table.drafts == []
    assert "No rows below the heading." in table.notes


def test_data_is_never_taken_for_a_heading() -> None:
    assert read_header(["7C2F80820EC0", "mac"], ",", 1) is None
    assert read_header(["7C2F80820EG0-55DF", "mac"], ",", 1) is None


@pytest.mark.parametrize(
    "text", ["7C2F80820EC0,7C2F80208295\n7C2F800DA979,7C2F80820ECE", "hello", "a,b,c", "7C2F80820EC0"]
)
def test_what_is_no_table_is_left_to_the_other_readers(text: str) -> None:
    assert read_delimited(text) is None


CELL = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: text and not text.startswith(("#", '="')))
)


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFF), CELL), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_reads_back(items: list[tuple[int, str]], separator: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["mac", "url", "provider"])
    for number, provider in items:
        writer.writerow([f"7C2F80{number:06X}", "http://p/%MACD", provider])
    intake = read_intake(stream.getvalue().encode())
    assert intake.kind == "delimited"
    assert [mac_of(draft) for draft in intake.drafts] == [f"7C2F80{number:06X}" for number, _ in items]
    if all(ord(char) < 127 for _, provider in items for char in provider):
        assert [draft.provider for draft in intake.drafts] == [provider for _, provider in items]


@given(st.text('mac,;\t|"\n\r#= 7C2F80820EC0-55DF:x', max_size=200))
def test_any_text_is_a_table_or_none(text: str) -> None:
    table = read_delimited(text)
    if table is not None:
        lines = [draft.line for draft in table.drafts]
        assert lines == sorted(lines)
        assert all(1 <= line <= text.count("\n") + text.count("\r") + 1 for line in lines)
