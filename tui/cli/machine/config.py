"""`config`: every setting as it counts, and what is wrong with them."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_account, declare_form
from tui.cli.terminal.diagnostics import ExitCode
from tui.cli.terminal.output import Form, Record


def declare_config(parser: ArgumentParser) -> None:
    """Arguments of `config`."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "check", "example"),
        default="list",
        metavar="ACTION",
        help="list (default): every setting with value, default, meaning and origin; check: what is wrong"
        " with them; example: a config.toml in which every setting stands with its default",
    )
    parser.add_argument("--changed", action="store_true", help="list only what is not as by default")
    declare_form(parser)
    declare_account(parser)


def run_config(desk: Desk) -> int:
    """List the settings, check them, or print an example."""
    from tui.settings.config import write_example

    if desk.arguments.action == "check":
        return _check(desk)
    if desk.arguments.action == "example":
        desk.out.write_text(write_example())
        return ExitCode.DONE
    return _list(desk)


def _list(desk: Desk) -> int:
    from tui.settings.origins import Switches, list_facts

    arguments = desk.arguments
    switches = Switches(arguments.account, arguments.server, arguments.user)
    rows: list[Record] = [
        {
            "setting": fact.name,
            "value": fact.value,
            "default": fact.default,
            "origin": fact.origin,
            "where": fact.where,
            "meaning": fact.about,
        }
        for fact in list_facts(desk.places, desk.environ, switches)
        if fact.origin != "default" or not arguments.changed
    ]
    desk.out.write_rows(rows, ("setting", "value", "default", "origin", "where", "meaning"))
    return ExitCode.DONE


def _check(desk: Desk) -> int:
    from tui.services.checkup import find_mistakes

    mistakes = find_mistakes(desk.places, desk.environ)
    if desk.out.form is Form.TABLE:
        for complaint in mistakes:
            desk.out.write_line(complaint.describe())
    else:
        desk.out.write_rows(
            (
                {
                    "file": str(complaint.file),
                    "line": complaint.line,
                    "key": complaint.key,
                    "mistake": complaint.text,
                    "hint": complaint.hint,
                }
                for complaint in mistakes
            ),
            ("file", "line", "key", "mistake", "hint"),
        )
    count = len(mistakes)
    desk.err.note(f"{count} mistake{'s' if count != 1 else ''}." if count else "No mistake in the settings.")
    return ExitCode.USAGE if mistakes else ExitCode.DONE
