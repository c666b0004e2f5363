"""A session that arrives after somebody stopped waiting for it is closed, with its connections and files."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.functional.conftest import Open, Person
from tui.app.context.sessions import SignedIn
from tui.app.shell.app import RedirectoryApp
from tui.errors import UsageError
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config
from tui.settings.files.paths import Places


class Late:
    """Opens sessions, each only after the gate."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.gate = threading.Event()
        self.sessions: list[Session] = []

    def open(self) -> Session:
        assert self.gate.wait(60)
        self.sessions.append(open_rehearsal(sample=5, places=self.places))
        return self.sessions[-1]

    def sign_in(self, *_: object) -> SignedIn:
        return SignedIn(self.open(), 1.0)


@pytest.fixture
def late(places: Places) -> Iterator[Late]:
    late = Late(places)
    yield late
    late.gate.set()
    for session in late.sessions:
        session.close()


def is_closed(session: Session) -> bool:
    try:
        session.hold()
    except UsageError:
        return True
    session.release()
    return False


async def test_the_session_of_an_opening_that_was_stopped_is_closed(
    places: Places, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.shell.app.OPENING_PATIENCE", 0.0)
    app = RedirectoryApp(places=places, config=Config(), opener=late.open)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        await pilot.pause()
        await pilot.press("escape", "escape")
        assert "Stop opening" in person.dialog.heading
        await pilot.press("y")
        await pilot.pause()
        late.gate.set()
        await person.calm()
        assert [is_closed(session) for session in late.sessions] == [True]
        assert not app.desk.signed_in


async def test_the_session_that_arrived_while_the_question_to_stop_was_answered_is_closed(
    places: Places, late: Late
) -> None:
    """Its session is under way to who awaits it when the person answers."""
    app = RedirectoryApp(places=places, config=Config(), opener=late.open)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        await pilot.pause()
        (opening,) = app.desk.work.running
        assert opening.thread is not None
        late.gate.set()
        opening.thread.join()
        app.desk.work.abandon(opening)
        await person.calm()
        assert [is_closed(session) for session in late.sessions] == [True]
        assert not app.desk.signed_in


async def test_of_two_openings_the_session_of_the_first_is_closed_and_the_second_is_in_front(
    places: Places, late: Late
) -> None:
    app = RedirectoryApp(places=places, config=Config(), opener=late.open)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        await pilot.pause()
        app.open_with(late.open, "Opening another")
        late.gate.set()
        await person.calm()
        front = app.desk.session
        assert len(late.sessions) == 2
        assert [session for session in late.sessions if not is_closed(session)] == [front]


async def test_the_session_of_a_login_that_nobody_waits_for_any_more_is_closed(
    app_open: Open, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.pages.sign_in.sign_in", late.sign_in)
    async with app_open(rehearse=False) as person:
        await person.app.action_sign_in()
        await person.calm()
        for field, text in (("server", "http://127.0.0.1:9"), ("user", "demo"), ("password", "demo")):
            await person.fill(f"#signin-{field}", text)
        person.app.screen.query_one("#signin-password").focus()
        await person.pilot.press("enter")
        await person.pilot.press("escape", "escape")
        assert "no longer waiting" in person.said()
        late.gate.set()
        await person.calm()
        assert [is_closed(session) for session in late.sessions] == [True]
        assert not person.app.desk.signed_in
