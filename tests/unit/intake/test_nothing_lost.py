"""No device, suffix or provider of a list goes without a word, however the list is written."""

from typing import Any

import pytest

from tests.unit.intake.identifiers import mac_of, wire_of
from tui.errors import InputError
from tui.intake.complaints import tell_rows
from tui.intake.reading import Intake, read_intake
from tui.intake.records.markup import explain_markup
from tui.intake.rows import fold_duplicates
from tui.model.template import lint_provider

A, B, C = "7C2F80A10001", "7C2F80A10002", "7C2F80A10003"
TARGET: dict[str, Any] = {"default_url": "http://p/%MACD", "default_provider": "Acme"}


def read(text: str) -> Intake:
    return read_intake(text, **TARGET)


def wires(text: str) -> list[str]:
    return [wire_of(draft) for draft in read(text).drafts if draft.ready]


def to_mend(text: str) -> list[str]:
    return [draft.mac_text for draft in read(text).drafts if not draft.ready and not draft.passed]


@pytest.mark.parametrize("text", [f"{A},{B};{C}\n", f"{A}\n{B}; {C}\n", f"{A} # Büro\n{B}\n; {C}\n"])
def test_a_list_that_several_signs_part_is_read_whole(text: str) -> None:
    assert set(wires(text)) >= {A, C}
    assert len(wires(text)) + len(to_mend(text)) == 3


def test_a_mac_in_a_remark_of_a_row_without_one_keeps_the_row_back() -> None:
    row = read(f"MAC;PIN;Notiz\n{A};1A2B;\n;;ersetzt {B}\n").drafts[-1]
    assert not row.passed
    assert f"The MAC {B} stands in the column Notiz" in row.complaint


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (f'["{A}", "7C2F80A1000"]', "7C2F80A1000"),
        (f'["{A}", "{B}", "7C2F80A100O3"]', "7C2F80A100O3"),
        (f'{{"{A}": "1A2B", "7C2F80A1000": "3C4D"}}', "7C2F80A1000-3C4D"),
    ],
)
def test_a_mistyped_device_in_json_has_to_be_mended(text: str, broken: str) -> None:
    assert wires(text)[0][:12] == A
    assert [mac[:11] for mac in to_mend(text)] == [broken[:11]]


def test_a_key_that_stands_twice_in_an_object_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read(f'[{{"mac": "{A}", "mac": "{B}"}}]')
    assert "one key twice: mac" in caught.value.detail


def test_a_remark_behind_a_value_is_no_part_of_it_and_is_said() -> None:
    intake = read(f"- mac: {A}\n  pin: 1A2B # new\n  provider: Süd ; old\n- mac: {B}\n  provider: 'A # B'\n")
    assert [(wire_of(draft), draft.provider) for draft in intake.drafts] == [
        (f"{A}-1A2B", "Süd"),
        (B, "A # B"),
    ]
    assert "taken for a remark" in " ".join(intake.notes)
    kept = read(f"mac: {A}\nprovider: Haus #3\n\nmac: {B}\n")
    assert kept.drafts[0].provider == "Haus #3"
    assert "remark" not in " ".join(kept.notes)


@pytest.mark.parametrize("sign", ["-", "n/a", "k.A.", "null"])
def test_a_provider_that_may_stand_for_none_is_doubted(sign: str) -> None:
    assert "may stand for none" in " ".join(read(f"MAC;Provider\n{A};{sign}\n").drafts[0].warnings)


def test_a_provider_in_utf8_that_was_read_as_windows_text_is_doubted() -> None:
    assert any("is Müller meant?" in remark.text for remark in lint_provider("MÃ¼ller"))
    assert not any("meant" in remark.text for remark in lint_provider("Müller Ã"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("7c 2f 80 a1 0 2", "where a hex digit was expected"),
        ("7c-2f-80-a1-0-2", "where a hex digit was expected"),
        ("７Ｃ２Ｆ８０Ａ１０００１－１Ａ２Ｂ", "Is 7C2F80A10001-1A2B meant?"),
        ("7C:2F:80:FF:FE:A1:00:01", "this is an EUI-64, not a MAC-ID. Is 7C2F80A10001 meant?"),
    ],
)
def test_a_line_that_is_nearly_a_device_has_to_be_mended(line: str, told: str) -> None:
    (draft,) = read(f"{line}\n").drafts
    assert not draft.passed
    assert told in draft.complaint
    assert not draft.warnings


def test_what_was_taken_for_the_suffix_is_not_said_to_be_unused() -> None:
    (draft,) = read(f"{A}=1A2B\n").drafts
    assert wire_of(draft) == f"{A}-1A2B"
    assert "Not used" not in " ".join(draft.warnings)


def test_a_spreadsheet_in_xml_is_no_web_page() -> None:
    sheet = "<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'><Table></Table></Workbook>"
    with pytest.raises(InputError, match="spreadsheet saved as XML"):
        read(sheet)
    with pytest.raises(InputError, match="web page"):
        read("<table><tr><td>a</td></tr></table>")


def test_an_entity_of_the_document_is_not_called_one_of_html() -> None:
    words, hint, _ = explain_markup(f"<!DOCTYPE a [<!ENTITY mac '{A}'>]>\n<a>&mac;</a>")
    assert "line 2 has &mac;, an entity of its document type" in words
    assert hint


@pytest.mark.parametrize(
    "text",
    [
        f"{A} bis {C}\n",
        f"{A} – {C}\n",
        f"MAC;Ort\n{A} to {C};Lager\n",
        f"MAC von;MAC bis\n{A};{C}\n",
    ],
)
def test_the_devices_between_the_ends_of_a_range_are_missed_aloud(text: str) -> None:
    drafts = [draft for draft in read(text).drafts if draft.identifier]
    assert [mac_of(draft) for draft in drafts] == [A, C]
    assert all("only its two ends were read" in " ".join(draft.warnings) for draft in drafts)


@pytest.mark.parametrize("text", [f"{A}, {C}\n", f"{A} - 1A2B\n", f"MAC;MAC 2\n{A};{C}\n", f"MAC von\n{A}\n"])
def test_devices_that_are_no_range_are_not_doubted(text: str) -> None:
    assert not any("range" in " ".join(draft.warnings) for draft in read(text).drafts)


def test_a_line_that_names_its_device_as_mac_and_as_mac_id_asks_for_it_once() -> None:
    drafts = fold_duplicates(read(f"MAC: {A} MAC-ID: {A}-1A2B\n").drafts)
    assert [wire_of(draft) for draft in drafts] == [f"{A}-1A2B"]
    assert tell_rows(drafts) == []
    assert "asked for again on line 2" in tell_rows(fold_duplicates(read(f"{A}\n{A}\n").drafts))[0]
