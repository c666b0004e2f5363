"""What is wrong with the settings: in the files, in the environment, and between them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from tui.errors import RedirectoryError
from tui.model.template import lint
from tui.model.text.inert import make_inert
from tui.services.session import check_server, find_route
from tui.settings.accounts import ACCOUNT_VARIABLE, SERVER_VARIABLE, Account, Accounts, load_accounts
from tui.settings.actions import by_id
from tui.settings.config import ACCOUNT_KEYS, Config, load_config
from tui.settings.files.paths import Places
from tui.settings.files.private import find_intruder
from tui.settings.files.toml_file import Complaint, find_line, read_tables, suggest
from tui.settings.keys import find_key_mistakes
from tui.settings.presets import Presets, load_presets
from tui.settings.secrets.credentials import check_kept_passwords
from tui.wire.links.proxies import find_proxy
from tui.wire.links.trust import FILE, FOLDER, Trust, add_trust, make_empty_context

ENVIRONMENT = Path("environment")
_PRESET_KEYS = ("name", "url", "provider")


def find_mistakes(places: Places, environ: Mapping[str, str]) -> list[Complaint]:
    """A complaint for every mistake, files first, in their order. Runs no command and asks no server."""
    loaded = load_config(places, by_id())
    config = loaded.config
    accounts, presets = load_accounts(places, config), load_presets(places)
    source = read_tables(places.config_file)[2]
    found = [*loaded.complaints]
    for action, text, hint in find_key_mistakes(
        {name: keys for name, keys in config.keys.items() if name in by_id()}
    ):
        line = find_line(source, "keys", action)
        found.append(Complaint(places.config_file, line, f"keys.{action}", text, hint))
    found += [*_check_preset_name(places, config, presets, source), *accounts.complaints]
    found += _check_keys_of(places.accounts_file, "accounts", tuple(ACCOUNT_KEYS))
    found += _check_current(places, accounts)
    found += _check_accounts(places, accounts, environ)
    found += [*presets.complaints, *_check_keys_of(places.presets_file, "presets", _PRESET_KEYS)]
    found += _check_targets(places, presets)
    try:
        check_kept_passwords(places)
    except RedirectoryError as error:
        text = f"{error.title} {_without(error.detail, places.passwords_file)}"
        found.append(Complaint(places.passwords_file, None, "", text, error.hint))
    return list(dict.fromkeys([*found, *_check_environment(accounts, environ)]))


def _check_preset_name(places: Places, config: Config, presets: Presets, source: str) -> Iterator[Complaint]:
    wanted = config.register.preset
    if wanted and presets.find(wanted) is None:
        known = [make_inert(preset.name) for preset in presets.presets]
        hint = suggest(wanted, known) if known else "There is no preset yet."
        line = find_line(source, "register", "preset")
        yield Complaint(places.config_file, line, "register.preset", "No such preset.", hint)


def _check_keys_of(path: Path, section: str, known: tuple[str, ...]) -> Iterator[Complaint]:
    """Keys that the program does not know, in a file of tables that it writes itself."""
    tables, _, source = read_tables(path)
    tops = (section, "current") if section == "accounts" else (section,)
    for name in tables:
        if name not in tops:
            yield Complaint(
                path, find_line(source, name), make_inert(name), "Unknown key.", suggest(name, tops)
            )
    listed = tables.get(section)
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        for key in entry if isinstance(entry, dict) else ():
            if key not in known:
                line = find_line(source, section, key, index)
                hint = suggest(key, known)
                if key == "password":
                    hint = (
                        "A password does not belong in this file: redirectory accounts edit --keep-password"
                    )
                yield Complaint(path, line, make_inert(f"{section} {index + 1} {key}"), "Unknown key.", hint)


def _check_current(places: Places, accounts: Accounts) -> Iterator[Complaint]:
    tables, _, source = read_tables(places.accounts_file)
    current = tables.get("current")
    if current is not None and (not isinstance(current, str) or accounts.find(current) is None):
        known = [make_inert(account.name) for account in accounts.accounts]
        hint = suggest(str(current), known) if known else ""
        line = find_line(source, "current")
        yield Complaint(places.accounts_file, line, "current", "No such account.", hint)
    listed = tables.get("accounts")
    fixed = {account.name for account in accounts.accounts if account.source == "config"}
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, dict) and entry.get("name") in fixed:
            line = find_line(source, "accounts", "name", index)
            text = f"An account of that name stands in {places.config_file}, and that one counts."
            yield Complaint(places.accounts_file, line, f"accounts {index + 1}", text, "Rename one of them.")


def _check_accounts(places: Places, accounts: Accounts, environ: Mapping[str, str]) -> Iterator[Complaint]:
    for account in accounts.accounts:
        path = places.config_file if account.source == "config" else places.accounts_file
        key = f"account {make_inert(account.name)}"
        try:
            url = check_server(account.server)
        except RedirectoryError as error:
            line = _find_account_line(path, account, "server")
            yield Complaint(path, line, f"{key}, server", f"{error.title} {error.detail}".strip(), error.hint)
        else:
            try:
                find_proxy(url, environ, account=account.proxy)
            except RedirectoryError as error:
                where = path if account.proxy else ENVIRONMENT
                line = _find_account_line(path, account, "proxy") if account.proxy else None
                name = f"{key}, proxy" if account.proxy else ""
                yield Complaint(where, line, name, f"{error.title} {error.detail}", error.hint)
        yield from _check_files(places, path, key, account)
        if account.password_command:
            yield from _check_command(path, key, account, environ)


def _check_files(places: Places, path: Path, key: str, account: Account) -> Iterator[Complaint]:
    """Whether the certificates of the account can be used."""
    trust = find_route(account, places).trust
    for name, one in (
        ("ca_file", Trust(ca_file=trust.ca_file)),
        ("client_cert", Trust(client_cert=trust.client_cert)),
    ):
        if one != Trust():
            try:
                add_trust(make_empty_context(), one)
            except RedirectoryError as error:
                line = _find_account_line(path, account, name)
                yield Complaint(path, line, f"{key}, {name}", f"{error.title} {error.detail}", error.hint)


def _check_command(path: Path, key: str, account: Account, environ: Mapping[str, str]) -> Iterator[Complaint]:
    """Whether the password command may be run, and is there."""
    import shutil

    line = _find_account_line(path, account, "password_command")
    key = f"{key}, password_command"
    intruder = find_intruder(path)
    if intruder:
        text = "Is not run: the file may hold what somebody else wrote."
        yield Complaint(path, line, key, text, intruder)
    word = (account.password_command or ("",))[0]
    if shutil.which(word, path=environ.get("PATH")) is None:
        shown = make_inert(word)
        there = os.path.isfile(word)
        text = f"{shown} cannot be executed." if there else f"There is no program {shown}."
        yield Complaint(path, line, key, text, f"Run: chmod u+x '{shown}'" if there else "Give its path.")


def _find_account_line(path: Path, account: Account, key: str) -> int | None:
    tables, _, source = read_tables(path)
    listed = tables.get("accounts")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, dict) and entry.get("name") == account.name:
            return find_line(source, "accounts", key, index)
    return None


def _check_targets(places: Places, presets: Presets) -> Iterator[Complaint]:
    for preset in presets.presets:
        if not preset.url:
            continue
        for finding in lint(preset.url):
            if finding.level == "error":
                key = f"preset {make_inert(preset.name)}"
                yield Complaint(places.presets_file, None, key, finding.text)


def _check_environment(accounts: Accounts, environ: Mapping[str, str]) -> Iterator[Complaint]:
    name = environ.get(ACCOUNT_VARIABLE)
    if name and environ.get(SERVER_VARIABLE):
        text = f"Is set, and so is {SERVER_VARIABLE}."
        yield Complaint(ENVIRONMENT, None, ACCOUNT_VARIABLE, text, "Unset one of them.")
    if name and accounts.find(name) is None:
        known = [make_inert(account.name) for account in accounts.accounts]
        hint = suggest(name, known) if known else "There is no account yet."
        yield Complaint(ENVIRONMENT, None, ACCOUNT_VARIABLE, "No such account.", hint)
    for variable, exists in ((FILE, os.path.isfile), (FOLDER, os.path.isdir)):
        value = environ.get(variable)
        if value and not exists(value):
            text = f"{make_inert(value)} does not exist."
            yield Complaint(ENVIRONMENT, None, variable, text, "Correct or unset it.")


def _without(detail: str, path: Path) -> str:
    return detail.removeprefix(str(path)).lstrip(": ")
