"""The one registry of actions: feeds key bindings, palette, footer and help; remapped by id from `[keys]`."""

from __future__ import annotations

from tui.settings.action import Action
from tui.settings.dialog_actions import DIALOG_ACTIONS
from tui.settings.page_actions import PAGE_ACTIONS

ACTIONS: tuple[Action, ...] = (*PAGE_ACTIONS, *DIALOG_ACTIONS)
DIALOGS = frozenset(action.scope for action in DIALOG_ACTIONS)
"""Scopes that no page and no app shares keys with: dialogs, and widgets that have keys of their own."""


def by_id() -> dict[str, Action]:
    """Every action under its id."""
    return {action.id: action for action in ACTIONS}


def in_scope(scope: str) -> list[Action]:
    """The actions of one page, or of the app."""
    return [action for action in ACTIONS if action.scope == scope]
