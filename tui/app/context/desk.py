"""What every page works with: the session, the settings, the worker. One desk per app; pages keep no
copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.errors import CutOff, NotReached, RedirectoryError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tui.app.worker.work import Work
    from tui.model.registration import Preset
    from tui.services.session import Session
    from tui.services.storage.journal import Journal
    from tui.settings.config import Config
    from tui.settings.files.paths import Places
    from tui.settings.files.toml_file import Complaint


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
        self._presets: tuple[Preset, ...] = ()
        self._preset_complaints: tuple[Complaint, ...] = ()
        self._presets_read: tuple[int, ...] | None = None

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
        """The saved presets in their order, read again when the file is another one: the command line, or a
        second Redirectory, may have written it.
        """
        try:
            status = self.places.presets_file.stat()
            mark: tuple[int, ...] = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            mark = ()
        if mark != self._presets_read:
            from tui.settings.presets import load_presets

            read = load_presets(self.places)
            self._presets, self._preset_complaints, self._presets_read = read.presets, read.complaints, mark
        return self._presets

    @property
    def preset_complaints(self) -> tuple[Complaint, ...]:
        """What is wrong with the file of the presets that `presets` gave last."""
        return self._preset_complaints

    def save_preset(self, preset: Preset, *, replaces: Preset | None = None) -> None:
        """Add or replace the preset of that name, or the one that was opened as `replaces`. Raises
        ConfigurationError, UsageError, StoreError.
        """
        from tui.settings.presets import save_preset

        save_preset(self.places, preset, replaces=replaces)

    def remove_preset(self, name: str) -> None:
        """Remove a preset. Raises ConfigurationError, UsageError, StoreError."""
        from tui.settings.presets import remove_preset

        remove_preset(self.places, name)

    def take(self, session: Session | None) -> None:
        """Put a session on the desk. The one before is closed, unless a job keeps it open until it ends."""
        before = self._session
        if session is before:
            return
        if session is not None:
            session.hold()
        self._session = session
        self.link_lost = False
        self.list_age = ""
        self._last_trip = None
        self.work.bring_front(session)
        if before is not None:
            before.release()

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
