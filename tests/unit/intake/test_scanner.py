"""What scanners add is taken off and said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import IdentifierError
from tui.intake.recognition.scanner import ScanMemory, clean_scan
from tui.model.identifiers import parse_identifier
from tui.model.text.inert import is_inert


@pytest.mark.parametrize(
    ("raw", "texts", "word"),
    [
        ("7C2F80820EC0-55DF\r", ("7C2F80820EC0-55DF",), ""),
        ("]C17C2F80820EC0-55DF", ("7C2F80820EC0-55DF",), "]C1"),
        ("]d27C2F80820EC0", ("7C2F80820EC0",), "]d2"),
        ("\x027C2F80820EC0-55DF\x03", ("7C2F80820EC0-55DF",), "STX (0x02)"),
        ("7C2F80820EC0\x1d55DF", ("7C2F80820EC055DF",), "GS (0x1D)"),
        ("7C2F80820EC0\x1d7C2F80208295", ("7C2F80820EC0", "7C2F80208295"), "GS (0x1D)"),
        ("7C2F80820EC0-55DF7C2F80820EC0-55DF", ("7C2F80820EC0-55DF",), "more than once"),
        ("7C2F80820EC0-55DF7C2F80208295-1910", ("7C2F80820EC0-55DF", "7C2F80208295-1910"), ""),
        ("MAC: 7C:2F:80:82:0E:C0", ("7C:2F:80:82:0E:C0",), ""),
        ("mac-id=7C2F80820EC0-55DF", ("7C2F80820EC0-55DF",), ""),
        ("\r\n", (), ""),
    ],
)
def test_a_scan_is_cleaned_and_what_was_taken_is_said(raw: str, texts: tuple[Any, ...], word: str) -> None:
    scan = clean_scan(raw)
    assert scan.texts == texts
    assert word in " ".join(scan.notes)
    assert bool(scan.notes) == bool(word)


def test_a_repeat_within_the_window_is_known() -> None:
    memory = ScanMemory(seconds=2)
    assert not memory.is_repeat("A", 0.0)
    assert memory.is_repeat("A", 1.9)
    assert not memory.is_repeat("B", 2.0)
    assert not memory.is_repeat("B", 4.0)


@given(st.text("7C2F80EC055DF-]C1d\x1d\x02\x03\r\n:MAC ", max_size=50))
def test_no_control_character_survives(raw: str) -> None:
    scan = clean_scan(raw)
    assert all(is_inert(text) for text in scan.texts)
    assert all(is_inert(note) for note in scan.notes)
    assert len(set(scan.texts)) == len(scan.texts)


@given(
    st.integers(0, 2**48 - 1),
    st.sampled_from(["]C0", "]d2", "\x02", ""]),
    st.sampled_from(["\r", "\x03", "\x1d\x04", ""]),
)
def test_a_framed_code_is_the_code(number: int, before: str, after: str) -> None:
    mac = f"{number:012X}"
    assert parse_identifier(clean_scan(f"{before}{mac}{after}").text).mac == mac


def test_what_is_no_code_is_left_for_the_parser_to_name() -> None:
    with pytest.raises(IdentifierError):
        parse_identifier(clean_scan("]C1hello").text)
