"""The driver in a real pty, beside Textual's own: the same screens for fewer bytes."""

from __future__ import annotations

import codecs
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks.bytes_on_the_line import KEYS as KEYS_SENT
from tests.benchmarks.bytes_on_the_line import Terminal, measure
from tests.terminal.reference import ReferenceTerminal
from tui.app.terminal.driver import SWITCH_OFF

ROOT = Path(__file__).parents[2]
ARGV = (sys.executable, "-m", "tests.terminal.sample_app")
ENV = {"PYTHONPATH": str(ROOT), "TEXTUAL_ANIMATIONS": "none"}
KEYS = (
    *(
        "down",
        "down",
        "pagedown",
        "down",
        "up",
        "pageup",
        "backtab",
        "a",
        "c",
        "m",
        "漢",
        "backspace",
        "é",
        "backspace",
    ),
    *(
        "left",
        "x",
        "home",
        "f3",
        "down",
        "pagedown",
        "end",
        "tab",
        "1",
        "2",
        "f4",
        "escape",
        "f2",
        "down",
        "end",
    ),
)


class Session(Terminal):
    """The sample application and the screen that it shows."""

    def __init__(self, size: tuple[int, int], env: dict[str, str] | None = None, *options: str) -> None:
        super().__init__((*ARGV, *options), size, ENV | (env or {}), quiet=0.15)
        self.shown = ReferenceTerminal(*size)
        self.decode = codecs.getincrementaldecoder("utf-8")().decode
        self.fed = 0
        self.settled = 0

    def show(self) -> ReferenceTerminal:
        self.shown.feed(self.decode(bytes(self.written[self.fed :])))
        self.fed = len(self.written)
        return self.shown

    def start(self) -> None:
        self.read_until(b"ready")
        self.settle()
        self.show()

    def settle(self) -> None:
        """Read until all that was sent so far has acted and is drawn."""
        self.settled += 1
        self.send(KEYS_SENT["f9"])
        self.read_until(b"settled %d\x07" % self.settled, limit=60)

    def act(self, key: str) -> bytes:
        """Press a key; what the program writes for it."""
        start = len(self.written)
        self.send(KEYS_SENT.get(key) or key.encode())
        self.settle()
        return re.sub(rb"\x1b\]1;settled \d+\x07", b"", self.written[start:])


@pytest.fixture
def stage() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(
    ("size", "env"),
    [
        ((80, 24), {}),
        ((61, 17), {"TERM": "linux", "COLORTERM": ""}),
        ((100, 30), {"NO_COLOR": "1", "TERM": "screen-256color", "COLORTERM": ""}),
    ],
)
def test_after_every_key_the_screen_is_the_one_of_textuals_own_driver(
    stage: ExitStack, size: tuple[int, int], env: dict[str, str]
) -> None:
    thin = stage.enter_context(Session(size, env))
    stock = stage.enter_context(Session(size, env | {SWITCH_OFF: "1"}))
    for session in (thin, stock):
        session.start()
    assert thin.show().screen.looks() == stock.show().screen.looks()
    for key in KEYS:
        for session in (thin, stock):
            session.act(key)
        assert thin.show().screen.looks() == stock.show().screen.looks(), key
        assert thin.shown.cursor == stock.shown.cursor, key
    assert len(thin.written) < len(stock.written) / 4


def test_a_resize_repaints_the_whole_screen(stage: ExitStack) -> None:
    thin = stage.enter_context(Session((80, 24)))
    stock = stage.enter_context(Session((80, 24), {SWITCH_OFF: "1"}))
    for session in (thin, stock):
        session.start()
    for size in ((100, 30), (50, 12), (51, 12), (80, 24)):
        for session in (thin, stock):
            session.resize(size)
            # What a terminal keeps of its cells after a resize is its own affair: here it is litter.
            session.shown = ReferenceTerminal(*size)
            session.shown.feed("\n".join(f"\x1b[{y};1Hlitter" for y in range(1, size[1] + 1)))
            session.read_until(b"ready", limit=60)
            session.settle()
        assert thin.show().screen.looks() == stock.show().screen.looks(), size
        assert not any("litter" in line for line in thin.shown.screen.display)


def test_after_a_suspend_and_a_resume_everything_is_painted_again(stage: ExitStack) -> None:
    thin = stage.enter_context(Session((80, 24)))
    thin.start()
    thin.act("down")
    before = thin.show().screen.looks()
    thin.send(b"\x1a")
    _, status = os.waitpid(thin.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert b"\x1b[?1049l" in thin.read()
    thin.show()
    thin.shown.feed("\x1b[5;1H" + "$ a shell and its output\n" * 8)
    os.kill(thin.pid, signal.SIGCONT)
    assert b"\x1b[?1049h" in thin.read_until(b"ready")
    assert thin.show().screen.looks() == before
    thin.act("down")
    assert thin.show().screen.looks() != before


def test_a_repaint_on_request_removes_what_others_wrote(stage: ExitStack) -> None:
    thin = stage.enter_context(Session((80, 24)))
    thin.start()
    before = thin.show().screen.looks()
    thin.shown.feed("\x1b[9;1Hwall: the system goes down\n")
    thin.act("\x0c")
    assert thin.show().screen.looks() == before


def test_the_clipboard_passes_and_costs_no_repaint(stage: ExitStack) -> None:
    thin = stage.enter_context(Session((80, 24)))
    thin.start()
    assert thin.act("f5") == b"\x1b]52;c;N0MyRjgwQTFCMkMz\x07"


def test_quitting_leaves_the_terminal_as_it_was(stage: ExitStack) -> None:
    thin = stage.enter_context(Session((80, 24), None, "mouse"))
    thin.start()
    thin.send(b"\x1b[21~")
    text = thin.read_until(b"1004l")
    for sequence in (
        b"\x1b[?1000;1002;1006l",
        b"\x1b[?1049l",
        b"\x1b[?25h",
        b"\x1b[?7h",
        b"\x1b[?2004l",
        b"\x1b[<u",
    ):
        assert sequence in text
    assert b"ready" not in text


def test_a_list_stays_within_its_bytes(stage: ExitStack) -> None:
    thin = stage.enter_context(Session((80, 24)))
    thin.start()
    assert len(thin.written) < 3900
    assert thin.act("f12") == b""
    actions = {
        "down": (70, ["down"] * 4),
        "bottom": (1600, ["pagedown"]),
        "page": (800, ["pagedown"] * 3),
        "scroll": (200, ["down"] * 4),
        "top": (1600, ["pageup"] * 5),
        "focus": (70, ["backtab"]),
        "letter": (150, ["7", "c"]),
    }
    for name, (most, keys) in actions.items():
        assert median(len(thin.act(key)) for key in keys) <= most, name


def test_a_program_that_is_not_there_is_reported_as_not_installed() -> None:
    assert measure(["no-such-program-anywhere"], {"down": ["down"]}) == {"error": "not installed"}
