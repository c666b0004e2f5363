"""The kept lists: whole or not at all, private, and searched without loading everything into the screen."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tui.errors import StoreError
from tui.model.device import DeviceRow
from tui.services.storage.list_cache import OfflineLists

AT = datetime(2026, 11, 23, 12, 40, tzinfo=UTC)
KEY = "demo@sandbox"


def row(number: int) -> DeviceRow:
    return (f"7C2F80{number:06X}", "Daryna", "http://u:geheim@x.example/%MACD.xml", "2026-11-22 14:23")


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[OfflineLists]:
    kept = OfflineLists(tmp_path / "cache" / "lists.db")
    yield kept
    kept.close()


def test_a_list_comes_back_as_it_was_with_its_time(lists: OfflineLists) -> None:
    rows = [row(number) for number in range(10_000)]
    lists.keep(KEY, rows, AT)
    kept = lists.load(KEY)
    assert kept is not None
    assert (kept.at, kept.rows) == (AT, rows)
    assert lists.age(KEY) == AT


def test_the_first_rows_are_there_before_the_last_are_unpacked(lists: OfflineLists) -> None:
    rows = [row(number) for number in range(10_000)]
    lists.keep(KEY, rows, AT)
    found = lists.stream(KEY)
    assert found is not None
    at, batches = found
    first = next(batches)
    assert at == AT
    assert 0 < len(first) < 10_000
    assert [*first, *(one for batch in batches for one in batch)] == rows


def test_the_file_is_for_the_owner_only(lists: OfflineLists) -> None:
    lists.keep(KEY, [row(1)], AT)
    assert {stat.S_IMODE(file.stat().st_mode) for file in lists.path.parent.iterdir()} == {0o600}


def test_an_empty_list_is_a_list(lists: OfflineLists) -> None:
    lists.keep(KEY, [], AT)
    kept = lists.load(KEY)
    assert kept is not None
    assert kept.rows == []


def test_a_newer_list_replaces_the_older_one(lists: OfflineLists) -> None:
    lists.keep(KEY, [row(number) for number in range(9000)], AT)
    lists.keep(KEY, [row(1)], AT)
    kept = lists.load(KEY)
    assert kept is not None
    assert kept.rows == [row(1)]


def test_accounts_have_lists_of_their_own(lists: OfflineLists) -> None:
    lists.keep(KEY, [row(1)], AT)
    assert lists.load("somebody@else") is None
    assert lists.find("somebody@else", row(1)[0]) is None


def test_a_draft_that_is_not_kept_replaces_nothing(lists: OfflineLists) -> None:
    lists.keep(KEY, [row(1)], AT)
    lists.draft(KEY).add([row(2)])
    assert lists.find(KEY, row(1)[0]) == row(1)
    assert lists.find(KEY, row(2)[0]) is None


def test_one_device_is_found_by_its_mac_and_not_by_a_url_that_holds_it(lists: OfflineLists) -> None:
    decoy = ("7C2F80000001", "Daryna", f"http://x.example/{row(2)[0]}.xml", "")
    lists.keep(KEY, [decoy, row(2)], AT)
    assert lists.find(KEY, row(2)[0]) == row(2)
    lists.keep(KEY, [decoy], AT)
    assert lists.find(KEY, row(2)[0]) is None


def test_control_characters_in_a_field_do_not_shift_the_columns(lists: OfflineLists) -> None:
    hostile = ("7C2F80000001", "a\tb\nc", "http://x\x1b[31m", "2026-11-22 14:23")
    lists.keep(KEY, [hostile, row(2)], AT)
    kept = lists.load(KEY)
    assert kept is not None
    assert kept.rows == [("7C2F80000001", "a␉b␊c", "http://x␛[31m", "2026-11-22 14:23"), row(2)]


def test_reading_makes_no_file(lists: OfflineLists) -> None:
    assert lists.load(KEY) is None
    assert lists.find(KEY, row(1)[0]) is None
    assert lists.age(KEY) is None
    assert not lists.path.exists()


def test_a_damaged_file_is_said(lists: OfflineLists) -> None:
    lists.path.parent.mkdir()
    lists.path.write_bytes(b"x" * 5000)
    with pytest.raises(StoreError, match="damaged"):
        lists.load(KEY)


def test_a_damaged_block_is_said(lists: OfflineLists) -> None:
    lists.keep(KEY, [row(1)], AT)
    database = lists._open(create=True)
    assert database is not None
    with database.write() as connection:
        connection.execute("UPDATE block SET data = x'00'")
    with pytest.raises(StoreError, match="damaged"):
        lists.load(KEY)


def test_closed_lists_open_again_when_used(lists: OfflineLists) -> None:
    lists.keep(KEY, [row(1)], AT)
    lists.close()
    assert lists.find(KEY, row(1)[0]) == row(1)
    lists.close()
