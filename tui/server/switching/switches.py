"""The sandbox's switches: what the real server may do that nobody has documented, and every failure of a
link.

A setting is written `NAME=VALUE`, or `NAME=VALUE@LIMIT[,LIMIT]` with the limits `registerDevice` (a
method), `mac:7C2F80820EC0` (calls that name this device) and `next:3` (the next three calls that fit). Of
several settings of one switch the last one that fits a call holds; one without limits replaces all earlier
ones of its switch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from tui.classes import define
from tui.errors import IdentifierError, UsageError
from tui.model.identifiers import parse_identifier
from tui.model.text.inert import make_inert
from tui.server.switching.switch_table import SWITCHES, Switch, is_count, read_duration
from tui.wire.xmlrpc import methods

__all__ = ["SWITCHES", "Setting", "Switch", "Switches", "parse_setting", "read_duration"]

_METHOD_NAMES = {name.rpartition(".")[2].casefold(): name for name in methods.METHODS}


@define(frozen=True, slots=True)
class Setting:
    """One switch set to a value; `method`, `mac` and `calls` limit it where they are not None."""

    name: str
    value: str
    method: str | None = None
    mac: str | None = None
    calls: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether it holds for some calls only."""
        return (self.method, self.mac, self.calls) != (None, None, None)

    def fits(self, method: str, macs: Collection[str]) -> bool:
        """Whether it holds for a call of `method` naming `macs`; how often it still holds is not asked
        here."""
        return self.method in (None, method) and (self.mac is None or self.mac in macs)

    def __str__(self) -> str:
        limits = [self.method.rpartition(".")[2]] if self.method else []
        limits += [f"mac:{self.mac}"] if self.mac else []
        limits += [f"next:{self.calls}"] if self.calls is not None else []
        return f"{self.name}={self.value}" + ("@" + ",".join(limits) if limits else "")


def _nearest(word: str, words: Iterable[str]) -> str:
    near = get_close_matches(word.casefold(), list(words), n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else ""


def parse_setting(text: str) -> Setting:
    """The setting that `NAME=VALUE[@LIMIT[,LIMIT]]` spells. Raises UsageError with the nearest known word."""
    name, equals, rest = text.strip().partition("=")
    name = name.strip().casefold()
    switch = SWITCHES.get(name)
    if switch is None:
        raise UsageError(f"No such switch: {make_inert(name)!r}.", hint=_nearest(name, SWITCHES) or _SEE)
    if not equals:
        raise UsageError(f"The switch {name} needs a value.", hint=f"Write {name}=VALUE: {switch.choices}.")
    value, at, limits = rest.rpartition("@")
    if not at:
        value, limits = rest, ""
    value = value.strip()
    if not switch.accepts(value):
        hint = _nearest(value, switch.values)
        raise UsageError(
            f"The switch {name} does not take {make_inert(value)!r}.", f"It takes {switch.choices}.", hint
        )
    method = mac = calls = None
    for limit in limits.split(",") if at else ():
        kind, colon, argument = limit.strip().partition(":")
        if kind == "next" and is_count(argument):
            calls = int(argument)
        elif kind == "mac" and colon:
            mac = _read_mac(argument)
        elif not colon and (known := _METHOD_NAMES.get(kind.rpartition(".")[2].casefold())):
            method = known
        else:
            raise UsageError(
                f"The switch {name} cannot be limited to {make_inert(limit)!r}.",
                "A limit is a method, mac:XXXXXXXXXXXX, or next:N.",
                _nearest(kind.rpartition(".")[2], _METHOD_NAMES),
            )
    return Setting(name, value, method, mac, calls)


_SEE = "`redirectory sandbox switches` lists them all."


def _read_mac(text: str) -> str:
    try:
        return parse_identifier(text).mac
    except IdentifierError as error:
        raise UsageError(error.title, error.detail, "Write mac:XXXXXXXXXXXX.") from None


@define(frozen=True, slots=True)
class Switches:
    """The settings of a sandbox, in the order given. Immutable: `with_setting` gives another."""

    settings: tuple[Setting, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Switches:
        """The settings that the texts spell. Raises UsageError."""
        switches = cls()
        for text in texts:
            switches = switches.with_setting(parse_setting(text))
        return switches

    def with_setting(self, setting: Setting) -> Switches:
        """These and one more; without limits it replaces all of its name."""
        kept = self.settings
        if not setting.is_limited:
            kept = tuple(old for old in kept if old.name != setting.name)
        return Switches((*kept, setting))
