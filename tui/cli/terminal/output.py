"""The only writer to stdout: a table for people, CSV, or one JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from tui.cli.terminal.signs import find_translation
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


Record = Mapping[str, object]
OVERWRITE = "Choose another name, or add --force to replace it."


class Form(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def _show(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return make_inert(", ".join(map(str, value)))
    return make_inert(str(value))


class OutputFailed(OSError):
    """What was to be written could not be: the disk is full, the stream is closed. A reader that left is a
    BrokenPipeError."""


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
        self.before_write: Callable[[], None] | None = None
        self._stream = stream if stream is not None else sys.stdout
        self._translate = find_translation(self._stream)

    @property
    def width(self) -> int | None:
        """Columns of the terminal that is written to; None for a file or a pipe."""
        if not self._stream.isatty():
            return None
        import os

        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80

    def write_rows(
        self, records: Iterable[Record], columns: Sequence[str], *, headings: Mapping[str, str] | None = None
    ) -> None:
        """Write records as they come; the table fits its columns to the first 200 and to the terminal,
        and streams the rest."""
        if self.form is Form.JSON:
            for record in records:
                self._write_json(record)
        elif self.form is Form.CSV:
            self._write_csv(records, columns)
        else:
            self._write_table(records, columns, headings or {})
        self._flush()

    def write_line(self, text: str) -> None:
        """One line of data as it is, made inert."""
        self._write(make_inert(text) + "\n")
        self._flush()

    def write_text(self, text: str) -> None:
        """Text of our own making (a template, a completion script), written verbatim."""
        self._write(text)
        self._flush()

    def write_card(self, pairs: Sequence[tuple[str, object]]) -> None:
        """Label and value, one a line, for people."""
        from tui.cli.terminal.layout import measure, pad

        width = max(measure(label) for label, _ in pairs)
        for label, value in pairs:
            self._write(f"{pad(label, width)}  {self._clean(_show(value))}".rstrip() + "\n")
        self._flush()

    def drop(self) -> None:
        """Write to nowhere from now on: the reader is gone, and the interpreter's own flush at exit must not
        fail on that."""
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def _clean(self, text: str) -> str:
        return text if self.show_secrets else mask_credentials(text)

    def _write_json(self, record: Record) -> None:
        import json

        clean = {
            key: make_inert(self._clean(value)) if isinstance(value, str) else value
            for key, value in record.items()
        }
        plain = (self._stream.encoding or "ascii").lower() not in ("utf-8", "utf8")
        self._write(json.dumps(clean, ensure_ascii=plain, default=str) + "\n")

    def _write_csv(self, records: Iterable[Record], columns: Sequence[str]) -> None:
        from tui.model.text.csv_cells import write_csv_line

        self._write(write_csv_line(columns))
        for record in records:
            self._write(write_csv_line(self._clean(_show(record.get(column))) for column in columns))

    def _write_table(
        self, records: Iterable[Record], columns: Sequence[str], headings: Mapping[str, str]
    ) -> None:
        from itertools import islice

        from tui.cli.terminal.layout import lay_out

        def cut(record: Record) -> list[str]:
            return [self._clean(_show(record.get(column))) for column in columns]

        rest = iter(records)
        first = [cut(record) for record in islice(rest, self._SAMPLE)]
        if not first:
            return
        titles = [headings.get(column, column.replace("_", " ").capitalize()) for column in columns]
        layout = lay_out(columns, titles, first, self.width)
        self._write(layout.heading(titles) + "\n")
        for row in first:
            self._write("\n".join(layout.lines(row)) + "\n")
        for record in rest:
            self._write("\n".join(layout.lines(cut(record))) + "\n")

    def _write(self, text: str) -> None:
        if self.before_write is not None:
            self.before_write()
        try:
            self._stream.write(self._translate(text) if self._translate is not None else text)
        except UnicodeEncodeError:
            encoding = self._stream.encoding or "ascii"
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise _say_why(error) from None

    def _flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise _say_why(error) from None


def _say_why(error: Exception) -> OutputFailed:
    return OutputFailed(
        getattr(error, "errno", None) or 0, getattr(error, "strerror", None) or "it is closed"
    )
