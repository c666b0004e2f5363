"""Leaving: nothing new is sent, and what is in flight is waited for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from tui.app.actions import bindings
from tui.app.dialogs.sheet import Sheet, paragraph
from tui.app.presentation.jobs import list_jobs
from tui.app.worker.work import Work


class LeavingDialog(Sheet[bool]):
    """Dismissed with True by itself when every change is settled, or by `y`, which leaves at once."""

    BINDINGS = bindings("leaving")

    def __init__(self, work: Work) -> None:
        super().__init__("Leaving")
        self._work = work

    def compose_body(self) -> ComposeResult:
        yield Static("", id="leaving-jobs", markup=False)
        yield paragraph("")
        yield paragraph(
            "Nothing new is sent. The calls in flight are waited for, so that their answers are kept. "
            "What is left open by leaving now is asked about at the next start.",
            "quiet",
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("leaving.leave", "leave now"), ("dialog.close", "stay; the rest is cancelled"))

    def on_mount(self) -> None:
        super().on_mount()
        self._look()
        self.set_interval(0.2, self._look)

    def _look(self) -> None:
        if not self.is_open:
            return
        running = self._work.unfinished
        if not running:
            self.dismiss(True)
        self.query_one("#leaving-jobs", Static).update("\n".join(list_jobs(running, self._work)))

    def action_leave(self) -> None:
        self.dismiss(True)

    def action_abandon(self) -> None:
        self.dismiss(False)
