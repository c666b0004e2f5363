"""What this program uses of Textual's private names is there and does what is expected of it."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Label, TextArea

from tui.app import textual_private as private
from tui.app.textual_private import OpenDriver, XTermParser

APP = Path(private.__file__).parent
TEXTUAL = (App, Driver, Input, LinuxDriver, MessagePump, Screen, TextArea, Widget, XTermParser)


def find_private_names() -> set[str]:
    """Methods, and attributes that some method sets, of the classes that are used or subclassed here."""
    found: set[str] = set()
    for one in {base for cls in TEXTUAL for base in cls.__mro__ if base is not object}:
        found |= {name for name in vars(one) if re.match(r"_[a-z]", name)}
        found |= set(re.findall(r"self\.(_[a-z]\w*)\s*[:=]", inspect.getsource(one)))
    return found


def find_own_names(tree: ast.AST) -> set[str]:
    """Names that a module itself gives to its classes and their attributes."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign | ast.NamedExpr) else targets
        for target in (each for one in targets for each in ast.walk(one)):
            own |= {target.attr} if isinstance(target, ast.Attribute) else set()
            own |= {target.id} if isinstance(target, ast.Name) else set()
    return own


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=lambda path: str(path.relative_to(APP)))
def test_no_other_module_touches_a_private_name_of_textual(path: Path) -> None:
    if path.name == "textual_private.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual")
        for alias in node.names
    ]
    assert [name for name in modules if "._" in name] == []
    foreign = find_private_names() - find_own_names(tree)
    touched = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert sorted(touched & foreign) == []
    defined = {
        each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    overridden = {name for name in defined if re.match(r"_[a-z]", name) and name in find_private_names()}
    assert sorted(overridden) == [], "a method of ours has the name of one of Textual's"


def test_a_digit_with_alt_is_a_key_of_its_own() -> None:
    private.free_alt_digits()
    (key,) = private.read_keys(XTermParser(), "\x1b3", alt=False)
    assert key.key == "alt+3"


def test_a_function_key_is_read_from_its_sequence() -> None:
    (key,) = private.read_keys(XTermParser(), "\x1bOP", alt=False)
    assert key.key == "f1"
    assert "\x1bOP" in private.ANSI_SEQUENCES_KEYS
    assert private.FUNCTIONAL_KEYS["13u"] == "enter"


def test_the_clock_of_events_runs_on() -> None:
    first = private.get_time()
    assert private.get_time() >= first


async def test_a_theme_that_is_set_first_is_the_theme_and_nothing_is_parsed_again() -> None:
    class Themed(App[None]):
        def __init__(self) -> None:
            private.begin_with_theme(self, "nord")
            super().__init__()

    app = Themed()
    async with app.run_test():
        assert app.theme == "nord"


async def test_what_is_asked_of_an_app_and_an_entry_is_there() -> None:
    class Asked(App[None]):
        def compose(self) -> list[Widget]:
            return [Input(suggester=SuggestFromList(["Nordlicht"])), Label("below")]

    app = Asked()
    async with app.run_test() as pilot:
        private.keep_clipboard(app, "7C2F80820ECE")
        assert app.clipboard == "7C2F80820ECE"
        assert private.find_parent(app.query_one(Label)) is app.screen
        await pilot.press("N")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert private.find_suggestion(app.query_one(Input)) == "Nordlicht"
        private.write_through(app, "")
        private.let_keys_in(app)
        assert not private.is_leaving(app)
        app.exit()
        assert private.is_leaving(app)


async def test_a_defect_is_told_in_the_words_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    class Defective(private.EndsQuietly):
        def on_mount(self) -> None:
            secret = "4711-secret"
            raise ValueError(secret)

        def describe_defect(self, error: BaseException | None) -> str:
            return f"a defect: {type(error).__name__}"

    app = Defective()
    with pytest.raises(ValueError, match="secret"):
        async with app.run_test():
            pass
    app._print_error_renderables()
    said = capsys.readouterr()
    assert "a defect: ValueError" in said.out + said.err
    assert "secret" not in said.out + said.err


@pytest.mark.parametrize(
    "name",
    [
        "_run_input_thread",
        "_enable_mouse_support",
        "_disable_mouse_support",
        "_get_terminal_size",
        "_sigtstp_application",
        "_sigcont_application",
    ],
)
def test_the_driver_still_has_the_method_that_is_called_or_replaced(name: str) -> None:
    assert callable(getattr(LinuxDriver, name))


def test_the_driver_of_textual_still_calls_what_is_replaced() -> None:
    source = inspect.getsource(LinuxDriver)
    for called in ("self._run_input_thread", "self._enable_mouse_support()", "self._disable_mouse_support()"):
        assert called in source, called


async def test_the_driver_gives_what_a_subclass_needs() -> None:
    app: App[None] = App()
    driver = OpenDriver(app)
    assert driver.app is app
    assert not driver.is_writing
    assert len(driver.measure()) == 2
    driver.set_output(driver)
    assert driver._file is driver
    driver.end_writing(0.1)
