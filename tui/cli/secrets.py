"""`secrets`: MAC-IDs and MAC passwords out of the vault."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.cli.desk import Desk
from tui.cli.diagnostics import ExitCode
from tui.cli.output import OVERWRITE
from tui.cli.parser import Parser, declare_account, explain
from tui.cli.sealing import choose_lock, declare_lock
from tui.errors import UsageError


def declare_secrets(parser: ArgumentParser) -> None:
    """Sub-commands of `secrets`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    export = actions.add_parser(
        "export",
        description="MAC-IDs and MAC passwords from the vault: in the clear, unless it is encrypted.",
        help="print them",
    )
    export.add_argument(
        "--format", choices=("csv", "htdigest"), default="csv", help="csv (default) or htdigest"
    )
    export.add_argument("--realm", metavar="R", help="realm of the web server, for htdigest")
    export.add_argument(
        "--output", metavar="FILE", help="write a new file that only you can read, instead of stdout"
    )
    export.add_argument("--force", action="store_true", help="replace the file if it exists")
    declare_lock(export)
    declare_account(export)
    explain(
        parser,
        examples=(
            "redirectory secrets export --format htdigest --realm phones --output phones.htdigest",
            "redirectory secrets export --passphrase-file team.txt --output for-anna.csv.age",
        ),
        codes={0: "done", 2: "usage or configuration", 6: "the output could not be written"},
    )


def run_secrets(desk: Desk) -> int:
    """Print secrets, because the person asked for exactly that."""
    return _export(desk)


def _export(desk: Desk) -> int:
    from tui.services.files.exporting import export_secrets
    from tui.services.session import open_vault

    if desk.arguments.format == "htdigest" and not desk.arguments.realm:
        raise UsageError(
            "An htdigest file needs a realm.", hint="Give --realm with the realm of your web server."
        )
    lock = choose_lock(desk)
    with open_vault(desk.choose_account(), desk.places) as vault:
        lines = export_secrets(vault, desk.arguments.format, desk.arguments.realm)
        if lock is not None:
            from tui.services.files.sealing import seal

            lines = iter([seal("".join(lines).encode(), lock, armoured=True).decode("ascii")])
        if desk.arguments.output:
            from pathlib import Path

            from tui.settings.private import write_new

            force: bool = desk.arguments.force
            write_new(Path(desk.arguments.output), lines, replace=force, hint=OVERWRITE)
        else:
            for line in lines:
                desk.out.write_text(line)
    return ExitCode.DONE
