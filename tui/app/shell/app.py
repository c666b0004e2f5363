"""The frame: title, tabs, page area, footer; tab switching, sessions and global keys. No domain logic."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.content import Content
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import Static

from tui.app import theme as looks
from tui.app import tuning as garbage
from tui.app.actions import ACTIONS, DIALOGS, bindings, by_id, in_scope, key_sign, keys_of
from tui.app.context.desk import Desk
from tui.app.context.flow import flow
from tui.app.context.page import Page
from tui.app.dialogs.sheet import Sheet
from tui.app.flows.job_end import tell_end
from tui.app.presentation.jobs import count_jobs
from tui.app.shell.accounts import AccountSwitching
from tui.app.shell.endings import Endings
from tui.app.shell.key_order import OrderedKeys
from tui.app.shell.loose_input import LooseInput
from tui.app.shell.main_screen import PAGE_CLASSES, TABS, MainScreen
from tui.app.terminal.bursts import Burst
from tui.app.terminal.inert import InertFilter
from tui.app.textual_private import (
    EndsQuietly,
    begin_with_theme,
    keep_clipboard,
    let_keys_in,
    write_through,
)
from tui.app.widgets.bars import FootLine, TabStrip, TitleLine
from tui.app.worker.messages import EndedElsewhere, LinkChanged, TicketsChanged
from tui.app.worker.work import Work
from tui.errors import RedirectoryError
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tui.services.session import Session
    from tui.settings.accounts import Account
    from tui.settings.config import Config
    from tui.settings.files.paths import Places

SMALLEST = (60, 20)
OPENING_PATIENCE = 1.0
"""Seconds that Escape leaves the opening of the account alone; later it asks."""


class RedirectoryApp(Endings, AccountSwitching, OrderedKeys, EndsQuietly):
    """`session` is open already, or `opener` opens one in the worker, or neither: then First start is
    shown.
    """

    TITLE = "Redirectory"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    HOLDS_EARLY_KEYS = True
    BINDINGS = bindings("app")
    NOTIFICATION_TIMEOUT = 4

    def __init__(
        self,
        session: Session | None = None,
        *,
        places: Places,
        config: Config,
        demo: bool = False,
        opener: Callable[[], Session] | None = None,
        account: Account | None = None,
        complaints: tuple[str, ...] = (),
        page: str = "register",
        driver_class: Any = None,
    ) -> None:
        self._sheet_folder = looks.sheet_folder()
        begin_with_theme(self, looks.choose(config.app.theme))
        super().__init__(
            driver_class=driver_class,
            css_path=[self._sheet_folder / name for name in looks.FIRST_SHEETS],
        )
        self.animation_level = "none"
        self.desk = Desk(places, config, Work(self, lambda: places.state), demo)
        if session is not None:
            self.desk.take(session)
        self._opener = opener
        self._account = account
        self._complaints = complaints
        self._openings = 0
        self._first_page = page
        self._pages: dict[str, Page] = {}
        self._page: Page | None = None
        self._age_timer: Timer | None = None
        self._loose = LooseInput(self)
        self._garbage = garbage.GarbageWatch()
        self._turning = asyncio.Lock()
        self._inert = InertFilter()
        self.set_keymap(self.remapped)

    def get_default_screen(self) -> Screen[Any]:
        return MainScreen(id="main")

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._inert]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        found: Theme | None = self.get_theme(self.theme)
        return looks.variables(found) if found is not None else {}

    async def take_input(self, event: events.Key | events.Paste) -> None:
        self._garbage.note_key()
        if remark := getattr(event, "remark", ""):
            self.say(remark, "warning")
        if not await self._loose.take(event):
            await super().take_input(event)

    async def take_burst(self, burst: Burst) -> None:
        await self._loose.take_burst(burst)

    async def run_action(self, action: Any, default_namespace: Any = None, namespaces: Any = None) -> bool:
        # The keys of a scan mean nothing to the widget that had the focus.
        return not self._loose.just_scanned and await super().run_action(
            action, default_namespace, namespaces
        )

    # pages

    @property
    def page(self) -> Page | None:
        """The page in front."""
        return self._page

    async def begin(self) -> None:
        """The frame stands: open the session behind it and show the first page."""
        first = self._first_page if self._has_session else "start"
        if first == "register":
            self.call_after_refresh(self._read_other_sheets)
        else:
            self._read_other_sheets()
        await self.bring_front(first)
        for complaint in self._complaints[:3]:
            self.say(complaint, "warning")
        self.call_after_refresh(let_keys_in, self)
        # Behind the first frame: opening imports a good deal, and would hold up the paint.
        self.call_after_refresh(self._open_first)

    def _read_other_sheets(self) -> None:
        for path in looks.sheets(self._sheet_folder):
            if path.name not in looks.FIRST_SHEETS:
                self.stylesheet.read(path)
        self.stylesheet.parse()  # or the rules known so far would go on

    @property
    def _has_session(self) -> bool:
        return self.desk.signed_in or self._is_opening

    @property
    def _is_opening(self) -> bool:
        return self._openings > 0 or self._opener is not None

    def _open_first(self) -> None:
        gc.freeze()  # what is there now stays; `start` had the search for garbage wait until here
        gc.enable()
        self.set_interval(garbage.EVERY, self._search_garbage)
        opener, self._opener = self._opener, None
        if opener is not None:
            self.open_with(opener, "Opening the account")
        elif self.desk.signed_in:
            self.look_for_interruptions()

    def _search_garbage(self) -> None:
        self._garbage.look(gc.get_count()[2], busy=bool(self.desk.work.running))

    async def action_show_page(self, page_id: str) -> None:
        await self.bring_front(page_id)

    def show_page(self, page_id: str, carried: str | None = None, verb: str = "") -> None:
        """Go to a page; `carried` (a MAC-ID) and what is to be done with it are handed to its `receive`."""
        self.call_next(self.bring_front, page_id, carried, verb)

    async def hand_list(self, page_id: str, data: str | bytes, name: str = "") -> None:
        """Go to a page and hand it a list that was pasted, or read from the file `name`."""
        opener = self._page.page_id if self._page is not None else "register"
        await self.bring_front(page_id)
        if self._page is not None and self._page.page_id == page_id:
            self._page.take_list(data, name, opener)

    async def bring_front(self, page_id: str, carried: str | None = None, verb: str = "") -> None:
        """As `show_page`, awaited."""
        async with self._turning:
            await self._turn_to(page_id, carried, verb)

    async def _turn_to(self, page_id: str, carried: str | None, verb: str = "") -> None:
        page = self._pages.get(page_id)
        if page is None:
            module, _, name = PAGE_CLASSES[page_id].partition(":")
            page_class: type[Page] = getattr(import_module(module), name)
            if page_class.needs_session and not self._has_session:
                self.say("Sign in first, or open the sandbox.")
                return await self._turn_to("start", None)
            page = self._pages[page_id] = page_class(id=f"page-{page_id}")
            page.display = False
            await self._main.query_one("#area").mount(page)
        elif page.needs_session and not self._has_session:
            self.say("Sign in first, or open the sandbox.")
            return await self._turn_to("start", None)
        if page is not self._page:
            if self._page is not None:
                self._page.display = False
            self._page = page
            page.display = True
            self._main.query_one(TabStrip).show(page_id)
            self.refresh_hints()
            page.shown()
            if carried is None:
                page.focus_first()
        if carried is not None:
            page.receive(carried, verb)
        return None

    @on(TabStrip.Chosen)
    def tab_clicked(self, event: TabStrip.Chosen) -> None:
        self.show_page(event.page_id)

    async def _step_tab(self, steps: int) -> None:
        ids = [page_id for page_id, _, _, _ in TABS]
        here = ids.index(self._page.page_id) if self._page is not None and self._page.page_id in ids else 0
        await self.bring_front(ids[(here + steps) % len(ids)])

    async def action_next_tab(self) -> None:
        await self._step_tab(1)

    async def action_previous_tab(self) -> None:
        await self._step_tab(-1)

    @flow
    async def action_undo(self) -> None:
        """Take back the last change, for the page in front."""
        from tui.app.flows.undo import undo_change_set

        if self._page is not None:
            await undo_change_set(self._page)

    async def action_look_up(self) -> None:
        await self.bring_front("device_info", "")

    # what the worker says

    @on(EndedElsewhere)
    def tell_of_end(self, event: EndedElsewhere) -> None:
        tell_end(self, event.ticket, event.error)

    @on(LinkChanged)
    def link_changed(self) -> None:
        self.draw_title()

    @on(TicketsChanged)
    def tickets_changed(self, event: TicketsChanged) -> None:
        if event.ended:
            self.desk.note_link(event.error)
        if event.changed:
            for page in self._pages.values():
                page.records_changed()
        if event.lost:
            from tui.app.dialogs.notices.lost_passwords import LostPasswordsDialog

            self.push_screen(LostPasswordsDialog(event.lost))
        self.draw_title()
        busy = bool(self.desk.work.running)
        if busy and self._age_timer is None:
            self._age_timer = self.set_interval(1.0, self.draw_title)
        elif not busy and self._age_timer is not None:
            self._age_timer.stop()
            self._age_timer = None

    # the frame

    @property
    def has_main_screen(self) -> bool:
        """Whether there is something to draw on: not before the first screen is composed, and not when the
        program ends, whose screens go before its last answers come."""
        return bool(self.screen_stack) and bool(self._main.query(TitleLine))

    @property
    def _main(self) -> Screen[Any]:
        return self.screen_stack[0]

    def draw_title(self) -> None:
        """Account, link and jobs; ages are counted only while something is in flight."""
        if not self.has_main_screen:
            return
        line = self._main.query_one(TitleLine)
        work = self.desk.work
        waiting = [ticket for ticket in work.waited_for if ticket.age >= 0.9]
        if waiting:
            link = Content.styled(f"◌ {waiting[-1].title} {waiting[-1].age:.0f} s · esc stops", "$doubt")
        elif not self.desk.signed_in:
            link = Content("")
        elif self.desk.link_lost:
            link = Content.styled(
                "○ offline" + (f" · {self.desk.list_age}" if self.desk.list_age else ""), "$doubt"
            )
        else:
            trip = self.desk.session.last_round_trip_ms
            link = Content.assemble(("●", "$good"), f" {trip:.0f} ms") if trip is not None else Content("")
        jobs = count_jobs(work.jobs, work)
        if self.desk.signed_in:
            session = self.desk.session
            line.show(make_inert(session.title), session.rehearsal, link, jobs)
        else:
            line.show("opening …" if self._is_opening else "signed out", False, link, jobs)

    def refresh_hints(self) -> None:
        """Draw the footer for the page in front."""
        if not self.has_main_screen:
            return
        known = by_id()
        remapped = self.remapped
        hints: list[tuple[str, str]] = []
        for hint in self._page.hints() if self._page is not None else ():
            if isinstance(hint, str):
                hints.append((key_sign(keys_of(known[hint], remapped)), known[hint].label))
            else:
                hints.append(hint)
        fixed = [
            (key_sign(keys_of(known[name], remapped)), known[name].label)
            for name in ("app.keys", "app.help", "app.palette")
        ]
        fixed[-1] = (fixed[-1][0], "")
        self._main.query_one(FootLine).show(hints, fixed)

    @property
    def remapped(self) -> dict[str, str]:
        """Keys by action id, as the person's configuration has them."""
        return {action: ",".join(keys) for action, keys in self.desk.config.keys.items()}

    def on_resize(self, event: events.Resize) -> None:
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        main = self._main
        main.set_class(small, "-small")
        if small:
            main.query_one("#small", Static).update(
                f"Redirectory needs {SMALLEST[0]}x{SMALLEST[1]} characters; this terminal has "
                f"{event.size.width}x{event.size.height}. "
                "Make it larger, or press ^q to leave. Nothing is lost."
            )
        self.call_after_refresh(self._draw_bars)

    def _draw_bars(self) -> None:
        self.draw_title()
        if self._page is not None and self.has_main_screen:
            self._main.query_one(TabStrip).show(self._page.page_id)
            self.refresh_hints()

    # global keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if len(self.screen_stack) > 1 and action in _SHELL_ACTIONS and action != "keys":
            return False
        return super().check_action(action, parameters)

    async def action_back(self) -> None:
        waited = self.desk.work.waited_for
        if waited and waited[-1].owner is self and waited[-1].group == "session":
            used = self._page is not None and self._page.back()
            if not used and waited[-1].age >= OPENING_PATIENCE:
                self._ask_to_stop_opening(waited[-1])
            return
        if waited and self._page is not None and self._page.back_while(waited[-1]):
            return
        ticket = self.desk.work.abandon_latest()
        if ticket is not None:
            self.say(
                f"{ticket.title}: no longer waiting. "
                + ("The answer still goes into History." if ticket.changes else "Nothing was changed.")
            )
        elif self._page is not None:
            self._page.back()

    @flow
    async def action_palette(self) -> None:
        from tui.app.dialogs.pickers.palette import Palette

        chosen = await self.push_screen_wait(Palette(self._reachable(), self.remapped))
        await self._run_chosen(chosen)

    @flow
    async def action_keys(self) -> None:
        """The keys of what is in front: the dialog, or the page and those that work everywhere."""
        from tui.app.dialogs.notices.keys import KeysDialog

        front, page = self.screen, self._page
        if isinstance(front, Sheet):
            groups = [(front.heading, front.actions)]
        else:
            groups = (
                [(page.title, [a for a in in_scope(page.page_id) if a.shown])] if page is not None else []
            )
            groups.append(("Everywhere", [action for action in in_scope("app") if action.shown]))
        chosen = await self.push_screen_wait(KeysDialog("Keys of this screen", groups, self.remapped))
        await self._run_chosen(chosen)

    def action_help(self) -> None:
        """The help text, at the part about the page in front."""
        from tui.app.dialogs.notices.help import HelpDialog

        self.push_screen(HelpDialog(self._page.title if self._page is not None else ""))

    def _reachable(self) -> list[Any]:
        here = self._page.page_id if self._page is not None else ""
        return [
            action
            for scope in (here, "app")
            for action in in_scope(scope)
            if action.shown and action.id != "app.palette"
        ]

    async def _run_chosen(self, chosen: str | None) -> None:
        if not chosen:
            return
        if chosen.startswith("look up:"):
            await self.bring_front("device_info", chosen.removeprefix("look up:"))
            return
        action = by_id()[chosen]
        target = self.screen if action.scope in DIALOGS else self if action.scope == "app" else self._page
        await self.run_action(action.call or action.name, default_namespace=target)

    def action_jobs(self) -> None:
        from tui.app.dialogs.notices.jobs import JobsDialog

        self.push_screen(JobsDialog(self.desk.work))

    def action_theme(self) -> None:
        names = list(looks.THEMES)
        here = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(here + 1) % len(names)]
        self.say(f"Theme {self.theme}: {looks.THEMES[self.theme]}.")

    def say(self, text: str, severity: Any = "information") -> None:
        """One line for a moment; never for an error that needs reading."""
        self.notify(make_inert(text), severity=severity, markup=False)

    def copy(self, text: str, what: str) -> None:
        """Put text on the terminal's clipboard and say so."""
        from tui.app.terminal.clipboard import osc52

        sequence = osc52(text)
        if not sequence:
            self.say(
                f"{what[:1].upper()}{what[1:]}: too much for a terminal's clipboard; export it to a file.",
                "warning",
            )
            return
        keep_clipboard(self, text)
        write_through(self, sequence)
        self.say(f"Sent to the terminal's clipboard: {what}.")

    def show_error(self, error: RedirectoryError) -> None:
        """One dialog with title, detail and hint."""
        from tui.app.dialogs.notices.error import ErrorDialog

        self.push_screen(ErrorDialog(error))

    def describe_defect(self, error: BaseException | None) -> RenderableType:
        from rich.text import Text

        from tui.app.worker.faultlog import write_fault

        error = sys.exc_info()[1] or error
        # The demo's folder goes when it ends.
        path = write_fault(self.desk.places.state, error) if error and not self.desk.demo else None
        place = f" Where it happened is noted in {path}." if path is not None else ""
        return Text(
            f"redirectory: a defect of the program ended it: {type(error).__name__}.{place} "
            "What was sent is in the journal: redirectory history"
        )


_SHELL_ACTIONS = frozenset(
    action.call.partition("(")[0] or action.name for action in ACTIONS if action.scope == "app"
) - {"quit"}
