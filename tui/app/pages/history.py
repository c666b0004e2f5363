"""5 History: every change made from this machine, what is open on top; filtered, explained, taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.context.page import Hint, Page
from tui.app.dialogs.questions.export import ExportDialog
from tui.app.flows.export import write_file
from tui.app.flows.undo import undo_change_set
from tui.app.presentation.history import (
    ChangeRow,
    Filter,
    Tally,
    count_changes,
    draw_card,
    heading,
    read_journal,
)
from tui.app.presentation.outcomes import count_outcomes as count_results
from tui.app.presentation.registrations import tell_unread
from tui.app.widgets.bars import Line, spread
from tui.app.widgets.device_lines import spell_count
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.lines import RowTable
from tui.errors import RedirectoryError
from tui.model.outcome import Outcome, Result
from tui.model.text.csv_cells import write_tsv_line
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket

FORMS = (
    ("csv", "history.csv", "CSV for a spreadsheet"),
    ("json", "history.jsonl", "JSON, one object a line"),
)
NOTE = "Credentials in URLs are masked; MAC passwords are not in it."
EMPTY = "Nothing was changed from this machine yet. Every change is written here before it is sent."


class HistoryPage(Page):
    """The journal of the account. It is read again whenever the page comes to the front or a change ends."""

    page_id = "history"
    title = "History"
    BINDINGS = bindings("history")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.changes: list[ChangeRow] = []
        self.tally = Tally(Counter())
        self.outcome = ""
        self._more = False
        self._shown = Filter()
        self._asked = Filter()
        self._is_reading = False
        self._resolving = False

    def compose(self) -> ComposeResult:
        yield Field("Filter", Entry(id="history-filter", select_on_focus=False), width=8)
        yield Line(id="history-state")
        detail = Static("", classes="detail")
        yield RowTable(id="history-table", empty="Reading the journal …", detail=detail)
        yield detail

    @property
    def table(self) -> RowTable:
        """The changes."""
        return self.query_one(RowTable)

    def focus_first(self) -> None:
        self.table.focus()

    def hints(self) -> Sequence[Hint]:
        names = ("open", "search", "undo", "resolve", "outcome", "export", "refresh", "copy", "reveal")
        return tuple(f"history.{name}" for name in names)

    def shown(self) -> None:
        self.action_refresh()

    def records_changed(self) -> None:
        if self.display:
            self.action_refresh()

    def session_changed(self) -> None:
        self.changes, self.outcome, self.tally = [], "", Tally(Counter())
        self._resolving = False
        self.query_one("#history-filter", Input).value = ""
        self.draw()
        if self.display:
            self.action_refresh()

    def back(self) -> bool:
        typing = isinstance(self.screen.focused, Input)
        if typing:
            self.table.focus()
        field = self.query_one("#history-filter", Input)
        if field.value or self.outcome:
            self.outcome = ""
            field.value = ""
            self.action_refresh()
            return True
        return typing

    def back_while(self, waited: Ticket) -> bool:
        # The journal is read again for every letter: the filter goes first, whatever is being read.
        return waited.owner is self and waited.group == "journal" and self.back()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.draw)

    # reading

    @flow
    async def action_refresh(self) -> None:
        """Read the journal again; what is shown stays until there is something else to show."""
        if not self.desk.signed_in:
            return
        session = self.desk.session
        wanted = self._asked = Filter(self.query_one("#history-filter", Input).value, self.outcome)
        fresh: list[ChangeRow] = []
        self._is_reading = True
        try:
            async for values in self.stream(
                lambda: read_journal(session, wanted), "journal", "Reading the journal"
            ):
                for value in values:
                    if isinstance(value, Tally):
                        self.tally = value
                    elif isinstance(value, bool):
                        self._more = value
                    else:
                        fresh.extend(value)
                if fresh and (self._shown != self._asked or not self.changes):
                    self._take(fresh)
        except RedirectoryError as error:
            self.table.empty_text = tell_unread(error)
            self.table.refresh()
            raise
        finally:
            self._is_reading = self._is_reading and self._asked is not wanted
        self._take(fresh)

    def _take(self, changes: list[ChangeRow]) -> None:
        self.changes, self._shown = list(changes), self._asked
        self.table.empty_text = EMPTY
        if self.tally.total:
            self.table.empty_text = "No change answers this filter. esc shows all again."
        self.draw()

    # what is shown

    @property
    def cursor_change(self) -> ChangeRow | None:
        """The change under the cursor."""
        return cast("ChangeRow | None", self.table.cursor_row)

    @property
    def picked(self) -> Sequence[ChangeRow]:
        """The changes that the filter leaves, the newest of them if they are very many."""
        return cast("Sequence[ChangeRow]", self.table.rows)

    @on(Input.Changed, "#history-filter")
    def filter_typed(self) -> None:
        self.action_refresh()

    @on(Input.Submitted, "#history-filter")
    def filter_entered(self) -> None:
        self.table.focus()

    def draw(self) -> None:
        """The rows that were read; the cursor stays on its change unless it stood on the first."""
        picked = self.changes
        here, cursor = self.cursor_change, 0
        if here is not None and self.table.cursor:
            number = here.record.id
            cursor = next((place for place, row in enumerate(picked) if row.record.id == number), 0)
        self.table.show(picked, heading=heading(self.table.size.width - 2), cursor=cursor)
        self._draw_state(len(picked), self._shown)

    def _draw_state(self, shown: int, wanted: Filter) -> None:
        total = self.tally.total
        text = count_changes(total)
        if self._more or self._is_reading:
            text = f"the newest {spell_count(shown)} shown of {text}"
        elif wanted:
            text = f"{spell_count(shown)} shown of {text}"
        text += " · more answer the filter" if wanted and self._more else ""
        text += f" · {wanted.word} only" if wanted.word else ""
        unknown = self.tally.counts[Result.UNKNOWN.words]
        right = Content("")
        if self._resolving:
            right = Content.styled("asking the server …", "$doubt")
        elif unknown:
            right = Content.assemble(
                (f"? {spell_count(unknown)} unknown", "$doubt"), "   ", ("c", "bold"), " asks the server"
            )
        line = self.query_one("#history-state", Line)
        line.write(spread(Content(text if total else ""), right, line.size.width or 78))

    # verbs

    def action_search(self) -> None:
        self.query_one("#history-filter", Input).focus()

    def action_outcome(self) -> None:
        """The next outcome that occurs, after the last all."""
        words = ["", *self.tally.words]
        at = words.index(self.outcome) if self.outcome in words else 0
        self.outcome = words[(at + 1) % len(words)]
        self.action_refresh()

    @on(RowTable.Opened)
    @flow
    async def action_open(self) -> None:
        from tui.app.dialogs.notices.change import ChangeCard

        row = self.cursor_change
        if row is None:
            return
        journal, change_set = self.desk.journal, row.record.change_set
        found = await self.value(lambda: journal.find_set(change_set), "card", "Reading the journal")
        answer = await self.ask(ChangeCard(draw_card(row, found, self.table.revealed)))
        if answer == "device":
            self.shell.show_page("device_info", row.record.identifier.wire)
        elif answer == "undo":
            await undo_change_set(self, change_set)

    @flow
    async def action_undo(self) -> None:
        row = self.cursor_change
        if row is None:
            self.shell.say("Nothing to take back: move to a change.")
        else:
            await undo_change_set(self, row.record.change_set)

    @flow
    async def action_resolve(self) -> None:
        """Ask the server how every open change ended."""
        from tui.services.changes.resolving import examine, resolve

        if self._resolving:
            return
        session, control = self.desk.session, Control()
        if not self.tally.counts[Result.UNKNOWN.words]:
            finding = await self.value(lambda: examine(session), "examine", "Looking through the journal")
            self.shell.say(finding.sentence, "warning" if finding.not_understood else "information")
            return
        self._resolving = True
        settled: list[Outcome] = []
        title = "Asking for open changes"
        ticket = self.stream(
            lambda: resolve(session, control=control), "resolve", title, changes=True, control=control
        )
        self.draw()
        try:
            async for outcomes in ticket:
                settled += outcomes
        except RedirectoryError:
            self._resolving = False
            raise
        self._resolving = False
        self.shell.say(f"Asked the server: {count_results(settled).plain or 'nothing was open'}")

    def action_copy(self) -> None:
        from tui.services.files.journal_export import COLUMNS, describe_record, show_cell

        row = self.cursor_change
        if row is not None:
            record = {name: show_cell(value) for name, value in describe_record(row.record).items()}
            self.shell.copy(write_tsv_line(record[column] for column in COLUMNS), "the change")

    @flow
    async def action_export(self) -> None:
        """Write what the filter leaves to a file."""
        from tui.services.files.journal_export import export_journal

        if not self.picked:
            self.shell.say("Nothing to export.")
            return
        session, shown = self.desk.session, self._shown
        count = len(self.picked)
        what = f"more than {count_changes(count)}" if self._more else count_changes(count)
        await write_file(
            self,
            ExportDialog(f"{what} of the filter" if shown else what, forms=FORMS, note=NOTE),
            lambda form: export_journal((row.record for page in shown.select(session) for row in page), form),
            "export",
        )
