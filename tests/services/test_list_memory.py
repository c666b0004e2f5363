"""What a list of devices weighs, and that the limits keep the program under a gibibyte."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from tui.app.flows.devices.listing import MEMORY
from tui.model.device import MAC, DeviceRow
from tui.services.devices import device_list
from tui.services.devices.bitmap import BLOCK_ROWS
from tui.services.devices.device_list import INDEX_BYTES, ROW_BYTES, DeviceList
from tui.wire.xmlrpc.values import Limits

GIB = 1 << 30
PROGRAM = 160 << 20
"""Bytes for interpreter, libraries and what a list costs in passing (sorting, unpacking)."""


def shared_url(number: int) -> str:
    return ("http://p/%MACD", "http://q/%MACD")[number % 2]


def own_url(number: int) -> str:
    return f"https://prov.example.net/customers/{number:07d}/gigaset/%DVID/%MACD.xml"


def long_url(number: int) -> str:
    return f"https://prov.example.net/{number:07d}/{'x' * 1500}"


def rows(count: int, spell_url: Callable[[int], str]) -> Iterator[DeviceRow]:
    urls: dict[str, str] = {}
    for number in range(count):
        url = spell_url(number)
        yield f"7C2F80{number:06X}", "Daryna", urls.setdefault(url, url), f"2026-11-{number % 30:02d} 09:00"


def finish(work: Iterator[None]) -> None:
    for _ in work:
        pass


@pytest.mark.parametrize("spell_url", [shared_url, own_url, long_url])
def test_the_weight_of_a_list_is_near_the_memory_it_takes(spell_url: Callable[[int], str]) -> None:
    gc.collect()
    tracemalloc.start()
    try:
        devices = DeviceList()
        batch: list[DeviceRow] = []
        for row in rows(2 * BLOCK_ROWS, spell_url):
            batch.append(row)
            if len(batch) == 1024:
                devices.extend(batch)
                batch = []
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 0.8 <= devices.weight / taken <= 1.6


def test_the_heaviest_list_that_the_limits_allow_leaves_room_for_the_program() -> None:
    limits = Limits()
    assert limits.rows * ROW_BYTES + limits.kept_bytes + INDEX_BYTES <= MEMORY
    assert MEMORY + PROGRAM <= GIB


@pytest.mark.parametrize("spell_url", [shared_url, own_url, long_url])
@pytest.mark.parametrize("text", ["", "7c2f80000", "/0000100/", "daryna 11-03", "nothing of the kind"])
def test_a_search_finds_the_same_where_the_search_text_is_not_kept(
    spell_url: Callable[[int], str], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = list(rows(2 * BLOCK_ROWS + 10, spell_url))
    whole = DeviceList(phones)
    monkeypatch.setattr(device_list, "INDEX_BYTES", 0)
    bare = DeviceList(phones)
    assert bare.weight < whole.weight
    for devices in (whole, bare):
        devices.remove([phones[5][MAC]])
        devices.put([(phones[9][MAC], "Daryna", "http://other/", "")])
        finish(devices.search(text))
    assert list(bare.shown) == list(whole.shown)
    assert bare.locate(phones[BLOCK_ROWS][MAC]) == BLOCK_ROWS


def test_a_list_that_arrives_takes_over_the_marks_of_what_is_still_to_come() -> None:
    phones = list(rows(6, shared_url))
    before, after = DeviceList(phones), DeviceList(phones[:2])
    for row in (0, 3, 4, 5):
        before.toggle_mark(row)
    after.take_marks(before, arriving=True)
    assert after.mark_count == 1
    after.unmark([phones[5][MAC]])
    after.extend(phones[2:5])
    assert after.marked_rows() == [phones[0], phones[3], phones[4]]
    after.end_arrival()
    after.extend(phones[5:])
    assert after.mark_count == 3
