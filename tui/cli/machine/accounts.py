"""`accounts`: the logins that this machine knows."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, _ActionsContainer
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui.cli.desk import Desk
from tui.cli.grammar.parser import Parser, declare_dry_run, declare_form
from tui.cli.terminal.diagnostics import ExitCode
from tui.cli.terminal.output import Form
from tui.errors import UsageError
from tui.settings.config import ROUTE_KEYS

if TYPE_CHECKING:
    from tui.model.secrets import Secret
    from tui.services.login_test import LoginReport
    from tui.settings.accounts import Account


def declare_accounts(parser: ArgumentParser) -> None:
    """Sub-commands of `accounts`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    listing = actions.add_parser("list", description="List the accounts.", help="list the accounts")
    declare_form(listing, secrets=False)
    add = actions.add_parser("add", description="Add an account.", help="add an account")
    add.add_argument("name", metavar="NAME", help="a short name of your choice")
    add.add_argument("--server", default="prov.gigaset.net", metavar="URL", help="default: prov.gigaset.net")
    add.add_argument("--user", required=True, metavar="U", help="user name given by Gigaset")
    add.add_argument("--password-command", metavar="COMMAND", help="a command whose output is the password")
    _declare_route(add)
    kept = add.add_mutually_exclusive_group()
    _declare_keeping(kept)
    _declare_keyring(kept)
    edit = actions.add_parser(
        "edit",
        description="Change what is given of an account, and nothing else.",
        help="change what is given of an account",
    )
    edit.add_argument("name", metavar="NAME")
    edit.add_argument("--server", metavar="URL", help="new server; a kept password goes with it")
    edit.add_argument(
        "--user", metavar="U", help="new user name; a kept password of the old one is forgotten"
    )
    command = edit.add_mutually_exclusive_group()
    command.add_argument("--password-command", metavar="COMMAND", help="new password command")
    command.add_argument("--no-password-command", action="store_true", help="drop the password command")
    _declare_route(edit)
    keeping = edit.add_mutually_exclusive_group()
    _declare_keeping(keeping)
    keeping.add_argument("--forget-password", action="store_true", help="forget the kept password")
    _declare_keyring(keeping)
    keeping.add_argument(
        "--no-keyring", action="store_true", help="take the password out of the keyring, and forget it"
    )
    rename = actions.add_parser("rename", description="Rename an account.", help="rename an account")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW")
    for name, text in (
        ("remove", "forget an account and its kept password"),
        ("test", "test the login of an account"),
        ("use", "make an account the default, here and in the application"),
    ):
        action = actions.add_parser(name, description=f"{text.capitalize()}.", help=text)
        action.add_argument("name", metavar="NAME", nargs="?" if name == "test" else None)
        if name == "test":
            declare_form(action, secrets=False)
    for name in ("add", "edit", "rename", "remove", "use"):
        declare_dry_run(actions.choices[name], "what would change in the files of settings")


def _declare_keyring(parser: _ActionsContainer) -> None:
    parser.add_argument(
        "--keyring",
        action="store_true",
        help="keep the password in the operating system's keyring (asked for, or from REDIRECTORY_PASSWORD)",
    )


def _declare_route(parser: ArgumentParser) -> None:
    parser.add_argument("--ca-file", metavar="FILE", help="certificates to trust beside the system's (PEM)")
    parser.add_argument(
        "--client-cert", metavar="FILE", help="certificate and key to show to the server (PEM)"
    )
    parser.add_argument(
        "--proxy", metavar="URL", help="proxy to this server; none: no proxy; empty: as the environment says"
    )


def _read_route(arguments: Namespace) -> dict[str, Any]:
    """What is given of the way to the server; file names become absolute."""
    found = {key: value for key in ROUTE_KEYS if (value := getattr(arguments, key)) is not None}
    for key in ("ca_file", "client_cert"):
        if found.get(key):
            found[key] = os.path.abspath(os.path.expanduser(found[key]))
    return found


def _declare_keeping(parser: _ActionsContainer) -> None:
    parser.add_argument(
        "--keep-password",
        action="store_true",
        help="keep the password in a file that only you can read (asked for, or from REDIRECTORY_PASSWORD)",
    )


def run_accounts(desk: Desk) -> int:
    """List, add, edit, rename, remove, test or choose accounts."""
    run = {
        "list": _list_accounts,
        "add": _add_account,
        "edit": _edit_account,
        "rename": _rename_account,
        "remove": _remove_account,
        "test": _test_account,
        "use": _use_account,
    }[desk.arguments.action or "list"]
    return _try(desk, run) if getattr(desk.arguments, "dry_run", False) else run(desk)


