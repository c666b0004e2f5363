"""What a plan is about: the providers that its file or a person names; nothing else is missing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.errors import UsageError
from tui.intake.rows import Draft, make_draft
from tui.model.addresses import Identifier
from tui.model.outcome import Result
from tui.model.registration import Target
from tui.services.changes.planning import apply, plan, preview_apply
from tui.services.changes.registering import register


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


def rows(identifiers: Sequence[Identifier], target: Target, first_line: int = 1) -> list[Draft]:
    return [
        make_draft(number, one.wire, one.wire, target.url, target.provider)
        for number, one in enumerate(identifiers, first_line)
    ]


def hold(desk: Desk, numbers: Sequence[Identifier], target: Target) -> None:
    list(register(desk.session, at(numbers, target)))


def macs(found: Sequence[object]) -> set[str]:
    return {row.mac for row in found}  # type: ignore[attr-defined]


def test_records_of_providers_that_the_file_does_not_name_are_neither_missing_nor_removed(desk: Desk) -> None:
    hold(desk, phones(5), OLD)
    hold(desk, phones(7, start=10), NEW)
    wanted = plan(desk.session, rows(phones(4), OLD), prune=True)
    assert macs(wanted.missing) == {phone(4).mac}
    assert wanted.left_alone == Counter({NEW.provider: 7})
    assert set(by_mac(apply(desk.session, wanted))) == {phone(4).mac}
    assert set(desk.targets()) == macs([*phones(4), *phones(7, start=10)])


def test_everything_takes_the_whole_account_in(desk: Desk) -> None:
    hold(desk, phones(2), OLD)
    hold(desk, phones(3, start=10), NEW)
    wanted = plan(desk.session, rows(phones(2), OLD), prune=True, everything=True)
    assert macs(wanted.missing) == macs(phones(3, start=10))
    assert not wanted.left_alone


def test_providers_that_a_person_names_replace_those_of_the_file(desk: Desk) -> None:
    hold(desk, phones(2), OLD)
    hold(desk, phones(3, start=10), NEW)
    drafts = [*rows([phone(0), phone(20)], OLD), *rows([phone(10), phone(21)], NEW, 3)]
    wanted = plan(desk.session, drafts, prune=True, providers=[NEW.provider])
    assert macs(wanted.missing) == macs(phones(2, start=11))
    assert macs(wanted.added) == {phone(21).mac}
    assert [(row.mac, row.line) for row in wanted.outside] == [(phone(0).mac, 1), (phone(20).mac, 2)]
    assert "2 outside the scope" in wanted.summary()
    assert macs(wanted.touched()) == macs([phone(21), phone(11), phone(12)])


def test_a_record_that_the_file_moves_is_changed_whichever_of_its_providers_is_in_the_scope(
    desk: Desk,
) -> None:
    hold(desk, phones(2), OLD)
    into = plan(desk.session, rows([phone(0)], NEW), prune=True)
    assert (macs(into.changed), into.missing) == ({phone(0).mac}, [])
    assert into.count_providers() == {OLD.provider: Counter({f"move to {NEW.provider}": 1})}
    out = plan(desk.session, rows([phone(0)], NEW), prune=True, providers=[OLD.provider])
    assert (macs(out.changed), macs(out.missing)) == ({phone(0).mac}, {phone(1).mac})


def test_a_file_that_names_no_provider_makes_nothing_missing(desk: Desk) -> None:
    hold(desk, phones(3), OLD)
    drafts = [make_draft(1, phone(0).wire, phone(0).wire, NEW.url, "")]
    wanted = plan(desk.session, drafts, prune=True)
    assert (len(wanted.invalid), wanted.missing, wanted.scope.providers) == (1, [], frozenset())
    named = plan(desk.session, drafts, prune=True, providers=[OLD.provider])
    assert macs(named.missing) == {phone(1).mac, phone(2).mac}


def test_a_row_that_is_invalid_does_not_widen_the_scope(desk: Desk) -> None:
    hold(desk, phones(3), OLD)
    drafts = [*rows([phone(10)], NEW), make_draft(2, "oops", "oops", OLD.url, OLD.provider)]
    wanted = plan(desk.session, drafts, prune=True)
    assert (wanted.missing, wanted.unread) == ([], (2,))


def test_a_provider_without_a_record_yet_is_a_scope_of_its_own(desk: Desk) -> None:
    hold(desk, phones(3), OLD)
    wanted = plan(desk.session, rows([phone(10)], NEW), prune=True, providers=[NEW.provider])
    assert (len(wanted.added), wanted.missing) == (1, [])


@pytest.mark.parametrize("name", ["daryna", "Darina"])
def test_a_provider_that_nobody_has_is_an_error_that_names_the_nearest(desk: Desk, name: str) -> None:
    hold(desk, phones(1), OLD)
    with pytest.raises(UsageError) as caught:
        plan(desk.session, rows(phones(1), OLD), providers=[name])
    assert repr(name) in caught.value.detail
    assert "'Daryna'" in caught.value.hint


def test_names_that_differ_in_case_are_two_providers_and_this_is_said(desk: Desk) -> None:
    hold(desk, phones(3), OLD)
    wanted = plan(desk.session, rows([phone(0)], Target(OLD.url, "daryna")), prune=True)
    assert (macs(wanted.changed), wanted.missing) == ({phone(0).mac}, [])
    assert "two providers" in wanted.notes[0]


def test_composed_and_decomposed_letters_are_one_name(desk: Desk) -> None:
    name = "Müller"
    hold(desk, phones(2), Target(OLD.url, name))
    wanted = plan(
        desk.session, rows([phone(5)], Target(OLD.url, unicodedata.normalize("NFD", name))), prune=True
    )
    assert macs(wanted.missing) == macs(phones(2))


@pytest.mark.parametrize(
    ("held", "kept", "much"),
    [(10, 8, False), (10, 7, True), (5, 4, False), (3, 2, True), (1, 0, True), (0, 0, False)],
)
def test_more_than_a_fifth_of_the_account_is_much(desk: Desk, held: int, kept: int, much: bool) -> None:
    hold(desk, phones(held), OLD)
    drafts = rows([*phones(kept), phone(99)], OLD)
    assert plan(desk.session, drafts, prune=True).prunes_much is much
    assert not plan(desk.session, drafts).prunes_much


def test_a_record_whose_mac_id_is_not_known_is_removed_only_where_bare_macs_are_allowed(desk: Desk) -> None:
    hold(desk, phones(2), OLD)
    desk.give([phone(2)], OLD)
    wanted = plan(desk.session, rows([phone(0)], OLD), prune=True)
    assert macs(wanted.nameless()) == {phone(2).mac}
    outcomes = by_mac(apply(desk.session, wanted))
    assert outcomes[phone(1).mac].result is Result.REMOVED
    assert outcomes[phone(1).mac].mac_id == phone(1).mac_id
    assert outcomes[phone(2).mac].code == "mac_id_missing"
    assert set(desk.targets()) == {phone(0).mac, phone(2).mac}
    (removed,) = apply(desk.session, plan(desk.session, rows([phone(0)], OLD), prune=True), bare=True)
    assert (removed.mac, removed.result) == (phone(2).mac, Result.REMOVED)


def test_a_preview_has_the_calls_of_apply_and_sends_none(desk: Desk) -> None:
    hold(desk, phones(3), OLD)
    desk.give([phone(3)], OLD)
    wanted = plan(desk.session, [*rows([phone(9)], OLD), *rows([phone(0)], NEW, 2)], prune=True)
    sent = len(desk.carrier.changing())
    calls = [(one.method.rpartition(".")[2], one.macs) for one in preview_apply(desk.session, wanted)]
    assert calls == [
        ("registerDevice", (phone(9).wire,)),
        ("deregisterDevice", (phone(0).wire,)),
        ("registerDevice", (phone(0).wire,)),
        ("deregisterDeviceList", (phone(1).wire, phone(2).wire)),
    ]
    assert preview_apply(desk.session, wanted, bare=True)[-1].macs[-1] == phone(3).mac
    assert len(desk.carrier.changing()) == sent
