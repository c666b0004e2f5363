"""`y`: a fact of one device, or of several, sent to the terminal's clipboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui.app.dialogs.questions.copying import CopyDialog
from tui.model.device import DeviceCard, DeviceRow
from tui.model.vendor import DEFAULT_DVID

if TYPE_CHECKING:
    from tui.app.context.page import Page
    from tui.services.storage.vault import VaultEntry


async def copy_fact(page: Page, cards: Sequence[DeviceCard], reveal: bool) -> None:
    """Ask which fact of these devices is wanted, and copy it."""
    dvid = page.desk.session.dvid if page.desk.signed_in else DEFAULT_DVID
    if len(cards) == 1 and cards[0].trouble:
        page.shell.say(cards[0].trouble)
    fact = await page.ask(CopyDialog(cards, reveal, dvid))
    if fact is not None:
        page.shell.copy(fact.text, fact.describe(cards))


def make_cards(rows: Sequence[DeviceRow], known: Mapping[str, VaultEntry], trouble: str) -> list[DeviceCard]:
    """Cards of rows of the list, with what the vault knows of them."""
    cards = []
    for mac, provider, url, date in rows:
        entry = known.get(mac)
        mac_id, password = (entry.mac_id, entry.password) if entry is not None else (None, None)
        cards.append(DeviceCard(mac, True, provider, url, date, mac_id, password, trouble=trouble))
    return cards
