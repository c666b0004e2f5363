"""Long tables on Textual's line API: a cursor over rows of which only those in view are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tui.app.widgets.device_lines import fit, spell_count

# Text and the name of its look: plain, strong, dim, good, doubt or bad.
Piece = tuple[str, str]
_LOOKS = ("header", "cursor", "strong", "dim", "good", "doubt", "bad")


class Row(Protocol):
    """What a `RowTable` shows: drawn when it comes into view, at whatever width there is."""

    def draw(self, width: int, revealed: bool) -> Sequence[Piece]:
        """Inert pieces of one line; what is too long is cut."""

    def tell(self, revealed: bool) -> str:
        """What the line has no room for; empty if it says everything."""


class Lines(Widget, can_focus=True):
    """A header line and rows under it: the cursor, what is in view, and the least that has to be drawn again.

    A subclass draws (`render_line`), counts its rows and says where the cursor went.
    """

    ALLOW_SELECT = False
    LOOKS: ClassVar[str]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.cursor = 0
        self.top = 0
        self._looks: dict[str, Style] = {}

    @property
    def row_count(self) -> int:
        """How many rows there are to move in."""
        return 0

    def _tell_cursor(self) -> None:
        """The cursor stands on another row, or its row is another."""

    # movement

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 1)

    def move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self.cursor + by)

    def page(self, by: int) -> None:
        """Move by so many screenfuls, less a line of overlap."""
        step = by * max(1, self._page - 1)
        self._go(self.cursor + step, top=self.top + step)

    def go_first(self) -> None:
        """To the first row."""
        self._go(0)

    def go_last(self) -> None:
        """To the last row."""
        self._go(self.row_count - 1)

    def _go(self, position: int, *, top: int | None = None, whole: bool = False) -> None:
        count, page = self.row_count, self._page
        before, at_top = self.cursor, self.top
        self.cursor = max(0, min(position, count - 1))
        top = max(0, min(self.top if top is None else top, count - page))
        self.top = max(min(top, self.cursor), self.cursor - page + 1)
        if whole or self.top != at_top:
            self.refresh()
        elif self.cursor != before:
            self._refresh_rows(before, self.cursor)
        if whole or self.cursor != before:
            self._tell_cursor()

    # drawing

    def _refresh_rows(self, *positions: int) -> None:
        lines = {0, *(position - self.top + 1 for position in positions)}
        self.refresh(*(Region(0, line, self.size.width, 1) for line in lines if 0 <= line < self.size.height))

    def notify_style_update(self) -> None:
        self._looks.clear()
        super().notify_style_update()

    def _style(self, look: str) -> Style:
        style = self._looks.get(look)
        if style is None:
            style = self._looks[look] = self.get_component_rich_style(f"{self.LOOKS}--{look}")
        return style

    def on_resize(self, event: events.Resize) -> None:
        self._go(self.cursor, whole=True)

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        self._refresh_rows(self.cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-3)


class RowTable(Lines):
    """Rows that draw themselves. Keys are the page's; what the row under the cursor has no room for stands in
    `detail`."""

    LOOKS = "row-table"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"row-table--{look}" for look in _LOOKS}

    class Opened(Message):
        """A double click on the row under the cursor."""

        def __init__(self, table: RowTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> RowTable:
            return self.table

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002
        empty: str = "",
        detail: Static | None = None,
    ) -> None:
        super().__init__(id=id)
        self._detail = detail
        self.rows: Sequence[Row] = ()
        self.heading = ""
        self.empty_text = empty
        self.revealed = False

    @property
    def row_count(self) -> int:
        return len(self.rows)

    def _tell_cursor(self) -> None:
        self.draw_detail()

    def draw_detail(self) -> None:
        """Show what the row under the cursor has no room for."""
        text = self.cursor_row.tell(self.revealed) if self.cursor_row is not None else ""
        if self._detail is not None and str(self._detail.content) != text:
            self._detail.update(Content(text))

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row], *, heading: str | None = None, cursor: int | None = None) -> None:
        """Show these rows; the cursor stays on its line as far as there is one."""
        self.rows = rows
        self.heading = self.heading if heading is None else heading
        self._go(self.cursor if cursor is None else cursor, whole=True)

    def reveal(self, revealed: bool) -> None:
        """Show passwords and the credentials in URLs, or hide them."""
        self.revealed = revealed
        self.refresh()
        self._tell_cursor()

    def _look(self, name: str) -> Style:
        return self.rich_style if name == "plain" else self._style(name)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            count = len(self.rows)
            place = f"{spell_count(min(self.cursor + 1, count))}/{spell_count(count)}" if count else ""
            text = fit(f"  {self.heading if count else ''}", max(1, width - len(place) - 1)) + " " + place
            return Strip([Segment(text, self._style("header"))]).adjust_cell_length(width)
        position = self.top + y - 1
        if position >= len(self.rows):
            text = f"  {self.empty_text}" if position == 0 else ""
            return Strip([Segment(text, self._style("dim"))]).adjust_cell_length(width)
        here = position == self.cursor
        sign = ("▸ " if self.has_focus else "▹ ") if here else "  "
        pieces = self.rows[position].draw(width - 2, self.revealed)
        return Strip(
            [
                Segment(sign, self._style("cursor") if here else self.rich_style),
                *(Segment(text, self._look(look)) for text, look in pieces),
            ]
        ).adjust_cell_length(width)

    def on_click(self, event: events.Click) -> None:
        position = self.top + event.y - 1
        if event.y and position < len(self.rows):
            self._go(position)
            if event.chain == 2:
                self.post_message(self.Opened(self))
