"""The age format (https://age-encryption.org/v1), by the package `pyrage`: an extra that is imported when
something is encrypted or decrypted, and never otherwise."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tui.errors import ConfigurationError


def import_age() -> Any:
    """The package. Raises ConfigurationError where it is not installed or cannot be loaded."""
    try:
        return import_module("pyrage")
    except ImportError as error:
        missing = getattr(error, "name", "") == "pyrage"
        reason = "the package pyrage is not installed" if missing else type(error).__name__
        raise ConfigurationError(
            "Nothing can be encrypted or decrypted here.",
            f"The age format needs a package: {reason}.",
            'Install it: pip install "redirectory[age]"',
        ) from None