def _try(desk: Desk, run: Callable[[Desk], int]) -> int:
    """A dry run. No password is asked for: what would become of the kept one is said."""
    from tui.cli.trying import try_settings

    arguments = desk.arguments
    if getattr(arguments, "keyring", False):
        desk.err.note("The password would be kept in the operating system's keyring.")
    elif getattr(arguments, "keep_password", False):
        desk.err.note(f"The password would be kept in {desk.places.passwords_file}.")
    elif getattr(arguments, "forget_password", False) or getattr(arguments, "no_keyring", False):
        desk.err.note("A kept password would be forgotten.")
    return try_settings(desk, lambda: run(desk))


def _list_accounts(desk: Desk) -> int:
    from tui.settings.accounts import load_accounts

    book = load_accounts(desk.places)
    desk.complain(book.complaints)
    desk.out.write_rows(
        (
            {
                "name": account.name,
                "server": account.server,
                "user": account.user,
                "source": account.source,
                "default": account.name == book.current,
            }
            for account in book.accounts
        ),
        ("name", "server", "user", "source", "default"),
    )
    if not book.accounts and desk.settings_sound:
        desk.err.note("No account yet. Add one: redirectory accounts add NAME --user U")
    return ExitCode.DONE


def _add_account(desk: Desk) -> int:
    from tui.services.accounts import add_account
    from tui.settings.accounts import Account, refuse_taken

    arguments = desk.arguments
    account = Account(
        arguments.name,
        arguments.server,
        arguments.user,
        _read_command(desk),
        **_read_route(arguments),
        keyring=arguments.keyring,
    )
    refuse_taken(desk.places, account.name)
    keeps = arguments.keep_password or arguments.keyring
    if arguments.keyring:
        _require_keyring(desk, account)
    add_account(desk.places, account, desk.read_password() if keeps else None)
    if keeps:
        _say_kept(desk, account)
    desk.err.note(f"Account {account.name!r} saved. Test it: redirectory accounts test {account.name}")
    return ExitCode.DONE


def _edit_account(desk: Desk) -> int:
    from tui.classes import replace
    from tui.services.accounts import change_account, forget_unless_shared
    from tui.settings.secrets.credentials import find_kept_password, forget_password, keep_password

    arguments = desk.arguments
    old = _find_account(desk)
    command, route = _read_command(desk), _read_route(arguments)
    new = replace(
        old,
        **route,
        server=old.server if arguments.server is None else arguments.server,
        user=old.user if arguments.user is None else arguments.user,
        password_command=(
            None if arguments.no_password_command or arguments.keyring else command or old.password_command
        ),
        keyring=arguments.keyring or (old.keyring and not arguments.no_keyring),
    )
    touches_file = any(
        value is not None
        for value in (arguments.server, arguments.user, arguments.password_command, *route.values())
    )
    touches_file = touches_file or new.keyring != old.keyring
    if not (
        touches_file
        or arguments.no_password_command
        or arguments.keep_password
        or arguments.forget_password
        or arguments.keyring
    ):
        raise UsageError(
            "There is nothing to change.",
            hint="Give what is to change, such as --server, --user, --password-command or --keep-password.",
        )
    password: Secret | None = None
    if arguments.keyring:
        _require_keyring(desk, new)
        # A password that is kept in the private file moves.
        password = (None if old.keyring else find_kept_password(old, desk.places)) or desk.read_password()
    elif arguments.keep_password:
        password = desk.read_password()
    # The private file of passwords is the program's, whichever file the account stands in.
    if touches_file or arguments.no_password_command:
        change = change_account(desk.places, old, new)
        desk.err.note(
            f"Account {new.name!r} changed." if new != old else f"Account {new.name!r} is like that already."
        )
        if change.password == "moved":
            desk.err.note(f"Its kept password is used for {new.user} at {new.server} now.")
        elif change.password == "forgotten" and password is None:
            desk.err.note(f"The kept password was that of {old.user} and is forgotten.")
        if change.login_changed:
            desk.err.note("Journal and vault of the login before stay with that login.")
    if password is not None:
        keep_password(new, password, desk.places)
        _say_kept(desk, new)
    if new.keyring != old.keyring:
        forget_unless_shared(desk.places, old)
    elif arguments.forget_password:
        forgotten = forget_password(new, desk.places)
        desk.err.note("The kept password is forgotten." if forgotten else "No password was kept.")
    return ExitCode.DONE


