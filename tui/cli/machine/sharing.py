"""`sync`: what colleagues know, by a folder that all of them reach."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_account, declare_dry_run, declare_form
from tui.cli.machine.own_journal import open_own_journal
from tui.cli.machine.sealing import choose_keys, choose_lock, declare_keys, declare_lock
from tui.cli.machine.secrets import say_verdicts
from tui.errors import UsageError


def declare_sync(parser: ArgumentParser) -> None:
    """Arguments of `sync`."""
    parser.add_argument("folder", metavar="FOLDER", help="on a network drive, in git, or copied by rsync")
    parser.add_argument(
        "--theirs", action="store_true", help="take what is contrary, too; what was known is kept as earlier"
    )
    declare_dry_run(parser, "what would be learnt and written")
    declare_form(parser, secrets=False)
    declare_lock(parser)
    declare_keys(parser, passphrase=False)
    declare_account(parser)
    parser.description = (
        "Learn from the files of colleagues in a folder, and write a file of your own there: encrypted, or"
        " without MAC passwords. What contradicts your vault is told each time, and taken only with --theirs."
        " A passphrase costs about a second for each file; keys cost nothing."
    )


def run_sync(desk: Desk) -> int:
    """Read the files of others, then write the own one."""
    from tui.services.files.sealing import add_own
    from tui.services.files.sharing import find_own_name, synchronise
    from tui.services.session import find_account_key

    arguments = desk.arguments
    key = find_account_key(desk.choose_account())
    keys, lock = choose_keys(desk), choose_lock(desk)
    if lock is not None and lock.recipients:
        if not keys.identities:
            raise UsageError(
                "Your secret key is missing.",
                "Without it your own file could not be read again.",
                "Give --identity FILE beside --encrypt-to.",
            )
        lock = add_own(lock, keys)
    if lock is not None and lock.passphrase is not None:
        secret = lock.passphrase
        keys = type(keys)(keys.identities, lambda: secret)
    name = find_own_name(desk.places, dry_run=arguments.dry_run)
    with open_own_journal(desk) as journal:
        done = synchronise(
            journal,
            key,
            Path(arguments.folder),
            name,
            lock,
            keys,
            theirs=arguments.theirs,
            dry_run=arguments.dry_run,
        )
    news = [one for one in done.verdicts if one.standing != "same"]
    code = say_verdicts(desk, news, done.bad, "files and rows")
    would = "would be " if arguments.dry_run else ""
    what = "" if lock is not None else ", without MAC passwords"
    desk.err.note(f"{done.files:,} files of others; {done.added:,} lines {would}added to {done.path}{what}.")
    return code
