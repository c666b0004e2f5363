"""`w` on the list: waiting for all marked phones at once; one that has called loses its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app.context.flow import at_end, flow
from tui.app.context.page import Page
from tui.app.flows.watching import StopSign
from tui.app.widgets.device_lines import show_date, spell_count
from tui.model.device import MAC, SERVER_DATE, DeviceRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.app.widgets.device_table import DeviceTable
    from tui.app.worker.ticket import Ticket
    from tui.services.phone.watching_several import Round

_NAMED = 3


class MarkedWatch(Page):
    """A page with the table of devices."""

    changed_since: dict[str, DeviceRow | None]
    watch_line = ""
    _watching: Ticket | None = None

    if TYPE_CHECKING:

        @property
        def table(self) -> DeviceTable: ...
        def draw_counts(self) -> None: ...
        def _choose(self, verb: str) -> list[DeviceRow]: ...

    def action_watch(self) -> None:
        """Wait for the marked phones; a single one is watched in Device Info. While several are, stop."""
        if self._watching is not None:
            self._watching.cancel()
            return
        rows = self._choose("watch")
        if len(rows) == 1:
            self.shell.show_page("device_info", rows[0][MAC], "watch")
        elif rows:
            self._watch(rows)

    @flow
    async def _watch(self, rows: Sequence[DeviceRow]) -> None:
        from tui.services.phone.watching_several import watch_several

        session, stop = self.desk.session, StopSign()
        ticket = self._watching = self.stream(
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
            self.changed_since.update((row[MAC], row) for row in rows)
            self.changed_since.update(dict.fromkeys(each.gone))
            if rows:
                self.table.put(rows)
            if each.gone:
                self.table.take_out(each.gone)
            self.table.unmark([row[MAC] for row in each.called])
            if each.called:
                self._tell_calls(each.called)
            for mac in each.gone[:_NAMED]:
                self.shell.say(f"{mac}: its record is gone; somebody has removed it.", "warning")
            for row in each.changed[:_NAMED]:
                self.shell.say(f"{row[MAC]} was registered anew with another target; it is still waited for.")
            self._say_seen(each.seen, each.total, each.trouble)

    def _tell_calls(self, called: Sequence[DeviceRow]) -> None:
        if self.desk.config.app.bell:
            self.app.bell()
        for row in called[:_NAMED]:
            self.shell.say(f"{row[MAC]} has called: its date has moved to {show_date(row[SERVER_DATE])}.")
        if len(called) > _NAMED:
            self.shell.say(f"{spell_count(len(called) - _NAMED)} more have called.")

    def _say_seen(self, seen: int, total: int, trouble: str = "") -> None:
        counts = f"{spell_count(seen)} of {spell_count(total)} have called"
        self.watch_line = f"◌ {counts} · {trouble or 'w stops'}"
        self.draw_counts()

    def _end_watch(self) -> None:
        """The watch is over: all were seen, it was stopped, or it failed."""
        counts = self.watch_line.removeprefix("◌ ").partition(" · ")[0]
        self.forget_watch()
        self.draw_counts()
        self.shell.say(f"No longer watched: {counts}. Marked are those still to go.")

    def forget_watch(self) -> None:
        """Stop, without a word: another account comes."""
        if self._watching is not None:
            self._watching.cancel()
        self._watching, self.watch_line = None, ""
