"""Lists of the field: delivery notes, exports of telephone systems, what servers print, labels on several
lines, and headings in other languages."""

from typing import Any

import pytest

from tests.unit.intake.identifiers import wire_of
from tui.intake.reading import read_intake

ONE, TWO = "7C2F80A10001", "7C2F80A10002"
PAIR = [f"{ONE}-1A2B", f"{TWO}-3C4D"]


def read(text: str) -> Any:
    return read_intake(text, default_url="http://p/%MACD", default_provider="Acme").drafts


def ready(text: str) -> list[str]:
    return [wire_of(draft) for draft in read(text) if draft.ready]


def open_rows(text: str) -> list[Any]:
    """The lines that have to be mended."""
    return [draft.line for draft in read(text) if not draft.ready and not draft.passed]


@pytest.mark.parametrize(
    ("heading", "provider"),
    [
        ("Adresse MAC;Code PIN;Fournisseur", "Beta"),
        ("MAC-adres;Suffix;Leverancier", "Beta"),
        ("Dirección MAC;Sufijo;Proveedor", "Beta"),
        ("Indirizzo MAC;PIN MAC;Fornitore", "Beta"),
        ("Adres MAC;CRC;Dostawca", "Beta"),
        ("MAC-adress;CRC;Leverantör", "Beta"),
        ("MAC;CRC;Cliente", "Acme"),
        ("MAC;CRC;Modèle", "Acme"),
    ],
)
def test_headings_of_other_languages_are_known(heading: str, provider: str) -> None:
    text = f"{heading}\n{ONE};1A2B;Beta\n{TWO};3C4D;Beta\n"
    assert ready(text) == PAIR
    assert {draft.provider for draft in read(text)} == {provider}


@pytest.mark.parametrize(
    "text",
    [
        f"Firma Berg GmbH;;Tel. 0301234567\nKundennr.;123456789012;\n;http://www.berg.example;\n\nPos;MAC;MAC-PIN\n"
        f"1;{ONE};1a2b\n2;{TWO};3c4d\n;Summe;2\n",
        f"| MAC | PIN |\n|-----|:---:|\n| `{ONE}` | 1A2B |\n| {TWO} | 3C4D |\n",
        f"+-----+------+\n| mac | pin  |\n+-----+------+\n| {ONE} | 1A2B |\n"
        f"| {TWO} | 3C4D |\n+----+---+\n2 rows\n",
        f"#MAC;PIN\n{ONE};1A2B\n{TWO};3C4D\n",
        f"MAC;PIN\n{ONE};1A 2B\n{TWO};0x3C4D\n",
        f"MAC;PIN\n{ONE};1A-2B\n{TWO};{TWO}-3C4D\n",
        f"Note 4711   12.03.2026\n\nPos  Item         MAC           MAC-ID\n1    N670 IP PRO  {ONE}  1A2B\n"
        f"2    N670 IP PRO  {TWO}  3C4D\n\nSum: 2\n",
        f"Label 1\nMAC: {ONE}\nMAC-ID: 1A2B\n\nLabel 2\nMAC: {TWO}\nMAC-ID: 3C4D\n",
        f"Label 1\nPIN: 1A2B\n{ONE}\nLabel 2\nPIN: 3C4D\n{TWO}\n",
        f"{ONE}\nMAC-ID\n1A2B\n{TWO}\nMAC-ID\n3C4D\n",
    ],
)
def test_the_suffix_comes_with_its_device_and_nothing_has_to_be_mended(text: str) -> None:
    assert ready(text) == PAIR
    assert open_rows(text) == []


@pytest.mark.parametrize("text", [f"{ONE}\nPIN: 1A2B\nPIN: 3C4D\n{TWO}\n", f"{ONE}\n1A2B\n{TWO}\n3C4D\n"])
def test_digits_whose_device_is_not_certain_are_joined_to_none_and_named(text: str) -> None:
    assert ready(text) == [ONE, TWO]
    assert [draft.line for draft in read(text) if "stands alone" in draft.complaint] != []


def test_a_printed_table_gives_provider_and_url_and_survives_an_empty_cell() -> None:
    text = (
        "MAC           PIN   PROVIDER   URL\n"
        f"{ONE}  1A2B  Beta GmbH  http://b/%MACD\n"
        f"{TWO}        Gamma      http://c/%MACD\n"
    )
    assert ready(text) == [PAIR[0], TWO]
    assert [(draft.provider, draft.url[7]) for draft in read(text)] == [("Beta GmbH", "b"), ("Gamma", "c")]


def test_a_column_headed_pin_without_a_hex_letter_may_be_that_of_persons() -> None:
    (first, _) = read(f"Number,MAC_0,Pin\n100,{ONE},4821\n101,{TWO},7733\n")
    assert "PIN of a person" in first.complaint
    assert not read(f"MAC,MAC PIN\n{ONE},4821\n{TWO},7733\n")[0].warnings


@pytest.mark.parametrize(
    ("cells", "cause"),
    [
        (f"{ONE};#NAME?", "a formula of the spreadsheet gave #NAME?"),
        (f"{ONE};####", "the column was too narrow"),
        ("#REF!;1A2B", "A formula of the spreadsheet gave #REF!"),
        ("#NV;", "A formula of the spreadsheet gave #NV"),
        ("112233445566.0;1A2B", "written the MAC as a number"),
    ],
)
def test_an_error_of_a_spreadsheet_is_an_error_of_its_row_with_the_cause(cells: str, cause: str) -> None:
    (draft,) = read(f"MAC;PIN\n{cells}\n")
    assert not draft.ready
    assert cause in draft.complaint


@pytest.mark.parametrize(
    "line",
    [
        "fe80::7e2f:80ff:fea1:308 dev eth0 lladdr 7c:2f:80:a1:00:01 router STALE",
        "add address=192.0.2.9 client-id=1:7c:2f:80:a1:0:1 mac-address=7C:2F:80:A1:00:01 server=dhcp1",
        'lease\nhardware ethernet 7c:2f:80:a1:00:01;\nuid "\\001|/\\200\\241\\003\\001";',
        "duid 00:01:00:01:2b:11:22:33:7c:2f:80:a1:00:01\n7c:2f:80:a1:00:01",
        f"{ONE}\nIPUI 0299A1B2C3",
        f"{ONE} S30852H2716R101",
    ],
)
def test_other_numbers_of_networks_and_labels_are_neither_devices_nor_in_the_way(line: str) -> None:
    assert set(ready(line)) == {ONE}
    assert open_rows(line) == []


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("ff-ff-ff-ff-ff-ff", "the broadcast address"),
        ("01-00-5e-00-00-16", "a multicast address"),
        ("00-00-00-00-00-00", "the null address"),
        ("000000000000", "the null address"),
    ],
)
def test_an_address_of_many_or_none_is_never_registered(group: str, name: str) -> None:
    text = f"192.0.2.1   7c-2f-80-a1-00-01   dynamic\n192.0.2.255   {group}   static\n"
    assert ready(text) == [ONE]
    assert open_rows(text) == []
    assert read(text)[1].warnings == (f"{group} is {name}, not a device.",)
    (draft,) = read(f"MAC,URL\n{group},http://p/%MACD")
    assert not draft.ready
    assert [found.text for found in draft.complaints if found.field == "mac"] == [
        f"This is {name}: no device has it as its own."
    ]
