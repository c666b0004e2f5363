"""Who is at work on the journal: one locked file per process."""

from __future__ import annotations

import os
from pathlib import Path

from tui.errors import StoreError
from tui.settings.files.private import is_running, take_lock

_MARK = "-at-work-"


class Presence:
    """A locked file that says that this process lives; the system drops the lock however the process ends."""

    def __init__(self, journal: Path) -> None:
        try:
            for stale in journal.parent.glob(f"{journal.name}{_MARK}*"):
                is_alive(journal, stale.name.rpartition(_MARK)[2])
            while True:
                self.token = f"{os.getpid()}-{os.urandom(4).hex()}"
                self._path = _presence_path(journal, self.token)
                self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
                # Another process may have taken the file for a dead one's before it was locked.
                if take_lock(self._descriptor) is not False and self._path.exists():
                    return
                self.leave()
        except OSError as error:
            raise StoreError(
                "The journal's folder cannot be written.",
                f"{journal.parent}: {error.strerror}.",
                "Nothing was sent.",
            ) from error

    def leave(self) -> None:
        """Gives the lock up and removes the file."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def _presence_path(journal: Path, token: str) -> Path:
    return journal.with_name(f"{journal.name}{_MARK}{token}")


def is_alive(journal: Path, token: str) -> bool:
    """Whether the process of this token lives; what a dead one left behind is removed."""
    path = _presence_path(journal, token)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        taken = take_lock(descriptor)
        number = token.partition("-")[0]
        if taken is None:  # without locks only the number of the process tells
            taken = not (number.isdecimal() and is_running(int(number)))
        if taken:
            path.unlink(missing_ok=True)
        return not taken
    except OSError:
        return True
    finally:
        os.close(descriptor)
