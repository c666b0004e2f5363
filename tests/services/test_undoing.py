"""Taking a change set back: the list is as it was before, or it is said what is not and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.errors import UsageError
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Target
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.undoing import UndoPlan, preview_undo, undo


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def take_back(desk: Desk, change_set: str | None = None) -> dict[str, Outcome]:
    return by_mac(undo(desk.session, preview_undo(desk.session, change_set)))


def test_undo_of_a_registration_removes_it(desk: Desk) -> None:
    list(register(desk.session, at(phones(60))))
    assert {one.result for one in take_back(desk).values()} == {Result.REMOVED}
    assert not desk.targets()


def test_undo_after_deregistering_500_gives_the_list_before(desk: Desk) -> None:
    desk.give(phones(300), OLD)
    desk.give(phones(300, start=300), NEW)
    before = desk.targets()
    list(deregister(desk.session, phones(500)))
    assert len(desk.targets()) == 100
    assert {one.result for one in take_back(desk).values()} == {Result.STORED}
    assert desk.targets() == before


def test_undo_after_deregistering_by_bare_mac_gives_the_list_before_and_says_what_it_tries(
    desk: Desk,
) -> None:
    desk.give(phones(500), OLD)
    before = desk.targets()
    list(deregister(desk.session, phones(500, bare=True)))
    plan = preview_undo(desk.session)
    assert all(step.possible and "bare MAC is tried" in step.why for step in plan.steps)
    list(undo(desk.session, plan))
    assert desk.targets() == before


def test_undo_after_retargeting_500_gives_the_list_before(desk: Desk) -> None:
    desk.give(phones(250), OLD)
    desk.give(phones(250, start=250), NEW)
    before = desk.targets()
    list(retarget(desk.session, phones(500), url="http://third.example/%MACD.xml", provider=None))
    assert desk.targets() != before
    assert {one.result for one in take_back(desk).values()} == {Result.STORED}
    assert desk.targets() == before


def test_undo_of_a_replacing_registration_brings_the_old_targets_back(desk: Desk) -> None:
    desk.give(phones(6), OLD)
    before = desk.targets()
    list(register(desk.session, at(phones(12)), replace=True))
    take_back(desk)
    assert desk.targets() == before


def test_the_plan_says_what_will_be_done_before_anything_is_sent(desk: Desk) -> None:
    desk.give([phone(1)], Target("http://user:geheim@old.example/", "Daryna"))
    list(deregister(desk.session, [phone(1)]))
    sent = len(desk.carrier.changing())
    (step,) = preview_undo(desk.session).steps
    assert step.possible
    assert step.does.startswith("register it again: Daryna → http://")
    assert "geheim" not in step.does
    assert len(desk.carrier.changing()) == sent


def test_undo_restores_credentials_in_urls_as_they_were(desk: Desk) -> None:
    target = Target("http://user:geheim@old.example/%MACD.xml", "Daryna")
    desk.give([phone(1)], target)
    list(deregister(desk.session, [phone(1)]))
    take_back(desk)
    assert desk.targets() == {phone(1).mac: target}


def test_an_undo_is_a_change_set_that_can_be_undone(desk: Desk) -> None:
    desk.give(phones(6))
    list(deregister(desk.session, phones(6)))
    take_back(desk)
    newest, oldest = desk.session.journal.sets(account_key=desk.session.account_key)
    assert newest.operation is Operation.UNDO
    assert oldest.undone_by == newest.id
    take_back(desk, newest.id)
    assert not desk.targets()


def test_undo_twice_goes_further_back(desk: Desk) -> None:
    list(register(desk.session, at(phones(6), OLD)))
    list(retarget(desk.session, phones(6), url=NEW.url, provider=None))
    take_back(desk)
    assert set(desk.targets().values()) == {OLD}
    take_back(desk)
    assert not desk.targets()


def test_there_is_nothing_to_undo_at_first_and_after_everything_was_undone(desk: Desk) -> None:
    assert preview_undo(desk.session) == UndoPlan("", [])
    list(register(desk.session, at(phones(2))))
    take_back(desk)
    assert preview_undo(desk.session) == UndoPlan("", [])


def test_a_refused_change_leaves_nothing_to_undo(desk: Desk) -> None:
    desk.give([phone(1)], account="other")
    list(register(desk.session, at([phone(1)])))
    assert preview_undo(desk.session).steps == []


@pytest.mark.parametrize("name", ["20200101-000000-abcd", "../x"])
def test_an_unknown_change_set_is_an_error(desk: Desk, name: str) -> None:
    with pytest.raises(UsageError, match="no change set"):
        preview_undo(desk.session, name)


def test_a_record_that_changed_since_is_left_alone_and_said(desk: Desk) -> None:
    list(register(desk.session, at(phones(3))))
    colleague = desk.sandbox.second_writer()
    colleague.deregister(phone(0).wire)
    colleague.deregister(phone(1).wire)
    colleague.register(phone(1).wire, OLD.url, OLD.provider)
    outcomes = take_back(desk)
    assert outcomes[phone(0).mac].result is Result.UNCHANGED
    assert (outcomes[phone(1).mac].result, outcomes[phone(1).mac].code) == (Result.SKIPPED, "not_possible")
    assert "changed meanwhile" in outcomes[phone(1).mac].message
    assert outcomes[phone(2).mac].result is Result.REMOVED
    assert desk.targets() == {phone(1).mac: OLD}
    assert all(one.undone_by is None for one in desk.session.journal.sets())


def test_a_device_registered_again_since_is_left_alone_and_said(desk: Desk) -> None:
    desk.give(phones(2), OLD)
    list(deregister(desk.session, phones(2)))
    desk.give([phone(1)], NEW)
    outcomes = take_back(desk)
    assert outcomes[phone(0).mac].result is Result.STORED
    assert "registered again meanwhile" in outcomes[phone(1).mac].message
    assert desk.targets() == {phone(0).mac: OLD, phone(1).mac: NEW}


def test_a_record_that_changes_between_preview_and_undo_is_not_touched(desk: Desk) -> None:
    list(register(desk.session, at(phones(2))))
    plan = preview_undo(desk.session)
    colleague = desk.sandbox.second_writer()
    colleague.deregister(phone(0).wire)
    colleague.register(phone(0).wire, OLD.url, OLD.provider)
    outcomes = by_mac(undo(desk.session, plan))
    assert outcomes[phone(0).mac].code == "changed_meanwhile"
    assert desk.targets() == {phone(0).mac: OLD}


def test_what_cannot_be_registered_again_is_refused_in_the_servers_word(desk: Desk) -> None:
    desk.give(phones(8))
    list(deregister(desk.session, phones(8, bare=True)))
    desk.sandbox.set_switch("bare=never")
    outcomes = take_back(desk)
    assert {(one.result, one.code) for one in outcomes.values()} == {(Result.REFUSED, "mac_invalid")}


def test_an_outcome_that_is_not_known_must_be_resolved_first(tmp_path: Path) -> None:
    with at_desk(
        tmp_path, "cut=after@registerDevice", "cut=before@checkDevice", "cut=none@checkDevice,next:1"
    ) as desk:
        (outcome,) = register(desk.session, at([phone(1)]))
        assert outcome.result is Result.UNKNOWN
        desk.sandbox.set_switch("cut=none@checkDevice")
        (step,) = preview_undo(desk.session).steps
        assert not step.possible
        assert "ask the server for it first" in step.why


def test_the_identifier_of_the_request_is_used_for_devices_new_to_the_vault(desk: Desk) -> None:
    desk.give([phone(1)])
    list(deregister(desk.session, [phone(1)]))
    desk.sandbox.set_switch("bare=never")
    assert take_back(desk)[phone(1).mac].mac_id == phone(1).mac_id
    assert desk.targets() == {phone(1).mac: OLD}


def test_an_undo_that_is_cancelled_is_not_marked_as_done(tmp_path: Path) -> None:
    from tui.services.changes.registering import Control

    with at_desk(tmp_path, chunk=2, connections=1) as desk:
        list(register(desk.session, at(phones(40))))
        control = Control()
        steps = undo(desk.session, preview_undo(desk.session), control=control)
        next(steps)
        control.cancel()
        list(steps)
        assert 0 < len(desk.targets()) < 40
        take_back(desk)
        assert not desk.targets()


def test_devices_are_named_by_their_mac_in_every_step(desk: Desk) -> None:
    list(register(desk.session, at(phones(3))))
    plan = preview_undo(desk.session)
    assert {step.identifier for step in plan.steps} == set(phones(3))
    assert all(isinstance(step.identifier, Identifier) for step in plan.steps)
