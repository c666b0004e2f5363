"""Draft rows: what a file, paste or scan asks for, with a complaint for everything that stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from tui.classes import define, replace
from tui.errors import IdentifierError
from tui.model.addresses import Identifier, name_group, note_prefix
from tui.model.identifiers import is_plain, parse_identifier, read_identifier
from tui.model.outcome import Operation
from tui.model.registration import Registration, Target
from tui.model.secrets import mask_credentials
from tui.model.template import find_other_mac, lint, lint_provider
from tui.model.text.inert import make_inert

Field = Literal["mac", "url", "provider", "row"]
FIELD_LIMIT = 4096
_GROUP_HINT = "Compare it with the label."


@define(frozen=True, slots=True)
class Complaint:
    """What is wrong with a row: an `error` keeps it from being sent, a `warning` does not. Inert texts."""

    field: Field
    level: Literal["error", "warning"]
    text: str
    hint: str = ""


@define(frozen=True, slots=True)
class Draft:
    """One device as it was read. `line` is 1-based; `raw` the line, inert and with credentials masked; the
    other texts are inert and otherwise as typed, `url` with its credentials. `copies` are the lines folded
    into this one.
    """

    line: int
    raw: str
    mac_text: str
    url: str
    provider: str
    identifier: Identifier | None
    complaints: tuple[Complaint, ...] = ()
    operation: Operation = Operation.REGISTER
    copies: tuple[int, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing keeps the row from being sent."""
        return self.identifier is not None and not any(found.level == "error" for found in self.complaints)

    @property
    def passed(self) -> bool:
        """Whether the row names no device and nothing says that it should: a title, a sum, an article
        number. Its warning says why."""
        return self.identifier is None and not any(found.level == "error" for found in self.complaints)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the row without keeping it back, as sentences."""
        return tuple(_say(found) for found in self.complaints if found.level == "warning")

    @property
    def complaint(self) -> str:
        """The first complaint in words, errors before warnings; empty if there is none."""
        ordered = sorted(self.complaints, key=lambda found: found.level)
        return _say(ordered[0]) if ordered else ""

    @property
    def registration(self) -> Registration | None:
        """The row as a registration, None if it is not ready or removes the device."""
        if self.identifier is None or not self.ready or self.operation is not Operation.REGISTER:
            return None
        return Registration(self.identifier, Target(self.url, self.provider), self.line)


def make_draft(
    line: int,
    raw: str,
    mac_text: str,
    url: str = "",
    provider: str = "",
    *,
    complaints: Iterable[Complaint] = (),
    operation: Operation = Operation.REGISTER,
    need_target: bool = True,
) -> Draft:
    """Check a row. Without `need_target`, or for a removal, an empty URL or provider is no error."""
    found = list(complaints)
    identifier = _check_mac(mac_text, found)
    targeted = operation is Operation.REGISTER
    if targeted and (url or need_target):
        found += _check_url(url)
        found += _compare_file_name(identifier, url)
    if targeted and (provider or need_target):
        found += _check_provider(provider)
    raw = mask_credentials(_keep(raw))
    return Draft(
        line, raw, _keep(mac_text.strip()), _keep(url), _keep(provider), identifier, tuple(found), operation
    )


def make_passed(line: int, raw: str, reason: str, url: str = "", provider: str = "") -> Draft:
    """A row that names no device, with the reason; the target is kept in case a device is entered."""
    raw = mask_credentials(_keep(raw))
    found = (Complaint("row", "warning", reason),)
    return Draft(line, raw, "", _keep(url), _keep(provider), None, found)


def edit_draft(
    draft: Draft, *, mac_text: str | None = None, url: str | None = None, provider: str | None = None
) -> Draft:
    """The row with new texts, checked again; complaints about what was not edited stay, those about the row
    go.
    """
    edited = {"mac": mac_text, "url": url, "provider": provider}
    kept = [found for found in draft.complaints if found.field != "row" and edited[found.field] is None]
    identifier = draft.identifier
    if mac_text is not None:
        identifier = _check_mac(mac_text, kept)
    if url is not None:
        kept += _check_url(url)
        kept += _compare_file_name(identifier, url)
    if provider is not None:
        kept += _check_provider(provider)
    return replace(
        draft,
        mac_text=draft.mac_text if mac_text is None else _keep(mac_text.strip()),
        url=draft.url if url is None else _keep(url),
        provider=draft.provider if provider is None else _keep(provider),
        identifier=identifier,
        complaints=tuple(kept),
    )


def fold_duplicates(drafts: Iterable[Draft]) -> list[Draft]:
    """Each device once: equal rows are folded into the first, which then knows their lines and any suffix
    they had.

    A device that is asked for in two ways keeps its first row; the others get an error naming that line.
    """
    kept: list[Draft] = []
    places: dict[str, int] = {}
    for draft in drafts:
        if draft.identifier is None:
            kept.append(draft)
            continue
        place = places.get(draft.identifier.mac)
        if place is None:
            places[draft.identifier.mac] = len(kept)
            kept.append(draft)
            continue
        first = kept[place]
        conflict = _compare(first, draft)
        if conflict:
            kept.append(replace(draft, complaints=(*draft.complaints, conflict)))
            continue
        better = first if first.identifier and first.identifier.suffix else draft
        kept[place] = replace(
            first,
            identifier=better.identifier,
            mac_text=better.mac_text,
            complaints=tuple(dict.fromkeys((*first.complaints, *draft.complaints))),
            copies=(*first.copies, draft.line, *draft.copies),
        )
    return kept


def refuse_warnings(drafts: Iterable[Draft]) -> list[Draft]:
    """The rows with every warning made an error, for a person who wants nothing doubtful to be sent."""
    return [
        replace(draft, complaints=tuple(replace(found, level="error") for found in draft.complaints))
        for draft in drafts
    ]


def find_removals(drafts: Iterable[Draft]) -> list[Draft]:
    """The ready rows that deregister."""
    return [draft for draft in drafts if draft.ready and draft.operation is Operation.DEREGISTER]


def count_drafts(drafts: Sequence[Draft]) -> tuple[int, int, int]:
    """How many rows are ready, how many have to be mended, and how many were folded into others."""
    ready = sum(draft.ready for draft in drafts)
    bad = sum(not draft.ready and not draft.passed for draft in drafts)
    return ready, bad, sum(len(draft.copies) for draft in drafts)


def _say(found: Complaint) -> str:
    return f"{found.text} {found.hint}" if found.hint else found.text


def _keep(text: str) -> str:
    return make_inert(text[:FIELD_LIMIT])


def _compare(first: Draft, other: Draft) -> Complaint | None:
    one, two = first.identifier, other.identifier
    if one and two and one.suffix and two.suffix and one.suffix != two.suffix:
        text = f"Line {first.line} gives the same MAC another suffix."
        return Complaint("mac", "error", text, "Only one can be right: compare with the label.")
    if first.operation is not other.operation:
        return Complaint(
            "row", "error", f"Line {first.line} asks for a {first.operation} of the same device."
        )
    if (first.url, first.provider) != (other.url, other.provider):
        text = f"Line {first.line} sends the same device to another target."
        return Complaint("row", "error", text, "Remove one of the two.")
    return None


def _check_mac(text: str, found: list[Complaint]) -> Identifier | None:
    if len(text) > FIELD_LIMIT:
        found.append(Complaint("mac", "error", f"{len(text)} characters are no MAC-ID."))
        return None
    if is_plain(text):
        identifier = parse_identifier(text)
    else:
        try:
            reading = read_identifier(text)
        except IdentifierError as error:
            found.append(Complaint("mac", "error", mask_credentials(error.detail), error.hint))
            return None
        identifier = reading.identifier
        found += [Complaint("mac", "warning", text) for text in reading.notes]
    note = _note_prefix(identifier.mac[:8])
    if note and name_group(identifier.mac):
        found.append(Complaint("mac", "error", note_prefix(identifier.mac), _GROUP_HINT))
    elif note:
        found.append(Complaint("mac", "warning", note))
    return identifier


def _compare_file_name(identifier: Identifier | None, url: str) -> list[Complaint]:
    other = find_other_mac(url, identifier.mac) if identifier else ""
    return [Complaint("url", "warning", f"The URL names another device, {other}.")] if other else []


@lru_cache(maxsize=4096)
def _note_prefix(start: str) -> str:
    # Every range in the table is decided by the first eight digits; the null address is not.
    return note_prefix(start.ljust(12, "1"))


@lru_cache(maxsize=1024)
def _check_url(url: str) -> tuple[Complaint, ...]:
    if len(url) > FIELD_LIMIT:
        return (Complaint("url", "error", f"The URL has {len(url)} characters, over {FIELD_LIMIT}."),)
    return tuple(
        Complaint("url", "error" if remark.level == "error" else "warning", remark.text)
        for remark in lint(url)
        if remark.level != "note"
    )


@lru_cache(maxsize=1024)
def _check_provider(name: str) -> tuple[Complaint, ...]:
    if len(name) > FIELD_LIMIT:
        return (
            Complaint("provider", "error", f"The provider has {len(name)} characters, over {FIELD_LIMIT}."),
        )
    return tuple(
        Complaint("provider", "error" if remark.level == "error" else "warning", remark.text)
        for remark in lint_provider(name)
    )
