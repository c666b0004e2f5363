"""An upload that is cancelled, paused or left while one of its calls is under way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.functional.conftest import Open, Person
from tui.app.pages.upload import UploadPage
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

MACS = [f"7C2F80FFEE{number:02X}" for number in range(4)]
CALLS = "".join(
    "<methodCall><methodName>autoprov.registerDevice</methodName><params>"
    f"<param><value>{mac}-1{number:03}</value></param><param><value>http://h/%MACD.xml</value></param>"
    "<param><value>Daryna</value></param></params></methodCall>\n"
    for number, mac in enumerate(MACS)
)


class Gate:
    """Changes wait in front of the server, one by one."""

    def __init__(self, send: Callable[..., Any]) -> None:
        self._send = send
        self._steps = threading.Semaphore(0)
        self.waiting = threading.Event()
        self.sent = 0

    def send(self, call: Any, *rest: Any, **options: Any) -> Any:
        if "register" in call.name:
            self.waiting.set()
            assert self._steps.acquire(timeout=60)
            self.sent += 1
        return self._send(call, *rest, **options)

    async def come(self) -> None:
        """Until a change waits."""
        assert await asyncio.to_thread(self.waiting.wait, 60)

    def let_through(self, count: int = 1) -> None:
        self.waiting.clear()
        self._steps.release(count)


@pytest.fixture
def session(places: Places) -> Session:
    return open_rehearsal(sample=0, places=places)


@pytest.fixture
def gate(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(session.client.send)
    monkeypatch.setattr(session.client, "send", gate.send)
    yield gate
    gate.let_through(100)


def page(person: Person) -> UploadPage:
    assert isinstance(person.app.page, UploadPage)
    return person.app.page


def stored(session: Session) -> set[str]:
    return {row[0] for rows in list_devices(session) for row in rows}


def rows(person: Person) -> list[str]:
    return ["".join(text for text, _ in row.draw(76, False)).rstrip() for row in page(person).table.rows]


async def send(person: Person, gate: Gate) -> None:
    """The first call has been answered, the second is under way."""
    await person.paste(CALLS)
    await person.pilot.press("enter")
    await gate.come()
    gate.let_through()
    await gate.come()
    await person.pilot.pause()


async def test_c_sends_no_further_call_and_shows_the_answer_of_the_one_under_way(
    app_open: Open, session: Session, gate: Gate
) -> None:
    async with app_open(session, page="upload") as person:
        await send(person, gate)
        assert "1 of 4 calls · c cancels the rest · F9 pauses" in person.line("upload-state")
        await person.pilot.press("c")
        assert "cancelling: no further call is sent" in person.line("upload-state")
        gate.let_through(10)
        await person.calm()
        assert gate.sent == 2
        assert stored(session) == set(MACS[:2])
        assert page(person).phase == "answered"
        assert "2 stored  ○ 2 calls not sent" in person.line("upload-state")
        assert [row.endswith("not sent") for row in rows(person)].count(True) == 2
        assert session.journal.open_rows() == []
        await person.press("enter")
        assert gate.sent == 2
        assert "2 calls not sent. Enter in File reads the file again." in person.said()


async def test_the_list_of_jobs_cancels_an_upload_too(app_open: Open, session: Session, gate: Gate) -> None:
    async with app_open(session, page="upload") as person:
        await send(person, gate)
        await person.pilot.press("f9")
        await person.pilot.press("p", "c", "escape")
        gate.let_through(10)
        await person.calm()
        assert gate.sent == 2
        assert "2 stored  ○ 2 calls not sent" in person.line("upload-state")


async def test_a_paused_upload_goes_on(app_open: Open, session: Session, gate: Gate) -> None:
    async with app_open(session, page="upload") as person:
        await send(person, gate)
        await person.pilot.press("f9")
        await person.pilot.press("p", "escape")
        gate.let_through(10)
        await person.pilot.pause()
        page(person).draw_state()
        assert "paused" in person.line("upload-state")
        await person.pilot.press("f9")
        await person.pilot.press("p", "escape")
        await person.calm()
        assert stored(session) == set(MACS)
        assert "4 stored" in person.line("upload-state")


async def test_an_upload_that_nobody_waits_for_any_more_can_still_be_cancelled(
    app_open: Open, session: Session, gate: Gate
) -> None:
    async with app_open(session, page="upload") as person:
        await send(person, gate)
        await person.pilot.press("escape", "c")
        gate.let_through(10)
        await person.calm()
        assert stored(session) == set(MACS[:2])
        assert page(person).phase == "answered"


async def test_c_says_that_nothing_runs(app_open: Open, session: Session) -> None:
    async with app_open(session, page="upload") as person:
        await person.paste(CALLS)
        await person.press("c")
        assert "Nothing runs." in person.said()
        assert page(person).phase == "preview"
