"""The desired state of a file: the difference, doing only that, and nothing the second time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.intake.rows import Draft, make_draft
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Target
from tui.services.changes.planning import Plan, apply, plan
from tui.services.changes.registering import register
from tui.services.changes.undoing import preview_undo, undo


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def rows(identifiers: Sequence[Identifier], target: Target = NEW, first_line: int = 1) -> list[Draft]:
    return [
        make_draft(number, one.wire, one.wire, target.url, target.provider)
        for number, one in enumerate(identifiers, first_line)
    ]


def counts(wanted: Plan) -> dict[str, int]:
    names = ("added", "changed", "unchanged", "missing", "foreign", "invalid")
    return {name: len(group) for name in names if (group := getattr(wanted, name))}


def carry_out(
    desk: Desk, drafts: Sequence[Draft], *, prune: bool = False, everything: bool = False, bare: bool = False
) -> dict[str, Outcome]:
    wanted = plan(desk.session, drafts, prune=prune, everything=everything)
    return by_mac(apply(desk.session, wanted, bare=bare))


def test_the_difference_has_six_kinds_of_rows(desk: Desk) -> None:
    list(register(desk.session, at(phones(2), NEW)))
    list(register(desk.session, at(phones(3, start=2), OLD)))
    desk.give([phone(90)], account="other")
    list(register(desk.session, at([phone(90)])))
    drafts = [*rows([*phones(4), phone(10), phone(90)]), make_draft(7, "oops", "oops", NEW.url, NEW.provider)]
    wanted = plan(desk.session, drafts, everything=True)
    assert counts(wanted) == {
        "added": 1,
        "changed": 2,
        "unchanged": 2,
        "missing": 1,
        "foreign": 1,
        "invalid": 1,
    }
    assert wanted.invalid[0].line == 7
    assert wanted.invalid[0].message
    assert [row.change for row in wanted.rows()][:3] == ["added", "changed", "changed"]
    assert "1 added" in wanted.summary()
    assert "2 changed" in wanted.summary()


def test_apply_makes_the_account_as_the_file_says_and_keeps_the_rest(desk: Desk) -> None:
    list(register(desk.session, at(phones(20), OLD)))
    outcomes = carry_out(desk, rows(phones(30, start=10)))
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert desk.targets() == {
        **{one.mac: OLD for one in phones(10)},
        **{one.mac: NEW for one in phones(30, start=10)},
    }
    (newest, *_) = desk.session.journal.sets()
    assert (newest.operation, newest.count) == (Operation.APPLY, 30)


def test_prune_removes_what_the_file_does_not_name(desk: Desk) -> None:
    desk.give(phones(20), NEW)
    outcomes = carry_out(desk, rows(phones(5)), prune=True, bare=True)
    assert len(outcomes) == 15
    assert {one.result for one in outcomes.values()} == {Result.REMOVED}
    assert desk.targets() == {one.mac: NEW for one in phones(5)}


def test_without_prune_missing_rows_say_that_they_are_kept(desk: Desk) -> None:
    desk.give(phones(2), NEW)
    wanted = plan(desk.session, rows(phones(1)))
    assert "without prune" in wanted.missing[0].message
    assert wanted.is_empty
    assert list(apply(desk.session, wanted)) == []


def test_a_row_that_is_invalid_does_not_make_its_device_missing(desk: Desk) -> None:
    desk.give(phones(1), NEW)
    wanted = plan(desk.session, rows(phones(1), Target("", "")), prune=True)
    assert counts(wanted) == {"invalid": 1}


@pytest.mark.parametrize("prune", [False, True])
def test_the_plan_after_apply_is_empty_and_applying_again_changes_nothing(desk: Desk, prune: bool) -> None:
    list(register(desk.session, at(phones(20), OLD)))
    drafts = rows(phones(30, start=10))
    carry_out(desk, drafts, prune=prune, everything=True)
    changed = len(desk.carrier.changing())
    again = plan(desk.session, drafts, prune=prune, everything=True)
    assert again.is_empty
    assert counts(again) == {"unchanged": 30} | ({} if prune else {"missing": 10})
    assert list(apply(desk.session, again)) == []
    assert len(desk.carrier.changing()) == changed
    assert len(desk.session.journal.sets()) == 2


def test_a_foreign_device_is_learned_on_apply_and_told_apart_from_then_on(desk: Desk) -> None:
    desk.give([phone(3)], account="other")
    drafts = rows(phones(8))
    outcomes = carry_out(desk, drafts)
    assert outcomes[phone(3).mac].code == "mac_already_in_use"
    again = plan(desk.session, drafts)
    assert counts(again) == {"unchanged": 7, "foreign": 1}
    assert "In use" in again.foreign[0].message


def test_a_foreign_device_that_became_free_is_registered(desk: Desk) -> None:
    desk.give([phone(3)], account="other")
    drafts = rows(phones(8))
    carry_out(desk, drafts)
    desk.sandbox.second_writer("other").deregister(phone(3).wire)
    assert carry_out(desk, drafts)[phone(3).mac].result is Result.STORED
    assert plan(desk.session, drafts).is_empty


def test_a_device_the_vendor_does_not_know_yet_is_tried_again(tmp_path: Path) -> None:
    with at_desk(tmp_path, "factory=strict") as desk:
        outcomes = carry_out(desk, rows([phone(1)]))
        assert outcomes[phone(1).mac].code == "mac_not_exist"
        (row,) = plan(desk.session, rows([phone(1)])).added
        assert "tried again" in row.message


def test_a_record_that_changed_after_the_plan_is_not_touched(desk: Desk) -> None:
    list(register(desk.session, at(phones(6), OLD)))
    wanted = plan(desk.session, rows(phones(5)), prune=True, everything=True)
    colleague = desk.sandbox.second_writer()
    for number in (0, 5):
        colleague.deregister(phone(number).wire)
        colleague.register(phone(number).wire, "http://colleague.example/", "Colleague")
    outcomes = by_mac(apply(desk.session, wanted))
    assert outcomes[phone(0).mac].code == outcomes[phone(5).mac].code == "changed_meanwhile"
    assert desk.targets()[phone(0).mac].provider == desk.targets()[phone(5).mac].provider == "Colleague"


def test_a_device_whose_mac_id_is_not_known_says_so_in_the_plan_and_is_not_moved(desk: Desk) -> None:
    desk.give([phone(1)], OLD)
    drafts = rows([phone(1, bare=True)])
    wanted = plan(desk.session, drafts)
    assert "MAC-ID is not known" in wanted.changed[0].message
    (outcome,) = apply(desk.session, wanted)
    assert outcome.code == "mac_id_missing"
    (moved,) = apply(desk.session, wanted, bare=True)
    assert moved.result is Result.STORED


def test_undo_after_a_partly_failed_apply_gives_the_list_before(desk: Desk) -> None:
    list(register(desk.session, at(phones(40), OLD)))
    desk.give(phones(5, start=100), account="other")
    wrong = [Identifier(one.mac, "0000") for one in phones(5)]
    before = desk.targets()
    drafts = rows([*wrong, *phones(20, start=5), *phones(10, start=98)])
    outcomes = carry_out(desk, drafts, prune=True, everything=True)
    assert {one.result for one in outcomes.values()} == {Result.STORED, Result.REMOVED, Result.REFUSED}
    assert desk.targets() != before
    list(undo(desk.session, preview_undo(desk.session)))
    assert desk.targets() == before


def test_ten_thousand_rows_are_planned_and_applied_in_list_calls(desk: Desk) -> None:
    drafts = rows(phones(10_000))
    outcomes = carry_out(desk, drafts)
    assert {one.result for one in outcomes.values()} == {Result.STORED}
    assert plan(desk.session, drafts).is_empty
    assert desk.carrier.changing() == ["registerDeviceList"] * 200
