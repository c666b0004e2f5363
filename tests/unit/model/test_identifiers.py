"""Every spelling of a MAC-ID that the field uses, and every way to get it wrong."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.errors import IdentifierError
from tui.model.addresses import Identifier, State, belongs_to_successor
from tui.model.identifiers import parse_identifier, recognise
from tui.model.text.inert import is_inert

MACS = ["7c2f80820ec0", "7C2F80820EC0", "7C:2F:80:82:0E:C0", "7C-2F-80-82-0E-C0", "7c2f.8082.0ec0"]
SEPARATORS = ["-", "/", " ", "–", "—", "‐", "‑", "−"]


@pytest.mark.parametrize("mac", MACS)
def test_a_mac_in_any_spelling_is_a_bare_mac(mac: str) -> None:
    assert parse_identifier(mac) == Identifier("7C2F80820EC0")


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("mac", MACS)
def test_a_suffix_follows_any_spelling_after_any_separator(mac: str, separator: str) -> None:
    assert parse_identifier(f"{mac}{separator}55df") == Identifier("7C2F80820EC0", "55DF")


def test_sixteen_digits_run_together_are_a_mac_id() -> None:
    assert parse_identifier("7C2F80820EC055DF").wire == "7C2F80820EC0-55DF"


@pytest.mark.parametrize("text", ["7C:2F:80:82:0E:C0:55DF", "7C2F80820EC0:55df"])
def test_a_colon_may_stand_before_the_suffix(text: str) -> None:
    assert parse_identifier(text).mac_id == "7C2F80820EC0-55DF"


@pytest.mark.parametrize("margin", [" ", "\t", "\r\n", "\u00a0"])
def test_white_space_around_is_no_part_of_it(margin: str) -> None:
    assert parse_identifier(f"{margin}7C2F80820EC0{margin}").mac == "7C2F80820EC0"


def test_a_hyphenated_mac_of_seventeen_characters_is_no_mac_id() -> None:
    assert parse_identifier("7C-2F-80-82-0E-C0").suffix is None


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("7C2F80820EC-055DF", 11, "position 12"),
        ("123456789123--1910", 13, "position 14"),
        ("7C2F80820EG0-55DF", 10, '"G" at position 11'),
        ("7C2F8O820EC0", 5, "position 6"),
        ("  7C2F8O820EC0", 7, "position 8"),
        ("7C2F80820EC0\x1d55DF", 12, "GS (0x1D) at position 13"),
        ("7C2F80820EC0\x1d", 12, "GS (0x1D)"),
        ("\x027C2F80820EC0\x03", 0, "STX (0x02)"),
        ("７C2F80820EC0", 0, "U+FF17"),
        ("7C2F80820EC\u0660", 11, "not an ASCII hex digit"),
        ("]C17C2F80820EC0", 0, "]C1"),
        ("7C:2F:80-82:0E:C0", 8, '"-" at position 9'),
        ("7C:2F:80:82:0E:C055DF", 17, "position 18"),
        ("7C2F80820EC0-55DF0", 17, "complete"),
        ("7C2F80820EC055DF0", 16, "17 hex digits"),
        ("7C:2F:80:82:0E:C0:55:DF", 20, "position 21"),
        ("7C2F80820E\ufb00", 10, "position 11"),
    ],
)
def test_the_offending_character_and_its_place_are_named(text: str, position: int, word: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_identifier(text)
    assert caught.value.position == position
    assert word in caught.value.detail


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("7C2F80820EC", "11 of the 12"),
        ("7C2F80820EC05", "13 hex digits"),
        ("7C2F80820EC0-", "suffix"),
        ("7C2F80820EC0-55D", "15 hex digits"),
        ("", "empty"),
        ("   ", "empty"),
    ],
)
def test_a_wrong_length_is_said_in_digits(text: str, word: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_identifier(text)
    assert caught.value.position is None
    assert word in caught.value.detail


def test_an_overlong_text_is_shown_cut() -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_identifier("x" * 100_000)
    assert len(caught.value.describe()) < 300


HEX = st.text("0123456789abcdefABCDEF", min_size=16, max_size=16)


@given(HEX, st.sampled_from(["{}", ":", "-", "."]), st.sampled_from(SEPARATORS), st.booleans())
def test_what_is_spelled_comes_back_in_upper_case(
    digits: str, style: str, separator: str, with_suffix: bool
) -> None:
    mac, suffix = digits[:12], digits[12:]
    size = {"{}": 12, ":": 2, "-": 2, ".": 4}[style]
    text = style.join(mac[i : i + size] for i in range(0, 12, size)) + (
        separator + suffix if with_suffix else ""
    )
    assert parse_identifier(text) == Identifier(mac.upper(), suffix.upper() if with_suffix else None)


@given(HEX, st.booleans())
def test_the_wire_form_reads_back_as_itself(digits: str, with_suffix: bool) -> None:
    identifier = Identifier(digits[:12].upper(), digits[12:].upper() if with_suffix else None)
    assert parse_identifier(identifier.wire) == identifier


NEARLY = st.text("07CFafGo:-./ –\x1d\x00]C1７ﬀ\u2028\x1b[", max_size=24)


@given(st.one_of(st.text(max_size=30), NEARLY))
@example("]C1")
@example("00:00:00:00:00:00-")
def test_any_text_is_an_identifier_or_named_and_inert(text: str) -> None:
    flaw = None
    try:
        found = parse_identifier(text)
    except IdentifierError as error:
        flaw = error
    if flaw is None:
        assert set(found.wire) <= set("0123456789ABCDEF-")
        assert len(found.mac) == 12
    else:
        assert is_inert(flaw.describe())
        assert flaw.detail
        assert flaw.position is None or 0 <= flaw.position < len(text)
        assert flaw.position is None or f"position {flaw.position + 1}" in flaw.detail


@given(st.one_of(st.text(max_size=30), NEARLY))
def test_recognising_and_parsing_agree(text: str) -> None:
    seen = recognise(text)
    try:
        assert parse_identifier(text) == seen.identifier
        assert seen.state is State.VALID
    except IdentifierError:
        assert seen.identifier is None
        assert seen.state is not State.VALID
    assert (seen.state is State.BAD) == bool(seen.complaint)
    assert is_inert(seen.summary)


@pytest.mark.parametrize(
    "text", ["7C:2F:80:82:0E:C0-55DF", "7C2F80820EC0-55DF", "7c2f.8082.0ec0/55df", "7C2F80820EC055DF"]
)
def test_no_key_on_the_way_to_an_identifier_is_called_bad(text: str) -> None:
    assert all(recognise(text[:end]).state is not State.BAD for end in range(len(text) + 1))
    assert recognise(text[:5]).state is State.PARTIAL
    assert recognise("").state is State.EMPTY


def test_a_mac_id_is_recognised_with_its_vendor() -> None:
    seen = recognise("7C2F80820EC0-55DF")
    assert seen.summary == "MAC-ID · Gigaset 7C:2F:80"
    assert not seen.note


def test_the_understood_spelling_is_said() -> None:
    assert recognise("7C-2F-80-82-0E-C0").summary == "bare MAC · from hyphens · Gigaset 7C:2F:80"


def test_what_is_missing_is_counted_while_typing() -> None:
    assert recognise("7C2F80").kind == "6 of 12 digits"
    assert recognise("7C2F80820EC0-5").kind == "1 of 4 suffix digits"


@pytest.mark.parametrize("mac", ["000413E50000", "00ACDCE30000", "589EC6900000", "589EC6920001"])
def test_p_series_ranges_point_to_the_successor(mac: str) -> None:
    seen = recognise(mac)
    assert "mac_not_exist" in seen.note
    assert "GRAPE" in seen.note


def test_an_older_device_below_the_p_series_range_stays_here() -> None:
    assert not belongs_to_successor("589EC68FFFFF")


def test_the_vendors_own_example_prefix_draws_no_warning() -> None:
    assert recognise("0001E3123456").note == ""


def test_an_unknown_prefix_is_a_note_and_no_refusal() -> None:
    seen = recognise("0A1B2C3D4E5F")
    assert seen.state is State.VALID
    assert "0A:1B:2C" in seen.note


@pytest.mark.parametrize(
    ("mac", "name"), [("F" * 12, "broadcast"), ("0" * 12, "null"), ("01005E000016", "multicast")]
)
def test_an_address_of_many_or_none_is_noted(mac: str, name: str) -> None:
    assert name in recognise(mac).note
