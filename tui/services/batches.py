"""Requests made ready for sending: duplicates folded, split by target, cut into list calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tui.model.registration import Registration, Target
from tui.wire import methods

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
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


def cut(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Runs of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def preview_register(registrations: Iterable[Registration], chunk: int) -> list[PlannedCall]:
    """The calls that `register` makes if all goes well."""
    kept, _ = fold(registrations)
    return [
        _planned(methods.REGISTER, methods.REGISTER_LIST, [one.identifier.wire for one in part], target)
        for target, group in by_target(kept).items()
        for part in cut(group, chunk)
    ]


def preview_deregister(identifiers: Iterable[str], chunk: int) -> list[PlannedCall]:
    """The calls that `deregister` makes if all goes well, for identifiers as they will be sent."""
    return [
        _planned(methods.DEREGISTER, methods.DEREGISTER_LIST, part, None)
        for part in cut(list(dict.fromkeys(identifiers)), chunk)
    ]


def _planned(one: str, many: str, macs: Sequence[str], target: Target | None) -> PlannedCall:
    return PlannedCall(one if len(macs) == 1 else many, tuple(macs), target)
