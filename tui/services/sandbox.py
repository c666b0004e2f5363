"""The sandbox for scripts: served over HTTP, its switches, and the phone's side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.errors import UsageError
from tui.model.identifiers import parse_identifier

if TYPE_CHECKING:
    from tui.server.switching.switches import Switch


def list_switches() -> Sequence[Switch]:
    """Every switch of the sandbox, in the order in which they are explained."""
    from tui.server.switching.switches import SWITCHES

    return list(SWITCHES.values())


def serve_sandbox(
    *,
    host: str,
    port: int,
    store: Path | None,
    user: str,
    password: str,
    sample: int,
    switches: Sequence[str],
    allow_remote: bool,
    announce: Callable[[str], None],
) -> None:
    """Serve until interrupted; `announce` gets the URL once the sandbox answers.

    Raises UsageError for an unknown switch, an address that other machines reach (unless allowed) or a port
    that is taken, StoreError for a store that cannot be used.
    """
    from tui.server.http.serve import serve
    from tui.server.sandbox import Sandbox

    if not user or ":" in user:
        raise UsageError(f"Not a user name for the sandbox: {user!r}.", hint="It must have no colon.")
    with Sandbox(store, accounts={user: password}, sample=sample, switches=switches) as sandbox:
        serve(sandbox, host, port, announce, allow_remote=allow_remote)


def play_phone(server: str, mac: str, password: str | None) -> str:
    """The provisioning URL that the sandbox at `server` gives to this phone, made inert.

    Without `password` it is the one that the sandbox derives for a device whose suffix nobody named. Raises
    IdentifierError and the errors of `tui.server.phone.play_phone`.
    """
    from tui.server.catalogue import derive_password
    from tui.server.phone import play_phone as play

    identifier = parse_identifier(mac)
    return play(server, identifier.mac, password or derive_password(identifier.mac, identifier.suffix))
