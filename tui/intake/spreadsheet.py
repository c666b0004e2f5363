"""XLSX through the optional python-calamine: the first sheet that holds anything."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from tui.errors import InputError, UsageError
from tui.intake.encoding import SIZE_LIMIT, check_size

# What a small archive may unpack to.
UNPACKED_LIMIT = 4 * SIZE_LIMIT
ROW_LIMIT = 1_000_000


def read_sheet(data: bytes) -> tuple[str, list[list[str]], tuple[str, ...]]:
    """Sheet name, rows of texts and notes. Raises UsageError without the extra, InputError if it is no
    workbook.
    """
    check_size(len(data))
    _refuse_bomb(data)
    try:
        import python_calamine
    except ImportError:
        raise UsageError(
            "XLSX files need an extra.",
            "python-calamine is not installed.",
            "Install redirectory[xlsx], or save the sheet as CSV.",
        ) from None
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = list(book.sheet_names)
        for place, name in enumerate(names):
            rows = book.get_sheet_by_index(place).to_python(skip_empty_area=False, nrows=ROW_LIMIT)
            if any(any(cell != "" for cell in row) for row in rows):
                others = [other for other in names if other != name]
                notes = (f"Sheet {name} read; not read: {', '.join(others)}.",) if others else ()
                return name, [[_write_cell(cell) for cell in row] for row in rows], notes
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise InputError(
            "The spreadsheet cannot be read.", f"{type(error).__name__}.", "Save it again, or as CSV."
        ) from None
    raise InputError("The spreadsheet is empty.", "No sheet holds anything.")


def sheet_as_csv(data: bytes) -> str:
    """The sheet as CSV text, a line for each of its rows. Raises as `read_sheet` does."""
    import csv

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [" ".join(cell.splitlines()) for cell in row] for row in read_sheet(data)[1]
    )
    return text.getvalue()


def _refuse_bomb(data: bytes) -> None:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise InputError(
            "The archive is broken.",
            "It begins like an XLSX file and does not go on like one.",
            "Save it again.",
        ) from None
    if size > UNPACKED_LIMIT:
        raise InputError("The spreadsheet is too big.", f"It unpacks to {size >> 20} MiB.", "Save it as CSV.")
    if not any(name.startswith("xl/") for name in names):
        raise InputError(
            "The input is not text.", "It is a ZIP archive without a spreadsheet.", "Unpack it first."
        )


def _write_cell(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, (datetime, date, time, timedelta)):
        return str(cell)
    return str(cell)
