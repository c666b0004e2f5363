"""Which column of a table means what: by its heading in English or German, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tui.errors import IdentifierError
from tui.intake.rows import FIELD_LIMIT, Complaint, Draft, make_draft
from tui.model.identifiers import parse_identifier
from tui.model.text import make_inert

Role = Literal["mac_id", "mac", "suffix", "url", "provider", "ignored"]

# In order of preference within a role.
_NAMES: dict[Role, str] = {
    "mac_id": "macid macidormac macidodermac",
    "mac": (
        "mac macaddress macadresse macaddr macadr ethernetmac hwaddr hardwareaddress hardwareadresse "
        "identifier device geraet"
    ),
    "suffix": "suffix macidsuffix macsuffix crc pin macpin pruefziffer pruefziffern",
    "url": (
        "url provisioningurl provisioningsurl provisionierungsurl provurl provisioning provisioningserver "
        "provisionierungsserver configurl konfigurationsurl targeturl zielurl target ziel"
    ),
    "provider": (
        "provider providername anbieter anbietername provisioner name customer kunde tenant mandant"
    ),
}
_ROLES: dict[str, Role] = {name: role for role, names in _NAMES.items() for name in names.split()}
# So many lines are looked at for the heading: titles, dates and blank lines stand above it.
_TITLES = 10
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_FOUR = re.compile(r"[0-9A-Fa-f]{4}")
_HEXLIKE = re.compile(r"(?:[0-9A-Fa-f][:.\-\s]?){8}")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_FORMULA_TEXT = re.compile(r'="(.*)"')


@dataclass(frozen=True, slots=True)
class Column:
    """One column: 0-based place, heading as written (inert; empty without one) and what it is taken for."""

    index: int
    title: str
    role: Role


@dataclass(frozen=True, slots=True)
class Header:
    """How a table was understood. `line` is the heading's 1-based line, None if the columns were told by
    content.
    """

    columns: tuple[Column, ...]
    separator: str = ""
    line: int | None = None

    def find(self, role: Role) -> int | None:
        """The place of the column with that role, None if there is none."""
        return next((column.index for column in self.columns if column.role == role), None)

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
    if len(text) > 40:
        return False
    try:
        parse_identifier(text)
    except IdentifierError:
        return False
    return True


def fold_title(text: str) -> str:
    """A heading as it is compared: small letters and digits only, umlauts spelled out."""
    return "".join(char for char in text[:80].casefold().translate(_UMLAUTS) if char.isalnum())


def read_header(cells: Sequence[str], separator: str, line: int) -> Header | None:
    """The header that these cells are, None if they are data or no heading among them names the devices."""
    folded = [fold_title(cell) for cell in cells]
    if _is_data(cells) or not any(_ROLES.get(name) in ("mac", "mac_id") for name in folded):
        return None
    taken: dict[int, Role] = {}
    for role, names in _NAMES.items():
        for name in names.split():
            if name in folded:
                taken[folded.index(name)] = role
                break
    columns = tuple(
        Column(index, make_inert(cell.strip())[:60], taken.get(index, "ignored"))
        for index, cell in enumerate(cells)
    )
    return Header(columns, separator, line)


def understand_rows(rows: Sequence[tuple[int, Sequence[str]]], separator: str) -> Header | None:
    """The header of a table from its first (line, cells): by headings, which may stand below a title, else
    by content, else None."""
    for line, cells in rows[:_TITLES]:
        header = read_header(cells, separator, line)
        if header is not None:
            return header
        if _is_data(cells):
            break
    line, cells = rows[0]
    titled = not _is_data(cells) and len(rows) > 1
    guessed = guess_header([cells for _, cells in rows[titled:]], separator)
    if guessed is None or not titled:
        return guessed
    titles = dict(enumerate(make_inert(cell.strip())[:60] for cell in cells))
    columns = tuple(
        Column(column.index, titles.get(column.index, ""), column.role) for column in guessed.columns
    )
    return Header(columns, separator, line)


def guess_header(rows: Sequence[Sequence[str]], separator: str) -> Header | None:
    """The meaning of columns without headings, told from the first rows; None unless exactly one holds
    devices.

    A column of four digits counts as the suffix only if it has hex letters: extension numbers look the same.
    """
    width = max((len(row) for row in rows), default=0)
    columns = [[row[index].strip() for row in rows if index < len(row)] for index in range(width)]
    devices = [index for index, cells in enumerate(columns) if _share(map(is_identifier, cells)) >= 0.5]
    if len(devices) != 1:
        return None
    taken: dict[int, Role] = {devices[0]: "mac"}
    for index, cells in enumerate(columns):
        filled = [cell for cell in cells if cell]
        if index in taken or not filled:
            continue
        if "url" not in taken.values() and _share("://" in cell for cell in filled) >= 0.5:
            taken[index] = "url"
        elif (
            "suffix" not in taken.values()
            and all(_FOUR.fullmatch(cell) for cell in filled)
            and any(not cell.isdigit() for cell in filled)
        ):
            taken[index] = "suffix"
        elif "provider" not in taken.values() and not any(cell.isdigit() for cell in filled):
            taken[index] = "provider"
    return Header(tuple(Column(index, "", taken.get(index, "ignored")) for index in range(width)), separator)


def make_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    header: Header,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
) -> list[Draft]:
    """One draft for each (line, cells) that is not blank."""
    places = {role: header.find(role) for role in ("mac_id", "mac", "suffix", "url", "provider")}
    width = len(header.columns)
    joined = header.separator if header.separator else " | "
    drafts: list[Draft] = []
    for line, cells in rows:
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        cells = [_unwrap(cell) for cell in cells]
        found: list[Complaint] = []
        picked = {
            role: cells[place].strip() if place is not None and place < len(cells) else ""
            for role, place in places.items()
        }
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            text = f"{len(cells)} columns instead of {width}."
            found.append(Complaint("row", "error", text, "Quote a value that holds the separator."))
        elif len(cells) < width:
            found.append(Complaint("row", "warning", f"{len(cells)} columns instead of {width}."))
        mac_text = _join_mac(picked["mac_id"], picked["mac"], picked["suffix"], found)
        drafts.append(
            make_draft(
                line,
                joined.join(cell[:FIELD_LIMIT] for cell in cells),
                mac_text,
                picked["url"] or default_url,
                picked["provider"] or default_provider,
                complaints=found,
                need_target=need_target,
            )
        )
    return drafts


def _join_mac(mac_id: str, mac: str, suffix: str, found: list[Complaint]) -> str:
    whole = mac_id or mac
    if _SCIENTIFIC.fullmatch(whole):
        text = "A spreadsheet has turned the MAC into a number and lost its digits."
        found.append(Complaint("mac", "error", text, "Format the column as text and enter it again."))
        return whole
    both = is_identifier(mac_id) and is_identifier(mac)
    if both and parse_identifier(mac_id).mac != parse_identifier(mac).mac:
        found.append(Complaint("mac", "error", "MAC-ID and MAC of this row name different devices."))
    if not suffix or not is_identifier(whole):
        return whole
    if not _FOUR.fullmatch(suffix):
        hint = (
            f"Is {suffix.zfill(4)} meant?"
            if suffix.isascii() and suffix.isdigit() and len(suffix) < 4
            else ""
        )
        text = "The suffix (CRC, PIN) is not four hex digits."
        found.append(Complaint("mac", "error", text, hint))
        return whole
    known = parse_identifier(whole)
    if known.suffix and known.suffix != suffix.upper():
        found.append(Complaint("mac", "error", "The suffix column contradicts the MAC-ID of this row."))
        return whole
    return f"{known.mac}-{suffix.upper()}"


def _unwrap(cell: str) -> str:
    match = _FORMULA_TEXT.fullmatch(cell) if cell.startswith('="') else None
    return match[1] if match else cell


def _is_data(cells: Sequence[str]) -> bool:
    return any(is_identifier(cell) or _HEXLIKE.search(cell) or "://" in cell for cell in cells)


def _share(tests: Iterable[bool]) -> float:
    results = list(tests)
    return sum(results) / len(results) if results else 0.0
