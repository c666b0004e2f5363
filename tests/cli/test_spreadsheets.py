"""Real spreadsheets: a title above the heading, numbers for digits, and rows named as the program shows
them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

URL = "http://h.example/%MACD.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FORMAT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ROWS: list[list[str | int]] = [
    ["Telefone Neubau, Stand 2026"],
    [],
    ["Kunde", "MAC", "CRC", "URL"],
    ["Acme", "7C2F80C10001", "1A2B", URL],
    ["Acme", 208210203040, 1910, URL],
    ["Acme", "7C2F80C1000G", "1A2B", URL],
    ["Acme", "7C2F80C10003", 42, URL],
]


def write_workbook(path: Path, rows: list[list[str | int]]) -> None:
    def cell(name: str, value: str | int) -> str:
        if isinstance(value, int):
            return f'<c r="{name}"><v>{value}</v></c>'
        return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'

    def cells(line: int, row: list[str | int]) -> str:
        return "".join(cell(f"{chr(65 + place)}{line}", value) for place, value in enumerate(row))

    lines = "".join(f'<row r="{line}">{cells(line, row)}</row>' for line, row in enumerate(rows, 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{FORMAT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{FORMAT}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="Phones" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')


def test_a_workbook_is_read_below_its_title_with_the_suffixes_of_its_own_column(
    office: Shell, tmp_path: Path
) -> None:
    write_workbook(tmp_path / "phones.xlsx", ROWS)
    run = office.run("import", str(tmp_path / "phones.xlsx"), "--dry-run", "--json")
    assert run.code == 1
    assert run.rows[0]["macs"] == ["7C2F80C10001-1A2B", "208210203040-1910"]
    assert "Heading on line 3 (what stands above it was passed over)" in run.err
    assert "3 CRC → suffix" in run.err
    assert "line 6:" in run.err
    assert "line 7: The suffix (CRC, PIN) is not four hex digits. Is 0042 meant?" in run.err


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_of_text_is_read_below_its_title_too(office: Shell, separator: str) -> None:
    text = "\n".join(separator.join(map(str, row)) for row in ROWS)
    run = office.run("import", "-", "--dry-run", "--json", text=text)
    assert run.rows[0]["macs"] == ["7C2F80C10001-1A2B", "208210203040-1910"]
    assert "Heading on line 3" in run.err


def test_a_heading_below_the_first_device_is_a_bad_row_and_not_a_heading(office: Shell) -> None:
    text = f"7C2F80C10001,{URL},P\nMAC,URL,Provider\n7C2F80C10002,{URL},P\n"
    run = office.run("import", "-", "--provider", "P", "--dry-run", "--json", text=text)
    assert [row["macs"] for row in run.rows] == [["7C2F80C10001"], ["7C2F80C10002"]]
    assert "line 2:" in run.err


def test_a_spreadsheet_that_is_too_big_is_named_with_its_limit_and_the_program_goes_on(
    office: Shell, tmp_path: Path
) -> None:
    write_workbook(tmp_path / "big.xlsx", ROWS)
    with zipfile.ZipFile(tmp_path / "big.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)
    with zipfile.ZipFile(tmp_path / "big.xlsx", "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    run = office.run("import", str(tmp_path / "big.xlsx"), "--dry-run")
    assert (run.code, run.out) == (2, "")
    assert "big.xlsx: Sheet Phones reaches to cell XFD1048576" in run.err
