"""Every setting as it counts now: its value, its default, what it does, and where the value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from tui.classes import define
from tui.errors import RedirectoryError
from tui.model.secrets import MASK
from tui.model.text.inert import make_inert
from tui.settings.accounts import (
    ACCOUNT_VARIABLE,
    SERVER_VARIABLE,
    USER_VARIABLE,
    Account,
    load_accounts,
    select_account,
)
from tui.settings.actions import ACTIONS
from tui.settings.config import ACCOUNT_KEYS, list_settings, load_config
from tui.settings.environment import VARIABLES
from tui.settings.files.paths import Places
from tui.settings.files.toml_file import find_line, read_tables
from tui.settings.secrets.credentials import find_kept_password

Origin = Literal["file", "environment", "switch", "default"]
Value = bool | int | float | str | tuple[str, ...] | None


@define(frozen=True)
class Fact:
    """A setting as it counts. `where` is file and line, the variable, or the switch that it comes from."""

    name: str
    value: Value
    default: Value
    about: str
    origin: Origin = "default"
    where: str = ""


@define(frozen=True)
class Switches:
    """The account that the command line names, None for what it leaves open."""

    account: str | None = None
    server: str | None = None
    user: str | None = None


def list_facts(places: Places, environ: Mapping[str, str], switches: Switches) -> Iterator[Fact]:
    """All settings, passwords masked: the account in use, the sections of config.toml, the stored accounts,
    the keys, the environment. Broken files count as they do elsewhere: what is sound in them."""
    yield from _describe_login(places, environ, switches)
    yield from _describe_sections(places)
    yield from _describe_accounts(places)
    yield from _describe_keys(places)
    for variable in VARIABLES:
        value = environ.get(variable.name) or environ.get(variable.name.lower()) or None
        shown = MASK if value and variable.secret else value
        yield Fact(variable.name, shown, None, variable.about, "environment" if value else "default")


def _describe_login(places: Places, environ: Mapping[str, str], switches: Switches) -> Iterator[Fact]:
    try:
        found: Account | None = select_account(
            places, environ, name=switches.account, server=switches.server, user=switches.user
        )
    except RedirectoryError:
        found = None
    for name, about, variable in (
        ("account", "account in use", ACCOUNT_VARIABLE),
        ("server", "its server", SERVER_VARIABLE),
        ("user", "its user name", USER_VARIABLE),
    ):
        value = getattr(found, "name" if name == "account" else name, None)
        origin, where = _find_chooser(name, variable, places, environ, switches, found)
        yield Fact(name, value, None, about, origin, where)
    yield Fact("password", *_describe_password(places, environ, found))


def _find_chooser(
    name: str,
    variable: str,
    places: Places,
    environ: Mapping[str, str],
    switches: Switches,
    found: Account | None,
) -> tuple[Origin, str]:
    if found is None:
        return "default", ""
    by_server = found.source in ("command line", "environment")
    switched = switches.account or switches.server
    if getattr(switches, name) or (switched and name == "account"):
        return "switch", f"--{name if getattr(switches, name) else 'server'}"
    if environ.get(variable) and not switched and (by_server or name == "account"):
        return "environment", variable
    if by_server and name == "account":
        return "environment", SERVER_VARIABLE
    path = places.config_file if found.source == "config" else places.accounts_file
    return "file", str(path)


def _describe_password(
    places: Places, environ: Mapping[str, str], found: Account | None
) -> tuple[Value, None, str, Origin, str]:
    about = "password of the account in use; never shown"
    if environ.get("REDIRECTORY_PASSWORD"):
        return MASK, None, about, "environment", "REDIRECTORY_PASSWORD"
    if found is not None and found.password_command:
        return MASK, None, about, "file", f"password_command of {found.name}"
    if found is not None and found.keyring:
        return MASK, None, about, "file", f"keyring of the operating system, for {found.name}"
    try:
        kept = found is not None and find_kept_password(found, places) is not None
    except RedirectoryError:
        kept = False
    if kept:
        return MASK, None, about, "file", str(places.passwords_file)
    return None, None, about, "default", ""


def _describe_sections(places: Places) -> Iterator[Fact]:
    loaded = load_config(places)
    tables, _, source = read_tables(places.config_file)
    passed_over = {complaint.key for complaint in loaded.complaints}
    for setting in list_settings():
        value = getattr(getattr(loaded.config, setting.section), setting.key)
        table = tables.get(setting.section)
        given = isinstance(table, dict) and setting.key in table and setting.name not in passed_over
        line = find_line(source, setting.section, setting.key) if given else None
        where = f"{places.config_file}:{line}" if line else str(places.config_file) if given else ""
        yield Fact(setting.name, value, setting.default, setting.about, "file" if given else "default", where)


def _describe_accounts(places: Places) -> Iterator[Fact]:
    for account in load_accounts(places).accounts:
        path = places.config_file if account.source == "config" else places.accounts_file
        for key, about in ACCOUNT_KEYS.items():
            value = getattr(account, key) or None
            if value is not None and key == "password_command":
                value = (
                    make_inert(value[0]),
                    *[MASK] * (len(value) > 1),
                )  # a word of a command may be the password
            if key != "name":
                origin: Origin = "file" if value is not None else "default"
                where = str(path) if value is not None else ""
                yield Fact(f"accounts.{account.name}.{key}", value, None, about, origin, where)


def _describe_keys(places: Places) -> Iterator[Fact]:
    given = load_config(places).config.keys
    source = read_tables(places.config_file)[2]
    for action in ACTIONS:
        default = tuple(filter(None, action.keys.split(",")))
        if action.id in given:
            where = f"{places.config_file}:{find_line(source, 'keys', action.id) or 1}"
            keys = tuple(map(make_inert, given[action.id]))
            yield Fact(f"keys.{action.id}", keys, default, action.help, "file", where)
        else:
            yield Fact(f"keys.{action.id}", default, default, action.help)
