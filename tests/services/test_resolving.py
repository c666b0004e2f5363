"""Unknown outcomes settled by asking, and moves that were cut in two finished or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.desk import KEY, NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.errors import CutOff
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Target
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.resolving import resolve
from tui.services.storage.journal import Intent


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def leave(desk: Desk, operation: Operation, device: Identifier, step: str, after: Target | None = NEW) -> int:
    """A record as a crash at `step` leaves it."""
    journal = desk.session.journal
    before = (
        (device.mac, OLD.provider, OLD.url, "2026-11-23 10:00")
        if operation is not Operation.REGISTER
        else None
    )
    change_set = journal.open_set(operation, KEY)
    (number,) = journal.intend(change_set, [Intent(operation, device, before, after)])
    journal.step([number], step)
    return number


def settled(desk: Desk) -> Outcome:
    (outcome,) = resolve(desk.session)
    (row,) = [row for row in desk.session.journal.rows() if row.mac == outcome.mac][:1]
    assert (row.result, row.code) == (outcome.result, outcome.code)
    assert not desk.session.journal.open_rows()
    return outcome


def test_what_was_never_sent_is_settled_without_a_question(desk: Desk) -> None:
    leave(desk, Operation.REGISTER, phone(1), "intended")
    outcome = settled(desk)
    assert (outcome.result, outcome.code) == (Result.NOT_SENT, "not_sent")
    assert not desk.carrier.methods


def test_a_registration_that_arrived_is_stored(desk: Desk) -> None:
    leave(desk, Operation.REGISTER, phone(1), "sent")
    desk.give([phone(1)], NEW)
    assert settled(desk).result is Result.STORED


def test_a_registration_that_did_not_arrive_is_not_applied_and_not_sent_again(desk: Desk) -> None:
    leave(desk, Operation.REGISTER, phone(1), "sent")
    outcome = settled(desk)
    assert (outcome.result, outcome.code) == (Result.NOT_MADE, "not_applied")
    assert not desk.carrier.changing()


def test_a_registration_that_a_later_one_followed_is_not_told_by_its_record_nor_is_a_password_lost(
    desk: Desk,
) -> None:
    leave(desk, Operation.REGISTER, phone(1), "sent")
    desk.give([phone(1)], NEW)
    list(deregister(desk.session, [phone(1)]))
    (later,) = register(desk.session, at([phone(1)]))
    assert later.password is not None
    (outcome,) = resolve(desk.session)
    assert (outcome.result, outcome.code, outcome.password_lost) == (Result.SKIPPED, "superseded", False)


def test_a_registration_in_whose_place_another_stands_is_refused(desk: Desk) -> None:
    leave(desk, Operation.REGISTER, phone(1), "sent")
    desk.give([phone(1)], OLD)
    outcome = settled(desk)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_already_in_use")


@pytest.mark.parametrize(("there", "result"), [(False, Result.REMOVED), (True, Result.NOT_MADE)])
def test_a_removal_is_settled_by_the_record(desk: Desk, there: bool, result: Result) -> None:
    leave(desk, Operation.DEREGISTER, phone(1), "sent", after=None)
    if there:
        desk.give([phone(1)], OLD)
    assert settled(desk).result is result


@pytest.mark.parametrize("step", ["sent", "deregistered"])
def test_a_move_cut_in_two_is_finished(desk: Desk, step: str) -> None:
    leave(desk, Operation.RETARGET, phone(1), step)
    assert settled(desk).result is Result.STORED
    assert desk.targets() == {phone(1).mac: NEW}


def test_a_move_whose_new_target_is_refused_is_taken_back(desk: Desk) -> None:
    leave(desk, Operation.RETARGET, phone(1), "deregistered", Target("no url", "Daryna"))
    outcome = settled(desk)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "url_invalid")
    assert desk.targets() == {phone(1).mac: OLD}


def test_a_restoration_that_was_cut_goes_on(desk: Desk) -> None:
    leave(desk, Operation.RETARGET, phone(1), "restoring")
    outcome = settled(desk)
    assert (outcome.result, outcome.code) == (Result.NOT_MADE, "not_applied")
    assert desk.targets() == {phone(1).mac: OLD}


@pytest.mark.parametrize(("now", "result"), [(OLD, Result.NOT_MADE), (NEW, Result.STORED)])
def test_a_move_with_a_record_is_settled_by_it(desk: Desk, now: Target, result: Result) -> None:
    leave(desk, Operation.RETARGET, phone(1), "deregistered")
    desk.give([phone(1)], now)
    assert settled(desk).result is result
    assert desk.targets() == {phone(1).mac: now}


def test_a_move_that_a_later_removal_overtook_is_not_finished(desk: Desk) -> None:
    leave(desk, Operation.RETARGET, phone(1), "deregistered")
    desk.give([phone(1)], OLD)
    list(deregister(desk.session, [phone(1)]))
    (outcome,) = resolve(desk.session)
    assert (outcome.result, outcome.code) == (Result.SKIPPED, "superseded")
    assert not desk.targets()


def test_many_open_records_are_settled_by_one_list(desk: Desk) -> None:
    for number in range(30):
        leave(desk, Operation.REGISTER, phone(number), "sent")
    desk.give(phones(15), NEW)
    outcomes = by_mac(resolve(desk.session))
    assert sum(one.result is Result.STORED for one in outcomes.values()) == 15
    assert desk.carrier.methods == ["autoprov.listDevices"]


def test_only_the_records_asked_for_are_settled(desk: Desk) -> None:
    leave(desk, Operation.REGISTER, phone(1), "sent")
    leave(desk, Operation.REGISTER, phone(2), "sent")
    first, second = desk.session.journal.open_rows()
    (outcome,) = resolve(desk.session, [second])
    assert outcome.mac == second.mac
    assert [row.id for row in desk.session.journal.open_rows()] == [first.id]


def test_without_an_answer_everything_stays_open(desk: Desk) -> None:
    leave(desk, Operation.REGISTER, phone(1), "sent")
    desk.sandbox.set_switch("cut=before")
    with pytest.raises(CutOff):
        list(resolve(desk.session))
    assert len(desk.session.journal.open_rows()) == 1


def test_what_a_living_job_works_on_is_left_alone(desk: Desk) -> None:
    number = leave(desk, Operation.REGISTER, phone(1), "sent")
    change_set = desk.session.journal.rows()[0].change_set
    with desk.session.journal.at_work(change_set):
        assert list(resolve(desk.session)) == []
    assert [row.id for row in desk.session.journal.open_rows()] == [number]


@pytest.mark.parametrize(
    ("count", "change", "question"),
    [(1, "registerDevice", "checkDevice"), (30, "registerDeviceList", "listDevices")],
)
def test_an_outcome_that_nobody_could_be_asked_for_is_unknown_until_resolved(
    tmp_path: Path, count: int, change: str, question: str
) -> None:
    with at_desk(
        tmp_path, f"cut=after@{change}", f"cut=before@{question}", f"cut=none@{question},next:1"
    ) as desk:
        outcomes = by_mac(register(desk.session, at(phones(count))))
        assert {one.result for one in outcomes.values()} == {Result.UNKNOWN}
        desk.sandbox.set_switch(f"cut=none@{question}")
        resolved = by_mac(resolve(desk.session))
        assert {one.result for one in resolved.values()} == {Result.STORED}
        assert desk.carrier.changing() == [change]


def test_unknown_outcomes_of_a_lost_link_are_settled_later(tmp_path: Path) -> None:
    with at_desk(tmp_path) as desk:
        desk.give(phones(25))
        desk.sandbox.set_switch("cut=after@deregisterDeviceList")
        desk.sandbox.set_switch("cut=before@listDevices")
        desk.sandbox.set_switch("cut=none@listDevices,next:1")
        outcomes = by_mac(retarget(desk.session, phones(25), url=NEW.url, provider=None))
        assert {one.result for one in outcomes.values()} == {Result.UNKNOWN}
        assert all("Asking again settles it" in one.message for one in outcomes.values())
        desk.sandbox.set_switch("cut=none")
        desk.sandbox.set_switch("cut=none@listDevices")
        assert not desk.targets()
        finished = by_mac(resolve(desk.session))
        assert {one.result for one in finished.values()} == {Result.STORED}
        assert desk.targets() == {one.mac: Target(NEW.url, OLD.provider) for one in phones(25)}
