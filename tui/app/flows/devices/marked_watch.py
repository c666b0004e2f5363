"""`w` on the list: waiting for all marked phones at once; one that has called loses its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app.context.flow import at_end
from tui.app.flows.devices.watching import StopSign
from tui.app.widgets.device_lines import show_date, spell_count
from tui.model.device import MAC, SERVER_DATE, DeviceRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.app.context.page import Page
    from tui.app.flows.devices.changes import DeviceChanges
    from tui.app.widgets.device_table import DeviceTable
    from tui.services.phone.watching_several import Round

_NAMED = 3


class MarkedWatch:
    """`line` says how the watch stands, empty if nothing is watched; `draw` is called when that is new."""

    def __init__(
        self, page: Page, table: DeviceTable, changes: DeviceChanges, draw: Callable[[], None]
    ) -> None:
        self._page, self._table, self._changes, self._draw = page, table, changes, draw
        self._stop: StopSign | None = None
        self.line = ""

    def stop(self) -> bool:
        """Whether phones were watched; they are no longer in a moment."""
        if self._stop is None:
            return False
        self._stop.cancel()
        return True

    async def watch(self, rows: Sequence[DeviceRow]) -> None:
        """Wait until all of these have called, or somebody stops it. Raises Abandoned, RedirectoryError."""
        from tui.services.phone.watching_several import watch_several

        page, stop = self._page, StopSign()
        self._stop = stop
        session = page.desk.session
        ticket = page.stream(
            lambda: watch_several(session, rows, pause=stop.wait),
            "watch",
            f"Watching {spell_count(len(rows))} phones",
            job=True,
            control=stop,
        )
        self._say_seen(0, len(rows))
        with at_end(self._end_watch):
            async for rounds in ticket:
                self._show_rounds(rounds)

    def _show_rounds(self, rounds: Sequence[Round]) -> None:
        """Show what the lists have shown: dates that moved, records that were changed or are gone."""
        for each in rounds:
            rows = [*each.called, *each.changed]
            self._changes.note(rows, each.gone)
            self._table.unmark([row[MAC] for row in each.called])
            if each.called:
                self._tell_calls(each.called)
            for mac in each.gone[:_NAMED]:
                self._page.shell.say(f"{mac}: its record is gone; somebody has removed it.", "warning")
            for row in each.changed[:_NAMED]:
                self._page.shell.say(
                    f"{row[MAC]} was registered anew with another target; it is still waited for."
                )
            self._say_seen(each.seen, each.total, each.trouble)

    def _tell_calls(self, called: Sequence[DeviceRow]) -> None:
        if self._page.desk.config.app.bell:
            self._page.app.bell()
        for row in called[:_NAMED]:
            self._page.shell.say(
                f"{row[MAC]} has called: its date has moved to {show_date(row[SERVER_DATE])}."
            )
        if len(called) > _NAMED:
            self._page.shell.say(f"{spell_count(len(called) - _NAMED)} more have called.")

    def _say_seen(self, seen: int, total: int, trouble: str = "") -> None:
        counts = f"{spell_count(seen)} of {spell_count(total)} have called"
        self.line = f"◌ {counts} · {trouble or 'w stops'}"
        self._draw()

    def _end_watch(self) -> None:
        """The watch is over: all were seen, it was stopped, or it failed."""
        counts = self.line.removeprefix("◌ ").partition(" · ")[0]
        self.forget()
        self._draw()
        self._page.shell.say(f"No longer watched: {counts}. Marked are those still to go.")

    def forget(self) -> None:
        """Stop, without a word: another account comes."""
        self.stop()
        self._stop, self.line = None, ""
