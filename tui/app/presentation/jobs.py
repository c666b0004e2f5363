"""Jobs of accounts that are not in front: named with their account, and told of when they end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from tui.app.presentation.progress import spell_span, tell_progress
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.worker.ticket import Ticket
    from tui.app.worker.work import Work


def name_job(ticket: Ticket, work: Work) -> str:
    """Its title, with the account before it when another one is in front."""
    name = make_inert(ticket.title)
    if ticket.session is None or not work.is_elsewhere(ticket):
        return name
    return f"{make_inert(ticket.session.account.name)}: {name}"


def count_jobs(tickets: Iterable[Ticket], work: Work) -> Content:
    """`⟳ 1 job`, `⟳ 2 jobs · 1 in kunde-a`, `⟳ 1 job in kunde-a`; nothing where none runs."""
    tickets = list(tickets)
    if not tickets:
        return Content("")
    away = [ticket for ticket in tickets if ticket.session is not None and work.is_elsewhere(ticket)]
    names = {make_inert(ticket.session.account.name) for ticket in away if ticket.session is not None}
    where = next(iter(names)) if len(names) == 1 else f"{len(names)} other accounts"
    text = f"⟳ {len(tickets)} job{'s' if len(tickets) > 1 else ''}"
    if away:
        text += f" in {where}" if len(away) == len(tickets) else f" · {len(away)} in {where}"
    return Content(text)


def tell_age(ticket: Ticket) -> str:
    """`120 of 300 · 31/s · 6 s left`; its age where no count is known."""
    if not ticket.total:
        return spell_span(ticket.age)
    paused = getattr(ticket.control, "paused", False)
    return tell_progress(ticket.done, ticket.total, 0 if paused else ticket.age)


def list_jobs(tickets: Iterable[Ticket], work: Work) -> list[str]:
    """A line for each: `kunde-a: Retargeting 300 devices · 120 of 300 · 31/s · 6 s left`."""
    return [f"{name_job(ticket, work)} · {tell_age(ticket)}" for ticket in tickets]
