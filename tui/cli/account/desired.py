"""`plan` and `apply`: a desired-state CSV against the account."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from tui.classes import replace
from tui.cli.account.nameless import complete_names, say_missing_names, warn_of_nameless
from tui.cli.desk import Desk, describe_account
from tui.cli.grammar.parser import (
    declare_account,
    declare_dry_run,
    declare_form,
    read_count,
)
from tui.cli.job import carry_out
from tui.cli.planned import write_planned
from tui.cli.reading import add_warnings, declare_strict, read_rows
from tui.cli.rows import HEADINGS
from tui.cli.terminal.diagnostics import ExitCode, judge, worst
from tui.cli.terminal.output import Form, Record
from tui.errors import BadRow, UsageError

if TYPE_CHECKING:
    from tui.services.changes.planning import Plan
    from tui.services.session import Session

PLAN_COLUMNS = (
    "change", "mac", "mac_id", "provider", "url", "old_provider", "old_url", "server_date", "line", "message",
)  # fmt: skip
_LINES_NAMED = 10
PLAN_TABLE = ("change", "mac", "provider", "url", "message")


def declare_plan(parser: ArgumentParser) -> None:
    """Arguments of `plan`."""
    _declare_file(
        parser, everything="the scope is the whole account; what is as it should be, or kept, is shown, too"
    )
    parser.add_argument("--unchanged", action="store_true", help="show what is as it should be, or kept, too")
    parser.add_argument(
        "--exit-code",
        action="store_true",
        help="end with 5 where apply, called with the same options, would try to change something",
    )


def declare_apply(parser: ArgumentParser) -> None:
    """Arguments of `apply`."""
    _declare_file(parser, everything="the scope is the whole account")
    parser.add_argument(
        "--bare",
        action="store_true",
        help="change and remove by the bare MAC where the MAC-ID is not known here",
    )
    declare_dry_run(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _declare_file(parser: ArgumentParser, *, everything: str) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV with MAC-ID, URL and provider; - is stdin")
    group = parser.add_argument_group("scope")
    scope = group.add_mutually_exclusive_group()
    scope.add_argument(
        "--provider",
        action="append",
        default=[],
        metavar="P",
        help="only this provider's records; may be repeated; default: the providers that the file names",
    )
    scope.add_argument("--all", action="store_true", help=everything)
    group.add_argument(
        "--prune",
        action="store_true",
        help="also remove the records of the scope that the file does not name",
    )
    group.add_argument(
        "--prune-at-most",
        type=partial(read_count, least=0),
        metavar="N",
        help="allow N removals; needed for more than a fifth of the account",
    )
    declare_strict(parser)
    declare_form(parser)
    declare_account(parser)


def run_plan(desk: Desk) -> int:
    """Print the difference; without one nothing. Exit code 1 when rows are invalid, else 5 when there is a
    difference and --exit-code was given."""
    with desk.open_session() as session:
        wanted = _make_plan(desk, session)
        _say_scope(desk, session, wanted)
    desk.out.write_rows(
        _describe(desk, wanted),
        PLAN_TABLE if desk.out.form is Form.TABLE else PLAN_COLUMNS,
        headings=HEADINGS,
    )
    desk.err.note(f"{wanted.summary()}.")
    _say_providers(desk, wanted)
    refusal = _refuse_prune(desk, wanted)
    if refusal is not None:
        desk.err.warn(f"apply would refuse this: {refusal.describe()}")
    if wanted.invalid:
        return ExitCode.REFUSED
    return ExitCode.DIFFERENT if desk.arguments.exit_code and not wanted.is_empty else ExitCode.DONE


def run_apply(desk: Desk) -> int:
    """Apply the difference after showing it."""
    from tui.services.changes.planning import apply, preview_apply

    with desk.open_session() as session:
        wanted = _make_plan(desk, session)
        with desk.talking():
            _say_scope(desk, session, wanted)
            desk.err.note(f"{wanted.summary()}.")
            _say_providers(desk, wanted)
        refusal = _refuse_prune(desk, wanted)
        if refusal is not None and not desk.arguments.dry_run:
            raise refusal
        invalid = ExitCode.REFUSED if wanted.invalid else ExitCode.DONE
        if desk.arguments.dry_run:
            say_missing_names(desk, [row.identifier for row in wanted.nameless()], len(wanted.touched()))
            write_planned(desk, preview_apply(session, wanted, bare=desk.arguments.bare))
            if refusal is not None:
                raise refusal
            return invalid
        bare = _complete(desk, session, wanted)
        rows = wanted.touched()
        if rows:
            if wanted.removed:
                warn_of_nameless(desk, session, [row.identifier for row in wanted.removed])
            desk.confirm(
                session,
                f"register {len(wanted.added) + len(wanted.foreign)},"
                f" change {len(wanted.changed)}, remove {len(wanted.removed)}?",
                # What takes something away is read first.
                [f"{row.change}: {row.mac}" for row in reversed(rows)],
                len(rows),
            )
        outcomes = carry_out(
            desk, lambda control: apply(session, wanted, control=control, bare=bare), total=len(rows)
        )
    return worst(judge(outcomes), invalid)


def _complete(desk: Desk, session: Session, wanted: Plan) -> bool:
    """Put the MAC-IDs that a person enters into the rows to be changed or removed; whether bare MACs may be
    tried."""
    rows = [*wanted.changed, *wanted.removed]
    named, bare = complete_names(desk, session, [row.identifier for row in rows])
    completed = [replace(row, mac_id=one.mac_id) for row, one in zip(rows, named, strict=True)]
    wanted.changed = completed[: len(wanted.changed)]
    if wanted.prune:
        wanted.missing = completed[len(wanted.changed) :]
    return bare


def _make_plan(desk: Desk, session: Session) -> Plan:
    from tui.services.changes.planning import plan

    arguments = desk.arguments
    prune: bool = arguments.prune
    if arguments.prune_at_most is not None and not prune:
        raise UsageError("--prune-at-most needs --prune.", hint="Nothing was sent.")
    drafts = read_rows(desk, guess=False)
    if not drafts or (prune and not any(draft.identifier for draft in drafts)):
        raise UsageError(
            "The file names no device.",
            arguments.file,
            "A desired state has a row for each device: MAC-ID, URL, provider. Nothing was sent. To remove"
            " devices, use deregister.",
        )
    wanted = plan(session, drafts, prune=prune, providers=arguments.provider, everything=arguments.all)
    told = {draft.line for draft in drafts if not draft.ready}
    for row in wanted.invalid:
        if row.line not in told:
            error = BadRow(f"line {row.line}: {row.message}")
            desk.err.complain(error.about(device=row.mac or None, line=row.line))
    for note in wanted.notes:
        desk.err.warn(note)
    if wanted.outside:
        lines = ", ".join(str(row.line) for row in wanted.outside[:_LINES_NAMED])
        more = ", ..." if len(wanted.outside) > _LINES_NAMED else ""
        desk.err.warn(f"{len(wanted.outside):,} rows are outside the scope and left out: line {lines}{more}")
    return wanted


def _refuse_prune(desk: Desk, wanted: Plan) -> UsageError | None:
    """Why the removals of this plan must not be made as it was asked for, if there is a reason."""
    arguments, count = desk.arguments, len(wanted.removed)
    if not wanted.prune:
        return None
    if wanted.scope.providers is not None and not wanted.scope.providers:
        return UsageError(
            "The file names no provider, so it does not say whose records to prune.",
            arguments.file,
            "Nothing was sent. Give --provider, or --all for the whole account.",
        )
    if wanted.unread and count:
        lines = ", ".join(map(str, wanted.unread[:_LINES_NAMED]))
        more = ", ..." if len(wanted.unread) > _LINES_NAMED else ""
        return UsageError(
            "A row names a device that cannot be read, and its record would be removed with the others.",
            f"{arguments.file}: line {lines}{more}",
            "Nothing was sent. Correct or remove the row, or leave --prune out.",
        )
    limit: int | None = arguments.prune_at_most
    if limit is not None and count > limit:
        return UsageError(
            f"{count:,} records would be removed, more than the {limit:,} that were allowed.",
            wanted.scope.describe(),
            f"Nothing was sent. Look at them with --dry-run; to go on: --prune-at-most {count}",
        )
    if limit is None and wanted.prunes_much:
        return UsageError(
            f"{count:,} of {wanted.total:,} records would be removed, more than a fifth of the account.",
            wanted.scope.describe(),
            f"Nothing was sent. Look at them with --dry-run; to go on: --prune-at-most {count}",
        )
    return None


def _say_scope(desk: Desk, session: Session, wanted: Plan) -> None:
    desk.err.note(
        f"Account {describe_account(session)}: {wanted.total:,} records. Scope: {wanted.scope.describe()}."
    )
    alone = wanted.left_alone.total()
    if alone:
        names = (
            "1 other provider" if len(wanted.left_alone) == 1 else f"{len(wanted.left_alone)} other providers"
        )
        records = "1 record" if alone == 1 else f"{alone:,} records"
        desk.err.note(f"Left alone: {records} of {names}; --all takes them in.")


def _say_providers(desk: Desk, wanted: Plan) -> None:
    """What would be done, one line for each provider."""
    counted = wanted.count_providers()
    desk.err.list_some(
        [
            f"{provider}: {', '.join(f'{verb} {count:,}' for verb, count in sorted(verbs.items()))}"
            for provider, verbs in sorted(counted.items())
        ]
    )


def _describe(desk: Desk, wanted: Plan) -> Iterator[Record]:
    everything: bool = desk.arguments.all or desk.arguments.unchanged
    for row in wanted.rows():
        if row.change == "unchanged" and not everything:
            continue
        # What is kept anyway is a number in the summary.
        if row.change == "missing" and not desk.arguments.prune and not everything:
            continue
        before = row.before
        record = {
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
        yield add_warnings(record, row.warnings)
