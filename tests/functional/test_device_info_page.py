"""Device Info on the real sandbox: the card, its stages, its verbs."""

from __future__ import annotations

import pyrage

from tests.functional.conftest import Open, Person
from tui.app.dialogs.notices.report import Report
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.retarget import RetargetDialog
from tui.app.pages.device_info import DeviceInfoPage
from tui.app.widgets.choices import Choices
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.devices.look_up import list_devices, look_up
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places

KNOWN = "7C2F80820EC0-55DF"
NEW = "7C2F80AB0001-1234"


async def look(person: Person, text: str) -> None:
    await person.press("ctrl+k")
    await person.type(text)
    await person.press("enter")


def facts(person: Person) -> str:
    return person.text("info-facts")


async def test_the_card_shows_the_record_and_the_letters_work_at_once(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        assert "Record stored" in person.text("info-state")
        assert "Daryna" in facts(person)
        assert "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml" in facts(person)
        assert isinstance(person.app.focused, DeviceInfoPage)


async def test_the_three_stages_are_words_and_fetched_is_never_claimed(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        stages = person.text("info-stages").splitlines()
        assert [line.split()[1] for line in stages] == ["stored", "asked", "fetched"]
        assert stages[0].startswith("✓")
        assert stages[1].startswith("?")
        assert stages[2].startswith("·")


async def test_a_password_that_is_not_known_here_is_said_with_the_reason(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        assert "not known here: a registration returns it" in facts(person)


async def test_a_known_password_is_masked_until_v(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    outcome = next(
        iter(register(session, [Registration(parse_identifier(NEW), Target("http://x/%MACD", "P"))]))
    )
    assert outcome.password is not None
    async with app_open(session, page="device_info") as person:
        await look(person, f"{NEW[:12]}-99A9")
        assert "99A9   ! not the suffix known here: compare the label" in facts(person)
        await look(person, NEW[:12])
        assert NEW in facts(person)
        assert "compare the label" not in facts(person)
        assert "1234········" in facts(person)
        assert outcome.password.reveal() not in facts(person)
        assert "http://x/7C2F80AB0001" in facts(person)
        await person.press("v")
        assert outcome.password.reveal() in facts(person)


async def test_a_vault_whose_key_is_missing_says_so_and_shows_the_rest(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=5, places=places)
    list(register(session, [Registration(parse_identifier(NEW), Target("http://x/%MACD", "P"))]))
    places.config_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    places.config_file.write_text("[vault]\nkey_command = 'false'\n")
    session.journal.lock_vault(str(pyrage.x25519.Identity.generate().to_public()))
    async with app_open(session, page="device_info") as person:
        await look(person, NEW[:12])
        assert NEW in facts(person)
        assert "MAC password  could not be read" in " ".join(facts(person).split(" " * 2))
        await person.press("v")
        assert "could not be read" in facts(person)


async def test_the_devices_own_history_is_listed(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    list(register(session, [Registration(parse_identifier(NEW), Target("http://x/%MACD", "P"))]))
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        rows = person.app.screen.query_one("#info-history", Choices).rows
        assert len(rows) == 1
        assert "register" in rows[0]
        assert "✓ stored" in rows[0]


async def test_not_found_offers_register_with_the_mac_id_carried_over(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, NEW)
        assert "Not found" in person.text("info-state")
        assert "mac_not_found" in person.text("info-state")
        await person.press("n")
        assert (person.page_id, person.value("register-mac")) == ("register", NEW)


async def test_invalid_says_both_meanings(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, "7C2F80820EC0-1111")
        said = person.text("info-state")
        assert "the suffix is wrong" in said
        assert "the MAC is wrong" in said
        assert "CRC or PIN" in said


async def test_a_malformed_mac_id_is_explained_and_stays_in_the_field(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, "7C2F80820EC0-55DG")
        assert person.text("info-state").startswith("✗")
        assert person.value("info-mac") == "7C2F80820EC0-55DG"


async def test_deregister_shows_the_record_first_and_z_brings_it_back(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        await person.press("d")
        assert isinstance(person.dialog, ConfirmDialog)
        assert "Daryna" in str(person.dialog.lines[0])
        await person.press("y")
        assert "Not found" in person.text("info-state")
        await person.press("z", "y")
        assert "Record stored" in person.text("info-state")


async def test_a_deregistration_that_is_not_confirmed_changes_nothing(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        await person.press("d", "enter")
        assert look_up(person.app.desk.session, parse_identifier(KNOWN)).found


async def test_retarget_changes_the_record(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        await person.press("e")
        assert isinstance(person.dialog, RetargetDialog)
        await person.fill("#retarget-url", "http://new.example/%MACD.xml")
        await person.press("enter")
        assert "http://new.example/%MACD.xml" in facts(person)
        assert "http://new.example/7C2F80820EC0.xml" in facts(person)


async def test_without_a_link_the_kept_list_answers_and_says_so(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    for _ in list_devices(session):
        pass
    assert session.sandbox is not None
    session.sandbox.set_switch("cut=before")
    async with app_open(session, page="device_info") as person:
        await look(person, KNOWN)
        assert "kept on this machine" in person.text("info-state")
        assert "Daryna" in facts(person)


async def test_copying_never_takes_a_hidden_password(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    outcome = next(
        iter(register(session, [Registration(parse_identifier(NEW), Target("http://u:pw@x/", "P"))]))
    )
    assert outcome.password is not None
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        await person.press("y", "y")
        assert NEW in person.app.clipboard
        assert outcome.password.reveal() not in person.app.clipboard
        assert "pw" not in person.app.clipboard


async def test_hostile_provider_names_are_shown_as_text(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    target = Target("http://x/[/]%MACD", "[/][red]x\u202e31m")
    list(register(session, [Registration(parse_identifier(NEW), target)]))
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        assert "[/][red]x" in facts(person)
        assert "\u202e" not in facts(person)


async def test_looking_up_with_nothing_typed_says_so(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await person.press("enter")
        assert "empty" in person.note("info-mac")


async def test_test_reports_on_the_url_without_changing_anything(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    target = Target("http://127.0.0.1:9/%MACD.xml", "P")
    list(register(session, [Registration(parse_identifier(NEW), target)]))
    before = look_up(session, parse_identifier(NEW)).row
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        await person.press("t")
        assert isinstance(person.dialog, Report)
        assert "127.0.0.1:9" in person.dialog.text
        await person.press("escape")
        assert look_up(session, parse_identifier(NEW)).row == before


async def test_watch_says_what_it_waits_for_and_escape_stops_it_at_once(app_open: Open) -> None:
    async with app_open(page="device_info") as person:
        await look(person, KNOWN)
        await person.pilot.press("w")
        await person.pilot.pause()
        assert "Watching 7C2F80820EC0" in person.text("info-state")
        assert "esc or w stops" in person.text("info-state")
        assert "about 50 s after boot" in person.text("info-live")
        assert "may never move" in person.text("info-live")
        live = person.app.screen.query_one("#info-live")
        assert live.region.height == 3
        assert live.region.bottom <= 22
        assert "1 job" in person.line("title")
        await person.pilot.press("escape")
        await person.calm()
        assert person.app.desk.work.running == []
        assert "Record stored" in person.text("info-state")
        assert not live.display


async def test_a_sandbox_that_dates_requests_is_not_said_to_stand_still(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=5, switches=["date=last-request"], places=places)
    async with app_open(session, page="device_info") as person:
        await look(person, KNOWN)
        await person.pilot.press("w")
        await person.pilot.pause()
        assert "about 50 s after boot" in person.text("info-live")
        assert "never move" not in person.text("info-live")
        await person.pilot.press("w")
        await person.calm()
        assert person.app.desk.work.running == []


async def test_a_phone_that_the_server_has_no_date_of_is_said_to_be_never_seen(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=5, places=places)
    assert session.sandbox is not None
    session.sandbox.set_switch("date=last-request")
    list(register(session, [Registration(parse_identifier(NEW), Target("http://x/%MACD", "P"))]))
    async with app_open(session, page="device_info") as person:
        await look(person, NEW)
        assert "Server date    never seen" in facts(person)
        assert "registered or last asked" not in facts(person)
        assert "not yet: the server has no date for it" in person.text("info-stages")
