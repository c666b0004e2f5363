"""What every page works with: the session, the settings, the worker. One desk per app; pages keep no
copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.errors import CutOff, NotReached, RedirectoryError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tui.app.work import Work
    from tui.model.registration import Preset
    from tui.services.journal import Journal
    from tui.services.session import Session
    from tui.settings.config import Config
    from tui.settings.paths import Places


class Desk:
    """`places` and `config` never change while the app runs; the session does, on account switch and
    sign-out.

    In the demo `places` is a throw-away folder, so nothing here has to know of it.
    """

    def __init__(self, places: Places, config: Config, work: Work, demo: bool) -> None:
        self.places = places
        self.config = config
        self.work = work
        self.demo = demo
        self.link_lost = False
        self.list_age = ""
        self._session: Session | None = None
        self._last_trip: float | None = None
        self._presets: tuple[Preset, ...] | None = None

    @property
    def signed_in(self) -> bool:
        return self._session is not None

    @property
    def session(self) -> Session:
        """The open session. Raises UsageError when signed out (pages are not shown then)."""
        if self._session is None:
            raise UsageError("Not signed in", hint="Sign in, or open the sandbox, on the first screen.")
        return self._session

    @property
    def journal(self) -> Journal:
        """The journal of the open session."""
        return self.session.journal

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The saved presets in their order, read once."""
        if self._presets is None:
            from tui.settings.presets import load_presets

            self._presets = load_presets(self.places).presets
        return self._presets

    def save_preset(self, preset: Preset, *, replaces: Preset | None = None) -> None:
        """Add or replace the preset of that name, or the one that was opened as `replaces`. Raises
        ConfigurationError, UsageError, StoreError.
        """
        from tui.settings.presets import save_preset

        self._presets = save_preset(self.places, preset, replaces=replaces).presets

    def remove_preset(self, name: str) -> None:
        """Remove a preset. Raises ConfigurationError, UsageError, StoreError."""
        from tui.settings.presets import remove_preset

        self._presets = remove_preset(self.places, name).presets

    def take(self, session: Session | None) -> Session | None:
        """Put a session on the desk; the one before it is returned, still open."""
        before, self._session = self._session, session
        self.link_lost = False
        self.list_age = ""
        self._presets = None
        return before

    def note_link(self, error: RedirectoryError | None) -> None:
        """Work has ended: the link is lost if the server could not be reached, and back with its next
        answer.
        """
        trip = self._session.last_round_trip_ms if self._session is not None else None
        if isinstance(error, NotReached | CutOff):
            self.link_lost = True
        elif trip != self._last_trip:
            self.link_lost = False
        self._last_trip = trip

    @property
    def log_folder(self) -> Path:
        return self.places.state

    def __repr__(self) -> str:
        session: Any = self._session
        return f"Desk({session.title if session else 'signed out'})"
