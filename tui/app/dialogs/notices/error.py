"""What happened, to what, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.presentation.wording import say_keys
from tui.errors import RedirectoryError
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

OPEN = 4  # the exit code of an error after which outcomes are not known


class ErrorDialog(Sheet[None]):
    """Title, detail, hint of one error. Nothing that was typed is touched."""

    BINDINGS = bindings("notice")

    def __init__(self, error: RedirectoryError) -> None:
        super().__init__("Stopped in the middle" if error.exit_code == OPEN else "Not done")
        self.error = error

    def compose_body(self) -> ComposeResult:
        yield paragraph(Content.styled(f"✗ {_safe(self.error.title)}", "bold $bad"))
        if self.error.detail:
            yield paragraph(_safe(self.error.detail))
        if self.error.hint:
            yield paragraph(Content.styled(_safe(self.error.hint), "dim"))

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("⏎", "close"), ("dialog.close", "close"))


def _safe(text: str) -> str:
    return mask_credentials("\n".join(make_inert(line) for line in say_keys(text).splitlines()))
