"""The pages there are, and the one full screen that holds them."""

from __future__ import annotations

from typing import Protocol, cast

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.app.context.page import Page
from tui.app.widgets.bars import FootLine, Rule, TabStrip, TitleLine

# id, title, title where the line is short, where the class is
TABS = (
    ("register", "Register", "Register", "tui.app.pages.register:RegisterPage"),
    ("device_info", "Device Info", "Info", "tui.app.pages.device_info:DeviceInfoPage"),
    ("devices", "List/Deregister", "List", "tui.app.pages.devices:DevicesPage"),
    ("upload", "Upload", "Upload", "tui.app.pages.upload:UploadPage"),
    ("history", "History", "History", "tui.app.pages.history:HistoryPage"),
    ("settings", "Settings", "Settings", "tui.app.pages.settings:SettingsPage"),
)
OTHER_PAGES = (
    ("start", "First start", "Start", "tui.app.pages.start:StartPage"),
    ("signin", "Sign in", "Sign in", "tui.app.pages.sign_in:SignInPage"),
    ("plan", "Plan and apply", "Plan", "tui.app.pages.plan:PlanPage"),
)
PAGE_CLASSES = {page_id: where for page_id, _, _, where in (*TABS, *OTHER_PAGES)}


class Starts(Protocol):
    """The app, as the frame needs it."""

    async def begin(self) -> None: ...
    async def dialogs_closed(self) -> None: ...


class MainScreen(Screen[None]):
    """The only full screen; dialogs are sheets above it."""

    AUTO_FOCUS = None
    _styled = False

    def compose(self) -> ComposeResult:
        yield TitleLine(id="title")
        yield TabStrip([(page_id, title, short) for page_id, title, short, _ in TABS])
        yield Rule(id="top-rule")
        yield Container(id="area")
        yield Rule(id="foot-rule")
        yield FootLine(id="foot")
        yield Static("", id="small", markup=False)

    def update_node_styles(self, animate: bool = True) -> None:
        # The first call comes as the screen is shown: every widget got its styles a moment before, as it was
        # mounted.
        if self._styled:
            super().update_node_styles(animate)
        self._styled = True

    async def on_mount(self) -> None:
        await cast(Starts, self.app).begin()

    def on_screen_resume(self) -> None:
        if len(self.app.screen_stack) == 1:
            self.app.call_next(cast(Starts, self.app).dialogs_closed)

    @property
    def focus_chain(self) -> list[Widget]:
        return [widget for widget in super().focus_chain if not isinstance(widget, Page)]
