"""What a command waits for, said on a terminal while a server is silent."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.cli.terminal.diagnostics import Diagnostics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.services.session import Session, Wait

FIRST_AFTER = 3.0  # seconds
AGAIN_AFTER = 10.0


class Teller:
    """Notes a silence once it has lasted 3 s, and every 10 s after that."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._due = FIRST_AFTER
        self._last = 0.0

    def look(self, wait: Wait | None) -> None:
        """Take in what is waited for at this moment; None for nothing."""
        seconds = 0.0 if wait is None else wait.seconds
        if seconds < self._last:
            self._due = FIRST_AFTER
        self._last = seconds
        if wait is not None and seconds >= self._due:
            self._due = seconds + AGAIN_AFTER
            self._note(
                f"Waiting for {wait.server}: no answer for {seconds:.0f} s, given up after {wait.limit:g} s."
            )


@contextmanager
def tell_waiting(session: Session, diagnostics: Diagnostics) -> Iterator[None]:
    """While it is open, a silent server is noted on stderr, if that is a terminal."""
    if not diagnostics.on_terminal or os.environ.get("TERM") == "dumb":
        yield
        return
    ended = threading.Event()
    teller = Teller(diagnostics.note)

    def watch() -> None:
        while not ended.wait(0.5):
            teller.look(session.waiting)

    threading.Thread(target=watch, name="waiting", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
