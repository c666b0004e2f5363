"""An orderly stop: SIGINT, SIGTERM and SIGHUP end a change when what was sent is settled."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui.classes import define

if TYPE_CHECKING:
    from tui.cli.terminal.diagnostics import Diagnostics
    from tui.services.changes.engine.control import Control

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPING = "Stopping: nothing more is sent. What was sent is waited for and settled."


class Ended(KeyboardInterrupt):
    """The command was ended by the signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@define
class Stop:
    """Which signal asked for the end, if one did."""

    number: int | None = None

    def raise_if_asked(self) -> None:
        """Raises Ended if a signal has come."""
        if self.number is not None:
            raise Ended(self.number)


@contextmanager
def heeding_signals(diagnostics: Diagnostics, control: Control) -> Iterator[Stop]:
    """While the block runs, a signal cancels what was not sent and nothing else: a pair of removal and
    registration is finished, an answer in flight waited for. A later one says what is waited for; only before
    the first call it ends the command at once."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def heed(number: int, _: object) -> None:
        if stop.number is None:
            stop.number = number
            control.cancel()
            diagnostics.alert(STOPPING)
        elif not control.begun and control.in_flight == (0, 0):
            raise Ended(number)
        else:
            diagnostics.alert(_say_waiting(*control.in_flight))

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    # Who started the program with a signal ignored (nohup does) wants it to go on.
    heeded = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, heed)
    try:
        yield stop
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def _say_waiting(calls: int, devices: int) -> str:
    if not calls:
        return "What was sent is being settled; it takes a moment."
    word, of = "call" if calls == 1 else "calls", "device" if devices == 1 else "devices"
    return (
        f"Waiting for {calls} {word} that hold {devices:,} {of}. A process that is killed now leaves them"
        " open: `redirectory resolve` settles them."
    )
