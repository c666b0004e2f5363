"""What arrives outside a text field: a scanner's burst, a paste."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from textual import events

from tui.app.terminal.bursts import Burst
from tui.app.widgets.scanning import BurstWatch
from tui.model.identifiers import recognise

AFTER_SCAN = 0.25
# A letter head, a script or the output of a server may begin with lines that name no device.
_MOST_LOOKED_AT = 2000


class Host(Protocol):
    """The app, as far as this concerns it."""

    @property
    def typing(self) -> bool: ...
    @property
    def screen_stack(self) -> Sequence[Any]: ...
    def after_keys(self, callback: Callable[[], Any]) -> None: ...
    def pop_screen(self) -> Any: ...
    def say(self, text: str, severity: Any = "information") -> None: ...
    async def hand_list(self, page_id: str, data: str | bytes, name: str = "") -> None: ...
    async def bring_front(self, page_id: str, carried: str | None = None) -> None: ...


class LooseInput:
    """Feed it every key and paste before the app acts on them."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self._burst = BurstWatch()
        self._scan_ended = float("-inf")

    async def take(self, event: events.Key | events.Paste) -> bool:
        """Whether it was taken: part of a scan, or a paste outside a field."""
        if isinstance(event, events.Key):
            taken = self._burst.take(event.key, event.character, event.time, self._app.typing)
            if taken:
                event.stop()
                if scanned := self._burst.finished():
                    self._scan_ended = time.monotonic()
                    self._app.after_keys(partial(self._scanned, scanned))
            return taken
        if self._app.typing:
            return False
        await self._pasted(event.text)
        return True

    async def take_burst(self, burst: Burst) -> None:
        """Text that came at once; the first keys of a scan may have come one by one, and have acted."""
        await self._pasted(self._burst.join(burst.text, burst.time))

    @property
    def just_scanned(self) -> bool:
        """Whether the first keys of a scan may still be on their way through the focused widget."""
        return time.monotonic() - self._scan_ended < AFTER_SCAN

    async def _scanned(self, text: str) -> None:
        """A scanner typed a MAC-ID while no field had the focus: undo what its first keys did, look it up."""
        while len(self._app.screen_stack) > 1:
            self._app.pop_screen()
        await self._app.bring_front("device_info", text)

    async def _pasted(self, text: str) -> None:
        if len(self._app.screen_stack) > 1:
            return
        from tui.intake.recognition.scanner import clean_scan
        from tui.intake.records.markup import holds_calls, is_markup
        from tui.intake.records.structured import is_json
        from tui.intake.text.command_lines import holds_command_lines

        lines = [line for line in text.splitlines() if line.strip()]
        listed = holds_command_lines(text) or is_json(text.lstrip("\ufeff"))
        if lines and (is_markup(text.lstrip("\ufeff")) or holds_calls(text)):
            await self._app.hand_list("upload", text)
            return
        if len(lines) == 1 and not listed:
            scan = clean_scan(lines[0])
            if scan.texts and recognise(scan.text).identifier is not None and len(scan.texts) == 1:
                await self._app.bring_front("device_info", scan.text)
                return
        found = (recognise(clean_scan(line).text).identifier is not None for line in lines[:_MOST_LOOKED_AT])
        if listed or any(found):
            await self._app.hand_list("register", text)
            return
        self._app.say("What was pasted holds no MAC-ID. Put the cursor into a field to paste text.")
