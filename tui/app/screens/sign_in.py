"""Sign in: server, user, password; the login is tested before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.actions import bindings
from tui.app.messages import Failed, Items
from tui.app.page import Hint, Page
from tui.app.sessions import SignedIn, sign_in
from tui.app.widgets.field import Entry, Field
from tui.app.widgets.toggle import Toggle
from tui.app.work import Ticket
from tui.errors import LoginRefused, RedirectoryError, UsageError
from tui.model.secrets import Secret
from tui.settings.accounts import Account
from tui.settings.credentials import find_kept_password

VENDOR_SERVER = "https://prov.gigaset.net"
ORDER = ("signin-server", "signin-user", "signin-password", "signin-name")


class SignInPage(Page):
    """One account. What was typed stays after a refused login, the password included."""

    page_id = "signin"
    title = "Sign in"
    needs_session = False
    BINDINGS = bindings("signin")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ticket: Ticket | None = None
        self._account: Account | None = None

    def compose(self) -> ComposeResult:
        yield Static(
            Content.styled("Sign in with the account that Gigaset gave you.", "bold"), classes="lead"
        )
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
        return (("⏎", "sign in"), ("Tab", "next field"), ("Space", "tick the box"), ("esc", "back"))

    def fill(self, account: Account) -> None:
        """Ask for the password of a known account."""
        self._account = account
        for name, text in (("server", account.server), ("user", account.user), ("name", account.name)):
            self.query_one(f"#signin-{name}", Entry).value = text
        self.query_one("#signin-password", Entry).value = ""
        self.query_one("#signin-password", Entry).focus()
        try:
            self.query_one(Toggle).on = find_kept_password(account, self.desk.places) is not None
        except RedirectoryError as error:
            self.frame.show_error(error)

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
        empty = [name for name in ORDER[:3] if not self.query_one(f"#{name}", Entry).value]
        if empty and not self.query_one(f"#{empty[0]}", Entry).has_focus:
            self.query_one(f"#{empty[0]}", Entry).focus()
        elif not empty:
            self.action_submit()

    def action_submit(self) -> None:
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
            self.frame.show_error(error)
            return
        if warnings:
            from tui.app.dialogs.confirm import ConfirmDialog

            self.app.push_screen(
                ConfirmDialog(
                    "Plain http",
                    warnings,
                    verb="sign in all the same",
                    note="Use https where the server has it.",
                ),
                lambda agreed: self._send(account, Secret(password)) if agreed else None,
            )
        else:
            self._send(account, Secret(password))

    def _named(self, server: str, user: str, name: str) -> Account:
        known = self._account
        if known is not None and (known.server, known.user, known.name) == (server, user, name):
            return known
        host = server.partition("://")[2] or server
        return Account(name or f"{user}@{host.partition('/')[0]}", server, user)

    def _send(self, account: Account, password: Secret) -> None:
        places, config, edited = self.desk.places, self.desk.config, self._account
        keep = self.query_one(Toggle).on
        remember = not self.desk.demo and account.source in ("accounts", "config")
        self._ticket = self.desk.work.ask(
            lambda: sign_in(account, password, places, config, remember=remember, keep=keep, edited=edited),
            owner=self,
            group="sign in",
            title="Signing in",
            account=False,
        )

    @on(Items)
    async def signed_in(self, event: Items) -> None:
        event.stop()
        if event.ticket is not self._ticket:
            return
        done: SignedIn = event.values[0]
        self.query_one("#signin-password", Entry).value = ""
        await self.frame.use_session(done.session)
        if done.trouble is not None:
            self.frame.show_error(done.trouble)
        else:
            self.frame.say(f"Signed in; the server answered in {done.milliseconds:.0f} ms.")

    @on(Failed)
    def refused(self, event: Failed) -> None:
        if isinstance(event.error, LoginRefused):
            self.query_one("#signin-password", Entry).focus()

    def action_leave(self) -> None:
        self.frame.show_page("register" if self.desk.signed_in else "start")

    def back(self) -> bool:
        if not super().back():
            self.action_leave()
        return True
