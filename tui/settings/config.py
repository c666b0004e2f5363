"""config.toml: the person's settings, read and never written. What is wrong in it is said, and the rest
counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from tui.classes import define, field, fields, replace
from tui.model.secrets import has_credentials
from tui.model.text.inert import make_inert
from tui.model.vendor import DEFAULT_DVID
from tui.settings.files.paths import Places
from tui.settings.files.toml_file import Complaint, find_line, read_tables, suggest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


TABS = ("register", "device_info", "devices", "upload", "history", "settings")
COLUMNS = ("server_date", "mac", "provider", "url")
THEMES = (
    *("ansi-dark", "ansi-light", "textual-dark", "textual-light", "atom-one-dark", "atom-one-light"),
    *("catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha", "dracula"),
    *("flexoki", "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn", "rose-pine-moon"),
    *("solarized-dark", "solarized-light", "tokyo-night"),
)


def _setting(
    default: Any, about: str, *, least: float = 0, most: float = 0, choices: tuple[str, ...] = ()
) -> Any:
    return field(default=default, metadata={"about": about, "least": least, "most": most, "choices": choices})


@define(frozen=True)
class AppSettings:
    """[app]: how the application looks and starts."""

    theme: str = _setting("", "name of the theme; empty for the program's own", choices=("", *THEMES))
    mouse: bool = _setting(True, "take mouse clicks")
    keep: bool = _setting(False, "start with keep on: Enter in MAC-ID registers and waits for the next scan")
    bell: bool = _setting(True, "ring when a watched phone has asked")
    start: str = _setting("register", "tab that is open at the start", choices=TABS)
    account: str = _setting("", "account to open when none was used before")


@define(frozen=True)
class LinkSettings:
    """[link]: time limits in seconds, and how much is sent at once."""

    connect: float = _setting(5.0, "seconds to connect", least=0.1, most=300)
    read: float = _setting(
        15.0, "seconds without a byte before a look-up or a list is given up", least=0.1, most=3600
    )
    call: float = _setting(
        60.0,
        "seconds for a whole call, lists excepted; a change is waited for as long",
        least=0.1,
        most=3600,
    )
    list_call: float = _setting(900.0, "seconds for a whole list", least=1, most=86400)
    list_rows: int = _setting(1_500_000, "rows of a list before it is given up", least=1000, most=100_000_000)
    list_mib: int = _setting(1024, "MiB of a list, decompressed, before it is given up", least=1, most=65536)
    list_ratio: int = _setting(200, "times an answer may grow by decompression", least=2, most=1100)
    chunk: int = _setting(50, "devices in one bulk call", least=1, most=10000)
    connections: int = _setting(6, "bulk calls at the same time", least=1, most=32)


@define(frozen=True)
class ListSettings:
    """[list]: how the devices are shown at first."""

    sort: str = _setting(
        "",
        "column to sort by; empty: newest date first in the app, as the server sends it in list",
        choices=("", *COLUMNS),
    )
    descending: bool = _setting(True, "greatest or newest first")
    offline: bool = _setting(True, "keep the last list on this machine")


@define(frozen=True)
class RegisterSettings:
    """[register]: what a new registration starts from."""

    preset: str = _setting("", "preset to start with")
    url: str = _setting("", "provisioning URL to start with")
    provider: str = _setting("", "provider to start with")
    dvid: str = _setting(DEFAULT_DVID, "what %DVID is shown as")


@define(frozen=True)
class VaultSettings:
    """[vault]: where the secret key of a vault that is under one comes from."""

    key_command: str = _setting(
        "", "command whose output holds the vault's secret key; empty: it is in the system's keyring"
    )


@define(frozen=True)
class AccountEntry:
    """One [[accounts]] table; `line` is where it begins."""

    name: str
    server: str
    user: str
    password_command: tuple[str, ...] | None = None
    line: int | None = None
    ca_file: str = ""
    client_cert: str = ""
    proxy: str = ""
    keyring: bool = False


@define(frozen=True)
class Config:
    """All settings; what config.toml leaves out has its default. `keys` maps action ids to keys."""

    app: AppSettings = AppSettings()
    link: LinkSettings = LinkSettings()
    list: ListSettings = ListSettings()
    register: RegisterSettings = RegisterSettings()
    vault: VaultSettings = VaultSettings()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accounts: tuple[AccountEntry, ...] = ()


@define(frozen=True)
class Loaded:
    """Settings as far as they are sound, and a complaint for everything passed over."""

    config: Config
    complaints: tuple[Complaint, ...] = ()


_SECTIONS: dict[str, type] = {
    "app": AppSettings,
    "link": LinkSettings,
    "list": ListSettings,
    "register": RegisterSettings,
    "vault": VaultSettings,
}
ACCOUNT_KEYS = {
    "name": "short name of your choice",
    "server": "host name or URL of the redirect server",
    "user": "user name that the vendor gave",
    "password_command": "command whose first line of output is the password; text, or a list of words",
    "ca_file": "PEM file of certificates that are trusted for this account beside those of the system",
    "client_cert": "PEM file with a certificate and its key, to show to the server",
    "keyring": "true: the password is in the operating system's keyring (needs redirectory[keyring])",
    "proxy": "URL of the proxy to this server, in place of what the environment names; none for no proxy",
}
ROUTE_KEYS = ("ca_file", "client_cert", "proxy")
_MOST_NAMED = 10
_KIND = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}


def load_config(places: Places, actions: Collection[str] | None = None) -> Loaded:
    """Read config.toml. Never raises: a broken file gives the defaults and a complaint. With `actions`,
    unknown action ids under [keys] are complained about.
    """
    path = places.config_file
    tables, complaints, source = read_tables(path)
    reader = _Reader(path, source, complaints)
    sections: dict[str, Any] = {}
    for name, value in tables.items():
        if name in _SECTIONS:
            sections[name] = reader.read_section(name, value)
        elif name == "keys":
            sections["keys"] = reader.read_keys(value, actions)
        elif name == "accounts":
            sections["accounts"] = reader.read_accounts(value)
        else:
            hint = suggest(name, (*_SECTIONS, "keys", "accounts"))
            reader.complain(name, "", "Unknown section." if isinstance(value, dict) else "Unknown key.", hint)
    return Loaded(Config(**sections), tuple(complaints))


@define(frozen=True)
class Setting:
    """One setting as it is declared: what it is called, may be, is without a file, and does."""

    section: str
    key: str
    default: bool | int | float | str
    about: str
    choices: tuple[str, ...] = ()
    least: float = 0
    most: float = 0

    @property
    def name(self) -> str:
        """`section.key`."""
        return f"{self.section}.{self.key}"

    @property
    def kind(self) -> str:
        """What a value must be, in words."""
        return _KIND[type(self.default)]


def list_settings() -> tuple[Setting, ...]:
    """Every setting of the sections, in the order of the file."""
    return tuple(
        Setting(section, entry.name, getattr(kind(), entry.name), **entry.metadata)
        for section, kind in _SECTIONS.items()
        for entry in fields(kind)
    )


def write_example() -> str:
    """A config.toml in which every setting stands commented out with its default."""
    lines, last = ["# config.toml of Redirectory: yours, never written by the program."], ""
    for setting in list_settings():
        if setting.section != last:
            last = setting.section
            lines += ["", f"[{last}]"]
        lines.append(f"# {setting.key} = {write_value(setting.default)}  # {setting.about}")
    lines += ["", "[keys]", '# "devices.deregister" = "d"  # action id = key, or a list of keys', ""]
    lines += ["# [[accounts]]", '# name = "work"', '# server = "https://prov.gigaset.net"', '# user = "me"']
    lines += ['# password_command = ["pass", "show", "gigaset"]']
    lines += ['# ca_file = "~/ca.pem"', '# client_cert = "~/me.pem"', '# proxy = "http://proxy.example:3128"']
    return "\n".join(lines) + "\n"


def write_value(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


class _Reader:
    def __init__(self, path: Path, source: str, complaints: list[Complaint]) -> None:
        self.path, self.source, self.complaints = path, source, complaints

    def complain(self, section: str, key: str, text: str, hint: str = "", index: int = 0) -> None:
        line = find_line(self.source, section, key, index) or find_line(self.source, section, "", index)
        name = make_inert(".".join(part for part in (section, key) if part))[:80]
        self.complaints.append(Complaint(self.path, line, name, text, hint))

    def read_section(self, name: str, value: object) -> Any:
        kind = _SECTIONS[name]
        if not isinstance(value, dict):
            self.complain(name, "", f"Must be a table: [{name}].")
            return kind()
        known = {entry.name: entry for entry in fields(kind)}
        taken: dict[str, Any] = {}
        for key, item in value.items():
            entry = known.get(key)
            if entry is None:
                self.complain(name, key, "Unknown key.", suggest(key, tuple(known)))
                continue
            flaw = _judge(item, entry.default, entry.metadata)
            if flaw:
                self.complain(name, key, flaw, f"Taken instead: {write_value(entry.default)}.")
            else:
                taken[key] = float(item) if isinstance(entry.default, float) else item
        return kind(**taken)

    def read_keys(self, value: object, actions: Collection[str] | None) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            self.complain("keys", "", "Must be a table: [keys].")
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for action, keys in _flatten(value):
            several = [keys] if isinstance(keys, str) else keys
            if not isinstance(several, list) or not all(isinstance(key, str) and key for key in several):
                self.complain("keys", action, "Must be a key or a list of keys, as text in quotes.")
            elif actions is not None and action not in actions:
                self.complain("keys", action, "Unknown action.", suggest(action, sorted(actions)))
            else:
                found[action] = tuple(several)
        return found

    def read_accounts(self, value: object) -> tuple[AccountEntry, ...]:
        if not isinstance(value, list):
            self.complain("accounts", "", "Must be tables: [[accounts]].")
            return ()
        found: list[AccountEntry] = []
        for index, table in enumerate(value):
            entry = self._read_account(index, table)
            if entry is None:
                continue
            if any(entry.name == other.name for other in found):
                self.complain(
                    "accounts", "name", "Second account of the same name; the first counts.", "", index
                )
            else:
                found.append(entry)
        return tuple(found)

    def _read_account(self, index: int, table: object) -> AccountEntry | None:
        if not isinstance(table, dict):
            self.complain("accounts", "", "Must be a table: [[accounts]].", "", index)
            return None
        for key in table:
            if key == "password":
                hint = "Use password_command, or let the program keep the password."
                self.complain(
                    "accounts", key, "A password does not belong in this file; not read.", hint, index
                )
            elif key not in ACCOUNT_KEYS:
                self.complain("accounts", key, "Unknown key.", suggest(key, tuple(ACCOUNT_KEYS)), index)
        sound = True
        for key in ("name", "server", "user"):
            if not isinstance(table.get(key), str) or not table[key].strip():
                self.complain(
                    "accounts", key, "Missing, or not text in quotes; account passed over.", "", index
                )
                sound = False
        if sound and has_credentials(table["server"]):
            self.complain("accounts", "server", "Holds credentials; account passed over.", "", index)
            sound = False
        command = self._read_command(index, table.get("password_command"))
        if not sound:
            return None
        line = find_line(self.source, "accounts", "", index)
        route: dict[str, Any] = {
            key: self._read_route(index, key, table[key]) for key in ROUTE_KEYS if key in table
        }
        keyring = table.get("keyring", False)
        if not isinstance(keyring, bool):
            self.complain("accounts", "keyring", "Must be true or false; not used.", "", index)
        entry = AccountEntry(table["name"], table["server"], table["user"], command, line)
        return replace(entry, keyring=keyring is True, **route)

    def _read_route(self, index: int, key: str, value: object) -> str:
        flaw = ""
        if not isinstance(value, str) or not value.strip():
            flaw = "Must be text in quotes; not used."
        elif key == "proxy" and has_credentials(value):
            flaw = "Holds credentials; not used. Set HTTPS_PROXY for a proxy that wants a login."
        if flaw or not isinstance(value, str):
            self.complain("accounts", key, flaw, "", index)
            return ""
        return value

    def _read_command(self, index: int, value: object) -> tuple[str, ...] | None:
        if value is None:
            return None
        words: list[Any] = value if isinstance(value, list) else []
        if isinstance(value, str):
            import shlex

            try:
                words = shlex.split(value)
            except ValueError:
                words = []
        if not words or not all(isinstance(word, str) for word in words) or not words[0]:
            text = "Must be a command: text, or a list of words; not used."
            self.complain("accounts", "password_command", text, "", index)
            return None
        return tuple(words)


def _judge(value: object, default: object, limits: Mapping[str, Any]) -> str:
    """What is wrong with a value, empty if nothing."""
    kind = type(default)
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits:
        return f"Must be {_KIND[kind]}."
    if isinstance(value, (int, float)) and limits["most"] and not limits["least"] <= value <= limits["most"]:
        return f"Must be from {limits['least']:g} to {limits['most']:g}."
    if limits["choices"] and value not in limits["choices"]:
        if len(limits["choices"]) > _MOST_NAMED:
            return f"There is no such one. {suggest(str(value), tuple(filter(None, limits['choices'])))}"
        return f"Must be one of {', '.join(filter(None, limits['choices']))}."
    return ""


def _flatten(table: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Dotted action ids: TOML reads `devices.mark = "m"` as a table within a table."""
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        name = f"{before}{key}"
        found += _flatten(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return found
