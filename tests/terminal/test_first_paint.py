"""What is painted before Textual is there, and what becomes of keys typed meanwhile: the app in a pty."""

from __future__ import annotations

import os
import signal
import sys
import termios
from pathlib import Path

import pyte
import pytest

from tests.benchmarks.bytes_on_the_line import Terminal
from tests.benchmarks.result import make_environ
from tui.app.first_paint import TITLES, draw, expects_register
from tui.app.shell.main_screen import TABS

DEMO = [sys.executable, "-m", "tui", "--demo"]
FAILING = """
import sys
from tui.app.shell.app import RedirectoryApp
async def begin(self):
    password = "hunter2" + "-in-a-local"
    raise ValueError(password)
RedirectoryApp.begin = begin
from tui.app.boot.start import start
sys.exit(start(["--demo"]))
"""

# A signal in the callback of a weak reference, where Python drops what the handler raises.
AT_AN_IMPORT = """
import os, sys, weakref
class Finder:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            thing = set()
            keep.append(weakref.ref(thing, lambda _: os.kill(os.getpid(), {number})))
keep = []
sys.meta_path.insert(0, Finder())
"""


def screen_of(data: bytes, size: tuple[int, int]) -> list[str]:
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(data)
    return list(screen.display)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return make_environ(str(tmp_path))


def wait_for(terminal: Terminal, mark: bytes) -> None:
    while mark not in terminal.written:
        assert not terminal.ended
        terminal.read(first=10, limit=0.01)


def test_its_tabs_are_those_of_the_app() -> None:
    assert list(TITLES) == [(page_id, title) for page_id, title, _, _ in TABS]


@pytest.mark.parametrize("size", [(80, 24), (85, 24), (86, 30), (200, 50)])
def test_the_app_changes_nothing_of_what_was_painted(size: tuple[int, int], environ: dict[str, str]) -> None:
    with Terminal(DEMO, size, environ) as terminal:
        wait_for(terminal, b"\x1b[?25l")
        painted = screen_of(bytes(terminal.written), size)
        terminal.read_until(rb"\^p")
        shown = screen_of(bytes(terminal.written), size)
    early = screen_of(draw("register", "opening …", size).encode(), size)
    assert painted[1:6] == early[1:6]
    assert [line[:12] for line in shown[1:6]] == [line[:12] for line in early[1:6]]
    assert (shown[1], shown[2], shown[-2]) == (early[1], early[2], early[-2])


def test_keys_typed_before_the_app_is_there_reach_the_field(environ: dict[str, str]) -> None:
    with Terminal(DEMO, (80, 24), environ) as terminal:
        wait_for(terminal, b"Provider")
        terminal.send(b"7C2F80820EC0-55DF")
        terminal.read_until(rb"55DF")
        assert "7C2F80820EC0-55DF" in screen_of(bytes(terminal.written), (80, 24))[3]


@pytest.mark.parametrize("key", [b"\x03", b"\x11"])
def test_leaving_early_gives_the_terminal_back(key: bytes, environ: dict[str, str]) -> None:
    shell = ["sh", "-c", f'trap : INT; {sys.executable} -m tui --demo; echo "left $?"; read hold']
    with Terminal(shell, (80, 24), environ) as terminal:
        before = termios.tcgetattr(terminal.fd)
        wait_for(terminal, b"Provider")
        terminal.send(key)
        terminal.read_until(rb"left \d+")
        assert terminal.written.count(b"\x1b[?1049h") == terminal.written.count(b"\x1b[?1049l") == 1
        assert termios.tcgetattr(terminal.fd)[:4] == before[:4]


@pytest.mark.parametrize("module", ["tui.settings.files.paths", "textual.app", "tui.app.terminal.driver"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_python_drops_during_an_import_ends_the_app_all_the_same(
    number: int, module: str, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(AT_AN_IMPORT.format(module=module, number=int(number)))
    path = os.pathsep.join([str(tmp_path), *filter(None, [environ.get("PYTHONPATH")])])
    shell = ["sh", "-c", f'{sys.executable} -m tui --demo; echo "left $?"; read hold']
    with Terminal(shell, (80, 24), {**environ, "PYTHONPATH": path}) as terminal:
        before = termios.tcgetattr(terminal.fd)
        terminal.read_until(rb"left \d+")
        assert f"left {128 + number}".encode() in terminal.written
        assert terminal.written.count(b"\x1b[?1049h") == terminal.written.count(b"\x1b[?1049l")
        assert termios.tcgetattr(terminal.fd)[:4] == before[:4]


def test_a_defect_ends_the_app_with_a_sentence_and_no_values(environ: dict[str, str]) -> None:
    with Terminal([sys.executable, "-c", FAILING], (80, 24), environ) as terminal:
        terminal.read_until(rb"a defect of the program")
        assert b"ValueError" in terminal.written
        assert b"hunter2" not in terminal.written


@pytest.mark.parametrize("term", ["dumb", "linux", ""])
def test_a_terminal_of_which_little_is_known_is_left_to_textual(term: str, environ: dict[str, str]) -> None:
    with Terminal(DEMO, (80, 24), {**environ, "TERM": term}) as terminal:
        wait_for(terminal, b"Redirectory")
        assert not terminal.written.startswith(b"\x1b[?1049h\x1b[2J\x1b[1;2H")


def test_register_is_expected_as_soon_as_an_account_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("REDIRECTORY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REDIRECTORY_HOME", str(tmp_path))
    assert not expects_register({})
    assert expects_register({"account": "demo"})
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "accounts.toml").write_text("")
    assert expects_register({})
    (tmp_path / "config" / "config.toml").write_text('[app]\nstart = "devices"\n')
    assert not expects_register({})