def _rename_account(desk: Desk) -> int:
    from tui.services.accounts import rename_account

    name, new_name = desk.arguments.name, desk.arguments.new_name
    rename_account(desk.places, name, new_name)
    desk.err.note(
        f"Account {name!r} is called {new_name!r} now; its password, journal and vault stay with it."
    )
    if desk.config.app.account == name:
        desk.err.warn(
            f"{desk.places.config_file} still names {name!r} as the account to open: change it there."
        )
    return ExitCode.DONE


def _remove_account(desk: Desk) -> int:
    from tui.services.accounts import remove_account

    account = remove_account(desk.places, desk.arguments.name)
    desk.err.note(f"Account {account.name!r} removed. Its journal and vault stay.")
    return ExitCode.DONE


def _test_account(desk: Desk) -> int:
    from tui.services.login_test import try_login

    desk.arguments.account = desk.arguments.name
    with desk.open_session() as session:
        report = try_login(session)
    _write_report(desk, session.account, report)
    if report.error is not None:
        return desk.err.fail(report.error)
    desk.err.note(f"Login accepted by {session.title} in {report.milliseconds:.0f} ms.")
    return ExitCode.DONE


def _write_report(desk: Desk, account: Account, report: LoginReport) -> None:
    from tui.services.login_test import describe_certificate

    if desk.out.form is not Form.TABLE:
        chain = [
            {
                "subject": one.subject,
                "issuer": one.issuer,
                "not_before": one.begins and one.begins.isoformat(),
                "not_after": one.ends and one.ends.isoformat(),
            }
            for one in report.chain
        ]
        record = {
            "account": account.name,
            "server": report.server,
            "user": account.user,
            "proxy": report.proxy or None,
            "tls": report.tls or None,
            "chain": chain if desk.out.form is Form.JSON else list(map(describe_certificate, report.chain)),
            "trusted": report.trusted,
            "client_cert": report.client_cert or None,
            "milliseconds": report.milliseconds and round(report.milliseconds, 1),
            "accepted": report.error is None,
            "answer": report.answer or (report.error and report.error.title),
        }
        desk.out.write_rows([record], tuple(record))
        return
    secure = report.server.startswith("https:")
    lines: list[tuple[str, object]] = [
        ("Account", account.name),
        ("Server", report.server),
        ("User", account.user),
        ("Proxy", report.proxy or "none"),
        ("TLS", report.tls or (f"not seen: {report.trouble}" if secure else "none: plain http")),
    ]
    for number, certificate in enumerate(report.chain, start=1):
        lines.append((f"Certificate {number}", describe_certificate(certificate)))
    if secure:
        lines.append(("Trusted", report.trusted))
        lines.append(("Client certificate", report.client_cert or "none"))
    answer = f"{report.answer} after {report.milliseconds:.0f} ms" if report.milliseconds else ""
    lines.append(("Answer", f"login accepted, {answer}" if report.error is None else report.error.describe()))
    desk.out.write_card(lines)


def _use_account(desk: Desk) -> int:
    from tui.settings.accounts import use_account

    use_account(desk.places, desk.arguments.name)
    desk.err.note(f"Account {desk.arguments.name!r} is the default now.")
    return ExitCode.DONE


def _find_account(desk: Desk) -> Account:
    from tui.settings.accounts import load_accounts, require_account

    return require_account(load_accounts(desk.places), desk.arguments.name)


def _read_command(desk: Desk) -> tuple[str, ...] | None:
    import shlex

    given = desk.arguments.password_command
    if given is None:
        return None
    try:
        command = tuple(shlex.split(given))
    except ValueError as error:
        raise UsageError(f"The password command cannot be read: {error}.") from None
    if not command:
        raise UsageError("The password command is empty.", hint="Nothing was changed.")
    return command


def _require_keyring(desk: Desk, account: Account) -> None:
    """Raise ConfigurationError, before anything is changed, if there is no keyring."""
    from tui.settings.secrets.credentials import find_kept_password

    find_kept_password(account, desk.places)


def _say_kept(desk: Desk, account: Account) -> None:
    if account.keyring:
        desk.err.note("The password is kept in the operating system's keyring.")
        return
    desk.err.note(f"The password is kept in {desk.places.passwords_file}, readable by you alone.")
