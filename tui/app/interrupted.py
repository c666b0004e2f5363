"""What an earlier run left open in the account in front: told at once, settled, gone on with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.widgets import Input

from tui.app.widgets.device_lines import spell_count
from tui.classes import define

if TYPE_CHECKING:
    from tui.app.app import RedirectoryApp
    from tui.app.work import Ticket
    from tui.model.outcome import Outcome
    from tui.services.changes.interruptions import Interruption
    from tui.services.session import Session


@define(frozen=True, slots=True)
class Found:
    """Change sets with open devices; the first `cut` of them ended in the middle."""

    sets: Sequence[Interruption]
    cut: int


def look(app: RedirectoryApp, session: Session) -> Ticket:
    """Ask the journal what is open; the only item is for `tell`."""

    def find() -> Found:
        rows = session.journal.open_rows(session.account_key)
        if not rows:
            return Found((), 0)
        from tui.services.changes.interruptions import find_interruptions

        unsettled = {row.change_set for row in rows if row.result is None}
        found = find_interruptions(session.journal, session.account_key)
        found.sort(key=lambda one: one.change_set not in unsettled)
        return Found(found, len(unsettled))

    return app.desk.work.ask(find, owner=app, group="interrupted", title="Reading the journal")


def tell(app: RedirectoryApp, found: Found, session: Session) -> None:
    """Show what was interrupted. One line is enough where every change ended, some of them as unknown, and
    while somebody types or reads a dialog: no key may be taken from them.
    """
    from tui.app.dialogs.interrupted import GO_ON, InterruptedDialog, describe

    if not found.sets:
        return
    focused = app.focused
    busy = len(app.screen_stack) > 1 or (isinstance(focused, Input) and bool(focused.value))
    if busy or not found.cut:
        more = f" and {spell_count(len(found.sets) - 1)} more" if len(found.sets) > 1 else ""
        app.say(f"Open from before: {describe(found.sets[0])}{more}. History settles it.", "warning")
        return

    def act(answer: str | None) -> None:
        if answer == GO_ON:
            _confirm(app, found.sets[: found.cut], session)
        elif answer:
            _settle(app, found.sets, session)

    app.push_screen(InterruptedDialog(found.sets), act)


def _settle(app: RedirectoryApp, found: Sequence[Interruption], session: Session) -> None:
    from tui.services.changes.engine.control import Control
    from tui.services.changes.resolving import resolve

    control = Control()
    app.desk.work.run(
        lambda: resolve(session, control=control),
        owner=app,
        group="settle",
        title="Settling what was open",
        changes=True,
        job=True,
        control=control,
        total=sum(one.open + one.unsent for one in found),
        session=session,
    )


def _confirm(app: RedirectoryApp, found: Sequence[Interruption], session: Session) -> None:
    from tui.app.dialogs.confirm import ConfirmDialog
    from tui.app.dialogs.interrupted import describe

    rest = sum(one.open + one.unsent for one in found)
    app.push_screen(
        ConfirmDialog(
            f"Go on with {spell_count(rest)} device{'' if rest == 1 else 's'}",
            [describe(one) for one in found],
            verb="go on",
            count=rest,
            note="The server is asked first. Only what it has not made, and what was never sent, is sent.",
        ),
        lambda sure: _go_on(app, found, session, rest) if sure else None,
    )


def _go_on(app: RedirectoryApp, found: Sequence[Interruption], session: Session, rest: int) -> None:
    from tui.services.changes.engine.control import Control
    from tui.services.changes.interruptions import go_on

    control = Control()

    def run() -> Iterator[Outcome]:
        for one in found:
            yield from tell_once(go_on(session, one.change_set, control=control), one.change_set)

    app.desk.work.run(
        run,
        owner=app,
        group="settle",
        title=f"Going on with {spell_count(rest)} device{'' if rest == 1 else 's'}",
        changes=True,
        job=True,
        control=control,
        total=rest,
        session=session,
    )


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
