"""`w`: how a watch is stopped, and what is said of the one phone of Device Info."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket

INTERVAL = 10.0


class StopSign:
    """Ends a watch between two questions, at once."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.paused = False

    def pause(self) -> None:
        """A watch cannot pause; it is stopped."""
        self.cancel()

    def resume(self) -> None:
        """Nothing to go on with."""

    def cancel(self) -> None:
        """Stop waiting."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait; True as soon as it was stopped."""
        return self._stopped.wait(seconds)


class Watch:
    """A phone that is waited for: its MAC, what to expect of it, and the line that says how it stands."""

    def __init__(self, mac: str, about: str, ticket: Ticket) -> None:
        self.mac, self.about, self.ticket = mac, about, ticket
        self.questions = 0
        self.say(f"the server is asked every {INTERVAL:.0f} s")

    def say(self, state: str) -> None:
        """The line, with how to stop."""
        self.line = f"◌ Watching {self.mac}: {state} · esc or w stops"

    def count_question(self) -> None:
        """The server was asked once more, and knew nothing new."""
        self.questions += 1
        if self.questions > 1:
            self.say(f"asked {self.questions} times, nothing new")
