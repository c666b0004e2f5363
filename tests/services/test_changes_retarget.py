"""Retargeting: the old recorded, removed, the new registered, and the old back when that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.model.addresses import Identifier
from tui.model.outcome import Result
from tui.model.registration import Target
from tui.services.changes.registering import Control, missing_mac_ids, register, retarget


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("count", [1, 3, 120])
def test_devices_move_to_the_new_target(desk: Desk, count: int) -> None:
    desk.give(phones(count))
    outcomes = by_mac(retarget(desk.session, phones(count), url=NEW.url, provider=NEW.provider))
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert desk.targets() == {one.mac: NEW for one in phones(count)}
    assert {row.before[1:3] for row in desk.session.journal.rows() if row.before} == {(OLD.provider, OLD.url)}


def test_what_is_not_given_stays_as_it_is_on_each_device(desk: Desk) -> None:
    desk.give(phones(6), OLD)
    desk.give(phones(6, start=6), NEW)
    list(retarget(desk.session, phones(12), url=None, provider="Third"))
    assert desk.targets() == {
        **{one.mac: Target(OLD.url, "Third") for one in phones(6)},
        **{one.mac: Target(NEW.url, "Third") for one in phones(6, start=6)},
    }


def test_a_device_at_the_target_already_is_unchanged_and_nothing_is_sent(desk: Desk) -> None:
    desk.give(phones(7), NEW)
    outcomes = by_mac(retarget(desk.session, phones(7), url=NEW.url, provider=None))
    assert {one.result for one in outcomes.values()} == {Result.UNCHANGED}
    assert not desk.carrier.changing()
    assert not desk.session.journal.rows()


def test_mac_ids_that_are_missing_are_named_before_it_starts(desk: Desk) -> None:
    list(register(desk.session, at([phone(1)], OLD)))
    desk.give([phone(2)])
    asked = [phone(1, bare=True), phone(2, bare=True), phone(3)]
    assert missing_mac_ids(desk.session, asked) == [phone(2, bare=True)]


def test_without_a_mac_id_a_device_is_skipped_unless_the_bare_mac_is_allowed(desk: Desk) -> None:
    desk.give([phone(2)])
    (skipped,) = retarget(desk.session, [phone(2, bare=True)], url=NEW.url, provider=None)
    assert (skipped.result, skipped.code) == (Result.SKIPPED, "mac_id_missing")
    assert not desk.carrier.changing()
    (moved,) = retarget(desk.session, [phone(2, bare=True)], url=NEW.url, provider=None, bare=True)
    assert moved.result is Result.STORED
    assert desk.targets() == {phone(2).mac: Target(NEW.url, OLD.provider)}


def test_a_device_without_a_record_is_refused(desk: Desk) -> None:
    (outcome,) = retarget(desk.session, [phone(1)], url=NEW.url, provider=None)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_not_found")
    assert not desk.carrier.changing()


@pytest.mark.parametrize("count", [1, 12])
def test_a_record_that_changed_since_it_was_seen_is_not_touched(desk: Desk, count: int) -> None:
    desk.give(phones(count), NEW)
    seen = {one.mac: (one.mac, OLD.provider, OLD.url, "") for one in phones(count)}
    outcomes = by_mac(
        retarget(desk.session, phones(count), url="http://x.example/", provider=None, expected=seen)
    )
    assert {(one.result, one.code) for one in outcomes.values()} == {(Result.SKIPPED, "changed_meanwhile")}
    assert desk.targets() == {one.mac: NEW for one in phones(count)}


@pytest.mark.parametrize("count", [1, 12])
def test_a_visible_record_of_another_account_is_not_touched(tmp_path: Path, count: int) -> None:
    with at_desk(tmp_path, "foreign=visible@checkDevice", "foreign-deregister=allowed") as desk:
        desk.give(phones(count), account="other")
        outcomes = by_mac(retarget(desk.session, phones(count), url=NEW.url, provider=None))
        assert {one.result for one in outcomes.values()} <= {Result.SKIPPED, Result.REFUSED}
        assert len(desk.targets("other")) == count
        assert not desk.carrier.changing()


@pytest.mark.parametrize("count", [1, 3, 70])
def test_a_target_that_is_refused_brings_the_old_record_back(desk: Desk, count: int) -> None:
    desk.give(phones(count))
    outcomes = by_mac(retarget(desk.session, phones(count), url="no url at all", provider=None))
    assert {(one.result, one.code) for one in outcomes.values()} == {(Result.REFUSED, "url_invalid")}
    assert all("restored" in one.message for one in outcomes.values())
    assert desk.targets() == {one.mac: OLD for one in phones(count)}


def test_a_mac_id_that_no_longer_registers_is_restored_by_the_bare_mac(desk: Desk) -> None:
    desk.give([phone(1)])
    desk.sandbox.set_switch("error=mac_invalid@registerDevice,next:2")
    (outcome,) = retarget(desk.session, [phone(1)], url=NEW.url, provider=None)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_invalid")
    assert desk.targets() == {phone(1).mac: OLD}


def test_a_record_that_cannot_come_back_is_said_to_be_gone(desk: Desk) -> None:
    desk.give([phone(1)])
    desk.sandbox.set_switch("error=mac_not_exist@registerDevice")
    (outcome,) = retarget(desk.session, [phone(1)], url=NEW.url, provider=None)
    assert (outcome.result, outcome.code) == (Result.REMOVED, "mac_not_exist")
    assert "could not be restored" in outcome.message
    assert not desk.targets()


def test_cancel_leaves_no_device_between_two_records(tmp_path: Path) -> None:
    with at_desk(tmp_path, chunk=4, connections=2) as desk:
        desk.give(phones(60))
        control = Control()
        steps = retarget(desk.session, phones(60), url=NEW.url, provider=None, control=control)
        first = next(steps)
        control.cancel()
        outcomes = by_mac([first, *steps])
        moved = {mac for mac, one in outcomes.items() if one.result is Result.STORED}
        assert {one.code for mac, one in outcomes.items() if mac not in moved} == {"cancelled"}
        assert {mac for mac, target in desk.targets().items() if target.url == NEW.url} == moved
        assert len(desk.targets()) == 60


def test_closing_the_generator_leaves_no_device_between_two_records(tmp_path: Path) -> None:
    with at_desk(tmp_path, chunk=4, connections=2) as desk:
        desk.give(phones(60))
        steps = retarget(desk.session, phones(60), url=NEW.url, provider=None)
        next(steps)
        steps.close()  # type: ignore[attr-defined]
        assert len(desk.targets()) == 60
        assert not desk.session.journal.open_rows()


def test_passwords_that_change_on_the_way_are_kept_and_said(tmp_path: Path) -> None:
    with at_desk(tmp_path, "password=rotated") as desk:
        list(register(desk.session, at(phones(6), OLD)))
        list(retarget(desk.session, phones(6), url=NEW.url, provider=None))
        again = by_mac(retarget(desk.session, phones(6), url=OLD.url, provider=None))
        known = desk.session.journal.recall_many(desk.session.account_key)
        for mac, entry in known.items():
            assert entry.password is not None
            assert entry.password.reveal() == desk.password(mac)
            assert (again[mac].code == "password_changed") == bool(entry.earlier)


def test_the_vault_names_devices_for_a_server_that_wants_mac_ids(tmp_path: Path) -> None:
    with at_desk(tmp_path, "bare=never") as desk:
        list(register(desk.session, at(phones(8), OLD)))
        outcomes = by_mac(
            retarget(desk.session, [Identifier(one.mac) for one in phones(8)], url=NEW.url, provider=None)
        )
        assert {one.result for one in outcomes.values()} == {Result.STORED}
