"""The table of devices by itself: drawing, cursor, marks, search and order, at any width and length."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.app.widgets.device_lines import Columns, draw_header, draw_row, fit, shift_left
from tui.app.widgets.device_table import DeviceTable
from tui.model.device import MAC, PROVIDER, SERVER_DATE, DeviceRow
from tui.services.devices.device_list import DeviceList

HOSTILE = ("7C2F80000001", "[/][bold]漢字\x1b[31m", "http://u:geheim@h/\u202e%MACD.xml", "\x9b2J")


def rows_of(count: int) -> list[DeviceRow]:
    return [
        (
            f"7C2F80{number:06X}",
            ("Alpha", "Beta", "Gamma")[number % 3],
            f"http://h{number % 5}/%MACD.xml",
            f"2026-01-{1 + number % 28:02d}",
        )
        for number in range(count)
    ]


class Bench(App[None]):
    """A table and what it said."""

    CSS = "* { scrollbar-size: 0 0; }"

    def __init__(self, rows: Sequence[DeviceRow]) -> None:
        super().__init__()
        self.rows = rows
        self.said: list[object] = []

    def compose(self) -> ComposeResult:
        yield DeviceTable()

    def on_mount(self) -> None:
        self.table.show(DeviceList(self.rows))
        self.table.focus()

    @property
    def table(self) -> DeviceTable:
        return self.query_one(DeviceTable)

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]

    def on_device_table_cursor_moved(self, event: DeviceTable.CursorMoved) -> None:
        self.said.append(event.row and event.row[MAC])

    def on_device_table_marked(self, event: DeviceTable.Marked) -> None:
        self.said.append((event.count, event.outside))

    def on_device_table_opened(self, event: DeviceTable.Opened) -> None:
        self.said.append(f"open {event.mac}")


@asynccontextmanager
async def bench(
    rows: Sequence[DeviceRow], size: tuple[int, int] = (80, 12)
) -> AsyncIterator[tuple[Bench, Pilot[None]]]:
    app = Bench(rows)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.said.clear()
        yield app, pilot


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("row", [HOSTILE, ("", "", "", ""), ("A" * 300, "漢" * 300, "é" * 300, "9" * 300)])
def test_a_line_is_exactly_as_wide_as_the_table(width: int, row: DeviceRow) -> None:
    columns = Columns.for_width(width)
    assert cell_len(draw_row(columns, row)) == width - 3
    assert cell_len(draw_row(columns, row, shift=8)) == width - 3
    assert cell_len(draw_header(columns, (SERVER_DATE, True), "17/10 000")) == width


def test_foreign_text_is_drawn_inert_without_markup_and_without_credentials() -> None:
    line = draw_row(Columns.for_width(200), HOSTILE)
    assert "[/][bold]漢字␛[31m" in line
    assert "geheim" not in line
    assert not set(line) & {"\x1b", "\x9b", "\u202e"}
    assert "geheim" in draw_row(Columns.for_width(200), HOSTILE, revealed=True)


def test_wide_characters_are_never_cut_in_half() -> None:
    assert fit("漢字漢字", 6) == "漢字 …"
    assert fit("漢字漢字", 7) == "漢字漢…"
    assert shift_left("漢字", 1) == " 字"


async def test_the_cursor_moves_by_row_by_screenful_and_to_the_ends() -> None:
    async with bench(rows_of(100)) as (app, _):
        table = app.table
        table.move(2)
        assert table.cursor == 2
        table.page(1)
        assert (table.cursor, table.top) == (12, 10)
        table.go_last()
        assert (table.cursor, table.top) == (99, 89)
        table.move(5)
        assert table.cursor == 99
        table.go_first()
        table.move(-1)
        assert (table.cursor, table.top) == (0, 0)


async def test_a_cursor_key_asks_for_the_header_and_two_lines_only() -> None:
    async with bench(rows_of(100)) as (app, pilot):
        drawn: list[int] = []
        original = app.table.render_line

        def note(y: int):  # type: ignore[no-untyped-def]
            drawn.append(y)
            return original(y)

        app.table.render_line = note  # type: ignore[method-assign]
        app.table.move(1)
        await pilot.pause()
        assert sorted(set(drawn)) == [0, 1, 2]


async def test_the_header_says_where_one_is_and_how_it_is_sorted() -> None:
    async with bench(rows_of(12_000)) as (app, pilot):
        app.table.move(16)
        app.table.sort_by(PROVIDER, follow=False)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.lines()[0].endswith("17/12 000")
        assert "Provider ▴" in app.lines()[0]


async def test_marks_are_drawn_counted_and_belong_to_devices() -> None:
    async with bench(rows_of(9)) as (app, pilot):
        app.table.toggle_mark()
        app.table.search("beta")
        app.table.mark_shown()
        await pilot.pause()
        assert app.said[-1] == (4, 1)
        app.table.search("")
        app.table.sort_by(MAC, descending=True)
        await pilot.pause()
        marked = [line.split()[2] for line in app.lines() if "☑" in line]
        assert marked == ["7C2F80000007", "7C2F80000004", "7C2F80000001", "7C2F80000000"]


async def test_the_cursor_stays_on_its_device_when_the_order_turns_or_a_search_is_lifted() -> None:
    async with bench(rows_of(50)) as (app, _):
        app.table.move(10)
        here = app.table.cursor_row
        app.table.sort_by(MAC, descending=True)
        assert app.table.cursor_row == here
        app.table.search("zzz")
        assert app.table.cursor_row is None
        app.table.search("")
        assert app.table.cursor_row == here


async def test_opening_and_acting_mean_the_row_under_the_cursor_or_the_marks() -> None:
    async with bench(rows_of(5)) as (app, pilot):
        app.table.move(1)
        assert [row[MAC] for row in app.table.chosen_rows] == ["7C2F80000001"]
        app.table.open_device()
        await pilot.pause()
        assert app.said[-1] == "open 7C2F80000001"
        app.table.invert_shown()
        app.table.toggle_mark()
        assert len(app.table.chosen_rows) == 4


async def test_rows_can_be_appended_taken_out_and_changed_under_a_search() -> None:
    async with bench(rows_of(4)) as (app, pilot):
        app.table.search("beta")
        app.table.extend([("589EC6000001", "Beta", "", "")])
        app.table.take_out(["7C2F80000001"])
        app.table.put([("7C2F80000002", "Beta", "http://new/", "")])
        await pilot.pause()
        assert [row[MAC] for row in app.table.devices.shown_rows()] == ["7C2F80000002", "589EC6000001"]
        assert "http://new/" in app.lines()[1]


async def test_an_empty_table_says_why_and_ignores_every_verb() -> None:
    async with bench([]) as (app, pilot):
        table = app.table
        table.empty_text = "No devices."
        for verb in (
            table.toggle_mark,
            table.mark_shown,
            table.invert_shown,
            table.open_device,
            table.go_last,
        ):
            verb()
        table.refresh()
        await pilot.pause()
        assert app.lines()[1].strip() == "No devices."
        assert table.chosen_rows == []


async def test_a_click_on_the_box_marks_and_on_a_title_sorts() -> None:
    async with bench(rows_of(9)) as (app, pilot):
        await pilot.click(DeviceTable, offset=(1, 3))
        assert [row[MAC] for row in app.table.devices.marked_rows()] == ["7C2F80000002"]
        await pilot.click(DeviceTable, offset=(25, 0))
        assert app.table.devices.sorted_by == (MAC, False)


async def test_a_hundred_thousand_rows_are_searched_to_the_end_in_the_background() -> None:
    async with bench(rows_of(100_000)) as (app, pilot):
        app.table.search("beta")
        assert app.table.cursor_row is not None
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.table.devices.settled
        assert len(app.table.devices.shown) == sum(
            "beta" in row[PROVIDER].casefold() for row in app.table.devices.rows
        )


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("date", ["", " "])
def test_a_phone_without_a_date_is_said_to_be_never_seen(width: int, date: str) -> None:
    line = draw_row(Columns.for_width(width), ("7C2F80900061", "P", "http://h/", date))
    assert line.startswith("never seen ")
