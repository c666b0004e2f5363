"""Plan and apply: a desired state against the account; the difference is shown before any of it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.app.actions import bindings
from tui.app.context.flow import at_end, flow
from tui.app.context.page import Hint, Page
from tui.app.dialogs.notices.outcomes import OutcomesDialog
from tui.app.dialogs.questions.confirm import MAC_IDS, ConfirmDialog
from tui.app.flows.path_field import PathField
from tui.app.presentation.plan import (
    Compared,
    Desired,
    DifferenceRow,
    ask_sentence,
    compare,
    count_answers,
    count_kinds,
    explain_page,
    is_shown,
    read_desired,
    tell_apply,
    tell_applying,
    tell_scope_briefly,
    warn_unread,
)
from tui.app.presentation.upload import PASTED, explain_trouble, read_bytes
from tui.app.widgets.bars import Line
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.app.widgets.lines import RowTable
from tui.app.widgets.path_entry import PathEntry
from tui.app.worker.ticket import Ticket
from tui.errors import LinkError, RedirectoryError
from tui.model.outcome import Outcome
from tui.model.text.inert import make_inert
from tui.services.changes.engine.control import Control
from tui.services.changes.planning import CHANGES, Change, Plan
from tui.services.session import Session

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket

CANCELLED = "cancelled"

_ABOUT_BOX = "Paste rows of MAC-ID, URL, provider. Nothing is sent before you have seen the difference."


class PlanPage(Page):
    """Reads, compares, shows, applies, and compares again."""

    page_id = "plan"
    title = "Plan and apply"
    BINDINGS: ClassVar[list[Any]] = bindings("plan")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.field = PathField(
            "Desired state", id="plan-path", width=15, box=("Paste the desired state", _ABOUT_BOX)
        )
        self._detail = Static("", classes="detail")
        self.table = RowTable(id="plan-table", detail=self._detail)
        self.plan: Plan | None = None
        self.answers: dict[str, Outcome] = {}
        self._desired: Desired | None = None
        self._bare = False
        self._applied = ""
        self._clock: Timer | None = None
        self._prune = False
        self._everything = False
        self._kind: Change | None = None
        self._source: Callable[[], Desired] | None = None
        self._comparing = False
        self._trouble: RedirectoryError | None = None

    def compose(self) -> ComposeResult:
        yield self.field
        yield Line(id="plan-counts")
        yield Line(id="plan-state")
        yield Static("", id="plan-message")
        yield self.table
        yield self._detail

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
            self.field.entry.focus()
        else:
            (self.table if self.table.display else self).focus()

    def receive(self, carried: str, verb: str) -> None:
        """A path to start with."""
        self.field.path_entry.put(carried)
        self.field.name_typed()

    def session_changed(self) -> None:
        self.plan = self._trouble = None
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

    @on(PathEntry.Changed)
    def path_typed(self) -> None:
        self.draw_state()

    def action_path(self) -> None:
        self.field.entry.focus()

    def action_pick(self) -> None:
        self.field.pick()

    def action_down(self) -> None:
        if self.app.focused is self.field.entry:
            self.field.choose()
        else:
            super().action_down()

    # reading and comparing

    @on(PathField.Named)
    def file_named(self, event: PathField.Named) -> None:
        event.stop()
        self._read(lambda: _read_file(event.path))

    def action_paste(self) -> None:
        self.field.paste()

    @on(PathField.Pasted)
    def pasted(self, event: PathField.Pasted) -> None:
        event.stop()
        self.take_text(event.text)

    def take_text(self, text: str | bytes, name: str = PASTED) -> None:
        """Rows that were pasted, or the list as it came that another page has read."""
        self.field.pasted = text if isinstance(text, str) else ""
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
            self.compare_again() if self._source is not None else self.field.name_typed()

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
            return explain_page()
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
            return tell_applying(ticket, len(self.answers), self._troubled)
        if plan is None or desired is None or self._trouble is not None:
            return Content("")
        shown: list[Content] = []
        source = self.field.name_source(desired.name)
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

    # the job

    @property
    def _applying(self) -> Ticket | None:
        return self.running("apply")

    @property
    def _troubled(self) -> list[Outcome]:
        """Answers that need reading: neither as asked, nor left out because the person cancelled."""
        left = (each for each in self.answers.values() if not each.result.is_done)
        return [each for each in left if each.code != CANCELLED]

    @property
    def to_do(self) -> bool:
        """Whether there is a difference that was not applied yet."""
        return self.plan is not None and not self.answers and bool(self.plan.touched())

    @on(RowTable.Opened)
    @flow
    async def action_apply(self) -> None:
        """Apply what is shown, after a confirmation."""
        plan = self.plan
        if plan is None or self._applying is not None:
            return
        if self.answers:
            self.shell.say("This was applied; r compares with the account again.")
            return
        rows = plan.touched()
        if not rows:
            hint = f" {len(plan.missing)} missing are kept; m removes them." if plan.missing else ""
            self.shell.say(f"Nothing to apply: no device would change.{hint}")
            return
        session, nameless = self.desk.session, plan.nameless()
        doing = plan.reachable(self._bare)
        rows = doing.touched()
        if not rows:
            left = spell_count(len(nameless))
            self.shell.say(f"Nothing to apply: {left} without a MAC-ID here; b allows the bare MAC.")
            return
        notes = tell_apply(plan, doing, bare=self._bare)
        account = f"{session.account.name} ({session.account.user} at {session.server_url})"
        notes.insert(0, f"Account {make_inert(account)}.")
        # What takes something away is read first.
        lines = [DifferenceRow(row, plan.prune).spell(self.app.size.width - 6) for row in reversed(rows)]
        answer = await self.ask(
            ConfirmDialog(
                f"{ask_sentence(doing)}: {count_devices(len(rows))}",
                lines,
                verb="apply",
                count=len(rows),
                note="\n".join(notes),
                count_typed=doing.prunes_much,
                mac_ids=bool(nameless),
            )
        )
        if answer == MAC_IDS:
            from tui.app.flows.devices.removal import ask_mac_ids

            await ask_mac_ids(self.shell, session, [row.identifier for row in nameless])
            await self.make_plan()
        elif answer:
            await self._apply(plan, session)

    async def _apply(self, plan: Plan, session: Session) -> None:
        from tui.services.changes.planning import apply

        control, bare, count = Control(), self._bare, len(plan.touched())
        doing = len(plan.reachable(bare).touched())
        self.answers = {}
        self._applied = ""
        ticket = self.stream(
            lambda: apply(session, plan, control=control, bare=bare),
            "apply",
            f"Applying {count_devices(doing)}",
            changes=True,
            job=True,
            control=control,
            total=count,
            session=session,
        )
        # Drawn twice a second, not with each answer: a job of thousands must not fill a thin line.
        self._clock = self._clock or self.set_interval(0.5, self._tick)
        self.draw(top=True)
        with at_end(lambda: self._end_apply(ticket)):
            async for outcomes in ticket:
                self.answers.update((outcome.mac, outcome) for outcome in outcomes)

    def _tick(self) -> None:
        if self._applying is None:
            self._stop_clock()
        elif self.display:
            self.draw()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.stop()
            self._clock = None

    def _end_apply(self, ticket: Ticket) -> None:
        self._stop_clock()
        outcomes = list(self.answers.values())
        self._applied = count_answers(outcomes)
        self.draw()
        if self._troubled:
            self.app.push_screen(
                OutcomesDialog(ticket.title, outcomes, "The difference is made again: it shows what is left.")
            )
        if not self.display:
            self.shell.say(f"{ticket.title}: {self._applied}.")
        if self.desk.signed_in and not self.desk.link_lost:
            self.compare_again()

    def action_pause(self) -> None:
        control = ticket.control if (ticket := self._applying) is not None else None
        if control is None:
            self.shell.say("Nothing runs.")
        else:
            (control.resume if control.paused else control.pause)()
            self.draw_state()

    def action_cancel(self) -> None:
        if (ticket := self._applying) is not None:
            ticket.cancel()
            self.draw_state()
        else:
            self.shell.say("Nothing runs.")


def _read_file(typed: str) -> Desired:
    return read_desired(read_bytes(typed), Path(typed).name)
