"""Actions as Textual binds them and as the footer writes their keys. A page says
`BINDINGS = bindings("devices")`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from textual.binding import Binding, BindingType

from tui.model.text.signs import is_coerced, translation
from tui.settings.action import Action
from tui.settings.actions import ACTIONS, DIALOGS, by_id, in_scope

__all__ = [
    "ACTIONS",
    "DIALOGS",
    "Action",
    "bindings",
    "by_id",
    "in_scope",
    "key_sign",
    "keys_of",
    "spell_sign",
]

ENTER = "⏎"
_SIGNS = {
    "enter": ENTER,
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "space": "space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "delete": "del",
}


def bindings(scope: str) -> list[BindingType]:
    """What a page puts into `BINDINGS`."""
    return [
        Binding(
            action.keys,
            action.call or action.name,
            action.label,
            id=action.id,
            priority=action.anywhere,
            show=False,
        )
        for action in in_scope(scope)
        if action.keys
    ]


def spell_sign(sign: str) -> str:
    """A key as it is written on this terminal: `Enter` where there is no sign for it, because the stand-in of
    one column looks like another key.
    """
    if ENTER not in sign:
        return sign
    translate = translation(os.environ, coerced=is_coerced(sys.flags.utf8_mode, os.environ))
    return sign if translate is None or translate(ENTER) == ENTER else sign.replace(ENTER, "Enter")


def key_sign(keys: str) -> str:
    """The first key of a list as the footer writes it: `⏎`, `esc`, `^p`, `F4`, `M-1`."""
    key = keys.split(",")[0].strip()
    prefix = ""
    while "+" in key[:-1]:
        modifier, _, key = key.partition("+")
        prefix += {"ctrl": "^", "alt": "M-", "shift": "S-"}.get(modifier, f"{modifier}-")
    if key in _SIGNS:
        return prefix + spell_sign(_SIGNS[key])
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return prefix + key.upper()
    return prefix + key


def keys_of(action: Action, remapped: Mapping[str, str]) -> str:
    """The keys in force for an action."""
    return remapped.get(action.id) or action.keys
