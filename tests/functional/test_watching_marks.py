"""`w` on the list takes the marks: those that have called lose theirs."""

from __future__ import annotations

import threading

import pytest

from tests.functional.conftest import Open, Person
from tui.app.flows.devices import marked_watch
from tui.app.flows.devices.watching import StopSign
from tui.app.pages.devices import DevicesPage
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.server.http.embedded import EmbeddedTransport
from tui.server.phone import play_phone
from tui.services.changes.registering import register
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places

PHONES = ["7C2F80FFEE01", "7C2F80FFEE02"]


class Gate(StopSign):
    """Between two lists the watch waits until the test says so."""

    go = threading.Semaphore(0)

    def wait(self, seconds: float) -> bool:
        while not self.go.acquire(timeout=0.05):
            if super().wait(0):
                return True
        return super().wait(0)


async def until(person: Person, text: str) -> None:
    while text not in person.line("devices-counts"):
        await person.pilot.pause()


async def test_marked_phones_are_watched_at_once_and_the_marks_left_are_those_to_go(
    app_open: Open, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_watch, "StopSign", Gate)
    session = open_rehearsal(sample=5, switches=["date=last-request", "date-form=seconds"], places=places)
    wanted = [Registration(parse_identifier(f"{mac}-1234"), Target("http://h/", "P")) for mac in PHONES]
    passwords = {each.mac: each.password for each in register(session, wanted)}
    async with app_open(session, page="devices") as person:
        page = person.app.page
        assert isinstance(page, DevicesPage)
        await person.fill("#devices-search", "7C2F80FFEE")
        page.table.focus()
        await person.press("a")
        assert page.table.devices.mark_count == 2
        await person.pilot.press("w")
        await until(person, "0 of 2 have called")
        assert session.sandbox is not None
        word = passwords[PHONES[0]]
        assert word is not None
        play_phone("http://sandbox", PHONES[0], word, transport=EmbeddedTransport(session.sandbox.wsgi))
        Gate.go.release()
        await until(person, "1 of 2 have called")
        assert [row[0] for row in page.table.devices.marked_rows()] == [PHONES[1]]
        await person.pilot.press("w")
        await person.calm()
        assert "have called" not in person.line("devices-counts")
        said = " ".join(note.message for note in person.app._notifications)
        assert f"{PHONES[0]} has called" in said
        assert "No longer watched: 1 of 2 have called" in said


async def test_one_marked_phone_is_watched_wherever_the_cursor_is(
    app_open: Open, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app_open(open_rehearsal(sample=5, places=places), page="devices") as person:
        page = person.app.page
        assert isinstance(page, DevicesPage)
        await person.press("space")
        (marked,) = page.table.devices.marked_rows()
        await person.press("down")
        asked: list[tuple[str, str, str]] = []

        def note(page_id: str, mac: str, verb: str) -> None:
            asked.append((page_id, mac, verb))

        monkeypatch.setattr(person.app, "show_page", note)
        await person.press("w")
        assert asked == [("device_info", marked[0], "watch")]
