"""The devices of an account as a list that is searched, sorted and marked at any size, never stopping anyone.

Rows are numbered in the order of their arrival and keep their number; what is shown is a sequence of numbers.
Long work is a generator that yields every few milliseconds; abandoning it leaves a usable list.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain, compress
from operator import itemgetter
from sys import getsizeof

from tui.model.device import MAC, PROVIDER, SERVER_DATE, URL, DeviceRow
from tui.model.text.inert import to_nfc
from tui.services.devices.bitmap import BLOCK_ROWS, FoundRows, count_common, differ, intersect, unite
from tui.services.devices.device_search import Query, SearchBlock, parse_query

# Bytes of memory that a row takes without its URL and provider, in 64-bit CPython: a tuple of 96, the MAC 64,
# the date 80, and its places in lists, marks and orders.
ROW_BYTES = 270
# Search text is kept up to here; what is beyond is made again for every search.
INDEX_BYTES = 128 << 20
_USUAL_TEXT = len("7C2F80820EC0") + len("2015-11-17 04:01")
_WHOLE_SORT_ROWS = 16_384
_PIVOTS = 512


class Change(Enum):
    """How a row differs from the list that was shown before it."""

    NEW = "new"
    CHANGED = "changed"

    @property
    def sign(self) -> str:
        """One character for a table."""
        return "+" if self is Change.NEW else "~"


class DeviceList:
    """Rows, marks, search and order. `shown` holds the numbers of the rows to show, in order."""

    def __init__(self, rows: Iterable[DeviceRow] = ()) -> None:
        self.rows: list[DeviceRow] = []
        self.shown: Sequence[int] = range(0)
        self.query = Query()
        self.provider: str | None = None
        self.sorted_by: tuple[int, bool] | None = None
        self.settled = True
        self.changes: dict[int, Change] = {}
        self.gone = 0
        self._blocks: list[SearchBlock | None] = []
        self._text_bytes = 0
        self._index_bytes = 0
        self._alive: dict[int, bytes] = {}
        self._dead = 0
        self._marked = bytearray()
        self._mark_count = 0
        self._marks_to_come: set[str] = set()
        self._found: FoundRows | None = None
        self._order: array[int] | None = None
        if rows:
            self.extend(list(rows))

    def __len__(self) -> int:
        return len(self.rows) - self._dead

    @property
    def weight(self) -> int:
        """Bytes of memory that the list takes, counted as it grows: rows, their texts and the search text."""
        return len(self.rows) * ROW_BYTES + self._text_bytes + self._index_bytes

    def __getitem__(self, position: int) -> DeviceRow:
        return self.rows[self.shown[position]]

    def living_rows(self) -> Iterable[DeviceRow]:
        """All rows but the removed ones, in order of arrival."""
        if not self._dead:
            return self.rows
        alive = bytearray(b"\1" * len(self.rows))
        for block, flags in self._alive.items():
            alive[block * BLOCK_ROWS : block * BLOCK_ROWS + len(flags)] = flags
        return compress(self.rows, alive)

    def count_providers(self) -> dict[str, int]:
        """How many devices each provider has, the largest first; the composed and the decomposed form of a
        name are one."""
        counts: Counter[str] = Counter()
        for name, count in Counter(map(itemgetter(PROVIDER), self.living_rows())).items():
            counts[to_nfc(name)] += count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold())))

    def shown_rows(self) -> Iterator[DeviceRow]:
        """The rows that answer the search, in the order shown."""
        return map(self.rows.__getitem__, self.shown)

    # -- arrival

    def extend(self, batch: Sequence[DeviceRow]) -> None:
        """Append rows; the search stays applied to them. Costs as much as the batch is long."""
        self.rows.extend(batch)
        self._text_bytes += _weigh_texts(batch)
        self._extend_marks(batch)
        first_new = len(self._blocks)
        self._index_full_blocks()
        if self._found is not None and self.settled:
            for block in range(first_new, len(self._blocks)):
                self._found.put(block, self._find(block))
            self._find_tail()
        if self.settled:
            self._show(appended=len(batch))

    def _index_full_blocks(self) -> None:
        while (len(self._blocks) + 1) * BLOCK_ROWS <= len(self.rows):
            self._blocks.append(None)
            self._index(len(self._blocks) - 1)

    def _index(self, block: int) -> None:
        before = self._blocks[block]
        self._index_bytes -= 0 if before is None else before.size
        self._blocks[block] = None
        if self._index_bytes < INDEX_BYTES:
            made = self._search_block(block)
            if self._index_bytes + made.size <= INDEX_BYTES:
                self._index_bytes += made.size
                self._blocks[block] = made

    def _search_block(self, block: int) -> SearchBlock:
        """The search text of a full block: the kept one, or one for this search alone."""
        first = block * BLOCK_ROWS
        return self._blocks[block] or SearchBlock(self.rows[first : first + BLOCK_ROWS])

    def _find(self, block: int) -> bytes | None:
        return self._narrow(block, self._search_block(block).find(self.query) if self.query else self._all())

    @staticmethod
    def _all() -> bytes:
        return b"\1" * BLOCK_ROWS

    def _narrow(self, block: int, flags: bytes | None) -> bytes | None:
        if flags and block in self._alive:
            flags = intersect(flags, self._alive[block][: len(flags)].ljust(len(flags), b"\1"))
        if flags and self.provider is not None:
            rows = self.rows[block * BLOCK_ROWS : (block + 1) * BLOCK_ROWS]
            names = list(map(itemgetter(PROVIDER), rows))
            wanted = {name for name in set(names) if to_nfc(name) == to_nfc(self.provider)}
            flags = intersect(flags, bytes(map(wanted.__contains__, names)))
        return flags

    def _find_tail(self) -> None:
        block = len(self._blocks)
        tail = self.rows[block * BLOCK_ROWS :]
        if self._found is None or not (tail or block < len(self._found.flags)):
            return
        self._found.put(block, self._narrow(block, SearchBlock(tail).find(self.query)) if tail else None)

    # -- search and order

    def search(self, text: str, provider: str | None = None) -> Iterator[None]:
        """Show the rows that answer `text`, of one provider if it is given. Yields when more may be shown;
        `settled` is False meanwhile."""
        query = parse_query(text)
        if (query, provider) == (self.query, self.provider) and self.settled:
            return
        narrowing = self.settled and self.provider in (None, provider) and query.narrows(self.query)
        narrow = self._found if narrowing else None
        self.query, self.provider, self.settled = query, provider, False
        found = None if not query and provider is None and not self._dead else FoundRows()
        if self._order is None and found is not None:
            self._found = self.shown = found
        done, seen = 0, -1
        while seen != len(self.rows):
            while found is not None and done < len(self._blocks):
                barren = narrow is not None and done < len(narrow.flags) and not narrow.flags[done]
                found.put(done, None if barren else self._find(done))
                done += 1
                yield
            self._found = found
            self._find_tail()
            seen = len(self.rows)
            yield from self._show_in_slices()
        self.settled = True

    def sort(self, column: int | None, *, descending: bool = False) -> Iterator[None]:
        """Order by a column of DeviceRow, ties as they arrived; None restores the order of arrival."""
        self.sorted_by = None if column is None else (column, descending)
        if column is None:
            self._order = None
            self._show()
            return
        order: array[int] = array("I")
        for numbers in self._sort_in_slices(column, descending):
            order.extend(numbers)
            yield
        self._order = order
        if self.settled:
            yield from self._show_in_slices()

    def _sort_in_slices(self, column: int, descending: bool) -> Iterator[list[int]]:
        rows, count = self.rows, len(self.rows)
        fold = column == PROVIDER
        value = itemgetter(column)

        def key(number: int) -> str:
            text = rows[number][column]
            return text.casefold() if fold else text

        if count <= _WHOLE_SORT_ROWS:
            yield sorted(range(count), key=key, reverse=descending)
            return
        pivots = sorted({key(number) for number in self._sample(count)})
        equal: dict[str, list[int]] = {pivot: [] for pivot in pivots}
        between: list[list[int]] = [[] for _ in range(len(pivots) + 1)]
        for first in range(0, count, BLOCK_ROWS):
            values: Iterable[str] = map(value, rows[first : min(first + BLOCK_ROWS, count)])
            for number, text in enumerate(map(str.casefold, values) if fold else values, first):
                bucket = equal.get(text)
                (between[bisect_right(pivots, text)] if bucket is None else bucket).append(number)
            yield []
        in_order = list(chain(*zip(between, equal.values(), strict=False), between[-1:]))
        for place in range(len(in_order) - 1, -1, -1) if descending else range(len(in_order)):
            if place % 2 == 0:
                in_order[place].sort(key=key, reverse=descending)
            yield in_order[place]

    @staticmethod
    def _sample(count: int) -> Iterator[int]:
        # An even stride would fall in step with lists whose values repeat at a distance.
        return (place * 2_654_435_761 % count for place in range(_PIVOTS))

    def _show_in_slices(self) -> Iterator[None]:
        while self._order is not None and self._found is not None:
            found, order, shown = self._found, self._order, array("I")
            runs = ((run or b"").ljust(BLOCK_ROWS, b"\0") for run in found.flags)
            flags = b"".join(runs).ljust(len(self.rows), b"\0")
            for first in range(0, len(order), 2 * BLOCK_ROWS):
                part = order[first : first + 2 * BLOCK_ROWS]
                shown.extend(compress(part, map(flags.__getitem__, part)))
                if shown:
                    self.shown = shown
                yield
                if self._found is not found or self._order is not order:
                    break
            else:
                shown.extend(compress(range(len(order), len(flags)), flags[len(order) :]))
                self.shown = shown
                return
        self._show()

    def _show(self, *, appended: int = 0) -> None:
        if self._order is None:
            self.shown = range(len(self.rows)) if self._found is None else self._found
        elif appended and isinstance(self.shown, array):
            news = range(len(self.rows) - appended, len(self.rows))
            self.shown.extend(news if self._found is None else [row for row in news if row in self._found])
        elif self._found is None:
            self.shown = self._order + array("I", range(len(self._order), len(self.rows)))
        else:
            for _ in self._show_in_slices():
                pass

    def find_position(self, row: int) -> int | None:
        """Where a row number is shown, or None."""
        try:
            return self.shown.index(row)
        except ValueError:
            return None

    # -- marks

    @property
    def mark_count(self) -> int:
        """How many devices are marked, shown or not."""
        return self._mark_count

    def count_marks_outside(self) -> int:
        """How many marked devices do not answer the search."""
        if self._found is None or not self._mark_count:
            return 0
        inside = 0
        for block, run in enumerate(self._found.flags):
            if run:
                first = block * BLOCK_ROWS
                inside += count_common(run, self._marked[first : first + len(run)])
        return self._mark_count - inside

    def is_marked(self, row: int) -> bool:
        """Whether the row with this number is marked."""
        return self._marked[row] == 1

    def toggle_mark(self, row: int) -> None:
        """Mark the row with this number, or take its mark away."""
        self._marked[row] ^= 1
        self._mark_count += 1 if self._marked[row] else -1

    def mark_shown(self) -> None:
        """Mark everything that answers the search; marks outside it stay."""
        self._combine_marks(unite)

    def invert_shown(self) -> None:
        """Turn the mark of everything that answers the search; marks outside it stay."""
        self._combine_marks(differ)

    def clear_marks(self) -> None:
        """Take every mark away, outside the search too."""
        self._marked = bytearray(len(self.rows))
        self._mark_count = 0
        self._marks_to_come = set()

    def unmark(self, macs: Iterable[str]) -> None:
        """Take the marks of these devices away."""
        wanted = set(macs)
        self._marks_to_come -= wanted
        for row in list(compress(range(len(self.rows)), self._marked)) if wanted else ():
            if self.rows[row][MAC] in wanted:
                self.toggle_mark(row)

    def marked_rows(self) -> list[DeviceRow]:
        """The marked rows in order of arrival."""
        return list(compress(self.rows, self._marked)) if self._mark_count else []

    def _combine_marks(self, combine: Callable[[bytearray, bytes], bytes]) -> None:
        found = self._found.flags if self._found is not None else [b"\1" * len(self.rows)]
        first = 0
        for run in found:
            if run:
                part = slice(first, first + len(run))
                self._marked[part] = combine(self._marked[part], run)
            first += BLOCK_ROWS
        self._mark_count = self._marked.count(1)

    # -- changes to the devices

    def locate(self, mac: str) -> int | None:
        """The number of the row of a MAC (12 hex digits), or None."""
        return self._locate_all({mac}).get(mac)

    def _locate_all(self, macs: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        if len(macs) <= 2:
            full = len(self._blocks) * BLOCK_ROWS
            candidates: Iterator[int] = chain(
                (
                    number
                    for mac in macs
                    for block in range(len(self._blocks))
                    if (run := self._search_block(block).macs.find(mac.casefold()))
                    for number in compress(range(block * BLOCK_ROWS, full), run)
                ),
                range(full, len(self.rows)),
            )
        else:
            wanted = map(macs.__contains__, map(itemgetter(MAC), self.rows))
            candidates = iter(list(compress(range(len(self.rows)), wanted)))
        for number in candidates:
            mac = self.rows[number][MAC]
            if mac in macs and self._is_alive(number):
                found.setdefault(mac, number)
        return found

    def _is_alive(self, row: int) -> bool:
        block, offset = divmod(row, BLOCK_ROWS)
        alive = self._alive.get(block)
        return alive is None or alive[offset : offset + 1] != b"\0"

    def remove(self, macs: Iterable[str]) -> int:
        """Take devices out of the list, with their marks; how many were there."""
        macs = set(macs)
        self._marks_to_come -= macs
        numbers = sorted(self._locate_all(macs).values())
        for block in sorted({number // BLOCK_ROWS for number in numbers}):
            alive = bytearray(self._alive.get(block, b"\1" * BLOCK_ROWS))
            for number in numbers:
                if number // BLOCK_ROWS == block:
                    alive[number % BLOCK_ROWS] = 0
            self._alive[block] = bytes(alive)
        for number in numbers:
            if self._marked[number]:
                self.toggle_mark(number)
            self.changes.pop(number, None)
        self._dead += len(numbers)
        if numbers:
            self._find_again({number // BLOCK_ROWS for number in numbers})
        return len(numbers)

    def put(self, rows: Iterable[DeviceRow]) -> None:
        """Set the record of devices: those in the list change in place, others are appended."""
        fresh = {row[MAC]: row for row in rows}
        known = self._locate_all(set(fresh))
        blocks = {number // BLOCK_ROWS for number in known.values()}
        self._text_bytes += _weigh_texts([fresh[mac] for mac in known])
        for mac, number in known.items():
            self.rows[number] = fresh.pop(mac)
        for block in blocks:
            if block < len(self._blocks):
                self._index(block)
        if blocks:
            self._find_again(blocks)
        if fresh:
            self.extend(list(fresh.values()))

    def _find_again(self, blocks: set[int]) -> None:
        if self._found is None and self._dead:
            self._found = FoundRows()
            blocks = set(range(len(self._blocks) + 1))
        if self._found is not None:
            for block in sorted(blocks):
                if block < len(self._blocks) and block <= len(self._found.flags):
                    self._found.put(block, self._find(block))
            if self.settled:
                self._find_tail()
        if self.settled:
            self._show()

    # -- comparison with the list before

    def compare(self, previous: DeviceList) -> Iterator[None]:
        """Note how this list differs from the one shown before: in `changes`, and in `gone` as a number."""
        old = previous.rows if not previous._dead else list(previous.living_rows())
        new = self.rows
        first, shorter = 0, min(len(old), len(new))
        while first < shorter and old[first : first + BLOCK_ROWS] == new[first : first + BLOCK_ROWS]:
            first += BLOCK_ROWS
            yield
        last = 0
        while (
            last < shorter - first - BLOCK_ROWS
            and old[len(old) - last - BLOCK_ROWS : len(old) - last]
            == new[len(new) - last - BLOCK_ROWS : len(new) - last]
        ):
            last += BLOCK_ROWS
            yield
        before: dict[str, DeviceRow] = {}
        for start in range(first, len(old) - last, BLOCK_ROWS):
            before.update((row[MAC], row) for row in old[start : min(start + BLOCK_ROWS, len(old) - last)])
            yield
        changes: dict[int, Change] = {}
        for start in range(first, len(new) - last, BLOCK_ROWS):
            for number, row in enumerate(new[start : min(start + BLOCK_ROWS, len(new) - last)], start):
                known = before.pop(row[MAC], None)
                if known is None:
                    changes[number] = Change.NEW
                elif known != row:
                    changes[number] = Change.CHANGED
            yield
        self.changes, self.gone = changes, len(before)

    def take_marks(self, previous: DeviceList, *, arriving: bool = False) -> None:
        """Mark the devices that are marked in another list; if this one is still `arriving`, also those that
        come, until `end_arrival`."""
        marks = {row[MAC] for row in previous.marked_rows()}
        if marks:
            self._marked = bytearray(map(marks.__contains__, map(itemgetter(MAC), self.rows)))
        self._mark_count = self._marked.count(1)
        self._marks_to_come = marks if arriving else set()

    def end_arrival(self) -> None:
        """No more rows come from the server: what is appended from now on is not marked."""
        self._marks_to_come = set()

    def _extend_marks(self, batch: Sequence[DeviceRow]) -> None:
        if not self._marks_to_come:
            self._marked.extend(bytes(len(batch)))
            return
        marks = bytes(map(self._marks_to_come.__contains__, map(itemgetter(MAC), batch)))
        self._marked.extend(marks)
        self._mark_count += marks.count(1)


def _weigh_texts(rows: Sequence[DeviceRow]) -> int:
    """Bytes of the providers and URLs of rows that arrived together, each different one once, and of what
    MACs and dates have over their usual length."""
    texts = {row[PROVIDER] for row in rows}
    texts.update(row[URL] for row in rows)
    beyond = sum(len(row[MAC]) + len(row[SERVER_DATE]) for row in rows) - _USUAL_TEXT * len(rows)
    return sum(map(getsizeof, texts)) + max(0, beyond)
