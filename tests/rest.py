"""Waits until an app has come to rest: nothing left to handle, everything drawn.

Textual's own wait takes a process that gets no processor for an idle one, and a process with a busy thread
for one that is never idle: beside other work tests went on too early, and some waited a second at every key.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from textual import _time
from textual._context import active_app
from textual.screen import Screen

SECONDS = 60
"""An app that handles messages for so long without a break is at fault."""
KEY = 0.1
"""Seconds that a person needs for a key, on the clock of the app; nobody waits for them."""


async def come_to_rest(min_sleep: float = 0.0, max_sleep: float = SECONDS) -> None:
    """Return when the event loop has nothing to do and the screen is drawn.

    What a thread is still at, and timers that are not due, are not waited for.
    """
    end = time.monotonic() + SECONDS
    await asyncio.sleep(0.001)  # a thread that has something to say gets the interpreter
    while True:
        await asyncio.sleep(0)
        if asyncio.get_running_loop()._ready:  # type: ignore[attr-defined]
            assert time.monotonic() < end, "the app never comes to rest"
        elif not draw(active_app.get().screen):
            return


def draw(screen: Screen[object]) -> bool:
    """Draw now what the screen would draw with its next frame; whether there was something."""
    waits = bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
    if waits and screen.is_current and not screen.app._batch_count:
        screen._on_timer_update()
        return True
    return False


@contextmanager
def patient_pilots() -> Iterator[None]:
    """Textual's pilots wait as `come_to_rest` does, and press keys at the pace of a person,
    on a terminal with UTF-8.
    """
    ahead = 0.0

    async def wait_for_key(min_sleep: float = 0.0, max_sleep: float = SECONDS) -> None:
        nonlocal ahead
        ahead += KEY
        await come_to_rest()

    with (
        patch.dict(os.environ, {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}),
        patch("textual.app.wait_for_idle", wait_for_key),
        patch("textual.pilot.wait_for_idle", come_to_rest),
        patch.object(_time, "get_time", lambda: time.monotonic() + ahead),
    ):
        yield
