"""`plan` and `apply`: a desired-state CSV against the account."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cli.changes import complete_names
from tui.cli.desk import Desk
from tui.cli.diagnostics import ExitCode, judge, worst
from tui.cli.job import carry_out
from tui.cli.output import Form, Record
from tui.cli.parser import declare_account, declare_form
from tui.cli.rows import HEADINGS
from tui.errors import UsageError

if TYPE_CHECKING:
    from tui.services.planning import Plan
    from tui.services.session import Session

PLAN_COLUMNS = (
    "change", "mac", "mac_id", "provider", "url", "old_provider", "old_url", "server_date", "line", "message",
)  # fmt: skip
PLAN_TABLE = ("change", "mac", "provider", "url", "message")


def declare_plan(parser: ArgumentParser) -> None:
    """Arguments of `plan`."""
    _declare_file(parser)
    parser.add_argument("--all", action="store_true", help="show what is as it should be, too")


def declare_apply(parser: ArgumentParser) -> None:
    """Arguments of `apply`."""
    _declare_file(parser)
    parser.add_argument(
        "--bare", action="store_true", help="use the bare MAC where the MAC-ID is not known here"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _declare_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV with MAC-ID, URL and provider; - is stdin")
    parser.add_argument("--prune", action="store_true", help="also remove what the file does not name")
    declare_form(parser)
    declare_account(parser)


def run_plan(desk: Desk) -> int:
    """Print the difference; without one nothing. Exit code 1 when rows are invalid."""
    with desk.open_session() as session:
        wanted = _make_plan(desk, session)
    desk.out.write_rows(
        _describe(desk, wanted),
        PLAN_TABLE if desk.out.form is Form.TABLE else PLAN_COLUMNS,
        headings=HEADINGS,
    )
    desk.err.note(f"{wanted.summary()}.")
    return ExitCode.REFUSED if wanted.invalid else ExitCode.DONE


def run_apply(desk: Desk) -> int:
    """Apply the difference after showing it."""
    from tui.services.planning import apply

    with desk.open_session() as session:
        wanted = _make_plan(desk, session)
        desk.err.note(f"{wanted.summary()}.")
        removed = wanted.missing if desk.arguments.prune else []
        named, bare = complete_names(desk, session, [row.identifier for row in wanted.changed])
        wanted.changed = [
            replace(row, mac_id=one.mac_id) for row, one in zip(wanted.changed, named, strict=True)
        ]
        rows = [*wanted.added, *wanted.foreign, *wanted.changed, *removed]
        if rows:
            desk.confirm(
                f"Register {len(wanted.added) + len(wanted.foreign)}, change {len(wanted.changed)},"
                f" remove {len(removed)}?",
                [f"{row.change}: {row.mac}" for row in rows],
                len(rows),
            )
        outcomes = carry_out(
            desk, lambda control: apply(session, wanted, control=control, bare=bare), total=len(rows)
        )
    return worst(judge(outcomes), ExitCode.REFUSED if wanted.invalid else ExitCode.DONE)


def _make_plan(desk: Desk, session: Session) -> Plan:
    from tui.services.importing import read_drafts, read_source
    from tui.services.planning import plan

    intake = read_drafts(read_source(desk.arguments.file))
    desk.say_reading(intake)
    prune: bool = desk.arguments.prune
    if prune and not any(draft.identifier for draft in intake.drafts):
        raise UsageError(
            "The file names no device, and pruning would remove every record of the account.",
            desk.arguments.file,
            "Nothing was sent. To remove devices, use deregister.",
        )
    wanted = plan(session, intake.drafts, prune=prune)
    for row in wanted.invalid:
        desk.err.warn(f"line {row.line}: {row.message}")
    unread = sum(draft.identifier is None for draft in intake.drafts)
    if prune and unread and wanted.missing:
        rows = "One row names" if unread == 1 else f"{unread} rows name"
        desk.err.warn(f"{rows} a device that cannot be read: its record is among those to be removed.")
    return wanted


def _describe(desk: Desk, wanted: Plan) -> Iterator[Record]:
    everything: bool = desk.arguments.all
    for row in wanted.rows():
        if row.change == "unchanged" and not everything:
            continue
        # To a person, what is kept anyway is a number in the summary.
        kept = row.change == "missing" and not desk.arguments.prune
        if kept and desk.out.form is Form.TABLE and not everything:
            continue
        before = row.before
        yield {
            "change": row.change,
            "mac": row.mac,
            "mac_id": row.mac_id,
            "provider": row.after.provider if row.after else before[1] if before else None,
            "url": row.after.url if row.after else before[2] if before else None,
            "old_provider": before[1] if before else None,
            "old_url": before[2] if before else None,
            "server_date": before[3] if before else None,
            "line": row.line,
            "message": row.message,
        }
