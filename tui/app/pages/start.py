"""First start, and after signing out: the accounts that are known, and three choices, each one key away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.app.actions import bindings
from tui.app.context.page import Hint, Page
from tui.app.widgets.choices import Choices
from tui.app.widgets.device_lines import fit
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.settings.accounts import Account

CHOICES = (
    ("Try it now", "the sandbox: a redirect server here, with sample devices"),
    ("Sign in", "with the server, user and password that Gigaset gave you"),
    ("Read the tour", "what each screen does, in one page"),
)


class StartPage(Page):
    """The known accounts, then: try it now, sign in, or read the tour."""

    page_id = "start"
    title = "First start"
    needs_session = False
    BINDINGS = bindings("start")

    def compose(self) -> ComposeResult:
        with Vertical(id="start"):
            yield Static(Content.styled("Where do your phones get their configuration from?", "bold"))
            yield Static(
                Content.styled(
                    "Redirectory tells the Gigaset Redirect server where each phone finds its provisioning, "
                    "looks devices up, and keeps a record of every change.",
                    "dim",
                )
            )
            yield Choices(id="start-choices")
            yield Static(
                Content.styled(
                    "The sandbox never touches a real phone, and always says that it is the sandbox.", "dim"
                )
            )

    def on_mount(self) -> None:
        self.accounts: tuple[Account, ...] = ()

    def shown(self) -> None:
        """Read the accounts again: Settings or the command line may have changed them."""
        from tui.settings.accounts import load_accounts

        self.accounts = load_accounts(self.desk.places, self.desk.config).accounts
        known = [
            (make_inert(account.name), mask_credentials(make_inert(f"{account.user} at {account.server}")))
            for account in self.accounts
        ]
        self.query_one(Choices).fill(
            [
                Content.assemble((f"{fit(name, 15)} ", "bold"), (about, "dim"))
                for name, about in (*known, *CHOICES)
            ]
        )

    def focus_first(self) -> None:
        self.query_one(Choices).focus()

    def hints(self) -> Sequence[Hint]:
        return ("start.choose", "start.try-it", "start.sign-in", "start.tour", "app.quit")

    @on(Choices.Chosen, "#start-choices")
    async def chosen(self, event: Choices.Chosen) -> None:
        if event.index < len(self.accounts):
            self.shell.open_account(self.accounts[event.index])
            return
        own = ("try_it", "sign_in", "tour")
        await self.run_action(own[event.index - len(self.accounts)])

    def action_choose(self) -> None:
        self.query_one(Choices).action_choose()

    def action_try_it(self) -> None:
        self.shell.action_sandbox()

    async def action_sign_in(self) -> None:
        await self.shell.action_sign_in()

    async def action_tour(self) -> None:
        from tui.app.dialogs.notices.tour import Tour

        self.app.push_screen(Tour())
