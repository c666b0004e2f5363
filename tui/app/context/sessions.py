"""How the app comes by a session. These functions run in the worker; none of them touches the screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.classes import define
from tui.model.registration import Preset
from tui.model.secrets import Secret

if TYPE_CHECKING:
    from tui.services.session import Session
    from tui.settings.accounts import Account
    from tui.settings.config import Config
    from tui.settings.files.paths import Places


@define(frozen=True)
class SignedIn:
    """A session whose login was tested."""

    session: Session
    milliseconds: float


# Targets of the sample devices, so that F4 has something to offer in the demo.
SAMPLE_PRESETS = (
    Preset("Daryna", "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml", "Daryna"),
    Preset("Nordlicht", "https://prov.nordlicht.example/gigaset/%MACD.xml", "Nordlicht Telefon"),
)


def lay_out_presets(places: Places) -> None:
    """Give the demo its presets: before its first screen, which offers them as soon as it is there."""
    from tui.settings.presets import load_presets, save_preset

    presets = load_presets(places)
    for preset in SAMPLE_PRESETS:
        if presets.find(preset.name) is None:
            save_preset(places, preset)


def rehearse(places: Places | None = None) -> Session:
    """The throw-away sandbox with sample devices."""
    from tui.services.session import open_rehearsal

    return open_rehearsal(sample=200, places=places)


def opener_for(account: Account, places: Places, config: Config) -> Callable[[], Session]:
    """Opens the account with the password from environment, command or private file; asks the server
    nothing.
    """

    def open_account() -> Session:
        from tui.services.session import open_session
        from tui.settings.secrets.credentials import find_password

        return open_session(account, find_password(account, places, os.environ), places, config)

    return open_account


def sign_in(account: Account, password: Secret, places: Places, config: Config) -> SignedIn:
    """Test the login; nothing is kept yet. Raises LinkError, LoginRefused."""
    from tui.services.session import open_session

    session = open_session(account, password, places, config)
    try:
        return SignedIn(session, session.check_login())
    except BaseException:
        session.close()
        raise


def test_login(account: Account, places: Places, config: Config) -> float:
    """Milliseconds of one harmless question with the stored password. Raises LinkError, UsageError."""
    session = opener_for(account, places, config)()
    try:
        return session.check_login()
    finally:
        session.close()
