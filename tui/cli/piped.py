"""Devices on standard input as `list` writes them: CSV with its heading, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tui.classes import define
from tui.errors import IdentifierError, RedirectoryError
from tui.model.addresses import Identifier
from tui.model.text.inert import make_inert

_SEPARATORS = (",", ";", "\t")


@define(frozen=True, slots=True)
class Piped:
    """The devices of a listing, an error for each row that names none, and the accounts that it names."""

    identifiers: tuple[Identifier, ...]
    bad: tuple[RedirectoryError, ...]
    accounts: tuple[str, ...]


def is_listing(text: str) -> bool:
    """Whether a text begins as a listing does: with a JSON object, or a heading with a column `mac`."""
    first = next((line for line in text.splitlines() if line.strip()), "").lstrip("\ufeff \t")
    return first.startswith("{") or "mac" in _cut(first)


def read_listing(text: str) -> Piped:
    """The devices of a listing. What else its rows hold (URL, provider) is not looked at. Raises
    InputError."""
    from tui.intake.reading import read_intake

    found: list[Identifier] = []
    bad: list[RedirectoryError] = []
    for draft in read_intake(text, need_target=False).drafts:
        wrong = [flaw for flaw in draft.complaints if flaw.level == "error" and flaw.field in ("mac", "row")]
        if draft.identifier is not None and not wrong:
            found.append(draft.identifier)
        else:
            error = IdentifierError(f"stdin line {draft.line}: {draft.raw.strip()}: {draft.complaint}")
            bad.append(error.about(device=draft.mac_text or None, line=draft.line))
    return Piped(tuple(found), tuple(bad), tuple(dict.fromkeys(_find_accounts(text))))


def _cut(line: str) -> list[str]:
    separator = max(_SEPARATORS, key=line.count)
    return [cell.strip().strip('"').lower() for cell in line.split(separator)]


def _find_accounts(text: str) -> Iterator[str]:
    """What stands in the column, or under the key, `account`."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines[0].lstrip("\ufeff \t").startswith("{"):
        for line in lines:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict) and isinstance(record.get("account"), str):
                yield make_inert(record["account"])
        return
    heading = _cut(lines[0].lstrip("\ufeff"))
    if "account" not in heading:
        return
    import csv

    from tui.model.text.csv_cells import unguard_cell

    place, separator = heading.index("account"), max(_SEPARATORS, key=lines[0].count)
    for row in csv.reader(text.splitlines()[1:], delimiter=separator):
        if len(row) > place and row[place]:
            yield make_inert(unguard_cell(row[place]))
