"""Plan and apply: a desired state against the account; the difference is shown before any of it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.context.flow import flow
from tui.app.context.page import Hint
from tui.app.pages.plan_job import PlanJob
from tui.app.presentation.plan import (
    Compared,
    Desired,
    DifferenceRow,
    compare,
    count_kinds,
    is_shown,
    read_desired,
    tell_scope_briefly,
    warn_unread,
)
from tui.app.presentation.upload import PASTED, explain_trouble, read_bytes
from tui.app.widgets.bars import Line
from tui.app.widgets.device_lines import spell_count
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.lines import RowTable
from tui.app.widgets.path_entry import PathEntry
from tui.errors import LinkError, RedirectoryError
from tui.services.changes.planning import CHANGES, Change

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket

_ABOUT = (
    "Name a CSV with a row for each device that the account shall have: MAC-ID, URL, provider.\n"
    "You see what is added, changed, unchanged, missing, foreign and invalid before anything is sent.\n"
    "Applying it twice changes nothing the second time.\n\n"
)


class PlanPage(PlanJob):
    """Reads, compares, shows, applies, and compares again."""

    page_id = "plan"
    title = "Plan and apply"
    BINDINGS: ClassVar[list[Any]] = bindings("plan")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._prune = False
        self._everything = False
        self._kind: Change | None = None
        self._pasted = ""
        self._source: Callable[[], Desired] | None = None
        self._comparing = False
        self._trouble: RedirectoryError | None = None

    def compose(self) -> ComposeResult:
        yield Field("Desired state", PathEntry(id="plan-path", several=True, select_on_focus=False), width=15)
        yield Line(id="plan-counts")
        yield Line(id="plan-state")
        yield Static("", id="plan-message")
        yield RowTable(id="plan-table", empty="")
        yield Static("", classes="detail")

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def hints(self) -> Sequence[Hint]:
        if self._applying is not None:
            return ("plan.pause", "plan.cancel", "plan.outcome", "app.jobs")
        if self.plan is not None:
            return (
                *(("plan.apply",) if self.to_do else ()),
                "plan.prune",
                "plan.scope",
                "plan.outcome",
                "plan.refresh",
                "plan.path",
                "plan.undo",
            )
        return (("⏎", "compare"), ("Tab", "complete"), "plan.pick", "plan.paste", ("esc", "back to the list"))

    def focus_first(self) -> None:
        if self.plan is None:
            self.entry.focus()
        else:
            (self.table if self.table.display else self).focus()

    def receive(self, carried: str, verb: str) -> None:
        """A path to start with."""
        self.entry.put(carried)
        self.read_typed()

    def session_changed(self) -> None:
        self.plan = self._applying = self._trouble = None
        self._comparing = False
        self.answers = {}
        self._applied = ""
        if self.is_mounted:
            self.field.note("")
            self.draw()

    def back(self) -> bool:
        if self.shell.typing and self.plan is not None:
            self.focus_first()
        else:
            self.shell.show_page("devices")
        return True

    # reading and comparing

    @on(Input.Submitted, "#plan-path")
    def read_typed(self) -> None:
        typed = self.entry.value.strip()
        if not typed:
            self.field.note("✗ name a file, or F4 to choose, F7 to paste", "bad")
            return
        self._read(lambda: _read_file(typed))

    @flow
    async def action_paste(self) -> None:
        """Take the rows from a box."""
        from tui.app.dialogs.questions.paste import PasteSheet

        about = "Paste rows of MAC-ID, URL, provider. Nothing is sent before you have seen the difference."
        text = await self.ask(PasteSheet("Paste the desired state", about, self._pasted))
        if text:
            self.take_text(text)

    @on(Entry.Pasted)
    def pasted_into_field(self, event: Entry.Pasted) -> None:
        event.stop()
        self.take_text(event.text)

    def take_text(self, text: str | bytes, name: str = PASTED) -> None:
        """Rows that were pasted, or the list as it came that another page has read."""
        self._pasted = text if isinstance(text, str) else ""
        self._read(lambda: read_desired(text, name))

    def take_list(self, data: str | bytes, name: str, opener: str) -> None:
        self.take_text(data, name or PASTED)

    def _read(self, source: Callable[[], Desired]) -> None:
        if self._applying is not None:
            self.shell.say("The job still runs: wait for it, or cancel it with c.", "warning")
            return
        self._source = source
        self._applied = ""
        self.answers = {}
        self._prune = self._bare = self._everything = False
        self._kind = None
        self.plan = self._desired = None
        self.compare_again()
        self.draw()

    def back_while(self, waited: Ticket) -> bool:
        if waited.owner is self and waited.group == "plan":
            self._comparing = False
            self.field.note("")
            self.draw()
        return False

    @flow
    async def compare_again(self) -> None:
        await self.make_plan()

    async def make_plan(self) -> None:
        source, session = self._source, self.desk.session
        prune, everything = self._prune, self._everything
        if source is None:
            return
        self._trouble, self._comparing = None, True
        self.field.note("comparing …")
        self.shell.refresh_hints()
        try:
            compared: Compared = await self.value(
                lambda: compare(session, source(), prune, everything), "plan", "Comparing with the account"
            )
        except RedirectoryError as error:
            self._trouble, self._comparing = error, False
            self.field.note("")
            self.plan = None
            self.draw()
            return
        self._comparing = False
        self.field.note("")
        self._desired, self.plan = compared.desired, compared.plan
        self._prune = compared.plan.prune
        self.answers = {}
        self.draw(top=True)
        self.focus_first()

    def action_refresh(self) -> None:
        if self._applying is None:
            self.compare_again() if self._source is not None else self.read_typed()

    def undone(self) -> None:
        self._applied = ""
        self.compare_again()

    # what is shown

    def action_prune(self) -> None:
        """Remove what the file does not name, or keep it."""
        if self.plan is None or self._desired is None or self._applying is not None:
            return
        if not self._desired.names_devices:
            self.shell.say("The file names no device: pruning would remove every record.", "warning")
            return
        if not self._prune and (warning := warn_unread(self._desired)):
            self.shell.say(warning, "warning")
            return
        self._prune = not self._prune
        self.plan = self.plan.with_prune(self._prune)
        self.draw(top=True)

    def action_scope(self) -> None:
        """Compare with the whole account, or with the providers that the file names."""
        if self.plan is not None and self._applying is None:
            self._everything = not self._everything
            self.compare_again()

    def action_bare(self) -> None:
        """Allow the bare MAC for devices whose MAC-ID is not known here."""
        if self.plan is not None and self.plan.nameless():
            self._bare = not self._bare
            self.draw()
        else:
            self.shell.say("Every device to be changed or removed has its MAC-ID here.")

    def action_outcome(self) -> None:
        """Show one kind only, then all."""
        if self.plan is not None:
            kinds = [None, *(kind for kind in CHANGES if getattr(self.plan, kind))]
            here = kinds.index(self._kind) if self._kind in kinds else 0
            self._kind = kinds[(here + 1) % len(kinds)]
            self.draw(top=True)

    def draw(self, *, top: bool = False) -> None:
        """Everything below the field."""
        plan = self.plan
        rows = (
            []
            if plan is None
            else [
                DifferenceRow(row, plan.prune, self.answers.get(row.mac))
                for row in plan.rows()
                if is_shown(row, plan.prune, self._kind)
            ]
        )
        message = self._message(bool(rows))
        self.query_one("#plan-message", Static).update(message)
        self.query_one("#plan-message").display = bool(message.plain)
        self.table.display = bool(rows)
        heading = "Change       MAC-ID             Provider → URL"
        self.table.show(rows, heading=heading, cursor=0 if top else None)
        counts = self.query_one("#plan-counts", Line)
        width = counts.size.width or self.app.size.width - 2
        counts.write(count_kinds(plan, width) if plan is not None else Content(""))
        self.draw_state()
        self.draw_detail()
        if self.display:
            self.shell.refresh_hints()

    def _message(self, rows: bool) -> Content:
        if self._trouble is not None:
            said = explain_trouble(self._trouble)
            if isinstance(self._trouble, LinkError):
                said = Content.assemble(
                    said, "\nComparing and applying need a link. The file is still here: r tries again."
                )
            return said
        if self.plan is None and self._comparing:
            return Content("")
        if self.plan is None:
            return Content.assemble(
                ("Plan and apply\n", "bold"),
                _ABOUT,
                *(("Tab", "bold"), " completes the path   ", ("↓", "bold"), " lists the folder   "),
                *(("F4", "bold"), " picker   ", ("F7", "bold"), " paste rows"),
            )
        if rows:
            return Content("")
        if self.plan.is_empty and not self.plan.invalid:
            return Content.assemble(("= ", "$good"), "Nothing to do: the account is as the file says.")
        return Content("Nothing of this kind.")

    def draw_state(self) -> None:
        """Progress while it runs; else what is kept, what was applied, and what the reader said."""
        line = self.query_one("#plan-state", Line)
        line.write(self._state().truncate(line.size.width or self.app.size.width - 2, ellipsis=True))

    def _state(self) -> Content:
        plan, desired, ticket = self.plan, self._desired, self._applying
        if ticket is not None:
            return self._progress(ticket)
        if plan is None or desired is None or self._trouble is not None:
            return Content("")
        shown: list[Content] = []
        source = self.name_source(desired.name)
        if self._applied:
            shown.append(Content(f"Applied: {self._applied}"))
        if self._kind is not None:
            shown.append(Content.styled(f"{self._kind} only, o for more", "$doubt"))
        if plan.prune:
            shown.append(Content.styled("the missing are removed, m keeps them", "$bad"))
        elif plan.missing:
            shown.append(Content.styled("the missing are kept, m removes them", "dim"))
        if count := len(plan.nameless()):
            what = "by bare MAC" if self._bare else "skipped: no MAC-ID here, b allows the bare MAC"
            shown.append(Content.styled(f"{spell_count(count)} {what}", "$doubt"))
        shown += [Content.styled(note, "$doubt") for note in plan.notes[:1]]
        shown.append(Content.styled(tell_scope_briefly(plan), "dim"))
        if not self._applied:
            shown += [Content.styled(note, "dim") for note in desired.notes[:1]]
        return Content.assemble(source, Content(" · ").join(shown))

    @on(RowTable.Moved)
    def row_changed(self) -> None:
        self.draw_detail()


def _read_file(typed: str) -> Desired:
    return read_desired(read_bytes(typed), Path(typed).name)
