"""The part of the app that changes sessions."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.app import App

from tui.app.context.desk import Desk
from tui.app.context.flow import flow
from tui.app.context.page import Page
from tui.app.flows.interrupted import tell_interruptions
from tui.app.presentation.jobs import list_jobs
from tui.errors import RedirectoryError
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.shell import Shell
    from tui.services.session import Session
    from tui.settings.accounts import Account


class AccountForm(Protocol):
    """The page Sign in."""

    def start_anew(self) -> None: ...
    def fill(self, account: Account) -> None: ...
    def edit(self, account: Account) -> None: ...


class AccountSwitching(App[int]):
    """Sign in, switch, sign out, rehearse. The frame brings the pages.

    The account in front never changes under a dialog: what the dialog is about, and what its answer does,
    belong to the account that was in front when it opened.
    """

    desk: Desk
    _account: Account | None
    _openings: int
    _pages: dict[str, Page]
    _page: Page | None
    _arrived: Session | None = None
    _switched = False

    if TYPE_CHECKING:

        async def bring_front(self, page_id: str, carried: str | None = None) -> None: ...
        def draw_title(self) -> None: ...
        def say(self, text: str, severity: Any = "information") -> None: ...
        def show_error(self, error: RedirectoryError) -> None: ...

        @property
        def typing(self) -> bool: ...

    @flow
    async def open_with(self, opener: Callable[[], Session], title: str) -> None:
        """Open a session in the worker; pages learn of it through `session_changed`."""
        self._openings += 1
        try:
            session = await self.desk.work.value(
                opener,
                owner=self,
                group="session",
                title=title,
                account=False,
                put_away=lambda session: session.close(),
            )
        except RedirectoryError:
            self._switched = False
            if self._account is not None:
                await self.ask_password(self._account)
                if not self.has_password(self._account):
                    return
            elif self._page is not None and self._page.needs_session and not self.desk.signed_in:
                await self.bring_front("start")
            raise
        finally:
            self._openings -= 1
            self.draw_title()
        if self._remembered(session):
            self._remember(session.account.name)
        await self.use_session(session)

    @flow
    async def _remember(self, name: str) -> None:
        from tui.settings.accounts import use_account

        places = self.desk.places
        await self.desk.work.value(
            lambda: use_account(places, name),
            owner=self,
            group="remember",
            title="Remembering the account",
            account=False,
        )

    def _remembered(self, session: Session) -> bool:
        """Whether the account was switched to here: one named for this run only is not remembered."""
        switched, self._switched = self._switched, False
        return switched and not self.desk.demo and session.account.source in ("accounts", "config")

    async def use_session(self, session: Session | None) -> None:
        """Put this session on the desk and tell every page. The one before is closed, unless a job of its
        own keeps it open. While a dialog is open the session waits for the dialog to close.
        """
        if session is not None and self.desk.signed_in and len(self.screen_stack) > 1:
            if self._arrived is not None:
                self._arrived.close()
            self._arrived = session
            return
        self.desk.take(session)
        for page in self._pages.values():
            page.session_changed()
        self.draw_title()
        if session is not None:
            self.look_for_interruptions()
            for warning in session.warnings:
                self.say(warning, "warning")
            if self._page is not None and not self._page.needs_session and self._page.page_id != "settings":
                await self.bring_front("register")
        elif self._page is not None and self._page.needs_session:
            await self.bring_front("start")

    @flow
    async def look_for_interruptions(self) -> None:
        """Tell what an earlier run left open in the account in front."""
        await tell_interruptions(cast("Shell", self))

    async def dialogs_closed(self) -> None:
        """The last dialog has closed: a session that was opened meanwhile comes to the front."""
        session, self._arrived = self._arrived, None
        if session is not None:
            await self.use_session(session)

    async def may_leave_account(self) -> bool:
        """Whether the person wants to leave the account in front although changes or jobs of it run."""
        work = self.desk.work
        running = [ticket for ticket in work.unfinished if not work.is_elsewhere(ticket)]
        if not running or not self.desk.signed_in:
            return True
        from tui.app.dialogs.questions.confirm import ConfirmDialog

        name = make_inert(self.desk.session.account.name)
        agreed = await self.push_screen_wait(
            ConfirmDialog(
                f"Leave {name} while this still runs?",
                list_jobs(running, work),
                verb="leave the account",
                note=f"It goes on in {name} and is written into its History. F9 lists it, pauses and cancels "
                "it; the screens show the other account.",
            )
        )
        return agreed is True

    @flow
    async def action_sandbox(self) -> None:
        from tui.app.context.sessions import rehearse

        if await self.may_leave_account():
            self._account, self._switched = None, False
            self.open_with(rehearse, "Opening the sandbox")

    async def action_sign_in(self) -> None:
        (await self._sign_in_page()).start_anew()

    async def ask_password(self, account: Account) -> None:
        """Sign in to a known account whose password this machine does not have."""
        (await self._sign_in_page()).fill(account)

    async def edit_account(self, account: Account) -> None:
        """Change name, server, user or password of a known account."""
        (await self._sign_in_page()).edit(account)

    async def _sign_in_page(self) -> AccountForm:
        await self.bring_front("signin")
        return cast(AccountForm, self._page)

    def account_renamed(self, old: Account, new: Account) -> None:
        """The entry of an account was edited: the session in front goes by its new name if it is the same
        login; else it stays what it is until the account is opened again.
        """
        if self.desk.signed_in and self.desk.session.account == old:
            if (old.server, old.user) == (new.server, new.user):
                self.desk.session.rename(new)
                self.draw_title()
            else:
                self.say("The session in front is still the one before: Enter on the account opens it anew.")

    def has_password(self, account: Account) -> bool:
        """Whether the account can be opened without asking; True where only trying tells."""
        from tui.settings.secrets.credentials import has_password

        try:
            return has_password(account, self.desk.places, os.environ)
        except RedirectoryError:
            return True

    @flow
    async def open_account(self, account: Account) -> None:
        """Switch to an account and remember it as the one in use; without a password here it is asked for."""
        from tui.app.context.sessions import opener_for

        if not self.has_password(account):
            await self.ask_password(account)
        elif await self.may_leave_account():
            self._account, self._switched = account, True
            self.open_with(
                opener_for(account, self.desk.places, self.desk.config), f"Opening {make_inert(account.name)}"
            )

    @flow
    async def action_sign_out(self) -> None:
        if await self.may_leave_account():
            await self.use_session(None)
            self.say("Signed out. What was typed is still there after the next sign-in.")
