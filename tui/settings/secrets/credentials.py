"""Account passwords: from the environment, a command, a private file, or a person; never shown, never in an
error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tui.errors import ConfigurationError, UsageError
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.settings.accounts import Account
from tui.settings.files.paths import Places
from tui.settings.files.private import advise, find_intruder
from tui.settings.files.toml_file import hold, read_tables, write_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


PASSWORD_VARIABLE = "REDIRECTORY_PASSWORD"
COMMAND_SECONDS = 60.0
_HEADER = (
    "PASSWORDS of Redirectory accounts, in clear, kept because you asked for it.",
    "Only you may read this file (mode 0600). Keep it out of backups and version control.",
    "To forget one, remove its table or use Settings; a password_command in config.toml is safer.",
)


def find_password(
    account: Account,
    places: Places,
    environ: Mapping[str, str],
    prompt: Callable[[], str] | None = None,
    *,
    seconds: float = COMMAND_SECONDS,
) -> Secret:
    """The account's password: REDIRECTORY_PASSWORD, else its password_command (within `seconds`), else the
    keyring or the private file, else what `prompt` returns. Raises UsageError if there is none,
    ConfigurationError if a source is broken.
    """
    given = environ.get(PASSWORD_VARIABLE)
    if given:
        return Secret(given)
    if account.password_command:
        from tui.settings.secrets.secret_command import ask_command, refuse_foreign

        path = places.config_file if account.source == "config" else places.accounts_file
        refuse_foreign(path, "password", f"Or set {PASSWORD_VARIABLE}.")
        hint = f"Run the password_command of {make_inert(account.name)} by hand."
        answer = ask_command(account.password_command, environ, seconds, "password", hint)
        return Secret(answer.split("\n", 1)[0].rstrip("\r"))
    kept = find_kept_password(account, places)
    if kept is not None:
        return kept
    answer = prompt() if prompt else ""
    if answer:
        return Secret(answer)
    raise UsageError(
        "There is no password.",
        f"None was given for {make_inert(account.user)} at {make_inert(account.server)}.",
        f"Set {PASSWORD_VARIABLE}, give the account a password_command, or keep the password in Settings.",
    )


def has_password(account: Account, places: Places, environ: Mapping[str, str]) -> bool:
    """Whether the account can be opened without asking a person. Runs no command, asks no keyring. Raises
    ConfigurationError if the private file is broken or others may read it.
    """
    given = environ.get(PASSWORD_VARIABLE) or account.password_command or account.keyring
    return bool(given) or find_kept_password(account, places) is not None


def find_kept_password(account: Account, places: Places) -> Secret | None:
    """The password kept in the keyring, for an account that says so, else in the private file; None if there
    is none. Raises ConfigurationError if the file is broken or others may read it, or there is no keyring.
    """
    if places.rehearsal:
        return None
    if account.keyring:
        from tui.settings.secrets.keyring import find_in_keyring, name_password

        return find_in_keyring(name_password(account))
    for entry in _read(places)["passwords"]:
        if _is_for(entry, account):
            return Secret(entry["password"])
    return None


def check_kept_passwords(places: Places) -> None:
    """Raise ConfigurationError if the private file is broken or others may read it."""
    _read(places)


def keep_password(account: Account, secret: Secret, places: Places) -> Path | None:
    """Keep the password, on a person's request: in the keyring for an account that says so, else in the
    private file; returns the file, None for the keyring. Raises ConfigurationError, StoreError.
    """
    if places.rehearsal:
        return None
    if account.keyring:
        from tui.settings.secrets.keyring import keep_in_keyring, name_password

        keep_in_keyring(name_password(account), secret)
        return None
    path = places.passwords_file
    with hold(path):
        tables = _read(places)
        entries = [entry for entry in tables["passwords"] if not _is_for(entry, account)]
        entries.append({"server": account.server, "user": account.user, "password": secret.reveal()})
        write_tables(path, _HEADER, tables | {"passwords": entries})
    return path


def forget_password(account: Account, places: Places) -> bool:
    """Take the password out of where `keep_password` puts it; whether there was one. Raises
    ConfigurationError, StoreError.
    """
    if places.rehearsal:
        return False
    if account.keyring:
        from tui.settings.secrets.keyring import forget_in_keyring, name_password

        return forget_in_keyring(name_password(account))
    path = places.passwords_file
    if not os.path.exists(path):
        return False
    with hold(path):
        tables = _read(places)
        entries = [entry for entry in tables["passwords"] if not _is_for(entry, account)]
        if len(entries) == len(tables["passwords"]):
            return False
        write_tables(path, _HEADER, tables | {"passwords": entries})
    return True


def _is_for(entry: dict[str, Any], account: Account) -> bool:
    return bool(entry["server"] == account.server and entry["user"] == account.user)


def _read(places: Places) -> dict[str, Any]:
    path = places.passwords_file
    try:
        status = path.stat()
    except FileNotFoundError:
        return {"passwords": []}
    except OSError as error:
        raise ConfigurationError(
            "The password file cannot be read.",
            f"{path}: {error.strerror}.",
            advise(path, error, "Check its permissions."),
        ) from None
    if status.st_mode & 0o077 or status.st_uid not in (os.geteuid(), 0):
        raise ConfigurationError(
            "The password file is open to others.",
            f"{path} has mode {status.st_mode & 0o777:04o}; it was not read.",
            f"Run: chmod 600 '{path}', and change the passwords if others use this machine.",
        )
    intruder = find_intruder(path)
    if intruder:
        raise ConfigurationError("The password file is open to others.", intruder, "It was not read.")
    tables, complaints, _ = read_tables(path)
    if complaints:
        line = f":{complaints[0].line}" if complaints[0].line else ""
        raise ConfigurationError(
            "The password file is broken.", f"{path}{line} is not valid TOML.", "Repair it."
        )
    entries = tables.setdefault("passwords", [])
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict)
        and all(isinstance(entry.get(key), str) for key in ("server", "user", "password"))
        for entry in entries
    ):
        raise ConfigurationError(
            "The password file is broken.", f"{path}: every [[passwords]] needs server, user and password."
        )
    return tables
