"""The switches as they stand for one call."""

from __future__ import annotations

import threading
from collections.abc import Collection

from tui.classes import define
from tui.server.switching.switches import SWITCHES, Setting, Switches, parse_setting, read_duration


@define(frozen=True, slots=True)
class Conditions:
    """What each switch says about one call."""

    values: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def seconds(self, name: str) -> float:
        """A duration switch, in seconds."""
        return read_duration(self.values[name])


class Switchboard:
    """The switches of a running sandbox, and how many calls each limited one still holds for. Thread-safe."""

    def __init__(self, switches: Switches) -> None:
        self._lock = threading.Lock()
        self._board: list[tuple[Setting, list[int]]] = []
        for setting in switches.settings:
            self._put(setting)

    def set_switch(self, text: str) -> None:
        """Set one more switch, `NAME=VALUE[@LIMITS]`, from the next call on. Raises UsageError."""
        setting = parse_setting(text)
        with self._lock:
            self._put(setting)

    def lasting(self, name: str) -> str:
        """What a switch says of calls to which no limit applies; uses nothing up."""
        with self._lock:
            chosen = [entry.value for entry, _ in self._board if entry.name == name and not entry.is_limited]
        return chosen[-1] if chosen else SWITCHES[name].default

    def _put(self, setting: Setting) -> None:
        if not setting.is_limited:
            self._board = [entry for entry in self._board if entry[0].name != setting.name]
        self._board.append((setting, [] if setting.calls is None else [setting.calls]))

    def begin_call(self, method: str, macs: Collection[str]) -> Conditions:
        """What holds for this call; settings for the next N calls are used up by one."""
        values = {name: switch.default for name, switch in SWITCHES.items()}
        with self._lock:
            for setting, left in self._board:
                if not setting.fits(method, macs) or left == [0]:
                    continue
                values[setting.name] = setting.value
                if left:
                    left[0] -= 1
        return Conditions(values)
