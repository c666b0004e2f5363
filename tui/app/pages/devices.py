"""3 List/Deregister: the account's devices, streamed in, searched, sorted, marked; verbs act on the marks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.context.page import Hint
from tui.app.pages.device_verbs import DeviceVerbs
from tui.app.widgets.bars import Line, spread
from tui.app.widgets.device_lines import count_devices, show_text, spell_count
from tui.app.widgets.device_table import DeviceTable
from tui.app.widgets.field import Entry, Field
from tui.app.worker.messages import LinkChanged
from tui.app.worker.ticket import Abandoned, Ticket
from tui.errors import RedirectoryError, StoreError
from tui.model.device import ROW_NAMES, SERVER_DATE, URL, DeviceRow
from tui.services.devices.device_list import DeviceList

_SLICE = 0.004
_COUNT_EVERY = 0.25
_ROOM_FOR_DETAIL = 30
MEMORY = 800 << 20
"""Bytes that the list shown and the one arriving weigh together; the rest of 1 GiB is for the program."""


class DevicesPage(DeviceVerbs):
    """The kept list is shown at once, the server's list streams in behind it and takes its place."""

    page_id = "devices"
    title = "List/Deregister"
    BINDINGS: ClassVar[list[Any]] = bindings("devices")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._provider: str | None = None
        self._arranged = False
        self._listing: Ticket | None = None
        self._is_reading = False
        self._fresh = DeviceList()
        self._kept: DeviceList | None = None
        self._as_of: datetime | None = None
        self._held: RedirectoryError | None = None
        self._news = ""
        self._trouble = self._uncompared = ""
        self._counted = 0.0
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="devices-filter"):
            yield Line(id="devices-provider")
            yield Field("Search", Entry(id="devices-search", select_on_focus=False), width=8)
        yield Line(id="devices-counts")
        yield DeviceTable(id="devices-table")
        yield Line(id="devices-detail")

    def on_mount(self) -> None:
        self._draw_provider()

    def on_resize(self, event: events.Resize) -> None:
        # On a small terminal, often behind a thin line, the URL under the cursor is not written out again.
        self.query_one("#devices-detail").display = self.app.size.height >= _ROOM_FOR_DETAIL
        self.call_after_refresh(self.draw_counts)

    def focus_first(self) -> None:
        self.table.focus()

    def hints(self) -> Sequence[Hint]:
        names = (
            "mark",
            "search",
            "deregister",
            "open",
            "retarget",
            "refresh",
            "provider",
            "sort",
            "mark-all",
        )
        own = (f"devices.{name}" for name in (*names, "export", "undo", "copy", "watch"))
        return (*own, "app.plan")

    def shown(self) -> None:
        if self.desk.signed_in and self._listing is None and self._as_of is None:
            self._begin()
        else:
            self.take_in_changes()

    def session_changed(self) -> None:
        self._listing = self._kept = self._as_of = self._held = None
        self._arranged = self._is_reading = False
        self._fresh = DeviceList()
        self._news = self._trouble = ""
        self._provider = None
        self.desk.list_age = ""
        self.forget_changes()
        self.query_one("#devices-search", Input).value = ""
        self.table.show(DeviceList())
        self._draw_provider()
        if self.desk.signed_in and self.display:
            self._begin()

    def back(self) -> bool:
        if isinstance(self.screen.focused, Input):
            self.table.focus()
            return True
        field = self.query_one("#devices-search", Input)
        if field.value or self._provider is not None:
            self._provider = None
            self._draw_provider()
            field.value = ""
            self._search()
            return True
        return False

    def receive(self, carried: str, verb: str) -> None:
        self.query_one("#devices-search", Input).value = carried
        self.table.focus()

    # the list

    def _begin(self) -> None:
        if self.desk.session.keeps_lists:
            self._read_kept()
        self.action_refresh()

    @flow
    async def _read_kept(self) -> None:
        """Show the list that is kept on this machine until the server's has come. What was wrong with that is
        said only when it is known whether there is a kept one."""
        session = self.desk.session

        def read() -> tuple[datetime, DeviceList] | None:
            kept = session.lists.stream(session.account_key)
            if kept is None:
                return None
            at, batches = kept
            devices = DeviceList()
            for batch in batches:
                devices.extend(batch)
                if devices.weight + self._fresh.weight > MEMORY:
                    return None
            return at, devices

        self._is_reading = True
        try:
            found = await self.value(read, "kept list", "Reading the kept list")
        except RedirectoryError as error:
            self._is_reading = False
            held, self._held = self._held, None
            raise held or error from None
        self._is_reading = False
        held, self._held = self._held, None
        if found is not None:
            self._take_kept(*found)
        elif held is not None:
            raise held

    @flow
    async def action_refresh(self) -> None:
        """Ask the server for the list; what is shown stays until the new one is complete."""
        if self._listing is not None and self._listing.running and not self._listing.abandoned:
            return
        from tui.services.devices.look_up import list_devices

        session = self.desk.session
        fresh = self._fresh = DeviceList()
        self._trouble = self._uncompared = ""
        self.changed_since.clear()
        self.desk.work.made.clear()
        if not self.changes_running:
            self.last_change = None
        if not self.table.devices.rows:
            self._show(self._fresh)
            self.table.empty_text = "Asking the server for the list …"
        ticket = self._listing = self.stream(lambda: list_devices(session), "list", "Listing")
        if self._clock is None:
            self._clock = self.set_interval(0.5, self._tick)
        self.draw_counts()
        try:
            async for batches in ticket:
                self._take_rows(list(chain.from_iterable(batches)))
        except Abandoned:
            if self._fresh is fresh:
                self._end_listing("stopped waiting: r asks again")
                self.table.empty_text = "The list was not waited for. r asks the server again."
                self.table.refresh()
            raise
        except RedirectoryError as error:
            partly = self.table.devices is fresh and bool(fresh.rows)
            self.table.empty_text = f"No list: {error.title} r asks the server again."
            self.table.refresh()
            self._end_listing(f"{'cut off' if partly else 'not refreshed'}: {error.title} r asks again")
            if self._is_reading:
                self._held = error
            elif not self.table.devices.rows or partly:
                raise
            return
        fresh.end_arrival()
        self._listing = None
        await self._take_over(fresh)

    def _end_listing(self, trouble: str) -> None:
        self._listing, self._trouble = None, trouble
        self.draw_counts()

    def _take_rows(self, rows: list[DeviceRow]) -> None:
        if self.table.devices is self._fresh:
            self.table.extend(rows)
        else:
            self._fresh.extend(rows)
        self._make_room()

    def _show(self, devices: DeviceList) -> None:
        self.table.show(devices)
        self._search()

    def _tick(self) -> None:
        if self._listing is None and self._clock is not None:
            self._clock.stop()
            self._clock = None
        self.draw_counts()

    def _make_room(self) -> None:
        """Give up the list before where it and the one that arrives would take too much memory together."""
        before = self._kept if self.table.devices is self._fresh else self.table.devices
        if before is None or before.weight + self._fresh.weight <= MEMORY:
            return
        self._kept = None
        self._uncompared = "not compared, too large"
        if self.table.devices is not self._fresh:
            self._fresh.take_marks(before, arriving=True)
            self._fresh.sorted_by = before.sorted_by
            self._repeat_changes(self._fresh)
            self._arranged, self._as_of = False, None
            self.desk.list_age = ""
            self._show(self._fresh)

    def _take_kept(self, at: datetime, kept: DeviceList) -> None:
        if self._as_of is not None or kept.weight + self._fresh.weight > MEMORY:
            return
        self._kept = kept
        if self.table.devices is not self._fresh or not self._fresh.rows:
            self._as_of = at
            self.desk.list_age = f"list from {_spell_time(at)}"
            self._show(kept)
            self._arrange()
            self.draw_counts()

    async def _take_over(self, fresh: DeviceList) -> None:
        """Compare with what is shown, order and search behind the scene, then change places."""
        table = self.table
        before = table.devices if table.devices is not fresh else self._kept
        if before is not None and before.rows:
            await self._in_slices(fresh.compare(before))
        if table.devices is not fresh:
            column, descending = table.devices.sorted_by or (None, False)
            await self._in_slices(fresh.sort(column, descending=descending))
            await self._in_slices(
                fresh.search(self.query_one("#devices-search", Input).value, self._provider)
            )
            if fresh is not self._fresh:
                return
            fresh.take_marks(table.devices)
            self._repeat_changes(fresh)
            self._show(fresh)
        elif self.changed_since:
            self._repeat_changes(fresh)
        self._kept = None
        self._as_of = datetime.now(UTC)
        self.desk.list_age = f"list from {_spell_time(self._as_of)}"
        counts = list(fresh.changes.values())
        news = [f"{counts.count(kind)} {kind.value}" for kind in dict.fromkeys(counts)]
        self._news = " · ".join([*news, *([f"{fresh.gone} gone"] if fresh.gone else [])]) or self._uncompared
        self.table.empty_text = "No devices are registered in this account."
        self._arrange()
        self.table.refresh()
        self.draw_counts()
        trouble = self.desk.session.lists.trouble if self.desk.signed_in else None
        if isinstance(trouble, StoreError):
            self.shell.say(trouble.describe(), "warning")
        self.shell.post_message(LinkChanged())

    def _repeat_changes(self, fresh: DeviceList) -> None:
        """What was changed from here while the list was under way is newer than the list."""
        removed = [mac for mac, row in self.changed_since.items() if row is None]
        stored = [row for row in self.changed_since.values() if row is not None]
        if self.table.devices is fresh:
            self.table.take_out(removed)
            self.table.put(stored)
        else:
            fresh.remove(removed)
            fresh.put(stored)

    def _arrange(self) -> None:
        """Order the first list that is whole, by what was chosen while it came; not under the hands of a
        person who is at work in it."""
        if self._arranged:
            return
        self._arranged = True
        if self.table.touched:
            self.table.devices.sorted_by = None
        elif self.table.devices.sorted_by is not None:
            self.table.sort_again()
        else:
            at_top = self.table.cursor == 0
            chosen = self.desk.config.list
            column = ROW_NAMES.index(chosen.sort) if chosen.sort else SERVER_DATE
            self.table.sort_by(column, descending=chosen.descending, follow=not at_top)

    @staticmethod
    async def _in_slices(work: Iterator[None]) -> None:
        until = time.perf_counter() + _SLICE
        for _ in work:
            if time.perf_counter() > until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE

    # search and provider

    @on(Input.Changed, "#devices-search")
    def search_typed(self) -> None:
        self._search()

    @on(Input.Submitted, "#devices-search")
    def search_entered(self) -> None:
        self.table.focus()

    def _search(self) -> None:
        if self.table.devices.rows:
            self.table.empty_text = "Nothing answers this search. esc shows all again."
        self.table.search(self.query_one("#devices-search", Input).value, self._provider)
        self.draw_counts()

    def action_search(self) -> None:
        self.query_one("#devices-search", Input).focus()

    @flow
    async def action_provider(self) -> None:
        """Choose one of the account's providers, or all."""
        from tui.app.dialogs.pickers.provider import Choice, PickDialog

        counts = self.table.devices.count_providers()
        choices = [Choice("a", "(all)", spell_count(len(self.table.devices)))]
        choices += [
            Choice(f"p{name}", show_text(name) or "(none)", spell_count(n)) for name, n in counts.items()
        ]
        current = "a" if self._provider is None else f"p{self._provider}"
        chosen = await self.ask(PickDialog("Show one provider", choices, prompt="Provider", current=current))
        if chosen is not None:
            self._provider = None if chosen == "a" else chosen[1:]
            self._draw_provider()
            self._search()

    def _draw_provider(self) -> None:
        name = "(all)" if self._provider is None else show_text(self._provider) or "(none)"
        line = Content.assemble("Provider  ", (name, "" if self._provider is None else "bold"))
        self.query_one("#devices-provider", Line).write(
            Content.assemble(line.truncate(28, ellipsis=True), (" ▾", "$quiet"))
        )

    # the table

    @on(DeviceTable.ShownChanged)
    def rows_changed(self, event: DeviceTable.ShownChanged) -> None:
        event.stop()
        now = time.monotonic()
        if self._listing is None or now - self._counted > _COUNT_EVERY:
            self._counted = now
            self.draw_counts()

    @on(DeviceTable.Marked)
    def marks_changed(self, event: DeviceTable.Marked) -> None:
        event.stop()
        self.draw_counts()

    @on(DeviceTable.CursorMoved)
    def cursor_moved(self, event: DeviceTable.CursorMoved) -> None:
        event.stop()
        self._draw_detail()

    @on(DeviceTable.Opened)
    def device_opened(self, event: DeviceTable.Opened) -> None:
        event.stop()
        self.shell.show_page("device_info", event.mac)

    def _draw_detail(self) -> None:
        row: DeviceRow | None = self.table.cursor_row
        url = "" if row is None else show_text(row[URL], self.table.revealed)
        self.query_one("#devices-detail", Line).write(Content.styled(url and f"   {url}", "$quiet"))

    def draw_counts(self) -> None:
        devices = self.table.devices
        shown, total = len(devices.shown), len(devices)
        filtered = bool(devices.query) or devices.provider is not None
        text = f"{spell_count(shown)} shown of {spell_count(total)}" if filtered else count_devices(total)
        if devices.mark_count:
            outside = devices.count_marks_outside()
            text += f" · {spell_count(devices.mark_count)} marked"
            text += f" ({spell_count(outside)} outside search)" if outside else ""
        line = self.query_one("#devices-counts", Line)
        width = line.size.width or 78
        states = self._states()
        state = next((each for each in states if each.cell_length < width - len(text) - 1), states[-1])
        line.write(spread(Content(text), state.truncate(max(0, width - len(text) - 2)), width))

    def _states(self) -> list[Content]:
        """What the list is, in words; a shorter way to say it after a longer one."""
        age = f"list from {_spell_time(self._as_of)}" if self._as_of else ""
        if self._listing is not None:
            if self.table.devices is self._fresh:
                return [Content.styled("arriving …", "$quiet")]
            arrived = f"refreshing, {spell_count(len(self._fresh.rows))} arrived"
            return [Content.styled(text, "$doubt") for text in (f"{age} · {arrived}", "refreshing …")]
        if self._trouble:
            short = self._trouble.partition(":")[0] + " · r asks again"
            texts = (f"{age} · {self._trouble}", f"{age} · {short}", age or short)
            return [Content.styled(text.removeprefix(" · "), "$doubt") for text in texts]
        if self.watch_line:
            return [Content.styled(self.watch_line, "$doubt")]
        if self.last_change is not None:
            return [self.last_change]
        unsorted = "" if self.table.devices.sorted_by or not self.table.devices.rows else "unsorted, s sorts"
        whole = " · ".join(filter(None, (self._news, age, unsorted)))
        texts = (whole, " · ".join(filter(None, (age, unsorted))), unsorted or age)
        return [Content.styled(text, "$quiet") for text in texts]


def _spell_time(at: datetime) -> str:
    """`12:40` today, `11-22 12:40` this year, else the whole date; in the time zone of this machine."""
    local, now = at.astimezone(), datetime.now(UTC).astimezone()
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d}"
