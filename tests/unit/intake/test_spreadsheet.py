"""Workbooks: what is visible is read, what is not is named, and no file can take the program down."""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.workbook import make_workbook
from tui.errors import InputError
from tui.intake.reading import has_devices, read_intake
from tui.intake.tables import spreadsheet
from tui.intake.tables.sheet_facts import apply_format, name_cell
from tui.intake.tables.spreadsheet import read_sheet, stop_reading

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>MAC</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>7C2F80C10001</t></is></c></row>'
)
TIMES_COLUMNS = 'table:number-columns-repeated="16384"'
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"


def make_xlsx(rows: str = HEAD, before: str = "", **parts: str) -> bytes:
    """A workbook of one sheet whose rows are XML; `parts` replace or add parts by path, `/` as `__`."""
    parts = {path.replace("__", "/") + ".xml": text for path, text in parts.items()}
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>"
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(make_workbook({1: ["MAC"]}))) as base,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in base.namelist():
            book.writestr(name, parts.pop(name, base.read(name).decode()))
        for name, text in parts.items():
            book.writestr(name, text)
    return stream.getvalue()


def make_ods(*tables: str, kind: str = "spreadsheet") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        book.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OPEN_DOCUMENT}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/>'
            "</manifest:manifest>",
        )
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{OPEN_DOCUMENT}:office:1.0" '
            f'xmlns:table="{OPEN_DOCUMENT}:table:1.0" xmlns:text="{OPEN_DOCUMENT}:text:1.0"><office:body>'
            f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def repeat(times: int, *cells: str) -> str:
    return ods_row(*cells, more=f'table:number-rows-repeated="{times}"')


def ods_cell(text: str, more: str = "") -> str:
    kind = "" if "value-type" in more else 'office:value-type="string"'
    return f"<table:table-cell {kind} {more}><text:p>{text}</text:p></table:table-cell>"


def ods_table(*rows: str, name: str = "A", columns: str = "") -> str:
    return f'<table:table table:name="{name}">{columns}{"".join(rows)}</table:table>'


def macs(data: bytes) -> list[str]:
    return [draft.mac_text for draft in read_intake(data, need_target=False).drafts]


def claim_size(data: bytes, part: str, size: int) -> bytes:
    """The archive whose directory gives a part this unpacked size; it stands 22 bytes before the name."""
    place = data.rfind(part.encode()) - 22
    return data[:place] + size.to_bytes(4, "little") + data[place + 4 :]


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        macs(data)
    return caught.value.describe()


