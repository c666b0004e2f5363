"""The only writer to stdout: a table for people, CSV, or one JSON object a line."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TextIO

from tui.model.secrets import mask_credentials
from tui.model.text import make_inert

Record = Mapping[str, object]


class Form(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def measure(text: str) -> int:
    """Terminal columns that `text` takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - measure(text))


def _show(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return make_inert(str(value))


class Output:
    """Rows on stdout. Records are mappings; `columns` fixes their order and, for the table, the headings.

    Credentials inside URLs are masked unless `show_secrets`; foreign text is inert in every form.
    """

    _SAMPLE = 200

    def __init__(
        self, form: Form = Form.TABLE, stream: TextIO | None = None, *, show_secrets: bool = False
    ) -> None:
        self.form = form
        self.show_secrets = show_secrets
        self._stream = stream if stream is not None else sys.stdout

    def write_rows(
        self, records: Iterable[Record], columns: Sequence[str], *, headings: Mapping[str, str] | None = None
    ) -> None:
        """Write records as they come; the table fits its columns to the first 200 and streams the rest."""
        if self.form is Form.JSON:
            for record in records:
                self._write_json(record)
        elif self.form is Form.CSV:
            self._write_csv(records, columns)
        else:
            self._write_table(records, columns, headings or {})
        self._stream.flush()

    def write_line(self, text: str) -> None:
        """One line of data as it is, made inert."""
        self._write(make_inert(text) + "\n")
        self._stream.flush()

    def write_text(self, text: str) -> None:
        """Text of our own making (a template, a completion script), written verbatim."""
        self._write(text)
        self._stream.flush()

    def write_card(self, pairs: Sequence[tuple[str, object]]) -> None:
        """Label and value, one a line, for people."""
        width = max(measure(label) for label, _ in pairs)
        for label, value in pairs:
            self._write(f"{_pad(label, width)}  {self._clean(_show(value))}".rstrip() + "\n")
        self._stream.flush()

    def _clean(self, text: str) -> str:
        return text if self.show_secrets else mask_credentials(text)

    def _write_json(self, record: Record) -> None:
        import json

        clean = {
            key: make_inert(self._clean(value)) if isinstance(value, str) else value
            for key, value in record.items()
        }
        self._write(json.dumps(clean, ensure_ascii=False, default=str) + "\n")

    def _write_csv(self, records: Iterable[Record], columns: Sequence[str]) -> None:
        import csv

        writer = csv.writer(self._stream, lineterminator="\r\n")
        writer.writerow(columns)
        for record in records:
            writer.writerow([self._clean(_show(record.get(column))) for column in columns])

    def _write_table(
        self, records: Iterable[Record], columns: Sequence[str], headings: Mapping[str, str]
    ) -> None:
        from itertools import islice

        def cut(record: Record) -> list[str]:
            return [self._clean(_show(record.get(column))) for column in columns]

        rest = iter(records)
        first = [cut(record) for record in islice(rest, self._SAMPLE)]
        if not first:
            return
        titles = [headings.get(column, column.replace("_", " ").capitalize()) for column in columns]
        widths = [max(measure(row[index]) for row in [titles, *first]) for index in range(len(columns))]
        for row in [titles, *first]:
            self._write_aligned(row, widths)
        for record in rest:
            self._write_aligned(cut(record), widths)

    def _write_aligned(self, row: Sequence[str], widths: Sequence[int]) -> None:
        self._write(
            "  ".join(_pad(text, width) for text, width in zip(row, widths, strict=True)).rstrip() + "\n"
        )

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
        except UnicodeEncodeError:
            encoding = self._stream.encoding or "ascii"
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
