"""Secrets that do not print themselves, and URLs shown without their credentials."""

from __future__ import annotations

from tui.model.text.masking import MASK, mask_credentials

__all__ = ["MASK", "Secret", "has_credentials", "mask_credentials"]


class Secret:
    """A password. `repr`, `str` and format show a mask; only `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the wire or for a person who asked to see it."""
        return self._text

    @property
    def beginning(self) -> str:
        """The first four characters: of a MAC password those that stand on the label, after the MAC."""
        return self._text[:4]

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


def has_credentials(url: str) -> bool:
    """Whether the URL carries a user name, a password or a secret parameter: whether its mask hides
    anything."""
    return mask_credentials(url) != url
