"""A server that carries a call out when nobody waits for its answer any more: what its record shows until
then proves nothing, so no call that could do harm follows, and no outcome says that nothing was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.services.desk import NEW, OLD, Carrier, Desk, at, at_desk, phones
from tui.errors import CutOff
from tui.model.outcome import Result
from tui.services.changes.engine.control import Control
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.resolving import resolve
from tui.services.changes.uploading import upload
from tui.services.files.call_file import read_calls
from tui.services.session import Session
from tui.wire.xmlrpc.codec import encode_call

PHONES = phones(60)


class Late(Carrier):
    """The first `count` calls of a method get no answer in time, or a gateway's; the server makes them when
    `carry_out` is called. `then` happens while they wait."""

    def __init__(
        self, desk: Desk, method: bytes, count: int, status: int | None, then: Callable[[], None] | None
    ) -> None:
        super().__init__(desk.sandbox)
        self._method, self._left, self._status, self._then = method, count, status, then
        self._kept: list[httpx.Request] = []

    def handle_request(self, request: Any) -> Any:
        body = request.read()
        if self._method not in body or not self._left:
            return super().handle_request(request)
        self._left -= 1
        self.methods.append(body.partition(b"<methodName>")[2].partition(b"</methodName>")[0].decode())
        self._kept.append(request)
        if self._then is not None:
            self._then()
        if self._status is None:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(self._status, content=b"", request=request)

    def carry_out(self) -> None:
        kept, self._kept = self._kept, []
        for request in kept:
            super().handle_request(request)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path, chunk=25, connections=2) as desk:
        yield desk


def open_late(
    desk: Desk,
    method: bytes,
    count: int,
    status: int | None = None,
    then: Callable[[], None] | None = None,
) -> tuple[Session, Late]:
    late = Late(desk, method, count, status, then)
    return desk.open(late), late


@pytest.mark.parametrize("status", [None, 504])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_removal_of_a_retarget_that_comes_late_takes_no_phone_its_record(
    desk: Desk, status: int | None, count: int
) -> None:
    desk.give(PHONES)
    session, late = open_late(desk, b"deregister", count, status)
    outcomes = list(retarget(session, PHONES, url=NEW.url, provider=NEW.provider))
    unknown = {outcome.mac for outcome in outcomes if outcome.result is Result.UNKNOWN}
    assert unknown
    assert all("may still be at work" in one.message for one in outcomes if one.result is Result.UNKNOWN)
    stored = {outcome.mac for outcome in outcomes if outcome.result is Result.STORED}
    late.carry_out()
    # What was called stored is so, and what was not sent has its old record: only the unknown moved.
    assert {mac for mac, target in desk.targets().items() if target == NEW} == stored
    assert {one.mac for one in PHONES} - set(desk.targets()) == unknown
    list(resolve(session))
    assert {one.mac for one in PHONES} == set(desk.targets())
    assert not session.journal.count_open(session.account_key)


def test_a_removal_that_comes_late_is_unknown_until_it_is_asked_for(desk: Desk) -> None:
    desk.give(PHONES)
    session, late = open_late(desk, b"deregister", 1)
    some = PHONES[:20]
    assert {outcome.result for outcome in deregister(session, some)} == {Result.UNKNOWN}
    assert len(late.changing()) == 1
    late.carry_out()
    assert {outcome.result for outcome in resolve(session)} == {Result.REMOVED}


@pytest.mark.parametrize("count", [1, 60])
def test_a_job_that_is_cancelled_meanwhile_calls_none_of_it_not_sent(desk: Desk, count: int) -> None:
    control = Control()
    desk.give(PHONES)

    session, late = open_late(desk, b"deregister", count, then=control.cancel)
    outcomes = list(retarget(session, PHONES, url=NEW.url, provider=None, control=control))
    late.carry_out()
    gone = {one.mac for one in PHONES} - set(desk.targets())
    assert gone
    assert {outcome.mac for outcome in outcomes if outcome.result is Result.UNKNOWN} == gone


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_registration_that_comes_late_is_sent_again_or_unknown(desk: Desk, cancelled: bool) -> None:
    control = Control()
    then = control.cancel if cancelled else None
    session, late = open_late(desk, b"registerDevice", 1, then=then)
    outcomes = list(register(session, at(PHONES[:5]), control=control))
    late.carry_out()
    wanted = Result.UNKNOWN if cancelled else Result.STORED
    assert {outcome.result for outcome in outcomes} == {wanted}
    assert len(desk.targets()) == 5


@pytest.mark.parametrize("method", ["deregisterDevice", "registerDevice"])
def test_an_uploaded_call_that_comes_late_is_not_said_to_be_not_made(desk: Desk, method: str) -> None:
    one = PHONES[0]
    if method == "deregisterDevice":
        desk.give([one])
    params = [one.wire] if method == "deregisterDevice" else [one.wire, OLD.url, OLD.provider]
    session, late = open_late(desk, method.encode(), 1)
    calls = read_calls(encode_call(f"autoprov.{method}", list(params)))
    answers = upload(session, calls)
    seen = [outcome.result for outcome in next(answers).outcomes]
    with pytest.raises(CutOff):
        next(answers)
    assert seen == [Result.UNKNOWN]
    late.carry_out()
    settled = Result.REMOVED if method == "deregisterDevice" else Result.STORED
    assert [outcome.result for outcome in resolve(session)] == [settled]
