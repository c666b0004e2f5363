"""Accounts: those in config.toml (the person's), those in accounts.toml (the program's), and the one to use
now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tui.classes import define, replace
from tui.errors import ConfigurationError, UsageError
from tui.model.secrets import has_credentials, mask_credentials
from tui.model.text.inert import make_inert
from tui.settings.config import ROUTE_KEYS, Config, load_config
from tui.settings.files.paths import Places
from tui.settings.files.toml_file import (
    Complaint,
    complain_of_intruder,
    find_line,
    hold,
    read_tables,
    suggest,
    write_tables,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias


Source: TypeAlias = 'Literal["config", "accounts", "environment", "command line", "sandbox"]'

ACCOUNT_VARIABLE = "REDIRECTORY_ACCOUNT"
SERVER_VARIABLE = "REDIRECTORY_SERVER"
USER_VARIABLE = "REDIRECTORY_USER"
_HEADER = (
    "Accounts of Redirectory, without passwords. The program replaces this file; comments are not kept.",
)
_ADVICE = "Add one with: redirectory accounts add, or give --server and --user."


@define(frozen=True)
class Account:
    """A login at a redirect server; `server` is kept as typed, `source` tells where the account stands.
    `ca_file` and `client_cert` are PEM files, `proxy` is the URL of one or "none"; empty for none of its own.
    `keyring` says that the operating system's keyring holds the password.
    """

    name: str
    server: str
    user: str
    password_command: tuple[str, ...] | None = None
    source: Source = "accounts"
    ca_file: str = ""
    client_cert: str = ""
    proxy: str = ""
    keyring: bool = False


@define(frozen=True)
class Accounts:
    """All accounts, those of config.toml first; `current` is the name of the one last used, empty if none."""

    accounts: tuple[Account, ...] = ()
    current: str = ""
    complaints: tuple[Complaint, ...] = ()

    def find(self, name: str) -> Account | None:
        """The account of that name, None if there is none."""
        return next((account for account in self.accounts if account.name == name), None)


def load_accounts(places: Places, config: Config | None = None) -> Accounts:
    """Read both files. Never raises: broken ones give the sound accounts and complaints of accounts.toml.

    `config` spares reading config.toml again; its complaints are load_config's.
    """
    config = config or load_config(places).config
    fixed = tuple(
        Account(
            entry.name,
            entry.server,
            entry.user,
            entry.password_command,
            "config",
            entry.ca_file,
            entry.client_cert,
            entry.proxy,
            entry.keyring,
        )
        for entry in config.accounts
    )
    tables, complaints = _read(places)
    complaints += complain_of_intruder(places.accounts_file)
    names = {account.name for account in fixed}
    added: list[Account] = []
    for entry in _entries(tables):
        if _is_sound(entry) and entry["name"] not in names:
            names.add(entry["name"])
            added.append(_account(entry))
    accounts = (*fixed, *added)
    if config.app.account and config.app.account not in names:
        hint = suggest(config.app.account, sorted(names)) if names else _ADVICE
        line = find_line(read_tables(places.config_file)[2], "app", "account")
        complaints.append(
            Complaint(places.config_file, line, "app.account", "No such account.", make_inert(hint))
        )
    current = tables.get("current")
    stored = current if isinstance(current, str) and current in names else ""
    return Accounts(
        accounts, stored or (config.app.account if config.app.account in names else ""), tuple(complaints)
    )


def add_account(places: Places, account: Account) -> Accounts:
    """Add an account to accounts.toml. Raises UsageError on an empty field, a name that exists already or
    credentials in the server; ConfigurationError if the file is broken; StoreError.
    """
    _check_fields(account)
    refuse_taken(places, account.name)

    def change(tables: dict[str, Any]) -> None:
        entries = tables.setdefault("accounts", [])
        if _find_entry(entries, account.name) is not None:
            raise _taken(account.name, places.accounts_file)
        entries.append(_values(account))

    return _update(places, change)


def change_account(places: Places, old: Account, new: Account) -> Accounts:
    """Put `new` in the place of `old`; a new name takes the default along. Raises UsageError if `old` is
    unknown or stands in config.toml, if the new name is taken, or as `add_account`; ConfigurationError if
    another instance has changed the account meanwhile; StoreError.
    """
    _check_fields(new)
    _refuse_fixed(require_account(load_accounts(places), old.name), places)
    if new.name != old.name:
        refuse_taken(places, new.name)

    def change(tables: dict[str, Any]) -> None:
        entries = tables.get("accounts", [])
        entry = _find_entry(entries, old.name)
        if entry is None or _account(entry) != old:
            raise ConfigurationError(
                "The account was changed elsewhere.",
                f"{make_inert(old.name)} is no longer what was read.",
                "Look at it again and repeat the change.",
            )
        if new.name != old.name and _find_entry(entries, new.name) is not None:
            raise _taken(new.name, places.accounts_file)
        for key in ("password_command", "keyring", *ROUTE_KEYS):
            entry.pop(key, None)
        entry |= _values(new)
        if tables.get("current") == old.name:
            tables["current"] = new.name

    return _update(places, change)


def remove_account(places: Places, name: str) -> Accounts:
    """Forget an account of accounts.toml. Raises UsageError if it is unknown or stands in config.toml."""
    _refuse_fixed(require_account(load_accounts(places), name), places)

    def change(tables: dict[str, Any]) -> None:
        tables["accounts"] = [entry for entry in tables.get("accounts", []) if entry["name"] != name]
        if tables.get("current") == name:
            del tables["current"]

    return _update(places, change)


def use_account(places: Places, name: str) -> Accounts:
    """Remember the account as the one in use. Raises UsageError if it is unknown."""
    require_account(load_accounts(places), name)
    return _update(places, lambda tables: tables.update(current=name))


def require_account(accounts: Accounts, name: str) -> Account:
    """The account of that name. Raises UsageError naming the nearest known one."""
    found = accounts.find(name)
    if found is None:
        known = [make_inert(account.name) for account in accounts.accounts]
        hint = suggest(name, known) if known else _ADVICE
        raise UsageError("No such account.", f"{make_inert(name)} is not among the accounts.", hint)
    return found


def select_account(
    places: Places,
    environ: Mapping[str, str],
    *,
    name: str | None = None,
    server: str | None = None,
    user: str | None = None,
) -> Account:
    """The account that a call is for: options beat REDIRECTORY_ACCOUNT, REDIRECTORY_SERVER and
    REDIRECTORY_USER, which beat the stored one. A server of its own never gets a stored account's password.
    Raises UsageError.
    """
    if name and server:
        raise UsageError(
            "Two accounts were named.", "--account and --server exclude each other.", "Give one of them."
        )
    if not name and not server:
        name, server = environ.get(ACCOUNT_VARIABLE) or None, environ.get(SERVER_VARIABLE) or None
        if name and server:
            raise UsageError(
                "Two accounts were named.",
                f"{ACCOUNT_VARIABLE} and {SERVER_VARIABLE} are both set.",
                "Unset one of them, or give --account.",
            )
        source: Source = "environment"
    else:
        source = "command line"
    if server:
        asked = user or environ.get(USER_VARIABLE)
        if not asked:
            raise UsageError(
                "The user is missing.",
                f"A server was named, {mask_credentials(make_inert(server))}, but no user.",
                f"Give --user, or set {USER_VARIABLE}.",
            )
        _refuse_credentials(server)
        return Account(f"{asked}@{_host(server)}", server, asked, None, source)
    account = _stored_account(load_accounts(places), name)
    asked = user or (environ.get(USER_VARIABLE) if source == "environment" else None)
    if asked and asked != account.user:
        source = "command line" if user else "environment"
        name = f"{asked}@{_host(account.server)}"
        return replace(account, name=name, user=asked, password_command=None, source=source)
    return account


def _stored_account(accounts: Accounts, name: str | None) -> Account:
    if name or accounts.current:
        return require_account(accounts, name or accounts.current)
    if len(accounts.accounts) == 1:
        return accounts.accounts[0]
    if accounts.accounts:
        names = ", ".join(make_inert(account.name) for account in accounts.accounts)
        raise UsageError(
            "No account was chosen.", f"There are {names}.", "Give --account, or: redirectory accounts use"
        )
    detail = (
        accounts.complaints[0].describe() if accounts.complaints else "None is stored and none was named."
    )
    raise UsageError("There is no account.", detail, _ADVICE)


def _host(server: str) -> str:
    return server.partition("://")[2].partition("/")[0] or server.partition("/")[0]


def _check_fields(account: Account) -> None:
    for field, text in (("name", account.name), ("server", account.server), ("user", account.user)):
        if not text.strip():
            raise UsageError(f"An account needs a {field}.", f"The {field} is empty.")
    _refuse_credentials(account.server)
    if has_credentials(account.proxy):
        raise UsageError(
            "A proxy in an account holds no credentials.",
            f"{mask_credentials(make_inert(account.proxy))} has a part before @.",
            "Set HTTPS_PROXY for a proxy that wants a login.",
        )


def _refuse_fixed(account: Account, places: Places) -> None:
    if account.source == "config":
        raise UsageError(
            "The account is not the program's to change.",
            f"{make_inert(account.name)} stands in {places.config_file}.",
            "Change it in that file.",
        )


def refuse_taken(places: Places, name: str) -> None:
    """Raise UsageError if there is an account of that name."""
    found = load_accounts(places).find(name)
    if found is not None:
        raise _taken(name, places.config_file if found.source == "config" else places.accounts_file)


def _taken(name: str, where: Path) -> UsageError:
    edit = (
        "edit that file" if where.name == "config.toml" else f"redirectory accounts edit {make_inert(name)}"
    )
    return UsageError(
        "There is an account of that name already.",
        f"{make_inert(name)} stands in {where}; it was left as it is.",
        f"To change it: {edit}. Or choose another name.",
    )


def _find_entry(entries: list[Any], name: str) -> dict[str, Any] | None:
    return next((entry for entry in entries if entry["name"] == name), None)


def _values(account: Account) -> dict[str, Any]:
    values: dict[str, Any] = {"name": account.name, "server": account.server, "user": account.user}
    if account.password_command:
        values["password_command"] = list(account.password_command)
    if account.keyring:
        values["keyring"] = True
    return values | {key: value for key in ROUTE_KEYS if (value := getattr(account, key))}


def _refuse_credentials(server: str) -> None:
    if has_credentials(server) or "@" in _host(server):
        shown = mask_credentials(make_inert(server)) if "://" in server else "The address"
        raise UsageError(
            "A server address holds no credentials.",
            f"{shown} has a part before @.",
            "Give the user apart, and the password when asked or in REDIRECTORY_PASSWORD.",
        )


def _read(places: Places) -> tuple[dict[str, Any], list[Complaint]]:
    path = places.accounts_file
    tables, complaints, source = read_tables(path)
    if not isinstance(tables.get("accounts", []), list):
        line = find_line(source, "accounts")
        return tables, [*complaints, Complaint(path, line, "accounts", "Must be tables: [[accounts]].")]
    for index, entry in enumerate(_entries(tables)):
        if not _is_sound(entry):
            line = find_line(source, "accounts", "", index)
            text = "Needs name, server and user as text in quotes; passed over."
            complaints.append(Complaint(path, line, f"accounts {index + 1}", text))
    return tables, complaints


def _update(places: Places, change: Callable[[dict[str, Any]], None]) -> Accounts:
    with hold(places.accounts_file):
        tables, complaints = _read(places)
        if complaints:
            raise complaints[0].as_error()
        change(tables)
        write_tables(places.accounts_file, _HEADER, tables)
    return load_accounts(places)


def _entries(tables: dict[str, Any]) -> list[Any]:
    entries = tables.get("accounts", [])
    return entries if isinstance(entries, list) else []


def _is_sound(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    command = entry.get("password_command", [""])
    texts = (*("name", "server", "user"), *(key for key in ROUTE_KEYS if key in entry))
    if not isinstance(entry.get("keyring", False), bool):
        return False
    return all(isinstance(entry.get(key), str) and entry[key].strip() for key in texts) and (
        isinstance(command, list) and bool(command) and all(isinstance(word, str) for word in command)
    )


def _account(entry: dict[str, Any]) -> Account:
    command = entry.get("password_command")
    route = {key: entry[key] for key in ("keyring", *ROUTE_KEYS) if key in entry}
    return Account(
        entry["name"], entry["server"], entry["user"], tuple(command) if command else None, **route
    )
