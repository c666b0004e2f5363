"""Keys that Textual reads otherwise than the people who press them mean."""

from __future__ import annotations

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


def free_alt_digits() -> None:
    """Let alt and a digit be just that. Textual turns them into the signs that one macOS terminal would type."""
    for digit in "0123456789":
        ANSI_SEQUENCES_KEYS.pop(f"\x1b{digit}", None)
