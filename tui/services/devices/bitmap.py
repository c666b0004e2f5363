"""One flag byte a row, in blocks: what a search found, combined at the speed of C."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress

BLOCK_ROWS = 8192


def intersect(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    """Flags that are set in both, for equally long runs of flag bytes."""
    return (int.from_bytes(left, "little") & int.from_bytes(right, "little")).to_bytes(len(left), "little")


def unite(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    """Flags that are set in either."""
    return (int.from_bytes(left, "little") | int.from_bytes(right, "little")).to_bytes(len(left), "little")


def differ(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    """Flags that are set in exactly one."""
    return (int.from_bytes(left, "little") ^ int.from_bytes(right, "little")).to_bytes(len(left), "little")


def count_common(left: bytes | bytearray, right: bytes | bytearray) -> int:
    """How many flags are set in both."""
    return (int.from_bytes(left, "little") & int.from_bytes(right, "little")).bit_count()


class FoundRows(Sequence[int]):
    """Row numbers for which a flag byte is set, held as one run of flags per block."""

    def __init__(self) -> None:
        self.flags: list[bytes | None] = []
        self._ends: list[int] = []
        self._cached: tuple[int, list[int]] = (-1, [])

    def put(self, block: int, flags: bytes | None) -> None:
        """Set the flags of a block that is there already, or of the one after the last."""
        self.flags[block : block + 1] = [flags]
        del self._ends[block:]
        total = self._ends[-1] if self._ends else 0
        for run in self.flags[block:]:
            total += run.count(1) if run else 0
            self._ends.append(total)
        self._cached = (-1, [])

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, position):  # type: ignore[no-untyped-def]
        if isinstance(position, slice):
            return [self[at] for at in range(*position.indices(len(self)))]
        if position < 0:
            position += len(self)
        if not 0 <= position < len(self):
            raise IndexError(position)
        block = bisect_right(self._ends, position)
        if self._cached[0] != block:
            first = block * BLOCK_ROWS
            self._cached = (block, list(compress(range(first, first + BLOCK_ROWS), self.flags[block] or b"")))
        return self._cached[1][position - (self._ends[block - 1] if block else 0)]

    def __iter__(self) -> Iterator[int]:
        for block, run in enumerate(self.flags):
            if run:
                yield from compress(range(block * BLOCK_ROWS, (block + 1) * BLOCK_ROWS), run)

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int) or row < 0 or row // BLOCK_ROWS >= len(self.flags):
            return False
        run = self.flags[row // BLOCK_ROWS]
        return run is not None and bool(run[row % BLOCK_ROWS : row % BLOCK_ROWS + 1] == b"\1")

    def index(self, row: int, start: int = 0, stop: int | None = None) -> int:
        """The position of a row number. Raises ValueError if it is not among the found."""
        if row not in self:
            raise ValueError(row)
        block = row // BLOCK_ROWS
        run = self.flags[block] or b""
        return (self._ends[block - 1] if block else 0) + run.count(1, 0, row % BLOCK_ROWS)
