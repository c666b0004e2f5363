"""`plan` and `apply`: a desired-state CSV against the account."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.cli.diagnostics import ExitCode, judge, worst
from tui.cli.parser import declare_account, declare_form
from tui.cli.rows import HEADINGS, write_outcomes

if TYPE_CHECKING:
    from tui.services.planning import Plan
    from tui.services.session import Session

PLAN_COLUMNS = ("change", "mac", "mac_id", "provider", "url", "old_provider", "old_url", "line", "message")
PLAN_TABLE = ("change", "mac", "provider", "url", "message")


def declare_plan(parser: ArgumentParser) -> None:
    """Arguments of `plan`."""
    parser.add_argument("file", metavar="FILE", help="CSV with MAC-ID, URL and provider; - is stdin")
    parser.add_argument("--prune", action="store_true", help="also remove what the file does not name")
    declare_form(parser)
    declare_account(parser)


def declare_apply(parser: ArgumentParser) -> None:
    """Arguments of `apply`."""
    declare_plan(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run_plan(desk: Desk) -> int:
    """Print the difference. Exit code 1 when rows are invalid."""
    with desk.open_session() as session:
        wanted = _make_plan(desk, session)
        _write_plan(desk, wanted)
    return ExitCode.REFUSED if wanted.invalid else ExitCode.DONE


def run_apply(desk: Desk) -> int:
    """Apply the difference after showing it."""
    from tui.services.planning import apply

    with desk.open_session() as session:
        wanted = _make_plan(desk, session)
        removed = len(wanted.missing) if desk.arguments.prune else 0
        count = len(wanted.added) + len(wanted.changed) + removed
        if count:
            desk.confirm(
                f"Register {len(wanted.added)}, change {len(wanted.changed)}, remove {removed}?",
                [
                    f"{row.change}: {row.mac}"
                    for row in wanted.rows()
                    if row.change not in {"unchanged", "invalid"}
                ],
                count,
            )
        outcomes = write_outcomes(desk.out, apply(session, wanted))
    return worst(judge(outcomes), ExitCode.REFUSED if wanted.invalid else ExitCode.DONE)


def _make_plan(desk: Desk, session: Session) -> Plan:
    from tui.services.importing import read_drafts, read_source
    from tui.services.planning import plan

    intake = read_drafts(read_source(desk.arguments.file))
    for note in intake.notes:
        desk.err.note(note)
    wanted = plan(session, intake.drafts, prune=desk.arguments.prune)
    for row in wanted.invalid:
        desk.err.warn(f"line {row.line}: {row.message}")
    return wanted


def _write_plan(desk: Desk, wanted: Plan) -> None:
    rows = (
        {
            "change": row.change,
            "mac": row.mac,
            "mac_id": row.mac_id,
            "provider": row.after.provider if row.after else None,
            "url": row.after.url if row.after else None,
            "old_provider": row.before[1] if row.before else None,
            "old_url": row.before[2] if row.before else None,
            "line": row.line,
            "message": row.message,
        }
        for row in wanted.rows()
        if desk.out.form.value != "table" or row.change != "unchanged"
    )
    desk.out.write_rows(
        rows, PLAN_TABLE if desk.out.form.value == "table" else PLAN_COLUMNS, headings=HEADINGS
    )
    desk.err.note(wanted.summary())
