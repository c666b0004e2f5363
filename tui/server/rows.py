"""The rows of a list answer: how dates are spelt, and how many bytes a row takes before it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from tui.wire.xmlrpc import codec


@lru_cache(maxsize=4096)
def measure_text(text: str) -> int:
    """The bytes that `text` takes in a row of an answer, escapes included."""
    return measure_row(("", text, "", ""), typed=False) - measure_row(("", "", "", ""), typed=False)


@lru_cache(maxsize=16)
def measure_row(row: tuple[str, str, str, str], *, typed: bool) -> int:
    """The bytes of one row."""
    return sum(map(len, codec.encode_list_answer([row], typed=typed))) - measure_frame(typed=typed)


def measure_frame(*, typed: bool) -> int:
    """The bytes of an answer without rows."""
    return sum(map(len, codec.encode_list_answer([], typed=typed)))


@lru_cache(maxsize=8192)
def _spell_day(day: int) -> str:
    return datetime.fromtimestamp(day * 86400, UTC).strftime("%Y-%m-%d")


DATE_LENGTHS = {"minutes": 16, "day": 10, "seconds": 19}


def spell_date(moment: int | None, form: str) -> str:
    """A moment as the server writes it, in UTC: `2015-11-17 04:01`, `2015-11-17` or `2015-11-17 04:01:30`."""
    if moment is None:
        return ""
    day, second = divmod(moment, 86400)
    return f"{_spell_day(day)} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"[
        : DATE_LENGTHS[form]
    ]
