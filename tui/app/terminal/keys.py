"""Keys that Textual reads otherwise than the people who press them mean."""

from __future__ import annotations

from enum import Enum
from typing import Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

AltDigit = Enum("AltDigit", {f"ALT_{digit}": f"alt+{digit}" for digit in "0123456789"})  # type: ignore[misc]


def free_alt_digits() -> None:
    """Let alt and a digit be just that: Textual turns them into signs that a macOS terminal would type."""
    for key in AltDigit:
        cast("dict[str, Any]", ANSI_SEQUENCES_KEYS)[f"\x1b{key.value[-1]}"] = (key,)
