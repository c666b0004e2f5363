"""Secrets in the operating system's keyring, by the package `keyring`, an extra that is imported for accounts
that say `keyring = true`, for the key of a vault, and never otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from tui.classes import define
from tui.errors import ConfigurationError
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.settings.accounts import Account

T = TypeVar("T")


@define(frozen=True, slots=True)
class Entry:
    """What a secret goes by, so that other programs can write it too, and what to do without a keyring."""

    service: str
    user: str
    otherwise: str


def name_password(account: Account) -> Entry:
    """The entry of an account's password: the service `redirectory SERVER`, and the user name."""
    return Entry(f"redirectory {account.server}", account.user, "Or set REDIRECTORY_PASSWORD.")


def find_in_keyring(entry: Entry) -> Secret | None:
    """The secret, None if the keyring has none. Raises ConfigurationError if there is no keyring."""
    found = _ask(entry, lambda keyring: keyring.get_password(entry.service, entry.user))
    return Secret(found) if isinstance(found, str) and found else None


def keep_in_keyring(entry: Entry, secret: Secret) -> None:
    """Put the secret into the keyring. Raises ConfigurationError."""
    _ask(entry, lambda keyring: keyring.set_password(entry.service, entry.user, secret.reveal()))


def forget_in_keyring(entry: Entry) -> bool:
    """Take the secret out of the keyring; whether there was one. Raises ConfigurationError."""
    if find_in_keyring(entry) is None:
        return False
    _ask(entry, lambda keyring: keyring.delete_password(entry.service, entry.user))
    return True


def _ask(entry: Entry, question: Callable[[Any], T]) -> T:
    try:
        return question(import_module("keyring"))
    except ImportError as error:
        missing = getattr(error, "name", "") == "keyring"
        reason = "the package keyring is not installed" if missing else type(error).__name__
        hint = 'Install it: pip install "redirectory[keyring]"' if missing else "Install keyring again."
    except Exception as error:
        # Backends raise what they like; their texts may hold what was asked for.
        reason, hint = type(error).__name__, "See what the keyring says: keyring diagnose"
    raise ConfigurationError(
        "The keyring cannot be used.",
        f"It is asked for {make_inert(entry.user)} of {make_inert(entry.service)}: {reason}.",
        f"{hint}. {entry.otherwise}",
    )
