"""What a removal costs before it is done: devices whose MAC-ID is not known here may not come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.app.widgets.device_lines import spell_count
from tui.model.addresses import Identifier
from tui.model.identifiers import recognise
from tui.model.text.inert import make_inert

if TYPE_CHECKING:
    from tui.app.context.shell import Shell
    from tui.app.dialogs.questions.retarget import Give
    from tui.services.session import Session

_ABOUT = (
    "One MAC-ID a line, as on the label. Only these devices are taken; a line without its four digits is "
    "left as it is. Nothing is sent."
)


def tell_return(total: int, missing: int) -> str:
    """Whether `z` brings the devices back, as far as that can be known before."""
    from tui.services.messages import way_back

    return f"{'! ' if missing else ''}{way_back(total, missing, 'z')}"


async def ask_mac_ids(shell: Shell, session: Session, missing: Sequence[Identifier]) -> None:
    """A box with the MACs whose MAC-ID is not known, until all that it says can be taken or it is closed;
    what is completed goes to the vault. Raises StoreError."""
    from tui.app.dialogs.questions.paste import PasteSheet

    count = spell_count(len(missing))
    title = f"MAC-IDs of {count} device{'' if len(missing) == 1 else 's'}"
    typed: str | None = "\n".join(f"{one.mac}-" for one in missing)
    while (typed := await shell.push_screen_wait(PasteSheet(title, _ABOUT, typed or ""))) is not None:
        found, wrong = read_mac_ids(typed, {one.mac for one in missing})
        if not wrong:
            await _keep(shell, session, found)
            return
        more = f" and {len(wrong) - 1} more" if wrong[1:] else ""
        shell.say(f"Not taken: {wrong[0]}{more}", "warning")


def ask_for_missing(shell: Shell, session: Session) -> Give:
    """Asks for MAC-IDs and tells which of them are not in the vault after that."""
    from tui.services.changes.retargeting import missing_mac_ids

    async def ask(missing: list[Identifier]) -> list[Identifier]:
        await ask_mac_ids(shell, session, missing)
        return await shell.desk.work.value(
            lambda: missing_mac_ids(session, missing),
            owner=shell,
            group="vault",
            title="Looking into the vault",
        )

    return ask


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


async def _keep(shell: Shell, session: Session, found: Mapping[str, Identifier]) -> None:
    def remember() -> None:
        for identifier in found.values():
            session.journal.remember(session.account_key, identifier, None)

    await shell.desk.work.value(
        remember, owner=shell, group="mac ids", title="Keeping the MAC-IDs", account=False
    )
    if found:
        word = "MAC-ID" if len(found) == 1 else "MAC-IDs"
        shell.say(f"{spell_count(len(found))} {word} kept on this machine.")
