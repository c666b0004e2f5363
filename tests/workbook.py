"""Spreadsheets made for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence


def make_workbook(*sheets: Mapping[int, Sequence[str | int]]) -> bytes:
    """An XLSX file of inline strings and numbers, as small as the format allows: sheets of rows by
    number.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{kinds}</Types>",
        )
        rels = "http://schemas.openxmlformats.org/package/2006/relationships"
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{rels}">'
            f'<Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{rels}">{links}</Relationships>'
        )
        for n, rows in enumerate(sheets, 1):
            body = ""
            for line, cells in rows.items():
                body += f'<row r="{line}">'
                for letter, cell in zip("ABCDEF", cells, strict=False):
                    if isinstance(cell, str):
                        body += f'<c r="{letter}{line}" t="inlineStr"><is><t>{cell}</t></is></c>'
                    else:
                        body += f'<c r="{letter}{line}"><v>{cell}</v></c>'
                body += "</row>"
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
            )
    return stream.getvalue()
