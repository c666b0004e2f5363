"""The journal of this machine, opened by commands that merge into its vault, seal it or open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tui.cli.desk import Desk

if TYPE_CHECKING:
    from tui.services.storage.journal import Journal


@contextmanager
def open_own_journal(desk: Desk) -> Iterator[Journal]:
    """The journal of this machine, made if missing; for a dry run where there is none, an empty one that goes
    at the end. Raises StoreError."""
    from pathlib import Path

    from tui.services.storage.journal import Journal
    from tui.services.storage.vault_key import ask_for_key
    from tui.settings.files.private import is_there, make_throwaway

    path = desk.places.journal_file
    with ExitStack() as stack:
        if desk.arguments.dry_run and not is_there(path):
            path = Path(stack.enter_context(make_throwaway("try"))) / path.name
        yield stack.enter_context(Journal(path, ask_for_key(desk.places)))
