"""The link goes away, or was never there: what is kept goes on answering, and changes say what they need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import serve
from tests.functional.conftest import Open, Person
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.pages.devices import DevicesPage
from tui.model.secrets import Secret
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_session
from tui.settings.accounts import Account
from tui.settings.files.paths import Places

KNOWN = "7C2F80820EC0"


@pytest.fixture
def gone(places: Places, tmp_path: Path) -> Iterator[Session]:
    """A session whose server gave its list and has been ended since."""
    with serve("--sample", "5") as url:
        session = open_session(Account("kunde-a", url, "demo"), Secret("demo"), places)
        for _ in list_devices(session):
            pass
    yield session
    session.close()


async def calm(person: Person) -> None:
    await person.calm()
    await person.calm()
    await person.calm()


def explained(person: Person) -> str:
    assert isinstance(person.app.screen, ErrorDialog)
    error = person.app.screen.error
    return error.describe()


async def test_the_list_is_shown_with_its_age_and_the_title_says_offline(
    app_open: Open, gone: Session
) -> None:
    async with app_open(gone, page="devices") as person:
        await calm(person)
        assert person.line("devices-counts").startswith("5 devices")
        assert "not refreshed" in person.line("devices-counts")
        assert "offline · list from " in person.line("title")
        assert not isinstance(person.app.screen, ErrorDialog)


async def test_marks_and_search_work_without_a_link(app_open: Open, gone: Session) -> None:
    async with app_open(gone, page="devices") as person:
        await calm(person)
        await person.press("a")
        assert "5 marked" in person.line("devices-counts")
        await person.press("slash")
        await person.type("0ec0")
        await person.press("enter")
        assert "1 shown of 5" in person.line("devices-counts")


async def test_a_look_up_answers_from_the_kept_list_and_says_so(app_open: Open, gone: Session) -> None:
    async with app_open(gone, page="device_info") as person:
        await person.fill("#info-mac", KNOWN)
        await person.press("enter")
        assert "cannot be reached" in person.text("info-state")
        assert "kept on this machine" in person.text("info-state")
        assert "Daryna" in person.text("info-facts")


async def test_a_device_that_the_kept_list_does_not_name_is_not_said_to_be_missing(
    app_open: Open, gone: Session
) -> None:
    async with app_open(gone, page="device_info") as person:
        await person.fill("#info-mac", "7C2F80999999")
        await person.press("enter")
        assert "Nor does the list of" in explained(person)


async def test_an_export_works_without_a_link(app_open: Open, gone: Session, tmp_path: Path) -> None:
    target = tmp_path / "devices.csv"
    async with app_open(gone, page="devices") as person:
        await calm(person)
        await person.press("x")
        await person.fill("#export-file", str(target))
        await person.press("enter")
        assert target.read_text().count("\n") == 6


async def test_a_change_says_that_it_needs_a_link_and_loses_nothing(app_open: Open, gone: Session) -> None:
    async with app_open(gone, page="devices") as person:
        await calm(person)
        await person.press("space")
        await person.press("d")
        await person.press("y")
        assert "A change needs a link" in explained(person)
        await person.press("escape")
        assert isinstance(person.app.page, DevicesPage)
        assert "1 marked" in person.line("devices-counts")


async def test_what_was_typed_into_register_stays_without_a_link(app_open: Open, gone: Session) -> None:
    async with app_open(gone) as person:
        await person.fill("#register-mac", "7C2F80111111-AAAA")
        await person.fill("#register-url", "http://prov.example.net/%MACD.xml")
        await person.fill("#register-provider", "P")
        person.app.screen.query_one("#register-provider").focus()
        await person.press("enter")
        if isinstance(person.app.screen, ErrorDialog):
            await person.press("escape")
        assert person.value("register-mac") == "7C2F80111111-AAAA"
        assert gone.journal.open_rows() == []
