"""`journal`: the record of this machine backed up, put back and pruned."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.cli.grammar.parser import Parser, declare_dry_run, declare_form
from tui.cli.machine.sealing import choose_keys, choose_lock, declare_keys, declare_lock
from tui.cli.terminal.diagnostics import ExitCode
from tui.cli.terminal.output import OVERWRITE
from tui.errors import UsageError
from tui.settings.files.private import is_there

if TYPE_CHECKING:
    from tui.services.storage.journal_copy import Contents
    from tui.services.storage.pruning import OldSet

PRUNED = ("change_set", "at", "operation", "records", "account")


def declare_journal(parser: ArgumentParser) -> None:
    """Sub-commands of `journal`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    backup = actions.add_parser(
        "backup",
        description="Write the journal and the vault to a file, also while they are in use. It is encrypted,"
        " or holds no MAC password and no credentials, unless --plain says otherwise.",
        help="write journal and vault to a file",
    )
    backup.add_argument("file", metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace the file if it exists")
    either = backup.add_mutually_exclusive_group()
    either.add_argument("--no-secrets", action="store_true", help="leave MAC passwords and credentials out")
    either.add_argument(
        "--plain", action="store_true", help="with MAC passwords and credentials in the clear"
    )
    declare_lock(backup)
    restore = actions.add_parser(
        "restore",
        description="Put a backup in the place of the journal, which is kept beside it.",
        help="put a backup back",
    )
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--force",
        action="store_true",
        help="also over a journal that is newer, damaged, or of other accounts",
    )
    declare_dry_run(restore, "what would become of the journal")
    declare_keys(restore)
    prune = actions.add_parser(
        "prune",
        description="Remove change sets that were settled before a day. What is open or unknown stays, and so"
        " do all MAC-IDs and MAC passwords. What is removed cannot be undone, and is in no history.",
        help="remove old, settled change sets",
    )
    prune.add_argument("--before", metavar="DAY", required=True, help="YYYY-MM-DD")
    prune.add_argument("--yes", action="store_true", help="do not ask")
    declare_dry_run(prune, "what would be removed")
    declare_form(prune, secrets=False)


def run_journal(desk: Desk) -> int:
    """Back up, restore or prune."""
    return {"backup": _back_up, "restore": _restore, "prune": _prune}[desk.arguments.action](desk)


def _back_up(desk: Desk) -> int:
    from tui.services.storage.journal_copy import copy_journal, describe_contents, leave_out_secrets, to_bytes
    from tui.settings.files.private import PrivateFile

    arguments = desk.arguments
    _need_journal(desk)
    path = Path(arguments.file)
    open_way = arguments.plain or arguments.no_secrets
    lock = choose_lock(desk, ask=desk.interactive and not open_way)
    if lock is not None and arguments.plain:
        raise UsageError("A backup is encrypted or plain, not both.")
    with PrivateFile(path, replace=arguments.force, hint=OVERWRITE) as file:
        copy = copy_journal(desk.places.journal_file)
        try:
            contents = describe_contents(copy)
            left_out = 0
            if arguments.no_secrets or (lock is None and not arguments.plain):
                left_out = leave_out_secrets(copy)
            data = to_bytes(copy)
        finally:
            copy.close()
        if lock is not None:
            from tui.services.files.sealing import seal

            data = seal(data, lock)
        file.write(data)
    if left_out and not arguments.no_secrets:
        desk.err.warn(
            f"{left_out:,} MAC passwords and credentials were left out. To have them, encrypt:"
            " --passphrase-file or --encrypt-to."
        )
    desk.err.note(f"Written: {path}, {file.size:,} bytes. {_describe(contents)}")
    return ExitCode.DONE


def _restore(desk: Desk) -> int:
    from tui.services.files.reading import read_source
    from tui.services.files.sealing import unseal
    from tui.services.storage.journal_copy import COPY_LIMIT, describe_contents, open_copy, restore_journal

    arguments = desk.arguments
    data = unseal(read_source(arguments.file, limit=COPY_LIMIT), choose_keys(desk))
    path = desk.places.journal_file
    with open_copy(data, arguments.file) as copy:
        contents = describe_contents(copy)
        kept = restore_journal(copy, path, force=arguments.force, dry_run=arguments.dry_run)
    would = "would be " if arguments.dry_run else ""
    desk.err.note(f"The backup {'would be' if would else 'is'} put back. {_describe(contents)}")
    if kept is not None:
        more = "" if would else f" What only it knows comes back with: redirectory secrets import '{kept}'"
        desk.err.note(f"The journal before it {'would be' if would else 'is'} kept as {kept}.{more}")
    if contents.open:
        desk.err.warn(f"{contents.open:,} records are open in it: redirectory resolve asks the server.")
    if would:
        desk.err.note("Nothing was changed.")
    return ExitCode.DONE


def _describe(contents: Contents) -> str:
    accounts = ", ".join(contents.accounts[:4]) + ", ..." * (len(contents.accounts) > 4)
    return (
        f"It holds {contents.change_sets:,} change sets with {contents.records:,} records and"
        f" {contents.passwords:,} MAC passwords of {accounts or 'no account'}, up to"
        f" {contents.last[:19] or 'nothing'}."
    )


def _need_journal(desk: Desk) -> None:
    if not is_there(desk.places.journal_file):
        raise UsageError(
            "There is no journal yet.",
            f"{desk.places.journal_file} does not exist.",
            "It begins with the first change made from this machine.",
        )


def _prune(desk: Desk) -> int:
    from datetime import date

    from tui.services.storage.pruning import find_old_sets, prune

    arguments = desk.arguments
    try:
        day = date.fromisoformat(arguments.before).isoformat()
    except ValueError:
        raise UsageError(f"Not a day: {arguments.before!r}.", hint="Write it as YYYY-MM-DD.") from None
    _need_journal(desk)
    path = desk.places.journal_file
    found = find_old_sets(path, day)
    told = f"{len(found):,} change sets with {sum(old.records for old in found):,} records"
    if not found:
        desk.err.note(f"No change set was settled before {arguments.before}.")
        return ExitCode.DONE
    if arguments.dry_run:
        _write_sets(desk, found)
        desk.err.note(f"{told} would be removed. Nothing was changed.")
        return ExitCode.DONE
    lines = [f"{old.at[:19]}  {old.operation}, {old.records:,} records, {old.id}" for old in found]
    desk.confirm(None, f"remove {told} from the journal?", lines, len(found))
    before = _measure(path)
    found = prune(path, day)
    _write_sets(desk, found)
    desk.err.note(
        f"Removed: {len(found):,} change sets with {sum(old.records for old in found):,} records. The journal"
        f" had {before:,} bytes and has {_measure(path):,}."
    )
    return ExitCode.DONE


def _measure(path: Path) -> int:
    """Bytes of the journal with its log."""
    return sum(one.stat().st_size for one in (path, Path(f"{path}-wal")) if one.exists())


def _write_sets(desk: Desk, found: Iterable[OldSet]) -> None:
    desk.out.write_rows(
        (
            {
                "change_set": old.id,
                "at": old.at,
                "operation": old.operation,
                "records": old.records,
                "account": old.account_key,
            }
            for old in found
        ),
        PRUNED,
    )
