"""What a workbook says about its cells beside their values: how far a sheet reaches, which rows and columns
are hidden, how numbers are shown, and which cells have no value. Read from the XML of XLSX and ODS, element
by element, so that nothing is built up for cells that are empty.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from tui.classes import define, field
from tui.patterns import pattern

_PIECE = 1 << 16
_HUGE = 10**9
_PLACE = pattern(r"([A-Za-z]{1,3})([0-9]{1,7})")
# One piece of a number format: a literal, or a place for a digit. Everything else is arithmetic.
_PIECES = pattern(r'\\(.)|"([^"]*)"|([0#])|([-/:_ ])')
Attributes = Mapping[str, str]


class TooMuch(Exception):
    """A sheet goes over a limit; the text says which, for a person."""


class BrokenSheet(Exception):
    """The XML of a workbook cannot be read."""


@define(frozen=True, slots=True)
class Limits:
    """How many columns and how many cells (columns times rows, empty ones among them) a sheet may have."""

    columns: int
    cells: int


@define(slots=True)
class SheetFacts:
    """Rows and columns count from 0. `formats` are number formats by cell, `shown` the texts that stand for
    numbers, `flaws` what is wrong with a cell; `too_much` says which limit kept the sheet from being read.
    """

    name: str
    limits: Limits
    last_row: int = -1
    last_column: int = -1
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    flaws: dict[tuple[int, int], str] = field(default_factory=dict)
    too_much: str = ""

    def reach(self, row: int, column: int) -> None:
        """Count a cell that holds something. Raises TooMuch."""
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
        width, height = self.last_column + 1, self.last_row + 1
        if width > self.limits.columns or width * height > self.limits.cells:
            raise TooMuch(
                f"Sheet {self.name} reaches to cell {name_cell(self.last_row, self.last_column)}: "
                f"{height:,} rows and {width:,} columns. The limits are {self.limits.columns:,} columns and "
                f"{self.limits.cells:,} cells, empty ones counted."
            )

    def show(self, row: int, column: int, number: float) -> str | None:
        """A whole number as the sheet shows it, None if it is shown as any number is."""
        if (row, column) in self.shown:
            return self.shown[row, column]
        pattern = self.formats.get((row, column))
        return apply_format(pattern, int(number)) if pattern else None


def name_cell(row: int, column: int) -> str:
    """`XFD1048576` for row 1048575 and column 16383."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def apply_format(pattern: str, number: int) -> str | None:
    """A whole number in a format of zeros and literals such as 000000000000 or 00-00, None for any other."""
    first = pattern.partition(";")[0]
    pieces = list(_PIECES.finditer(first))
    if number < 0 or "".join(piece[0] for piece in pieces) != first:
        return None
    places = sum(piece[3] is not None for piece in pieces)
    if first.count("0") < 2 or places > 64:
        return None
    digits = str(number)
    left = len(digits) - places
    text = ""
    for piece in pieces:
        if piece[3] is None:
            text += piece[1] or piece[2] or piece[4] or ""
            continue
        if left > 0:  # the first place takes all digits that have none of their own
            text += digits[:left]
            digits, left = digits[left:], 0
        if left == 0:
            text, digits = text + digits[:1], digits[1:]
        else:
            text, left = text + ("0" if piece[3] == "0" else ""), left + 1
    return text


def read_xlsx_facts(archive: zipfile.ZipFile, limits: Limits) -> Iterator[SheetFacts]:
    """The facts of every sheet of an XLSX file, in the workbook's order. Raises BrokenSheet."""
    parts = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    formats = _read_formats(archive, parts)
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relate(tag: str, found: Attributes) -> None:
        if tag == "Relationship":
            targets[found.get("Id", "")] = found.get("Target", "")

    def list_sheet(tag: str, found: Attributes) -> None:
        if tag == "sheet":
            link = next((value for name, value in found.items() if name.endswith(":id")), "")
            sheets.append((found.get("name", ""), link))

    _parse(archive, parts.get("xl/_rels/workbook.xml.rels"), relate)
    _parse(archive, parts.get("xl/workbook.xml"), list_sheet)
    for name, link in sheets:
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        facts = SheetFacts(name, limits)
        try:
            _XlsxSheet(facts, formats).read(archive, parts.get(path.lower()))
        except TooMuch as too_much:
            facts.too_much = str(too_much)
        yield facts


