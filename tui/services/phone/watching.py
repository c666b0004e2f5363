"""Waiting for a phone: the server is asked gently until the date of its record moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Literal

from tui.classes import define
from tui.errors import Fault, LinkError, LoginRefused
from tui.model.addresses import Identifier
from tui.model.device import DeviceCard
from tui.model.secrets import mask_credentials
from tui.model.text.dates import parse_server_date
from tui.model.vendor import CONTACT, RIVAL_SOURCES
from tui.services.devices.look_up import look_up
from tui.services.session import Session

Kind = Literal["started", "waiting", "changed", "trouble", "moved", "gone", "untold", "timed out", "stopped"]

LEAST_INTERVAL = 1.0
MOST_INTERVAL = 60.0
UNTOLD = "The server does not say whether there is a record."
_FINAL = ("moved", "gone", "untold", "timed out", "stopped")


@define(frozen=True, slots=True)
class WatchEvent:
    """One thing to say while watching; `server_date` is the server's raw text. The last event of a
    watch is `final`."""

    kind: Kind
    message: str
    server_date: str
    card: DeviceCard | None = None

    def __str__(self) -> str:
        return self.message

    @property
    def moved(self) -> bool:
        """Whether the server's date has moved."""
        return self.kind == "moved"

    @property
    def final(self) -> bool:
        """Whether the watch is over."""
        return self.kind in _FINAL


def watch(
    session: Session,
    identifier: Identifier,
    *,
    timeout: float = 900.0,
    interval: float = 10.0,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[WatchEvent]:
    """Asks every `interval` seconds until the date of the record moves or `timeout` seconds have passed.

    A failing link is said and asked again, ever more slowly. `pause` waits so many seconds; if it returns
    True the watch is stopped. Raises LoginRefused, and LinkError or Fault if already the first question
    fails.
    """
    start = clock()
    interval = max(LEAST_INTERVAL, interval)

    def event(kind: Kind, message: str, card: DeviceCard) -> WatchEvent:
        return WatchEvent(kind, message, card.server_date, card)

    first = last = look_up(session, identifier)
    if not first.found:
        why = "There is no record to watch." if first.found is False else UNTOLD
        yield event("gone" if first.found is False else "untold", f"{why} {first.message}", first)
        return
    begin = f"Watching {first.mac}: {_say_date(first)}. {tell_expectations(session, first)}"
    yield event("started", begin, first)
    wait, asked = interval, 1
    while (left := timeout - (clock() - start)) > 0:
        if pause(min(wait, left)) is True:
            yield event("stopped", "No longer watched. Nothing was changed.", last)
            return
        try:
            card = look_up(session, identifier)
        except LoginRefused:
            raise
        except (LinkError, Fault) as error:
            wait = min(max(wait * 2, interval), max(MOST_INTERVAL, interval))
            yield event("trouble", f"{error.title} Asked again in {wait:.0f} s.", last)
            continue
        if card.found is None:
            wait = min(max(wait * 2, interval), max(MOST_INTERVAL, interval))
            yield event("trouble", f"{UNTOLD} {card.message} Asked again in {wait:.0f} s.", last)
            continue
        wait, asked = interval, asked + 1
        if not card.found:
            yield event("gone", f"The record is gone: somebody has removed it. {card.message}", card)
            return
        if card.server_date != last.server_date:
            yield event("moved", _say_moved(last, card), card)
            return
        if (card.url, card.provider) != (last.url, last.provider):
            target = f"{card.provider} → {mask_credentials(card.url)}"
            yield event("changed", f"The record was changed by somebody else: {target}.", card)
        else:
            yield event("waiting", f"Not yet: {_say_date(card)} after {asked} questions.", card)
        last = card
    yield event("timed out", _give_up(last, timeout), last)


def _say_date(card: DeviceCard) -> str:
    return f"the server's date is {card.server_date}" if card.server_date else "the server has no date"


def tell_expectations(session: Session, card: DeviceCard) -> str:
    """What a watch of this record may show, and when: sentences for a person."""
    parts = [CONTACT]
    date = parse_server_date(card.server_date)
    if not date.never and (session.sandbox is None or session.sandbox.dates_registrations):
        parts.append("This server's date may never move.")
    if date.precision == "day":
        parts.append("The server gives days only: another request on the same day cannot be seen.")
    elif date.precision == "minute":
        parts.append("The server gives minutes: a request within the same minute cannot be seen.")
    return " ".join(parts)


def _say_moved(last: DeviceCard, card: DeviceCard) -> str:
    before = last.server_date or "none"
    sentence = f"The server's date has moved from {before} to {card.server_date or 'none'}"
    if (card.url, card.provider) != (last.url, last.provider):
        return f"{sentence}, and so has the record: it was registered anew by somebody else."
    return f"{sentence}: the phone has asked. Whether it fetched its configuration is not seen from here."


def _give_up(card: DeviceCard, timeout: float) -> str:
    rivals = "; ".join(RIVAL_SOURCES)
    return (
        f"Not seen within {timeout:.0f} s: {_say_date(card)} as before. The date may be that of the"
        f" registration, which never moves. A phone may also take its URL from elsewhere: {rivals}."
    )
