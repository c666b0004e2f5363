"""A device in use: whose record is in the way is said, with the next step that there is."""

from __future__ import annotations

from tests.functional.conftest import Open, Person
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Owner
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

FOREIGN = "7C2F80AB0007-1234"
OWN = "7C2F80820EC0-55DF"
URL = "http://prov.example.net/%MACD.xml"


def with_a_foreign_record(places: Places) -> Session:
    session = open_rehearsal(sample=3, places=places)
    assert session.sandbox is not None
    done, line = session.sandbox.second_writer("other").register(FOREIGN, "http://theirs.example/", "Theirs")
    assert done, line
    return session


async def try_to_register(person: Person, mac_id: str) -> str:
    await person.fill("#register-url", URL)
    await person.fill("#register-provider", "New")
    await person.fill("#register-mac", mac_id)
    person.app.screen.query_one("#register-mac").focus()
    await person.press("enter")
    return person.text("register-detail")


async def test_a_record_of_ones_own_is_said_to_be_mine_with_its_target_and_date(app_open: Open) -> None:
    async with app_open() as person:
        detail = await try_to_register(person, OWN)
        assert detail.startswith("mine")
        assert "Daryna → http://172.29.0.103/" in detail
        assert "2014-11-27 14:23" in detail
        assert "e retarget" in detail


async def test_another_accounts_record_is_said_to_be_that_and_offers_no_retarget(
    app_open: Open, places: Places
) -> None:
    async with app_open(with_a_foreign_record(places)) as person:
        detail = await try_to_register(person, FOREIGN)
        assert detail.startswith("another account's")
        assert "deregister the device" in detail
        assert "e retarget" not in detail
        await person.press("e")
        assert "cannot be retargeted from here" in person.said()


async def test_a_record_of_ones_own_can_be_retargeted_even_if_its_provider_is_called_another_account(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(places=places)
    list(register(session, [Registration(parse_identifier(OWN), Target(URL, "another account"))]))
    async with app_open(session) as person:
        detail = await try_to_register(person, OWN)
        assert detail.startswith("mine")
        assert "e retarget" in detail


async def test_whose_record_it_is_is_remembered_with_the_change(app_open: Open, places: Places) -> None:
    session = with_a_foreign_record(places)
    (outcome,) = register(session, [Registration(parse_identifier(FOREIGN), Target(URL, "New"))])
    assert outcome.owner is Owner.OTHER
    async with app_open(session) as person:
        await person.press("down")
        assert person.text("register-detail").startswith("another account's")


async def test_history_says_whose_record_was_in_the_way(app_open: Open, places: Places) -> None:
    session = with_a_foreign_record(places)
    wanted = [Registration(parse_identifier(each), Target(URL, "New")) for each in (FOREIGN, OWN)]
    assert {outcome.owner for outcome in register(session, wanted)} == {Owner.OTHER, Owner.OWN}
    async with app_open(session, page="history") as person:
        said = {}
        for _ in range(2):
            words = str(person.app.page.query_one(".detail").render())  # type: ignore[union-attr]
            await person.press("enter")
            card = "\n".join(line.plain for line in person.dialog.lines)
            said[words[:12]] = (words, card)
            await person.press("escape", "j")
        assert "another account's: " in said[FOREIGN[:12]][0]
        assert "a record that is another account's" in said[FOREIGN[:12]][1]
        assert "mine: " in said[OWN[:12]][0]
        assert "a record that is mine" in said[OWN[:12]][1]
