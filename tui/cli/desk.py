"""What a command works with: arguments, where to write, the account's session; each made when first used."""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property

from tui.cli.terminal.diagnostics import Diagnostics
from tui.cli.terminal.output import Form, Output
from tui.errors import IdentifierError, InputError, RedirectoryError, StoreError, UsageError
from tui.model.addresses import Identifier
from tui.model.identifiers import doubt_number, read_identifier
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from tui.intake.reading import Intake
    from tui.services.session import Session
    from tui.settings.accounts import Account
    from tui.settings.config import Config
    from tui.settings.files.paths import Places
    from tui.settings.files.toml_file import Complaint


class Desk:
    """One run of one command."""

    def __init__(
        self,
        arguments: Namespace,
        *,
        environ: Mapping[str, str] = os.environ,
        stdin: TextIO | None = None,
        diagnostics: Diagnostics | None = None,
    ) -> None:
        self.arguments = arguments
        self.environ = environ
        self.stdin = stdin if stdin is not None else sys.stdin
        self.err = diagnostics or Diagnostics()
        self.out = Output(
            Form(getattr(arguments, "form", None) or Form.TABLE),
            show_secrets=bool(getattr(arguments, "show_secrets", False)),
        )
        # By MAC, what is odd about the rows of an input file; None for a command that reads none.
        self.row_warnings: dict[str, tuple[str, ...]] | None = None
        self._complaints: set[Complaint] = set()
        self._listed_accounts: tuple[str, ...] = ()

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return self.stdin.isatty()

    @property
    def asks(self) -> bool:
        """Whether a person is asked before something is changed."""
        arguments = self.arguments
        return self.interactive and not (
            getattr(arguments, "yes", False) or getattr(arguments, "dry_run", False)
        )

    @contextmanager
    def talking(self) -> Iterator[None]:
        """While it is open, what is said belongs to a question, and `--quiet` does not hide it where a person
        is asked."""
        with self.err.aloud() if self.asks else nullcontext():
            yield

    @cached_property
    def places(self) -> Places:
        """Where this machine's files live."""
        from tui.settings.files.paths import find_places

        return find_places(self.environ)

    @cached_property
    def config(self) -> Config:
        """The person's settings; complaints about the file go to stderr."""
        from tui.settings.config import load_config

        loaded = load_config(self.places)
        self.complain(loaded.complaints)
        return loaded.config

    def complain(self, complaints: Iterable[Complaint]) -> None:
        """Say what is wrong with settings files, each thing once."""
        for complaint in complaints:
            if complaint not in self._complaints:
                self._complaints.add(complaint)
                self.err.warn(complaint.describe())

    @property
    def settings_sound(self) -> bool:
        """Whether nothing was wrong with the settings files so far."""
        return not self._complaints

    def say_mistakes(self) -> None:
        """Say what is wrong with the settings files, whether or not the command needs them."""
        places = self.places
        if os.path.lexists(places.config_file):
            _ = self.config
        if os.path.lexists(places.accounts_file):
            from tui.settings.accounts import load_accounts

            self.complain(load_accounts(places, self.config).complaints)
        if os.path.lexists(places.presets_file):
            from tui.settings.presets import load_presets

            self.complain(load_presets(places).complaints)

    def choose_account(self) -> Account:
        """The account that options, environment or settings name. Raises UsageError when none does."""
        from tui.settings.accounts import select_account

        return select_account(
            self.places,
            self.environ,
            name=getattr(self.arguments, "account", None),
            server=getattr(self.arguments, "server", None),
            user=getattr(self.arguments, "user", None),
        )

    @contextmanager
    def open_session(self, account: Account | None = None, *, settling: bool = False) -> Iterator[Session]:
        """A session on the chosen account; its warnings go to stderr, and what earlier runs left open unless
        that is being settled."""
        from tui.cli.terminal.waiting import tell_waiting
        from tui.services.session import open_session
        from tui.settings.secrets.credentials import find_password

        account = account or self.choose_account()
        self._refuse_rows_of_others(account)
        password = find_password(account, self.places, self.environ, self.make_prompt())
        with open_session(account, password, self.places, self.config) as session:
            for warning in session.warnings:
                self.err.warn(warning)
            if not settling:
                self._say_open(session)
            with tell_waiting(session, self.err):
                yield session
            if session.remark:
                self.err.note(session.remark)

    def _say_open(self, session: Session) -> None:
        """What earlier runs left open, and what settles it."""
        if not os.path.exists(self.places.journal_file):
            return
        from tui.services.changes.interruptions import find_interruptions

        # A command that needs the journal says what is wrong with it.
        with suppress(StoreError):
            for found in find_interruptions(session.journal):
                mine = found.account_key == session.account_key
                whose = "" if mine else f" of {found.account_key}, another account"
                go_on = f" --go-on {found.change_set}" if found.unsent else ""
                self.err.warn(
                    f"Left open by an earlier run{whose}: {found.describe()}. Settle it:"
                    f" redirectory resolve{go_on}"
                )

    def make_prompt(self, question: str = "Password: ") -> Callable[[], str] | None:
        """A function that asks a person for a password; None if nobody can be asked."""
        return (lambda: self._prompt(question)) if self.interactive else None

    def _prompt(self, question: str = "Password: ") -> str:
        from getpass import getpass

        return getpass(question, stream=sys.stderr)

    def _refuse_rows_of_others(self, account: Account) -> None:
        """Rows that were listed for another account are not for this one. Raises UsageError."""
        if not self._listed_accounts:
            return
        from tui.services.session import find_account_key
        from tui.settings.accounts import load_accounts

        book = load_accounts(self.places, self.config)
        wanted = find_account_key(account)
        for name in self._listed_accounts:
            found = book.find(name)
            if found is None or find_account_key(found) != wanted:
                names = ", ".join(self._listed_accounts[:8])
                raise UsageError(
                    "The rows are of another account.",
                    f"They were listed for {names}; this is {make_inert(account.name)}.",
                    f"Give the rows of one account, with --account {name}. Nothing was sent.",
                )

    def read_identifiers(self, words: Sequence[str], *, passing: bool = False) -> list[Identifier]:
        """The identifiers that the words spell; `-` stands for the lines of stdin, which may be scans, labels
        or what a switch prints. What was mended or passed over is said.

        Raises InputError naming every one that is bad: nothing is sent unless all are good. With `passing` a
        line that plainly names no device is none of them.
        """
        found: list[Identifier] = []
        bad: list[RedirectoryError] = []
        for word in words:
            if word == "-":
                self._read_lines(found, bad, passing)
                continue
            try:
                reading = read_identifier(word)
            except RedirectoryError as error:
                bad.append(error)
                continue
            found.append(reading.identifier)
            for note in (*reading.notes, *filter(None, [doubt_number(word)])):
                self.err.warn(f"{reading.identifier}: {note}")
        if bad:
            told = [error.describe() for error in bad]
            summary = InputError(
                told[0] if len(bad) == 1 else f"{len(bad)} identifiers cannot be read. Nothing was sent.",
                "" if len(bad) == 1 else "\n  ".join(told),
                "Nothing was sent." if len(bad) == 1 else "Correct them and run the command again.",
            )
            summary.parts = tuple(bad)
            raise summary
        if not found:
            raise UsageError(
                "No MAC-ID was given.", hint="Give one or more MAC-IDs, or - to read them from stdin."
            )
        return found

    @contextmanager
    def blaming(self, identifier: Identifier) -> Iterator[None]:
        """An error that ends the block is one about this device."""
        try:
            yield
        except RedirectoryError as error:
            error.about(device=identifier.mac)
            raise

    def say_reading(self, intake: Intake) -> None:
        """How an input was understood: its encoding, its separator, and what each column was taken for."""
        for note in intake.notes:
            self.err.note(note)
        if intake.header is not None and intake.header.line is not None:
            above = " (what stands above it was passed over)" if intake.header.line > 1 else ""
            self.err.note(f"Heading on line {intake.header.line}{above}: {intake.header.describe()}.")

    def _read_lines(self, found: list[Identifier], bad: list[RedirectoryError], passing: bool) -> None:
        """The devices in the lines of stdin, and a sentence for each line that has to be mended."""
        from tui.cli.piped import is_listing, read_listing
        from tui.intake.text.pasted import read_line

        text = self.stdin.read()
        if is_listing(text):
            listing = read_listing(text)
            found += listing.identifiers
            bad += listing.bad
            self._listed_accounts = listing.accounts
            return
        for number, line in enumerate(io.StringIO(text), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            for draft in read_line(line.rstrip("\r\n"), number, need_target=False):
                if draft.identifier is not None and draft.ready:
                    found.append(draft.identifier)
                elif not (draft.passed and passing):
                    place = f"stdin line {number}: {draft.raw.strip()}"
                    error = IdentifierError(f"{place}: {draft.complaint}")
                    bad.append(error.about(device=draft.mac_text or None, line=number))
                    continue
                for warning in draft.warnings:
                    self.err.warn(f"stdin line {number}: {warning}")

    def confirm(self, session: Session | None, question: str, lines: Sequence[str], count: int) -> None:
        """Ask before something is removed or changed, at the session's account and server if there is one:
        `y`, or the count typed when there are more than 20.

        Raises UsageError without a terminal or when the person declines; nothing has been sent then.
        """
        if getattr(self.arguments, "yes", False):
            return
        if not self.interactive:
            raise UsageError(
                "This needs a confirmation, and there is no terminal to ask at.",
                hint="Add --yes to go ahead without asking. Nothing was sent.",
            )
        with self.err.aloud():
            self.err.list_some(lines)
            if session is not None:
                question = f"At {describe_account(session)}: {question}"
            if count > 20:
                agreed = self.err.ask(f"{question} Type {count} to go ahead:") == str(count)
            else:
                agreed = self.err.ask(f"{question} [y/N]").lower() in {"y", "yes"}
        if not agreed:
            raise UsageError("Not confirmed. Nothing was sent.")

    def read_password(self) -> Secret:
        """The password from REDIRECTORY_PASSWORD, or typed; an empty one in a rehearsal, which keeps none.
        Raises UsageError without either."""
        if self.places.rehearsal:
            return Secret("")
        if self.environ.get("REDIRECTORY_PASSWORD"):
            return Secret(self.environ["REDIRECTORY_PASSWORD"])
        if not self.interactive:
            raise UsageError(
                "No password.", hint="Set REDIRECTORY_PASSWORD, or run this in a terminal to be asked."
            )
        return Secret(self._prompt())


def describe_account(session: Session) -> str:
    """The account that a session is for, by name, user and server."""
    return f"{session.account.name} ({session.account.user} at {session.server_url})"
