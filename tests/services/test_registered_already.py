"""Registering what is registered already: a MAC-ID is kept, another suffix is said, and what a proxy has sent
twice is ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk import NEW, OLD, Carrier, Desk, at, at_desk, by_mac, phone, phones
from tui.model.addresses import Identifier
from tui.model.outcome import Result
from tui.services.changes.registering import register, retarget
from tui.services.changes.undoing import preview_undo, undo
from tui.services.devices.look_up import look_up


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("count", [1, 30])
def test_a_mac_id_given_for_a_phone_registered_by_bare_mac_is_kept(desk: Desk, count: int) -> None:
    desk.give(phones(count, bare=True), NEW)
    outcomes = by_mac(register(desk.session, at(phones(count))))
    assert {one.result for one in outcomes.values()} == {Result.UNCHANGED}
    known = desk.session.journal.recall_many(desk.session.account_key)
    assert {entry.mac_id for entry in known.values()} == {one.mac_id for one in phones(count)}
    assert desk.carrier.changing() == []


def test_a_suffix_against_what_is_known_is_said_and_teaches_nothing(desk: Desk) -> None:
    list(register(desk.session, at([phone(1)])))
    other = Identifier(phone(1).mac, "9999")
    (outcome,) = register(desk.session, at([other]))
    assert (outcome.result, outcome.code) == (Result.UNCHANGED, "suffix_mismatch")
    assert "9999" in outcome.message
    assert str(phone(1).suffix) in outcome.message
    known = desk.session.journal.recall(desk.session.account_key, phone(1).mac)
    assert known is not None
    assert known.mac_id == phone(1).mac_id


def test_a_look_up_with_another_suffix_than_is_known_says_so(desk: Desk) -> None:
    list(register(desk.session, at([phone(1), phone(2, bare=True)])))
    vault = desk.session.journal.recall_many(desk.session.account_key)
    for mac, entry in vault.items():
        assert look_up(desk.session, Identifier(mac, entry.suffix)).suffix_doubt == ""
        assert look_up(desk.session, Identifier(mac)).suffix_doubt == ""
        doubt = look_up(desk.session, Identifier(mac, "99A9")).suffix_doubt
        assert "99A9" in doubt
        assert str(entry.suffix) in doubt
    assert {entry.mac_id is None for entry in vault.values()} == {True, False}


class Doubling(Carrier):
    """A proxy that sends every call of a method twice and hands on the second answer."""

    method = "registerDevice"

    def handle_request(self, request: Any) -> Any:
        body = request.read()
        if b"." + self.method.encode() + b"<" in body:
            super().handle_request(request).read()
        return super().handle_request(request)


@pytest.mark.parametrize("count", [1, 20])
def test_a_registration_that_was_sent_twice_is_stored_its_password_lost_and_undo_takes_it_back(
    desk: Desk, count: int
) -> None:
    carrier = Doubling(desk.sandbox)
    carrier.method = "registerDevice" if count == 1 else "registerDeviceList"
    session = desk.open(carrier)
    outcomes = by_mac(register(session, at(phones(count))))
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert all(one.password_lost for one in outcomes.values())
    list(undo(desk.session, preview_undo(desk.session)))
    assert desk.targets() == {}


def test_a_move_whose_registration_was_sent_twice_is_stored(desk: Desk) -> None:
    desk.give([phone(3)])
    session = desk.open(Doubling(desk.sandbox))
    (outcome,) = retarget(session, [phone(3)], url=NEW.url, provider=OLD.provider)
    assert (outcome.result, outcome.password_lost) == (Result.STORED, True)
