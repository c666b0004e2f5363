"""The difference shows what the frames would have shown, cell for cell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from tests.terminal.frames import frames
from tests.terminal.reference import ReferenceTerminal
from tui.app.terminal.cells import UNKNOWN, is_settled
from tui.app.terminal.diff import ScreenDiff

SIZES = st.tuples(st.integers(2, 40), st.integers(1, 12))


@st.composite
def sessions(draw: st.DrawFn) -> tuple[tuple[int, int], list[tuple[str, bool]]]:
    width, height = draw(SIZES)
    steps = draw(st.lists(st.tuples(frames(width, height), st.booleans()), min_size=1, max_size=8))
    return (width, height), steps


@settings(max_examples=400)
@given(sessions())
def test_the_difference_leads_to_the_same_cells_and_cursor_as_the_frames(session: Any) -> None:
    size, steps = session
    raw, thin, diff = ReferenceTerminal(*size), ReferenceTerminal(*size), ScreenDiff(*size)
    for frame, caught_up in steps:
        raw.feed(frame)
        assert diff.take(frame)
        if caught_up:
            thin.feed(diff.update().text)
            assert thin.screen.looks() == raw.screen.looks()
            assert thin.cursor == raw.cursor
    thin.feed(diff.update().text)
    assert thin.screen.looks() == raw.screen.looks()
    assert thin.screen.cursor.attrs == thin.screen.default_char
    assert thin.screen.margins is None


@settings(max_examples=150)
@given(sessions())
def test_nothing_is_written_for_a_frame_that_changes_nothing(session: Any) -> None:
    size, steps = session
    diff = ScreenDiff(*size)
    for frame, _ in steps:
        diff.take(frame)
        diff.update()
        diff.take(frame)
        assert diff.update().text == ""


@settings(max_examples=150)
@given(sessions(), st.sampled_from((1, 2)))
def test_a_terminal_with_another_opinion_on_widths_has_every_settled_cell_in_place(
    session: Any, opinion: int
) -> None:
    def width_of(char: str) -> int:
        width = get_character_cell_size(char)
        return width if width == 0 or is_settled(char) else opinion

    (columns, lines), steps = session
    diff = ScreenDiff(columns, lines)
    there = ReferenceTerminal(columns, lines, width_of)
    for frame, _ in steps:
        diff.take(frame)
        there.feed(diff.update().text)
        for y, row in enumerate(diff.wanted):
            for x, cell in enumerate(row.chars):
                # A terminal that draws the last column's character wide has room for it on the left alone.
                width = 1 + (row.chars[x + 1 : x + 2] == [""])
                pushed = x + width + 1 == columns and not is_settled(row.chars[-1])
                if cell not in ("", UNKNOWN) and is_settled(cell) and not pushed:
                    assert there.screen.buffer[y][x].data == cell


@pytest.mark.parametrize(
    "data",
    [
        "",
        "text without a place",
        "\x1b[1;1H\x1b[31mred for ever",
        "\x1b[1;1Ha\x1b[K",
        "\x1b[1;1Ha\tb",
        "\x1b[1;1H\x1b[38;5mx\x1b[0m",
        "\x1b[1;1H\x1b[4:3mx\x1b[0m",
        "\x1b[1;1H\x1b[58;5;1mx\x1b[0m",
        "\x1b[9;1Hbelow",
        "\x1b[1;8Htoo long",
        "\x1b[3;1Hlast\n\x1b[1;1H",
        "\x1b[1;1Hover\n",
        "\x1b[2J\x1b[1;1Hx",
        "\x1b[1;1H\x9b31mx",
    ],
)
def test_what_is_not_a_plain_frame_is_refused_and_changes_nothing(data: str) -> None:
    diff = ScreenDiff(10, 3)
    assert diff.take("\x1b[1;1Hhere\x1b[1;1H")
    before = diff.wanted.copy()
    assert not diff.take(data)
    assert diff.wanted == before


@settings(max_examples=200)
@given(st.text(st.sampled_from("\x1b[]0123456789;:?<>mHKJhlABu\n\r\t\x07\\aé漢\x9b\u0301"), max_size=60))
def test_garbage_is_refused_or_shown_as_the_terminal_would(data: str) -> None:
    diff = ScreenDiff(10, 3)
    frame = f"\x1b[2;3Hx{data}"
    raw, thin = ReferenceTerminal(10, 3), ReferenceTerminal(10, 3)
    if diff.take(frame):
        raw.feed(frame)
        thin.feed(diff.update().text)
        assert thin.screen.looks() == raw.screen.looks()


def test_a_link_is_opened_and_closed_around_its_cells() -> None:
    diff = ScreenDiff(20, 1)
    assert diff.take(
        "\x1b[1;1Hsee \x1b]8;id=1;https://x.example\x1b\\\x1b[4mhere\x1b[0m\x1b]8;;\x1b\\ .\x1b[1;1H"
    )
    text = diff.update().text
    assert "\x1b]8;id=1;https://x.example\x1b\\here" in text
    assert "\x1b]8;;\x1b\\" in text.partition("here")[2]


def test_a_marked_character_is_sent_with_its_marks() -> None:
    diff = ScreenDiff(20, 1)
    diff.take("\x1b[1;1Hcafe\u0301 bar          \x1b[1;1H")
    diff.update()
    diff.take("\x1b[1;1Hcafe\u0300 bar          \x1b[1;1H")
    assert "e\u0300" in diff.update().text


def test_a_screen_nobody_knows_is_cleared_once_and_only_its_text_is_sent() -> None:
    diff = ScreenDiff(80, 24)
    diff.take("\n".join(f"\x1b[{y};1H{'row ' + str(y):80}" for y in range(1, 25)))
    text = diff.update().text
    assert text.startswith("\x1b[m\x1b[2J")
    assert len(text) < 24 * 16
