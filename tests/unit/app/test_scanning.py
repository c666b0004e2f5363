"""Telling a scanner from a person."""

import pytest

from tui.app.widgets.scanning import CERTAIN, GAP, BurstWatch


def feed(
    watch: BurstWatch, text: str, gap: float, *, typing: bool = False, start: float = 100.0
) -> list[bool]:
    taken = [watch.take(char, char, start + index * gap, typing) for index, char in enumerate(text)]
    return [*taken, watch.take("enter", "\r", start + len(text) * gap, typing)]


@pytest.mark.parametrize("text", ["7C2F80820EC0-55DF", "7C2F80820EC0", "7c:2f:80:82:0e:c0"])
def test_an_identifier_that_arrives_at_once_is_a_scan(text: str) -> None:
    watch = BurstWatch()
    taken = feed(watch, text, 0.004)
    assert watch.finished() == text
    assert taken[-1]


def test_the_first_keys_of_a_burst_act_as_usual_so_that_no_key_waits() -> None:
    taken = feed(BurstWatch(), "7C2F80820EC0", 0.004)
    assert taken[:CERTAIN] == [False] * CERTAIN
    assert all(taken[CERTAIN:])


def test_a_persons_keys_are_never_taken() -> None:
    watch = BurstWatch()
    assert not any(feed(watch, "7C2F80820EC0", GAP * 2))
    assert watch.finished() == ""


def test_what_is_typed_into_a_field_is_never_taken() -> None:
    watch = BurstWatch()
    assert not any(feed(watch, "7C2F80820EC0", 0.001, typing=True))
    assert watch.finished() == ""


def test_a_burst_that_moved_the_focus_into_a_field_on_its_way_is_still_whole() -> None:
    watch = BurstWatch()
    for index, char in enumerate("7C2F80820EC0"):
        watch.take(char, char, index * 0.004, typing=index > 2)
    assert watch.take("enter", "\r", 12 * 0.004, True)
    assert watch.finished() == "7C2F80820EC0"


def test_a_burst_that_is_no_identifier_keeps_its_enter() -> None:
    watch = BurstWatch()
    assert not feed(watch, "1234", 0.004)[-1]
    assert watch.finished() == ""
