"""A small application with what the real one has: tabs, a list, fields, a dialog. Run in a pty."""

from __future__ import annotations

import sys

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Button, Input, Label, OptionList, Static, TabbedContent, TabPane

from tui.app.terminal.driver import TerminalDriver, choose_driver


class Devices(ScrollView, can_focus=True):
    BINDINGS = [("down", "go(1)"), ("up", "go(-1)"), ("pagedown", "go(15)"), ("pageup", "go(-15)")]
    DEFAULT_CSS = "Devices { height: 1fr; scrollbar-size: 0 0; }"

    def __init__(self) -> None:
        super().__init__()
        self.chosen = 0
        self.filter = ""
        self.rows = self.find_rows()

    def find_rows(self) -> list[str]:
        rows = [
            f"7C2F80{i * 7919 % 0xFFFFFF:06X}  {('acme', 'example 漢字', 'globex')[i % 3]:<14}"
            for i in range(500)
        ]
        rows = [
            f"{row} https://provision.example/{i:04}/%MACD.xml  2026-11-{i % 28 + 1:02}"
            for i, row in enumerate(rows)
        ]
        return [row for row in rows if self.filter in row.lower()]

    def on_mount(self) -> None:
        self.virtual_size = Size(100, len(self.rows))

    def search(self, text: str) -> None:
        self.filter = text.lower()
        self.rows, self.chosen = self.find_rows(), 0
        self.virtual_size = Size(100, len(self.rows))
        self.scroll_to(0, 0, animate=False)
        self.refresh()

    def action_go(self, lines: int) -> None:
        self.chosen = max(0, min(len(self.rows) - 1, self.chosen + lines))
        top, height = int(self.scroll_offset.y), self.size.height
        if self.chosen < top:
            self.scroll_to(0, self.chosen, animate=False)
        elif self.chosen >= top + height:
            self.scroll_to(0, self.chosen - height + 1, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + int(self.scroll_offset.y)
        if at >= len(self.rows):
            return Strip.blank(self.size.width, Style())
        text = ("▌ " if at == self.chosen else "  ") + self.rows[at]
        return Strip([Segment(text, Style())]).adjust_cell_length(self.size.width, Style())


class Question(ModalScreen[None]):
    BINDINGS = [("escape", "dismiss")]
    CSS = """
    Question { align: center middle; background: transparent; }
    #box { width: 40; height: 7; border: ascii; }
    """

    def compose(self) -> ComposeResult:
        with Static(id="box"):
            yield Label("Really deregister é 漢字 📞?", markup=False)
            yield Button("Yes", id="yes")


class Sample(App[None]):
    CSS = """
    Screen { background: ansi_default; color: ansi_default; overflow: hidden; }
    Input { border: none; height: 1; background: ansi_default; }
    #tabs { height: 1fr; }
    #state { height: 1; dock: bottom; }
    """
    BINDINGS = [
        ("f2", "tab('list')"), ("f3", "tab('form')"), ("f4", "ask"), ("f5", "copy"), ("f6", "title"),
        ("ctrl+z", "suspend_process"), ("ctrl+l", "repaint"), ("f10", "quit"),
    ]  # fmt: skip
    ENABLE_COMMAND_PALETTE = False
    marks = 0

    def compose(self) -> ComposeResult:
        with TabbedContent(id="tabs"):
            with TabPane("Devices", id="list"):
                search = Input(placeholder="Search", id="search")
                search.cursor_blink = False
                yield search
                yield Devices()
            with TabPane("Register", id="form"):
                for name in ("MAC-ID", "Provider", "URL"):
                    field = Input(placeholder=name)
                    field.cursor_blink = False
                    yield field
                yield OptionList(*(f"Option {i}" for i in range(60)))
        yield Static("ready", id="state", markup=False)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and event.key == "f9":
            self.settle(6)
            return
        await super().on_event(event)

    def settle(self, rounds: int) -> None:
        """Say so once all that came before has acted and is drawn: behind every message on its way from
        the widget in focus up to here, and the refresh then, as often as one leads to the next."""
        if rounds:
            (self.focused or self.screen).call_later(
                self.screen.call_after_refresh, self.call_later, self.settle, rounds - 1
            )
        elif self._driver is not None:
            self.marks += 1
            self._driver.write(f"\x1b]1;settled {self.marks}\x07")

    def on_mount(self) -> None:
        self.theme = "ansi-dark"
        self.query_one(Devices).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "search":
            self.query_one(Devices).search(event.value)

    def action_tab(self, name: str) -> None:
        self.query_one(TabbedContent).active = name
        self.query_one(Devices if name == "list" else OptionList).focus()

    def action_ask(self) -> None:
        self.push_screen(Question())

    def action_copy(self) -> None:
        self.copy_to_clipboard("7C2F80A1B2C3")

    def action_repaint(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.repaint()


if __name__ == "__main__":
    mouse = "mouse" in sys.argv
    Sample(driver_class=choose_driver()).run(mouse=mouse)
