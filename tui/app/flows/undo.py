"""`z`: show what taking back a change set would do, then do it. An undo is a job as any other: with its
count, pausable and cancellable in the list of jobs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui.app.context.flow import at_end
from tui.app.context.page import Page
from tui.app.widgets.device_lines import count_devices, fit, spell_count
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.app.worker.ticket import Ticket
    from tui.services.changes.undoing import UndoPlan, UndoStep


async def undo_change_set(page: Page, change_set: str | None = None) -> None:
    """Take back a change set, None is the last one that can be, after showing what that would do. Raises
    Abandoned, and RedirectoryError after telling what was taken back before it."""
    from tui.services.changes.engine.control import Control
    from tui.services.changes.undoing import preview_undo, undo

    session = page.desk.session
    plan = await page.value(lambda: preview_undo(session, change_set), "undo", "Reading the last change")
    able = [step for step in plan.steps if step.deed is not None]
    if not able:
        nothing = "This change set changed nothing." if plan.change_set else "Nothing was changed from here."
        why = plan.steps[0].why or "It is as it was." if plan.steps else nothing
        page.shell.say(f"Nothing to take back. {why}", "warning")
        return
    if not await _confirm(page, plan, able):
        return
    control, count = Control(), len(plan.steps)
    ticket = page.stream(
        lambda: undo(session, plan, control=control),
        "undo",
        f"Undoing {count_devices(count)}",
        changes=True,
        job=count > 1,
        control=control,
        total=count,
        session=session,
    )
    if ticket.job:
        page.shell.say("The undo runs; F9 shows how far it is, pauses and cancels it.")
    with at_end(lambda: _tell(page, ticket)):
        await page.follow(ticket)


def _weight(step: UndoStep) -> int:
    """What cannot be taken back is shown first, what needs nothing last."""
    return 0 if not step.possible else 1 if step.deed is not None else 2


async def _confirm(page: Page, plan: UndoPlan, able: Sequence[UndoStep]) -> bool:
    from tui.app.dialogs.questions.confirm import ConfirmDialog

    lost = sum(not step.possible for step in plan.steps)
    # One line for each device, or the question below them is pushed out of a small terminal.
    width = max(20, min(106, page.app.size.width - 6))
    lines = [
        fit(make_inert(f"{step.mac}  {step.does if step.possible else f'not possible: {step.why}'}"), width)
        for step in sorted(plan.steps, key=_weight)
    ]
    notes = [f"{len(able)} will be taken back; {lost} cannot be and stay as they are."] if lost else []
    idle = len(plan.steps) - len(able) - lost
    notes += [f"{spell_count(idle)} need nothing: as they were before."] if idle else []
    doubts = Counter(step.why for step in able if step.why)
    notes += [f"{spell_count(count)} of them: {make_inert(why)}" for why, count in doubts.most_common(2)]
    dialog = ConfirmDialog(
        f"Undo the change set {plan.change_set}", lines, verb="undo", count=len(able), note="\n".join(notes)
    )
    agreed = await page.ask(dialog)
    return agreed is True


def _tell(page: Page, ticket: Ticket) -> None:
    if page.tells_changes:
        return
    done = sum(outcome.result.is_done for outcome in ticket.outcomes)
    if done < len(ticket.outcomes):
        from tui.app.dialogs.notices.outcomes import OutcomesDialog

        page.app.push_screen(OutcomesDialog(ticket.title, ticket.outcomes))
    if done:
        page.shell.say(f"Taken back: {spell_count(done)}")
    page.undone()
