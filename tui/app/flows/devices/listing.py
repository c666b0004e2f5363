"""The list of devices: the kept one at once, the server's behind it, compared and put in its place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer

from tui.app.context.flow import start
from tui.app.widgets.device_lines import spell_count
from tui.app.worker.messages import LinkChanged
from tui.app.worker.ticket import Abandoned
from tui.errors import RedirectoryError, StoreError
from tui.model.device import ROW_NAMES, SERVER_DATE, DeviceRow
from tui.services.devices.device_list import DeviceList

if TYPE_CHECKING:
    from tui.app.context.page import Page
    from tui.app.flows.devices.changes import DeviceChanges
    from tui.app.widgets.device_table import DeviceTable

_SLICE = 0.004
_COUNT_EVERY = 0.25
MEMORY = 800 << 20
"""Bytes that the list shown and the one arriving weigh together; the rest of 1 GiB is for the program."""


class Listing:
    """`as_of` is when the list that is shown was whole, None while there is none; `is_arriving` tells that
    the server's is on its way. `asked` gives the text and the provider that are searched for, `search`
    repeats that search, `draw` shows `states`.
    """

    def __init__(
        self,
        page: Page,
        table: DeviceTable,
        changes: DeviceChanges,
        *,
        asked: Callable[[], tuple[str, str | None]],
        search: Callable[[], None],
        draw: Callable[[], None],
    ) -> None:
        self._page, self._table, self._changes = page, table, changes
        self._asked, self._search, self._draw = asked, search, draw
        self._clock: Timer | None = None
        self._forget()

    def _forget(self) -> None:
        self.is_arriving = False
        self.as_of: datetime | None = None
        self._kept: DeviceList | None = None
        self._held: RedirectoryError | None = None
        self._arranged = self._is_reading = False
        self._fresh = DeviceList()
        self._news = self._trouble = self._uncompared = ""
        self._counted = 0.0

    def forget(self) -> None:
        """Another account: nothing of the list before is of interest here."""
        self._forget()
        self._page.desk.list_age = ""
        self._table.show(DeviceList())

    @property
    def counts_are_due(self) -> bool:
        """Whether the counts are to be drawn: while rows arrive, four times a second."""
        now = time.monotonic()
        if self.is_arriving and now - self._counted <= _COUNT_EVERY:
            return False
        self._counted = now
        return True

    def begin(self) -> None:
        """Show the kept list, and ask the server for its own."""
        if self._page.desk.session.keeps_lists:
            start(self._page, self._read_kept())
        start(self._page, self.refresh())

    async def _read_kept(self) -> None:
        """Show the list that is kept on this machine until the server's has come. What was wrong with that is
        said only when it is known whether there is a kept one."""
        session = self._page.desk.session

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
            found = await self._page.value(read, "kept list", "Reading the kept list")
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

    async def refresh(self) -> None:
        """Ask the server for the list; what is shown stays until the new one is complete."""
        if self._page.running("list") is not None:
            return
        from tui.services.devices.look_up import list_devices

        session = self._page.desk.session
        fresh = self._fresh = DeviceList()
        self._trouble = self._uncompared = ""
        self._changes.begin_list()
        if not self._table.devices.rows:
            self._show(self._fresh)
            self._table.empty_text = "Asking the server for the list …"
        self.is_arriving = True
        ticket = self._page.stream(lambda: list_devices(session), "list", "Listing")
        if self._clock is None:
            self._clock = self._page.set_interval(0.5, self._tick)
        self._draw()
        try:
            async for batches in ticket:
                self._take_rows(list(chain.from_iterable(batches)))
        except Abandoned:
            if self._fresh is fresh:
                self._end_listing("stopped waiting: r asks again")
                self._table.empty_text = "The list was not waited for. r asks the server again."
                self._table.refresh()
            raise
        except RedirectoryError as error:
            partly = self._table.devices is fresh and bool(fresh.rows)
            self._table.empty_text = f"No list: {error.title} r asks the server again."
            self._table.refresh()
            self._end_listing(f"{'cut off' if partly else 'not refreshed'}: {error.title} r asks again")
            if self._is_reading:
                self._held = error
            elif not self._table.devices.rows or partly:
                raise
            return
        fresh.end_arrival()
        self.is_arriving = False
        await self._take_over(fresh)

    def _end_listing(self, trouble: str) -> None:
        self.is_arriving, self._trouble = False, trouble
        self._draw()

    def _take_rows(self, rows: list[DeviceRow]) -> None:
        if self._table.devices is self._fresh:
            self._table.extend(rows)
        else:
            self._fresh.extend(rows)
        self._make_room()

    def _show(self, devices: DeviceList) -> None:
        self._table.show(devices)
        self._search()

    def _tick(self) -> None:
        if not self.is_arriving and self._clock is not None:
            self._clock.stop()
            self._clock = None
        self._draw()

    def _make_room(self) -> None:
        """Give up the list before where it and the one that arrives would take too much memory together."""
        before = self._kept if self._table.devices is self._fresh else self._table.devices
        if before is None or before.weight + self._fresh.weight <= MEMORY:
            return
        self._kept = None
        self._uncompared = "not compared, too large"
        if self._table.devices is not self._fresh:
            self._fresh.take_marks(before, arriving=True)
            self._fresh.sorted_by = before.sorted_by
            self._repeat_changes(self._fresh)
            self._arranged, self.as_of = False, None
            self._page.desk.list_age = ""
            self._show(self._fresh)

    def _take_kept(self, at: datetime, kept: DeviceList) -> None:
        if self.as_of is not None or kept.weight + self._fresh.weight > MEMORY:
            return
        self._kept = kept
        if self._table.devices is not self._fresh or not self._fresh.rows:
            self.as_of = at
            self._page.desk.list_age = f"list from {_spell_time(at)}"
            self._show(kept)
            self._arrange()
            self._draw()

    async def _take_over(self, fresh: DeviceList) -> None:
        """Compare with what is shown, order and search behind the scene, then change places."""
        table = self._table
        before = table.devices if table.devices is not fresh else self._kept
        if before is not None and before.rows:
            await self._in_slices(fresh.compare(before))
        if table.devices is not fresh:
            column, descending = table.devices.sorted_by or (None, False)
            await self._in_slices(fresh.sort(column, descending=descending))
            await self._in_slices(fresh.search(*self._asked()))
            if fresh is not self._fresh:
                return
            fresh.take_marks(table.devices)
            self._repeat_changes(fresh)
            self._show(fresh)
        elif self._changes.since:
            self._repeat_changes(fresh)
        self._kept = None
        self.as_of = datetime.now(UTC)
        self._page.desk.list_age = f"list from {_spell_time(self.as_of)}"
        counts = list(fresh.changes.values())
        news = [f"{counts.count(kind)} {kind.value}" for kind in dict.fromkeys(counts)]
        self._news = " · ".join([*news, *([f"{fresh.gone} gone"] if fresh.gone else [])]) or self._uncompared
        self._table.empty_text = "No devices are registered in this account."
        self._arrange()
        self._table.refresh()
        self._draw()
        trouble = self._page.desk.session.lists.trouble if self._page.desk.signed_in else None
        if isinstance(trouble, StoreError):
            self._page.shell.say(trouble.describe(), "warning")
        self._page.shell.post_message(LinkChanged())

    def _repeat_changes(self, fresh: DeviceList) -> None:
        """What was changed from here while the list was under way is newer than the list."""
        removed = [mac for mac, row in self._changes.since.items() if row is None]
        stored = [row for row in self._changes.since.values() if row is not None]
        if self._table.devices is fresh:
            self._table.take_out(removed)
            self._table.put(stored)
        else:
            fresh.remove(removed)
            fresh.put(stored)

    def _arrange(self) -> None:
        """Order the first list that is whole, by what was chosen while it came; not under the hands of a
        person who is at work in it."""
        if self._arranged:
            return
        self._arranged = True
        if self._table.touched:
            self._table.devices.sorted_by = None
        elif self._table.devices.sorted_by is not None:
            self._table.sort_again()
        else:
            at_top = self._table.cursor == 0
            chosen = self._page.desk.config.list
            column = ROW_NAMES.index(chosen.sort) if chosen.sort else SERVER_DATE
            self._table.sort_by(column, descending=chosen.descending, follow=not at_top)

    def states(self, watch_line: str) -> list[Content]:
        """What the list is, in words; a shorter way to say it after a longer one."""
        age = f"list from {_spell_time(self.as_of)}" if self.as_of else ""
        if self.is_arriving:
            if self._table.devices is self._fresh:
                return [Content.styled("arriving …", "$quiet")]
            arrived = f"refreshing, {spell_count(len(self._fresh.rows))} arrived"
            return [Content.styled(text, "$doubt") for text in (f"{age} · {arrived}", "refreshing …")]
        if self._trouble:
            short = self._trouble.partition(":")[0] + " · r asks again"
            texts = (f"{age} · {self._trouble}", f"{age} · {short}", age or short)
            return [Content.styled(text.removeprefix(" · "), "$doubt") for text in texts]
        if watch_line:
            return [Content.styled(watch_line, "$doubt")]
        if self._changes.last is not None:
            return [self._changes.last]
        unsorted = (
            "" if self._table.devices.sorted_by or not self._table.devices.rows else "unsorted, s sorts"
        )
        whole = " · ".join(filter(None, (self._news, age, unsorted)))
        texts = (whole, " · ".join(filter(None, (age, unsorted))), unsorted or age)
        return [Content.styled(text, "$quiet") for text in texts]

    @staticmethod
    async def _in_slices(work: Iterator[None]) -> None:
        until = time.perf_counter() + _SLICE
        for _ in work:
            if time.perf_counter() > until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE


def _spell_time(at: datetime) -> str:
    """`12:40` today, `11-22 12:40` this year, else the whole date; in the time zone of this machine."""
    local, now = at.astimezone(), datetime.now(UTC).astimezone()
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d}"
