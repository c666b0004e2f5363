"""`accounts`, `presets` and `paths`: what this machine keeps."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.cli.desk import Desk
from tui.cli.diagnostics import ExitCode
from tui.cli.parser import Parser, declare_form
from tui.errors import UsageError
from tui.model.registration import Preset


def declare_accounts(parser: ArgumentParser) -> None:
    """Sub-commands of `accounts`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    listing = actions.add_parser("list", description="List the accounts.", help="list the accounts")
    declare_form(listing, secrets=False)
    add = actions.add_parser("add", description="Add or change an account.", help="add or change an account")
    add.add_argument("name", metavar="NAME", help="a short name of your choice")
    add.add_argument("--server", default="prov.gigaset.net", metavar="URL", help="default: prov.gigaset.net")
    add.add_argument("--user", required=True, metavar="U", help="user name given by Gigaset")
    add.add_argument("--password-command", metavar="COMMAND", help="a command whose output is the password")
    add.add_argument(
        "--keep-password",
        action="store_true",
        help="keep the password in a file that only you can read (asked for, or from REDIRECTORY_PASSWORD)",
    )
    for name, text in (
        ("remove", "forget an account and its kept password"),
        ("test", "test the login of an account"),
        ("use", "make an account the default"),
    ):
        action = actions.add_parser(name, description=f"{text.capitalize()}.", help=text)
        action.add_argument("name", metavar="NAME", nargs="?" if name == "test" else None)


def run_accounts(desk: Desk) -> int:
    """List, add, remove, test or choose accounts."""
    return {
        "list": _list_accounts,
        "add": _add_account,
        "remove": _remove_account,
        "test": _test_account,
        "use": _use_account,
    }[desk.arguments.action or "list"](desk)


def _list_accounts(desk: Desk) -> int:
    from tui.settings.accounts import load_accounts

    book = load_accounts(desk.places)
    for complaint in book.complaints:
        desk.err.warn(complaint.describe())
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
    if not book.accounts:
        desk.err.note("No account yet. Add one: redirectory accounts add NAME --user U")
    return ExitCode.DONE


def _add_account(desk: Desk) -> int:
    import shlex

    from tui.services.session import check_server
    from tui.settings.accounts import Account, add_account
    from tui.settings.credentials import keep_password

    arguments = desk.arguments
    check_server(arguments.server)
    try:
        command = tuple(shlex.split(arguments.password_command)) if arguments.password_command else None
    except ValueError as error:
        raise UsageError(f"The password command cannot be read: {error}.") from None
    account = Account(arguments.name, arguments.server, arguments.user, command)
    add_account(desk.places, account, replace=True)
    if arguments.keep_password:
        keep_password(account, desk.read_password(), desk.places)
        desk.err.note(f"The password is kept in {desk.places.passwords_file}, readable by you alone.")
    desk.err.note(f"Account {account.name!r} saved. Test it: redirectory accounts test {account.name}")
    return ExitCode.DONE


def _remove_account(desk: Desk) -> int:
    from tui.settings.accounts import load_accounts, remove_account, require_account
    from tui.settings.credentials import forget_password

    account = require_account(load_accounts(desk.places), desk.arguments.name)
    remove_account(desk.places, account.name)
    forget_password(account, desk.places)
    desk.err.note(f"Account {account.name!r} removed. Its journal and vault stay.")
    return ExitCode.DONE


def _test_account(desk: Desk) -> int:
    desk.arguments.account = desk.arguments.name
    with desk.open_session() as session:
        milliseconds = session.check_login()
    desk.err.note(f"Login accepted by {session.title} in {milliseconds:.0f} ms.")
    return ExitCode.DONE


def _use_account(desk: Desk) -> int:
    from tui.settings.accounts import use_account

    use_account(desk.places, desk.arguments.name)
    desk.err.note(f"Account {desk.arguments.name!r} is the default now.")
    return ExitCode.DONE


def declare_presets(parser: ArgumentParser) -> None:
    """Sub-commands of `presets`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    listing = actions.add_parser("list", description="List the presets.", help="list the presets")
    declare_form(listing)
    add = actions.add_parser("add", description="Add or change a preset.", help="add or change a preset")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--url", default="", metavar="U", help="provisioning URL")
    add.add_argument("--provider", default="", metavar="P", help="provider's name")
    remove = actions.add_parser("remove", description="Remove a preset.", help="remove a preset")
    remove.add_argument("name", metavar="NAME")


def run_presets(desk: Desk) -> int:
    """List, add or remove presets."""
    from tui.settings.presets import load_presets, remove_preset, save_preset

    action = desk.arguments.action or "list"
    if action == "list":
        presets = load_presets(desk.places)
        for complaint in presets.complaints:
            desk.err.warn(complaint.describe())
        desk.out.write_rows(
            (
                {"name": preset.name, "url": preset.url, "provider": preset.provider}
                for preset in presets.presets
            ),
            ("name", "url", "provider"),
            headings={"url": "URL"},
        )
    elif action == "add":
        from tui.cli.changes import check_target

        url, provider = desk.arguments.url, desk.arguments.provider
        if not url and not provider:
            raise UsageError("An empty preset is of no use.", hint="Give --url, --provider or both.")
        check_target(desk, url or "http://unset/%MACD.xml", provider or "unset")
        save_preset(desk.places, Preset(desk.arguments.name, url, provider))
    else:
        remove_preset(desk.places, desk.arguments.name)
    return ExitCode.DONE


def declare_paths(parser: ArgumentParser) -> None:
    """Arguments of `paths`."""
    declare_form(parser, secrets=False)


def run_paths(desk: Desk) -> int:
    """Print where every file lives, and whether it is there."""
    from tui.settings.paths import styles_dir

    places = desk.places
    files = [
        ("settings", places.config_file),
        ("presets", places.presets_file),
        ("accounts", places.accounts_file),
        ("passwords", places.passwords_file),
        ("journal and vault", places.journal_file),
        ("offline lists", places.lists_file),
        ("style sheets", styles_dir()),
    ]
    desk.out.write_rows(
        ({"what": what, "path": str(path), "exists": path.exists()} for what, path in files),
        ("what", "path", "exists"),
    )
    return ExitCode.DONE
