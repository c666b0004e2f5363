"""Sign in: server, user, password; the login is tested before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.context.flow import flow, start
from tui.app.context.page import Hint, Page
from tui.app.context.sessions import SignedIn, sign_in
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.toggle import Toggle
from tui.classes import replace
from tui.errors import LoginRefused, RedirectoryError, UsageError
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.settings.accounts import Account
from tui.settings.secrets.credentials import find_kept_password

VENDOR_SERVER = "https://prov.gigaset.net"
NEW_LEAD = "Sign in with the account that Gigaset gave you."
ORDER = ("signin-server", "signin-user", "signin-password", "signin-name")


class SignInPage(Page):
    """One account. What was typed stays after a refused login, the password included."""

    page_id = "signin"
    title = "Sign in"
    needs_session = False
    BINDINGS = bindings("signin")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._account: Account | None = None
        self._edited = False

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(NEW_LEAD, "bold"), classes="lead")
        yield Field("Server", Entry(VENDOR_SERVER, id="signin-server"))
        yield Field("User", Entry(id="signin-user"))
        yield Field("Password", Entry(id="signin-password", password=True))
        yield Field("Name", Entry(id="signin-name", placeholder="what you call this account; free to choose"))
        yield Toggle("keep the password on this machine", id="signin-keep")
        yield Static("", id="signin-where", classes="lead quiet")

    def on_mount(self) -> None:
        self.tell_where(False)

    def focus_first(self) -> None:
        for name in ORDER[1:3]:
            entry = self.query_one(f"#{name}", Entry)
            if not entry.value:
                entry.focus()
                return
        self.query_one("#signin-password", Entry).focus()

    def hints(self) -> Sequence[Hint]:
        return (
            ("⏎", "save" if self._edited else "sign in"),
            ("Tab", "next field"),
            ("Space", "tick the box"),
            ("esc", "back"),
        )

    def start_anew(self) -> None:
        """For an account that is not known yet; what was typed stays, what a known account filled in goes."""
        if self._account is not None:
            self._fill(None)

    def fill(self, account: Account) -> None:
        """Ask for the password of a known account."""
        self._fill(account)

    def edit(self, account: Account) -> None:
        """Change a known account. Without a password its entry is changed and nobody signs in."""
        self._fill(account, edited=True)

    def _fill(self, account: Account | None, *, edited: bool = False) -> None:
        self._account, self._edited = account, edited
        texts = (account.server, account.user, account.name) if account else (VENDOR_SERVER, "", "")
        for name, text in zip(("server", "user", "name"), texts, strict=True):
            self.query_one(f"#signin-{name}", Entry).value = text
        password = self.query_one("#signin-password", Entry)
        password.value = ""
        password.placeholder = "empty: the entry is changed, nobody signs in" if edited else ""
        self.query_one(".lead", Static).update(Content.styled(self._lead(), "bold"))
        self.shell.refresh_hints()
        self.query_one("#signin-name" if edited else f"#{ORDER[2 if account else 1]}", Entry).focus()
        try:
            kept = account is not None and find_kept_password(account, self.desk.places) is not None
            self.query_one(Toggle).on = kept
        except RedirectoryError as error:
            self.shell.show_error(error)

    def _lead(self) -> str:
        if self._account is None:
            return NEW_LEAD
        name = make_inert(self._account.name)
        return f"Edit the account {name}." if self._edited else f"The password of {name} is not kept here."

    @on(Toggle.Turned)
    def turned(self, event: Toggle.Turned) -> None:
        self.tell_where(event.on)

    def tell_where(self, keep: bool) -> None:
        """Say what becomes of the password."""
        self.query_one("#signin-where", Static).update(
            Content(
                f"It goes into {self.desk.places.passwords_file}, in clear, readable by you only (mode 0600)."
                if keep
                else "It stays in memory until you leave. A password_command in config.toml, or "
                "REDIRECTORY_PASSWORD, spares the typing."
            )
        )

    @on(Input.Changed, "#signin-server")
    def judge_server(self, event: Input.Changed) -> None:
        from tui.services.session import check_server

        field = event.input.parent
        if not isinstance(field, Field):
            return
        if not event.value.strip():
            field.note("")
            return
        try:
            address = check_server(event.value.strip())
        except RedirectoryError as error:
            field.note(f"✗ {error.detail or error.title}", "bad")
            return
        plain = address.startswith("http://") and not address.startswith(
            ("http://127.", "http://localhost", "http://[")
        )
        field.note(
            "! plain http: the password crosses the network in clear" if plain else "✓",
            "doubt" if plain else "good",
        )

    @on(Input.Submitted)
    @on(Toggle.Entered)
    def entered(self) -> None:
        if self._edited and not self.query_one("#signin-password", Entry).value:
            self.save_entry()
            return
        empty = [name for name in ORDER[:3] if not self.query_one(f"#{name}", Entry).value]
        if empty and not self.query_one(f"#{empty[0]}", Entry).has_focus:
            self.query_one(f"#{empty[0]}", Entry).focus()
        elif not empty:
            self.action_submit()

    @flow
    async def action_submit(self) -> None:
        server, user, password, name = (self.query_one(f"#{name}", Entry).value for name in ORDER)
        server, user = server.strip(), user.strip()
        try:
            for what, text in (("server", server), ("user", user), ("password", password)):
                if not text:
                    raise UsageError(f"The {what} is empty", hint="All three are needed to sign in.")
            account = self._named(server, user, name.strip())
            from tui.services.session import open_session

            with open_session(account, Secret(""), self.desk.places, self.desk.config) as trial:
                warnings = trial.warnings
        except RedirectoryError as error:
            self.shell.show_error(error)
            return
        if warnings:
            from tui.app.dialogs.questions.confirm import ConfirmDialog

            agreed = await self.ask(
                ConfirmDialog(
                    "Plain http",
                    warnings,
                    verb="sign in all the same",
                    note="Use https where the server has it.",
                )
            )
            if not agreed:
                return
        if await self.shell.may_leave_account():
            await self._sign_in(account, Secret(password))

    def _named(self, server: str, user: str, name: str) -> Account:
        known = self._account
        if known is not None and (known.server, known.user, known.name) == (server, user, name):
            return known
        host = server.partition("://")[2] or server
        name = name or f"{user}@{host.partition('/')[0]}"
        if known is not None and known.server == server:
            # The way to the server stays: its certificates, and the proxy.
            return replace(known, name=name, user=user, password_command=None, source="accounts")
        return Account(name, server, user)

    def save_entry(self) -> None:
        """Change the entry of the edited account: name, server, user, and whether its password stays."""
        from tui.services.accounts import edit_entry

        old, keep, places = self._account, self.query_one(Toggle).on, self.desk.places
        if old is None:
            return
        server, user, _, name = (self.query_one(f"#{part}", Entry).value.strip() for part in ORDER)
        new = replace(old, server=server, user=user, name=name)
        try:
            said = edit_entry(places, old, new, keep=keep)
        except RedirectoryError as error:
            self.shell.show_error(error)
            return
        self.shell.account_renamed(old, new)
        self._fill(None)
        self.shell.say(said)
        self.shell.show_page("settings")

    async def _sign_in(self, account: Account, password: Secret) -> None:
        """Test the login, then keep what is to be kept: who stops waiting for the answer has changed
        nothing."""
        from tui.services.accounts import refuse_taken, save_signed_in

        places, config, keep = self.desk.places, self.desk.config, self.query_one(Toggle).on
        edited = self._account if self._edited else None
        remember = not self.desk.demo and account.source in ("accounts", "config")

        def test() -> SignedIn:
            if remember:
                refuse_taken(places, account, edited)
            return sign_in(account, password, places, config)

        try:
            done = await self.value(
                test, "sign in", "Signing in", account=False, put_away=lambda done: done.session.close()
            )
        except LoginRefused:
            self.query_one("#signin-password", Entry).focus()
            raise
        if remember:
            start(
                self,
                self.value(
                    lambda: save_signed_in(places, account, password, keep=keep, edited=edited),
                    "keep",
                    "Keeping the account",
                    account=False,
                ),
            )
        self._fill(None)
        await self.shell.use_session(done.session)
        self.shell.say(f"Signed in; the server answered in {done.milliseconds:.0f} ms.")

    def action_leave(self) -> None:
        self.shell.show_page("register" if self.desk.signed_in else "start")

    def back(self) -> bool:
        if not super().back():
            self.action_leave()
        return True
