"""3 List/Deregister: the account's devices, streamed in, searched, sorted, marked; verbs act on the marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.context.page import Hint, Page
from tui.app.flows.devices.changes import DeviceChanges
from tui.app.flows.devices.listing import Listing
from tui.app.flows.devices.marked_watch import MarkedWatch
from tui.app.flows.devices.verbs import deregister_devices, retarget_devices
from tui.app.widgets.bars import Line, spread
from tui.app.widgets.device_lines import count_devices, show_text, spell_count
from tui.app.widgets.device_table import DeviceTable
from tui.app.widgets.field import Entry, Field
from tui.app.worker.ticket import Ticket
from tui.model.device import MAC, URL, DeviceRow

_COPY_LIMIT = 10_000
_ROOM_FOR_DETAIL = 30


class DevicesPage(Page):
    """The kept list is shown at once, the server's list streams in behind it and takes its place."""

    page_id = "devices"
    title = "List/Deregister"
    BINDINGS: ClassVar[list[Any]] = bindings("devices")
    tells_changes = True
    reveals = "User names and passwords in URLs"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._provider: str | None = None
        self.table = DeviceTable(id="devices-table")
        self.changes = DeviceChanges(self, self.table, self.draw_counts)
        self.marked_watch = MarkedWatch(self, self.table, self.changes, self.draw_counts)
        self.listing = Listing(
            self,
            self.table,
            self.changes,
            asked=lambda: (self.query_one("#devices-search", Input).value, self._provider),
            search=self._search,
            draw=self.draw_counts,
        )

    def compose(self) -> ComposeResult:
        with Horizontal(id="devices-filter"):
            yield Line(id="devices-provider")
            yield Field("Search", Entry(id="devices-search", select_on_focus=False), width=8)
        yield Line(id="devices-counts")
        yield self.table
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
        if self.desk.signed_in and not self.listing.is_arriving and self.listing.as_of is None:
            self.listing.begin()
        else:
            self.changes.take_in_changes()

    def session_changed(self) -> None:
        self._provider = None
        self.changes.forget()
        self.marked_watch.forget()
        self.listing.forget()
        self.query_one("#devices-search", Input).value = ""
        self._draw_provider()
        if self.desk.signed_in and self.display:
            self.listing.begin()

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
        if self.listing.counts_are_due:
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
        states = self.listing.states(self.marked_watch.line)
        state = next((each for each in states if each.cell_length < width - len(text) - 1), states[-1])
        line.write(spread(Content(text), state.truncate(max(0, width - len(text) - 2)), width))

    # verbs

    def _choose(self, verb: str) -> list[DeviceRow]:
        rows = self.table.chosen_rows
        if not rows:
            self.shell.say(f"Nothing to {verb}: mark devices with space, or move to one.")
        return rows

    @flow
    async def action_refresh(self) -> None:
        """Ask the server for the list; what is shown stays until the new one is complete."""
        await self.listing.refresh()

    @flow
    async def action_deregister(self) -> None:
        if rows := self._choose("deregister"):
            await deregister_devices(self, rows, self.table.devices.count_marks_outside())

    @flow
    async def action_retarget(self) -> None:
        if rows := self._choose("retarget"):
            await retarget_devices(self, rows, self.table.devices.count_marks_outside())

    async def follow(self, ticket: Ticket) -> None:
        await self.changes.follow(ticket)

    @flow
    async def records_changed(self) -> None:
        """The hint of z goes when z would take back another change."""
        await self.changes.drop_hint()

    @flow
    async def action_watch(self) -> None:
        """Wait for the marked phones; a single one is watched in Device Info. While several are, stop."""
        if not self.marked_watch.stop() and (rows := self._choose("watch")):
            if len(rows) == 1:
                self.shell.show_page("device_info", rows[0][MAC], "watch")
            else:
                await self.marked_watch.watch(rows)

    def action_url_right(self) -> None:
        self.table.shift_url(1)

    def action_url_left(self) -> None:
        self.table.shift_url(-1)

    def action_open(self) -> None:
        self.table.open_device()

    def action_mark(self) -> None:
        self.table.toggle_mark()

    def action_mark_all(self) -> None:
        self.table.mark_shown()

    def action_invert(self) -> None:
        self.table.invert_shown()

    def action_unmark(self) -> None:
        self.table.clear_marks()

    def action_sort(self) -> None:
        self.table.cycle_sort()

    def action_reverse_sort(self) -> None:
        self.table.reverse_sort()

    @flow
    async def action_copy(self) -> None:
        """Copy a fact of the chosen devices, or all of it, tab-separated as spreadsheets take it."""
        rows = self._choose("copy")
        if len(rows) > _COPY_LIMIT:
            self.shell.say(
                f"{spell_count(len(rows))} devices are too many for a clipboard; x writes them to a file."
            )
        elif rows:
            from tui.app.flows.devices.copy import copy_fact, make_cards
            from tui.services.storage.vault import open_entries

            session, reveal = self.desk.session, self.table.revealed
            macs = [row[MAC] for row in rows]
            known, trouble = await self.value(
                lambda: open_entries(session.journal.recall_many(session.account_key, macs)),
                "verb",
                "Looking into the vault",
            )
            await copy_fact(self, make_cards(rows, known, trouble), reveal)

    @flow
    async def action_export(self) -> None:
        """Write the marked devices, or all that the search shows, to a file."""
        from tui.app.flows.export import export_devices

        devices = self.table.devices
        if devices.mark_count:
            rows, what = devices.marked_rows(), f"{spell_count(devices.mark_count)} marked"
        else:
            rows, what = list(devices.shown_rows()), f"{spell_count(len(devices.shown))} shown"
        await export_devices(self, rows, f"{what} devices" if len(rows) != 1 else f"{what} device")

    def action_test(self) -> None:
        """Fetch the URL of the device under the cursor as its phone would, in Device Info."""
        row = self.table.cursor_row
        if row is None:
            self.shell.say("Nothing to test: the list is empty.")
        else:
            self.shell.show_page("device_info", row[MAC], "test")
