"""`y`: one fact alone goes to the terminal's clipboard, and nobody claims that it arrived there."""

from __future__ import annotations

import base64

from tests.functional.conftest import Open, Person
from tui.app.dialogs.questions.copying import CopyDialog
from tui.app.widgets.choices import Choices
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.model.secrets import MASK
from tui.services.changes.registering import register
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

NEW = "7C2F80AB0001-1234"
MAC = NEW[:12]
TARGET = Target("http://user:pw@prov.example/%MACD.xml", "Nordlicht")


def store(places: Places) -> tuple[Session, str]:
    """An account with one phone that was registered from here, and its MAC password."""
    session = open_rehearsal(sample=5, places=places)
    outcome = next(iter(register(session, [Registration(parse_identifier(NEW), TARGET)])))
    assert outcome.password is not None
    return session, outcome.password.reveal()


def said(person: Person) -> str:
    return " ".join(note.message for note in person.app._notifications)


async def look(person: Person, text: str) -> None:
    await person.press("ctrl+k")
    await person.type(text)
    await person.press("enter")


async def test_one_fact_of_a_card_is_copied_by_its_letter(app_open: Open, places: Places) -> None:
    session, password = store(places)
    masked = f"http://{MASK}@prov.example/%MACD.xml"
    wanted = {"i": NEW, "m": MAC, "p": password, "u": masked, "n": "Nordlicht"}
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        for key, text in wanted.items():
            await person.press("y", key)
            assert person.app.clipboard == text
        await person.press("y", "a")
        assert person.app.clipboard == masked.replace("%MACD", MAC)
        await person.press("v", "y", "u")
        assert person.app.clipboard == TARGET.url


async def test_the_choice_shows_what_it_copies_and_hides_what_is_secret(
    app_open: Open, places: Places
) -> None:
    session, password = store(places)
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        await person.press("y")
        rows = "\n".join(person.app.screen.query_one(Choices).rows)
        assert NEW in rows
        assert f"1234{MASK}" in rows
        assert password not in rows
        assert "pw@" not in rows
        assert "credentials masked" in rows
        await person.press("down", "enter")
        assert person.app.clipboard == MAC


async def test_a_copy_is_said_to_be_sent_to_the_terminal_and_not_to_have_arrived(
    app_open: Open, places: Places
) -> None:
    session, password = store(places)
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        await person.press("y", "p")
        assert f"Sent to the terminal's clipboard: MAC password of {MAC}." in said(person)
        assert "opied" not in said(person)
        assert password not in said(person)


async def test_marked_devices_give_one_fact_a_line_each(app_open: Open, places: Places) -> None:
    session, password = store(places)
    async with app_open(session, page="devices") as person:
        await person.press("a", "y", "i")
        lines = person.app.clipboard.splitlines()
        assert len(lines) == 6
        assert NEW in lines
        assert "Sent to the terminal's clipboard: MAC-ID, 6 devices." in said(person)
        await person.press("y")
        rows = "\n".join(person.app.screen.query_one(Choices).rows)
        assert "the bare MAC of 5, whose MAC-IDs are not known here" in rows
        assert "password" not in rows
        await person.press("m")
        assert MAC in person.app.clipboard.splitlines()
        await person.press("y", "y")
        assert f"{MAC}\tNordlicht\thttp://{MASK}@prov.example/%MACD.xml" in person.app.clipboard
        assert password not in person.app.clipboard


async def test_escape_copies_nothing(app_open: Open, places: Places) -> None:
    session, _ = store(places)
    async with app_open(session, page="devices") as person:
        await person.press("y")
        assert isinstance(person.app.screen, CopyDialog)
        await person.press("escape")
        assert not isinstance(person.app.screen, CopyDialog)
        assert person.app.clipboard == ""
        assert base64.b64encode(MAC.encode()).decode() not in said(person)
