"""The list of devices: search, order, marks and comparison agree with the plain way of doing it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.services.devices.bitmap import BLOCK_ROWS
from tui.services.devices.device_list import Change, DeviceList
from tui.services.devices.device_search import SearchBlock, parse_query

DARYNA = ("7C2F80820EC0", "Daryna", "http://172.29.0.103/plainxml/%DVID/c.xml", "2015-11-17 04:01")
OTHER = ("589EC6000001", "Firma Öl", "https://user:hush@prov.example.net/%MACD.xml", "2026-11-22 14:23")
EMPTY = ("7C2F80000002", "[/]", "", "")


def finish(work: Iterator[None]) -> None:
    for _ in work:
        pass


def shown(devices: DeviceList) -> list[DeviceRow]:
    return list(devices.shown_rows())


def many(count: int) -> list[DeviceRow]:
    return [
        (
            f"7C2F80{number * 7919 % 0x1000000:06X}",
            f"Provider {number % 7}",
            f"http://h/{number % 300}.xml",
            f"2026-{1 + number % 12:02d}",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("daryna", [DARYNA]),
        ("DARYNA 2015", [DARYNA]),
        ("2015 dary 172", [DARYNA]),
        ("daryna 2026", []),
        ("7c:2f:80", [DARYNA, EMPTY]),
        ("7C-2F-80-82", [DARYNA]),
        ("7c2f.8082", [DARYNA]),
        ("7c2f80820ec0-55DF", [DARYNA]),
        ("7C:2F:80:82:0E:C0", [DARYNA]),
        ("7c2f80820ec0 55df", [DARYNA]),
        ("7c2f80820ec0–55", [DARYNA]),
        ("ÖL", [OTHER]),
        ("[/]", [EMPTY]),
        ("hush", []),
        ("", [DARYNA, OTHER, EMPTY]),
    ],
)
def test_a_search_finds_words_in_any_column_and_macs_in_any_spelling(
    typed: str, found: list[DeviceRow]
) -> None:
    devices = DeviceList([DARYNA, OTHER, EMPTY])
    finish(devices.search(typed))
    assert shown(devices) == found
    assert list(filter(parse_query(typed).matches, [DARYNA, OTHER, EMPTY])) == found


_TEXT = st.text(alphabet="abAB12:-.\n ß%é漢", max_size=6)
_ROWS = st.lists(st.tuples(_TEXT, _TEXT, _TEXT, _TEXT), max_size=40)


@settings(max_examples=200)
@given(rows=_ROWS, typed=_TEXT)
def test_a_block_finds_exactly_the_rows_that_match_one_by_one(rows: list[DeviceRow], typed: str) -> None:
    query = parse_query(typed)
    expected = bytes(query.matches(row) for row in rows)
    assert (SearchBlock(rows).find(query) or bytes(len(rows))) == expected


@settings(max_examples=200)
@given(rows=_ROWS, first=_TEXT, second=_TEXT)
def test_a_query_that_narrows_finds_nothing_that_the_wider_one_missed(
    rows: list[DeviceRow], first: str, second: str
) -> None:
    wide, narrow = parse_query(first), parse_query(first + second)
    if narrow.narrows(wide):
        assert all(wide.matches(row) for row in rows if narrow.matches(row))


def test_columns_with_more_values_than_a_byte_has_are_searched_too() -> None:
    rows = [(f"{number:012X}", f"p{number}", f"http://h/{number}", str(number)) for number in range(1000)]
    devices = DeviceList(rows)
    finish(devices.search("p99"))
    assert shown(devices) == [row for row in rows if "p99" in row[PROVIDER]]


def test_typing_letter_by_letter_gives_what_the_whole_word_gives() -> None:
    rows = many(3 * BLOCK_ROWS + 17)
    devices = DeviceList(rows)
    for end in range(1, 6):
        finish(devices.search("7c:2f"[:end] + " provider 3"))
    assert shown(devices) == list(filter(parse_query("7c:2f provider 3").matches, rows))


def test_the_first_rows_are_there_before_the_search_has_ended() -> None:
    devices = DeviceList(many(3 * BLOCK_ROWS))
    search = devices.search("provider 3")
    next(search)
    assert devices[0] == next(filter(parse_query("provider 3").matches, devices.rows))
    assert not devices.settled


def test_rows_that_arrive_during_a_search_are_searched() -> None:
    rows = many(4 * BLOCK_ROWS)
    devices = DeviceList(rows[: 2 * BLOCK_ROWS])
    finish(devices.sort(MAC))
    search = devices.search("provider 3")
    for start in range(2 * BLOCK_ROWS, len(rows), 5000):
        next(search, None)
        devices.extend(rows[start : start + 5000])
    finish(search)
    assert sorted(shown(devices)) == sorted(filter(parse_query("provider 3").matches, rows))


def test_rows_that_arrive_after_a_search_extend_its_answer() -> None:
    rows = many(2 * BLOCK_ROWS + 100)
    devices = DeviceList()
    finish(devices.search("provider 3"))
    for start in range(0, len(rows), 777):
        devices.extend(rows[start : start + 777])
    assert shown(devices) == list(filter(parse_query("provider 3").matches, rows))


@pytest.mark.parametrize("column", [MAC, PROVIDER, URL, SERVER_DATE])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [500, 40_000])
def test_the_order_is_that_of_a_stable_sort(column: int, descending: bool, count: int) -> None:
    rows = many(count)
    devices = DeviceList(rows)
    finish(devices.sort(column, descending=descending))
    assert shown(devices) == sorted(rows, key=lambda row: row[column].casefold(), reverse=descending)


def test_order_and_search_hold_together_whichever_came_first() -> None:
    rows = many(30_000)
    one, other = DeviceList(rows), DeviceList(rows)
    finish(one.search("h/2"))
    finish(one.sort(MAC))
    finish(other.sort(MAC))
    finish(other.search("h/2"))
    assert shown(one) == shown(other) == sorted(row for row in rows if "h/2" in row[URL])


def test_one_provider_is_shown_exactly_not_by_part_of_its_name() -> None:
    devices = DeviceList([("A", "Net", "", ""), ("B", "Netz", "", ""), ("C", "net", "", "")])
    finish(devices.search("", provider="Net"))
    assert [row[MAC] for row in shown(devices)] == ["A"]
    assert devices.count_providers() == {"Net": 1, "net": 1, "Netz": 1}


def test_marks_stay_with_their_devices_through_search_and_order() -> None:
    devices = DeviceList([DARYNA, OTHER, EMPTY])
    devices.toggle_mark(0)
    finish(devices.search("firma"))
    devices.mark_shown()
    finish(devices.sort(MAC))
    assert devices.marked_rows() == [DARYNA, OTHER]
    assert devices.count_marks_outside() == 1


def test_inverting_touches_only_what_is_shown() -> None:
    devices = DeviceList([DARYNA, OTHER, EMPTY])
    devices.toggle_mark(0)
    finish(devices.search("7c2f"))
    devices.invert_shown()
    assert devices.marked_rows() == [EMPTY]
    devices.clear_marks()
    assert devices.mark_count == 0


def test_removed_devices_leave_search_order_marks_and_count() -> None:
    rows = many(BLOCK_ROWS + 50)
    devices = DeviceList(rows)
    devices.mark_shown()
    gone = {rows[3][MAC], rows[-1][MAC], "000000000000"}
    assert devices.remove(gone) == 2
    assert len(devices) == devices.mark_count == len(rows) - 2
    assert shown(devices) == [row for row in rows if row[MAC] not in gone]
    finish(devices.sort(MAC))
    finish(devices.search("provider"))
    assert shown(devices) == sorted(row for row in rows if row[MAC] not in gone)


def test_a_removed_device_that_comes_back_is_appended_and_a_known_one_changes_in_place() -> None:
    devices = DeviceList([DARYNA, OTHER])
    devices.remove([DARYNA[MAC]])
    moved = (OTHER[MAC], "Daryna", "http://new/", OTHER[SERVER_DATE])
    devices.put([DARYNA, moved])
    assert shown(devices) == [moved, DARYNA]
    finish(devices.search("new"))
    assert shown(devices) == [moved]


def test_a_device_is_located_wherever_it_stands() -> None:
    rows = many(BLOCK_ROWS + 50)
    devices = DeviceList(rows)
    assert [devices.locate(rows[number][MAC]) for number in (0, 8000, -1)] == [0, 8000, len(rows) - 1]
    assert devices.locate("000000000000") is None


@pytest.mark.parametrize("count", [3, 3 * BLOCK_ROWS])
def test_a_newer_list_tells_what_is_new_changed_and_gone(count: int) -> None:
    rows = many(count)
    changed = (rows[1][MAC], "elsewhere", "", "")
    before, after = DeviceList(rows), DeviceList([rows[0], changed, *rows[3:], DARYNA])
    before.toggle_mark(0)
    before.toggle_mark(2)
    finish(after.compare(before))
    after.take_marks(before)
    assert after.changes == {1: Change.CHANGED, len(after) - 1: Change.NEW}
    assert after.gone == 1
    assert after.marked_rows() == [rows[0]]
