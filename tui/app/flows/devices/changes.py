"""What was changed from here since the list of devices came: the table shows it without another list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.context.flow import at_end
from tui.app.dialogs.notices.outcomes import OutcomesDialog
from tui.app.presentation.outcomes import count_outcomes
from tui.app.presentation.progress import tell_progress
from tui.app.worker.work import find_outcomes
from tui.model.device import MAC, DeviceRow
from tui.model.outcome import Outcome, Result

if TYPE_CHECKING:
    from tui.app.context.page import Page
    from tui.app.widgets.device_table import DeviceTable
    from tui.app.worker.ticket import Ticket


class DeviceChanges:
    """`since` has the rows that were stored, None for those removed, by MAC; `last` is what is said of the
    last change; `draw` is called when that is another.
    """

    def __init__(self, page: Page, table: DeviceTable, draw: Callable[[], None]) -> None:
        self._page, self._table, self._draw = page, table, draw
        self.since: dict[str, DeviceRow | None] = {}
        self.last: Content | None = None
        self._hinted: tuple[str, Content] | None = None
        self._running: set[Ticket] = set()

    def begin_list(self) -> None:
        """A new list is asked for: it will have what was changed before."""
        self.since.clear()
        self._page.desk.work.made.clear()
        if not self._running:
            self.last = None

    def forget(self) -> None:
        """Another account: what was changed in the one before is no longer of interest here."""
        self.since.clear()
        self.last = self._hinted = None
        self._running.clear()

    def note(self, stored: Sequence[DeviceRow], removed: Iterable[str]) -> None:
        """Records are known to be stored or removed: the table shows it."""
        removed = list(removed)
        self.since.update(dict.fromkeys(removed))
        self.since.update((row[MAC], row) for row in stored)
        if removed:
            self._table.take_out(removed)
        if stored:
            self._table.put(stored)

    async def follow(self, ticket: Ticket) -> None:
        """Show what becomes of the devices until the change has ended. Raises what its iteration raises."""
        self._running.add(ticket)
        self._show(Content.styled(f"{ticket.title} …", "$doubt"))
        with at_end(lambda: self._end_change(ticket)):
            async for outcomes in ticket:
                self._apply(outcomes)
                self._show(_tell_running(ticket))

    def take_in_changes(self) -> None:
        """What the other pages have changed since: the table shows it without another list."""
        made, self._page.desk.work.made = self._page.desk.work.made, []
        for ticket, values in made:
            if ticket.owner is not self._page and not self._page.desk.work.is_elsewhere(ticket):
                self._apply(list(find_outcomes(values)))
                self.last = None  # its `z` would take back the later change

    def _apply(self, outcomes: Sequence[Outcome]) -> None:
        removed = [each.mac for each in outcomes if each.result is Result.REMOVED]
        stored = [
            (each.mac, each.provider, each.url, each.server_date or "")
            for each in outcomes
            if each.result is Result.STORED and each.provider is not None and each.url is not None
        ]
        self.note(stored, removed)

    def _end_change(self, ticket: Ticket) -> None:
        """Say what became of the devices, all of them if any needs attention."""
        self._running.discard(ticket)
        outcomes = ticket.outcomes
        if not outcomes:
            self._show(None)
            return
        # An undo is not taken back by `z`: that would take back the change before.
        offer = ticket.group != "undo" and any(each.result.is_made for each in outcomes)
        counts = count_outcomes(outcomes)
        self._hinted = (next((each.change_set for each in outcomes if each.change_set), ""), counts)
        hint = Content.assemble("  ", ("z", "bold"), (" undo", "$quiet")) if offer else ""
        self._show(Content.assemble(counts, hint))
        if any(not each.result.is_done for each in outcomes):
            unknown = any(each.result is Result.UNKNOWN for each in outcomes)
            note = "History asks the server about the unknown ones." if unknown else ""
            self._page.app.push_screen(OutcomesDialog(ticket.title, outcomes, note))

    async def drop_hint(self) -> None:
        """The hint of z goes when z would take back another change."""
        from tui.services.changes.undoing import find_last

        if self._hinted is None or not self._page.desk.signed_in:
            return
        session = self._page.desk.session
        last = await self._page.value(lambda: find_last(session), "hint", "Reading the journal")
        if self._hinted is not None and (last is None or last.id != self._hinted[0]):
            _, counts = self._hinted
            self._hinted = None
            if not self._running:
                self._show(counts)

    def _show(self, content: Content | None) -> None:
        self.last = content
        self._draw()


def _tell_running(ticket: Ticket) -> Content:
    verb = ticket.title.partition(" ")[0]
    progress = tell_progress(len(ticket.outcomes), ticket.total, ticket.age)
    return Content.assemble(f"{verb} {progress}  ", count_outcomes(ticket.outcomes))