def _read_formats(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> list[str]:
    """The number format of each cell style; empty for those that are no person's."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, found: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            codes[found.get("numFmtId", "")] = found.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(codes.get(found.get("numFmtId", ""), ""))

    _parse(archive, parts.get("xl/styles.xml"), start)
    return styles


class _XlsxSheet:
    def __init__(self, facts: SheetFacts, formats: list[str]) -> None:
        self.facts, self.formats = facts, formats
        self.row = self.column = -1
        self.kind = self.style = ""
        self.formula = self.filled = False

    def read(self, archive: zipfile.ZipFile, part: str | None) -> None:
        _parse(archive, part, self.start, self.end, self.text)

    def start(self, tag: str, found: Attributes) -> None:
        if tag == "row":
            self.row = _number(found.get("r"), self.row + 2) - 1
            self.column = -1
            if _is_true(found.get("hidden")) or found.get("ht") == "0":
                self.facts.hidden_rows.add(self.row)
        elif tag == "c":
            place = _PLACE.fullmatch(found.get("r", ""))
            self.column = _column(place[1]) if place else self.column + 1
            self.row = int(place[2]) - 1 if place else self.row
            self.kind, self.style = found.get("t", "n"), found.get("s", "")
            self.formula = self.filled = False
        elif tag == "f":
            self.formula = True
        elif tag == "is":
            self.filled = True
        elif tag == "col" and (_is_true(found.get("hidden")) or found.get("width") == "0"):
            first, last = _number(found.get("min"), 1), _number(found.get("max"), 0)
            self.facts.hidden_columns.update(range(first - 1, min(last, self.facts.limits.columns)))

    def text(self, tag: str, _text: str) -> None:
        self.filled = self.filled or tag == "v"

    def end(self, tag: str) -> None:
        if tag != "c" or not (self.filled or self.formula):
            return
        here = self.row, self.column
        self.facts.reach(*here)
        if self.kind == "e" and self.filled:
            self.facts.flaws[here] = "holds an error of the spreadsheet"
        elif self.formula and not self.filled:
            self.facts.flaws[here] = "is a formula that was never calculated"
        elif self.kind == "n" and self.style.isdecimal() and int(self.style) < len(self.formats):
            pattern = self.formats[int(self.style)]
            if "00" in pattern:
                self.facts.formats[here] = pattern


def read_ods_facts(archive: zipfile.ZipFile, limits: Limits) -> Iterator[SheetFacts]:
    """The facts of every sheet of an ODS file, which has all in one part. Raises TooMuch, BrokenSheet."""
    reader = _OdsContent(limits)
    _parse(archive, "content.xml", reader.start, reader.end, reader.text)
    yield from reader.sheets


class _OdsContent:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[SheetFacts] = []
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.hidden = False
        self.kind = self.value = self.shown = ""
        self.formula = self.filled = False

    def start(self, tag: str, found: Attributes) -> None:
        if tag == "table":
            self.sheets.append(SheetFacts(found.get("table:name", ""), self.limits))
            self.row = self.column = 0
        elif not self.sheets:
            return
        elif tag == "table-column":
            times = _number(found.get("table:number-columns-repeated"), 1)
            if found.get("table:visibility") in ("collapse", "filter"):
                last = min(self.column + times, self.limits.columns)
                self.sheets[-1].hidden_columns.update(range(self.column, last))
            self.column += times
        elif tag == "table-row":
            self.rows = _number(found.get("table:number-rows-repeated"), 1)
            self.hidden = found.get("table:visibility") in ("collapse", "filter")
            self.column = 0
        elif tag in ("table-cell", "covered-table-cell"):
            self.columns = _number(found.get("table:number-columns-repeated"), 1)
            self.kind, self.value = found.get("office:value-type", ""), found.get("office:value", "")
            self.formula, self.filled, self.shown = "table:formula" in found, bool(self.kind), ""

    def text(self, tag: str, text: str) -> None:
        if tag in ("p", "span"):
            self.filled = True
            if len(self.shown) < 64:
                self.shown += text

    def end(self, tag: str) -> None:
        if tag == "table-row":
            self.row += self.rows
        elif tag in ("table-cell", "covered-table-cell") and self.sheets:
            if self.filled or self.formula:
                self._take(self.sheets[-1])
            self.column += self.columns

    def _take(self, facts: SheetFacts) -> None:
        facts.reach(self.row + self.rows - 1, self.column + self.columns - 1)
        if self.hidden:
            facts.hidden_rows.update(range(self.row, self.row + self.rows))
        flaw = ""
        if self.formula and not self.filled:
            flaw = "is a formula that was never calculated"
        elif self.formula and self.shown.startswith(("#", "Err:")):
            flaw = "holds an error of the spreadsheet"
        padded = self.kind == "float" and self.shown.isdecimal() and self.shown.startswith("0")
        if not flaw and not (padded and self.value.isdecimal() and int(self.shown) == int(self.value)):
            return
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                if flaw:
                    facts.flaws[row, column] = flaw
                else:
                    facts.shown[row, column] = self.shown


def _parse(
    archive: zipfile.ZipFile,
    part: str | None,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str, str], None] | None = None,
) -> None:
    """Feed the elements of a part, by names without prefix, to the functions; a missing part has none. `text`
    gets the element that it stands in. Raises BrokenSheet."""
    if part is None or part not in archive.namelist():
        return
    parser = expat.ParserCreate()
    local: dict[str, str] = {}
    stack: list[str] = []

    def begin(tag: str, found: dict[str, str]) -> None:
        name = local.get(tag)
        if name is None:
            name = local[tag] = tag.rpartition(":")[2]
            if len(local) > 1000:
                raise BrokenSheet("too many kinds of elements")
        stack.append(name)
        start(name, found)

    def finish(tag: str) -> None:
        stack.pop()
        if end is not None:
            end(local[tag])

    def refuse(*_: object) -> None:
        raise BrokenSheet("a document type declaration")

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.StartDoctypeDeclHandler = refuse
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = lambda piece: text(stack[-1], piece)
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise BrokenSheet(type(error).__name__) from None


def _number(text: str | None, default: int) -> int:
    if not text or not text.isascii() or not text.isdecimal():
        return default
    return int(text) if len(text) < 10 else _HUGE


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")
