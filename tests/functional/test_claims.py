"""What the screens claim of devices: counts from the journal, records that are not told, ways back."""

from __future__ import annotations

import pytest

from tests.functional.conftest import Open
from tui.app.presentation import history as recounting
from tui.model.addresses import Identifier
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Registration, Target
from tui.services.changes.registering import deregister, register
from tui.services.session import Session, open_rehearsal
from tui.services.storage.journal import Intent, Settlement
from tui.settings.files.paths import Places

PHONE = "7C2F80820EC0-55DF"
TARGET = Target("http://prov.example.net/%MACD.xml", "Daryna")


@pytest.fixture
def session(places: Places) -> Session:
    return open_rehearsal(sample=0, places=places)


def write_down(session: Session, count: int, *results: Result) -> None:
    """Registrations in the journal, with these ends in turn."""
    change_set = session.journal.open_set(Operation.REGISTER, session.account_key)
    phones = [Identifier(f"7C2F80{number:06X}", f"{number % 65536:04X}") for number in range(count)]
    ids = session.journal.intend(
        change_set, [Intent(Operation.REGISTER, phone, None, TARGET) for phone in phones]
    )
    session.journal.settle(
        [Settlement(number, results[place % len(results)], "said") for place, number in enumerate(ids)]
    )


@pytest.mark.parametrize("error", ["mac_already_in_use", "quota_exceeded"])
async def test_only_not_found_is_no_record_and_offers_to_register(
    app_open: Open, session: Session, error: str
) -> None:
    assert session.sandbox is not None
    session.sandbox.set_switch(f"error={error}@checkDevice")
    async with app_open(session, page="device_info") as person:
        await person.fill("#info-mac", PHONE)
        await person.press("enter")
        state = person.text("info-state")
        assert "does not say whether there is a record" in state
        assert error in state
        assert "No record" not in state
        assert "registers it" not in state
        session.sandbox.set_switch("error=none")
        await person.press("r")
        assert "Not found" in person.text("info-state")
        assert "registers it" in person.text("info-state")


async def test_todays_counts_are_those_of_the_journal_however_few_are_shown(
    app_open: Open, session: Session
) -> None:
    write_down(session, 900, Result.STORED, Result.STORED, Result.NOT_SENT)
    async with app_open(session) as person:
        heading = person.text("register-heading")
        assert "600 stored" in heading
        assert "300 not sent" in heading
        assert "500 shown" in heading


async def test_a_change_of_another_page_is_in_todays_counts_at_once(app_open: Open, session: Session) -> None:
    write_down(session, 4, Result.UNKNOWN)
    async with app_open(session) as person:
        assert "4 unknown" in person.text("register-heading")
        await person.press("escape", "5")
        await person.press("c")
        await person.press("1")
        assert "4 not made" in person.text("register-heading")
        assert "unknown" not in person.text("register-heading")


async def test_history_finds_what_lies_far_below_the_newest_and_says_what_it_shows(
    app_open: Open, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "LIMIT", 1000)
    list(register(session, [Registration(parse_identifier(PHONE), Target("http://old.example/", "Änders"))]))
    write_down(session, 3000, Result.STORED)
    async with app_open(session, page="history") as person:
        assert person.line("history-state").startswith("the newest 1 000 shown of 3 001 changes")
        for words in ("änders", "old.example", PHONE[:12].lower()):
            await person.fill("#history-filter", words)
            assert person.line("history-state").startswith("1 shown of 3 001 changes")
        await person.fill("#history-filter", "daryna")
        assert "more answer the filter" in person.line("history-state")


async def test_the_hint_of_undo_goes_when_it_would_take_back_something_else(
    app_open: Open, session: Session
) -> None:
    list(register(session, [Registration(parse_identifier(PHONE), TARGET)]))
    async with app_open(session, page="devices") as person:
        await person.press("d")
        await person.press("y")
        page = person.app.page
        assert "z undo" in str(page.changes.last)
        list(register(session, [Registration(Identifier("7C2F80AB0002", "1A2B"), TARGET)]))
        page.records_changed()
        await person.press("down")
        assert "1 removed" in str(page.changes.last)
        assert "z undo" not in str(page.changes.last)
        list(deregister(session, [Identifier("7C2F80AB0002", "1A2B")]))
