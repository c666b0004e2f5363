"""Tables as PBX makers, dealers and spreadsheets write them: which column is what, and what is damaged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import wire_of
from tui.intake.reading import Intake, read_intake
from tui.intake.recognition.damage import explain_suffix, repair_mac

TARGET: dict[str, Any] = {"default_url": "http://p/%MACD", "default_provider": "Acme"}


def read(text: str, **how: Any) -> Intake:
    return read_intake(text, **{**TARGET, **how})


def wires(intake: Intake) -> list[str]:
    return [wire_of(draft) for draft in intake.drafts if draft.ready]


def warned(intake: Intake) -> str:
    return " ".join(text for draft in intake.drafts for text in draft.warnings)


@pytest.mark.parametrize(
    "heading", ["RPS PIN", "Gigaset PIN", "PIN-Code", "MAC-ID", "Prüfziffer (CRC)", "device_pin"]
)
def test_a_heading_that_contains_a_known_word_counts(heading: str) -> None:
    intake = read(f"device_mac_address;{heading};Model\n7c2f80a10001;1A2B;N870\n7c2f80a10002;3C4D;N870\n")
    assert wires(intake) == ["7C2F80A10001-1A2B", "7C2F80A10002-3C4D"]


@pytest.mark.parametrize("heading", ["SIP PIN", "Voicemail PIN", "Login-PIN", "Admin PIN"])
def test_the_pin_of_something_else_is_no_suffix_and_is_warned_about(heading: str) -> None:
    intake = read(f"MAC;{heading}\n7C2F80A10001;1A2B\n")
    assert wires(intake) == ["7C2F80A10001"]
    assert f"The column {heading} holds four hex digits and was not used." in warned(intake)


@pytest.mark.parametrize("heading", ["device_label", "Modell", "Vendor", "Kundennummer", "Customer E-Mail"])
def test_what_the_person_said_is_the_provider_and_no_other_column(heading: str) -> None:
    intake = read(f"MAC;{heading}\n7C2F80A10001;Reception\n")
    assert [draft.provider for draft in intake.drafts] == ["Acme"]


def test_name_is_the_provider_only_if_nobody_said_it_and_then_it_is_said() -> None:
    text = "MAC;Name\n7C2F80A10001;Daryna\n"
    assert read(text).drafts[0].provider == "Acme"
    (draft,) = read(text, default_provider="").drafts
    assert draft.provider == "Daryna"
    assert "taken from the column Name" in draft.complaint


def test_in_a_plan_neither_a_name_nor_a_column_without_heading_is_a_provider() -> None:
    for text in ("MAC;Name;URL\n7C2F80A10001;Anna;http://p/x\n", "7C2F80A10001;N870;http://p/x\n"):
        (draft,) = read(text, default_provider="", guess=False).drafts
        assert draft.provider == ""
        assert not draft.ready


def test_the_customer_stands_before_the_name_and_the_column_is_said() -> None:
    intake = read("MAC;Name;Kunde\n7C2F80A10001;Empfang;Daryna\n", default_provider="")
    assert intake.drafts[0].provider == "Daryna"
    assert "The provider stands in the column Kunde." in intake.notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MAC Tel.1;MAC Tel.2;MAC Tel.3\n7C2F80A10001;7C2F80A10002;\n", ["7C2F80A10001", "7C2F80A10002"]),
        (
            "MAC,PIN,MAC 2,PIN 2\n7C2F80A10001,1A2B,7C2F80A10002,3C4D\n",
            ["7C2F80A10001-1A2B", "7C2F80A10002-3C4D"],
        ),
        ('MAC;Ort\n"7C2F80A10001, 7C2F80A10002";Halle\n', ["7C2F80A10001", "7C2F80A10002"]),
        ("MAC;Ort\n7C:2F:80:A1:00:01 PIN: 1A2B;Halle\n", ["7C2F80A10001-1A2B"]),
    ],
)
def test_each_device_of_a_row_is_a_draft(text: str, expected: list[str]) -> None:
    assert wires(read(text)) == expected


def test_a_column_of_macs_that_is_not_used_is_warned_about() -> None:
    assert "The column Router MAC holds a MAC and was not used." in warned(
        read("MAC;Router MAC\n7C2F80A10001;7C2F80A10009\n")
    )


def test_an_empty_suffix_in_a_column_that_is_otherwise_full_is_warned_about() -> None:
    intake = read("MAC;PIN\n7C2F80A10001;1A2B\n7C2F80A10002;\n7C2F80A10003;3C4D\n")
    assert [bool(draft.warnings) for draft in intake.drafts] == [False, True, False]


def test_a_letter_head_of_twenty_lines_stands_above_the_heading() -> None:
    head = "".join(f"Muster GmbH;Zeile {number};;\n" for number in range(20))
    intake = read(f"{head}Lieferung der MAC-Adressen:;;;\nMAC-Adresse;PIN;;\n7C2F80A10001;1A2B;;\n")
    assert wires(intake) == ["7C2F80A10001-1A2B"]
    assert intake.header is not None
    assert intake.header.line == 22


def test_rows_of_a_table_that_hold_no_device_are_named_and_do_not_stand_in_the_way() -> None:
    intake = read("Pos;MAC;PIN\n1;7C2F80A10001;1A2B\n;2 Stück;\n2;;\n")
    assert [draft.passed for draft in intake.drafts] == [False, True, True]
    assert "2 Stück" in warned(intake)
    assert not read("MAC;URL\n;http://p/x\n").drafts[0].passed


@pytest.mark.parametrize("mac", ["0001E3123456", "123456E78901", "1E3123456789", "00000000E001"])
def test_twelve_hex_digits_are_a_mac_whatever_letters_they_have(mac: str) -> None:
    assert wires(read(f"MAC;Ort\n{mac};x\n")) == [mac]


@pytest.mark.parametrize(
    ("cell", "value", "word"),
    [
        ("2104123456", "002104123456", "dropped the zeros"),
        ("2104123456.0", "002104123456", "dropped the zeros"),
        ("1E3123456", "0001E3123456", "Zeros in front"),
        ("2,1041E+11", "", "lost its digits"),
        ("136543463342081", "", "decimal number"),
        ("1234567890", "", "zeros in front"),
    ],
)
def test_damage_to_a_mac_is_named_and_mended_only_where_a_known_prefix_confirms_it(
    cell: str, value: str, word: str
) -> None:
    repair = repair_mac(cell)
    assert repair is not None
    assert repair.text == value
    assert word in repair.cause + repair.hint


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("1,00E+10", "Is 1E10 or 10E9 meant?"),
        ("5.50E+03", "Is 55E2 meant?"),
        ("01.12.2026", "Is 1DEC or DEC1 meant?"),
        ("03. Feb", "Is 3FEB or FEB3 meant?"),
        ("2026-02-03 00:00:00", "Is 3FEB or FEB3 meant?"),
        ("12", "Is 0012 meant?"),
        ("55DF75196006", "first four digits are the suffix"),
    ],
)
def test_damage_to_a_suffix_is_named_with_its_cause_and_never_mended(cell: str, word: str) -> None:
    repair = explain_suffix(cell)
    assert repair.text == ""
    assert word in f"{repair.cause} {repair.hint}"


@given(st.text("0123456789ABCDEF.,E+- ", max_size=30))
def test_any_cell_is_explained(cell: str) -> None:
    explain_suffix(cell)
    repair = repair_mac(cell)
    assert repair is None or repair.cause


def test_the_column_of_article_numbers_is_doubted_by_length() -> None:
    intake = read("MAC;Ort\n842026000123;x\n3146019091234567;y\n")
    assert [draft.ready for draft in intake.drafts] == [True, False]
    assert "article number" in warned(intake)


@given(
    st.lists(st.sampled_from(["MAC", "MAC 2", "PIN", "MAC-ID", "Name", "Kunde", "URL", "x", ""]), max_size=8),
    st.lists(
        st.lists(
            st.sampled_from(
                ["7C2F80A10001", "7C2F80A10002-1A2B", "1A2B", "", "x", "http://p/x", "12", "1E10"]
            ),
            max_size=8,
        ),
        max_size=5,
    ),
)
def test_any_table_is_read_and_every_filled_row_becomes_a_draft(titles: list[str], rows: list[Any]) -> None:
    text = ";".join(titles) + "\n" + "".join(";".join(row) + "\n" for row in rows)
    intake = read(text)
    if intake.kind == "delimited" and intake.header is not None and intake.header.line == 1:
        filled = {number for number, row in enumerate(rows, 2) if any(row)}
        assert {draft.line for draft in intake.drafts} == filled


def test_a_second_table_below_the_first_is_read_by_its_own_heading() -> None:
    intake = read(
        "Lieferung A\nMAC;PIN\n7C2F80A10001;1A2B\n\nLieferung B\nSeriennummer;MAC;PIN\n"
        "SN1;7C2F80A10002;3C4D\nSN2;7C2F80A10003;5E6F\n"
    )
    assert wires(intake) == ["7C2F80A10001-1A2B", "7C2F80A10002-3C4D", "7C2F80A10003-5E6F"]
    assert "another heading: 1 Seriennummer → ignored, 2 MAC → mac, 3 PIN → suffix." in warned(intake)


def test_a_row_that_only_mentions_a_mac_begins_no_table() -> None:
    text = "MAC;PIN;Anbieter\nMacBook;;\n7C2F80A10001;1A2B;Macmillan\n"
    (first, second) = read(text).drafts
    assert first.passed
    assert (wire_of(second), second.provider) == ("7C2F80A10001-1A2B", "Macmillan")


@pytest.mark.parametrize(
    "text",
    [
        "MAC;PIN\n1A2B;7C2F80A10001\n",
        "Serial;MAC\n7C2F80A10001;S2\n",
        "MAC;Ort\n7C2F80A10002;A\n;7C2F80A10001\n",
    ],
)
def test_a_mac_in_another_column_than_the_heading_says_keeps_the_row_back(text: str) -> None:
    row = read(text).drafts[-1]
    assert not row.ready
    assert not row.passed
    assert "7C2F80A10001 stands in the column" in row.complaint


def test_the_mac_of_something_else_makes_no_device_of_a_row() -> None:
    row = read("MAC;Router MAC\n7C2F80A10001;AABBCCDDEEFF\n;AABBCCDDEEFF\n").drafts[-1]
    assert row.passed


@pytest.mark.parametrize(
    ("mac", "pin", "provider"),
    [
        ("MAC-адрес", "ПИН-код", "Провайдер"),
        ("МАС", "пин", "Поставщик"),
        ("MAC-adresse", "Pinkode", "Udbyder"),
        ("MAC-adres", "Pincode", "Leverancier"),
        ("MAC Adresi", "PIN", "Sağlayıcı"),
        ("MAC-cím", "PIN-kód", "Szolgáltató"),
        ("Διεύθυνση MAC", "PIN", "Πάροχος"),
        ("Dirección MAC", "Código PIN", "Proveedor"),
        ("Adres MAC", "Kod PIN", "Dostawca usług"),
    ],
)
def test_a_heading_counts_in_the_languages_of_the_markets(mac: str, pin: str, provider: str) -> None:
    for text in (
        f"№;{mac};{pin};{provider}\n1;7C2F80A10001;1A2B;Süd\n",
        f"Łącze: 1\n{mac}: 7C2F80A10001\n{pin}: 1A2B\n{provider}: Süd\n\nŁącze: 2\n{mac}: 7C2F80A10002\n",
    ):
        first = read(text).drafts[0]
        assert (wire_of(first), first.provider) == ("7C2F80A10001-1A2B", "Süd")


def test_a_column_of_urls_that_no_heading_names_is_never_passed_over_in_silence() -> None:
    intake = read("MAC;Indirizzo\n7C2F80A10001;http://other/%MACD\n7C2F80A10002;\n")
    assert "The column Indirizzo holds URLs and was not used." in warned(intake)
    assert not intake.drafts[1].warnings
    linked = read("MAC;ProvLink\n7C2F80A10001;http://other/%MACD\n")
    assert linked.drafts[0].url == "http://other/%MACD"


def test_the_mac_of_a_switch_or_uplink_is_no_device() -> None:
    intake = read('[{"mac": "7C2F80A10001", "sw_mac": "AABBCCDDEEFF", "last_uplink_mac": "AABBCCDDEE00"}]')
    assert wires(intake) == ["7C2F80A10001"]
    assert "The column sw_mac holds a MAC and was not used." in warned(intake)


def test_a_number_that_its_heading_names_is_not_doubted() -> None:
    assert not read("MAC;Kundennummer\n7C2F80A10001;4711\n7C2F80A10002;4712\n").drafts[0].warnings


@pytest.mark.parametrize("label", ["ПИН", "Código PIN", "Kod PIN"])
def test_a_label_in_another_script_names_the_suffix_beside_or_below_a_mac(label: str) -> None:
    assert wires(read(f"MAC: 7C2F80A10001 {label}: 1910\n")) == ["7C2F80A10001-1910"]
    assert wires(read(f"Nr\n7C2F80A10001\n{label}: 1910\n")) == ["7C2F80A10001-1910"]


@pytest.mark.parametrize("piece", ["7C2F80", "7c:2f:80:82", "7C-2F-80", "7C2F80820EC", "7C2F.8082"])
def test_a_piece_of_a_mac_is_a_row_that_is_wrong_and_no_remark(piece: str) -> None:
    intake = read(f"MAC-ID;Serial\n7C2F80A10001-1A2B;S1\n{piece};S2\n")
    (bad,) = [draft for draft in intake.drafts if not draft.ready]
    assert (bad.line, bad.passed) == (3, False)
    assert bad.complaint


@pytest.mark.parametrize("words", ["Total", "300 pieces", "n/a", "Anzahl: 12", "A51000"])
def test_what_no_mac_of_a_phone_begins_with_is_passed_over_and_said(words: str) -> None:
    intake = read(f"MAC-ID;Serial\n7C2F80A10001-1A2B;S1\n{words};S2\n")
    (passed,) = [draft for draft in intake.drafts if not draft.ready]
    assert (passed.line, passed.passed) == (3, True)
    assert passed.warnings
