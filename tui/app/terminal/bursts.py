"""Input that is text and not keys: pastes, and text that arrives in one read."""

from __future__ import annotations

import re
from typing import Final

from textual import events

from tui.patterns import pattern

# They move the line in front, or mark it, and change nothing.
_MOVES: Final = r"[jkhlgG \t]*"
_KEYS: Final = pattern(rf"[1-6]?{_MOVES}|{_MOVES}[\r\n]*|[1-6]?/.*", re.DOTALL)
_LATER_KEYS: Final = pattern(rf"{_MOVES}[\r\n]*|/.*", re.DOTALL)
_BEHIND_A_FIELD: Final = pattern(_MOVES)
FEW: Final = 4
"""Characters of one read that a fast person may have typed over a slow line."""


class Pasted(events.Paste):
    """A bracketed paste. `remark` says what of it, or behind it, was left out."""

    def __init__(self, text: str, remark: str = "") -> None:
        super().__init__(text)
        self.remark = remark

    def make_plain(self) -> events.Paste:
        """As widgets take it: Textual finds their handlers by the name of the class."""
        plain = events.Paste(self.text)
        plain.time = self.time
        return plain


class Burst(events.Paste):
    """Characters that came in one read. In a text field they are typed. Outside of one they are keys if they
    only move, mark, change the page, press Enter on the line in front or lead to the search; of a few others
    the first alone is a key; more are a scan, or a paste from a terminal without brackets.
    `hard`: other text came with them, so that no part of them is a key but one that moves.
    """

    def __init__(self, text: str, keys: list[events.Key], *, hard: bool = False) -> None:
        super().__init__(text)
        self.keys = keys
        self.hard = hard
        self._begun_in_field: bool | None = None

    def take_first(self, typing: bool) -> events.Key:
        """The first key, which is no longer part of the burst. `typing`: it goes into a text field."""
        if self._begun_in_field is None:
            self._begun_in_field = typing
        self.text = self.text[1:]
        key = self.keys.pop(0)
        key.time = min(key.time, self.time)
        return key

    def drop_the_rest(self) -> None:
        """Keep the first key only."""
        self.text, self.keys = self.text[:1], self.keys[:1]

    @property
    def are_keys(self) -> bool:
        """Whether what is left acts as keys outside a text field."""
        if self._begun_in_field is None:
            return _KEYS.fullmatch(self.text) is not None
        later = _BEHIND_A_FIELD if self._begun_in_field else _LATER_KEYS
        return later.fullmatch(self.text) is not None

    @property
    def is_one_key(self) -> bool:
        """Whether the first alone acts: a key held down, or a few, of which the first may be meant."""
        fresh = self._begun_in_field is None and not self.hard
        return fresh and (len(self.text) <= FEW or len(set(self.text)) == 1)

    @property
    def is_text(self) -> bool:
        """Whether what is left is more than a slip."""
        return self._begun_in_field is None or len(self.text) > FEW
