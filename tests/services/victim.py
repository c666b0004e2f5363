"""A process that carries out a change and is killed by the system at a chosen step.

Arguments: the sandbox's address, the home folder, the deed, and the number of the fatal step.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.services.desk import KEY, NEW, at, phones
from tests.services.tripwire import Tripwire, make_mortal
from tui.intake.rows import make_draft
from tui.model.secrets import Secret
from tui.services.changes.planning import apply, plan
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.undoing import preview_undo, undo
from tui.services.session import Batching, Session
from tui.settings.accounts import Account
from tui.settings.files.paths import gather_places
from tui.wire.client import RedirectClient

PHONES = phones(12)
DEEDS: dict[str, Any] = {
    "register": lambda session: register(session, at(PHONES)),
    "deregister": lambda session: deregister(session, PHONES),
    "retarget": lambda session: retarget(session, PHONES, url=NEW.url, provider=NEW.provider),
    "undo": lambda session: undo(session, preview_undo(session)),
    "apply": lambda session: apply(
        session,
        plan(
            session,
            [make_draft(1, one.wire, one.wire, NEW.url, NEW.provider) for one in phones(8, start=2)],
            prune=True,
            everything=True,
        ),
        bare=True,
    ),
}


def connect_to(url: str, home: Path, wire: Tripwire | None = None) -> Session:
    """A session over HTTP; with `wire` its process dies at the chosen step."""
    around = nullcontext if wire is None else wire.around

    class MortalClient(RedirectClient):
        def _call(self, name: str, params: list[Any]) -> Any:
            with around():
                return super()._call(name, params)

    session = Session(
        Account("demo", url, "demo"),
        gather_places(home),
        lambda: MortalClient(url, "demo", Secret("demo")),
        server_url=url,
        account_key=KEY,
        title="demo",
    )
    session.batching = Batching(3, 2)
    if wire is not None:
        make_mortal(session, None, wire)
    return session


if __name__ == "__main__":
    address, folder, deed, fatal = sys.argv[1:]
    tripwire = Tripwire(int(fatal), lambda: os.kill(os.getpid(), signal.SIGKILL))
    for _ in DEEDS[deed](connect_to(address, Path(folder), tripwire)):
        pass
