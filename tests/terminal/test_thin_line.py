"""What passes, what is merged and what makes the screen stale, on the way to the terminal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terminal.frames import frames
from tests.terminal.reference import ReferenceTerminal
from tui.app.terminal.line import CATCH_UP, ThinLine

INERT = (
    "\x1b[?25l", "\x1b[?1000;1002;1006h", "\x1b[>25u", "\x1b[<u", "\x1b[?2026$p", "\x1b[?2004h", "\x1b[?7l",
    "\x07", "\x1b]52;c;aGVsbG8=\x07", "\x1b]0;title\x1b\\", "\x1b]22;pointer\x07", "\x1b[c", "\x1b[6n",
)  # fmt: skip
GARBAGE = (
    "\x1b[2J", "\x1b[1;1H\x1b[3L\x1b[m", "\x1b[2;2Hstray\x1b[K", "loose text", "\x1b[1;1Hone\ntwo\nthree\n",
    "\x1b[31m\x1b[1;1Hred\x1b[0m", "\x1bM", "\x1b[1;1Htab\tstop", "\x1bc\x1b[?7l",
)  # fmt: skip


class Wire:
    """The queue of the writer thread, emptied when the test says so, into a reference terminal."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.queued: list[str] = []
        self.written: list[str] = []
        self.line = ThinLine(self.queued.append, lambda: self.size)
        self.terminal = ReferenceTerminal(*size)

    def drain(self) -> str:
        start = len(self.written)
        while self.queued:
            data = self.queued.pop(0)
            self.written.append(data if data != CATCH_UP else self.line.catch_up())
            self.terminal.feed(self.written[-1])
        return "".join(self.written[start:])


FULL = "\n".join(f"\x1b[{y};1H{'row ' + str(y):20}" for y in range(1, 6)) + "\x1b[1;1H"


@pytest.fixture
def wire() -> Wire:
    wire = Wire((20, 5))
    wire.line.write(FULL)
    wire.drain()
    return wire


@st.composite
def conversations(draw: st.DrawFn) -> Any:
    size = draw(st.integers(4, 30)), draw(st.integers(3, 8))
    step = st.one_of(
        frames(*size),
        frames(*size),
        st.sampled_from(INERT),
        st.sampled_from(GARBAGE),
        st.just("\x1b[?2026h"),
        st.none(),
    )
    return size, draw(st.lists(step, max_size=14))


@settings(max_examples=300)
@given(conversations())
def test_whatever_is_written_the_terminal_shows_the_same(conversation: Any) -> None:
    size, steps = conversation
    wire, raw = Wire(size), ReferenceTerminal(*size)
    for step in steps:
        if step is None:
            wire.drain()
            assert wire.terminal.screen.looks() == raw.screen.looks()
        else:
            wire.line.write(step)
            raw.feed(step)
    wire.drain()
    assert wire.terminal.screen.looks() == raw.screen.looks()
    assert [data for data in wire.written if data in INERT] == [step for step in steps if step in INERT]


def test_blanks_behind_a_cell_that_is_not_known_take_away_a_wide_character_across_their_edge() -> None:
    wire, raw = Wire((5, 3)), ReferenceTerminal(5, 3)
    empty = "\x1b[1;1H\n\x1b[2;1H\n\x1b[3;1H\x1b[1;1H"
    for step in (empty, "\x1b[2;1H\U0001f4de\x1b[1;1H", "loose text", empty, "\x1b[2;2H    \x1b[1;1H"):
        wire.line.write(step)
        raw.feed(step)
    wire.drain()
    assert wire.terminal.screen.looks() == raw.screen.looks()


