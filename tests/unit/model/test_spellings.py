"""Spellings of the field: even groups, any separator, invisible characters, what programs write around."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import IdentifierError
from tui.model.addresses import Identifier, State
from tui.model.identifiers import doubt_number, parse_identifier, read_identifier, recognise

DIGITS = st.text("0123456789abcdefABCDEF", min_size=16, max_size=16)
INVISIBLE = "\u200b\u200e\u202a\u202c\u2060\u00ad\ufeff\u061c"


@given(DIGITS, st.sampled_from([2, 3, 4, 6]), st.sampled_from([*":-._ ", "\u2011", "\u2013", "\u00a0"]))
def test_every_even_grouping_with_any_separator_is_a_mac(digits: str, size: int, sign: str) -> None:
    mac = digits[:12]
    text = sign.join(mac[at : at + size] for at in range(0, 12, size))
    assert parse_identifier(text) == Identifier(mac.upper())


@given(
    DIGITS,
    st.sampled_from(["{}-{}", "{}_{}", "{} ({})", "{}({})", "{} [{}]", "{}/{}", "{} / {}", "{}\u2011 {}"]),
)
def test_a_suffix_may_stand_in_brackets_or_behind_a_separator(digits: str, form: str) -> None:
    found = parse_identifier(form.format(digits[:12], digits[12:]))
    assert found == Identifier(digits[:12].upper(), digits[12:].upper())


@given(DIGITS, st.text(INVISIBLE, max_size=4), st.text(INVISIBLE, max_size=4), st.integers(0, 17))
def test_characters_without_a_width_never_change_what_is_read(
    digits: str, around: str, within: str, place: int
) -> None:
    wire = f"{digits[:12]}-{digits[12:]}".upper()
    seen = read_identifier(around + wire[:place] + within + wire[place:])
    assert seen.identifier.wire == wire
    assert bool(seen.notes) == bool(around + within)


@pytest.mark.parametrize(
    "text",
    [
        "'7C2F80A10001-1A2B",
        "\u201c7C2F80A10001-1A2B\u201d",
        '"7C2F80A10001-1A2B"',
        "\u20397C2F80A10001-1A2B\u203a",
    ],
)
def test_quotes_around_it_go_and_are_said(text: str) -> None:
    seen = read_identifier(text)
    assert seen.identifier.wire == "7C2F80A10001-1A2B"
    assert "quotes" in " ".join(seen.notes)


@pytest.mark.parametrize(
    "text", ["0x7C2F80A10007", "7C2F80A10007.xml", "SEP7C2F80A10007", "7c2f80a10007.CFG"]
)
def test_what_programs_write_around_a_mac_is_taken_off_and_said(text: str) -> None:
    seen = read_identifier(text)
    assert seen.identifier == Identifier("7C2F80A10007")
    assert seen.notes


def test_missing_zeros_between_colons_are_filled_in_and_said() -> None:
    seen = read_identifier("7c:2f:80:a1:0:6")
    assert seen.identifier.mac == "7C2F80A10006"
    assert "filled in" in seen.notes[0]
    assert parse_identifier("0:1:e3:12:34:56-1a2b").wire == "0001E3123456-1A2B"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("7C2F80FFFEA10001", ""),
        ("7C2F.80FF.FEA1.0001", "EUI-64"),
        ("7C:2F:80:FF:FE:A1:00:01", "this is an EUI-64"),
        ("7C2F8OA1OOO1", "Is 7C2F80A10001 meant?"),
        ("7C2F80A1I001-1A2B", "Is 7C2F80A11001-1A2B meant?"),
        (
            "\uff17\uff23\uff12\uff26\uff18\uff10\uff21\uff11\uff10\uff10\uff10\uff11",
            "Is 7C2F80A10001 meant?",
        ),
    ],
)
def test_what_may_be_meant_is_named_and_never_taken(text: str, word: str) -> None:
    if not word:
        assert parse_identifier(text).suffix == "0001"
        return
    with pytest.raises(IdentifierError) as caught:
        parse_identifier(text)
    assert word in caught.value.describe()


@given(
    DIGITS, st.sampled_from([2, 3, 4, 6, 12]), st.sampled_from(":-._ "), st.sampled_from(["", "-", " (", "_"])
)
def test_no_key_on_the_way_to_any_spelling_is_called_bad(
    digits: str, size: int, sign: str, joint: str
) -> None:
    mac = sign.join(digits[at : at + size] for at in range(0, 12, size))
    text = mac + (joint + digits[12:] + (")" if "(" in joint else "") if joint else "")
    for end in range(len(text) + 1):
        assert recognise(text[:end]).state is not State.BAD, text[:end]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("425036684849", "article number"),
        ("3146019091234567", "serial number"),
        ("000413123456", ""),
        ("7C2F80123456", ""),
        ("42:50:36:68:48:49", ""),
    ],
)
def test_decimal_numbers_are_doubted_unless_the_prefix_is_one_of_these_phones(text: str, word: str) -> None:
    assert word in doubt_number(text)
    assert bool(doubt_number(text)) == bool(word)


def test_a_text_of_a_megabyte_costs_no_more_than_its_length() -> None:
    def spend(size: int) -> float:
        began = time.process_time()
        for text in ("0" * size, "7C:" * size, "\u200b" * size, "'" * size, "0:" * size, "." * size):
            recognise(text)
            with pytest.raises(IdentifierError):
                parse_identifier(text)
        return time.process_time() - began

    spend(1000)
    assert spend(200_000) < 40 * spend(20_000) + 0.5
