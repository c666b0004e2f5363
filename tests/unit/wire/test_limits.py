"""How much of an answer is read: rows, bytes, memory, compression; and what many small pieces cost."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Iterator

import pytest

from tests.unit.wire.test_client import ROW, Server, client_for, failure_of
from tui.errors import Applied, Unreadable
from tui.wire.xmlrpc import codec
from tui.wire.xmlrpc.stream import RowReader
from tui.wire.xmlrpc.values import Limits

GZIP = [("Content-Encoding", "gzip")]


def listing(rows: int) -> bytes:
    return b"".join(codec.encode_list_answer([ROW] * rows))


def read_all(server: Server, limits: Limits) -> int:
    return sum(map(len, client_for(server, limits=limits).list_devices()))


@pytest.mark.parametrize("fast", [True, False])
def test_a_list_is_given_up_at_the_limit_of_rows_and_says_which_setting_it_is(fast: bool) -> None:
    reader = RowReader(limits=Limits(rows=100), fast=fast)
    with pytest.raises(Unreadable) as caught:
        reader.feed(listing(101))
    assert "more than 100 rows" in caught.value.detail
    assert "list_rows" in caught.value.hint
    assert len(RowReader(limits=Limits(rows=100), fast=fast).feed(listing(100) + b" ")) >= 99


def endless(pack: bool) -> Iterator[bytes]:
    """A list that never ends."""
    head, row = (
        listing(0).partition(b"</data>")[0],
        listing(1).partition(b"<data>")[2].rpartition(b"</data>")[0],
    )
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    for piece in itertools.chain([head], itertools.repeat(row * 300)):
        yield (packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)) if pack else piece


def test_a_list_without_end_is_given_up_at_the_limit_of_bytes() -> None:
    with pytest.raises(Unreadable) as caught:
        read_all(Server(endless(pack=False)), Limits(list_bytes=1_000_000))
    assert "1,000,000 bytes" in caught.value.detail
    assert "list_mib" in caught.value.hint


def test_an_answer_that_unfolds_too_much_is_given_up_long_before_the_other_limits() -> None:
    with pytest.raises(Unreadable) as caught:
        read_all(Server(endless(pack=True), headers=GZIP), Limits(ratio=20))
    assert "20 times larger" in caught.value.detail
    assert "list_ratio" in caught.value.hint


def test_a_change_whose_answer_unfolds_too_much_may_have_been_made() -> None:
    body = gzip.compress(b" " * 20_000_000)
    error = failure_of(client_for(Server(body, headers=GZIP)))
    assert isinstance(error, Unreadable)
    assert error.applied is Applied.MAYBE


def test_a_list_that_compresses_well_is_read() -> None:
    assert read_all(Server(gzip.compress(listing(100_000)), headers=GZIP), Limits(ratio=1100)) == 100_000


@pytest.mark.parametrize("place", [1, 2, 3])
def test_texts_that_differ_from_row_to_row_are_bounded_by_what_they_take(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limits, "kept_bytes", 2 << 20)

    def rows() -> Iterator[tuple[str, ...]]:
        for number in range(2000):
            row = [f"{number:012X}", "P", "http://p.example/", "2015-11-17"]
            row[place] = f"{number}{'x' * 20_000}" if place != 2 else f"http://{number}{'x' * 20_000}/"
            yield tuple(row)

    limits = Limits(rows=100_000, text=64 * 1024)
    with pytest.raises(Unreadable) as caught:
        read_all(Server(codec.encode_list_answer(rows())), limits)
    assert "2 MiB of text" in caught.value.detail


def test_a_million_rows_are_within_the_limits() -> None:
    limits = Limits()
    assert limits.rows >= 1_000_000
    typed = b"".join(codec.encode_list_answer([ROW] * 1000, typed=True))
    assert len(typed) * 1000 < limits.list_bytes


class Counting(RowReader):
    """Counts the bytes that the reader works on."""

    work = 0

    def _race(self, fast, data, final):  # type: ignore[no-untyped-def]
        Counting.work += len(self._buffer) + len(data)
        return super()._race(fast, data, final)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_work_of_a_list_in_small_pieces_grows_with_the_list(size: int) -> None:
    body = listing(400)
    Counting.work = 0
    reader = Counting()
    rows = []
    for start in range(0, len(body), size):
        rows += reader.feed(body[start : start + size])
    rows += reader.close()
    assert rows == [ROW] * 400
    assert Counting.work < 8 * len(body)


def test_a_row_is_handed_on_as_soon_as_its_piece_is_there() -> None:
    body = listing(1).rpartition(b"</data>")[0]
    assert RowReader().feed(body) == [ROW]
