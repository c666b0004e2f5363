"""Options by which files are encrypted before they leave this machine, and read again. A passphrase is typed
or stands in a file; it is never an argument, which others could see in the list of processes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.errors import UsageError
from tui.model.secrets import Secret

if TYPE_CHECKING:
    from tui.services.files.sealing import Keys, Lock


def declare_lock(parser: ArgumentParser) -> None:
    """`--encrypt-to`, `--passphrase` and `--passphrase-file`."""
    group = parser.add_argument_group("encryption, in the age format")
    group.add_argument(
        "--encrypt-to",
        action="append",
        metavar="KEY",
        help="encrypt to a public key (age1..., ssh-ed25519 ...), or to those in a file; may be repeated",
    )
    group.add_argument(
        "--passphrase", action="store_true", help="encrypt with a passphrase, which is asked for"
    )
    group.add_argument(
        "--passphrase-file", metavar="FILE", help="the passphrase is the first line of a file or pipe"
    )


def declare_keys(parser: ArgumentParser, *, passphrase: bool = True) -> None:
    """`--identity`, and `--passphrase-file` unless `declare_lock` has it."""
    group = parser.add_argument_group("decryption")
    group.add_argument(
        "--identity",
        action="append",
        metavar="FILE",
        help="a secret key as age-keygen writes it, or an SSH key; may be repeated",
    )
    if passphrase:
        group.add_argument(
            "--passphrase-file",
            metavar="FILE",
            help="the passphrase is the first line of a file or pipe; without it you are asked",
        )


def choose_lock(desk: Desk, *, ask: bool = False) -> Lock | None:
    """What to encrypt with; None if nothing is named. With `ask` a person is asked for a passphrase then.
    Raises UsageError, InputError."""
    arguments = desk.arguments
    if not (arguments.encrypt_to or arguments.passphrase or arguments.passphrase_file or ask):
        return None
    from tui.services.files.sealing import Lock, read_passphrase, read_recipients

    if arguments.encrypt_to:
        if arguments.passphrase or arguments.passphrase_file:
            raise UsageError("A file is encrypted to keys or with a passphrase, not both.")
        return read_recipients(arguments.encrypt_to)
    if arguments.passphrase_file:
        return Lock(passphrase=read_passphrase(arguments.passphrase_file))
    return Lock(passphrase=_ask_twice(desk))


def _ask_twice(desk: Desk) -> Secret:
    first, second = desk.make_prompt("Passphrase: "), desk.make_prompt("Again: ")
    if first is None or second is None:
        raise UsageError("There is no terminal to ask for a passphrase at.", hint="Give --passphrase-file.")
    typed = first()
    if not typed:
        raise UsageError("The passphrase is empty.")
    if second() != typed:
        raise UsageError("The two passphrases differ.", hint="Try again.")
    return Secret(typed)


def choose_keys(desk: Desk) -> Keys:
    """What encrypted files are read with; a passphrase is asked for once, when one is needed. Raises
    UsageError, InputError."""
    from functools import cache

    from tui.services.files.sealing import Keys, read_identities, read_passphrase

    arguments = desk.arguments
    identities = read_identities(arguments.identity or ())
    if arguments.passphrase_file:
        secret = read_passphrase(arguments.passphrase_file)
        return Keys(identities, lambda: secret)
    prompt = desk.make_prompt("Passphrase: ")
    return Keys(identities, cache(lambda: Secret(prompt())) if prompt is not None else None)
