"""A short list to choose from: one line a row, a glyph for the cursor, no scrollbar. For devices use
device_table.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.app.actions import bindings

CURSOR = "› "


class Choices(Widget, can_focus=True):
    """Rows are inert `Content`; an empty-text row is a gap and an `is_heading` row cannot be chosen."""

    BINDINGS = bindings("choices")

    class Chosen(Message):
        """Enter, or a click, on a row."""

        def __init__(self, choices: Choices, index: int) -> None:
            super().__init__()
            self.choices = choices
            self.index = index

        @property
        def control(self) -> Choices:
            return self.choices

    class Moved(Message):
        """The cursor went to another row."""

        def __init__(self, choices: Choices, index: int) -> None:
            super().__init__()
            self.choices = choices
            self.index = index

        @property
        def control(self) -> Choices:
            return self.choices

    def __init__(self, *, id: str | None = None, empty: str = "") -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: Sequence[Content] = ()
        self._headings: frozenset[int] = frozenset()
        self.empty = empty
        self._top = 0
        self.cursor = 0

    def fill(
        self, rows: Sequence[Content], *, headings: Sequence[int] = (), cursor: int | None = None
    ) -> None:
        """Show these rows; the cursor stays where it was as far as there is a row."""
        self._rows = rows
        self._headings = frozenset(headings)
        self.cursor = self._allowed(self.cursor if cursor is None else cursor, 1)
        self._follow()
        self.refresh(layout=True)

    @property
    def rows(self) -> list[str]:
        """What the rows say, without styles."""
        return [row.plain for row in self._rows]

    @property
    def has_rows(self) -> bool:
        return any(index not in self._headings for index in range(len(self._rows)))

    def action_move(self, steps: int) -> None:
        target = self._allowed(max(0, min(len(self._rows) - 1, self.cursor + steps)), 1 if steps > 0 else -1)
        if target != self.cursor:
            self.cursor = target
            self._follow()
            self.refresh()
            self.post_message(self.Moved(self, target))

    def move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self.action_move(by)

    def go_first(self) -> None:
        """To the first row."""
        self.action_move(-len(self._rows))

    def go_last(self) -> None:
        """To the last row."""
        self.action_move(len(self._rows))

    def action_choose(self) -> None:
        if self.has_rows:
            self.post_message(self.Chosen(self, self.cursor))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return max(1, len(self._rows))

    def on_resize(self) -> None:
        self._follow()

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y
        if index < len(self._rows) and index not in self._headings:
            self.cursor = index
            self.refresh()
            self.action_choose()

    def on_mouse_scroll_down(self) -> None:
        self.action_move(1)

    def on_mouse_scroll_up(self) -> None:
        self.action_move(-1)

    def render(self) -> Content:
        if not self._rows:
            return Content.styled(self.empty, "dim")
        width = max(4, self.size.width)
        lines = []
        for index in range(self._top, min(len(self._rows), self._top + max(1, self.size.height))):
            row = self._rows[index]
            if index in self._headings:
                lines.append(row.truncate(width, ellipsis=True))
            else:
                here = index == self.cursor
                sign = Content.styled(CURSOR, "bold $accent-text") if here else Content(" " * len(CURSOR))
                lines.append(Content.assemble(sign, row).truncate(width, ellipsis=True))
        return Content("\n").join(lines)

    def _allowed(self, index: int, direction: int) -> int:
        for way in (direction, -direction):
            at = index
            while 0 <= at < len(self._rows):
                if at not in self._headings:
                    return at
                at += way
        return 0

    def _follow(self) -> None:
        height = max(1, self.size.height)
        if self.cursor < self._top:
            self._top = self.cursor
        elif self.cursor >= self._top + height:
            self._top = self.cursor - height + 1
        # A heading above the first row comes into sight with it.
        if self._top == 1 and 0 in self._headings and height > 1:
            self._top = 0
        self._top = max(0, min(self._top, len(self._rows) - height))
