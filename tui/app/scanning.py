"""Tells a scanner's burst from a person's keys while no text field has the focus, without making any key
wait.
"""

from __future__ import annotations

from tui.errors import IdentifierError
from tui.model.identifiers import parse_identifier

# A person does not type two keys within this; keyboard scanners send one every few milliseconds.
GAP = 0.045
# The first keys of a burst act as usual; from here on it cannot be a person.
CERTAIN = 6
_SIGNS = frozenset("0123456789abcdefABCDEF-:./ ")


class BurstWatch:
    """Feed it every key. The keys of a MAC-ID that began outside a text field are kept even if one of them
    moved the
    focus into a field; Enter at the end of a whole identifier belongs to the scan."""

    def __init__(self) -> None:
        self._text = ""
        self._last = float("-inf")
        self._done = ""

    def take(self, key: str, character: str | None, when: float, typing: bool) -> bool:
        """Whether the key belongs to a scan and must go no further. `typing`: a text field has the focus
        now.
        """
        self._done = ""
        near = when - self._last <= GAP
        self._last = when
        if key == "enter" and near and self._text:
            scanned, self._text = self._text, ""
            if is_identifier(scanned):
                self._done = scanned
                return True
            return False
        if character is None or character not in _SIGNS:
            self._text = ""
            return False
        if not near:
            self._text = ""
        if not self._text and typing:
            return False
        self._text += character
        return len(self._text) > CERTAIN

    def join(self, text: str, when: float) -> str:
        """A text that came in one piece, behind the keys of the same burst that came before it."""
        before = self._text if when - self._last <= 2 * GAP else ""
        self._text = ""
        return before + text

    def finished(self) -> str:
        """The identifier that the last key ended, if it did."""
        return self._done


def is_identifier(text: str) -> bool:
    """Whether the text spells a MAC or MAC-ID as a whole."""
    try:
        parse_identifier(text)
    except IdentifierError:
        return False
    return True
