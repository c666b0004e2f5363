"""What the server has on record, asked before a change and whenever an answer left a doubt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from tui.classes import define, field
from tui.errors import CutOff, Fault, ServerFailed, StoreError, Unreadable
from tui.model.addresses import Identifier
from tui.model.device import MAC, PROVIDER, URL, DeviceRow
from tui.model.outcome import Owner
from tui.model.registration import Target
from tui.model.text.inert import make_inert, to_nfc
from tui.services.session import Session
from tui.wire.xmlrpc.answers import MAC_NOT_FOUND, CheckedDevice

T = TypeVar("T")

# Above this many devices one list is asked for instead of one check each.
MOST_CHECKS = 10
_FEW = 4
_TRIES = 3


@define(frozen=True, slots=True)
class Found:
    """A record the server showed. `listed` tells whether the account's own list has it; None: not looked
    up."""

    row: DeviceRow
    listed: bool | None

    @property
    def owner(self) -> Owner:
        """Whose record it is."""
        if self.listed is None:
            return Owner.NOT_KNOWN
        return Owner.OWN if self.listed else Owner.OTHER


@define(slots=True)
class Records:
    """What is on record of some devices. `codes` holds the server's word on devices that it does not show."""

    found: dict[str, Found] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def own(self, mac: str) -> DeviceRow | None:
        """The record in the account's own list."""
        found = self.found.get(mac)
        return found.row if found is not None and found.listed else None


def is_at(row: DeviceRow, target: Target) -> bool:
    """Whether the record points where `target` says. A server that stored question marks for letters it
    cannot keep has stored the target all the same."""
    wanted = (to_nfc(make_inert(target.provider)), make_inert(target.url))
    kept = (to_nfc(row[PROVIDER]), row[URL])
    return kept == wanted or kept == tuple(text.encode("ascii", "replace").decode("ascii") for text in wanted)


def same_target(row: DeviceRow, other: DeviceRow) -> bool:
    """Whether two records of a device have one target; the server's date may have moved."""
    return to_nfc(row[PROVIDER]) == to_nfc(other[PROVIDER]) and row[URL] == other[URL]


def target_of(row: DeviceRow) -> Target:
    """Where a record points."""
    return Target(row[URL], row[PROVIDER])


def find_records(
    session: Session, identifiers: Sequence[Identifier], known: Mapping[str, DeviceRow] | None = None
) -> Records:
    """The records before a change: a check each for a few devices, one list for more. A checked record
    counts as the account's own if its list, `known` or the list kept on this machine has it. Raises
    LinkError and Fault."""
    if len(identifiers) > _FEW:
        if len(identifiers) > session.batching.chunk:
            session.client.expect_many()
        return Records({mac: Found(row, True) for mac, row in list_some(session, _macs(identifiers)).items()})
    records = check_each(session, identifiers)
    for mac, found in records.found.items():
        seen = (known or {}).get(mac) or _kept(session, mac)
        listed = seen is not None and same_target(seen, found.row)
        records.found[mac] = Found(found.row, listed or is_listed(session, found.row))
    return records


def ask(session: Session, identifiers: Sequence[Identifier], confirm: Collection[str] = ()) -> Records:
    """The records after a doubtful answer: a check each up to MOST_CHECKS devices, else one list. Checked
    records of the MACs in `confirm` are looked up in the account's list too. Raises LinkError and Fault."""
    if len(identifiers) > MOST_CHECKS:
        return Records({mac: Found(row, True) for mac, row in list_some(session, _macs(identifiers)).items()})
    records = check_each(session, identifiers)
    for mac in confirm:
        found = records.found.get(mac)
        if found is not None and found.listed is None:
            records.found[mac] = Found(found.row, is_listed(session, found.row))
    return records


def check_each(session: Session, identifiers: Iterable[Identifier]) -> Records:
    """A check for each device. What a check does not decide (it refused the identifier itself) one list
    does."""
    records = Records()
    unclear: list[str] = []
    for identifier in identifiers:
        answer = _try_again(partial(session.client.check_device, identifier.wire))
        if isinstance(answer, CheckedDevice):
            if answer.mac != identifier.mac:
                raise Unreadable(
                    "The server answered for another device.",
                    f"Asked for {identifier.mac}, told of {answer.mac}.",
                    "Ask again; if it stays, ask the vendor.",
                )
            records.found[identifier.mac] = Found(answer.row, None)
            continue
        code = answer.lines[0].code if answer.lines else ""
        records.codes[identifier.mac] = code
        if code != MAC_NOT_FOUND:
            unclear.append(identifier.mac)
    if unclear:
        listed = list_some(session, unclear)
        records.found.update((mac, Found(row, True)) for mac, row in listed.items())
    return records


def is_listed(session: Session, row: DeviceRow) -> bool:
    """Whether the account's own list has this very record."""
    kept = list_some(session, {row[MAC]}, row[PROVIDER]).get(row[MAC])
    return kept is not None and same_target(kept, row)


def list_some(session: Session, macs: Collection[str], *providers: str) -> dict[str, DeviceRow]:
    """The account's records of these devices, out of one list that is read as a stream."""
    wanted = frozenset(macs)

    def read() -> dict[str, DeviceRow]:
        kept: dict[str, DeviceRow] = {}
        batches = session.client.list_devices(*providers)
        try:
            for batch in batches:
                kept.update((row[MAC], row) for row in batch if row[MAC] in wanted)
        finally:
            if isinstance(batches, Generator):
                batches.close()
        return kept

    return _try_again(read)


def _kept(session: Session, mac: str) -> DeviceRow | None:
    try:
        return session.lists.find(session.account_key, mac)
    except StoreError:
        return None


def _macs(identifiers: Iterable[Identifier]) -> set[str]:
    return {identifier.mac for identifier in identifiers}


def _try_again(question: Callable[[], T]) -> T:
    """A question changes nothing and may be repeated; a refused login and an absent server are not asked
    again."""
    for _ in range(_TRIES - 1):
        try:
            return question()
        except (CutOff, Fault, Unreadable):
            continue
        except ServerFailed as error:
            if error.status < 500:
                raise
    return question()
