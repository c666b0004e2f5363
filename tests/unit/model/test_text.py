"""Foreign text is shown, never obeyed."""

from hypothesis import given
from hypothesis import strategies as st

from tui.model.text.inert import is_inert, make_inert, name_character


@given(st.text())
def test_inert_text_stays_as_it_is(text: str) -> None:
    assert make_inert(make_inert(text)) == make_inert(text)
    assert is_inert(make_inert(text))


def test_an_escape_sequence_is_shown() -> None:
    assert make_inert("\x1b[2J\x9b") == "␛[2J�"


@given(st.characters())
def test_the_name_of_any_character_is_inert(char: str) -> None:
    assert is_inert(name_character(char))


def test_control_characters_go_by_their_names() -> None:
    assert name_character("\x1d") == "GS (0x1D)"
    assert name_character("\x00") == "NUL (0x00)"
    assert name_character("\x1f") == "US (0x1F)"
    assert name_character("G") == '"G"'
