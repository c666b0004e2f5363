"""`history`, `undo` and `resolve`: the journal."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.cli.account.nameless import warn_of_nameless
from tui.cli.desk import Desk
from tui.cli.grammar.parser import (
    declare_account,
    declare_dry_run,
    declare_form,
    read_count,
)
from tui.cli.job import carry_out
from tui.cli.planned import say_planned, write_planned
from tui.cli.rows import HEADINGS
from tui.cli.terminal.diagnostics import ExitCode, judge
from tui.cli.terminal.output import Form, Record
from tui.errors import Unsettled, UsageError
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation, Result
from tui.settings.files.private import is_there

if TYPE_CHECKING:
    from tui.services.changes.undoing import UndoStep
    from tui.services.session import Session
    from tui.services.storage.journal import JournalRow

UNDO_TABLE = ("change_set", "mac", "does", "possible", "message", "calls")
UNDO_COLUMNS = ("change_set", "mac", "mac_id", "does", "possible", "message", "calls", "url", "provider")
HISTORY_TABLE = ("outcome", "mac", "operation", "at", "change_set", "provider", "url", "message")


def declare_history(parser: ArgumentParser) -> None:
    """Arguments of `history`."""
    parser.add_argument("--device", metavar="MAC", help="only this device")
    parser.add_argument(
        "--outcome", choices=[result.value for result in Result], metavar="O", help="only this outcome"
    )
    parser.add_argument(
        "--since", metavar="DAY", help="only from this day on: YYYY-MM-DD, or 7d for a week ago"
    )
    parser.add_argument("--before", metavar="DAY", help="only before this day")
    parser.add_argument("--provider", metavar="P", help="only devices that had or were given this provider")
    parser.add_argument("--change-set", metavar="ID", help="only this change set")
    parser.add_argument("--search", metavar="WORDS", help="only where all these words occur")
    parser.add_argument("--limit", type=read_count, metavar="N", help="at most N rows")
    declare_form(parser, secrets=True)
    parser.add_argument("--account", metavar="NAME", help="only this account's changes")


def _read_day(text: str | None) -> str | None:
    """The beginning of a day of this machine's time zone, as the journal writes it. Raises UsageError."""
    if text is None:
        return None
    from datetime import date, timedelta

    from tui.services.storage.selection import find_today, spell_midnight

    try:
        if text.endswith("d"):
            day = find_today() - timedelta(days=int(text[:-1]))
        else:
            day = date.fromisoformat(text)
        return spell_midnight(day)
    except (ValueError, OverflowError):
        raise UsageError(
            f"Not a day: {text!r}.", hint="Write it as YYYY-MM-DD, or as 7d for a week ago."
        ) from None


def run_history(desk: Desk) -> int:
    """Print the journal, newest first, unknown outcomes on top."""
    from tui.services.files.journal_export import COLUMNS, describe_record
    from tui.services.storage.journal import Journal
    from tui.services.storage.selection import Selection, read_words

    key = None
    if desk.arguments.account:
        from tui.services.session import find_account_key

        key = find_account_key(desk.choose_account())
    wanted = Selection(
        account_key=key,
        mac=parse_identifier(desk.arguments.device).mac if desk.arguments.device else None,
        result=Result(desk.arguments.outcome) if desk.arguments.outcome else None,
        provider=desk.arguments.provider,
        since=_read_day(desk.arguments.since),
        before=_read_day(desk.arguments.before),
        change_set=desk.arguments.change_set,
        words=read_words(desk.arguments.search or ""),
    )
    brief = desk.out.form is Form.TABLE
    count = 0

    def records() -> Iterator[Record]:
        nonlocal count
        if not is_there(desk.places.journal_file):
            return
        with Journal(desk.places.journal_file) as journal:
            for row in journal.walk(wanted, desk.arguments.limit):
                count += 1
                record = describe_record(row)
                if brief:
                    told = row.message or (record["message"] if row.result is None else "")
                    record |= {"at": _shorten_time(row), "message": told}
                yield record

    desk.out.write_rows(records(), HISTORY_TABLE if brief else COLUMNS, headings={**HEADINGS, "at": "When"})
    if not count:
        desk.err.note("The journal holds no such change.")
    return ExitCode.DONE


def _shorten_time(row: JournalRow) -> str:
    """The time of a record as local time to the second; what is no time as it is."""
    return f"{row.when.astimezone():%Y-%m-%d %H:%M:%S}" if row.when is not None else row.at


