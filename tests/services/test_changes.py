"""Registering and deregistering: one true outcome per device, whatever the server answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.errors import LoginRefused, NotReached, StoreError
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Registration, Target
from tui.services.changes.registering import Control, deregister, preview, register, retarget


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def results(outcomes: dict[str, Outcome]) -> Counter[tuple[Result, str]]:
    return Counter((outcome.result, outcome.code) for outcome in outcomes.values())


def test_one_device_is_registered_by_a_single_call_and_its_password_goes_to_the_vault(desk: Desk) -> None:
    (outcome,) = register(desk.session, at([phone(1)]))
    assert (outcome.result, outcome.mac_id) == (Result.STORED, phone(1).mac_id)
    assert desk.carrier.changing() == ["registerDevice"]
    entry = desk.session.journal.recall(desk.session.account_key, phone(1).mac)
    assert entry is not None
    assert entry.mac_id == phone(1).mac_id
    assert entry.password is not None
    assert entry.password.reveal() == desk.password(phone(1).mac)


def test_several_devices_go_in_list_calls_of_at_most_a_chunk(desk: Desk) -> None:
    outcomes = by_mac(register(desk.session, at(phones(120))))
    assert results(outcomes) == {(Result.STORED, ""): 120}
    assert desk.carrier.changing() == ["registerDeviceList"] * 3
    assert all(
        outcome.password is not None and outcome.password.reveal() == desk.password(mac)
        for mac, outcome in outcomes.items()
    )


def test_mixed_targets_are_split_by_url_and_provider(desk: Desk) -> None:
    mixed = at(phones(4)) + at(phones(3, start=4), OLD)
    by_mac(register(desk.session, mixed))
    assert desk.carrier.changing() == ["registerDeviceList"] * 2
    assert desk.targets() == {one.identifier.mac: one.target for one in mixed}


def test_the_preview_names_the_calls_that_are_then_made(desk: Desk) -> None:
    wanted = at(phones(60)) + at([phone(99)], OLD)
    planned = preview(desk.session, registrations=wanted)
    assert [(call.method.rpartition(".")[2], len(call.macs)) for call in planned] == [
        ("registerDeviceList", 50),
        ("registerDeviceList", 10),
        ("registerDevice", 1),
    ]
    assert not desk.carrier.methods
    by_mac(register(desk.session, wanted))
    assert sorted(desk.carrier.changing()) == sorted(call.method.rpartition(".")[2] for call in planned)


def test_a_device_named_twice_is_sent_once_and_the_second_is_said(desk: Desk) -> None:
    twice = [
        Registration(phone(1), NEW, line=1),
        Registration(phone(2), NEW, line=2),
        Registration(phone(1), OLD, line=3),
    ]
    outcomes = list(register(desk.session, twice))
    assert sorted((one.line or 0, one.result, one.code) for one in outcomes) == [
        (1, Result.STORED, ""),
        (2, Result.STORED, ""),
        (3, Result.SKIPPED, "duplicate"),
    ]
    assert desk.targets()[phone(1).mac] == NEW


def test_a_bare_duplicate_borrows_the_suffix_of_the_other(desk: Desk) -> None:
    list(register(desk.session, at([phone(1, bare=True), phone(1)])))
    assert desk.session.journal.recall(desk.session.account_key, phone(1).mac).mac_id == phone(1).mac_id  # type: ignore[union-attr]


@pytest.mark.parametrize("target", [Target("", "Daryna"), Target("http://x.example", " ")])
def test_an_empty_field_is_said_and_not_sent(desk: Desk, target: Target) -> None:
    (outcome,) = register(desk.session, at([phone(1)], target))
    assert (outcome.result, outcome.code) == (Result.SKIPPED, "incomplete")
    assert not desk.carrier.methods


def test_registering_again_changes_nothing_and_says_unchanged(desk: Desk) -> None:
    list(register(desk.session, at(phones(20))))
    again = by_mac(register(desk.session, at(phones(20))))
    assert results(again) == {(Result.UNCHANGED, ""): 20}
    assert desk.carrier.changing() == ["registerDeviceList"]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_ones_own_record_with_another_target_is_refused_and_shown(desk: Desk, count: int) -> None:
    desk.give(phones(count), OLD)
    outcomes = by_mac(register(desk.session, at(phones(count))))
    assert results(outcomes) == {(Result.REFUSED, "mac_already_in_use"): count}
    assert "Daryna → http://old.example" in outcomes[phone(0).mac].message
    assert "Retarget" in outcomes[phone(0).mac].message
    assert set(desk.targets().values()) == {OLD}


@pytest.mark.parametrize("count", [1, 3, 20])
def test_replace_retargets_ones_own_record(desk: Desk, count: int) -> None:
    desk.give(phones(count), OLD)
    outcomes = by_mac(register(desk.session, at(phones(count + 1)), replace=True))
    assert results(outcomes) == {(Result.STORED, ""): count + 1}
    assert set(desk.targets().values()) == {NEW}
    assert all(outcome.operation is Operation.REGISTER for outcome in outcomes.values())


@pytest.mark.parametrize("count", [1, 3, 12])
def test_another_accounts_record_is_refused_and_explained(desk: Desk, count: int) -> None:
    desk.give(phones(count), OLD, account="other")
    outcomes = by_mac(register(desk.session, at(phones(count)), replace=True))
    assert results(outcomes) == {(Result.REFUSED, "mac_already_in_use"): count}
    assert "probably another account's" in outcomes[phone(0).mac].message
    assert desk.targets("other").keys() == outcomes.keys()


def test_where_the_server_overwrites_ones_own_record_it_is_still_not_overwritten_unasked(
    tmp_path: Path,
) -> None:
    with at_desk(tmp_path, "own=overwrite") as desk:
        desk.give(phones(6), OLD)
        outcomes = by_mac(register(desk.session, at(phones(6))))
        assert results(outcomes) == {(Result.REFUSED, "mac_already_in_use"): 6}
        assert set(desk.targets().values()) == {OLD}


@pytest.mark.parametrize("count", [1, 3, 120])
def test_deregistering_removes_and_keeps_the_old_record_in_the_journal(desk: Desk, count: int) -> None:
    desk.give(phones(count), OLD)
    outcomes = by_mac(deregister(desk.session, phones(count)))
    assert results(outcomes) == {(Result.REMOVED, ""): count}
    assert not desk.targets()
    rows = desk.session.journal.rows()
    assert len(rows) == count
    assert {(row.before[1], row.before[2]) for row in rows if row.before} == {(OLD.provider, OLD.url)}


def test_devices_without_a_record_are_refused_in_the_servers_word(desk: Desk) -> None:
    desk.give(phones(20), OLD)
    outcomes = by_mac(deregister(desk.session, phones(25)))
    assert results(outcomes) == {(Result.REMOVED, ""): 20, (Result.REFUSED, "mac_not_found"): 5}


def test_a_wrong_suffix_is_refused_and_the_record_stays(desk: Desk) -> None:
    desk.give(phones(1), OLD)
    (outcome,) = deregister(desk.session, [Identifier(phone(0).mac, "0000")])
    assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_invalid")
    assert phone(0).mac in desk.targets()


@pytest.mark.parametrize("count", [1, 8])
def test_a_visible_record_of_another_account_is_not_deregistered(tmp_path: Path, count: int) -> None:
    with at_desk(tmp_path, "foreign=visible@checkDevice", "foreign-deregister=allowed") as desk:
        desk.give(phones(count), OLD, account="other")
        outcomes = by_mac(deregister(desk.session, phones(count)))
        assert results(outcomes) == {(Result.SKIPPED, "not_listed"): count}
        assert len(desk.targets("other")) == count


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("report", ["first", "all", "each"])
def test_a_foreign_record_in_the_list_is_not_said_to_be_gone(tmp_path: Path, count: int, report: str) -> None:
    with at_desk(tmp_path, "foreign=visible", f"bulk-report={report}") as desk:
        desk.give(phones(count), OLD, account="other")
        for change in (
            deregister(desk.session, phones(count)),
            retarget(desk.session, phones(count), url=NEW.url, provider=None),
        ):
            outcomes = by_mac(change)
            assert results(outcomes) == {(Result.REFUSED, "mac_not_found"): count}
            assert all("probably another account's" in one.message for one in outcomes.values())
        assert len(desk.targets("other")) == count


def test_not_found_is_believed_where_nobody_can_be_asked_any_more(desk: Desk) -> None:
    desk.give([phone(0)])
    desk.sandbox.set_switch("writer=deregisters@deregisterDevice")
    desk.sandbox.set_switch("status=503@listDevices")
    seen = iter(["status=200@checkDevice", "status=503@checkDevice"])

    @contextmanager
    def switch() -> Iterator[None]:
        desk.sandbox.set_switch(next(seen, "status=503@checkDevice"))
        yield

    desk.carrier.around = switch
    row = (phone(0).mac, OLD.provider, OLD.url, "")
    (outcome,) = deregister(desk.session, [phone(0)], expected={phone(0).mac: row})
    assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_not_found")


def test_a_visible_record_of_another_account_can_be_deregistered_on_request(tmp_path: Path) -> None:
    with at_desk(tmp_path, "foreign=visible@checkDevice", "foreign-deregister=allowed") as desk:
        desk.give([phone(1)], OLD, account="other")
        (outcome,) = deregister(desk.session, [phone(1)], unlisted=True)
        assert outcome.result is Result.REMOVED
        assert not desk.targets("other")


@pytest.mark.parametrize("count", [1, 12])
def test_a_record_that_changed_since_it_was_seen_is_not_touched(desk: Desk, count: int) -> None:
    desk.give(phones(count), NEW)
    seen = {one.mac: (one.mac, OLD.provider, OLD.url, "2015-11-17") for one in phones(count)}
    outcomes = by_mac(deregister(desk.session, phones(count), expected=seen))
    assert results(outcomes) == {(Result.SKIPPED, "changed_meanwhile"): count}
    assert len(desk.targets()) == count


def test_a_colleague_who_registers_first_is_noticed(tmp_path: Path) -> None:
    with at_desk(tmp_path, "writer=registers@registerDeviceList") as desk:
        outcomes = by_mac(register(desk.session, at(phones(6))))
        assert results(outcomes) == {(Result.REFUSED, "mac_already_in_use"): 6}
        assert "Colleague" in outcomes[phone(0).mac].message


def test_a_colleague_who_deregisters_first_is_noticed(tmp_path: Path) -> None:
    with at_desk(tmp_path, "writer=deregisters@deregisterDeviceList", "bulk-report=all") as desk:
        desk.give(phones(6))
        outcomes = by_mac(deregister(desk.session, phones(6)))
        assert results(outcomes) == {(Result.REFUSED, "mac_not_found"): 6}
        assert "somebody else" in outcomes[phone(0).mac].message


def test_a_password_that_is_another_than_before_is_said(tmp_path: Path) -> None:
    with at_desk(tmp_path, "password=rotated") as desk:
        list(register(desk.session, at([phone(1)])))
        list(deregister(desk.session, [phone(1)]))
        desk.give([phone(2)])  # a device that is new to this machine has no password to compare
        (outcome,) = register(desk.session, at([phone(1)]))
        entry = desk.session.journal.recall(desk.session.account_key, phone(1).mac)
        assert outcome.result is Result.STORED
        assert entry is not None
        assert entry.password == outcome.password
        assert desk.password(phone(1).mac) == outcome.password.reveal()  # type: ignore[union-attr]
        assert (outcome.code == "password_changed") == bool(entry.earlier)


def test_bare_macs_take_the_suffix_that_the_vault_knows(tmp_path: Path) -> None:
    with at_desk(tmp_path) as desk:
        list(register(desk.session, at([phone(1)])))
        list(deregister(desk.session, [phone(1, bare=True)]))
        desk.sandbox.set_switch("bare=never")
        (outcome,) = register(desk.session, at([phone(1, bare=True)]))
        assert (outcome.result, outcome.mac_id) == (Result.STORED, phone(1).mac_id)


def test_a_bare_mac_that_needs_its_suffix_is_refused_with_the_reason(tmp_path: Path) -> None:
    with at_desk(tmp_path, "bare=never") as desk:
        (outcome,) = register(desk.session, at([phone(1, bare=True)]))
        assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_invalid")
        assert "suffix" in outcome.message


def test_a_login_refused_in_the_middle_stops_the_job_and_is_not_tried_again(desk: Desk) -> None:
    steps = register(desk.session, at(phones(1000)))
    first = next(steps)
    desk.sandbox._accounts.clear()
    rest = list(steps)
    counted = Counter((one.result, one.code) for one in [first, *rest])
    assert set(counted) == {(Result.STORED, ""), (Result.NOT_SENT, "login_refused")}
    assert len(desk.targets()) == counted[Result.STORED, ""]
    assert not desk.session.journal.open_rows()


@pytest.mark.parametrize("login", ["401", "403"])
def test_a_login_refused_before_anything_was_sent_is_an_error(tmp_path: Path, login: str) -> None:
    with at_desk(tmp_path, f"login={login}") as desk:
        desk.sandbox._accounts.clear()
        with pytest.raises(LoginRefused):
            list(register(desk.session, at(phones(3))))
        assert not desk.session.journal.rows()


def test_a_server_that_cannot_be_reached_is_an_error_before_anything_was_written(tmp_path: Path) -> None:
    import httpx

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with at_desk(tmp_path) as desk:
        session = desk.open(httpx.MockTransport(refuse))
        with pytest.raises(NotReached):
            list(register(session, at(phones(2))))
        assert not session.journal.rows()


def test_nothing_is_sent_when_the_journal_cannot_be_written(desk: Desk) -> None:
    place = desk.session.places.journal_file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError):
        list(register(desk.session, at(phones(3))))
    assert not desk.carrier.methods


def test_cancel_skips_what_was_not_sent_and_settles_everything(tmp_path: Path) -> None:
    with at_desk(tmp_path, chunk=5, connections=1) as desk:
        control = Control()
        steps = register(desk.session, at(phones(200)), control=control)
        first = next(steps)
        control.cancel()
        outcomes = by_mac([first, *steps])
        counted = results(outcomes)
        assert set(counted) == {(Result.STORED, ""), (Result.NOT_SENT, "cancelled")}
        assert len(outcomes) == 200
        assert desk.targets().keys() == {mac for mac, one in outcomes.items() if one.result is Result.STORED}
        assert not desk.session.journal.open_rows()


def test_closing_the_generator_settles_every_record(tmp_path: Path) -> None:
    with at_desk(tmp_path, chunk=5, connections=2) as desk:
        steps = register(desk.session, at(phones(200)))
        next(steps)
        steps.close()  # type: ignore[attr-defined]
        rows = desk.session.journal.rows()
        stored = {row.mac for row in rows if row.result is Result.STORED}
        assert len(rows) == 200
        assert not desk.session.journal.open_rows()
        assert desk.targets().keys() == stored


def test_pause_holds_the_next_call_and_resume_lets_it_go(tmp_path: Path) -> None:
    import threading

    with at_desk(tmp_path, chunk=1, connections=1) as desk:
        control = Control()
        control.pause()
        outcomes: list[Outcome] = []
        worker = threading.Thread(
            target=lambda: outcomes.extend(register(desk.session, at(phones(8)), control=control))
        )
        worker.start()
        worker.join(0.2)
        assert not desk.carrier.changing()
        assert control.paused
        control.resume()
        worker.join(10)
        assert len(outcomes) == 8


def test_ten_thousand_devices_take_two_hundred_calls(desk: Desk) -> None:
    outcomes = by_mac(register(desk.session, at(phones(10_000))))
    assert results(outcomes) == {(Result.STORED, ""): 10_000}
    assert desk.carrier.changing() == ["registerDeviceList"] * 200
