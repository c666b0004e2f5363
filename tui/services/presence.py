"""Who is at work on the journal: one locked file per process."""

from __future__ import annotations

import os
from pathlib import Path

from tui.errors import StoreError

_MARK = "-at-work-"


class Presence:
    """A locked file that says that this process lives; the system drops the lock however the process ends."""

    def __init__(self, journal: Path) -> None:
        import fcntl

        try:
            for stale in journal.parent.glob(f"{journal.name}{_MARK}*"):
                is_alive(journal, stale.name.rpartition(_MARK)[2])
            while True:
                self.token = f"{os.getpid()}-{os.urandom(4).hex()}"
                self._path = _presence_path(journal, self.token)
                self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
                # Another process may have taken the file for a dead one's before it was locked.
                if self._path.exists():
                    return
                os.close(self._descriptor)
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
    import fcntl

    path = _presence_path(journal, token)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)
