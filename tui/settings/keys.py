"""Keys that [keys] of config.toml gives to actions: whether a key exists, and which two actions it is for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from tui.settings.action import Action
from tui.settings.actions import ACTIONS, DIALOGS
from tui.settings.files.toml_file import suggest

_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_NAMED = (
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"),
    *("pageup", "pagedown", "up", "down", "left", "right"),
    *(f"f{number}" for number in range(1, 25)),
)
# Names that differ from those of Unicode.
_OTHERWISE = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


class KeyMistake(NamedTuple):
    """What is wrong with the keys of one action, and what to do."""

    action: str
    text: str
    hint: str = ""


def find_key_mistakes(keys: Mapping[str, Sequence[str]]) -> Iterator[KeyMistake]:
    """Keys that no keyboard has, and keys that would then be for two actions of one screen. Pairs that share
    a key without the person's doing, as an action of a page that hides one of the app, are none."""
    for action, given in keys.items():
        for key in _split(given) or [""]:
            if not _exists(key):
                yield KeyMistake(action, "There is no such key.", suggest(key.rpartition("+")[2], _NAMED))
    before = {action.id: set(map(_normalize, _split([action.keys]))) for action in ACTIONS}
    after = before | {name: set(map(_normalize, _split(given))) for name, given in keys.items()}
    for place, one in enumerate(ACTIONS):
        for other in ACTIONS[place + 1 :]:
            if not _meet(one, other) or not (one.id in keys or other.id in keys):
                continue
            shared = after[one.id] & after[other.id] - (before[one.id] & before[other.id])
            if shared:
                named, hidden = (one, other) if one.id in keys else (other, one)
                yield KeyMistake(
                    named.id,
                    f"{', '.join(sorted(shared))} is the key of {hidden.id} too ({hidden.label}).",
                    f"Give one of the two another key, here or as {hidden.id}.",
                )


def _meet(one: Action, other: Action) -> bool:
    """Whether both actions can be had at the same time and do different things."""
    scopes = {one.scope, other.scope}
    together = len(scopes) == 1 or ("app" in scopes and not scopes & DIALOGS)
    return together and (one.call or one.id) != (other.call or other.id)


def _split(given: Sequence[str]) -> list[str]:
    return [key.strip() for text in given for key in text.split(",") if key.strip()]


def _exists(key: str) -> bool:
    *modifiers, last = key.split("+") if len(key) > 1 and not key.endswith("+") else [key]
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        return False
    if len(last) == 1 or last in _NAMED or last in _OTHERWISE.values():
        return last.isprintable()
    for name in (last.replace("_", " "), last.replace("_", "-", 1).replace("_", " ")):
        with suppress(KeyError):
            return bool(unicodedata.lookup(name))
    return False


def _normalize(key: str) -> str:
    """A key under its name: `?` is `question_mark`."""
    before, plus, last = key.rpartition("+") if len(key) > 1 and not key.endswith("+") else ("", "", key)
    if len(last) == 1 and not last.isalnum():
        name = unicodedata.name(last, last).lower().replace("-", "_").replace(" ", "_")
        last = _OTHERWISE.get(name, name)
    return f"{before}{plus}{last}"
