"""A SQLite file with its write-ahead log, as bytes in memory: for reading where SQLite could not, because it
would have to write. Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import struct
from pathlib import Path

_MAGIC = (0x377F0682, 0x377F0683)
_HEADER, _FRAME = 32, 24
_TRIES = 5


def read_with_log(path: Path) -> bytes:
    """The content of a database with all committed changes of its log, as a file without one. Raises OSError.

    Read again if the log is begun anew meanwhile: then another process has written.
    """
    log_path = path.with_name(f"{path.name}-wal")
    for _ in range(_TRIES):
        log = log_path.read_bytes()
        data = bytearray(path.read_bytes())
        if log_path.read_bytes()[:_HEADER] == log[:_HEADER]:
            break
    _take_in(data, log)
    if len(data) > 20:
        data[18:20] = b"\x01\x01"  # the format without a log, which is all that memory can hold
    return bytes(data)


def _take_in(data: bytearray, log: bytes) -> None:
    if len(log) < _HEADER:
        return
    magic, _, size, _, salt, pepper, first, second = struct.unpack(">8I", log[:_HEADER])
    order = ">" if magic & 1 else "<"
    check = _sum(order, log[: _HEADER - 8], 0, 0)
    if magic not in _MAGIC or check != (first, second):
        return
    waiting: dict[int, bytes] = {}
    for place in range(_HEADER, len(log) - _FRAME - size + 1, _FRAME + size):
        head, page = log[place : place + _FRAME], log[place + _FRAME : place + _FRAME + size]
        number, pages, *salts, first, second = struct.unpack(">6I", head)
        check = _sum(order, page, *_sum(order, head[:8], *check))
        if salts != [salt, pepper] or check != (first, second):
            return  # left over from before the log was begun anew, or never finished
        waiting[number] = page
        if pages:  # a commit: the pages that the database has after it
            data.extend(bytes(max(0, pages * size - len(data))))
            for number, page in waiting.items():
                data[(number - 1) * size : number * size] = page
            del data[pages * size :]
            waiting.clear()


def _sum(order: str, data: bytes, first: int, second: int) -> tuple[int, int]:
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second
