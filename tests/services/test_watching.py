"""Watching for a phone: gentle questions, and only what is true is said."""

from __future__ import annotations

import pytest

from tests.services.conftest import Rehearse
from tui.errors import LoginRefused, ServerFailed
from tui.model.addresses import Identifier
from tui.server.http.embedded import EmbeddedTransport
from tui.server.phone import play_phone
from tui.services.phone.watching import WatchEvent, watch
from tui.services.session import Session

PHONE = Identifier("7C2F80820EC0", "55DF")
URL = "http://u:geheim@172.29.0.103/%MACD.xml"


class Hours:
    """A clock that the watch's own pauses move; `then` is done during the pause of that number."""

    def __init__(self, **then: object) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.then = then

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> object:
        self.now += seconds
        self.pauses.append(seconds)
        action = self.then.get(f"after_{len(self.pauses)}")
        return action() if callable(action) else None


@pytest.fixture
def session(rehearse: Rehearse) -> Session:
    opened = rehearse("date=last-request", "date-form=seconds")
    opened.client.register_device(PHONE.wire, URL, "Daryna")
    return opened


def run(session: Session, hours: Hours, **options: object) -> list[WatchEvent]:
    return list(watch(session, PHONE, clock=hours.clock, pause=hours.pause, **options))  # type: ignore[arg-type]


def kinds(events: list[WatchEvent]) -> list[str]:
    return [event.kind for event in events]


def ask_as_phone(session: Session) -> None:
    assert session.sandbox is not None
    play_phone("http://sandbox", PHONE.mac, "55DF75196006", transport=EmbeddedTransport(session.sandbox.wsgi))


def test_a_phone_that_asks_ends_the_watch(session: Session) -> None:
    hours = Hours(after_2=lambda: ask_as_phone(session))
    events = run(session, hours)
    assert kinds(events) == ["started", "waiting", "moved"]
    assert events[-1].moved
    assert events[-1].final
    assert events[-1].server_date
    assert hours.pauses == [10.0, 10.0]


def test_a_moved_date_is_never_called_a_configured_phone(session: Session) -> None:
    events = run(session, Hours(after_1=lambda: ask_as_phone(session)))
    assert "not seen from here" in events[-1].message


def test_the_start_says_when_a_phone_may_ask(session: Session) -> None:
    (first, *_) = run(session, Hours(), timeout=1.0)
    assert "50 s after boot" in first.message
    assert "no date" in first.message


def test_a_phone_that_does_not_ask_ends_with_other_places_to_look(session: Session) -> None:
    hours = Hours()
    events = run(session, hours, timeout=25.0, interval=10.0)
    assert kinds(events) == ["started", "waiting", "waiting", "waiting", "timed out"]
    assert not events[-1].moved
    assert "DHCP" in events[-1].message
    assert sum(hours.pauses) == 25.0


def test_coarse_dates_are_warned_of(rehearse: Rehearse) -> None:
    session = rehearse("date-form=day")
    session.client.register_device(PHONE.wire, URL, "Daryna")
    assert "days only" in run(session, Hours(), timeout=1.0)[0].message


def test_no_server_is_asked_more_than_once_a_second(session: Session) -> None:
    hours = Hours()
    run(session, hours, timeout=5.0, interval=0.0)
    assert min(hours.pauses) >= 1.0


def test_a_failing_link_is_said_and_asked_ever_more_slowly(session: Session) -> None:
    assert session.sandbox is not None
    board = session.sandbox

    def fail() -> None:
        board.set_switch("status=502@next:3")

    hours = Hours(after_1=fail, after_5=lambda: ask_as_phone(session))
    events = run(session, hours)
    assert kinds(events) == ["started", "trouble", "trouble", "trouble", "waiting", "moved"]
    assert hours.pauses == [10.0, 20.0, 40.0, 60.0, 10.0]


def test_a_refused_login_is_never_tried_again(session: Session) -> None:
    assert session.sandbox is not None
    board = session.sandbox
    with pytest.raises(LoginRefused):
        run(session, Hours(after_1=lambda: board.set_switch("status=403")))


def test_a_first_question_that_fails_is_an_error(rehearse: Rehearse) -> None:
    with pytest.raises(ServerFailed):
        run(rehearse("status=502"), Hours())


def test_a_device_without_record_has_nothing_to_watch(rehearse: Rehearse) -> None:
    hours = Hours()
    (event,) = run(rehearse(), hours)
    assert (event.kind, event.final, event.moved) == ("gone", True, False)
    assert hours.pauses == []


def test_a_record_that_goes_is_said(session: Session) -> None:
    assert session.sandbox is not None
    writer = session.sandbox.second_writer()
    events = run(session, Hours(after_1=lambda: writer.deregister(PHONE.wire)))
    assert kinds(events) == ["started", "gone"]


def test_a_record_that_others_change_is_said_without_its_credentials(session: Session) -> None:
    assert session.sandbox is not None
    writer = session.sandbox.second_writer()

    def change() -> None:
        writer.deregister(PHONE.wire)
        writer.register(PHONE.wire, URL.replace("172", "10"), "Other")

    events = run(session, Hours(after_1=change), timeout=20.0)
    assert kinds(events) == ["started", "changed", "waiting", "timed out"]
    assert "Other" in events[1].message
    assert "geheim" not in events[1].message


def test_a_pause_that_says_so_stops_the_watch(session: Session) -> None:
    events = run(session, Hours(after_2=lambda: True))
    assert kinds(events) == ["started", "waiting", "stopped"]
    assert events[-1].final
