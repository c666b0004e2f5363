"""`expand`, `watch` and `test`: the phone's side of a record."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.cli.desk import Desk
from tui.cli.diagnostics import ExitCode
from tui.errors import InputError
from tui.model.identifiers import parse_identifier
from tui.model.template import expand, lint


def declare_expand(parser: ArgumentParser) -> None:
    """Arguments of `expand`."""
    parser.add_argument(
        "template", metavar="TEMPLATE", help="provisioning URL with %%MACD, %%MACC, %%DVID, %%%%"
    )
    parser.add_argument("mac_id", metavar="MAC-ID", help="the phone's MAC-ID or MAC")
    parser.add_argument("--dvid", help="device ID for %%DVID (default 42/2)")


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
    # The person typed these credentials into this very command: the answer is the whole URL.
    desk.out.write_line(expand(template, identifier.mac, dvid))
    return ExitCode.DONE
