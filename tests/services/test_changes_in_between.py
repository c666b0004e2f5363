"""Devices between two records, and devices that would be taken for one another: how many share a call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.model.addresses import Identifier
from tui.model.outcome import Result
from tui.model.secrets import Secret
from tui.server.handlers import Handlers
from tui.services.changes.planning import apply, plan
from tui.services.changes.registering import preview, register, retarget
from tui.services.changes.undoing import preview_undo, undo

COUNT = 400
AT_MOST = 4 * 25


class Gap:
    """The most devices that were without a record at any instant."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.most = 0
        self.lock = threading.Lock()


@pytest.fixture
def gap(monkeypatch: pytest.MonkeyPatch) -> Gap:
    seen = Gap()

    def watch(name: str, note: Any) -> None:
        original = getattr(Handlers, name)

        def change(self: Handlers, transaction: Any, call: Any, sent: str) -> str:
            line: str = original(self, transaction, call, sent)
            with seen.lock:
                note(sent[:12])
                seen.most = max(seen.most, len(seen.missing))
            return line

        monkeypatch.setattr(Handlers, name, change)

    watch("_deregister_one", lambda mac: seen.missing.add(mac))
    watch("_register_one", lambda mac: seen.missing.discard(mac))
    return seen


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def test_a_retarget_has_no_more_phones_without_a_record_than_its_calls_in_flight_hold(
    desk: Desk, gap: Gap
) -> None:
    desk.give(phones(COUNT))
    outcomes = by_mac(retarget(desk.session, phones(COUNT), url=NEW.url, provider=NEW.provider))
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert 0 < gap.most <= AT_MOST
    assert not gap.missing


def test_neither_has_an_undo_of_it(desk: Desk, gap: Gap) -> None:
    desk.give(phones(COUNT))
    list(retarget(desk.session, phones(COUNT), url=NEW.url, provider=NEW.provider))
    gap.most = 0
    list(undo(desk.session, preview_undo(desk.session)))
    assert 0 < gap.most <= AT_MOST
    assert set(desk.targets().values()) == {OLD}


def test_every_list_is_stored_again_before_its_connection_turns_to_the_next(tmp_path: Path) -> None:
    with at_desk(tmp_path, connections=1) as desk:
        desk.give(phones(120))
        list(retarget(desk.session, phones(120), url=NEW.url, provider=NEW.provider))
        assert desk.carrier.changing() == ["deregisterDeviceList", "registerDeviceList"] * 5


def test_a_cancelled_retarget_leaves_no_phone_without_a_record(desk: Desk, gap: Gap) -> None:
    desk.give(phones(COUNT))
    steps = retarget(desk.session, phones(COUNT), url=NEW.url, provider=NEW.provider)
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert len(desk.targets()) == COUNT
    assert set(desk.targets().values()) == {OLD, NEW}
    assert desk.session.journal.open_rows() == []


def alike(count: int) -> list[Identifier]:
    """Phones of which every two have the same suffix."""
    return [Identifier(f"7C2F80{number:06X}", f"{1000 + number // 2:04d}") for number in range(count)]


def test_phones_with_the_same_suffix_never_share_a_call_and_keep_their_passwords(desk: Desk) -> None:
    wanted = alike(30)
    outcomes = by_mac(register(desk.session, at(wanted)))
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert all(one.password == Secret(desk.password(mac)) for mac, one in outcomes.items())
    assert not any(one.password_lost for one in outcomes.values())
    calls = [list(planned.macs) for planned in preview(desk.session, registrations=at(wanted))]
    assert len(calls) == 2
    assert all(len({name[-4:] for name in call}) == len(call) for call in calls)
    assert desk.carrier.changing() == ["registerDeviceList"] * 2


def test_two_phones_with_one_suffix_go_in_single_calls(desk: Desk) -> None:
    pair = alike(2)
    outcomes = by_mac(register(desk.session, at(pair)))
    assert all(one.password == Secret(desk.password(mac)) for mac, one in outcomes.items())
    assert desk.carrier.changing() == ["registerDevice"] * 2


def test_a_retarget_keeps_the_passwords_of_phones_with_the_same_suffix(desk: Desk) -> None:
    wanted = alike(20)
    desk.give(wanted)
    outcomes = by_mac(retarget(desk.session, wanted, url=NEW.url, provider=NEW.provider))
    assert all(one.password == Secret(desk.password(mac)) for mac, one in outcomes.items())


def test_an_answer_out_of_order_is_read_right_although_suffixes_are_equal(tmp_path: Path) -> None:
    with at_desk(tmp_path, "order=shuffle") as desk:
        wanted = [*alike(6), phone(70)]
        outcomes = by_mac(register(desk.session, at(wanted)))
        assert all(one.password == Secret(desk.password(mac)) for mac, one in outcomes.items())


def test_apply_moves_in_small_lists_too(desk: Desk, gap: Gap) -> None:
    from tui.intake.rows import make_draft

    desk.give(phones(COUNT))
    drafts = [
        make_draft(line, one.wire, one.wire, NEW.url, NEW.provider)
        for line, one in enumerate(phones(COUNT), 1)
    ]
    outcomes = by_mac(apply(desk.session, plan(desk.session, drafts)))
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert 0 < gap.most <= AT_MOST
