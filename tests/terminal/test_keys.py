"""Keys arrive as they were pressed."""

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from tui.app.textual_private import free_alt_digits


@pytest.mark.parametrize("digit", "123456")
@pytest.mark.parametrize("rest", ["", "\x1b[B", "x"])
def test_alt_and_a_digit_is_no_sign_of_another_keyboard_whatever_follows(digit: str, rest: str) -> None:
    free_alt_digits()
    keys = [event.key for event in XTermParser().feed(f"\x1b{digit}{rest}") if isinstance(event, events.Key)]
    assert keys[0] == f"alt+{digit}"
    assert all("circumflex" not in key for key in keys)
