"""Keys of [keys]: those that no keyboard has, and those that would be for two actions."""

import pytest

from tui.settings.actions import ACTIONS
from tui.settings.keys import find_key_mistakes


def test_the_keys_of_the_program_itself_are_no_mistakes() -> None:
    assert list(find_key_mistakes({})) == []
    assert list(find_key_mistakes({action.id: (action.keys,) for action in ACTIONS if action.keys})) == []


@pytest.mark.parametrize(
    ("action", "key", "other"),
    [
        ("devices.deregister", "s", "devices.sort"),
        ("devices.deregister", "/", "devices.search"),
        ("devices.deregister", "x,slash", "devices.search"),
        ("devices.deregister", "q", "app.quit"),
        ("app.jobs", "d", "devices.deregister"),
        ("app.palette", "ctrl+k", "app.look-up"),
    ],
)
def test_a_key_that_another_action_of_the_same_screen_has_is_named_with_it(
    action: str, key: str, other: str
) -> None:
    found = [mistake for mistake in find_key_mistakes({action: (key,)}) if other in mistake.text]
    assert [mistake.action for mistake in found] == [action]


def test_an_action_of_another_page_may_have_the_same_key() -> None:
    assert list(find_key_mistakes({"devices.deregister": ("c",)})) == []


def test_two_actions_may_swap_their_keys() -> None:
    assert list(find_key_mistakes({"devices.deregister": ("s",), "devices.sort": ("d",)})) == []


def test_two_remapped_actions_that_meet_are_named_once() -> None:
    found = list(find_key_mistakes({"devices.deregister": ("m",), "devices.sort": ("m",)}))
    assert len(found) == 1


@pytest.mark.parametrize("key", ["delete", "f12", "ctrl+shift+left", "alt+1", "é", "?", "circumflex_accent"])
def test_keys_that_a_keyboard_has_are_taken(key: str) -> None:
    assert not any("no such key" in found.text for found in find_key_mistakes({"devices.copy": (key,)}))


@pytest.mark.parametrize("key", ["delte", "f99", "cntrl+x", "ctrl+", "", ",", "\x00", "ab"])
def test_keys_that_no_keyboard_has_are_named(key: str) -> None:
    (found, *_) = find_key_mistakes({"devices.copy": (key,)})
    assert found.text == "There is no such key."


def test_the_nearest_key_is_suggested() -> None:
    assert next(iter(find_key_mistakes({"devices.copy": ("ctrl+delte",)}))).hint == "Did you mean delete?"
