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

from tui.app.terminal.bursts import Burst, Pasted
from tui.app.textual_private import find_parent, is_leaving

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
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif not event.is_forwarded:
            await self._hand_in(event)
        elif not self._is_refused(event):  # a dialog may have opened while it was on its way
            await super().on_event(event)

    def _is_refused(self, event: events.Key | events.Paste) -> bool:
        """Whether the dialog in front asks something, and the key came before it did."""
        refuses: Callable[[events.Key | events.Paste], bool] | None = getattr(self.screen, "refuses", None)
        return refuses is not None and refuses(event)

    async def _hand_in(self, event: events.Key | events.Paste) -> None:
        if self._waiting is not None:
            self._waiting.append(event)
        else:
            await self._act(event)

    async def take_input(self, event: events.Key | events.Paste) -> None:
        """A key or a paste whose turn it is."""
        if not self._is_refused(event):
            await super().on_event(event.make_plain() if isinstance(event, Pasted) else event)

    async def take_burst(self, burst: Burst) -> None:
        """Text that came at once, outside a text field, and that no person typed."""
        await self.take_input(events.Paste(burst.text))

    async def _unpack(self, burst: Burst) -> None:
        """Text that came in one read: typed into a field; elsewhere keys if a person may have meant them,
        else a paste. A dialog that a part of it opens refuses the rest by itself."""
        while burst.keys:
            if not self.typing and not burst.are_keys:
                if burst.is_one_key:
                    burst.drop_the_rest()
                else:
                    if burst.is_text:
                        await self.take_burst(burst)
                    return
            await self._act(burst.take_first(self.typing))
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
        if not writes and not is_leaving(self):
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
            pump.call_later(self._follow, find_parent(pump) or self, callback)

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
