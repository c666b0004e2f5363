"""What an earlier run left open in the account in front: told at once, settled, gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.widgets import Input

from tui.app.flows.job_end import tell_end
from tui.app.widgets.device_lines import count_devices, spell_count
from tui.classes import define
from tui.errors import RedirectoryError
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.app.context.shell import Shell
    from tui.model.outcome import Outcome
    from tui.services.changes.interruptions import Interruption
    from tui.services.session import Session


@define(frozen=True, slots=True)
class Found:
    """Change sets with open devices; the first `cut` of them ended in the middle."""

    sets: Sequence[Interruption]
    cut: int


async def tell_interruptions(shell: Shell) -> None:
    """Show what was interrupted in the account in front, and settle it or go on with it, as the person wants.
    One line is enough where every change ended, some of them as unknown, and while somebody types or reads a
    dialog: no key may be taken from them. Raises Abandoned, RedirectoryError."""
    from tui.app.dialogs.questions.interrupted import GO_ON, InterruptedDialog, describe

    session, work = shell.desk.session, shell.desk.work
    try:
        found = await work.value(
            lambda: _find(session), owner=shell, group="interrupted", title="Reading the journal"
        )
    except RedirectoryError:
        return  # the page in front reads the same journal, and says so
    if not found.sets:
        return
    focused = shell.focused
    busy = len(shell.screen_stack) > 1 or (isinstance(focused, Input) and bool(focused.value))
    if busy or not found.cut:
        more = f" and {spell_count(len(found.sets) - 1)} more" if len(found.sets) > 1 else ""
        shell.say(f"Open from before: {describe(found.sets[0])}{more}. History settles it.", "warning")
        return
    answer = await shell.push_screen_wait(InterruptedDialog(found.sets))
    if answer == GO_ON:
        cut = found.sets[: found.cut]
        if await _confirm(shell, cut):
            await _go_on(shell, cut, session)
    elif answer:
        await _settle(shell, found.sets, session)


def _find(session: Session) -> Found:
    rows = session.journal.open_rows(session.account_key)
    if not rows:
        return Found((), 0)
    from tui.services.changes.interruptions import find_interruptions

    unsettled = {row.change_set for row in rows if row.result is None}
    found = find_interruptions(session.journal, session.account_key)
    found.sort(key=lambda one: one.change_set not in unsettled)
    return Found(found, len(unsettled))


async def _confirm(shell: Shell, found: Sequence[Interruption]) -> bool:
    from tui.app.dialogs.questions.confirm import ConfirmDialog
    from tui.app.dialogs.questions.interrupted import describe

    rest = sum(one.open + one.unsent for one in found)
    agreed = await shell.push_screen_wait(
        ConfirmDialog(
            f"Go on with {count_devices(rest)}",
            [describe(one) for one in found],
            verb="go on",
            count=rest,
            note="The server is asked first. Only what it has not made, and what was never sent, is sent.",
        )
    )
    return agreed is True


async def _settle(shell: Shell, found: Sequence[Interruption], session: Session) -> None:
    from tui.services.changes.resolving import resolve

    control = Control()
    await _carry_out(
        shell, lambda: resolve(session, control=control), "Settling what was open", found, session, control
    )


async def _go_on(shell: Shell, found: Sequence[Interruption], session: Session) -> None:
    from tui.services.changes.interruptions import go_on

    control = Control()

    def run() -> Iterator[Outcome]:
        for one in found:
            yield from tell_once(go_on(session, one.change_set, control=control), one.change_set)

    rest = sum(one.open + one.unsent for one in found)
    title = f"Going on with {count_devices(rest)}"
    await _carry_out(shell, run, title, found, session, control)


async def _carry_out(
    shell: Shell,
    run: Callable[[], Iterator[Outcome]],
    title: str,
    found: Sequence[Interruption],
    session: Session,
    control: Control,
) -> None:
    ticket = shell.desk.work.stream(
        run,
        owner=shell,
        group="settle",
        title=title,
        changes=True,
        job=True,
        control=control,
        total=sum(one.open + one.unsent for one in found),
        session=session,
    )
    try:
        await ticket.wait()
    except RedirectoryError as error:
        tell_end(shell, ticket, error)
    else:
        tell_end(shell, ticket, None)


def tell_once(outcomes: Iterable[Outcome], change_set: str) -> Iterator[Outcome]:
    """One outcome for each device: what was settled as not sent or not made is told only if it was not sent
    again.
    """
    waiting: dict[str, Outcome] = {}
    for outcome in outcomes:
        if outcome.change_set == change_set and not outcome.result.is_done:
            waiting[outcome.mac] = outcome
        else:
            waiting.pop(outcome.mac, None)
            yield outcome
    yield from waiting.values()
