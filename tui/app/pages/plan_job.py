"""The job of the page of plans: the difference confirmed, applied, paused, cancelled, and told of."""

from __future__ import annotations

from textual import on
from textual.content import Content
from textual.timer import Timer

from tui.app.context.flow import at_end, flow
from tui.app.dialogs.notices.outcomes import OutcomesDialog
from tui.app.dialogs.questions.confirm import MAC_IDS, ConfirmDialog
from tui.app.pages.path_page import PathPage
from tui.app.presentation.plan import (
    Desired,
    DifferenceRow,
    ask_sentence,
    count_answers,
    count_by_provider,
    tell_scope,
)
from tui.app.presentation.progress import draw_bar, tell_progress
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.app.widgets.lines import RowTable
from tui.app.worker.ticket import Ticket
from tui.model.outcome import Outcome
from tui.model.text.inert import make_inert
from tui.services.changes.engine.control import Control
from tui.services.changes.planning import Plan
from tui.services.session import Session

CANCELLED = "cancelled"
PROVIDERS_SHOWN = 4


class PlanJob(PathPage):
    """The page itself brings the plan, and makes it again."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.plan: Plan | None = None
        self.answers: dict[str, Outcome] = {}
        self._desired: Desired | None = None
        self._bare = False
        self._applying: Ticket | None = None
        self._applied = ""
        self._clock: Timer | None = None

    def draw(self, *, top: bool = False) -> None:
        """Everything below the field."""

    def compare_again(self) -> None:
        """Ask for the list and make the plan again."""

    def _progress(self, ticket: Ticket) -> Content:
        paused = getattr(ticket.control, "paused", False)
        word = "cancelling · " if ticket.cancel_asked else "paused · " if paused else ""
        done = len(self.answers)
        progress = tell_progress(done, ticket.total, 0 if paused else ticket.age)
        troubled = count_answers(self._troubled)
        parts = [
            f"{draw_bar(done, ticket.total, 12)} {word}{progress}",
            *([troubled] if troubled else []),
        ]
        return Content(" · ".join(parts))

    @property
    def _troubled(self) -> list[Outcome]:
        """Answers that need reading: neither as asked, nor left out because the person cancelled."""
        left = (each for each in self.answers.values() if not each.result.is_done)
        return [each for each in left if each.code != CANCELLED]

    @property
    def to_do(self) -> bool:
        """Whether there is a difference that was not applied yet."""
        return self.plan is not None and not self.answers and bool(self.plan.touched())

    async def make_plan(self) -> None:
        """As `compare_again`, awaited."""

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
        account = make_inert(f"{session.account.name} ({session.account.user} at {session.server_url})")
        notes = [
            f"Account {account}.",
            f"Scope: {tell_scope(plan)}.",
            *count_by_provider(doing)[:PROVIDERS_SHOWN],
        ]
        if len(doing.count_providers()) > PROVIDERS_SHOWN:
            notes.append(f"… and {len(doing.count_providers()) - PROVIDERS_SHOWN} more providers")
        if doing.prunes_much:
            notes.append(
                f"{spell_count(len(doing.removed))} of {spell_count(plan.total)} records are removed:"
                " more than a fifth of the account."
            )
        if nameless and not self._bare:
            notes.append(f"! {spell_count(len(nameless))} left out: no MAC-ID on this machine.")
        if plan.invalid:
            count = len(plan.invalid)
            notes.append(f"{spell_count(count)} invalid row{' is' if count == 1 else 's are'} left out.")
        notes.append(
            f"! {spell_count(len(nameless))} go by the bare MAC and may not come back; z tries."
            if nameless and self._bare
            else "z takes it back."
        )
        lines = [
            "".join(text for text, _ in DifferenceRow(row, plan.prune).draw(self.app.size.width - 6, False))
            # What takes something away is read first.
            for row in reversed(rows)
        ]
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
            from tui.app.flows.removal import ask_mac_ids

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
        ticket = self._applying = self.stream(
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
        self._applying = None
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
        control = self._applying.control if self._applying is not None else None
        if control is None:
            self.shell.say("Nothing runs.")
        else:
            (control.resume if control.paused else control.pause)()
            self.draw_state()

    def action_cancel(self) -> None:
        if self._applying is not None:
            self._applying.cancel()
            self.draw_state()
        else:
            self.shell.say("Nothing runs.")
