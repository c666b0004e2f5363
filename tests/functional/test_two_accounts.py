"""Two accounts: a job belongs to the account it began in and never paints on the pages of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from tests.functional.conftest import Open, Person
from tui.app.context.flow import start
from tui.app.dialogs.notices.outcomes import OutcomesDialog
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.leaving import LeavingDialog
from tui.app.pages.device_info import DeviceInfoPage
from tui.app.shell.app import RedirectoryApp
from tui.app.widgets.choices import Choices
from tui.app.widgets.device_table import DeviceTable
from tui.model.addresses import Identifier
from tui.model.outcome import Result
from tui.model.registration import Registration, Target
from tui.model.secrets import Secret
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox
from tui.services.changes.registering import register
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal, open_session
from tui.services.storage.journal import Journal
from tui.settings.accounts import Account
from tui.settings.config import Config
from tui.settings.files.paths import Places

TARGET = Target("http://prov.example/%MACD.xml", "Acme")
PHONES = [Identifier(f"7C2F80EE{number:04X}", f"{4096 + number:04X}") for number in range(12)]
# Until the test wakes the sandbox; shorter than the client waits for an answer of each kind.
SLOW_CHANGE, SLOW_READ = "50s", "14s"


@pytest.fixture
def slow(places: Places) -> Session:
    """Twelve phones in an account whose server takes its time over changes, until it is woken."""
    session = open_rehearsal(sample=0, places=places)
    list(register(session, [Registration(phone, TARGET) for phone in PHONES]))
    assert session.sandbox is not None
    for method in ("registerDevice", "deregisterDevice", "registerDeviceList", "deregisterDeviceList"):
        session.sandbox.set_switch(f"delay={SLOW_CHANGE}@{method}")
    return session


@pytest.fixture
def other(places: Places) -> Iterator[Callable[[], Session]]:
    """Opens another account, `kunde-b`, with three devices of its own."""
    sandbox = Sandbox(None, accounts={"kunde-b": "kunde-b"}, sample=3)
    serving = Serving(sandbox, "127.0.0.1", 0)
    thread = Thread(target=serving.run)
    thread.start()
    account = Account("kunde-b", serving.url, "kunde-b")
    yield lambda: open_session(account, Secret("kunde-b"), places, Config())
    serving.stop()
    thread.join(10)
    sandbox.close()


async def until(person: Person, holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        await person.pilot.pause(0.01)
    error = getattr(person.app.screen, "error", None)
    raise AssertionError(f"it never held: {person.line('title')!r}, {person.said()!r}, {error!r}")


async def deregister_all(person: Person) -> None:
    """Start removing every device of the list."""
    await person.press("f3")
    await person.press("a", "d")
    await person.pilot.press("y")
    await until(person, lambda: bool(person.app.desk.work.unfinished))


async def test_leaving_an_account_during_a_job_asks_and_the_job_goes_on_to_its_end(
    app_open: Open, slow: Session, other: Callable[[], Session], places: Places
) -> None:
    async with app_open(slow) as person:
        await deregister_all(person)
        app = person.app
        start(app, leave_for(app, other))
        await person.pilot.pause()
        assert isinstance(person.dialog, ConfirmDialog)
        assert "Deregistering 12 devices" in str(person.dialog.lines[0])
        await person.pilot.press("y")
        await until(person, lambda: "kunde-b" in person.line("title") and "in demo" in person.line("title"))
        await person.pilot.press("f9")
        await person.pilot.pause()
        assert "demo: Deregistering 12 devices" in person.dialog.query_one(Choices).rows[0]
        await person.pilot.press("escape")
        await until(person, lambda: len(app.screen.query_one(DeviceTable).devices) == 3)
        assert slow.sandbox is not None
        slow.sandbox.wake()
        await person.calm()
        assert "demo: Deregistering 12 devices: ✓ 12 removed" in person.said()
        assert len(app.screen.query_one(DeviceTable).devices) == 3
    with Journal(places.journal_file) as journal:
        assert journal.open_rows() == []
        assert len(journal.rows(result=Result.REMOVED)) == 12


@pytest.mark.parametrize("count", [1, 3])
async def test_an_upload_of_the_account_before_is_its_job_and_escape_does_not_touch_it(
    app_open: Open, slow: Session, other: Callable[[], Session], count: int
) -> None:
    calls = "\n".join(
        "<methodCall><methodName>autoprov.deregisterDevice</methodName><params><param>"
        f"<value>{phone.mac}</value></param></params></methodCall>"
        for phone in PHONES[:count]
    )
    async with app_open(slow, page="upload") as person:
        app, work = person.app, person.app.desk.work
        await person.paste(calls)
        await person.press("enter")
        await person.pilot.press("y")
        await until(person, lambda: bool(work.unfinished))
        start(app, leave_for(app, other))
        await person.pilot.pause()
        await person.pilot.press("y")
        await until(
            person, lambda: "kunde-b" in person.line("title") and "1 job in demo" in person.line("title")
        )
        (ticket,) = work.jobs
        await until(person, lambda: list(work.running) == [ticket])
        await person.pilot.press("escape")
        assert not ticket.abandoned
        assert slow.sandbox is not None
        slow.sandbox.set_switch("delay=0@deregisterDevice")
        slow.sandbox.wake()
        await until(person, lambda: not ticket.running)
        assert not ticket.cancelled
        assert ticket.outcomes[0].result is Result.REMOVED


async def test_the_account_stays_if_the_question_is_answered_with_escape(
    app_open: Open, slow: Session
) -> None:
    async with app_open(slow) as person:
        await deregister_all(person)
        await person.pilot.press("ctrl+p")
        await person.pilot.press(*"sandbox", "enter")
        await until(person, lambda: isinstance(person.app.screen, ConfirmDialog))
        await person.pilot.press("escape")
        await person.pilot.pause()
        assert person.app.desk.session is slow
        assert slow.sandbox is not None
        slow.sandbox.wake()
        await person.calm()
        assert "12 removed" in person.line("devices-counts")


async def test_a_job_whose_account_was_signed_out_is_told_of_with_a_sheet_if_it_needs_attention(
    app_open: Open, slow: Session
) -> None:
    assert slow.sandbox is not None
    for method in ("deregisterDevice", "deregisterDeviceList"):
        slow.sandbox.set_switch(f"error=quota_exceeded@{method}")
    async with app_open(slow) as person:
        await deregister_all(person)
        person.app.action_sign_out()
        await person.pilot.pause()
        await person.pilot.press("y")
        await until(person, lambda: "signed out" in person.line("title"))
        assert "1 job in demo" in person.line("title")
        slow.sandbox.wake()
        await until(person, lambda: isinstance(person.app.screen, OutcomesDialog))
        assert person.dialog.heading == "demo: Deregistering 12 devices"
        await person.calm()


async def test_an_account_that_was_opened_meanwhile_waits_for_the_dialog_to_close(
    app_open: Open, slow: Session, other: Callable[[], Session]
) -> None:
    async with app_open(slow) as person:
        await person.press("f3")
        await person.press("d")
        person.app.open_with(other, "Opening kunde-b")
        await person.calm()
        assert person.app.desk.session is slow
        assert slow.sandbox is not None
        slow.sandbox.wake()
        await person.press("y")
        await until(person, lambda: "kunde-b" in person.line("title"))
        await person.calm()
        assert len(list(list_devices(person.app.desk.session))) > 0
        macs = {row[0] for rows in list_devices(person.app.desk.session) for row in rows}
        assert len(macs) == 3


async def test_an_undo_that_was_looked_at_in_one_account_is_not_shown_in_the_next(
    app_open: Open, slow: Session, other: Callable[[], Session]
) -> None:
    assert slow.sandbox is not None
    for method in ("checkDevice", "listDevices"):
        slow.sandbox.set_switch(f"delay={SLOW_READ}@{method}")
    async with app_open(slow, page="history") as person:
        await person.pilot.press("z")
        await person.pilot.pause()
        await person.app.use_session(other())
        await person.calm()
        assert len(person.app.screen_stack) == 1


async def test_a_card_of_one_account_is_not_shown_in_the_next(
    app_open: Open, slow: Session, other: Callable[[], Session]
) -> None:
    assert slow.sandbox is not None
    slow.sandbox.set_switch(f"delay={SLOW_READ}@checkDevice")
    async with app_open(slow, page="device_info") as person:
        await person.fill("#info-mac", PHONES[0].wire)
        await person.pilot.press("enter")
        await person.pilot.pause()
        await person.app.use_session(other())
        await person.calm()
        assert "Acme" not in person.text("info-facts")
        assert "asking" not in person.text("info-state")


async def test_a_plan_that_was_made_for_one_account_is_gone_in_the_next(
    app_open: Open, slow: Session, other: Callable[[], Session]
) -> None:
    assert slow.sandbox is not None
    slow.sandbox.set_switch(f"delay={SLOW_READ}@listDevices")
    async with app_open(slow, page="plan") as person:
        page = person.app.page
        page.take_text(f"{PHONES[0].wire},http://new.example/%MACD.xml,Acme\n")  # type: ignore[union-attr]
        await person.pilot.pause()
        await person.app.use_session(other())
        await person.calm()
        assert page.plan is None  # type: ignore[union-attr]
        assert "comparing" not in person.note("plan-path")


async def leave_for(app: RedirectoryApp, other: Callable[[], Session]) -> None:
    if await app.may_leave_account():
        app.open_with(other, "Opening kunde-b")


def _steps(session: Session) -> list[str]:
    """How far the changes of the first phone got that are not settled; nothing before one is written down."""
    return [row.step for row in session.journal.rows(mac=PHONES[0].mac) if row.result is None]


async def test_quitting_asks_about_a_single_change_in_flight_and_waits_for_its_answer(
    app_open: Open, slow: Session, places: Places
) -> None:
    assert slow.sandbox is not None
    async with app_open(slow, page="device_info") as person:
        await person.fill("#info-mac", PHONES[0].wire)
        await person.press("enter", "d")
        await person.pilot.press("y")
        await until(person, lambda: _steps(slow) == ["sent"])
        await person.pilot.press("ctrl+q", "ctrl+q")
        await person.pilot.pause()
        assert isinstance(person.dialog, ConfirmDialog)
        assert "Deregistering 7C2F80EE0000" in str(person.dialog.lines[0])
        await person.pilot.press("y")
        await until(person, lambda: isinstance(person.app.screen, LeavingDialog))
        assert person.app.is_running
        slow.sandbox.wake()
        await until(person, lambda: person.app.return_code == 0)
    with Journal(places.journal_file) as journal:
        assert journal.open_rows() == []
        assert journal.rows(mac=PHONES[0].mac)[0].result is Result.REMOVED


async def test_leaving_at_once_leaves_the_change_open_for_the_next_start(
    app_open: Open, slow: Session
) -> None:
    async with app_open(slow, page="device_info") as person:
        await person.fill("#info-mac", PHONES[0].wire)
        await person.press("enter", "d")
        await person.pilot.press("y")
        await until(person, lambda: bool(person.app.desk.work.unfinished))
        await person.pilot.press("q", "y")
        await until(person, lambda: isinstance(person.app.screen, LeavingDialog))
        await person.pilot.press("y")
        await until(person, lambda: person.app.return_code == 0)
        assert slow.sandbox is not None
        slow.sandbox.wake()


async def test_undo_is_a_job_with_its_count(app_open: Open, slow: Session) -> None:
    async with app_open(slow, page="history") as person:
        await person.press("z")
        await person.pilot.press("y")
        await until(person, lambda: bool(person.app.desk.work.unfinished))
        await person.pilot.press("f9")
        await person.pilot.pause()
        assert "Undoing 12 devices  0 of 12" in person.dialog.query_one(Choices).rows[0]
        await person.pilot.press("p")
        await until(person, lambda: "paused" in person.dialog.query_one(Choices).rows[0])
        await person.pilot.press("p", "escape")
        assert slow.sandbox is not None
        slow.sandbox.wake()
        await person.calm()
        assert "Taken back: 12" in person.said()


async def test_a_verb_carried_to_device_info_waits_for_the_answer_about_that_device(
    app_open: Open, slow: Session
) -> None:
    assert slow.sandbox is not None
    async with app_open(slow, page="devices") as person:
        slow.sandbox.set_switch(f"delay={SLOW_READ}@checkDevice")
        page = await carry_watch(person)
        assert page.watch_line == ""
        slow.sandbox.wake()
        await until(person, lambda: page.watch_line != "")
        assert page.known is not None
        assert page.known.card.mac in page.watch_line
        await person.press("w")


async def test_a_verb_is_not_done_with_a_device_that_was_asked_for_after_it(
    app_open: Open, slow: Session
) -> None:
    assert slow.sandbox is not None
    async with app_open(slow, page="devices") as person:
        slow.sandbox.set_switch(f"delay={SLOW_READ}@checkDevice")
        page = await carry_watch(person)
        await person.pilot.press("slash")
        await person.pilot.press(*PHONES[5].wire, "enter")
        slow.sandbox.wake()
        await person.calm()
        assert page.known is not None
        assert page.known.card.mac == PHONES[5].mac
        assert page.watch_line == ""


async def carry_watch(person: Person) -> DeviceInfoPage:
    """Press `w` on the first device of the list; Device Info then waits for the server's answer."""
    await person.pilot.press("w")
    await until(person, lambda: person.page_id == "device_info")
    page = person.app.page
    assert isinstance(page, DeviceInfoPage)
    await until(person, lambda: page.identifier is not None)
    return page
