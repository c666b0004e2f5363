"""`sandbox serve`, `sandbox switches` and `sandbox phone`: the stand-in for the redirect server."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from tui.cli.desk import Desk
from tui.cli.grammar.parser import Parser, declare_form
from tui.cli.terminal.diagnostics import ExitCode
from tui.errors import UsageError


def declare_sandbox(parser: ArgumentParser) -> None:
    """Sub-commands of `sandbox`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    serve = actions.add_parser(
        "serve",
        description="Serve the sandbox over HTTP. First line on stdout: `serving URL`, once it answers.",
        help="serve it over HTTP",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, default=8642, help="port (default 8642; 0 picks a free one)")
    serve.add_argument(
        "--db", metavar="FILE", help="keep everything in this file; without it nothing is kept"
    )
    serve.add_argument(
        "--user",
        default="demo",
        help="user name (default demo); password: REDIRECTORY_SANDBOX_PASSWORD, default demo",
    )
    serve.add_argument("--sample", type=int, default=0, metavar="N", help="start with N sample devices")
    serve.add_argument(
        "--set",
        action="append",
        default=[],
        dest="switches",
        metavar="SWITCH=VALUE",
        help="see: redirectory sandbox switches",
    )
    serve.add_argument(
        "--allow-remote",
        action="store_true",
        help="listen on an address that other machines reach; needs REDIRECTORY_SANDBOX_PASSWORD",
    )
    switches = actions.add_parser("switches", description="List every switch.", help="list every switch")
    declare_form(switches, secrets=False)
    phone = actions.add_parser(
        "phone", description="Play a phone and print the URL it was given.", help="play a phone"
    )
    phone.add_argument("mac", metavar="MAC")
    phone.add_argument(
        "--password", metavar="P", help="MAC password; default: the one that the sandbox derives"
    )
    phone.add_argument("--server", default="http://127.0.0.1:8642", metavar="URL")


def run_sandbox(desk: Desk) -> int:
    """Serve, list switches, or play a phone."""
    return {"serve": _serve, "switches": _list_switches, "phone": _play_phone}[desk.arguments.action](desk)


def _serve(desk: Desk) -> int:
    from tui.services.sandbox import serve_sandbox

    arguments = desk.arguments
    if not 0 <= arguments.port <= 65535:
        raise UsageError(f"Not a port: {arguments.port}.", hint="Use 0 to 65535; 0 picks a free one.")
    if arguments.sample < 0:
        raise UsageError(f"Not a number of devices: {arguments.sample}.")
    serve_sandbox(
        host=arguments.host,
        port=arguments.port,
        store=Path(arguments.db) if arguments.db else None,
        user=arguments.user,
        password=desk.environ.get("REDIRECTORY_SANDBOX_PASSWORD", "demo"),
        sample=arguments.sample,
        switches=arguments.switches,
        allow_remote=arguments.allow_remote,
        announce=lambda url: desk.out.write_line(f"serving {url}"),
    )
    return ExitCode.DONE


def _list_switches(desk: Desk) -> int:
    from tui.services.sandbox import list_switches

    desk.out.write_rows(
        (
            {
                "switch": switch.name,
                "values": switch.choices,
                "default": switch.default,
                "meaning": switch.meaning,
            }
            for switch in list_switches()
        ),
        ("switch", "values", "default", "meaning"),
    )
    return ExitCode.DONE


def _play_phone(desk: Desk) -> int:
    from tui.services.sandbox import play_phone

    desk.out.write_line(play_phone(desk.arguments.server, desk.arguments.mac, desk.arguments.password))
    return ExitCode.DONE
