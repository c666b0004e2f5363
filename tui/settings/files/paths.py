"""Where this machine keeps what is ours: settings, journal, offline lists, style sheets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tui.classes import define
from tui.errors import ConfigurationError

APP_NAME = "redirectory"
HOME_VARIABLE = "REDIRECTORY_HOME"


@define(frozen=True)
class Places:
    """The four folders, and the files in them. Nothing is made here. In a `rehearsal`, a copy on which
    changes are tried, no password is looked for, kept or forgotten: the keyring has no copy."""

    config: Path
    data: Path
    state: Path
    cache: Path
    rehearsal: bool = False

    @property
    def config_file(self) -> Path:
        """The person's settings; never written by the program."""
        return self.config / "config.toml"

    @property
    def presets_file(self) -> Path:
        """Saved targets; replaced by the program."""
        return self.config / "presets.toml"

    @property
    def accounts_file(self) -> Path:
        """Accounts added with the program, and which one is in use."""
        return self.config / "accounts.toml"

    @property
    def passwords_file(self) -> Path:
        """Account passwords that a person asked to keep; mode 0600."""
        return self.data / "passwords.toml"

    @property
    def journal_file(self) -> Path:
        """Changes, outcomes and the vault of MAC-IDs and MAC passwords; mode 0600."""
        return self.state / "journal.sqlite3"

    @property
    def lists_file(self) -> Path:
        """The last list of every account, for offline use; mode 0600."""
        return self.cache / "lists.sqlite3"

    @property
    def sandbox_file(self) -> Path:
        """The sandbox that keeps its devices between starts."""
        return self.data / "sandbox.sqlite3"

    @property
    def log_file(self) -> Path:
        """What went wrong inside the program, without secrets."""
        return self.state / "redirectory.log"

    @property
    def sharing_file(self) -> Path:
        """The name under which this machine writes into shared folders."""
        return self.state / "sharing-name"

    def listed(self) -> tuple[tuple[str, Path], ...]:
        """Every folder and file with the name that a person knows it by."""
        return (
            ("config folder", self.config),
            ("data folder", self.data),
            ("state folder", self.state),
            ("cache folder", self.cache),
            ("settings", self.config_file),
            ("presets", self.presets_file),
            ("accounts", self.accounts_file),
            ("passwords", self.passwords_file),
            ("journal", self.journal_file),
            ("offline lists", self.lists_file),
            ("sandbox", self.sandbox_file),
            ("log", self.log_file),
        )


def find_places(environ: Mapping[str, str] = os.environ) -> Places:
    """The folders of this person on this machine, or all under REDIRECTORY_HOME where that is set."""
    home = environ.get(HOME_VARIABLE, "")
    if home:
        return gather_places(Path(home).expanduser().absolute())
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP_NAME, appauthor=False)
    return Places(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


def gather_places(home: Path) -> Places:
    """All four folders under one, for portable use and throw-away runs."""
    return Places(home / "config", home / "data", home / "state", home / "cache")


def styles_dir(package: Path | None = None) -> Path:
    """The folder of the style sheets: inside the package when installed, beside it in a checkout.

    Only a folder that holds base.tcss counts. Raises ConfigurationError if neither does.
    """
    root = package or Path(__file__).resolve().parents[2]
    for folder in (root / "styles", root.parent / "styles"):
        if (folder / "base.tcss").is_file():
            return folder
    raise ConfigurationError(
        "The style sheets are missing.",
        f"No styles/base.tcss in {root} nor beside it.",
        "Install the program again.",
    )
