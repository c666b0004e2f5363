"""What others know of devices, put beside what the vault knows: new, same, or contrary."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from tui.classes import define, replace
from tui.model.addresses import Identifier
from tui.model.secrets import Secret
from tui.services.storage.vault import VaultEntry

if TYPE_CHECKING:
    from tui.services.storage.journal import Journal


@define(frozen=True, slots=True)
class Lesson:
    """What a source says of one device. `source` names it for a person: a file and a line, or a colleague."""

    identifier: Identifier
    password: Secret | None
    learnt_at: str
    source: str


Replaced = Collection[tuple[str, Secret, Secret]]
"""Steps that people took: a MAC, the password that they knew, and the one that they have now."""


class Standing(StrEnum):
    """How a lesson stands to the vault."""

    NEW = "new"
    SAME = "same"
    CONTRARY = "contrary"


@define(frozen=True, slots=True)
class Verdict:
    """A lesson weighed: `why` is a sentence for a person, without a password; `taken` says whether the vault
    has it now, or would have it."""

    lesson: Lesson
    standing: Standing
    why: str
    taken: bool


def merge(
    journal: Journal,
    account_key: str,
    lessons: Sequence[Lesson],
    *,
    theirs: bool,
    dry_run: bool = False,
    replaced: Replaced = frozenset(),
) -> list[Verdict]:
    """Puts into the account's vault what is new in the lessons, durably and all at once; with `theirs` also
    what is contrary, after which a password known before is an earlier one. Raises StoreError."""
    macs = {lesson.identifier.mac for lesson in lessons}
    if dry_run or not lessons:
        return _weigh(journal.recall_many(account_key, macs), lessons, theirs, replaced)[0]
    return journal.teach(account_key, macs, lambda known: _weigh(known, lessons, theirs, replaced))


def _weigh(
    known: Mapping[str, VaultEntry], lessons: Sequence[Lesson], theirs: bool, replaced: Replaced
) -> tuple[list[Verdict], list[VaultEntry]]:
    """Each lesson against what is known with the lessons before it, and the entries that change."""
    now = dict(known)
    changed: dict[str, VaultEntry] = {}
    verdicts: list[Verdict] = []
    for lesson in lessons:
        mac = lesson.identifier.mac
        entry = now.get(mac, VaultEntry(mac, None, None, lesson.learnt_at))
        standing, why = compare(entry, lesson, replaced)
        taken = standing is Standing.NEW or (standing is Standing.CONTRARY and theirs)
        if taken:
            now[mac] = changed[mac] = replace(
                entry,
                mac_id=lesson.identifier.mac_id or entry.mac_id,
                password=lesson.password or entry.password,
                learnt_at=lesson.learnt_at if lesson.password else entry.learnt_at,
            )
        verdicts.append(Verdict(lesson, standing, why, taken))
    return verdicts, list(changed.values())


def compare(entry: VaultEntry, lesson: Lesson, replaced: Replaced) -> tuple[Standing, str]:
    """How the lesson stands to an entry, and why. A password that the entry had earlier, or that somebody has
    given up for that of the entry, is the same."""
    mac_id, password = lesson.identifier.mac_id, lesson.password
    if mac_id and entry.suffix not in (None, mac_id[-4:]):
        return Standing.CONTRARY, f"here it is {entry.mac}-{entry.suffix}, there {mac_id}."
    is_old = password is None or password == entry.password or password in entry.earlier
    if password is not None and entry.password is not None:
        step = (entry.mac, password, entry.password)
        is_old |= step in replaced and (entry.mac, entry.password, password) not in replaced
    if not is_old and entry.password is not None:
        return (
            Standing.CONTRARY,
            f"another MAC password is known here, of {entry.learnt_at[:19]}; theirs is of"
            f" {lesson.learnt_at[:19]}.",
        )
    if not is_old and entry.suffix not in (None, password.reveal()[:4].upper()):  # type: ignore[union-attr]
        return (
            Standing.CONTRARY,
            f"here it is {entry.mac}-{entry.suffix}, which the MAC password contradicts.",
        )
    if not is_old:
        return Standing.NEW, "its MAC password is learnt."
    if mac_id and entry.mac_id is None:
        return Standing.NEW, f"its MAC-ID is learnt: {mac_id}."
    return Standing.SAME, "it is known."