def declare_undo(parser: ArgumentParser) -> None:
    """Arguments of `undo`."""
    parser.add_argument("change_set", nargs="?", metavar="CHANGE-SET", help="default: the last one")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    declare_dry_run(parser)
    declare_form(parser)
    declare_account(parser)


def run_undo(desk: Desk) -> int:
    """Take a change set back after showing what that means."""
    from tui.services.changes.dry_run import preview_undo_calls
    from tui.services.changes.undoing import preview_undo, undo

    with desk.open_session() as session:
        plan = preview_undo(session, desk.arguments.change_set)
        if not plan.steps:
            desk.err.note("There is nothing to take back.")
            return ExitCode.DONE
        doable = [step for step in plan.steps if step.possible]
        deeds = [step for step in doable if step.deed is not None]
        with desk.talking():
            for step in plan.steps:
                if not step.possible:
                    desk.err.warn(f"{step.mac}: {step.why}")
        # Those that are moved are removed first, too.
        gone = [step.identifier for step in deeds if step.deed is not Operation.REGISTER]
        warn_of_nameless(desk, session, gone)
        if desk.arguments.dry_run:
            desk.out.write_rows(
                (_describe_step(plan.change_set, step) for step in plan.steps),
                UNDO_TABLE if desk.out.form is Form.TABLE else UNDO_COLUMNS,
                headings=HEADINGS,
            )
            say_planned(desk, preview_undo_calls(session, plan))
            return ExitCode.DONE if len(doable) == len(plan.steps) else ExitCode.REFUSED
        if deeds:
            devices = "device" if len(deeds) == 1 else "devices"
            lines = [f"{step.mac}: {step.does}" + f" ({step.why})" * bool(step.why) for step in deeds]
            desk.confirm(
                session, f"undo change set {plan.change_set} for {len(deeds)} {devices}?", lines, len(deeds)
            )
        outcomes = carry_out(
            desk, lambda control: undo(session, plan, control=control), total=len(plan.steps)
        )
    return judge(outcomes)


def _describe_step(change_set: str, step: UndoStep) -> Record:
    return {
        "change_set": change_set,
        "mac": step.mac,
        "mac_id": step.mac_id,
        "does": step.does,
        "possible": step.possible,
        "message": step.why,
        "calls": list(step.calls),
        "url": step.back.url if step.back else None,
        "provider": step.back.provider if step.back else None,
    }


def declare_resolve(parser: ArgumentParser) -> None:
    """Arguments of `resolve`."""
    parser.add_argument(
        "--go-on",
        metavar="CHANGE-SET",
        help="settle this change set, then send what it never sent, as a change set of its own",
    )
    declare_dry_run(parser)
    declare_form(parser)
    declare_account(parser)


def run_resolve(desk: Desk) -> int:
    """Ask the server about every open row of the account and settle it; on request, send the rest too."""
    from tui.services.changes.interruptions import go_on
    from tui.services.changes.resolving import examine, resolve

    rest: str | None = desk.arguments.go_on
    with desk.open_session(settling=True) as session:
        if desk.arguments.dry_run:
            return _try_resolve(desk, session, rest)
        if rest is not None:
            outcomes = carry_out(desk, lambda control: go_on(session, rest, control=control))
            # A device that was found not to have been sent is sent: only its last outcome counts.
            return judge({outcome.mac: outcome for outcome in outcomes}.values())
        outcomes = carry_out(desk, lambda control: resolve(session, control=control))
        finding = examine(session) if not outcomes else None
    if finding is not None:
        if finding.not_understood:
            return desk.err.fail(Unsettled(finding.sentence))
        desk.err.note(finding.sentence)
        return ExitCode.DONE
    return judge(outcome for outcome in outcomes if outcome.result is Result.UNKNOWN)


def _try_resolve(desk: Desk, session: Session, rest: str | None) -> int:
    """Say how the open rows would be settled now, and print the calls that this would take."""
    from tui.services.changes.dry_run import try_resolve
    from tui.services.changes.resolving import examine

    dry = try_resolve(session, rest)
    if not dry.told and not dry.calls:
        desk.err.note(examine(session).sentence)
    desk.err.list_some(
        [f"{one.change_set}: {one.mac}: {one.result.words}. {one.message}" for one in dry.told]
    )
    write_planned(desk, dry.calls)
    return ExitCode.DONE
