"""`info` and `list` over all accounts: asked side by side, each failure named, the others answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from tui.classes import define
from tui.cli.desk import Desk
from tui.cli.terminal.diagnostics import ExitCode, worst
from tui.cli.terminal.output import Record
from tui.errors import RedirectoryError, StoreError, UsageError
from tui.model.addresses import Identifier
from tui.model.device import MAC, DeviceCard, DeviceRow
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.services.devices.conditions import Conditions
    from tui.services.session import Session
    from tui.settings.accounts import Account

T = TypeVar("T")


@define
class Everywhere:
    """All accounts of a command, and the exit code that their failures deserve."""

    desk: Desk
    code: int = ExitCode.DONE
    asked: int = 0

    def ask(self, question: Callable[[Session], T]) -> Iterator[tuple[Account, T]]:
        """The answers by account; what an account fails with goes to stderr. Raises UsageError where other
        options name an account, or there is none."""
        from tui.services.side_by_side import ask_all

        logins: list[tuple[Account, Secret]] = []
        for account in self.find_accounts():
            try:
                logins.append((account, self._find_password(account)))
            except RedirectoryError as error:
                self.fail(account, error)
        for answer in ask_all(logins, self.desk.places, self.desk.config, question):
            for warning in answer.warnings:
                self.desk.err.warn(f"{make_inert(answer.account.name)}: {warning}")
            if answer.error is not None:
                self.fail(answer.account, answer.error)
            elif answer.value is not None:
                self.asked += 1
                yield answer.account, answer.value

    def find_accounts(self) -> Sequence[Account]:
        """The stored accounts, each login once. Raises UsageError."""
        from tui.services.session import find_account_key
        from tui.settings.accounts import load_accounts

        arguments = self.desk.arguments
        for name in ("account", "server", "user"):
            if getattr(arguments, name, None):
                raise UsageError(f"--all-accounts and --{name} exclude each other.", hint="Give one of them.")
        logins: dict[str, Account] = {}
        for account in load_accounts(self.desk.places, self.desk.config).accounts:
            try:
                logins.setdefault(find_account_key(account), account)
            except UsageError as error:
                self.fail(account, error)
        if not logins and self.code == ExitCode.DONE:
            raise UsageError("There is no account.", hint="Add one with: redirectory accounts add")
        return list(logins.values())

    def fail(self, account: Account, error: RedirectoryError) -> None:
        """Name an account that failed, and why."""
        error.title = f"{make_inert(account.name)}: {error.title}"
        self.code = worst(self.code, error.exit_code)
        self.desk.err.complain(error)

    def _find_password(self, account: Account) -> Secret:
        from tui.settings.secrets.credentials import PASSWORD_VARIABLE, find_password

        # The variable holds the password of one account: no other server may see it.
        environ = {name: value for name, value in self.desk.environ.items() if name != PASSWORD_VARIABLE}
        prompt = self.desk.make_prompt(f"Password of {make_inert(account.name)}: ")
        return find_password(account, self.desk.places, environ, prompt)


@define(frozen=True, slots=True)
class Found:
    """Rows of one account and the MAC-IDs known of them; `trouble` is what is to be said about it."""

    rows: list[DeviceRow]
    mac_ids: dict[str, str]
    trouble: str = ""


def list_everywhere(everywhere: Everywhere, wanted: Conditions, providers: Sequence[str]) -> Iterator[Record]:
    """The rows of all accounts, account by account."""
    from tui.cli.rows import describe_row
    from tui.services.devices.conditions import read_marks
    from tui.services.devices.look_up import list_devices
    from tui.settings.files.private import is_there

    def question(session: Session) -> Found:
        marks = read_marks(session.places, session.account_key, wanted)
        rows = [row for batch in list_devices(session, providers) for row in wanted.keep(batch, marks)]
        mac_ids: dict[str, str] = {}
        trouble = ""
        if is_there(session.places.journal_file):
            try:
                known = session.journal.recall_many(session.account_key, [row[MAC] for row in rows])
                mac_ids = {entry.mac: entry.mac_id for entry in known.values() if entry.mac_id}
            except StoreError as error:
                trouble = f"MAC-IDs known here cannot be shown. {error.describe()}"
        return Found(rows, mac_ids, trouble)

    for account, found in everywhere.ask(question):
        if found.trouble:
            everywhere.desk.err.warn(found.trouble)
        for row in found.rows:
            yield {"account": account.name, **describe_row(row, found.mac_ids.get(row[MAC]))}


def look_up_everywhere(
    everywhere: Everywhere, identifiers: Sequence[Identifier]
) -> Iterator[tuple[str | None, DeviceCard]]:
    """The records of each device with the accounts that have them; without any, one card without account."""
    from tui.services.devices.look_up import look_up

    def question(session: Session) -> list[DeviceCard]:
        return [look_up(session, identifier) for identifier in identifiers]

    answers = list(everywhere.ask(question))
    for place, identifier in enumerate(identifiers):
        cards = [(account.name, cards[place]) for account, cards in answers]
        shown = [(name, card) for name, card in cards if card.found is not False]
        yield from shown
        if not shown:
            asked = f"None of {everywhere.asked} account{'s' if everywhere.asked != 1 else ''} has a record."
            found = None if everywhere.code else False
            message = f"{asked} Not all could be asked." if everywhere.code else asked
            code = next((card.code for _, card in cards), "")
            yield (
                None,
                DeviceCard(identifier.mac, found, mac_id=identifier.mac_id, code=code, message=message),
            )