@settings(max_examples=100)
@given(st.data())
def test_after_a_resize_the_next_full_frame_is_shown_whatever_the_terminal_made_of_the_old_cells(
    data: Any,
) -> None:
    wire = Wire((20, 6))
    for _ in range(4):
        size = data.draw(st.tuples(st.integers(2, 30), st.integers(2, 8)))
        wire.size = size
        wire.terminal = ReferenceTerminal(*size)
        wire.terminal.feed(data.draw(frames(*size)))
        if data.draw(st.booleans()):
            wire.line.write("\x1b[1;1Hlate frame of the old size\x1b[1;1H")
        wire.line.forget()
        raw = ReferenceTerminal(*size)
        rows = "\n".join(f"\x1b[{y + 1};1H" + f"row {y}".ljust(size[0])[: size[0]] for y in range(size[1]))
        for frame in (rows, data.draw(frames(*size))):
            wire.line.write(frame)
            raw.feed(frame)
        wire.drain()
        assert wire.terminal.screen.looks() == raw.screen.looks()


@pytest.mark.parametrize("data", INERT)
def test_modes_queries_clipboard_and_title_pass_unchanged_and_cost_no_repaint(wire: Wire, data: str) -> None:
    wire.line.write(data)
    wire.line.write(FULL)
    assert wire.drain() == data


@pytest.mark.parametrize("data", GARBAGE)
def test_what_is_not_understood_passes_unchanged_and_the_next_frame_is_sent_in_full(
    wire: Wire, data: str
) -> None:
    wire.line.write(data)
    assert wire.drain() == data
    wire.line.write(FULL)
    text = wire.drain()
    assert all(f"row {y}" in text for y in range(1, 6))


def test_frames_that_wait_are_merged_into_one_difference(wire: Wire) -> None:
    for letter in "abc":
        wire.line.write(f"\x1b[2;1H{letter}\x1b[1;1H")
    assert wire.queued == [CATCH_UP]
    assert "c" in wire.drain()
    assert "a" not in wire.written[-1]


def test_a_frame_is_shown_before_what_is_written_after_it(wire: Wire) -> None:
    wire.line.write("\x1b[2;1HX\x1b[1;1H")
    wire.line.write("\x1b[?1049l")
    assert wire.drain().endswith("\x1b[?1049l")
    assert "X" in "".join(wire.written[:-1])


def test_nothing_is_painted_on_the_main_screen_after_leaving_the_alternate_one(wire: Wire) -> None:
    wire.line.write("\x1b[?1049l")
    wire.drain()
    wire.line.repaint()
    assert wire.drain() == ""


def test_a_repaint_sends_the_whole_screen_again(wire: Wire) -> None:
    wire.terminal.feed("\x1b[3;1Hsomeone wrote here\x1b[5;5H")
    wire.line.repaint()
    wire.drain()
    raw = ReferenceTerminal(20, 5)
    raw.feed(FULL)
    assert wire.terminal.screen.looks() == raw.screen.looks()


def test_synchronized_output_is_used_once_announced_and_never_for_nothing(wire: Wire) -> None:
    def frame(row: str) -> str:
        return "\n".join(f"\x1b[{y};1H{row + str(y):20}" for y in range(1, 6)) + "\x1b[1;1H"

    wire.line.write(frame("something short no"))
    assert "\x1b[?2026" not in wire.drain()
    for data in ("\x1b[?2026h", frame("A TEXT TO BE LONG "), "\x1b[?2026l"):
        wire.line.write(data)
    text = wire.drain()
    assert text.startswith("\x1b[?2026h")
    assert text.endswith("\x1b[?2026l")
    assert text.count("2026") == 2
    for data in ("\x1b[?2026h", frame("A TEXT TO BE LONG "), "\x1b[?2026l"):
        wire.line.write(data)
    assert wire.drain() == ""


def test_cells_painted_before_the_driver_started_are_not_painted_again() -> None:
    wire = Wire((20, 5))
    wire.terminal.feed(FULL)
    wire.line.adopt(FULL, (20, 5))
    wire.line.write("\x1b[?1049h")
    wire.line.write(FULL.replace("row 4", "ROW 4"))
    text = wire.drain()
    assert "\x1b[?1049h" not in text
    assert "ROW" in text
    assert len(text) < 20


def test_cells_painted_for_another_size_are_painted_again() -> None:
    wire = Wire((20, 5))
    wire.line.adopt(FULL, (30, 5))
    wire.line.write("\x1b[?1049h")
    wire.line.write(FULL)
    text = wire.drain()
    assert text.startswith("\x1b[?1049h")
    assert "row 5" in text
