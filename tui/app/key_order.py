"""Keys that come in one piece, as over a slow link, act one after the other.

Textual hands a key to the widget in focus and turns to the next one at once; the key's binding is looked for
only when it has bubbled up to the app. A tab and the text typed after it would go to the same field.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

from tui.app.terminal.bursts import Burst

# After so many seconds a key that got lost on its way is not waited for any longer.
PATIENCE = 0.3


class OrderedKeys(App[int]):
    """While a key is on its way that may do more than write, the later ones wait."""

    _waiting: deque[events.Key | events.Paste] | None = None
    _last_resort: asyncio.TimerHandle | None = None
    _turn = 0

    @property
    def typing(self) -> bool:
        """Whether the focus is in a text field."""
        return self.focused is not None and self.focused.check_consume_key("a", "a")

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        else:
            await self._hand_in(event)

    async def _hand_in(self, event: events.Key | events.Paste) -> None:
        if self._waiting is not None:
            self._waiting.append(event)
        else:
            await self._act(event)

    async def take_input(self, event: events.Key | events.Paste) -> None:
        """A key or a paste whose turn it is."""
        await super().on_event(event)

    async def take_burst(self, burst: Burst) -> None:
        """Text that came at once, outside a text field, and that no person typed."""
        await self.take_input(events.Paste(burst.text))

    async def _unpack(self, burst: Burst) -> None:
        """Text that came in one read: typed into a field; elsewhere keys if a person may have meant them,
        else a paste. No part of it answers a dialog that an earlier part has opened."""
        while burst.keys:
            elsewhere = burst.began_on is not None and burst.began_on is not self.screen
            if elsewhere and (not self.typing or not burst.keys[0].is_printable):
                return
            if burst.spent and not self.typing:
                return
            if not self.typing and not burst.may_be_keys:
                await self.take_burst(burst)
                return
            burst.began_on = burst.began_on or self.screen
            await self._act(burst.take_first())
            if self._waiting is not None:
                self._waiting.appendleft(burst)
                return

    async def _act(self, event: events.Key | events.Paste) -> None:
        if isinstance(event, Burst):
            await self._unpack(event)
            return
        writes = self.typing and (isinstance(event, events.Paste) or event.is_printable)
        screen = self.screen
        await self.take_input(event)
        if not writes and not self._exit:
            self._waiting = deque()
            self._turn += 1
            loop = asyncio.get_running_loop()
            self._last_resort = loop.call_later(PATIENCE, self.call_later, self._go_on, self._turn)
            self.after_keys(partial(self._settle, self._turn, screen))

    def after_keys(self, callback: Callable[[], Any]) -> None:
        """Call this behind every key that is on its way, from the widget in focus up to the app."""
        self._follow(self.focused or self.screen, callback)

    def _follow(self, pump: MessagePump, callback: Callable[[], Any]) -> None:
        if pump is self:
            self.call_later(callback)
        else:
            pump.call_later(self._follow, pump._parent or self, callback)

    def _settle(self, turn: int, before: Screen[Any]) -> None:
        """The key has acted. What it gave the focus to, perhaps in a dialog that is still being made, has it
        a step later."""
        if self.screen is before:
            self.call_later(self._go_on, turn)
        else:
            self.screen.call_later(self.call_later, self._go_on, turn)

    async def _go_on(self, turn: int) -> None:
        if turn != self._turn or self._waiting is None:
            return
        if self._last_resort is not None:
            self._last_resort.cancel()
        waiting, self._waiting = self._waiting, None
        while waiting:
            await self._hand_in(waiting.popleft())
