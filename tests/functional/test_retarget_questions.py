"""Before a retarget: what is left out for want of a MAC-ID, and the way to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.conftest import Open, Person
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.paste import PasteBox, PasteSheet
from tui.app.dialogs.questions.retarget import RetargetDialog
from tui.app.pages import history
from tui.app.widgets.bars import FootLine
from tui.app.widgets.toggle import Toggle
from tui.model.addresses import Identifier
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.changes.retargeting import foresee, retarget
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

OLD = Target("http://old.example/%MACD.xml", "Acme")
NEW = "http://new.example/%MACD.xml"
KNOWN = [Identifier(f"7C2F80EE{number:04X}", f"{4096 + number:04X}") for number in range(3)]
STRANGE = [Identifier(f"7C2F80EF{number:04X}", f"{8192 + number:04X}") for number in range(2)]


@pytest.fixture
def session(places: Places) -> Session:
    """Three phones whose MAC-IDs are known here, two that a colleague registered elsewhere."""
    session = open_rehearsal(sample=0, places=places)
    list(register(session, [Registration(phone, OLD) for phone in KNOWN]))
    assert session.sandbox is not None
    colleague = session.sandbox.second_writer()
    for phone in STRANGE:
        colleague.register(phone.mac, OLD.url, OLD.provider)
    return session


def urls(session: Session) -> dict[str, str]:
    return {row[0]: row[2] for rows in list_devices(session) for row in rows}


async def ask_for_all(person: Person, url: str = NEW) -> None:
    await person.press("a", "e")
    assert isinstance(person.dialog, RetargetDialog)
    await person.fill("#retarget-url", url)


async def give(person: Person, *phones: Identifier) -> None:
    assert isinstance(person.dialog, PasteSheet)
    person.dialog.query_one(PasteBox).text = "\n".join(phone.wire for phone in phones)
    await person.press("ctrl+s")
    await person.calm()
    await person.calm()


def test_a_forecast_counts_what_is_changed_what_is_left_out_and_what_is_so_already() -> None:
    rows = [(phone.mac, "Acme", url, "") for phone, url in zip(KNOWN, (OLD.url, NEW, OLD.url), strict=True)]
    missing = {KNOWN[2].mac}
    without = foresee(rows, missing, url=NEW, provider=None, bare=False)
    assert (without.rows, without.nameless, without.left_out, without.already) == ([rows[0]], 0, 1, 1)
    bare = foresee(rows, missing, url=NEW, provider=None, bare=True)
    assert (bare.rows, bare.nameless, bare.left_out, bare.already) == ([rows[0], rows[2]], 1, 0, 1)


async def test_the_question_says_how_many_are_left_out_and_counts_the_others_only(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="devices") as person:
        await ask_for_all(person)
        await person.press("enter")
        dialog = person.dialog
        assert isinstance(dialog, ConfirmDialog)
        assert dialog.heading == "Retarget 3 devices"
        assert "2 are left out: no MAC-ID on this machine." in dialog.note
        assert dialog.note.endswith("\nz takes this back.")
        await person.press("y")
        assert "3 stored" in person.line("devices-counts")
        now = urls(session)
        assert {now[phone.mac] for phone in KNOWN} == {NEW}
        assert {now[phone.mac] for phone in STRANGE} == {OLD.url}


async def test_mac_ids_given_from_the_question_make_all_of_them_retargeted(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="devices") as person:
        await ask_for_all(person)
        await person.press("enter", "f7")
        await give(person, *STRANGE)
        assert isinstance(person.dialog, ConfirmDialog)
        assert person.dialog.heading == "Retarget 5 devices"
        assert "left out" not in person.dialog.note
        await person.press("y")
        assert set(urls(session).values()) == {NEW}


async def test_a_retarget_that_would_leave_out_every_device_is_refused_and_keeps_what_was_typed(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="devices") as person:
        await person.press("slash")
        await person.fill("#devices-search", "7C2F80EF")
        await person.press("enter")
        await ask_for_all(person)
        await person.press("enter")
        assert isinstance(person.dialog, RetargetDialog)
        assert "no MAC-ID" in person.note("retarget-url")
        await person.press("f7")
        await give(person, STRANGE[0])
        assert isinstance(person.dialog, RetargetDialog)
        assert person.dialog.query_one("#retarget-url").value == NEW
        await person.press("enter")
        assert person.dialog.heading == "Retarget 1 device"
        assert "1 is left out" in person.dialog.note


async def test_devices_sent_by_bare_mac_are_counted_as_such(app_open: Open, session: Session) -> None:
    async with app_open(session, page="devices") as person:
        await ask_for_all(person)
        person.dialog.query_one(Toggle).on = True
        await person.press("enter")
        assert person.dialog.heading == "Retarget 5 devices"
        assert "2 of 5 may not come back" in person.dialog.note
        assert "left out" not in person.dialog.note


async def test_devices_that_point_there_already_are_not_counted(app_open: Open, session: Session) -> None:
    list(retarget(session, KNOWN[:1], url=NEW, provider=None))
    async with app_open(session, page="devices") as person:
        await ask_for_all(person)
        await person.press("enter")
        assert person.dialog.heading == "Retarget 2 devices"
        assert "1 is so already and left alone." in person.dialog.note
        await person.press("escape", "slash")
        await person.fill("#devices-search", KNOWN[0].mac)
        await person.press("enter", "u", "e")
        await person.fill("#retarget-provider", "Acme")
        await person.press("enter")
        assert isinstance(person.dialog, RetargetDialog)


async def test_device_info_retargets_once_the_mac_id_was_given(app_open: Open, session: Session) -> None:
    async with app_open(session, page="device_info") as person:
        await person.fill("#info-mac", STRANGE[0].mac)
        await person.press("enter", "e")
        await person.fill("#retarget-url", NEW)
        await person.press("enter")
        assert "no MAC-ID" in person.note("retarget-url")
        await person.press("f7")
        await give(person, STRANGE[0])
        await person.press("enter")
        assert urls(session)[STRANGE[0].mac] == NEW


async def test_a_plan_counts_only_the_devices_that_it_can_change(
    app_open: Open, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "plan.csv"
    lines = [f"{phone.mac},{NEW},Acme" for phone in (*KNOWN, *STRANGE)]
    path.write_text("\n".join(["MAC,URL,Provider", *lines]) + "\n")
    async with app_open(session, page="devices") as person:
        await person.press("P")
        await person.fill("#plan-path", str(path))
        await person.press("enter", "enter")
        assert person.dialog.heading == "Change 3: 3 devices"
        assert "2 left out: no MAC-ID on this machine." in person.dialog.note
        assert "Acme: change 3" in person.dialog.note
        await person.press("f7")
        await give(person, *STRANGE)
        await person.press("enter")
        assert person.dialog.heading == "Change 5: 5 devices"


@pytest.mark.parametrize("count", [2, 300, 1_000_000])
async def test_the_question_and_its_way_out_fit_eighty_columns(
    app_open: Open, session: Session, count: int
) -> None:
    async with app_open(session, page="devices") as person:
        person.app.push_screen(
            ConfirmDialog("Deregister", ["a line"], verb="deregister", count=count, mac_ids=True)
        )
        await person.calm()
        foot = person.dialog.query_one(FootLine)
        for said in ("deregister", "F7 give MAC-IDs first", "esc leave all as it is"):
            assert said in foot.text
        if count > 20:
            note = person.dialog.query_one(".note")
            assert note.size.width >= len(person.note("count"))
            assert person.note("count").endswith("devices")


async def test_the_way_out_stays_in_a_footer_that_has_no_room_for_every_key(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="devices", size=(60, 24)) as person:
        await person.press("d")
        foot = person.dialog.query_one(FootLine)
        foot.show([("y", "a" * 20), ("F7", "b" * 40), ("esc", "leave all as it is")], ())
        assert "esc leave all as it is" in foot.text
        assert "F7" not in foot.text


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every reading of the journal with a filter waits until the gate opens."""
    gate, read = threading.Event(), history.read_journal

    def wait_and_read(session: Session, wanted: history.Filter) -> Iterator[object]:
        if wanted:
            gate.wait(30)
        yield from read(session, wanted)

    monkeypatch.setattr(history, "read_journal", wait_and_read)
    yield gate
    gate.set()


@pytest.mark.parametrize("leave_field", [True, False])
async def test_escape_clears_the_filter_of_history_while_the_journal_is_read(
    app_open: Open, session: Session, gate: threading.Event, leave_field: bool
) -> None:
    async with app_open(session, page="history") as person:
        await person.press("slash")
        await person.pilot.press(*KNOWN[0].mac[-4:])
        if leave_field:
            await person.pilot.press("enter")
        await person.pilot.press("escape")
        await person.pilot.pause()
        assert person.value("history-filter") == ""
        assert "no longer waiting" not in person.said()
        gate.set()
        await person.calm()
        assert len(person.app.page.picked) == len(KNOWN)  # type: ignore[union-attr]
