"""What is said of a job at its end where no page in front shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app.presentation.jobs import name_job
from tui.errors import RedirectoryError
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.shell import Shell
    from tui.app.worker.ticket import Ticket


def tell_end(shell: Shell, ticket: Ticket, error: RedirectoryError | None) -> None:
    """Say what became of a job whose account is not in front; a sheet if anything needs attention."""
    from tui.app.dialogs.notices.outcomes import OutcomesDialog
    from tui.app.presentation.outcomes import count_outcomes

    name = name_job(ticket, shell.desk.work)
    if error is not None:
        shell.show_error(RedirectoryError(f"{name}: {error.title}", error.detail, error.hint))
    if not ticket.outcomes:
        if error is None and ticket.changes:
            shell.say(f"{name}: ended, nothing was sent.")
        return
    if any(not outcome.result.is_done for outcome in ticket.outcomes):
        session = ticket.session
        away = session is not None and shell.desk.work.is_elsewhere(ticket)
        account = make_inert(session.account.name) if session is not None else ""
        note = f"Its changes are in History once {account} is in front." if away else ""
        shell.push_screen(OutcomesDialog(name, ticket.outcomes, note))
    else:
        shell.say(f"{name}: {count_outcomes(ticket.outcomes).plain}")
