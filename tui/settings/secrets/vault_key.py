"""The secret key of a vault that is under one: from a command that config.toml names, else the keyring."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from tui.errors import ConfigurationError
from tui.model.secrets import Secret
from tui.settings.config import load_config
from tui.settings.files.paths import Places
from tui.settings.secrets.credentials import COMMAND_SECONDS
from tui.settings.secrets.keyring import Entry, find_in_keyring, keep_in_keyring


def find_key_command(places: Places) -> tuple[str, ...]:
    """The words of `[vault] key_command`; none if the keyring has the key. Raises ConfigurationError."""
    command = load_config(places).config.vault.key_command
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise ConfigurationError(
            "The key command cannot be read.", f"{places.config_file}, [vault]: {error}."
        ) from None


def find_vault_key(places: Places, recipient: str, environ: Mapping[str, str] = os.environ) -> Secret:
    """The secret key of this public one, as the command or the keyring has it. Raises ConfigurationError."""
    if words := find_key_command(places):
        from tui.settings.secrets.secret_command import ask_command, refuse_foreign

        refuse_foreign(places.config_file, "key", "Give the file back to yourself alone.")
        hint = "Run the key_command of [vault] by hand."
        return Secret(ask_command(words, environ, COMMAND_SECONDS, "key", hint))
    found = find_in_keyring(_name_entry(recipient))
    if found is None:
        raise ConfigurationError(
            "The keyring has no such key.",
            f"The vault is under {recipient}.",
            "Put the key into config.toml as key_command of [vault], or into the keyring.",
        )
    return found


def keep_vault_key(recipient: str, secret: Secret) -> None:
    """Put a secret key into the keyring. Raises ConfigurationError."""
    keep_in_keyring(_name_entry(recipient), secret)


def _name_entry(recipient: str) -> Entry:
    return Entry("redirectory vault", recipient, "Or name a key_command under [vault] in config.toml.")
