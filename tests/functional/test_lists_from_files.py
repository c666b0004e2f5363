"""A list of devices in a file: what the app makes of it is what the command line makes of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.functional.conftest import Open, Person
from tests.workbook import make_workbook
from tui.services.files.importing import read_drafts
from tui.settings.files.paths import Places

URL = "http://p.example/%MACD.xml"


def make_formula() -> bytes:
    """A workbook whose cell B3 is a formula that was never calculated."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(make_workbook({1: ["MAC", "URL"], 3: ["7C2F80A60001", 7]}))) as made,
        zipfile.ZipFile(stream, "w") as book,
    ):
        for name in made.namelist():
            book.writestr(name, made.read(name).replace(b"<v>7</v>", b"<f>D3</f><v></v>"))
    return stream.getvalue()


async def open_file(person: Person, path: Path) -> None:
    await person.press("4")
    await person.fill("#upload-path", str(path))
    person.app.screen.query_one("#upload-path").focus()
    await person.press("enter")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (make_formula(), "Cell B3 is a formula"),
        ("MAC;Anbieter\n7C2F80A60001;Müller\n".encode("mac-roman"), "The file does not say its encoding"),
        ("MAC;Standort\n7C2F80A60001;Büro\n".encode("cp1252"), ""),
        (b"MAC;PIN\n7C2F80A60001;1,00E+10\n", "1E10 or 10E9"),
        (b"MAC\n7,1041E+11\n", "lost its digits"),
    ],
    ids=[
        "a formula",
        "letters of a Macintosh",
        "German letters",
        "a damaged suffix",
        "no MAC that can be read",
    ],
)
async def test_every_complaint_about_a_file_is_told_in_the_app_too(
    app_open: Open, places: Places, data: bytes, told: str
) -> None:
    path = places.config.parent / "list.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    wanted = read_drafts(data, default_url=URL, default_provider="Acme")
    async with app_open(page="register") as person:
        await person.fill("#register-url", URL)
        await person.fill("#register-provider", "Acme")
        await person.press("escape")
        await open_file(person, path)
        assert all(note in " ".join(person.text("upload-message").split()) for note in wanted.notes[:1])
        await person.press("enter")
        check = person.dialog.check
        assert check.notes == wanted.notes
        assert [draft.complaints for draft in check.drafts] == [draft.complaints for draft in wanted.drafts]
        assert told in check.tell_row(check.drafts[0])


async def test_a_list_that_cannot_be_read_is_refused_with_its_cause(app_open: Open, places: Places) -> None:
    path = places.config.parent / "list.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('[{"mac": "7C2F80A60001"},\n{"mac": 7C2F80A60002}]')
    async with app_open(page="upload") as person:
        await open_file(person, path)
        message = " ".join(person.text("upload-message").split())
        assert "Line 2" in message
        assert "tag" not in message
