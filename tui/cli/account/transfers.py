"""`upload` and `import`: files that hold calls or devices."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.account.changes import choose_target, declare_target
from tui.cli.account.devices import VaultReader
from tui.cli.account.nameless import warn_of_nameless
from tui.cli.account.uploads import ANSWER_COLUMNS, describe_answer
from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_account, declare_dry_run, declare_form
from tui.cli.job import carry_out, say_summary
from tui.cli.planned import CALL_HEADINGS, shorten_macs, write_planned
from tui.cli.reading import declare_strict, read_rows
from tui.cli.stopping import heeding_signals
from tui.cli.terminal.diagnostics import ExitCode, judge, worst
from tui.cli.terminal.output import OVERWRITE, Form
from tui.errors import InputError, LinkError, RedirectoryError
from tui.services.changes.engine.control import Control

if TYPE_CHECKING:
    from tui.services.changes.uploading import UploadAnswer
    from tui.services.session import Session
    from tui.settings.files.private import PrivateFile


def declare_upload(parser: ArgumentParser) -> None:
    """Arguments of `upload`."""
    parser.add_argument("file", metavar="FILE", help="XML-RPC file; - is stdin")
    declare_dry_run(parser)
    parser.add_argument(
        "--save-result",
        metavar="FILE",
        help="write the answer as XML, MAC passwords included, to a new file that only you can read",
    )
    parser.add_argument("--force", action="store_true", help="replace the file of --save-result if it exists")
    declare_form(parser)
    declare_account(parser)


def run_upload(desk: Desk) -> int:
    """Send the calls of a file; the answers are numbered as the portal numbers them."""
    from tui.services.changes.uploading import read_calls, result_xml, upload
    from tui.services.files.importing import read_source

    calls = read_calls(read_source(desk.arguments.file))
    for upload_call in calls:
        for complaint in upload_call.complaints:
            desk.err.warn(f"call {upload_call.number}: {complaint}")
        if upload_call.corrected:
            desk.err.note(f"call {upload_call.number}: {upload_call.corrected}")
    removed = [one for upload_call in calls if upload_call.removes for one in upload_call.identifiers]
    if desk.arguments.dry_run:
        desk.out.write_rows(
            (
                {
                    "call": upload_call.number,
                    "method": upload_call.method,
                    "macs": shorten_macs(desk, upload_call.macs),
                    "url": upload_call.target.url if upload_call.target else None,
                    "provider": upload_call.target.provider if upload_call.target else None,
                    "sendable": upload_call.sendable,
                    "warnings": [*upload_call.complaints, *filter(None, [upload_call.corrected])],
                }
                for upload_call in calls
            ),
            ("call", "method", "macs", "url", "provider", "sendable"),
            headings=CALL_HEADINGS,
        )
        return ExitCode.DONE if all(upload_call.sendable for upload_call in calls) else ExitCode.USAGE
    bad = [upload_call.number for upload_call in calls if not upload_call.sendable]
    if bad:
        raise InputError(
            f"Call {', '.join(map(str, bad))} cannot be sent.",
            hint="Nothing was sent. Correct the file, or look at it with --dry-run.",
        )
    code = ExitCode.DONE
    answers: list[UploadAnswer] = []
    result = _open_result(desk)
    control = Control()
    began = time.monotonic()

    def take(session: Session) -> Iterator[UploadAnswer]:
        nonlocal code
        for answer in upload(session, calls, control=control):
            answers.append(answer)
            code = worst(code, judge(answer.outcomes), ExitCode.DONE if answer.ok else ExitCode.REFUSED)
            yield answer

    try:
        with desk.open_session() as session, heeding_signals(desk.err, control) as stop:
            if removed:
                warn_of_nameless(desk, session, removed)
            if desk.out.form is Form.TABLE:
                for answer in take(session):
                    _write_responses(desk, answer)
            else:
                vault, dvid = VaultReader(desk), desk.config.register.dvid
                desk.out.write_rows(
                    (
                        record
                        for answer in take(session)
                        for record in describe_answer(answer, session, vault, desk.out, dvid)
                    ),
                    (*ANSWER_COLUMNS, *(("password",) if desk.out.show_secrets else ())),
                )
    except LinkError as error:
        # An outcome that is not known says more than the link that was lost.
        failed = desk.err.fail(error, worst(code, ExitCode(error.exit_code)))
        _end_upload(desk, answers, began)
        return failed
    finally:
        # What was answered before a lost link is worth as much as the rest.
        if result is not None and answers:
            with result:
                result.write(result_xml(answers))
        elif result is not None:
            result.discard()
    if stop.number is not None:
        desk.err.warn(f"{len(calls) - len(answers):,} of {len(calls):,} calls were not sent.")
    _end_upload(desk, answers, began)
    stop.raise_if_asked()
    return code


def _end_upload(desk: Desk, answers: Sequence[UploadAnswer], began: float) -> None:
    outcomes = [outcome for answer in answers for outcome in answer.outcomes]
    say_summary(desk, outcomes, time.monotonic() - began)


def _write_responses(desk: Desk, answer: UploadAnswer) -> None:
    desk.out.write_rows(
        (
            {
                "no": f"{line.number}.",
                "response": line.reveal() if desk.out.show_secrets else line.text,
                "device": line.mac or "",
            }
            for line in answer.responses
        ),
        ("no", "response", "device"),
        headings={"no": "No."},
    )
    for outcome in answer.outcomes:
        if not outcome.result.is_done or outcome.password_lost:
            error = RedirectoryError(f"{outcome.mac}: {outcome.result.words}. {outcome.message}")
            desk.err.complain(error.about(device=outcome.mac))
    if answer.fault and not isinstance(answer.error, LinkError):
        desk.err.complain(RedirectoryError(answer.fault))


def _open_result(desk: Desk) -> PrivateFile | None:
    """The file of the answers: that it can be made is known before anything is sent."""
    if not desk.arguments.save_result:
        return None
    from tui.settings.files.private import PrivateFile

    return PrivateFile(Path(desk.arguments.save_result), replace=desk.arguments.force, hint=OVERWRITE)


def declare_import(parser: ArgumentParser) -> None:
    """Arguments of `import`."""
    parser.add_argument(
        "file", metavar="FILE", help="CSV, TSV, list, ap-client lines, XML-RPC or a spreadsheet; - is stdin"
    )
    declare_target(parser, required=False)
    declare_dry_run(parser)
    parser.add_argument(
        "--resume", action="store_true", help="leave out what this account has registered as wanted"
    )
    declare_strict(parser)
    declare_form(parser)
    declare_account(parser)


def run_import(desk: Desk) -> int:
    """Register every good row; bad rows are named by line and make the exit code 1."""
    from tui.services.changes.registering import preview, register
    from tui.services.files.importing import pick_registrations, tell_removal

    url, provider = choose_target(desk)
    picked = pick_registrations(read_rows(desk, url=url, provider=provider))
    for removal in picked.removals:
        desk.err.warn(tell_removal(removal))
    bad = ExitCode.REFUSED if picked.bad else ExitCode.DONE
    if not picked.registrations:
        error = InputError("There is no row that can be registered.", hint="Nothing was sent.")
        return desk.err.fail(error, bad or ExitCode.USAGE)
    registrations = picked.registrations
    with desk.open_session() as session:
        if desk.arguments.resume:
            from tui.services.files.importing import leave_out_stored

            registrations, stored = leave_out_stored(session, registrations)
            desk.err.note(
                f"{stored} of {len(picked.registrations)} are stored as wanted already and left out."
            )
        if desk.arguments.dry_run:
            write_planned(desk, preview(session, registrations=registrations))
            if not desk.arguments.resume:
                desk.err.note("The server was not asked for what it has already; --resume leaves that out.")
            return bad
        if not registrations:
            return bad
        outcomes = carry_out(
            desk,
            lambda control: register(session, registrations, control=control),
            total=len(registrations),
            left_out=picked.bad,
        )
    return worst(bad, judge(outcomes))
