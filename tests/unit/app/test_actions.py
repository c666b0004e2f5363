"""The registry of actions."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from textual.widget import Widget

from tui.app import actions
from tui.app.actions import ACTIONS, DIALOGS, Action, bindings, in_scope, key_sign
from tui.app.shell.app import RedirectoryApp
from tui.app.shell.main_screen import PAGE_CLASSES

APP = Path(actions.__file__).parent
PAGES = [page for page, where in PAGE_CLASSES.items() if find_spec(where.partition(":")[0])]


def test_every_id_is_used_once() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_action_of_a_page_is_something_the_page_can_do(page: str) -> None:
    module, _, name = PAGE_CLASSES[page].partition(":")
    page_class = getattr(import_module(module), name)
    for action in in_scope(page):
        where, _, call = (action.call or action.name).rpartition(".")
        doer = RedirectoryApp if where == "app" else page_class
        assert hasattr(doer, f"action_{call}"), action.id


@pytest.mark.parametrize("action", in_scope("app"), ids=lambda action: action.id)
def test_every_action_of_the_app_is_something_the_app_can_do(action: Action) -> None:
    name = (action.call or action.name).partition("(")[0]
    assert hasattr(RedirectoryApp, f"action_{name}")


@pytest.mark.parametrize("scope", ["app", *PAGES])
def test_no_two_actions_of_a_page_share_a_key(scope: str) -> None:
    keys = Counter(key for action in in_scope(scope) for key in action.keys.split(",") if key)
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_action_can_only_be_reached_by_a_control_letter() -> None:
    for action in ACTIONS:
        if action.keys and not action.shown and action.scope != "app":
            assert not all(key.startswith("ctrl+") for key in action.keys.split(",")), action.id


# The table of verbs: a letter means the same on every page.
VERBS = {
    "deregister": "d",
    "retarget": "e",
    "refresh": "r",
    "watch": "w",
    "test": "t",
    "undo": "z",
    "export": "x",
    "copy": "y",
    "reveal": "v",
    "sort": "s",
    "mark": "space",
    "mark-all": "a",
    "invert": "i",
    "unmark": "u",
}


@pytest.mark.parametrize(
    "action", [a for a in ACTIONS if a.id.partition(".")[2] in VERBS], ids=lambda a: a.id
)
def test_a_verb_has_its_letter_on_every_page(action: Action) -> None:
    assert action.keys.split(",")[0] == VERBS[action.id.partition(".")[2]]


def test_bindings_carry_the_id_so_that_keys_can_be_remapped() -> None:
    assert {binding.id for binding in bindings("register") if not isinstance(binding, tuple)} <= {
        a.id for a in ACTIONS
    }


@pytest.mark.parametrize(
    ("keys", "sign"),
    [
        ("enter", "⏎"),
        ("ctrl+p", "^p"),
        ("f4", "F4"),
        ("alt+1", "M-1"),
        ("question_mark", "?"),
        ("j,down", "j"),
    ],
)
def test_keys_are_written_short(keys: str, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert key_sign(keys) == sign


@pytest.mark.parametrize(
    "terminal",
    [{"LC_ALL": "de_DE.ISO-8859-1"}, {"LC_ALL": "C.UTF-8", "TERM": "linux"}],
    ids=["latin", "linux"],
)
def test_enter_is_written_out_where_the_terminal_has_no_sign_for_it(
    terminal: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)
    assert key_sign("enter") == "Enter"


def find_doers(scope: str) -> set[type]:
    """The dialogs and widgets whose keys are those of a scope."""
    for path in sorted(APP.rglob("*.py")):
        import_module(".".join(("tui", *path.relative_to(APP.parent).with_suffix("").parts)))
    ids = {action.id for action in in_scope(scope)}
    found: set[type] = set()
    kinds: list[type[Widget]] = [Widget]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if ids & {getattr(binding, "id", None) for binding in vars(kind).get("BINDINGS", ())}:
            found.add(kind)
    return found


@pytest.mark.parametrize("scope", sorted(DIALOGS))
def test_every_action_of_a_dialog_is_something_the_dialog_can_do(scope: str) -> None:
    doers = find_doers(scope)
    assert doers, "no dialog or widget has these keys"
    for doer in doers:
        for action in in_scope(scope):
            where, _, name = (action.call or action.name).partition("(")[0].rpartition(".")
            assert hasattr(RedirectoryApp if where else doer, f"action_{name}"), (doer, action.id)


def test_no_key_is_bound_but_through_the_registry() -> None:
    binding = [path for path in APP.rglob("*.py") if "Binding(" in path.read_text(encoding="utf-8")]
    assert binding == [APP / "actions.py"]
