"""`upload` and `import`: files that hold calls or devices."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.changes import check_target, choose_target, declare_target
from tui.cli.desk import Desk
from tui.cli.diagnostics import ExitCode, judge, worst
from tui.cli.output import Form
from tui.cli.parser import declare_account, declare_form
from tui.cli.rows import DEVICE_COLUMNS, HEADINGS, describe_row, write_outcomes
from tui.errors import InputError

if TYPE_CHECKING:
    from tui.services.changes import PlannedCall


def declare_upload(parser: ArgumentParser) -> None:
    """Arguments of `upload`."""
    parser.add_argument("file", metavar="FILE", help="XML-RPC file; - is stdin")
    parser.add_argument("--dry-run", action="store_true", help="show the calls, send nothing")
    parser.add_argument("--save-result", metavar="FILE", help="write the answer as XML")
    declare_form(parser)
    declare_account(parser)


def run_upload(desk: Desk) -> int:
    """Send the calls of a file; the answers are numbered as the portal numbers them."""
    from tui.services.importing import read_source
    from tui.services.uploading import UploadAnswer, read_calls, save_result, upload

    calls = read_calls(read_source(desk.arguments.file))
    for upload_call in calls:
        for complaint in upload_call.complaints:
            desk.err.warn(f"call {upload_call.number}: {complaint}")
        if upload_call.corrected:
            desk.err.note(f"call {upload_call.number}: {upload_call.corrected}")
    if desk.arguments.dry_run:
        desk.out.write_rows(
            (
                {
                    "call": upload_call.number,
                    "method": upload_call.method,
                    "devices": ", ".join(upload_call.macs),
                    "url": upload_call.target.url if upload_call.target else None,
                    "provider": upload_call.target.provider if upload_call.target else None,
                    "sendable": upload_call.sendable,
                }
                for upload_call in calls
            ),
            ("call", "method", "devices", "url", "provider", "sendable"),
            headings=HEADINGS,
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
    try:
        with desk.open_session() as session:
            for answer in upload(session, calls):
                answers.append(answer)
                code = worst(code, judge(answer.outcomes), ExitCode.DONE if answer.ok else ExitCode.REFUSED)
                if desk.out.form is Form.TABLE:
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
                    if answer.fault:
                        desk.err.warn(answer.fault)
                elif answer.rows is not None:
                    desk.out.write_rows(map(describe_row, answer.rows), DEVICE_COLUMNS)
                else:
                    write_outcomes(desk.out, answer.outcomes)
    finally:
        # What was answered before a lost link is worth as much as the rest.
        if desk.arguments.save_result and answers:
            save_result(Path(desk.arguments.save_result), answers)
    return code


def declare_import(parser: ArgumentParser) -> None:
    """Arguments of `import`."""
    parser.add_argument(
        "file", metavar="FILE", help="CSV, TSV, list, ap-client lines, XML-RPC or XLSX; - is stdin"
    )
    declare_target(parser, required=False)
    parser.add_argument("--dry-run", action="store_true", help="show which calls would be made, send nothing")
    parser.add_argument(
        "--resume", action="store_true", help="leave out what this account has registered as wanted"
    )
    declare_form(parser)
    declare_account(parser)


def run_import(desk: Desk) -> int:
    """Register every good row; bad rows are named by line and make the exit code 1."""
    from tui.services.changes import preview, register
    from tui.services.importing import pick_registrations, read_drafts, read_source

    url, provider = choose_target(desk)
    intake = read_drafts(read_source(desk.arguments.file), default_url=url, default_provider=provider)
    for note in intake.notes:
        desk.err.note(note)
    picked = pick_registrations(intake)
    for complaint in picked.complaints:
        desk.err.warn(str(complaint))
    for target in {registration.target for registration in picked.registrations}:
        check_target(desk, target.url, target.provider)
    bad = ExitCode.REFUSED if picked.bad else ExitCode.DONE
    if not picked.registrations:
        desk.err.warn("There is no row that can be registered. Nothing was sent.")
        return bad or ExitCode.USAGE
    with desk.open_session() as session:
        if desk.arguments.dry_run:
            _write_planned(desk, preview(session, registrations=picked.registrations))
            return bad
        registrations = picked.registrations
        if desk.arguments.resume:
            from tui.services.importing import leave_out_stored

            registrations, stored = leave_out_stored(session, registrations)
            desk.err.note(
                f"{stored} of {len(picked.registrations)} are stored as wanted already and left out."
            )
        outcomes = write_outcomes(desk.out, register(session, registrations)) if registrations else []
    return worst(bad, judge(outcomes))


def _write_planned(desk: Desk, calls: Sequence[PlannedCall]) -> None:
    columns = ("method", "devices", "url", "provider", "macs")
    desk.out.write_rows(
        (
            {
                "method": planned.method,
                "devices": len(planned.macs),
                "url": planned.target.url if planned.target else None,
                "provider": planned.target.provider if planned.target else None,
                "macs": ", ".join(planned.macs),
            }
            for planned in calls
        ),
        columns[:4] if desk.out.form is Form.TABLE else columns,
        headings=HEADINGS,
    )
