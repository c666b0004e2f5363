"""Before a removal: how many of the devices may not come back, and the way to their MAC-IDs."""

from __future__ import annotations

import pytest

from tests.functional.conftest import Open
from tui.app.context.flow import start
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.paste import PasteBox, PasteSheet
from tui.app.flows.devices.removal import read_mac_ids, tell_return
from tui.app.flows.undo import undo_change_set
from tui.model.addresses import Identifier
from tui.model.registration import Registration, Target
from tui.services.changes.registering import deregister, register
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

TARGET = Target("http://prov.example/%MACD.xml", "Acme")
KNOWN, STRANGE = Identifier("7C2F80EE0001", "1001"), Identifier("7C2F80EE0002", "1002")


@pytest.fixture
def session(places: Places) -> Session:
    """Two phones: the MAC-ID of one was registered from here, a colleague registered the other."""
    session = open_rehearsal(sample=0, places=places)
    list(register(session, [Registration(KNOWN, TARGET)]))
    assert session.sandbox is not None
    session.sandbox.second_writer().register(STRANGE.mac, TARGET.url, TARGET.provider)
    return session


@pytest.mark.parametrize(
    ("total", "missing", "said"),
    [
        (3, 0, "z takes this back."),
        (1, 1, "! It may not come back: its MAC-ID is not known on this machine"),
        (5, 2, "! 2 of 5 may not come back: the MAC-IDs are not known on this machine"),
        (5, 4, "The other 1 come back with z."),
        (5, 5, "! All 5 may not come back"),
        (5, 5, "z can only try the bare MAC"),
    ],
)
def test_what_comes_back_is_counted(total: int, missing: int, said: str) -> None:
    assert said in tell_return(total, missing)


def test_lines_that_are_no_mac_id_or_of_another_device_are_named() -> None:
    text = "7C2F80EE0001-1001\n7C2F80EE0002-\nrubbish\n7C2F80EE0009-1009\n7C2F80EE0001-9999"
    found, wrong = read_mac_ids(text, {"7C2F80EE0001", "7C2F80EE0002"})
    assert list(found.values()) == [KNOWN]
    assert [line.split(":")[0] for line in wrong] == ["line 3 is no MAC-ID", "line 4", "line 5"]


async def test_the_question_counts_the_devices_that_may_not_come_back_and_asks_for_their_mac_ids(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="devices") as person:
        await person.press("a", "d")
        assert isinstance(person.dialog, ConfirmDialog)
        assert "1 of 2 may not come back" in person.dialog.note
        await person.press("f7")
        assert isinstance(person.dialog, PasteSheet)
        box = person.dialog.query_one(PasteBox)
        assert box.text == f"{STRANGE.mac}-"
        box.text = STRANGE.wire
        await person.press("ctrl+s")
        await person.calm()
        await person.calm()
        assert isinstance(person.dialog, ConfirmDialog)
        assert person.dialog.note.endswith("z takes this back.")
        assert person.app.desk.journal.recall(session.account_key, STRANGE.mac).mac_id == STRANGE.wire  # type: ignore[union-attr]


async def test_device_info_says_that_one_device_may_not_come_back(app_open: Open, session: Session) -> None:
    async with app_open(session, page="device_info") as person:
        await person.fill("#info-mac", STRANGE.mac)
        await person.press("enter", "d")
        assert "its MAC-ID is not known on this machine" in person.dialog.note
        await person.press("f7")
        person.dialog.query_one(PasteBox).text = STRANGE.wire
        await person.press("ctrl+s")
        await person.calm()
        await person.calm()
        assert person.dialog.note.endswith("z takes this back.")


async def test_the_hint_of_an_undo_goes_when_something_else_was_changed(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="devices") as person:
        await person.press("d", "y")
        assert "z undo" in person.line("devices-counts")
        await person.press("f2")
        await person.fill("#info-mac", STRANGE.wire)
        await person.press("enter", "d", "y", "f3")
        assert "z undo" not in person.line("devices-counts")


async def test_the_question_of_an_undo_fits_a_small_terminal_and_the_undo_offers_no_undo(
    app_open: Open, session: Session
) -> None:
    many = [Identifier(f"7C2F80EF{number:04X}") for number in range(30)]
    assert session.sandbox is not None
    colleague = session.sandbox.second_writer()
    for phone in many:
        colleague.register(phone.mac, f"https://voip.stadtwerke-ost.example/{'x' * 60}/%MACD.xml", "Ost")
    async with app_open(session, page="devices") as person:
        await person.press("a", "d")
        await person.type("32")
        await person.press("enter", "z")
        count = person.dialog.query_one("#count")
        assert count.region.bottom < person.app.size.height
        assert "31 of them: Its MAC-ID is not known here" in person.dialog.note
        await person.type("32")
        await person.press("enter")
        assert "32 stored" in person.line("devices-counts")
        assert "z undo" not in person.line("devices-counts")


async def test_the_question_of_an_undo_shows_first_what_will_be_done(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=0, places=places)
    phones = [Identifier(f"7C2F80ED{number:04X}", f"{4096 + number:04X}") for number in range(12)]
    wanted = [Registration(phone, Target("http://p.example/%MACD.xml", "Acme")) for phone in phones]
    list(register(session, wanted))
    list(deregister(session, phones))
    list(register(session, wanted[:10]))
    async with app_open(session) as person:
        page = person.app.page
        assert page is not None
        start(page, undo_change_set(page, session.journal.sets()[1].id))
        await person.calm()
        lines = [str(line) for line in person.dialog.lines]
        assert all("register it again" in line for line in lines[:2])
        assert "10 need nothing" in person.dialog.note


async def test_an_upload_that_removes_asks_for_the_mac_ids_that_are_not_known(
    app_open: Open, session: Session
) -> None:
    call = (
        "<methodCall><methodName>autoprov.deregisterDeviceList</methodName><params><param><value><array><data>"
        f"<value>{KNOWN.mac}</value><value>{STRANGE.mac}</value>"
        "</data></array></value></param></params></methodCall>"
    )
    async with app_open(session, page="upload") as person:
        await person.paste(call)
        await person.press("enter")
        assert "1 of 2 may not come back" in person.dialog.note
        await person.press("f7")
        person.dialog.query_one(PasteBox).text = STRANGE.wire
        await person.press("ctrl+s")
        await person.calm()
        await person.calm()
        assert isinstance(person.dialog, ConfirmDialog)
        assert person.dialog.note.endswith("z takes this back.")
        await person.press("y")
        await person.press("z", "y")
        assert {row[0] for rows in list_devices(session) for row in rows} == {KNOWN.mac, STRANGE.mac}
