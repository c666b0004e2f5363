"""Lists of devices as people paste them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import mac_of, wire_of
from tui.intake.rows import Draft
from tui.intake.text.pasted import read_pasted

TARGET: dict[str, Any] = {"default_url": "http://p/%MACD", "default_provider": "Daryna"}


def read(text: str) -> list[Draft]:
    return read_pasted(text, **TARGET)


def wires(text: str) -> list[Any]:
    return [draft.identifier and wire_of(draft) for draft in read(text)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("7C2F80820EC0 7C2F80208295", ["7C2F80820EC0", "7C2F80208295"]),
        ("7C2F80820EC0, 7C2F80208295;7C2F800DA979", ["7C2F80820EC0", "7C2F80208295", "7C2F800DA979"]),
        ("7C2F80820EC0-55DF\t7c2f.8020.8295/1910", ["7C2F80820EC0-55DF", "7C2F80208295-1910"]),
        ("7C2F80820EC0 55DF", ["7C2F80820EC0-55DF"]),
        ("7C-2F-80-82-0E-C0 – 7C:2F:80:20:82:95", ["7C2F80820EC0", "7C2F80208295"]),
        ("7C2F80820EC0–55DF", ["7C2F80820EC0-55DF"]),
        ("7C2F80820EC055DF, 7C2F802082951910", ["7C2F80820EC0-55DF", "7C2F80208295-1910"]),
        ('"7C2F80820EC0"', ["7C2F80820EC0"]),
        ("7C2F80820EC0,", ["7C2F80820EC0"]),
        ("MAC-ID: 7C2F80820EC0-55DF", ["7C2F80820EC0-55DF"]),
        ("7C2F80820EC0-55DF7C2F80208295-1910", ["7C2F80820EC0-55DF", "7C2F80208295-1910"]),
    ],
)
def test_one_line_may_hold_one_device_or_several(line: str, expected: list[str]) -> None:
    assert wires(line) == expected


@pytest.mark.parametrize(
    "line", ["7C2F80820EG0-55DF", "123456789123--1910", "7C2F80820EC0-55D", "7C2F80820EC0-55DF0"]
)
def test_a_mistyped_device_is_one_row_with_a_complaint(line: str) -> None:
    (draft,) = read(line)
    assert draft.identifier is None
    assert draft.mac_text == line
    assert draft.complaint


def test_a_mistyped_device_beside_a_sound_one_is_not_lost() -> None:
    assert wires("7C2F80820EC0, 7C2F8020829G") == ["7C2F80820EC0", None]


def test_a_whole_list_may_stand_on_one_line() -> None:
    items = [f"7C2F80{number:06X}" for number in range(2000)]
    assert wires(", ".join(items)) == items


def test_words_beside_a_device_are_said() -> None:
    (draft,) = read("Reception 7C2F80820EC0-55DF (first floor)")
    assert draft.ready
    assert "Not used: Reception (first floor)" in draft.complaint


def test_a_url_and_a_provider_may_follow() -> None:
    line = "7C2F80820EC0-55DF http://h/a,b/%MACD.xml Daryna GmbH"
    (draft,) = read_pasted(line)
    assert (draft.url, draft.provider) == ("http://h/a,b/%MACD.xml", "Daryna GmbH")
    assert "taken for the provider" in " ".join(draft.warnings)


def test_the_provider_that_was_said_beats_the_text_behind_a_url() -> None:
    (draft,) = read("7C2F80820EC0-55DF http://h/%MACD.xml N870 IP PRO")
    assert draft.provider == "Daryna"
    assert "Not used: N870 IP PRO" in draft.complaint


def test_in_a_plan_no_provider_is_guessed() -> None:
    (draft,) = read_pasted("7C2F80820EC0-55DF http://h/%MACD.xml N870", guess=False)
    assert draft.provider == ""
    assert not draft.ready


def test_a_mac_within_a_url_is_no_device() -> None:
    (draft,) = read("7C2F80820EC0 http://h/7C2F80208295.xml")
    assert mac_of(draft) == "7C2F80820EC0"
    assert draft.url == "http://h/7C2F80208295.xml"


def test_lines_are_counted_with_blank_ones_and_remarks() -> None:
    assert [draft.line for draft in read("# list\r\n\r\n7C2F80820EC0\r7C2F80208295\nx")] == [3, 4, 5]


def test_scanner_separators_do_not_part_lines_and_are_said() -> None:
    (draft,) = read("7C2F80820EC0\x1d-55DF")
    assert wire_of(draft) == "7C2F80820EC0-55DF"
    assert "GS (0x1D)" in draft.complaint


WIRE = st.builds(
    lambda mac, suffix: f"{mac:012X}" + (f"-{suffix:04X}" if suffix is not None else ""),
    st.integers(0xA00000000000, 2**48 - 1),
    st.one_of(st.none(), st.integers(0, 65535)),
)


@given(
    st.lists(WIRE, min_size=1, max_size=8, unique=True),
    st.sampled_from(["\n", ", ", "; ", "\t", "\r\n", " | "]),
)
def test_any_list_with_any_separator_comes_back(items: list[str], separator: str) -> None:
    assert wires(separator.join(items)) == items


@given(st.text(max_size=80))
def test_no_line_with_anything_in_it_is_lost(text: str) -> None:
    drafts = read(text)
    wanted = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    expected = {
        number for number, line in enumerate(wanted, 1) if line.strip() and not line.strip().startswith("#")
    }
    assert {draft.line for draft in drafts} == expected
