"""1 Register: three fields, what the phone will request, and what was registered here today."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.app.actions import bindings
from tui.app.page import Hint, Page
from tui.app.widgets.field import Entry, Field


class RegisterPage(Page):
    """Register one device, or scan many."""

    page_id = "register"
    title = "Register"
    BINDINGS = bindings("register")

    def compose(self) -> ComposeResult:
        yield Field("MAC-ID", Entry(id="register-mac", several=True))
        yield Field("URL", Entry(id="register-url"))
        yield Field("Provider", Entry(id="register-provider"))

    def hints(self) -> Sequence[Hint]:
        return ("register.submit", "register.presets", "register.save-preset", "register.paste")
