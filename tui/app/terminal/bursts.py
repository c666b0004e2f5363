"""Input that is text and not keys: pastes, and text that arrives in one read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from textual import events

if TYPE_CHECKING:
    from textual.screen import Screen

# They move the line in front, and change nothing.
_MOVES: Final = frozenset("jkhlgGnN")
_TO_SEARCH: Final = re.compile(r"[1-6]?/")
_HARMLESS: Final = _MOVES | frozenset("123456/")
_FEW: Final = 3


class Pasted(events.Paste):
    """A bracketed paste. `remark` says what of it, or behind it, was left out."""

    def __init__(self, text: str, remark: str = "") -> None:
        super().__init__(text)
        self.remark = remark


class Burst(events.Paste):
    """Two or more characters that came in one read. In a text field they are typed. Elsewhere few of them are
    keys of a fast person or of a slow line; more are a scan, or a paste from a terminal without brackets.
    `hard`: they never are keys elsewhere, because other text came with them.
    """

    def __init__(self, text: str, keys: list[events.Key], *, hard: bool = False) -> None:
        super().__init__(text)
        self.keys = keys
        self.began_on: Screen[Any] | None = None
        self.spent = False
        """Whether a key has acted that may open a dialog, perhaps later: what follows may not answer it."""
        self._hard = hard

    def take_first(self) -> events.Key:
        """The first key, which is no longer part of the burst."""
        self.spent = self.spent or self.text[0] not in _HARMLESS
        self.text = self.text[1:]
        return self.keys.pop(0)

    @property
    def may_be_keys(self) -> bool:
        """Whether a person may have meant them as keys outside a text field: a few, a key held down, moves
        alone, or the way to the search field."""
        text = self.text
        if len(set(text)) == 1 or _MOVES.issuperset(text) or _TO_SEARCH.match(text):
            return True
        return len(text) <= _FEW and not self._hard
