"""CSV and TSV with any separator, quoted fields, and a heading in English, German, or none."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator

from tui.classes import define, replace
from tui.errors import InputError
from tui.intake.recognition.damage import is_error
from tui.intake.rows import Complaint, Draft
from tui.intake.tables.columns import Header, make_rows, read_header, settle_provider, understand_rows
from tui.model.text.csv_cells import unguard_cell
from tui.patterns import pattern

SEPARATORS = (",", ";", "\t", "|")
# Columns that a program printed one under the other, parted by blanks.
PRINTED = "  "
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", PRINTED: "blanks"}
_GAP = pattern(r"[ \t]{2,}|\t")
_SAMPLE = 50
_SEPARATOR_LINE = "sep="


@define(frozen=True, slots=True)
class Table:
    """A delimited text as it was understood."""

    header: Header
    drafts: list[Draft]
    notes: tuple[str, ...] = ()


def read_delimited(
    text: str,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> Table | None:
    """The table that a text is, None if it is none: if no separator gives a heading or exactly one column of
    devices.

    Raises InputError on a field that is too big.
    """
    header = find_header(text, guess=guess)
    if header is None:
        return None
    header = settle_provider(header, default_provider, guess)
    rows = read_cells(text, header.separator)
    notes: list[str] = []
    broken: set[int] = set()
    try:
        listed = list(rows)
    except csv.Error as error:
        line = _find_broken_line(text, header.separator)
        if "limit" in str(error):
            detail = f"Line {line} holds over 128 KiB in one field."
            raise InputError("A field is too big.", detail).about(line=line) from None
        notes.append(f"The quotes do not match on line {line}; every line was read by itself.")
        listed = list(_read_lines(text, header.separator))
        broken = {line for line, cells in listed if any(cell.count('"') % 2 for cell in cells)}
    first = header.line or 0
    data = [(line, cells) for line, cells in listed if line > first and not _is_remark(cells)]
    drafts = make_rows(
        data,
        header,
        default_url=default_url,
        default_provider=default_provider,
        need_target=need_target,
        guess=guess,
    )
    if broken:
        quote = Complaint(
            "row", "error", "A quote is not closed on this line.", "Double a quote inside a value."
        )
        drafts = [_add(draft, quote) if draft.line in broken else draft for draft in drafts]
    notes += describe_header(header, default_provider)
    if not drafts:
        notes.append("No rows below the heading.")
    remarks = sum(_is_remark(cells) for line, cells in listed if line > first)
    if remarks:
        notes.append(f"Passed over: {remarks} lines that begin with #.")
    return Table(header, drafts, tuple(notes))


def find_header(text: str, *, guess: bool = True) -> Header | None:
    """How the beginning of a text is understood as a table, None if it is none."""
    first = text[: len(_SEPARATOR_LINE) + 1]
    named = first[-1:] if first.lower().startswith(_SEPARATOR_LINE) and first[-1:] in SEPARATORS else ""
    best: tuple[float, Header] | None = None
    for separator in [named] if named else SEPARATORS:
        rows = _sample(text, separator)
        if not rows:
            continue
        header = understand_rows(rows, separator, guess=guess)
        if header is None or (header.line is None and len(header.columns) == 1):
            continue
        even = sum(len(cells) == len(header.columns) for _, cells in rows) / len(rows)
        score = header.known + even + (header.line is not None) * 10
        if best is None or score > best[0]:
            best = (score, header)
    return best[1] if best else _find_printed(text, guess)


def _find_printed(text: str, guess: bool) -> Header | None:
    """How a printed table is understood, None if its heading names nothing beside the devices."""
    header = understand_rows(_sample(text, PRINTED), PRINTED, guess=guess)
    known = {column.role for column in header.columns} if header and header.line is not None else set()
    return header if known & {"mac", "mac_id"} and known & {"suffix", "url", "provider"} else None


def _sample(text: str, separator: str) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    try:
        for line, cells in itertools.islice(read_cells(text[: 64 * 1024], separator), _SAMPLE * 2):
            if not rows and _is_remark(cells) and len(cells) > 1:
                # A heading may be written as a remark.
                cells = [cells[0].lstrip("# "), *cells[1:]]
                if read_header(cells, separator, line) is None:
                    continue
                rows.append((line, cells))
            elif any(cell.strip() for cell in cells) and not _is_remark(cells):
                rows.append((line, cells))
                if len(rows) == _SAMPLE:
                    break
    except csv.Error:
        if not rows:
            lines = itertools.islice(_read_lines(text[: 64 * 1024], separator), _SAMPLE)
            rows = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    return rows


def read_cells(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of each row. Raises csv.Error on unmatched quotes and huge fields."""
    if separator == PRINTED:
        yield from _read_printed(text)
        return
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=separator != "\t"
    )
    begins = 1
    for cells in reader:
        if not (begins == 1 and len(cells) <= 2 and cells and cells[0].lower().startswith(_SEPARATOR_LINE)):
            yield begins, [unguard_cell(cell) if "'" in cell else cell for cell in cells]
        begins = reader.line_num + 1


def _read_printed(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a printed table: a cell stands where its heading does, if there are fewer of them."""
    lines = text.splitlines()
    heading = next((line for line in lines if _is_printed_heading(line)), "")
    starts = [match.start() for match in re.finditer(r"\S+(?: \S+)*", heading)]
    for number, line in enumerate(lines, 1):
        cells = _GAP.split(line.strip())
        if (
            starts
            and 1 < len(cells) < len(starts)
            and all(line[at - 1 : at] in ("", " ") for at in starts[1:])
        ):
            ends = [*starts[1:], len(line) + 1]
            cells = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        yield number, cells


def _is_printed_heading(line: str) -> bool:
    cells = _GAP.split(line.strip())
    return len(cells) > 1 and len(line) < 1000 and read_header(cells, PRINTED, 0) is not None


def _read_lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        yield (
            number,
            [
                cell.strip(' "') if cell.count('"') % 2 == 0 else cell
                for cell in line.rstrip("\n").split(separator)
            ],
        )


def _find_broken_line(text: str, separator: str) -> int:
    last = 1
    try:
        for begins, cells in read_cells(text, separator):
            last = begins + 1 + sum(cell.count("\n") for cell in cells)
    except csv.Error:
        pass
    return last


def _is_remark(cells: list[str]) -> bool:
    return bool(cells) and cells[0].lstrip().startswith("#") and not is_error(cells[0].strip())


def _add(draft: Draft, complaint: Complaint) -> Draft:
    return replace(draft, complaints=(*draft.complaints, complaint))


def describe_header(header: Header, said: str = "") -> list[str]:
    """Sentences on how a table was understood: separator, columns told by content, and those not used."""
    named = header.separator in NAMES and len(header.columns) > 1
    notes = [f"Separated by {NAMES[header.separator]}."] if named else []
    if header.line is None:
        notes.append(f"No heading; columns told by their content: {header.describe()}.")
    provider = next(iter(header.find_all("provider")), None)
    if provider is not None:
        notes.append(f"The provider stands in the column {provider.shown}.")
    ignored = [column.shown for column in header.columns if column.role == "ignored" and column.title]
    ignored += [column.shown for column in header.columns if column.role == "ignored" and not column.title]
    if ignored:
        notes.append(f"Columns not used: {', '.join(ignored)}.")
    if provider is None and ignored and not said:
        notes.append("A column is taken for the provider only if its heading says so.")
    return notes
