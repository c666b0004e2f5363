"""How the app comes by a session; runs in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.services.session import Session


def rehearse() -> Session:
    """The throw-away sandbox with sample devices."""
    from tui.services.session import open_rehearsal

    return open_rehearsal(sample=200)
