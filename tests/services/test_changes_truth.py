"""Outcomes stated are true: every way in which a server may answer, against what its store then holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phone, phones
from tui.model.addresses import Identifier
from tui.model.outcome import Outcome, Result
from tui.services.changes.registering import deregister, preview, register, retarget

BULK = [f"bulk={mode}" for mode in ("nothing", "good", "until")]
REPORT = [f"bulk-report={mode}" for mode in ("first", "all", "each")]
ECHO = [f"echo={form}" for form in ("mac", "as-sent")]
ORDER = ["order=request", "order=shuffle"]
LISTS = [list(mix) for mix in product(BULK, REPORT, ECHO, ORDER)]
LINK = [
    ["cut=before@next:1,METHOD"],
    ["cut=after@next:1,METHOD"],
    ["cut=middle@next:1,METHOD"],
    ["cut=before@next:3,METHOD"],
    ["cut=after@next:3,METHOD"],
    ["cut=before@METHOD"],
    ["cut=after@METHOD"],
    ["cut=middle@METHOD"],
    ["delay=1s@next:2,METHOD"],
    ["status=500@next:1,METHOD"],
    ["status=500@METHOD"],
    ["status=500@METHOD", "applied=yes"],
    ["status=502@next:2,METHOD", "applied=yes"],
    ["status=413@next:2,METHOD"],
    ["status=301@METHOD"],
    ["status=410@METHOD"],
    ["page=login@METHOD"],
    ["page=login@next:1,METHOD", "applied=yes"],
    ["body=truncated@METHOD"],
    ["body=empty@next:2,METHOD"],
    ["body=bomb@next:1,METHOD"],
    ["length=long@next:1,METHOD"],
    ["fault=1:No@METHOD"],
    ["fault=1:No@METHOD", "applied=yes"],
    ["fault=1:No@next:2,METHOD"],
    ["error=surprise@METHOD"],
    ["error=surprise@METHOD", "applied=yes"],
    ["error=mac_already_in_use@next:1,METHOD", "applied=yes"],
    ["strings=typed"],
    ["batch=20"],
    ["batch=1"],
    ["batch=7", "bulk=good", "bulk-report=each", "order=shuffle"],
    ["foreign=visible"],
    ["names=question-marks"],
    ["names=latin-1"],
    ["password=rotated", "order=shuffle"],
    ["own=overwrite"],
]
STRANGERS = [Identifier("7C2F80F00001", "0BAD"), Identifier("7C2F80F00002", "0BAD")]


def named(switches: Sequence[str], method: str) -> list[str]:
    return [switch.replace("METHOD", method) for switch in switches]


def say(switches: Sequence[str]) -> str:
    return " ".join(switches)


def verify(desk: Desk, outcomes: dict[str, Outcome], before: dict[str, object]) -> None:
    """What each outcome claims is what the store holds, and the journal says the same."""
    truth = desk.targets()
    for mac, outcome in outcomes.items():
        record = truth.get(mac)
        if outcome.result in (Result.STORED, Result.UNCHANGED):
            assert record is not None, outcome
            assert outcome.url == record.url, outcome
        elif outcome.result is Result.REMOVED:
            assert record is None, outcome
        elif outcome.result in (Result.REFUSED, Result.SKIPPED):
            assert record == before.get(mac), outcome
        if outcome.password is not None:
            assert outcome.password.reveal() == desk.password(mac), outcome
    rows = {row.mac: row for row in desk.session.journal.rows() if row.mac in outcomes}
    for mac, row in rows.items():
        assert row.result == outcomes[mac].result
    for mac, entry in desk.session.journal.recall_many(desk.session.account_key).items():
        if entry.password is not None:
            assert entry.password.reveal() == desk.password(mac)
    assert {row.mac for row in desk.session.journal.open_rows()} == {
        mac for mac, outcome in outcomes.items() if outcome.result is Result.UNKNOWN
    }


@pytest.mark.parametrize("switches", LISTS, ids=say)
def test_registering_among_bad_devices_tells_the_truth(tmp_path: Path, switches: list[str]) -> None:
    with at_desk(tmp_path, *switches, chunk=15) as desk:
        desk.give([phone(5), phone(20)], OLD, account="other")
        desk.give([Identifier(one.mac, "0001") for one in STRANGERS], OLD, account="other")
        wanted = [*phones(24), STRANGERS[0], *phones(12, start=24), STRANGERS[1]]
        outcomes = by_mac(register(desk.session, at(wanted)))
        verify(desk, outcomes, {})
        assert {mac for mac, one in outcomes.items() if one.result is Result.REFUSED} == {
            phone(5).mac,
            phone(20).mac,
            *(one.mac for one in STRANGERS),
        }
        assert sum(one.result is Result.STORED for one in outcomes.values()) == 34


@pytest.mark.parametrize("switches", LISTS, ids=say)
def test_deregistering_among_bad_devices_tells_the_truth(tmp_path: Path, switches: list[str]) -> None:
    with at_desk(tmp_path, *switches, chunk=15) as desk:
        desk.give(phones(34))
        wrong = [Identifier(one.mac, "0000") for one in phones(2)]
        before: dict[str, object] = dict(desk.targets())
        outcomes = by_mac(deregister(desk.session, [*wrong, *phones(32, start=2)]))
        verify(desk, outcomes, before)
        assert {mac for mac, one in outcomes.items() if one.result is not Result.REMOVED} == {
            one.mac for one in wrong
        }


@pytest.mark.parametrize("switches", LISTS, ids=say)
def test_retargeting_among_bad_devices_tells_the_truth(tmp_path: Path, switches: list[str]) -> None:
    with at_desk(tmp_path, *switches, chunk=8) as desk:
        desk.give(phones(20))
        desk.give(phones(14, start=20), NEW)
        wrong = [Identifier(one.mac, "0000") for one in phones(2)]
        before: dict[str, object] = dict(desk.targets())
        moved = retarget(
            desk.session, [*wrong, *phones(32, start=2)], url="http://third.example/", provider=None
        )
        outcomes = by_mac(moved)
        verify(desk, outcomes, before)
        assert {mac for mac, one in outcomes.items() if one.result is not Result.STORED} == {
            one.mac for one in wrong
        }


@pytest.mark.parametrize("count", [1, 45])
@pytest.mark.parametrize("switches", LINK, ids=say)
def test_registering_over_a_failing_link_tells_the_truth(
    tmp_path: Path, switches: list[str], count: int
) -> None:
    method = "registerDevice" if count == 1 else "registerDeviceList"
    with at_desk(tmp_path, *named(switches, method), chunk=15) as desk:
        outcomes = by_mac(register(desk.session, at(phones(count))))
        verify(desk, outcomes, {})
        assert len(outcomes) == count


@pytest.mark.parametrize("count", [1, 45])
@pytest.mark.parametrize("switches", LINK, ids=say)
def test_deregistering_over_a_failing_link_tells_the_truth(
    tmp_path: Path, switches: list[str], count: int
) -> None:
    method = "deregisterDevice" if count == 1 else "deregisterDeviceList"
    with at_desk(tmp_path, chunk=15) as desk:
        desk.give(phones(count))
        for switch in named(switches, method):
            desk.sandbox.set_switch(switch)
        before: dict[str, object] = dict(desk.targets())
        outcomes = by_mac(deregister(desk.session, phones(count)))
        verify(desk, outcomes, before)
        assert len(outcomes) == count


@pytest.mark.parametrize("count", [1, 45])
@pytest.mark.parametrize("half", ["deregister", "register"])
@pytest.mark.parametrize("switches", LINK, ids=say)
def test_retargeting_over_a_failing_link_loses_no_record(
    tmp_path: Path, switches: list[str], half: str, count: int
) -> None:
    method = f"{half}Device" if count == 1 else f"{half}DeviceList"
    with at_desk(tmp_path, chunk=15) as desk:
        desk.give(phones(count))
        for switch in named(switches, method):
            desk.sandbox.set_switch(switch)
        before: dict[str, object] = dict(desk.targets())
        outcomes = by_mac(retarget(desk.session, phones(count), url=NEW.url, provider=NEW.provider))
        verify(desk, outcomes, before)
        lost = outcomes.keys() - desk.targets().keys()
        assert lost <= {row.mac for row in desk.session.journal.open_rows()}


def test_a_list_limit_is_found_and_kept_to(tmp_path: Path) -> None:
    with at_desk(tmp_path, "batch=13") as desk:
        outcomes = by_mac(register(desk.session, at(phones(1000))))
        verify(desk, outcomes, {})
        assert all(one.result is Result.STORED for one in outcomes.values())
        assert len(desk.carrier.changing()) < 1000 / 12 + 60


def test_a_server_that_always_fails_is_given_up_soon(tmp_path: Path) -> None:
    with at_desk(tmp_path, "status=500") as desk:
        desk.sandbox.set_switch("status=200@listDevices")
        desk.sandbox.set_switch("status=200@checkDevice")
        outcomes = by_mac(register(desk.session, at(phones(5000))))
        verify(desk, outcomes, {})
        assert len(desk.carrier.changing()) < 120
        assert sum(one.result is Result.NOT_SENT for one in outcomes.values()) > 4000


def test_one_device_that_breaks_every_call_keeps_none_of_the_others_back(tmp_path: Path) -> None:
    with at_desk(tmp_path, f"status=500@mac:{phone(77).mac}") as desk:
        desk.sandbox.set_switch("status=200@checkDevice")
        outcomes = by_mac(register(desk.session, at(phones(400))))
        verify(desk, outcomes, {})
        assert [mac for mac, one in outcomes.items() if one.result is not Result.STORED] == [phone(77).mac]


def test_bare_macs_share_no_call_so_each_password_is_known_to_be_theirs(tmp_path: Path) -> None:
    with at_desk(tmp_path, "order=shuffle") as desk:
        outcomes = by_mac(register(desk.session, at(phones(30, bare=True))))
        verify(desk, outcomes, {})
        assert all(one.password is not None and not one.password_lost for one in outcomes.values())


def test_a_bare_mac_among_mac_ids_has_the_password_that_is_left_in_any_order(tmp_path: Path) -> None:
    with at_desk(tmp_path, "order=shuffle", connections=1) as desk:
        outcomes = by_mac(register(desk.session, at([phone(90, bare=True), *phones(6)])))
        verify(desk, outcomes, {})
        assert desk.carrier.changing() == ["registerDeviceList"]
        assert all(one.password is not None for one in outcomes.values())


def test_the_dry_run_shows_bare_macs_in_the_calls_that_are_made(tmp_path: Path) -> None:
    mixed = at([*phones(12, bare=True), *phones(4, start=20)])
    proving = at([*phones(30, bare=True), *phones(10, start=40)])
    with at_desk(tmp_path, connections=1, chunk=10) as desk:
        for wanted, sizes in ((mixed, [5] + [1] * 11), (proving, [10, 10, 10, 10])):
            assert [len(call.macs) for call in preview(desk.session, registrations=wanted)] == sizes
            before = len(desk.carrier.changing())
            list(register(desk.session, wanted))
            assert len(desk.carrier.changing()) - before == len(sizes)
            list(deregister(desk.session, [one.identifier for one in wanted], unlisted=True))


def test_bare_macs_are_trusted_once_the_server_has_shown_its_order(tmp_path: Path) -> None:
    with at_desk(tmp_path, connections=1, chunk=20) as desk:
        outcomes = by_mac(register(desk.session, at([*phones(20), *phones(20, start=20, bare=True)])))
        verify(desk, outcomes, {})
        assert all(one.password is not None for one in outcomes.values())


def test_a_call_cut_after_the_change_is_not_sent_again(tmp_path: Path) -> None:
    with at_desk(tmp_path, "cut=after@registerDeviceList") as desk:
        outcomes = by_mac(register(desk.session, at(phones(40))))
        assert {(one.result, one.code) for one in outcomes.values()} == {(Result.STORED, "answer_lost")}
        assert desk.carrier.changing() == ["registerDeviceList"]
