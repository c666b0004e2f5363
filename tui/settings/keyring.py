"""Account passwords in the operating system's keyring, by the package `keyring`, an extra that is imported
for accounts that say `keyring = true` and for no other.

An entry goes by the service `redirectory SERVER` and the user name, so other programs can write it too.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from tui.errors import ConfigurationError
from tui.model.secrets import Secret
from tui.model.text import make_inert

if TYPE_CHECKING:
    from tui.settings.accounts import Account

T = TypeVar("T")


def find_in_keyring(account: Account) -> Secret | None:
    """The password, None if the keyring has none. Raises ConfigurationError if there is no keyring."""
    found = _ask(account, lambda keyring: keyring.get_password(_service(account), account.user))
    return Secret(found) if isinstance(found, str) and found else None


def keep_in_keyring(account: Account, secret: Secret) -> None:
    """Put the password into the keyring. Raises ConfigurationError."""
    _ask(account, lambda keyring: keyring.set_password(_service(account), account.user, secret.reveal()))


def forget_in_keyring(account: Account) -> bool:
    """Take the password out of the keyring; whether there was one. Raises ConfigurationError."""
    if find_in_keyring(account) is None:
        return False
    _ask(account, lambda keyring: keyring.delete_password(_service(account), account.user))
    return True


def _service(account: Account) -> str:
    return f"redirectory {account.server}"


def _ask(account: Account, question: Callable[[Any], T]) -> T:
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
        f"It is asked for {make_inert(account.user)} at {make_inert(account.server)}: {reason}.",
        f"{hint}. Or set REDIRECTORY_PASSWORD.",
    )
