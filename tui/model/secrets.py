"""Secrets that do not print themselves, and URLs shown without their credentials."""

from __future__ import annotations

import re

MASK = "········"
_CREDENTIALS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#\s]*)@")


class Secret:
    """A password. `repr`, `str` and format show a mask; only `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the wire or for a person who asked to see it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


def mask_credentials(text: str) -> str:
    """`text` with the user and password of every URL in it replaced by a mask; nothing else changes."""
    return _CREDENTIALS.sub(lambda match: f"{match[1]}{MASK}@", text)


def has_credentials(url: str) -> bool:
    """Whether the URL carries a user name or password before its host."""
    return _CREDENTIALS.search(url) is not None
