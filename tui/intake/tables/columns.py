"""Rows of a table made into drafts: MAC, suffix and target from their columns, and a warning for every column
that looks as if it should have been used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.classes import define, field
from tui.intake.recognition.damage import explain_suffix, repair_mac
from tui.intake.recognition.finding import IS_RANGE, cut, drop_invisible, find_devices
from tui.intake.recognition.header import (
    Column,
    Header,
    is_identifier,
    is_suffix_column,
    read_header,
    refuse_changes,
    settle_provider,
    split_tables,
    understand_rows,
)
from tui.intake.recognition.headings import may_be_personal, names_end, names_number, names_secret, tell_role
from tui.intake.rows import FIELD_LIMIT, Complaint, Draft, make_draft, make_passed
from tui.model.addresses import find_vendor
from tui.model.identifiers import doubt_number, parse_identifier
from tui.model.secrets import MASK
from tui.patterns import pattern

__all__ = ["Header", "make_rows", "read_header", "settle_provider", "understand_rows"]

_FOUR = pattern(r"[0-9A-Fa-f]{4}")
_FORMULA_TEXT = pattern(r'="(.*)"')
_MOST_DEVICES = 100
_HEADING_SHOWN = 200
# What people and programs write where they have nothing to write.
_NOTHING = frozenset(
    ["-", "--", "---", "–", "—", "?", "n/a", "k.a.", "null", "none", "nil", "undefined", "nan"]
)
_DRAWN = frozenset("-=_+:|* \t\u2500\u2501\u2550\u253c\u2502")
_GAPS = str.maketrans("", "", " :.-")
_PAIRED = pattern(r"(?:0[xX])?([0-9A-Fa-f]{2})[-:. ]?([0-9A-Fa-f]{2})\.?")


@define(slots=True)
class _Table:
    """What all rows of a table together tell about its columns."""

    header: Header
    macs: list[Column]
    suffixes: dict[int, Column]
    default_url: str
    default_provider: str
    need_target: bool
    mac_id: Column | None
    url: Column | None
    provider: Column | None
    # A suffix column that is filled in most rows: an empty cell in it is remarkable.
    full: set[int] = field(default_factory=set)
    # A suffix column without a single letter, headed PIN: it may hold the PINs of persons.
    personal: set[int] = field(default_factory=set)
    # The columns of the first and the last MAC of a range.
    ends: list[Column] = field(default_factory=list)
    secret: set[int] = field(default_factory=set)
    suspicious: dict[int, str] = field(default_factory=dict)


def make_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    header: Header,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> list[Draft]:
    """The drafts of each (line, cells) that is not blank: one for each device of the row, or one that says
    why the row has none. A row that is another heading begins another table.

    Defaults fill an empty URL or provider. A heading that only may mean the provider counts if `guess` is
    allowed and nobody has said the provider.
    """
    listed = [
        (line, [_unwrap(cell) for cell in cells])
        for line, cells in rows
        if any(cell and not cell.isspace() for cell in cells) and not _is_rule(cells)
    ]
    drafts: list[Draft] = []
    for found, below in split_tables(listed, header):
        refuse_changes(found)
        known = settle_provider(found, default_provider, guess)
        if found is not header:
            text = f"This row is another heading: {cut(known.describe(), _HEADING_SHOWN)}."
            drafts.append(make_passed(found.line or 0, "", text, default_url, default_provider))
        table = _Table(
            known,
            known.find_all("mac"),
            _pair_suffixes(known),
            default_url,
            default_provider,
            need_target,
            *(next(iter(known.find_all(role)), None) for role in ("mac_id", "url", "provider")),  # type: ignore[arg-type]
        )
        table.ends = [column for column in table.macs if names_end(column.title)]
        _survey(table, below)
        for line, cells in below:
            drafts += _make_row(table, line, cells)
    return drafts


def _is_rule(cells: Sequence[str]) -> bool:
    """Whether a row is only a line drawn between others, as in Markdown."""
    if any(cell and cell[0] not in _DRAWN for cell in cells):
        return False
    return not set("".join(cells)) - _DRAWN


def _pair_suffixes(header: Header) -> dict[int, Column]:
    """The suffix column of each MAC column: in order if there are as many, else the one for all."""
    places = [column.index for column in header.columns if column.role in ("mac_id", "mac")]
    suffixes = header.find_all("suffix")
    if header.find("mac_id") is not None:
        # The columns MAC-ID and MAC of one table name the same device.
        first = [place for place in places if header.columns[place].role == "mac"][:1]
        places = [place for place in places if place not in first]
    if len(suffixes) == len(places):
        return dict(zip(places, suffixes, strict=True))
    return dict.fromkeys(places, suffixes[0]) if suffixes else {}


def _survey(table: _Table, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    for column in table.suffixes.values():
        filled = sum(bool(_cell(cells, column)) for _, cells in rows)
        devices = _device_columns(table)
        named = sum(any(is_identifier(_cell(cells, mac)) for mac in devices) for _, cells in rows)
        if filled and filled * 2 >= named:
            table.full.add(column.index)
        written = [cell for _, row in rows if (cell := _cell(row, column))]
        if len(written) > 1 and may_be_personal(column.title) and all(map(str.isdecimal, written)):
            table.personal.add(column.index)
    used = {column.index for column in table.header.columns if column.role != "ignored"}
    width = max((len(cells) for _, cells in rows), default=0)
    for index in range(width):
        if index in used:
            continue
        title = table.header.columns[index].title if index < len(table.header.columns) else ""
        if names_secret(title):
            table.secret.add(index)
            continue
        shown = title or str(index + 1)
        filled_cells = [
            cells[index].strip() for _, cells in rows if index < len(cells) and cells[index].strip()
        ]
        if any(map(is_identifier, filled_cells)):
            table.suspicious[index] = f"The column {shown} holds a MAC and was not used."
        elif filled_cells and all(map(_FOUR.fullmatch, filled_cells)):
            letters = is_suffix_column(filled_cells)
            same = len(filled_cells) > 1 and len(set(filled_cells)) == 1
            if letters or not (table.suffixes or names_number(title) or same):
                table.suspicious[index] = f"The column {shown} holds four hex digits and was not used."
        elif table.url is None and sum("://" in cell for cell in filled_cells) * 2 > len(filled_cells):
            table.suspicious[index] = f"The column {shown} holds URLs and was not used."


def _device_columns(table: _Table) -> list[Column]:
    return [*table.header.find_all("mac_id")[:1], *table.macs]


def _make_row(table: _Table, line: int, cells: Sequence[str]) -> list[Draft]:
    header = table.header
    shared: list[Complaint] = []
    width = len(header.columns)
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        text = f"{len(cells)} columns instead of {width}."
        shared.append(Complaint("row", "error", text, "Quote a value that holds the separator."))
    elif header.separator and any(column.role != "ignored" for column in header.columns[len(cells) :]):
        few = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        shared.append(Complaint("row", "warning", f"{few} instead of {width}."))
    url = _cell(cells, table.url)
    provider = _cell(cells, table.provider)
    if provider and table.provider is not None and table.provider.vague:
        text = f"The provider was taken from the column {table.provider.shown}."
        shared.append(Complaint("provider", "warning", text))
    elif provider.startswith("="):
        shared.append(Complaint("provider", "warning", "The provider reads like a formula."))
    elif provider.lower() in _NOTHING:
        text = f"The provider is {provider!r}, which may stand for none."
        shared.append(Complaint("provider", "warning", text))
    if len(table.ends) == 2 and all(_cell(cells, column) for column in table.ends):
        names = " and ".join(column.shown for column in table.ends)
        shared.append(Complaint("row", "warning", f"{names}: {IS_RANGE[0].lower()}{IS_RANGE[1:]}"))
    shown = cells
    if table.secret:
        shown = [MASK if index in table.secret and cell else cell for index, cell in enumerate(cells)]
    joined = (header.separator or " | ").join(shown)
    target = (url or table.default_url, provider or table.default_provider)
    devices = _read_devices(table, cells)
    suffixes = [_cell(cells, column) for column in table.suffixes.values()]
    nameless = not devices or all(_is_prose(text) for text, _ in devices)
    if nameless and (stray := _find_stray(table, cells)):
        return [make_draft(line, joined, "", *target, complaints=[*shared, stray], need_target=False)]
    if not devices and not url and not any(suffixes):
        return [make_passed(line, joined, "This row names no device.", *target)]
    if not devices:
        shared.append(Complaint("mac", "error", "The MAC of this row is missing."))
    elif nameless and not (url or provider or any(map(_FOUR.fullmatch, suffixes))):
        return [make_passed(line, joined, f"This row names no device: {cut(devices[0][0])}.", *target)]
    shared += _note_unused(table, cells, [text for text, _ in devices])
    return [
        make_draft(
            line,
            joined,
            text,
            *target,
            complaints=[*shared, *found],
            need_target=table.need_target,
        )
        for text, found in devices or [("", [])]
    ]


def _find_stray(table: _Table, cells: Sequence[str]) -> Complaint | None:
    """What is wrong with a row whose MAC stands in another column than the heading says."""
    wanted = _device_columns(table)
    for index, cell in enumerate(cells):
        column = table.header.columns[index] if index < len(table.header.columns) else None
        if column in wanted or not cell:
            continue
        seen = find_devices(cell[:FIELD_LIMIT])
        device = next((device for device in seen.devices if not doubt_number(device)), "")
        if not device:
            continue
        # A MAC of something else than the phone may stand where the phone has none.
        if column is None or tell_role(column.title) != "ignored":
            text = f"The MAC {cut(device)} stands in the column {column.shown if column else index + 1}"
            hint = "Put it there, or leave the row out."
            return Complaint("mac", "error", f"{text}, and none in {wanted[0].shown}.", hint)
    return None


def _read_devices(table: _Table, cells: Sequence[str]) -> list[tuple[str, list[Complaint]]]:
    """The devices of a row, each with its complaints."""
    wholes: list[tuple[Column, str, list[Complaint]]] = []
    macs = list(table.macs)
    if table.mac_id is not None:
        found: list[Complaint] = []
        mac_id, mac = _cell(cells, table.mac_id), ""
        if macs:
            mac = _cell(cells, macs.pop(0))
            _compare(mac_id, mac, found)
        if mac_id or mac:
            wholes.append((table.mac_id, mac_id or mac, found))
    wholes += [(column, cell, []) for column in macs if (cell := _cell(cells, column))]
    used: set[int] = set()
    devices: list[tuple[str, list[Complaint]]] = []
    for column, whole, found in wholes:
        texts = _read_cell(whole, found)
        suffix_column = table.suffixes.get(column.index)
        suffix = _cell(cells, suffix_column)
        if suffix_column is not None and suffix:
            shares = sum(one is suffix_column for one in table.suffixes.values()) > 1 and len(wholes) > 1
            if len(texts) > 1 or shares:
                text = (
                    f"It is not known which MAC of this row the suffix in {suffix_column.shown} belongs to."
                )
                found.append(Complaint("mac", "warning", text))
            elif suffix_column.index not in used:
                used.add(suffix_column.index)
                if suffix_column.index in table.personal:
                    text = (
                        f"{suffix_column.shown} was taken for the suffix, and holds no hex letter in any row."
                    )
                    found.append(Complaint("mac", "warning", text, "Is it the PIN of a person?"))
                texts = [_join(texts[0], suffix, found)]
        elif suffix_column is not None and suffix_column.index in table.full and any(map(_is_bare, texts)):
            text = f"The suffix is missing: {suffix_column.shown} is empty in this row."
            found.append(Complaint("mac", "warning", text))
        devices += [(text, found) for text in texts]
    return devices


def _read_cell(cell: str, found: list[Complaint]) -> list[str]:
    """The devices in one cell: one in any spelling, one that a spreadsheet has damaged, or several."""
    if is_identifier(cell):
        doubt = doubt_number(cell)
        if doubt:
            bare = "".join(cell.split())
            level = "error" if len(bare) == 16 else "warning"
            found.append(Complaint("mac", level, doubt))  # type: ignore[arg-type]
        return [cell]
    repair = repair_mac(cell)
    if repair is not None:
        found.append(Complaint("mac", "warning" if repair.text else "error", repair.cause, repair.hint))
        return [repair.text or cell]
    if len(cell) > FIELD_LIMIT:
        return [cell]
    inside = find_devices(cell)
    if not inside.devices or inside.broken or inside.doubts or len(inside.devices) > _MOST_DEVICES:
        return [cell]
    found += [Complaint("mac", "warning", note) for note in inside.notes]
    if inside.others:
        found.append(Complaint("row", "warning", f"Not used: {inside.others}"))
    return list(inside.devices)


def _compare(mac_id: str, mac: str, found: list[Complaint]) -> None:
    both = is_identifier(mac_id) and is_identifier(mac)
    if both and parse_identifier(mac_id).mac != parse_identifier(mac).mac:
        found.append(Complaint("mac", "error", "MAC-ID and MAC of this row name different devices."))


def _join(whole: str, suffix: str, found: list[Complaint]) -> str:
    if not is_identifier(whole):
        return whole
    bare = drop_invisible(suffix, []).strip("'\"`\u2018\u2019\u201c\u201d()[] ")
    if paired := _PAIRED.fullmatch(bare):
        bare = paired[1] + paired[2]
    elif is_identifier(bare) and parse_identifier(bare).mac == parse_identifier(whole).mac:
        bare = parse_identifier(bare).suffix or bare
    if not _FOUR.fullmatch(bare):
        repair = explain_suffix(bare)
        found.append(Complaint("mac", "error", repair.cause, repair.hint))
        return whole
    known = parse_identifier(whole)
    if known.suffix and known.suffix != bare.upper():
        found.append(Complaint("mac", "error", "The suffix column contradicts the MAC-ID of this row."))
        return whole
    return f"{known.mac}-{bare.upper()}"


def _is_prose(text: str) -> bool:
    """Whether a cell holds words or a sum where a device would stand, and no piece of a MAC that begins as
    those of the phones do."""
    if find_vendor(text[:FIELD_LIMIT].translate(_GAPS).upper()):
        return False
    return (
        not is_identifier(text) and repair_mac(text) is None and bool(find_devices(text[:FIELD_LIMIT]).passed)
    )


def _is_bare(text: str) -> bool:
    return is_identifier(text) and parse_identifier(text).suffix is None


def _note_unused(table: _Table, cells: Sequence[str], devices: Sequence[str]) -> list[Complaint]:
    if not table.suspicious:
        return []
    named = {parse_identifier(text).mac for text in devices if is_identifier(text)}
    found = []
    for index, words in table.suspicious.items():
        cell = cells[index].strip() if index < len(cells) else ""
        if is_identifier(cell) and parse_identifier(cell).mac in named:
            continue
        if cell and ("four" in words or "://" in cell or is_identifier(cell)):
            found.append(Complaint("row", "warning", words))
    return found


def _cell(cells: Sequence[str], column: Column | None) -> str:
    return cells[column.index].strip() if column is not None and column.index < len(cells) else ""


def _unwrap(cell: str) -> str:
    match = _FORMULA_TEXT.fullmatch(cell) if cell.startswith('="') else None
    return match[1] if match else cell
