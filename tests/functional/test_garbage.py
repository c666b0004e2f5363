"""The whole search for garbage keeps out of the way of keys, and is made all the same."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tui.app.tuning import GarbageWatch, put_off_whole_searches


class Knot:
    """Garbage that only a search finds."""

    def __init__(self) -> None:
        self.me = self


def tie() -> weakref.ref[Knot]:
    knot = Knot()
    return weakref.ref(knot)


@pytest.fixture
def thresholds() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def test_young_objects_are_searched_as_before_and_the_whole_practically_never(
    thresholds: tuple[int, int, int],
) -> None:
    put_off_whole_searches()
    assert gc.get_threshold()[:2] == thresholds[:2]
    assert gc.get_threshold()[2] > 1_000_000


def test_the_search_is_made_when_nobody_types() -> None:
    lost = tie()
    assert GarbageWatch().look(11, busy=False)
    assert lost() is None


def test_a_key_puts_the_search_off() -> None:
    watch = GarbageWatch()
    watch.note_key()
    assert not watch.look(11, busy=False)


def test_work_under_way_puts_the_search_off() -> None:
    assert not GarbageWatch().look(11, busy=True)


def test_nothing_puts_the_search_off_for_ever() -> None:
    watch = GarbageWatch()
    watch.note_key()
    assert watch.look(1001, busy=True)


def test_little_that_was_made_since_is_not_searched_for() -> None:
    assert not GarbageWatch().look(3, busy=False)
