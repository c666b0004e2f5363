"""The table of devices: a Line API widget that draws only what is in view of a DeviceList."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.app.widgets.device_lines import Columns, draw_header, draw_row, spell_count
from tui.app.widgets.lines import Lines
from tui.model.device import MAC, DeviceRow
from tui.services.devices.device_list import DeviceList

_FIRST_SLICE = 0.008
_SLICE = 0.004
_HEADER_EVERY = 0.25
_STEP = 8


class DeviceTable(Lines):
    """Rows with a cursor, marks, search and order; it answers keys while rows arrive and searches go on."""

    LOOKS = "device-table"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "device-table--header",
        "device-table--cursor",
        "device-table--mark",
        "device-table--change",
        "device-table--empty",
    }
    DEFAULT_CSS = """
    DeviceTable { height: 1fr; }
    DeviceTable > .device-table--header { text-style: bold; }
    DeviceTable > .device-table--cursor { text-style: bold; }
    DeviceTable > .device-table--mark { text-style: bold; }
    DeviceTable > .device-table--empty { text-style: italic; }
    """

    class CursorMoved(Message):
        """The cursor stands on another device, or on none."""

        def __init__(self, row: DeviceRow | None, position: int) -> None:
            super().__init__()
            self.row = row
            self.position = position

    class Marked(Message):
        """Marks changed: how many there are, and how many of them the search does not show."""

        def __init__(self, count: int, outside: int) -> None:
            super().__init__()
            self.count = count
            self.outside = outside

    class Opened(Message):
        """The device under the cursor is to be opened."""

        def __init__(self, mac: str) -> None:
            super().__init__()
            self.mac = mac

    class ShownChanged(Message):
        """Other rows are shown: rows came, or a search went on (`settled` is False) or ended."""

        def __init__(self, shown: int, total: int, settled: bool) -> None:
            super().__init__()
            self.shown = shown
            self.total = total
            self.settled = settled

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.devices = DeviceList()
        self.shift = 0
        self.empty_text = ""
        self.revealed = False
        # Whether somebody has moved, marked or opened something since this list is shown.
        self.touched = False
        self._header_drawn = 0.0
        self._followed: int | None = None
        self._runs: dict[str, Iterator[None]] = {}

    # -- what is under the cursor

    @property
    def cursor_row(self) -> DeviceRow | None:
        """The row under the cursor."""
        return self.devices[self.cursor] if self.cursor < len(self.devices.shown) else None

    @property
    def chosen_rows(self) -> list[DeviceRow]:
        """What a verb acts on: the marked rows, or the one under the cursor when none is marked."""
        if self.devices.mark_count:
            return self.devices.marked_rows()
        row = self.cursor_row
        return [] if row is None else [row]

    # -- rows

    def show(self, devices: DeviceList) -> None:
        """Show another list. The cursor stays on its device if that is in it."""
        before = self.cursor_row
        self._runs.clear()
        self.touched = False
        self.devices = devices
        number = None if before is None else devices.locate(before[MAC])
        position = None if number is None else devices.find_position(number)
        self._followed = None
        self._go(self.cursor if position is None else position, whole=True)
        self._tell_shown()
        self._tell_marks()

    def extend(self, batch: Sequence[DeviceRow]) -> None:
        """Append rows that have arrived."""
        before = len(self.devices.shown)
        self.devices.extend(batch)
        if before < self.top + self._page:
            self.refresh()
        elif perf_counter() - self._header_drawn > _HEADER_EVERY:
            self._header_drawn = perf_counter()
            self._refresh_header()
        if not before:
            self._tell_cursor()
        self._tell_shown()

    def take_out(self, macs: Iterable[str]) -> None:
        """Take devices out, with their marks."""
        self._finish_runs()
        self.devices.remove(macs)
        self._rows_changed()

    def put(self, rows: Iterable[DeviceRow]) -> None:
        """Change the rows of known devices in place and append unknown ones."""
        self._finish_runs()
        self.devices.put(rows)
        self._rows_changed()

    def _rows_changed(self) -> None:
        self._go(self.cursor, whole=True)
        self._tell_shown()
        self._tell_marks()

    # -- search and order

    def search(self, text: str, provider: str | None = None) -> None:
        """Show what answers `text`, of one provider if given: a screenful at once, the rest in slices."""
        number = self._followed
        if number is None and self.cursor < len(self.devices.shown):
            number = self.devices.shown[self.cursor]
        self._run("search", self.devices.search(text, provider))
        position = None if number is None else self.devices.find_position(number)
        self._go(position or 0, whole=True)
        self._followed = number

    def sort_by(self, column: int | None, *, descending: bool = False, follow: bool = True) -> None:
        """Order by a column of DeviceRow, None is the server's own order. The cursor stays on its device if
        it is to `follow` it, else on its line."""
        standing = follow and self.cursor < len(self.devices.shown)
        number = self.devices.shown[self.cursor] if standing else None
        self._run("sort", self.devices.sort(column, descending=descending), keep=number)

    def sort_again(self) -> None:
        """Apply the order to rows that were appended since."""
        if self.devices.sorted_by is not None:
            column, descending = self.devices.sorted_by
            self.sort_by(column, descending=descending)

    def cycle_sort(self) -> None:
        """Sort by the next column as they stand on the screen, after the last in the server's order."""
        columns: list[int | None] = [None, *Columns.ORDER]
        at = columns.index(None if self.devices.sorted_by is None else self.devices.sorted_by[0])
        column = columns[(at + 1) % len(columns)]
        self.sort_by(column, descending=column == Columns.ORDER[0])

    def reverse_sort(self) -> None:
        """Turn the order round."""
        if self.devices.sorted_by is None:
            self.sort_by(Columns.ORDER[0])
        else:
            column, descending = self.devices.sorted_by
            self.sort_by(column, descending=not descending)

    def _run(self, kind: str, work: Iterator[None], *, keep: int | None = None) -> None:
        self._runs[kind] = work
        before, until = self.devices.shown, perf_counter() + _FIRST_SLICE
        for _ in work:
            shown = self.devices.shown
            if perf_counter() > until or (shown is not before and len(shown) > self._page):
                self.run_worker(self._go_on(kind, work, keep), group=kind, exclusive=True, exit_on_error=True)
                self.refresh()
                self._tell_shown()
                return
        self._ended(kind, work, keep)

    async def _go_on(self, kind: str, work: Iterator[None], keep: int | None) -> None:
        seen = len(self.devices.shown)
        until = 0.0
        # The pause lets the first rows be painted before the processor is taken again.
        await asyncio.sleep(0.02)
        for _ in self._while_current(kind, work):
            if perf_counter() < until:
                continue
            if seen <= self.top + self._page and len(self.devices.shown) != seen:
                self.refresh()
            seen = len(self.devices.shown)
            await asyncio.sleep(0)
            until = perf_counter() + _SLICE
        if self._runs.get(kind) is work:
            self._ended(kind, work, keep)

    def _while_current(self, kind: str, work: Iterator[None]) -> Iterator[None]:
        while self._runs.get(kind) is work:
            try:
                next(work)
            except StopIteration:
                return
            yield

    def _ended(self, kind: str, work: Iterator[None], keep: int | None) -> None:
        self._runs.pop(kind, None)
        position = None if keep is None else self.devices.find_position(keep)
        self._go(self.cursor if position is None else position, whole=True)
        self._tell_shown()
        self._tell_marks()

    def _finish_runs(self) -> None:
        for kind, work in list(self._runs.items()):
            for _ in work:
                pass
            self._ended(kind, work, None)

    # -- movement

    @property
    def row_count(self) -> int:
        return len(self.devices.shown)

    def shift_url(self, by: int) -> None:
        """Show the URLs further right (1) or further left (-1)."""
        shift = max(0, self.shift + by * _STEP)
        if shift != self.shift:
            self.shift = shift
            self.refresh()

    def _go(self, position: int, *, top: int | None = None, whole: bool = False) -> None:
        if not whole:
            self._followed = None
            self.touched |= self.row_count > 0
        super()._go(position, top=top, whole=whole)

    # -- marks

    def toggle_mark(self) -> None:
        """Mark the device under the cursor, or take its mark away."""
        if self.cursor < len(self.devices.shown):
            self.devices.toggle_mark(self.devices.shown[self.cursor])
            self.touched = True
            self._refresh_rows(self.cursor)
            self._tell_marks()

    def mark_shown(self) -> None:
        """Mark all that the search shows."""
        self._mark(self.devices.mark_shown)

    def invert_shown(self) -> None:
        """Invert the marks of all that the search shows."""
        self._mark(self.devices.invert_shown)

    def unmark(self, macs: Iterable[str]) -> None:
        """Take the marks of these devices away."""
        self.devices.unmark(macs)
        self.refresh()
        self._tell_marks()

    def clear_marks(self) -> None:
        """Take all marks away, also outside the search."""
        self._mark(self.devices.clear_marks)

    def _mark(self, change: Callable[[], None]) -> None:
        run = self._runs.pop("search", None)
        if run is not None:
            for _ in run:
                pass
            self._ended("search", run, None)
        change()
        self.touched = True
        self.refresh()
        self._tell_marks()

    def reveal(self, revealed: bool) -> None:
        """Show user names and passwords in URLs, or hide them."""
        self.revealed = revealed
        self.refresh()
        self._tell_cursor()

    def open_device(self) -> None:
        """Ask for the device under the cursor to be opened."""
        row = self.cursor_row
        if row is not None:
            self.touched = True
            self.post_message(self.Opened(row[MAC]))

    # -- what it tells

    def _tell_cursor(self) -> None:
        self.post_message(self.CursorMoved(self.cursor_row, self.cursor))

    def _tell_marks(self) -> None:
        self.post_message(self.Marked(self.devices.mark_count, self.devices.count_marks_outside()))

    def _tell_shown(self) -> None:
        devices = self.devices
        self.post_message(self.ShownChanged(len(devices.shown), len(devices), devices.settled))

    # -- drawing

    def _refresh_header(self) -> None:
        self.refresh(Region(0, 0, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        columns = Columns.for_width(width)
        if y == 0:
            count = len(self.devices.shown)
            place = f"{spell_count(min(self.cursor + 1, count))}/{spell_count(count)}"
            text = draw_header(columns, self.devices.sorted_by, place + ("" if self.devices.settled else "…"))
            return Strip([Segment(text, self._style("header"))], width)
        position = self.top + y - 1
        shown = self.devices.shown
        if position >= len(shown):
            text = f"   {self.empty_text}" if position == 0 and self.devices.settled else ""
            return Strip([Segment(text, self._style("empty"))]).adjust_cell_length(width)
        number = shown[position]
        here = position == self.cursor
        cursor = ("▸" if self.has_focus else "▹") if here else " "
        marked = self.devices.is_marked(number)
        change = self.devices.changes.get(number)
        plain = self.rich_style
        return Strip(
            [
                Segment(cursor, self._style("cursor") if here else plain),
                Segment("☑" if marked else "☐", self._style("mark") if marked else plain),
                Segment(
                    " " if change is None else change.sign, plain if change is None else self._style("change")
                ),
                Segment(draw_row(columns, self.devices.rows[number], self.shift, self.revealed), plain),
            ],
            width,
        )

    # -- mouse

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            column = Columns.for_width(self.size.width).column_at(event.x)
            if column is not None:
                by, descending = self.devices.sorted_by or (None, False)
                self.sort_by(column, descending=by == column and not descending)
            return
        position = self.top + event.y - 1
        if position < len(self.devices.shown):
            self._go(position)
            if event.x <= 2:
                self.toggle_mark()
            elif event.chain == 2:
                self.open_device()
