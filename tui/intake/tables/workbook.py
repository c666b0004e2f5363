"""The process that reads a workbook: `serve` runs in a child of its own, under limits, and writes the sheets
to stdout as JSON lines.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any

from tui.intake.tables.sheet_facts import (
    BrokenSheet,
    Limits,
    SheetFacts,
    TooMuch,
    name_cell,
    read_ods_facts,
    read_xlsx_facts,
)

COLUMNS = 1024
CELLS = 4_000_000
ROWS = 250_000
# Characters of all cells of a sheet, what one archive may unpack to, and how many parts it may have.
CHARACTERS = 64 << 20
UNPACKED = 256 << 20
PARTS = 5000
_NAMED = 20
_FLAWS = 100_000
_SHORTEN = "Copy the rows of devices into a new workbook, or save the sheet as CSV."
_AGAIN = "Open it and save it again, or save it as CSV."


class Refused(Exception):
    """The workbook is not read: title, detail, hint."""


def serve(memory: int, seconds: int) -> None:
    """Read the workbook that the rest of stdin is, within `memory` bytes and `seconds` of computing time.

    Writes a line `{"sheet": …}` for each visible sheet, followed by an array `[number, cell, …]` for each row
    that holds something; at the end `{"end": …}`, or `{"refused": [title, detail, hint]}`.
    """
    _limit(memory, seconds)
    out = sys.stdout
    try:
        for line in read_workbook(sys.stdin.buffer.read()):
            out.write(json.dumps(line) + "\n")
    except Refused as refused:
        out.write(json.dumps({"refused": refused.args}) + "\n")
    except MemoryError:
        out.write(json.dumps({"memory": True}) + "\n")
    out.flush()


def _limit(memory: int, seconds: int) -> None:
    import resource

    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, seconds, seconds + 5),  # the hard limit kills without a reason that can be told
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
    ):
        try:
            resource.setrlimit(kind, (soft, hard))
        except (ValueError, OSError):
            continue


def read_workbook(data: bytes) -> Iterator[Any]:
    """The lines of `serve`. Raises Refused."""
    import python_calamine

    facts = _read_facts(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            (place, entry.name)
            for place, entry in enumerate(book.sheets_metadata)
            if entry.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        hidden = [
            name
            for place, name in sheets
            if book.sheets_metadata[place].visible != python_calamine.SheetVisibleEnum.Visible
        ]
        for place, name in sheets:
            if name in hidden:
                continue
            found = facts.get(name) if facts is not None else None
            yield {"sheet": name, **_describe(found)}
            if found is not None and found.too_much:
                continue
            try:
                yield from _read_rows(book.get_sheet_by_index(place), found)
            except TooMuch as too_much:
                yield {"too_much": str(too_much)}
        yield {"end": {"hidden": hidden, "facts": facts is not None}}
    except python_calamine.PasswordError:
        raise Refused(
            "The spreadsheet is locked with a password.", "It is encrypted.", "Save it without a password."
        ) from None
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Refused("The spreadsheet cannot be read.", f"{type(error).__name__}.", _AGAIN) from None


def _read_facts(data: bytes) -> dict[str, SheetFacts] | None:
    """The facts of each sheet by its name; None for a format that does not tell them."""
    if not data.startswith(b"PK"):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused(
            "The archive is broken.", "It begins like a spreadsheet and does not go on like one.", _AGAIN
        ) from None
    names = archive.namelist()
    size = sum(entry.file_size for entry in archive.infolist())
    if size > UNPACKED or len(names) > PARTS:
        raise Refused(
            "The spreadsheet is too big.",
            f"It unpacks to {size >> 20:,} MiB in {len(names):,} parts. "
            f"The limits are {UNPACKED >> 20} MiB and {PARTS:,} parts.",
            _SHORTEN,
        )
    folded = [name.replace("\\", "/").lower() for name in names]
    name, times = Counter(folded).most_common(1)[0] if folded else ("", 0)
    if times > 1:
        raise Refused("The archive is broken.", f"It holds {name} {times} times.", _AGAIN)
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise Refused(
            "The spreadsheet is locked with a password.", "It is encrypted.", "Save it without a password."
        )
    limits = Limits(COLUMNS, CELLS)
    if "xl/workbook.bin" in folded:
        return None
    if "xl/workbook.xml" in folded:
        return _collect(read_xlsx_facts(archive, limits))
    if "content.xml" in folded and b"spreadsheet" in _read_kind(archive):
        return _collect(read_ods_facts(archive, limits))
    raise Refused(
        "The archive holds no spreadsheet.", _guess(folded), "Unpack it, or give a workbook or a CSV file."
    )


def _collect(sheets: Iterator[SheetFacts]) -> dict[str, SheetFacts]:
    try:
        return {facts.name: facts for facts in sheets}
    except TooMuch as too_much:
        raise Refused("The spreadsheet is too big.", str(too_much), _SHORTEN) from None
    except BrokenSheet as broken:
        raise Refused("The spreadsheet cannot be read.", f"{broken}.", _AGAIN) from None


def _read_kind(archive: zipfile.ZipFile) -> bytes:
    try:
        with archive.open("mimetype") as stream:
            return stream.read(200)
    except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return b"spreadsheet"


def _guess(names: list[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "It is a Word document."
    if "content.xml" in names:
        return "It is an OpenDocument file of another kind."
    return "It is a ZIP archive of other files."


def _describe(facts: SheetFacts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    rows = sorted(row for row in facts.hidden_rows if row <= facts.last_row)
    columns = sorted(column for column in facts.hidden_columns if column <= facts.last_column)
    flaws = [
        [row + 1, name_cell(row, column), text]
        for (row, column), text in islice(facts.flaws.items(), _FLAWS)
        if row not in facts.hidden_rows and column not in facts.hidden_columns
    ]
    return {
        "too_much": facts.too_much,
        "hidden_rows": [len(rows), [row + 1 for row in rows[:_NAMED]]],
        "hidden_columns": [name_cell(0, column)[:-1] for column in columns],
        "flaws": flaws,
    }


def _read_rows(sheet: Any, facts: SheetFacts | None) -> Iterator[list[Any]]:
    """Each row that holds something, and its number. Raises TooMuch."""
    if sheet.start is None:
        return
    offset = sheet.start[1]
    width, height = sheet.end[1] + 1, sheet.end[0] + 1
    if width > COLUMNS or width * height > CELLS:
        raise TooMuch(
            f"Sheet {sheet.name} has {height:,} rows and {width:,} columns. "
            f"The limits are {COLUMNS:,} columns and {CELLS:,} cells."
        )
    rows = characters = 0
    for row, cells in enumerate(sheet.iter_rows()):
        if facts is not None and row in facts.hidden_rows:
            continue
        texts = [""] * offset + [
            write_cell(cell, facts, row, column) if cell != "" else ""
            for column, cell in enumerate(cells, offset)
        ]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows, characters = rows + 1, characters + sum(map(len, texts))
            if rows > ROWS or characters > CHARACTERS:
                raise TooMuch(
                    f"Sheet {sheet.name} goes on after row {row + 1:,}. The limits are {ROWS:,} rows that "
                    f"hold something, and {CHARACTERS:,} characters."
                )
            yield [row + 1, *texts]


def write_cell(cell: Any, facts: SheetFacts | None, row: int, column: int) -> str:
    """The text of a cell as the sheet shows it; empty in a hidden column."""
    if facts is not None and column in facts.hidden_columns:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        shown = facts.show(row, column, cell) if facts is not None else None
        return str(int(cell)) if shown is None else shown
    if isinstance(cell, datetime) and cell.time() == time():
        return str(cell.date())
    return str(cell)
