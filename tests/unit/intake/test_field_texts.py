"""Labels, scans, QR codes and what switches, servers and phones print."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import wire_of
from tui.errors import InputError
from tui.intake.reading import read_intake
from tui.intake.recognition.finding import find_devices
from tui.intake.recognition.layouts import mend_layout
from tui.intake.recognition.scanner import clean_scan
from tui.intake.records.markup import is_markup
from tui.intake.text.pasted import read_pasted

TARGET: dict[str, Any] = {"default_url": "http://p/%MACD", "default_provider": "Acme"}


def wires(text: str) -> list[str]:
    return [wire_of(draft) for draft in read_intake(text, **TARGET).drafts if draft.ready]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MAC:7C2F80A10001,PIN:1A2B,SN:S30852H2716R101", ["7C2F80A10001-1A2B"]),
        ("MAC=7C2F80A10002;MACID=3C4D;P/N=S30852-H2716-R101", ["7C2F80A10002-3C4D"]),
        ("https://g.example/p?mac=7C2F80A10004&id=0A1B", ["7C2F80A10004-0A1B"]),
        ("P:S30852-H2716-R101|M:7C2F80A10005|A:2C3D", ["7C2F80A10005-2C3D"]),
        ("MAC 7C:2F:80:A1:00:05 CRC 2C3D", ["7C2F80A10005-2C3D"]),
        ("7C2F80A10006 4250366848495", ["7C2F80A10006"]),
        ("7c2f-80a1-0001   146   Learned   GE1/0/1   Y", ["7C2F80A10001"]),
        ("? (192.0.2.11) at 7c:2f:80:a1:0:1 [ether] on eth0", ["7C2F80A10001"]),
        ("192.0.2.11 dev eth0 lladdr 7c:2f:80:a1:00:01 REACHABLE", ["7C2F80A10001"]),
        ("1700000000 7c:2f:80:a1:00:01 192.0.2.11 phone 01:7c:2f:80:a1:00:01", ["7C2F80A10001"]),
        ("  hardware ethernet 7c:2f:80:a1:00:01;", ["7C2F80A10001"]),
        ("IP-MIB::x.192.0.2.11 = STRING: 0:1:e3:a1:0:6", ["0001E3A10006"]),
        (".1.3.6.192.0.2.11 = Hex-STRING: 7C 2F 80 A1 00 01", ["7C2F80A10001"]),
        ("http://h/7c2f80a10001.cfg", []),
        ("fe80::7e2f:80ff:fea1:1 2001:db8:1:2:3:4:5:6", []),
        ("550e8400-e29b-41d4-a716-446655440000", []),
        ("call 01 23 45 67 89 10", []),
    ],
)
def test_a_line_gives_the_devices_in_it_with_what_stands_beside_them(line: str, expected: list[str]) -> None:
    assert wires(line) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<SW1>display mac-address\nMAC Address      VLAN ID    State\n7c2f-80a1-0001   146        Learned\n",
        "SW1#show mac address-table | include 7c2f\nVlan    Mac Address\n"
        "----    -------\n 1    7c2f.80a1.0001    DYNAMIC\n",
        "lease 192.0.2.11 {\n  starts 3 2026/11/25 10:00:00;\n  hardware ethernet 7c:2f:80:a1:00:01;\n}\n",
        "Gigaset N870 IP PRO\nS30852-H2716-R101\nMAC-ID:\n7C2F80A10001\nIPUI: 029E74A560\nMade in Germany\n",
    ],
)
def test_what_devices_and_labels_print_gives_one_draft_and_names_the_other_lines(text: str) -> None:
    drafts = read_intake(text, **TARGET).drafts
    assert [wire_of(draft) for draft in drafts if draft.ready] == ["7C2F80A10001"]
    assert all(draft.ready or draft.passed for draft in drafts)
    assert len({draft.line for draft in drafts}) == len([line for line in text.splitlines() if line.strip()])


@pytest.mark.parametrize(
    ("line", "word"),
    [("425036684849", "article number"), ("3146019091234567", "serial number")],
)
def test_decimal_numbers_of_unknown_prefix_are_refused_with_the_reason(line: str, word: str) -> None:
    (draft,) = read_pasted(line, **TARGET)
    assert not draft.ready
    assert word in draft.complaint


@pytest.mark.parametrize(
    ("typed", "layout"),
    [
        ("7C2F80A10001ß1A2B", "German"),
        ("7C2F80A10001'1A2B", "Swiss"),
        ("7C2F80A10001+1A2B", "Nordic"),
        ("èCéF_àQ&ààà&)&QéB", "French"),
        ("ýCěFáéA+ééé+=+AěB", "Czech"),
    ],
)
def test_a_scanner_for_another_keyboard_is_understood_and_the_layout_named(typed: str, layout: str) -> None:
    assert layout in mend_layout(typed)[1]
    (draft,) = read_pasted(typed, **TARGET)
    assert wire_of(draft) == "7C2F80A10001-1A2B"
    assert layout in draft.complaint
    assert clean_scan(typed).texts == ("7C2F80A10001-1A2B",)


@given(st.text(max_size=17))
def test_no_code_that_can_be_read_is_taken_for_another_layout(text: str) -> None:
    meant, layout = mend_layout(text)
    assert bool(layout) or meant == text


def test_a_burst_is_each_of_its_codes_and_names_those_that_are_none() -> None:
    scan = clean_scan("S30852-H2716-R101\r4250366848495\r7C2F80A10001-1A2B\r7C2F80A10002-3C4D\r")
    assert scan.texts == ("7C2F80A10001-1A2B", "7C2F80A10002-3C4D")
    assert "Not used: S30852-H2716-R101" in scan.notes


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<SW1>display", False),
        ("<SW1>dis mac\n</b>", False),
        ("<?xml version='1.0'?><a/>", True),
        ("<methodCall><methodName>", True),
        ("<ns:list><x/></ns:list>", True),
        ("<br/>", True),
        ("<not closed", False),
    ],
)
def test_a_prompt_is_no_xml(text: str, markup: bool) -> None:
    assert is_markup(text) is markup


@pytest.mark.parametrize(
    "text",
    [
        '{"mac": "7C2F80A10001", "pin": "1A2B"}\n{"mac": "7C2F80A10002", "pin": "3C4D"}\n',
        '[{"mac": "7C2F80A10001", "pin": "1A2B"},\n {"mac": "7C2F80A10002", "pin": "3C4D"}]',
        '{"site": "x", "phones": [{"MAC-Adresse": "7C2F80A10001", "CRC": "1A2B"},'
        ' {"MAC-Adresse": "7C2F80A10002", "CRC": "3C4D"}]}',
        '["7C2F80A10001-1A2B", "7C2F80A10002-3C4D"]',
        '{"7C2F80A10001": {"pin": "1A2B"}, "7C2F80A10002": {"pin": "3C4D"}}',
        "mac: 7C2F80A10001\npin: 1A2B\n\nmac: 7C2F80A10002\npin: 3C4D\n",
        "- mac: 7C2F80A10001\n  pin: 1A2B\n- mac: 7C2F80A10002\n  pin: 3C4D\n",
        "[a]\nmac=7C2F80A10001\npin=1A2B\n[b]\nmac=7C2F80A10002\npin=3C4D\n",
        "MAC: 7C:2F:80:A1:00:01\nMAC-ID: 1A2B\nModel: N870\n"
        "MAC: 7C:2F:80:A1:00:02\nMAC-ID: 3C4D\nModel: N870\n",
    ],
)
def test_structured_text_is_read_as_what_it_is(text: str) -> None:
    assert wires(text) == ["7C2F80A10001-1A2B", "7C2F80A10002-3C4D"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"mac": "7C2F80A10001", "pin": }', "Line 1"),
        ('[{"mac": "7C2F80A10001"}', "cannot be read as such"),
        ('{"a": {"b": [1, 2]}}', "no devices"),
        ("[" * 100_000, "cannot be read"),
        ('{"operation": "register", "outcome": "stored", "mac": "7C2F80A10001"}', "list of changes"),
    ],
)
def test_structured_text_that_cannot_be_read_is_refused_by_name_and_never_scraped(
    text: str, word: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_intake(text if text[0] != "[" or len(text) < 99 else '["' + text, **TARGET)
    assert word in caught.value.describe()


@given(st.text('{}[]":, \n7C2F80A10001macpi', max_size=80))
def test_any_text_with_braces_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        assert read_intake(text, **TARGET).kind


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_any_line_can_be_searched(text: str) -> None:
    found = find_devices(text)
    assert bool(found.devices or found.broken) != bool(found.passed)
