"""`secrets`: MAC-IDs and MAC passwords out of the vault, and those of others into it."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.cli.grammar.parser import Parser, declare_account, declare_dry_run, declare_form
from tui.cli.machine.own_journal import open_own_journal
from tui.cli.machine.sealing import choose_keys, choose_lock, declare_keys, declare_lock
from tui.cli.machine.vault_lock import (
    LOCK,
    UNLOCK,
    declare_lock_vault,
    declare_unlock_vault,
    lock_vault,
    unlock_vault,
)
from tui.cli.rows import HEADINGS
from tui.cli.terminal.diagnostics import ExitCode
from tui.cli.terminal.output import OVERWRITE
from tui.errors import BadRow, RedirectoryError, UsageError
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.services.storage.merging import Lesson, Verdict

LEARNT = ("mac", "mac_id", "standing", "taken", "message", "source")


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
    merge = actions.add_parser(
        "import",
        description="Put MAC-IDs and MAC passwords into the vault: from files of secrets export, encrypted or"
        " not, JSON lines, or a journal. Says of each device whether it is new, the same, or contrary to what"
        " is known.",
        help="merge those of others into the vault",
    )
    merge.add_argument("files", nargs="+", metavar="FILE", help="- is stdin")
    merge.add_argument(
        "--theirs", action="store_true", help="take what is contrary, too; what was known is kept as earlier"
    )
    declare_dry_run(merge, "what would be learnt")
    declare_form(merge, secrets=False)
    declare_keys(merge)
    declare_account(merge)
    keygen = actions.add_parser(
        "keygen",
        description="Write a new secret key to a file that only you can read, and print its public key.",
        help="make a key that files are encrypted to",
    )
    keygen.add_argument("file", metavar="FILE")
    declare_lock_vault(actions.add_parser("lock", description=LOCK, help="put the vault under a key"))
    declare_unlock_vault(
        actions.add_parser("unlock", description=UNLOCK, help="take the vault from under its key")
    )


def run_secrets(desk: Desk) -> int:
    """Print secrets, because the person asked for exactly that, learn them, make a key, or use one."""
    return {
        "export": _export,
        "import": _import,
        "keygen": _make_key,
        "lock": lock_vault,
        "unlock": unlock_vault,
    }[desk.arguments.action](desk)


def _make_key(desk: Desk) -> int:
    from pathlib import Path

    from tui.services.files.sealing import make_identity

    desk.out.write_line(make_identity(Path(desk.arguments.file)))
    return ExitCode.DONE


def _import(desk: Desk) -> int:
    from tui.services.files.reading import naming, read_source
    from tui.services.files.sealing import unseal
    from tui.services.files.secret_files import read_secret_file
    from tui.services.session import find_account_key
    from tui.services.storage.journal_copy import COPY_LIMIT
    from tui.services.storage.vault_key import ask_for_key

    key = find_account_key(desk.choose_account())
    keys = choose_keys(desk)
    lessons: list[Lesson] = []
    bad: list[BadRow] = []
    for name in desk.arguments.files:
        shown = "stdin" if name == "-" else name
        with naming(name):
            data = unseal(read_source(name, limit=COPY_LIMIT), keys)
            found = read_secret_file(data, shown, key, ask_for_key(desk.places))
        lessons += found.lessons
        bad += found.bad
        if found.others:
            desk.err.note(f"{make_inert(shown)}: what it says of other accounts was passed over.")
    return learn(desk, key, lessons, bad, theirs=desk.arguments.theirs)


def learn(
    desk: Desk, account_key: str, lessons: Sequence[Lesson], bad: Sequence[BadRow], *, theirs: bool
) -> int:
    """Merge lessons into the vault, or try it, and say what came of each; the exit code of that."""
    from tui.services.storage.merging import merge

    dry_run: bool = desk.arguments.dry_run
    with open_own_journal(desk) as journal:
        verdicts = merge(journal, account_key, lessons, theirs=theirs, dry_run=dry_run)
    return say_verdicts(desk, verdicts, bad, "rows")


def say_verdicts(desk: Desk, verdicts: Sequence[Verdict], bad: Sequence[RedirectoryError], what: str) -> int:
    """Say what came of each lesson and what was left out, `what` these are; the exit code of that."""
    from tui.services.storage.merging import Standing

    desk.out.write_rows(
        (
            {
                "mac": one.lesson.identifier.mac,
                "mac_id": one.lesson.identifier.mac_id,
                "standing": one.standing.value,
                "taken": one.taken,
                "message": one.why,
                "source": one.lesson.source,
            }
            for one in verdicts
        ),
        LEARNT,
        headings=HEADINGS,
    )
    for error in bad:
        desk.err.complain(error)
    tally = Counter(one.standing for one in verdicts)
    contrary = sum(one.standing is Standing.CONTRARY and not one.taken for one in verdicts)
    left = f", {len(bad):,} {what} left out" if bad else ""
    told = ", ".join(f"{tally[standing]:,} {standing.value}" for standing in Standing)
    desk.err.note(f"{told}{left}.{' Nothing was changed.' if desk.arguments.dry_run else ''}")
    if contrary:
        desk.err.warn(f"What is contrary ({contrary:,}) was not taken; --theirs takes it.")
    return ExitCode.REFUSED if contrary or bad else ExitCode.DONE


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

            from tui.settings.files.private import write_new

            force: bool = desk.arguments.force
            write_new(Path(desk.arguments.output), lines, replace=force, hint=OVERWRITE)
        else:
            for line in lines:
                desk.out.write_text(line)
    return ExitCode.DONE
