"""`z`: show what taking back the last change set would do, then do it. Shared by the pages that change
devices. An undo is a job as any other: with its count, pausable and cancellable in the list of jobs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui.app.messages import Items
from tui.app.page import Page
from tui.app.widgets.device_lines import fit, spell_count
from tui.app.work import Ticket
from tui.model.text import make_inert

if TYPE_CHECKING:
    from tui.services.changes.undoing import UndoPlan, UndoStep
    from tui.services.session import Session


def _weight(step: UndoStep) -> int:
    """What cannot be taken back is shown first, what needs nothing last."""
    return 0 if not step.possible else 1 if step.deed is not None else 2


class UndoVerb(Page):
    """A page with `action_undo`. Its Items handler asks `took_undo`, its Finished and Failed handlers ask
    `ended_undo`.
    """

    _undo_preview: Ticket | None = None
    _undo_run: Ticket | None = None

    def forget_undo(self) -> None:
        """Another account is in front: an answer for the one before is of no interest here."""
        self._undo_preview = self._undo_run = None

    def action_undo(self) -> None:
        self.start_undo()

    def start_undo(self, change_set: str | None = None) -> None:
        """Show what taking back this change set would do; None is the last one that can be."""
        from tui.services.changes.undoing import preview_undo

        session = self.desk.session
        self._undo_preview = self.desk.work.ask(
            lambda: preview_undo(session, change_set),
            owner=self,
            group="undo",
            title="Reading the last change",
        )

    def took_undo(self, event: Items) -> bool:
        """Whether these items belonged to an undo."""
        if event.ticket is self._undo_preview:
            self._show_plan(event.values[0], self.desk.session)
        elif event.ticket is not self._undo_run:
            return False
        return True

    def ended_undo(self, ticket: Ticket) -> bool:
        """Whether this was the undo that ran; what became of the devices is told."""
        if ticket is not self._undo_run:
            return False
        self._undo_run = None
        done = sum(outcome.result.is_done for outcome in ticket.outcomes)
        if done < len(ticket.outcomes):
            from tui.app.dialogs.outcomes import OutcomesDialog

            self.app.push_screen(OutcomesDialog(ticket.title, ticket.outcomes))
        if done:
            self.frame.say(f"Taken back: {spell_count(done)}")
        self.undone()
        return True

    def undone(self) -> None:
        """Something was taken back: show what is true now."""

    def _show_plan(self, plan: UndoPlan, session: Session) -> None:
        from tui.app.dialogs.confirm import ConfirmDialog

        able = [step for step in plan.steps if step.deed is not None]
        lost = sum(not step.possible for step in plan.steps)
        if not able:
            nothing = (
                "This change set changed nothing." if plan.change_set else "Nothing was changed from here."
            )
            why = plan.steps[0].why or "It is as it was." if plan.steps else nothing
            self.frame.say(f"Nothing to take back. {why}", "warning")
            return
        # One line for each device, or the question below them is pushed out of a small terminal.
        width = max(20, min(106, self.app.size.width - 6))
        lines = [
            fit(
                make_inert(f"{step.mac}  {step.does if step.possible else f'not possible: {step.why}'}"),
                width,
            )
            for step in sorted(plan.steps, key=_weight)
        ]
        notes = [f"{len(able)} will be taken back; {lost} cannot be and stay as they are."] if lost else []
        idle = len(plan.steps) - len(able) - lost
        notes += [f"{spell_count(idle)} need nothing: as they were before."] if idle else []
        doubts = Counter(step.why for step in able if step.why)
        notes += [f"{spell_count(count)} of them: {make_inert(why)}" for why, count in doubts.most_common(2)]
        self.app.push_screen(
            ConfirmDialog(
                f"Undo the change set {plan.change_set}",
                lines,
                verb="undo",
                count=len(able),
                note="\n".join(notes),
            ),
            lambda sure: self._undo(plan, session) if sure else None,
        )

    def _undo(self, plan: UndoPlan, session: Session) -> None:
        from tui.services.changes.engine.control import Control
        from tui.services.changes.undoing import undo

        control, count = Control(), len(plan.steps)
        self._undo_run = self.desk.work.run(
            lambda: undo(session, plan, control=control),
            owner=self,
            group="undo",
            title=f"Undoing {spell_count(count)} device{'' if count == 1 else 's'}",
            changes=True,
            job=count > 1,
            control=control,
            total=count,
            session=session,
        )
        self.undo_began(self._undo_run)

    def undo_began(self, ticket: Ticket) -> None:
        """The undo runs as a job."""
        if ticket.job:
            self.frame.say("The undo runs; F9 shows how far it is, pauses and cancels it.")
