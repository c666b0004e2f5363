"""`expand`, `watch` and `test`: the phone's side of a record."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.cli.account.typed_url import URL_HELP, read_url
from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_account, declare_form
from tui.cli.rows import HEADINGS
from tui.cli.terminal.diagnostics import ExitCode
from tui.cli.terminal.output import Form
from tui.errors import InputError, UsageError
from tui.model.identifiers import parse_identifier
from tui.model.secrets import mask_credentials
from tui.model.template import expand, lint


def declare_expand(parser: ArgumentParser) -> None:
    """Arguments of `expand`."""
    parser.add_argument(
        "template", metavar="TEMPLATE", help="provisioning URL with %%MACD, %%MACC, %%DVID, %%%%"
    )
    parser.add_argument("mac_id", metavar="MAC-ID", help="the phone's MAC-ID or MAC")
    parser.add_argument("--dvid", help="device ID for %%DVID (default 42/2)")
    parser.add_argument("--show-secrets", action="store_true", help="print passwords in the URL as they are")


def run_expand(desk: Desk) -> int:
    """Print the URL that the phone will request; what is odd about it goes to stderr."""
    identifier = parse_identifier(desk.arguments.mac_id)
    template: str = desk.arguments.template
    findings = lint(template, mac=identifier.mac)
    for finding in findings:
        if finding.level == "error":
            raise InputError(finding.text)
    for finding in findings:
        desk.err.warn(finding.text) if finding.level == "warning" else desk.err.note(f"note: {finding.text}")
    dvid: str = desk.arguments.dvid or desk.config.register.dvid
    expanded = expand(template, identifier.mac, dvid)
    shown = expanded if desk.out.show_secrets else mask_credentials(expanded)
    if shown != expanded:
        desk.err.note("note: the URL holds credentials, which are masked here: --show-secrets prints them.")
    desk.out.write_line(shown)
    return ExitCode.DONE


def declare_watch(parser: ArgumentParser) -> None:
    """Arguments of `watch`."""
    parser.add_argument("mac_id", metavar="MAC-ID", help="MAC-ID or MAC")
    parser.add_argument(
        "--timeout", type=float, default=900.0, metavar="S", help="give up after S seconds (default 900)"
    )
    parser.add_argument(
        "--interval", type=float, default=10.0, metavar="S", help="ask every S seconds (default 10)"
    )
    declare_form(parser, secrets=False)
    declare_account(parser)


def run_watch(desk: Desk) -> int:
    """Wait until the server's date moves. Exit code 1 when it has not within the time."""
    from tui.services.phone.watching import watch

    if desk.arguments.timeout <= 0 or desk.arguments.interval < 1:
        raise UsageError("The time-out must be above 0 and the interval at least 1 second.")
    identifier = parse_identifier(desk.arguments.mac_id)
    moved = False
    with desk.open_session() as session, desk.blaming(identifier):
        for event in watch(
            session, identifier, timeout=desk.arguments.timeout, interval=desk.arguments.interval
        ):
            moved = moved or event.moved
            if event.final:
                record = {
                    "mac": identifier.mac,
                    "moved": event.moved,
                    "server_date": event.server_date,
                    "message": event.message,
                }
                if desk.out.form is Form.TABLE:
                    desk.out.write_line(event.message)
                else:
                    desk.out.write_rows([record], tuple(record))
            else:
                desk.err.note(event.message)
    return ExitCode.DONE if moved else ExitCode.REFUSED


_WITHHELD = "the MAC password is withheld: it belongs to the URL of the record, not to one given with --url"


def declare_test(parser: ArgumentParser) -> None:
    """Arguments of `test`."""
    parser.add_argument("mac_id", metavar="MAC-ID", help="MAC-ID or MAC")
    parser.add_argument("--url", metavar="U", help=f"test this instead of the record's: {URL_HELP}")
    parser.add_argument("--dvid", help="device ID for %%DVID (default 42/2)")
    declare_form(parser, secrets=False)
    declare_account(parser)


def run_test(desk: Desk) -> int:
    """Fetch the provisioning URL as this phone would, and report. It changes nothing."""
    from contextlib import nullcontext

    from tui.services.phone.probing import probe

    identifier = parse_identifier(desk.arguments.mac_id)
    url = read_url(desk)
    if url is not None and not url.strip():
        raise UsageError("The URL is empty.", hint="Leave --url out to test the URL of the record.")
    dvid: str = desk.arguments.dvid or desk.config.register.dvid
    # With a URL of its own the test needs no account, and gives no MAC password to whoever that URL names.
    session_of = desk.open_session() if url is None else nullcontext()
    with session_of as session, desk.blaming(identifier):
        report = probe(
            session,
            identifier,
            url=url,
            dvid=dvid,
            withheld=_WITHHELD if session is None else "",
        )
    record = report.record()
    if desk.out.form is Form.TABLE:
        desk.out.write_card(
            [
                (HEADINGS.get(label, label.replace("_", " ").capitalize()), value)
                for label, value in record.items()
                if value not in (None, "")
            ]
        )
    else:
        desk.out.write_rows([record], tuple(record))
    return ExitCode.DONE if report.ok else ExitCode.REFUSED
