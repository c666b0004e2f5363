"""Which column of a table means what: by its heading in English or German, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tui.classes import define, replace
from tui.errors import IdentifierError, InputError
from tui.intake.recognition.damage import repair_mac
from tui.intake.recognition.finding import find_devices
from tui.intake.recognition.headings import NAMES, VAGUE, Role, fold_title, tell_role
from tui.model.identifiers import doubt_number, is_plain, parse_identifier
from tui.model.text.inert import make_inert
from tui.patterns import pattern

# Titles, addresses and instructions stand above the heading; so many lines are looked at for it.
_ABOVE = 40
_TITLE = 60
_FOUR = pattern(r"[0-9A-Fa-f]{4}")
_HEXLIKE = pattern(r"(?:[0-9A-Fa-f][:.\-\s_]?){8}")
_WEAK = frozenset(["identifier", "device", "deviceid", "geraet"])


@define(frozen=True, slots=True)
class Column:
    """One column: 0-based place, heading as written (inert; empty without one) and what it is taken for.
    `vague` if the heading may mean something else too, as Name does."""

    index: int
    title: str
    role: Role
    vague: bool = False

    @property
    def shown(self) -> str:
        """The column for a person: its heading, else its number."""
        return self.title or str(self.index + 1)


@define(frozen=True, slots=True)
class Header:
    """How a table was understood. `line` is the heading's 1-based line, None if the columns were told by
    content.
    """

    columns: tuple[Column, ...]
    separator: str = ""
    line: int | None = None

    def find(self, role: Role) -> int | None:
        """The place of the first column with that role, None if there is none."""
        return next((column.index for column in self.columns if column.role == role), None)

    def find_all(self, role: Role) -> list[Column]:
        """Every column with that role, from the left."""
        return [column for column in self.columns if column.role == role]

    @property
    def known(self) -> int:
        """How many columns are used."""
        return sum(column.role != "ignored" for column in self.columns)

    @property
    def usable(self) -> bool:
        """Whether a column holds the devices."""
        return self.find("mac") is not None or self.find("mac_id") is not None

    def describe(self) -> str:
        """The columns in words: `1 MAC-ID → mac_id, 2 Kunde → provider`."""
        return ", ".join(
            f"{column.index + 1} {column.title} → {column.role}".replace("  ", " ") for column in self.columns
        )


def is_identifier(text: str) -> bool:
    """Whether the text is a MAC or MAC-ID in any spelling."""
    if len(text) > 40 or is_plain(text):
        return len(text) <= 40
    try:
        parse_identifier(text)
    except IdentifierError:
        return False
    return True


def read_header(cells: Sequence[str], separator: str, line: int) -> Header | None:
    """The header that these cells are, None if they are data or no heading among them names the devices."""
    if is_data(cells):
        return None
    titles = [cell.strip() for cell in cells]
    # Several blanks within a cell, a colon behind it: a line of a printed table or a label, no heading.
    if len(titles) == 1 and (re.search(r"\s{2}", titles[0]) or titles[0].endswith(":")):
        return None
    roles = [tell_role(title) if title else None for title in titles]
    if not any(role in ("mac", "mac_id") for role in roles):
        return None
    if len(titles) == 1 and roles[0] is not None and len(titles[0].split()) > 3:
        return None
    return Header(_assign(titles, roles), separator, line)


def split_tables(
    rows: Sequence[tuple[int, Sequence[str]]], header: Header
) -> list[tuple[Header, Sequence[tuple[int, Sequence[str]]]]]:
    """The tables that stand below one another, each with its header and its (line, cells): another begins
    with a row that reads as a heading, tells no less than the one before, and has devices below."""
    begins = [(0, header)]
    for place, (line, cells) in enumerate(rows):
        if not any(len(cell) <= _TITLE and "mac" in cell.lower() for cell in cells):
            continue
        found = read_header(cells, header.separator, line)
        below = rows[place + 1 : place + 1 + _ABOVE]
        if found is None or not _has_devices(found, below):
            continue
        found = _check_content(found, [cells for _, cells in below])
        if found.usable and found.known >= begins[-1][1].known:
            begins.append((place, found))
    ends = [place for place, _ in begins[1:]] + [len(rows)]
    return [
        (found, rows[place + (found is not header) : end])
        for (place, found), end in zip(begins, ends, strict=True)
    ]


def refuse_changes(header: Header) -> None:
    """Raises InputError if the columns are those of a history or a difference: its rows are changes, and
    what was removed must not be registered again."""
    titles = {column.title for column in header.columns}
    if {"operation", "outcome"} <= titles or {"change", "old_url"} <= titles:
        raise InputError(
            "This is a list of changes, not of devices.",
            "It has the columns of a history or of a difference.",
            "Export the devices themselves, and give that file.",
        )


def settle_provider(header: Header, said: str, guess: bool) -> Header:
    """The header without a provider that only may be one, where a person has said it or nothing is
    guessed."""
    if not (said or not guess):
        return header
    columns = (
        replace(column, role="ignored") if column.role == "provider" and column.vague else column
        for column in header.columns
    )
    return replace(header, columns=tuple(columns))


def understand_rows(
    rows: Sequence[tuple[int, Sequence[str]]], separator: str, *, guess: bool = True
) -> Header | None:
    """The header of a table from its first (line, cells): by headings, which may stand below a letter head,
    else by content, else None. Without `guess` a suffix is never told by content."""
    found: list[tuple[bool, int, int, Header]] = []
    for place, (line, cells) in enumerate(rows[:_ABOVE]):
        header = read_header(cells, separator, line)
        below = rows[place + 1 :]
        if header is not None:
            header = _check_content(header, [cells for _, cells in below])
            # One column of lines that only hold devices somewhere is a list, not a table.
            if header.usable and (_has_devices(header, below) or len(header.columns) > 1 or not below):
                found.append((_has_devices(header, below), header.known, line, header))
        if any(map(_holds_device, cells)):
            break
    if found:
        # A line of the letter head may mention the MAC too: the heading tells most, and stands last.
        return max(found, key=lambda item: item[:3])[3]
    return _guess_below_titles(rows, separator, guess)


def _guess_below_titles(
    rows: Sequence[tuple[int, Sequence[str]]], separator: str, guess: bool
) -> Header | None:
    """The header by content; the line right above the first row of data gives the titles, if there is one."""
    place = next((at for at, (_, cells) in enumerate(rows) if is_data(cells)), 0)
    guessed = guess_header([cells for _, cells in rows[place:]], separator, guess=guess)
    if guessed is None or place == 0 or len(guessed.columns) == 1:
        return guessed
    line, cells = rows[place - 1]
    titles = [cell.strip() for cell in cells]
    columns = list(guessed.columns)
    for column in guessed.columns:
        title = titles[column.index] if column.index < len(titles) else ""
        role = tell_role(title) if title else None
        vague = fold_title(title) in VAGUE
        told = role if column.role == "ignored" and role in ("url", "provider", "suffix") else column.role
        taken = any(other.role == told and other.index != column.index for other in columns)
        if column.role == "ignored" and vague and guess and not guessed.find_all("provider"):
            told = "provider"
        elif told != column.role and taken:
            told = "ignored"
        columns[column.index] = Column(column.index, make_inert(title)[:_TITLE], told, vague)
    return Header(tuple(columns), separator, line)


def guess_header(rows: Sequence[Sequence[str]], separator: str, *, guess: bool = True) -> Header | None:
    """The meaning of columns without headings, told from the first rows; None unless exactly one holds
    devices.

    A column of four digits counts as the suffix only if it has hex letters: extension numbers look the same.
    Nothing tells a provider from a model or a name.
    """
    width = max((len(row) for row in rows), default=0)
    columns = [[row[index].strip() for row in rows if index < len(row)] for index in range(width)]
    devices = [
        index for index, cells in enumerate(columns) if sum(map(is_identifier, cells)) * 2 >= len(rows)
    ]
    if len(devices) != 1:
        return None
    # Signs of several kinds part a list: a cell that holds further devices is a stretch of it.
    if any(
        _share(map(_holds_device, filter(None, cells))) >= 0.5
        for index, cells in enumerate(columns)
        if index not in devices
    ):
        return None
    taken: dict[int, Role] = {devices[0]: "mac"}
    for index, cells in enumerate(columns):
        filled = [cell for cell in cells if cell]
        if index in taken or not filled:
            continue
        if "url" not in taken.values() and _share("://" in cell for cell in filled) >= 0.5:
            taken[index] = "url"
        elif guess and "suffix" not in taken.values() and is_suffix_column(filled):
            taken[index] = "suffix"
    return Header(tuple(Column(index, "", taken.get(index, "ignored")) for index in range(width)), separator)


def is_suffix_column(filled: Sequence[str]) -> bool:
    """Whether cells are all four hex digits, with a letter among them."""
    return all(map(_FOUR.fullmatch, filled)) and any(not cell.isdigit() for cell in filled)


def is_data(cells: Sequence[str]) -> bool:
    """Whether a row holds something that no heading does: a device, or a URL."""
    return any(is_identifier(cell) or _HEXLIKE.search(cell[:200]) or "://" in cell for cell in cells)


def _assign(titles: Sequence[str], roles: Sequence[Role | None]) -> tuple[Column, ...]:
    """One column each for MAC-ID, URL and provider, by the best of their names; every column of MACs and of
    suffixes."""
    folded = [fold_title(title) for title in titles]
    taken: dict[int, Role] = {}
    for role in ("mac_id", "url", "provider"):
        known = NAMES[role].split()
        places = [place for place, found in enumerate(roles) if found == role]
        places.sort(key=lambda place: known.index(folded[place]) if folded[place] in known else len(known))
        taken.update(dict.fromkeys(places[:1], role))
        # A second column of MAC-IDs names a second device.
        taken.update({place: "mac" for place in places[1:] if role == "mac_id"})
    macs = [place for place, found in enumerate(roles) if found == "mac"]
    strong = [place for place in macs if folded[place] not in _WEAK]
    taken.update(dict.fromkeys(strong or macs[:1], "mac"))
    if not strong and "mac_id" in taken.values():
        taken = {place: role for place, role in taken.items() if folded[place] not in _WEAK}
    taken.update({place: "suffix" for place, found in enumerate(roles) if found == "suffix"})
    vague = None
    if "provider" not in taken.values():
        vague = next((place for place, name in enumerate(folded) if name in VAGUE), None)
    if vague is not None:
        taken[vague] = "provider"
    return tuple(
        Column(place, make_inert(title)[:_TITLE], taken.get(place, "ignored"), place == vague)
        for place, title in enumerate(titles)
    )


def _check_content(header: Header, rows: Sequence[Sequence[str]]) -> Header:
    """Correct what a heading promised by what stands below it: a column headed MAC-ID may hold the four
    digits only, and one that mentions the MAC may hold something else."""
    columns = list(header.columns)
    for column in header.columns:
        cells = (row[column.index].strip() for row in rows if column.index < len(row))
        filled = [cell for cell in cells if cell]
        if not filled or column.role not in ("mac", "mac_id"):
            continue
        fours = _share(re.fullmatch(r"[0-9A-Fa-f]{1,4}", cell) is not None for cell in filled)
        others = any(other.role == "mac" and other.index != column.index for other in columns)
        if column.role == "mac_id" and fours >= 0.5 and others:
            columns[column.index] = replace(column, role="suffix")
        elif column.role == "mac" and others and not any(map(_shows_device, filled)):
            columns[column.index] = replace(column, role="ignored")
    return replace(header, columns=tuple(columns))


def _has_devices(header: Header, rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
    places = [column.index for column in header.columns if column.role in ("mac", "mac_id")]
    if len(header.columns) == 1:
        cells = [cells[0].strip() for _, cells in rows if cells and cells[0].strip()]
        return bool(cells) and _share(map(_is_device_alone, cells)) >= 0.5
    return any(_shows_device(cells[place]) for _, cells in rows for place in places if place < len(cells))


def _is_device_alone(cell: str) -> bool:
    return is_identifier(cell) or repair_mac(cell) is not None or (len(cell) < 24 and _shows_device(cell))


def _shows_device(cell: str) -> bool:
    bare = cell.strip()
    return bool(bare) and (
        is_identifier(bare) or _HEXLIKE.search(bare[:200]) is not None or repair_mac(bare) is not None
    )


def _holds_device(cell: str) -> bool:
    """Whether a cell has a device in it; the numbers of a letter head may have the form of one."""
    seen = find_devices(cell[:200])
    return any(not doubt_number(device) for device in seen.devices)


def _share(tests: Iterable[bool]) -> float:
    results = list(tests)
    return sum(results) / len(results) if results else 0.0
