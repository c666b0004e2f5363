"""The search of everything for garbage waits until nobody types.

With a million devices it takes some 25 ms, and Python would make it between a key and its paint.
"""

from __future__ import annotations

import gc
import time

EVERY = 5.0  # seconds between two looks
_QUIET = 2.0  # seconds without a key
_WORTH_IT = 10  # small searches since the last whole one, as Python has it by default
_TOO_MANY = 1000
_NEVER = 1_000_000_000


def put_off_whole_searches() -> None:
    """From now on Python looks for garbage among young objects only, of its own accord."""
    gc.set_threshold(*gc.get_threshold()[:2], _NEVER)


class GarbageWatch:
    """Makes the whole searches that were put off."""

    def __init__(self) -> None:
        self._last_key = float("-inf")

    def note_key(self) -> None:
        """Somebody types."""
        self._last_key = time.monotonic()

    def look(self, waiting: int, *, busy: bool) -> bool:
        """Search if it is worth it and nobody types; `busy` work has it wait too, but not for ever. Gives
        whether it searched. `waiting`: small searches since the last whole one, `gc.get_count()[2]`."""
        quiet = time.monotonic() - self._last_key > _QUIET and not busy
        if waiting > (_WORTH_IT if quiet else _TOO_MANY):
            gc.collect()
            return True
        return False
