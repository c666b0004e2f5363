"""Suffixes that stand on a line of their own, as on a label: the device is on the line before or behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.classes import replace
from tui.intake.recognition.headings import names_suffix
from tui.intake.rows import Complaint, Draft, make_passed
from tui.model.identifiers import parse_identifier
from tui.patterns import pattern

_LINE = pattern(r"\s*(?:([^\W\d_](?:[^\W\d_]|[ /.-]){0,20}?)[\s:=#.]*(?<![^\W_]))?([0-9A-Fa-f]{4})\s*")


class _Suffix(NamedTuple):
    """Four digits alone on a line: the place of its draft, whether a label names them, and the digits."""

    place: int
    labelled: bool
    digits: str


def join_suffixes(drafts: list[Draft]) -> list[Draft]:
    """The drafts with each suffix that a label names on a line of its own joined to its device, if every such
    line stands behind, or every one before, a device without a suffix; else, and without a label, it is
    named."""
    found = _find(drafts)
    if not found:
        return drafts
    labelled = [suffix for suffix in found.values() if suffix.labelled]
    partners = _pair(drafts, labelled, -1) or _pair(drafts, labelled, 1)
    kept = list(drafts)
    for suffix in found.values():
        other = partners.get(suffix.place)
        if other is None:
            line = drafts[suffix.place]
            text = f"{suffix.digits} stands alone on its line: as a suffix it has to stand behind its MAC."
            kept[suffix.place] = make_passed(line.line, line.raw, text, line.url, line.provider)
            continue
        device = drafts[other]
        assert device.identifier is not None
        note = Complaint("mac", "warning", f"The suffix was taken from line {drafts[suffix.place].line}.")
        text = f"{device.identifier.mac}-{suffix.digits.upper()}"
        kept[other] = replace(
            device,
            mac_text=text,
            identifier=parse_identifier(text),
            complaints=(*device.complaints, note),
        )
    return [draft for place, draft in enumerate(kept) if place not in partners]


def _find(drafts: Sequence[Draft]) -> dict[int, _Suffix]:
    found: dict[int, _Suffix] = {}
    label = ""
    for place, draft in enumerate(drafts):
        if not draft.passed or len(draft.raw) > 60:
            label = ""
            continue
        match = _LINE.fullmatch(draft.raw)
        if match is None:
            label = draft.raw.strip(" :=#.")
            continue
        labelled = names_suffix(match[1] or label)
        if labelled or (not match[1] and not match[2].isdigit()):
            found[place] = _Suffix(place, labelled, match[2])
        label = ""
    return found


def _pair(drafts: Sequence[Draft], suffixes: Sequence[_Suffix], step: int) -> dict[int, int]:
    """The place of the device of each suffix, looked for in one direction; empty if one has none of its
    own."""
    places = {suffix.place for suffix in suffixes}
    partners: dict[int, int] = {}
    for place in places:
        at = place + step
        while 0 <= at < len(drafts) and drafts[at].passed and at not in places:
            at += step
        if not 0 <= at < len(drafts) or not _is_alone(drafts, at):
            return {}
        partners[place] = at
    return partners


def _is_alone(drafts: Sequence[Draft], at: int) -> bool:
    """Whether a draft is the only device of its line, and has no suffix yet."""
    draft = drafts[at]
    beside = {drafts[other].line for other in (at - 1, at + 1) if 0 <= other < len(drafts)}
    return (
        draft.ready
        and draft.identifier is not None
        and not draft.identifier.suffix
        and draft.line not in beside
    )
