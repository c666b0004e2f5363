"""The key that a vault is under: MAC passwords are sealed for its public half, which stands in the journal,
and opened with its secret half, which a command or the keyring gives."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from tui.errors import ConfigurationError, StoreError, UsageError
from tui.model.secrets import Secret
from tui.services.age import import_age

if TYPE_CHECKING:
    from tui.settings.files.paths import Places

# A failure counts for so many seconds: a thousand devices must not run a command a thousand times.
_FAILURE_SECONDS = 30.0
_NO_KEY = "The vault is under a key that cannot be used."


class SealedSecret(Secret):
    """A MAC password that is sealed. How it begins is known, as on the label; `reveal` opens it, and raises
    StoreError without the key."""

    __slots__ = ("_key", "sealed")

    def __init__(self, sealed: bytes, key: VaultKey) -> None:
        super().__init__("")
        self.sealed, self._key = sealed, key

    @property
    def beginning(self) -> str:
        """The first four digits."""
        return self.sealed.partition(b"\0")[0][:4].decode("ascii", "replace")

    def reveal(self) -> str:
        """The text itself. Raises StoreError."""
        if not self._text:
            self._text = self._key.open(self.sealed.partition(b"\0")[2])
        return self._text

    def __bool__(self) -> bool:
        return True


class VaultKey:
    """The secret half, asked for when it is first needed: `ask` is given the public half and returns it or
    raises ConfigurationError."""

    def __init__(self, ask: Callable[[str], Secret]) -> None:
        self._ask = ask
        self._identity: Any = None
        self._failed: tuple[float, StoreError] | None = None
        self._lock = Lock()
        self.recipient = ""

    def open(self, data: bytes) -> str:
        """What the data says. Raises StoreError."""
        identity = self._find()
        age = import_age()
        try:
            return bytes(age.decrypt(data, [identity])).decode("utf-8")
        except (age.DecryptError, UnicodeDecodeError):
            raise StoreError("A MAC password in the vault is damaged, or under another key.") from None

    def _find(self) -> Any:
        with self._lock:
            if self._identity is None:
                if self._failed is not None and time.monotonic() < self._failed[0]:
                    raise self._failed[1]
                try:
                    self._identity = parse_secret_key(self._ask(self.recipient), self.recipient)
                except (ConfigurationError, UsageError) as error:
                    failure = StoreError(_NO_KEY, f"{error.title} {error.detail}", error.hint)
                    self._failed = time.monotonic() + _FAILURE_SECONDS, failure
                    raise failure from None
            return self._identity


def no_key() -> VaultKey:
    """For those who look at MAC-IDs alone."""

    def refuse(_: str) -> Secret:
        raise ConfigurationError("MAC passwords are not read here.")

    return VaultKey(refuse)


def ask_for_key(places: Places) -> VaultKey:
    """The key that the settings of this machine name; nothing is asked yet."""
    return VaultKey(partial(_ask_settings, places))


def _ask_settings(places: Places, recipient: str) -> Secret:
    from tui.settings.secrets.vault_key import find_vault_key

    return find_vault_key(places, recipient)


def parse_secret_key(text: Secret, recipient: str = "") -> Any:
    """The key that `age-keygen` wrote, or one line of it; it must be that of the public half, if one is
    given. Raises UsageError, and ConfigurationError without the package."""
    age = import_age()
    lines = [line.strip() for line in text.reveal().splitlines()]
    try:
        (line,) = (line for line in lines if line.upper().startswith("AGE-SECRET-KEY-"))
        identity = age.x25519.Identity.from_str(line)
    except (ValueError, age.IdentityError):
        raise UsageError(
            "This is no secret key of a vault.", "It is not shown here.", "One is a line AGE-SECRET-KEY-1..."
        ) from None
    if recipient and str(identity.to_public()) != recipient:
        raise UsageError("This is another key than the vault's.", f"The vault is under {recipient}.")
    return identity


def seal(text: str, recipient: str) -> bytes:
    """A MAC password that the public key's owner alone can read: how it begins, as the label has it, a zero,
    and the whole in the age format. Raises StoreError for what is no public key or without the package."""
    try:
        age = import_age()
        data = bytes(age.encrypt(text.encode("utf-8"), [age.x25519.Recipient.from_str(recipient)]))
    except ConfigurationError as error:
        raise StoreError("The vault is under a key.", f"{error.title} {error.detail}", error.hint) from None
    except Exception as error:  # what the package raises is of types that only it has
        raise StoreError(_NO_KEY, f"Its public half is damaged: {type(error).__name__}.") from None
    beginning = text[:4] if text[:4].isascii() and text[:4].isalnum() else ""
    return beginning.encode("ascii") + b"\0" + data
