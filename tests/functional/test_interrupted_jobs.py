"""A job that was cut short by a kill: the next start says so, and settles it or goes on with it."""

from __future__ import annotations

from tests.functional.conftest import Open, Person
from tui.app.dialogs.notices.lost_passwords import LostPasswordsDialog
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.interrupted import InterruptedDialog
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.services.storage.journal import Intent, Settlement
from tui.settings.files.paths import Places

OLD = Target("http://old.example/%MACD.xml", "Acme")
PHONES = [Identifier(f"7C2F80EE{number:04X}", f"{4096 + number:04X}") for number in range(5)]


def cut_short(places: Places) -> Session:
    """A registration of five phones as a kill leaves it: two settled, one sent and made, two never sent."""
    session = open_rehearsal(sample=0, places=places)
    list(register(session, [Registration(phone, OLD) for phone in PHONES[:3]]))
    journal = session.journal
    change_set = journal.open_set(Operation.REGISTER, session.account_key)
    ids = journal.intend(change_set, [Intent(Operation.REGISTER, one, None, OLD) for one in PHONES])
    journal.step(ids[:3], "sent")
    journal.settle([Settlement(number, Result.STORED) for number in ids[:2]])
    return session


def stored(person: Person) -> set[str]:
    return {row[0] for rows in list_devices(person.app.desk.session) for row in rows}


async def test_the_next_start_says_what_was_interrupted_and_how_far_it_came(
    app_open: Open, places: Places
) -> None:
    async with app_open(cut_short(places)) as person:
        dialog = person.dialog
        assert isinstance(dialog, InterruptedDialog)
        assert "register of 5 devices" in dialog.lines[0]
        assert "2 done · 1 not known how they ended · 2 never sent" in dialog.lines[0]


async def test_settling_asks_the_server_and_sends_nothing(app_open: Open, places: Places) -> None:
    async with app_open(cut_short(places)) as person:
        await person.press("s")
        assert stored(person) == {phone.mac for phone in PHONES[:3]}
        assert person.app.desk.journal.open_rows() == []


async def test_going_on_settles_and_then_sends_what_was_never_sent(app_open: Open, places: Places) -> None:
    async with app_open(cut_short(places)) as person:
        await person.press("g")
        assert isinstance(person.dialog, ConfirmDialog)
        await person.press("y")
        assert stored(person) == {phone.mac for phone in PHONES}
        assert person.app.desk.journal.open_rows() == []
        assert "Going on with 3 devices: ✓ 3 stored" in person.said()
        assert isinstance(person.dialog, LostPasswordsDialog)  # the kill took one answer
        assert person.dialog.lines == [PHONES[2].wire]


async def test_left_for_later_nothing_is_changed(app_open: Open, places: Places) -> None:
    async with app_open(cut_short(places)) as person:
        await person.press("enter")
        assert len(person.app.screen_stack) == 1
        assert len(person.app.desk.journal.open_rows()) == 3


async def test_no_key_is_taken_from_somebody_who_types(app_open: Open, places: Places) -> None:
    session = cut_short(places)
    async with app_open(open_rehearsal(sample=0)) as person:
        await person.type("7C2F80")
        await person.app.use_session(session)
        await person.calm()
        assert len(person.app.screen_stack) == 1
        assert "Open from before: register of 5 devices" in person.said()


async def test_what_ended_as_unknown_is_said_in_one_line(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=0, places=places)
    change_set = session.journal.open_set(Operation.REGISTER, session.account_key)
    ids = session.journal.intend(change_set, [Intent(Operation.REGISTER, PHONES[0], None, OLD)])
    session.journal.step(ids, "sent")
    session.journal.settle([Settlement(ids[0], Result.UNKNOWN, "cut_off", "The connection ended.")])
    async with app_open(session) as person:
        assert len(person.app.screen_stack) == 1
        assert "Open from before: register of 1 device" in person.said()
