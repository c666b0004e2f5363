"""Requests made ready for sending: duplicates folded, split by target, cut into list calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from tui.classes import define
from tui.model.addresses import Identifier
from tui.model.registration import Registration, Target
from tui.wire.xmlrpc import methods

T = TypeVar("T")

# How many items that cannot be picked are passed over in the search for one that can, as a multiple of the
# size.
_AHEAD = 8
# So many different suffixes in their places are no accident: one chance in 40 320.
_PROOF = 8
# The most devices that are removed before they are stored again.
MOVE_LIST = 25


@define(frozen=True, slots=True)
class PlannedCall:
    """One call of a dry run: the remote method, the devices as they will be sent, and the target if there
    is one."""

    method: str
    macs: tuple[str, ...]
    target: Target | None = None


def fold(
    registrations: Iterable[Registration],
) -> tuple[list[Registration], list[tuple[Registration, Registration]]]:
    """The first registration of each device, and each later one beside the first. A later one that knows
    the suffix lends it to a first that does not."""
    kept: dict[str, Registration] = {}
    folded: list[tuple[Registration, Registration]] = []
    for registration in registrations:
        mac = registration.identifier.mac
        first = kept.setdefault(mac, registration)
        if first is registration:
            continue
        folded.append((registration, first))
        if first.identifier.suffix is None and registration.identifier.suffix is not None:
            kept[mac] = Registration(registration.identifier, first.target, first.line)
    return list(kept.values()), folded


def by_target(registrations: Iterable[Registration]) -> dict[Target, list[Registration]]:
    """Registrations by (URL, provider), which all devices of one list call share; first come, first
    served."""
    groups: dict[Target, list[Registration]] = {}
    for registration in registrations:
        groups.setdefault(registration.target, []).append(registration)
    return groups


def pick(
    items: Sequence[T], size: int, key: Callable[[T], str | None] | None = None
) -> tuple[list[T], Sequence[T]]:
    """The first items for one call of at most `size`, and the rest in their order. Of several items with the
    same key one is picked; None is nobody's key. The work is bounded: the call may be shorter for that."""
    if key is None:
        return list(items[:size]), items[size:]
    chosen: list[T] = []
    passed: list[T] = []
    seen: set[str] = set()
    end = 0
    for item in items:
        if len(chosen) == size or len(passed) == _AHEAD * size:
            break
        end += 1
        word = key(item)
        if word in seen:
            passed.append(item)
        else:
            chosen.append(item)
            if word is not None:
                seen.add(word)
    return chosen, [*passed, *items[end:]]


def cut_apart(items: Sequence[T], size: int, key: Callable[[T], str | None]) -> Iterator[list[T]]:
    """All items, as `pick` picks them."""
    left = items
    while left:
        chosen, left = pick(left, size, key)
        yield chosen


def proves_order(suffixes: Iterable[str | None]) -> bool:
    """Whether a call for devices with these suffixes shows, if its passwords fit, that the server answers in
    the order of the request."""
    return len({suffix for suffix in suffixes if suffix}) >= _PROOF


def suffixes_first(items: Sequence[T], identifier_of: Callable[[T], Identifier]) -> list[T]:
    """Devices with a suffix before those without: their passwords show whether the server keeps the order,
    and only then devices without a suffix may share a call."""
    return sorted(items, key=lambda item: identifier_of(item).suffix is None)


def cut(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Runs of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def preview_register(
    registrations: Iterable[Registration], chunk: int, suffixes: Mapping[str, str]
) -> list[PlannedCall]:
    """The calls that `register` makes if all goes well. `suffixes` are those that are known, by MAC: those of
    the identifiers, and of passwords in the vault."""
    kept, _ = fold(registrations)
    calls: list[PlannedCall] = []
    in_order = False
    for target, group in by_target(kept).items():
        left: Sequence[Identifier] = suffixes_first([one.identifier for one in group], lambda one: one)
        while left:
            bare = None if in_order else ""
            part, left = pick(left, chunk, partial(_part_key, suffixes, bare))
            in_order = in_order or proves_order(suffixes.get(one.mac) for one in part)
            calls.append(
                _planned(methods.REGISTER, methods.REGISTER_LIST, [one.wire for one in part], target)
            )
    return calls


def preview_moves(
    registrations: Iterable[Registration], chunk: int, suffixes: Mapping[str, str]
) -> list[PlannedCall]:
    """The calls that move devices to these targets if all goes well: list by list removed and stored."""

    def key(one: Registration) -> str | None:
        return _part_key(suffixes, "", one.identifier)

    calls: list[PlannedCall] = []
    for group in by_target(fold(registrations)[0]).values():
        for part in cut_apart(group, min(chunk, MOVE_LIST), key):
            calls += preview_deregister([one.identifier.wire for one in part], chunk)
            calls += preview_register(part, chunk, suffixes)
    return calls


def preview_deregister(identifiers: Iterable[str], chunk: int) -> list[PlannedCall]:
    """The calls that `deregister` makes if all goes well, for identifiers as they will be sent."""
    return [
        _planned(methods.DEREGISTER, methods.DEREGISTER_LIST, part, None)
        for part in cut(list(dict.fromkeys(identifiers)), chunk)
    ]


def _part_key(suffixes: Mapping[str, str], bare: str | None, identifier: Identifier) -> str | None:
    return suffixes.get(identifier.mac) or bare


def _planned(one: str, many: str, macs: Sequence[str], target: Target | None) -> PlannedCall:
    return PlannedCall(one if len(macs) == 1 else many, tuple(macs), target)
