"""`secrets lock` and `secrets unlock`: the vault under a key that a command or the keyring gives."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from tui.cli.desk import Desk
from tui.cli.grammar.parser import declare_dry_run
from tui.cli.machine.own_journal import open_own_journal
from tui.cli.terminal.diagnostics import ExitCode
from tui.errors import UsageError
from tui.model.secrets import Secret

LOCK = (
    "Put the vault under a key: MAC passwords, those to come too, are sealed in the age format and opened"
    " with the secret key that [vault] key_command gives, or else the operating system's keyring."
)
UNLOCK = (
    "Take the vault from under its key: MAC passwords are in the clear again, in a file that only you can"
    " read."
)


def declare_lock_vault(parser: ArgumentParser) -> None:
    """Options of `secrets lock`."""
    parser.add_argument(
        "--identity",
        metavar="FILE",
        help="the secret key, as secrets keygen writes it, which goes into the keyring",
    )
    declare_dry_run(parser, "what would be sealed")


def declare_unlock_vault(parser: ArgumentParser) -> None:
    """Options of `secrets unlock`."""
    declare_dry_run(parser, "what would be opened")


def lock_vault(desk: Desk) -> int:
    """Seal all MAC passwords, once the secret key has been seen where it will be looked for."""
    with open_own_journal(desk) as journal:
        if recipient := journal.find_recipient():
            raise UsageError(
                "The vault is under a key already.",
                f"It is {recipient}.",
                "Run first: redirectory secrets unlock",
            )
        count = journal.count_passwords()
        recipient = _find_public_key(desk)
        if not desk.arguments.dry_run:
            journal.lock_vault(recipient)
    _say(desk, count, f"sealed for {recipient}")
    desk.err.note("Keep the secret key in another place, too: without it the MAC passwords are lost.")
    for path in sorted(desk.places.journal_file.parent.glob(f"{desk.places.journal_file.name}.kept-*")):
        desk.err.warn(f"{path} is a journal of before, with MAC passwords in the clear. Remove it.")
    return ExitCode.DONE


def unlock_vault(desk: Desk) -> int:
    """Open all MAC passwords, for good."""
    with open_own_journal(desk) as journal:
        if not journal.find_recipient():
            raise UsageError("The vault is under no key.")
        count = journal.count_passwords()
        if not desk.arguments.dry_run:
            journal.unlock_vault()
    _say(desk, count, "opened")
    return ExitCode.DONE


def _say(desk: Desk, count: int, how: str) -> None:
    word = "MAC password" if count == 1 else "MAC passwords"
    would = " would be" if desk.arguments.dry_run else ""
    desk.err.note(f"{count:,} {word}{would} {how}.{' Nothing was changed.' if would else ''}")


def _find_public_key(desk: Desk) -> str:
    """The public key of the secret one that the settings name, or that goes into the keyring now."""
    from tui.services.files.reading import read_source
    from tui.services.storage.vault_key import parse_secret_key
    from tui.settings.secrets.vault_key import find_key_command, find_vault_key, keep_vault_key

    has_command = bool(find_key_command(desk.places))
    if has_command == bool(desk.arguments.identity):
        raise UsageError(
            "The vault needs one key.",
            "config.toml names a key_command under [vault], and --identity a file."
            if has_command
            else "config.toml names no key_command under [vault].",
            "Give one of both. Make a key: redirectory secrets keygen FILE",
        )
    if has_command:
        return str(parse_secret_key(find_vault_key(desk.places, "")).to_public())
    text = read_source(str(Path(desk.arguments.identity)), limit=1 << 16).decode("utf-8", "replace")
    identity = parse_secret_key(Secret(text))
    recipient = str(identity.to_public())
    if not desk.arguments.dry_run:
        keep_vault_key(recipient, Secret(str(identity)))
        parse_secret_key(find_vault_key(desk.places, recipient), recipient)
    return recipient
