"""F1: what the program does, in the words of the trade; scrolled and searched like any text."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet
from tui.app.presentation.help_text import SECTIONS
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.lines import Lines

WIDEST = 96


class HelpText(Lines):
    """The text, wrapped to the width; what was searched for stands out."""

    LOOKS = "help-text"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"help-text--strong", "help-text--found"}

    def __init__(self) -> None:
        super().__init__(id="help-text")
        self.wanted = ""
        self.lines: list[tuple[str, str]] = []
        self._starts: dict[str, int] = {}

    def fold(self, width: int) -> None:
        """Wrap the sections to a width."""
        self.lines, self._starts = [], {}
        for title, paragraphs in SECTIONS:
            self._starts[title] = len(self.lines)
            self.lines.append((title, "strong"))
            for paragraph in paragraphs:
                name, bar, about = paragraph.partition(" | ")
                hanging = " " * 16 if bar else ""
                text = f"{name:<16}{about}" if bar else paragraph
                self.lines += [
                    (line, "plain") for line in wrap(text, max(20, width), subsequent_indent=hanging)
                ]
            self.lines.append(("", "plain"))

    def scroll(self, top: int) -> None:
        """Show the text from this line on."""
        top = max(0, min(top, len(self.lines) - self.size.height))
        if top != self.top:
            self.top = top
            self.refresh()

    def go_to(self, title: str) -> None:
        """Show the section whose title ends so."""
        self.scroll(next((at for name, at in self._starts.items() if title and name.endswith(title)), 0))

    def find(self, start: int, step: int) -> bool:
        """Show the next line that holds what is wanted, round the end; False if none does."""
        wanted, count = self.wanted.casefold(), len(self.lines)
        for away in range(count):
            at = (start + step * away) % count
            if wanted and wanted in self.lines[at][0].casefold():
                self.cursor = at
                self.scroll(at - 2)
                self.refresh()
                return True
        self.refresh()
        return False

    def on_resize(self, event: events.Resize) -> None:
        share = self.top / max(1, len(self.lines))
        self.fold(min(WIDEST, event.size.width))
        self.top = -1
        self.scroll(round(share * len(self.lines)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll(self.top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll(self.top - 3)

    def render_line(self, y: int) -> Strip:
        at = self.top + y
        text, look = self.lines[at] if at < len(self.lines) else ("", "plain")
        style = self._style("strong") if look == "strong" else self.rich_style
        pieces = []
        while self.wanted and (place := text.casefold().find(self.wanted.casefold())) >= 0:
            end = place + len(self.wanted)
            pieces += [Segment(text[:place], style), Segment(text[place:end], self._style("found"))]
            text = text[end:]
        return Strip([*pieces, Segment(text, style)]).adjust_cell_length(self.size.width)


class HelpDialog(Sheet[None]):
    """Opened at the section of the page in front."""

    ASKS = False

    BINDINGS = bindings("help")

    def __init__(self, section: str = "") -> None:
        super().__init__("Help")
        self._section = section

    def compose_body(self) -> ComposeResult:
        yield HelpText()
        yield Field("Search", Entry(id="help-search", placeholder="words to look for"), width=8)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (
            ("j k", "scroll"),
            ("space", "page"),
            ("help.search", "search"),
            ("n p", "next, previous"),
            ("dialog.close", "close"),
        )

    @property
    def text(self) -> HelpText:
        """The text."""
        return self.query_one(HelpText)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Field).display = False
        self.text.focus()
        self.call_after_refresh(self.text.go_to, self._section)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.text.styles.height = max(4, min(event.size.height - 9, event.size.height * 9 // 10 - 6))

    def action_move(self, by: int) -> None:
        self.text.scroll(self.text.top + by)

    def action_page(self, by: int) -> None:
        self.text.scroll(self.text.top + by * max(1, self.text.size.height - 2))

    def action_end(self, top: int) -> None:
        self.text.scroll(top)

    def action_search(self) -> None:
        self.query_one(Field).display = True
        self.query_one(Entry).focus()

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        self.text.wanted = event.value.strip()
        found = self.text.find(self.text.top, 1)
        self.query_one(Field).note("✗ not in the help" if event.value.strip() and not found else "", "doubt")

    @on(Input.Submitted)
    def looked(self) -> None:
        self.text.focus()

    def action_next(self, step: int) -> None:
        """The next place, or the one before; without a search a line further."""
        if self.text.wanted:
            self.text.find(self.text.cursor + step, step)
        else:
            self.action_move(step)

    def action_abandon(self) -> None:
        if self.app.focused is self.query_one(Entry):
            self.query_one(Field).display = False
            self.query_one(Entry).value = ""
            self.text.focus()
        else:
            self.dismiss(None)
