"""What a removal costs before it is done: devices whose MAC-ID is not known here may not come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.app.widgets.device_lines import spell_count
from tui.errors import RedirectoryError
from tui.model.identifiers import Identifier, recognise
from tui.model.text import make_inert

if TYPE_CHECKING:
    from tui.app.app import RedirectoryApp
    from tui.services.session import Session

_ABOUT = (
    "One MAC-ID a line, as on the label. Only these devices are taken; a line without its four digits is "
    "left as it is. Nothing is sent."
)


def tell_return(total: int, missing: int) -> str:
    """Whether `z` brings the devices back, as far as that can be known before."""
    from tui.services.messages import way_back

    return f"{'! ' if missing else ''}{way_back(total, missing, 'z')}"


def ask_mac_ids(
    app: RedirectoryApp, session: Session, missing: Sequence[Identifier], then: Callable[[], None]
) -> None:
    """A box with the MACs whose MAC-ID is not known; what is completed goes to the vault, then `then`."""
    _show_box(app, session, missing, then, "\n".join(f"{one.mac}-" for one in missing))


def _show_box(
    app: RedirectoryApp,
    session: Session,
    missing: Sequence[Identifier],
    then: Callable[[], None],
    text: str,
) -> None:
    from tui.app.dialogs.paste import PasteSheet

    def taken(typed: str | None) -> None:
        if typed is None:
            then()
            return
        found, wrong = read_mac_ids(typed, {one.mac for one in missing})
        if wrong:
            app.say(
                f"Not taken: {wrong[0]}" + (f" and {len(wrong) - 1} more" if wrong[1:] else ""), "warning"
            )
            _show_box(app, session, missing, then, typed)
            return
        app.run_worker(_keep(app, session, found, then), group="mac ids", exclusive=True)

    count = spell_count(len(missing))
    app.push_screen(
        PasteSheet(f"MAC-IDs of {count} device{'' if len(missing) == 1 else 's'}", _ABOUT, text), taken
    )


def read_mac_ids(text: str, wanted: Iterable[str]) -> tuple[Mapping[str, Identifier], list[str]]:
    """MAC-IDs by MAC, and the lines that are none, name another device, or contradict an earlier line."""
    wanted, found, wrong = set(wanted), dict[str, Identifier](), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip().rstrip("-")
        if not bare:
            continue
        identifier = recognise(bare).identifier
        if identifier is None:
            wrong.append(f"line {number} is no MAC-ID: {make_inert(bare[:40])}")
        elif identifier.mac not in wanted:
            wrong.append(f"line {number}: {identifier.mac} is not one of these devices")
        elif identifier.suffix and found.setdefault(identifier.mac, identifier) != identifier:
            wrong.append(f"line {number}: {identifier.mac} has two MAC-IDs")
    return found, wrong


async def _keep(
    app: RedirectoryApp, session: Session, found: Mapping[str, Identifier], then: Callable[[], None]
) -> None:
    def remember() -> None:
        for identifier in found.values():
            session.journal.remember(session.account_key, identifier, None)

    try:
        await asyncio.to_thread(remember)
    except RedirectoryError as error:
        app.show_error(error)
        return
    if found:
        app.say(f"{spell_count(len(found))} MAC-ID{'' if len(found) == 1 else 's'} kept on this machine.")
    then()
