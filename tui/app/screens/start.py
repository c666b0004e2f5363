"""First start: no account yet. Three choices, each one key away."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.app.actions import bindings
from tui.app.page import Hint, Page
from tui.app.widgets.choices import Choices

CHOICES = (
    ("Try it now", "the sandbox: a redirect server on this machine, with devices"),
    ("Sign in", "with the server, user and password that Gigaset gave you"),
    ("Read the tour", "what each screen does, in one page"),
)


class StartPage(Page):
    """Try it now, sign in, or read the tour."""

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
        self.query_one(Choices).fill(
            [Content.assemble((f"{name:<16}", "bold"), (about, "dim")) for name, about in CHOICES]
        )

    def focus_first(self) -> None:
        self.query_one(Choices).focus()

    def hints(self) -> Sequence[Hint]:
        return ("start.choose", "start.try-it", "start.sign-in", "start.tour", "app.quit")

    @on(Choices.Chosen, "#start-choices")
    async def chosen(self, event: Choices.Chosen) -> None:
        await (self.action_try_it, self.action_sign_in, self.action_tour)[event.index]()

    def action_choose(self) -> None:
        self.query_one(Choices).action_choose()

    async def action_try_it(self) -> None:
        await self.frame.action_sandbox()

    async def action_sign_in(self) -> None:
        await self.frame.action_sign_in()

    async def action_tour(self) -> None:
        from tui.app.dialogs.tour import Tour

        self.app.push_screen(Tour())
