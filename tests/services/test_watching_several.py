"""Several phones are watched with one list for all, until each has called or lost its record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.conftest import Rehearse
from tui.errors import ServerFailed
from tui.model.device import MAC, DeviceRow
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.server.http.embedded import EmbeddedTransport
from tui.server.phone import play_phone
from tui.services.changes.registering import register
from tui.services.devices.look_up import list_devices
from tui.services.phone.watching_several import Round, watch_several
from tui.services.session import Session

PHONES = [f"7C2F80FFEE0{number}" for number in range(3)]
TARGET = Target("http://h.example/%MACD.xml", "Daryna")


@pytest.fixture
def session(rehearse: Rehearse) -> Session:
    return rehearse("date=last-request", "date-form=seconds")


@pytest.fixture
def passwords(session: Session) -> dict[str, str]:
    wanted = [Registration(parse_identifier(f"{mac}-1234"), TARGET) for mac in PHONES]
    outcomes = list(register(session, wanted))
    return {each.mac: each.password.reveal() for each in outcomes if each.password is not None}


def rows_of(session: Session) -> list[DeviceRow]:
    return [row for batch in list_devices(session) for row in batch if row[MAC] in PHONES]


def play(session: Session, *steps: Callable[[], object]) -> tuple[list[Round], list[float]]:
    """Watch; after each list the next step happens, and after the last one the watch is stopped."""
    left, waits = list(steps), []

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        if not left:
            return True
        left.pop(0)()
        return False

    return list(watch_several(session, rows_of(session), pause=pause, clock=lambda: 0.0)), waits


def call(session: Session, passwords: dict[str, str], mac: str) -> None:
    assert session.sandbox is not None
    play_phone("http://sandbox", mac, passwords[mac], transport=EmbeddedTransport(session.sandbox.wsgi))


def test_each_phone_that_calls_is_told_once_and_the_last_one_ends_the_watch(
    session: Session, passwords: dict[str, str]
) -> None:
    steps = [lambda mac=mac: call(session, passwords, mac) for mac in PHONES]
    rounds, _ = play(session, *steps)
    assert [[row[MAC] for row in each.called] for each in rounds] == [[], *([mac] for mac in PHONES)]
    assert [(each.seen, each.left) for each in rounds] == [(0, 3), (1, 2), (2, 1), (3, 0)]


def test_a_record_that_is_gone_or_has_another_target_is_no_call(
    session: Session, passwords: dict[str, str]
) -> None:
    assert session.sandbox is not None
    other = session.sandbox.second_writer(session.account.user)

    def change() -> None:
        other.deregister(f"{PHONES[0]}-1234")
        other.deregister(f"{PHONES[1]}-1234")
        other.register(f"{PHONES[1]}-1234", "http://other.example/", "Other")

    rounds, _ = play(session, change)
    assert rounds[1].gone == (PHONES[0],)
    assert [row[MAC] for row in rounds[1].changed] == [PHONES[1]]
    assert (rounds[1].seen, rounds[1].left) == (0, 2)


def test_a_failing_link_is_asked_ever_more_seldom_and_is_no_end(
    session: Session, passwords: dict[str, str]
) -> None:
    assert session.sandbox is not None
    fail = session.sandbox.set_switch
    rounds, waits = play(session, lambda: fail("status=503"), lambda: None, lambda: fail("status=200"))
    assert [bool(each.trouble) for each in rounds] == [False, True, True, False]
    assert waits == [10.0, 20.0, 40.0, 10.0]


def test_a_link_that_fails_at_once_ends_the_watch(session: Session, passwords: dict[str, str]) -> None:
    assert session.sandbox is not None
    rows = rows_of(session)
    session.sandbox.set_switch("status=503")
    with pytest.raises(ServerFailed):
        next(watch_several(session, rows))
