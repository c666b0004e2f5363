"""`y`: which fact of a device, or of several, goes to the terminal's clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content

from tui.app.dialogs.sheet import Sheet
from tui.app.widgets.choices import Choices
from tui.app.widgets.device_lines import spell_count
from tui.model.device import DeviceCard
from tui.model.secrets import MASK, mask_credentials
from tui.model.template import expand
from tui.model.text.csv_cells import write_tsv_line
from tui.model.text.inert import make_inert

ALL = "y"
_LABEL = 17
_HIDDEN = "credentials masked: v reveals them first"


class Fact(NamedTuple):
    """What can be copied: `text` as it goes, `shown` on the screen; `key` takes it at once."""

    key: str
    name: str
    text: str
    shown: str
    note: str = ""

    def describe(self, cards: Sequence[DeviceCard]) -> str:
        """`the URL of 7C2F80900061`, `the MACs of 3 devices`."""
        if len(cards) > 1:
            return f"{self.name}, {spell_count(len(cards))} devices"
        return f"{self.name if self.name[:3].isupper() else self.name.lower()} of {cards[0].mac}"


def list_facts(cards: Sequence[DeviceCard], reveal: bool, dvid: str) -> list[Fact]:
    """The facts of one device, or of several a line each, the likeliest first. A MAC password is offered of
    one device only; URLs carry credentials only where these are revealed."""
    one = cards[0] if len(cards) == 1 else None
    found = [card for card in cards if card.found]
    facts = []
    if any(card.mac_id for card in cards):
        bare = 0 if one else sum(not card.mac_id for card in cards)
        note = f"the bare MAC of {spell_count(bare)}, whose MAC-IDs are not known here" if bare else ""
        facts.append(_fact("i", "MAC-ID", [card.mac_id or card.mac for card in cards], note))
    facts.append(_fact("m", "MAC", [card.mac for card in cards]))
    if one and one.password is not None:
        secret = one.password.reveal()
        facts.append(Fact("p", "MAC password", secret, secret if reveal else f"{secret[:4]}{MASK}"))
    if found:
        urls = [_hide(card.url, reveal) for card in found]
        asked = [expand(url, card.mac, dvid) for url, card in zip(urls, found, strict=True)]
        masked = urls != [card.url for card in found]
        facts.append(_fact("u", "URL", urls, _HIDDEN if masked else ""))
        if asked != urls:
            facts.append(_fact("a", "URL as asked", asked))
        facts.append(_fact("n", "Provider", [_hide(card.provider, reveal) for card in found]))
    every = "\n".join(_all_of(cards, reveal))
    facts.append(Fact(ALL, "Everything", every, "a line for each fact" if one else "a line for each device"))
    return facts


def _fact(key: str, name: str, texts: Sequence[str], note: str = "") -> Fact:
    shown = texts[0] if len(texts) == 1 else f"{spell_count(len(texts))} lines"
    return Fact(key, name, "\n".join(texts), shown, note)


def _all_of(cards: Sequence[DeviceCard], reveal: bool) -> list[str]:
    if len(cards) > 1:
        return [
            write_tsv_line(
                (card.mac, _hide(card.provider, reveal), _hide(card.url, reveal), card.server_date)
            )
            for card in cards
        ]
    card = cards[0]
    pairs = [("MAC", card.mac), ("MAC-ID", card.mac_id or "")]
    if reveal and card.password is not None:
        pairs.append(("MAC password", card.password.reveal()))
    if card.found:
        pairs += [
            ("Provider", _hide(card.provider, reveal)),
            ("URL", _hide(card.url, reveal)),
            ("Server date", card.server_date),
        ]
    return [write_tsv_line(pair) for pair in pairs if pair[1]]


def _hide(text: str, reveal: bool) -> str:
    return text if reveal else mask_credentials(text)


class CopyDialog(Sheet[Fact]):
    """Dismissed with the fact that is to be copied."""

    ASKS = False

    def __init__(self, cards: Sequence[DeviceCard], reveal: bool, dvid: str) -> None:
        what = cards[0].mac if len(cards) == 1 else f"{spell_count(len(cards))} devices"
        super().__init__(f"Copy of {what}")
        self.facts = list_facts(cards, reveal, dvid)

    def compose_body(self) -> ComposeResult:
        yield Choices(id="facts")

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Choices)
        choices.fill([_draw(fact) for fact in self.facts])
        choices.focus()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Choices).styles.max_height = max(4, event.size.height - 10)

    def on_key(self, event: events.Key) -> None:
        fact = next((fact for fact in self.facts if fact.key == event.character), None)
        if fact is not None:
            event.stop()
            self.dismiss(fact)

    @on(Choices.Chosen)
    def picked(self, event: Choices.Chosen) -> None:
        self.dismiss(self.facts[event.index])

    def keys(self) -> Sequence[tuple[str, str]]:
        letters = "/".join(fact.key for fact in self.facts)
        return (("⏎", "copy"), (letters, "copy at once"), ("↑↓", "move"), ("dialog.close", "close"))


def _draw(fact: Fact) -> Content:
    shown = mask_credentials(make_inert(fact.shown)) if fact.note == _HIDDEN else make_inert(fact.shown)
    return Content.assemble(
        (fact.key, "bold"), f"  {fact.name:<{_LABEL}}{shown}", (f"   {fact.note}" if fact.note else "", "dim")
    )