def with_states(data: bytes, *states: str) -> bytes:
    """The workbook with these states of its sheets."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as base, zipfile.ZipFile(stream, "w") as book:
        for name in base.namelist():
            text = base.read(name).decode()
            if name == "xl/workbook.xml":
                for number, state in enumerate(states, 1):
                    text = text.replace(f'name="S{number}"', f'name="S{number}" state="{state}"')
            book.writestr(name, text)
    return stream.getvalue()


# which sheet


def test_the_first_sheet_with_a_column_of_devices_is_read_and_the_others_are_named() -> None:
    book = make_workbook(
        {1: ["Please fill in the second sheet."]}, {1: ["MAC"], 2: ["7C2F80C10001"]}, {1: ["N870"]}
    )
    intake = read_intake(book, need_target=False)
    assert [draft.mac_text for draft in intake.drafts] == ["7C2F80C10001"]
    assert "Sheet S2 read; not read: S1, S3." in intake.notes


def test_a_second_sheet_of_devices_is_never_passed_over_in_silence() -> None:
    book = make_workbook({1: ["MAC"], 2: ["7C2F80C10001"]}, {1: ["MAC"], 2: ["7C2F80C10002"]})
    assert any(
        "Devices stand in other sheets too: S2." in note
        for note in read_intake(book, need_target=False).notes
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_is_named(state: str) -> None:
    book = with_states(
        make_workbook({1: ["MAC"], 2: ["7C2F80C10001"]}, {1: ["MAC"], 2: ["7C2F80C10002"]}), state
    )
    assert macs(book) == ["7C2F80C10002"]
    assert "Hidden sheets, not read: S1." in read_intake(book, need_target=False).notes


def test_devices_that_stand_in_a_hidden_sheet_only_are_named_in_the_error() -> None:
    book = with_states(make_workbook({1: ["MAC"], 2: ["7C2F80C10001"]}, {1: ["Nothing here"]}), "hidden")
    assert "Hidden sheets, not read: S1." in refusal(book)


# what is visible in it


def test_hidden_and_filtered_rows_are_left_out_and_counted() -> None:
    rows = HEAD + '<row r="3" hidden="1"><c r="A3" t="inlineStr"><is><t>7C2F80C10002</t></is></c></row>'
    assert macs(make_xlsx(rows)) == ["7C2F80C10001"]
    notes = read_intake(make_xlsx(rows), need_target=False).notes
    assert "Hidden or filtered rows, not read: 1 (3). Show them if they are meant." in notes
    hidden = ods_row(ods_cell("7C2F80C10002"), more='table:visibility="filter"')
    ods = make_ods(ods_table(ods_row(ods_cell("MAC")), hidden, ods_row(ods_cell("7C2F80C10003"))))
    assert macs(ods) == ["7C2F80C10003"]
    assert any("not read: 1 (2)" in note for note in read_intake(ods, need_target=False).notes)


def test_hidden_columns_are_left_out_and_named() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>MAC</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Provider</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>7C2F80C10001</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>Old</t></is></c></row>'
    )
    intake = read_intake(make_xlsx(rows, '<cols><col min="2" max="2" hidden="1"/></cols>'), need_target=False)
    assert intake.drafts[0].provider == ""
    assert "Hidden columns, not read: B. Show them if they are meant." in intake.notes


@pytest.mark.parametrize(
    ("pattern", "number", "shown"),
    [
        ("000000000000", 413000001, "000413000001"),
        ("0000", 42, "0042"),
        ("0000;[Red]-0000", 42, "0042"),
        ("00-00", 1234, "12-34"),
        ('00":"00":"00', 12345, "01:23:45"),
        ("000", 12345, "12345"),
        ("0", 42, None),
        ("General", 42, None),
        ("0.00", 42, None),
        ("yyyy-mm-dd", 42, None),
        ("#,##0", 42, None),
    ],
)
def test_a_number_stands_for_what_its_format_shows(pattern: str, number: int, shown: str | None) -> None:
    assert apply_format(pattern, number) == shown


def test_number_cells_are_read_as_they_are_shown() -> None:
    styles = (
        f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="000000000000"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>MAC</t></is></c></row>'
    rows += '<row r="2"><c r="A2" s="1"><v>413000001</v></c></row>'
    rows += '<row r="3"><c r="A3"><v>208210203040</v></c></row>'
    assert macs(make_xlsx(rows, xl__styles=styles)) == ["000413000001", "208210203040"]
    number = ods_cell("000413000001", 'office:value-type="float" office:value="413000001"')
    assert macs(make_ods(ods_table(ods_row(ods_cell("MAC")), ods_row(number)))) == ["000413000001"]


@pytest.mark.parametrize(
    ("cell", "flaw"),
    [
        ('<c r="B2"><f>C2</f><v></v></c>', "Cell B2 is a formula that was never calculated."),
        ('<c r="B2" t="e"><f>C2</f><v>#REF!</v></c>', "Cell B2 holds an error of the spreadsheet."),
    ],
)
def test_a_cell_without_a_value_is_a_warning_of_its_row(cell: str, flaw: str) -> None:
    rows = HEAD.replace("<t>7C2F80C10001</t></is></c>", f"<t>7C2F80C10001</t></is></c>{cell}")
    (draft,) = read_intake(make_xlsx(rows), need_target=False).drafts
    assert draft.ready
    assert flaw in [complaint.text for complaint in draft.complaints]


def test_ods_is_read() -> None:
    assert macs(make_ods(ods_table(ods_row(ods_cell("MAC")), ods_row(ods_cell("7C2F80C10001"))))) == [
        "7C2F80C10001"
    ]


def test_an_archive_without_a_spreadsheet_is_called_what_it_is() -> None:
    assert "OpenDocument file of another kind" in refusal(make_ods(kind="text"))


def test_the_program_that_reads_gets_no_secret_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIRECTORY_PASSWORD", "secret")
    seen = tmp_path / "seen"
    monkeypatch.setattr(
        spreadsheet,
        "_CHILD",
        f"import os, sys; open({str(seen)!r}, 'w').write(repr((dict(os.environ), sys.argv)))",
    )
    assert "cannot be read" in refusal(make_xlsx())
    assert "secret" not in seen.read_text()


# limits


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (lambda: make_xlsx(HEAD + '<row><c r="XFD1048576"><v>1</v></c></row>'), "reaches to cell XFD1048576"),
        (lambda: make_xlsx(HEAD + '<row><c r="XFD4000"><v>1</v></c></row>'), "reaches to cell XFD4000"),
        (lambda: make_ods(ods_table(ods_row(ods_cell("x", TIMES_COLUMNS)))), "1,024 columns"),
        (lambda: make_ods(ods_table(repeat(10**6, ods_cell("x") * 5))), "1,000,000 rows and 5 columns"),
        (lambda: make_ods(ods_table(repeat(9 * 10**30, ods_cell("x")))), "4,000,000 cells"),
        (lambda: claim_size(make_xlsx(xl__bomb=""), "xl/bomb.xml", 257 << 20), "unpacks to 257 MiB"),
    ],
    ids=["last cell", "wide", "repeated columns", "repeated rows", "absurd repetition", "zip bomb"],
)  # fmt: skip
def test_a_small_file_that_would_become_huge_is_refused_with_the_limit(
    make: Callable[[], bytes], limit: str
) -> None:
    said = refusal(make())
    assert "The spreadsheet is too big." in said
    assert limit in said
    assert "CSV" in said


def test_empty_rows_and_columns_to_the_end_of_the_sheet_cost_nothing() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    tail = ods_row(blank, more='table:number-rows-repeated="1048573"')
    assert macs(make_ods(ods_table(ods_row(ods_cell("MAC")), ods_row(ods_cell("7C2F80C10001")), tail))) == [
        "7C2F80C10001"
    ]


def test_a_part_that_stands_twice_in_the_archive_is_refused() -> None:
    stream = io.BytesIO(make_xlsx())
    with zipfile.ZipFile(stream, "a") as book, pytest.warns(UserWarning, match="Duplicate"):
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}/>")
    assert "xl/worksheets/sheet1.xml 2 times" in refusal(stream.getvalue())


def test_what_takes_too_much_memory_ends_the_reading_and_not_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spreadsheet, "MEMORY", 100 << 20)
    long = "x" * (40 << 20)
    rows = HEAD + f'<row r="3"><c r="A3" t="inlineStr"><is><t>{long}</t></is></c></row>'
    assert "more than 100 MiB of memory" in refusal(make_xlsx(rows))


def test_what_takes_too_long_ends_the_reading_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "SECONDS", 1)
    begin = spreadsheet._CHILD.partition("from tui")[0]
    limit = "from tui.intake.tables.workbook import _limit\n_limit(given['memory'], given['seconds'])\n"
    monkeypatch.setattr(spreadsheet, "_CHILD", f"{begin}{limit}while True: pass")
    assert "more than 1 s of computing" in refusal(make_xlsx())


def test_reading_ends_when_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_CHILD", "import sys\nwhile sys.stdin.read(): pass\nwhile True: pass")
    caught: list[InputError] = []

    def read() -> None:
        try:
            read_sheet(make_xlsx(), has_devices)
        except InputError as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    while thread not in spreadsheet._processes:
        time.sleep(0)
    process = spreadsheet._processes[thread]
    stop_reading(thread)
    thread.join()
    assert [error.title for error in caught] == ["The spreadsheet was not read."]
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


@pytest.mark.parametrize(
    ("place", "name"), [((0, 0), "A1"), ((1048575, 16383), "XFD1048576"), ((4, 26), "AA5")]
)
def test_a_cell_has_the_name_that_the_spreadsheet_gives_it(place: Sequence[int], name: str) -> None:
    assert name_cell(*place) == name
