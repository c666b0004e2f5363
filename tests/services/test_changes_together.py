"""Two instances on one account, and journals that fail: no lost update goes unnoticed, nothing without its
record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, by_mac, phones
from tui.errors import StoreError
from tui.model.outcome import Outcome, Result
from tui.model.registration import Target
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.resolving import resolve
from tui.services.session import Session
from tui.services.storage.journal import Journal

OTHER = Target("http://other.example/%MACD.xml", "Other")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path, chunk=4, connections=2) as opened:
        yield opened


def at_the_same_time(desk: Desk, *deeds: Callable[[Session], Iterator[Outcome]]) -> list[dict[str, Outcome]]:
    """Runs the deeds in sessions of their own that begin together."""
    gate = threading.Barrier(len(deeds))
    ended: list[dict[str, Outcome]] = [{} for _ in deeds]

    def work(number: int) -> None:
        session = desk.open(desk.new_carrier())
        gate.wait()
        ended[number] = by_mac(deeds[number](session))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_of_two_who_register_the_same_devices_one_is_told_about_the_other(desk: Desk) -> None:
    first, second = at_the_same_time(
        desk,
        lambda session: register(session, at(phones(60))),
        lambda session: register(session, at(phones(60), OTHER)),
    )
    truth = desk.targets()
    for mac, target in truth.items():
        winner, loser = (first, second) if target == NEW else (second, first)
        assert winner[mac].result is Result.STORED
        assert (loser[mac].result, loser[mac].code) == (Result.REFUSED, "mac_already_in_use")
        assert target.provider in loser[mac].message
    assert len(truth) == 60
    assert not desk.session.journal.open_rows()


def test_two_who_register_the_same_devices_at_one_target_both_end_well(desk: Desk) -> None:
    ends = at_the_same_time(
        desk,
        lambda session: register(session, at(phones(60))),
        lambda session: register(session, at(phones(60))),
    )
    results = {outcome.result for end in ends for outcome in end.values()}
    assert results <= {Result.STORED, Result.UNCHANGED}
    assert set(desk.targets().values()) == {NEW}


def test_of_two_who_move_the_same_devices_no_record_is_lost_and_every_end_is_known(desk: Desk) -> None:
    desk.give(phones(60))
    first, second = at_the_same_time(
        desk,
        lambda session: retarget(session, phones(60), url=NEW.url, provider=NEW.provider),
        lambda session: retarget(session, phones(60), url=OTHER.url, provider=OTHER.provider),
    )
    truth = desk.targets()
    assert len(truth) == 60
    assert set(truth.values()) <= {OLD, NEW, OTHER}
    for mac, target in truth.items():
        for end, wish in ((first, NEW), (second, OTHER)):
            if target == wish:
                assert end[mac].result in (Result.STORED, Result.UNCHANGED), end[mac]
    assert not desk.session.journal.open_rows()


def test_one_who_removes_what_another_moves_leaves_no_device_in_the_dark(desk: Desk) -> None:
    desk.give(phones(60))
    moved, removed = at_the_same_time(
        desk,
        lambda session: retarget(session, phones(60), url=NEW.url, provider=NEW.provider),
        lambda session: deregister(session, phones(60)),
    )
    truth = desk.targets()
    for mac in moved:
        if mac in truth:
            assert truth[mac] == NEW
            assert moved[mac].result in (Result.STORED, Result.UNCHANGED)
        else:
            assert removed[mac].result is Result.REMOVED
    assert not desk.session.journal.open_rows()


class Brittle(Journal):
    """A journal whose disk is full from the n-th call of one kind on."""

    def __init__(self, path: Path, kind: str, good: int) -> None:
        super().__init__(path)
        self._kind = kind
        self._good = good

    def _use(self, kind: str) -> None:
        if kind == self._kind:
            self._good -= 1
            if self._good < 0:
                raise StoreError("The journal cannot be written: the disk is full.")

    def open_set(self, *args: Any, **kwargs: Any) -> str:
        self._use("open_set")
        return super().open_set(*args, **kwargs)

    def intend(self, *args: Any) -> list[int]:
        self._use("intend")
        return super().intend(*args)

    def step(self, *args: Any) -> None:
        self._use("step")
        super().step(*args)

    def settle(self, *args: Any) -> frozenset[int]:
        self._use("settle")
        return super().settle(*args)


@pytest.mark.parametrize("kind", ["open_set", "intend", "step"])
def test_no_change_is_sent_when_its_record_cannot_be_written(desk: Desk, kind: str) -> None:
    session = desk.open()
    session._journal = Brittle(session.places.journal_file, kind, 0)
    with pytest.raises(StoreError, match="disk is full"):
        list(register(session, at(phones(20))))
    assert not desk.carrier.changing()


@pytest.mark.parametrize("good", [0, 1, 2])
def test_a_disk_that_fills_up_stops_the_job_and_resolve_settles_the_rest(desk: Desk, good: int) -> None:
    desk.give(phones(40))
    session = desk.open()
    session._journal = Brittle(session.places.journal_file, "settle", good)
    with pytest.raises(StoreError, match="disk is full"):
        list(deregister(session, phones(40)))
    assert len(desk.carrier.changing()) < 10
    session.close()
    list(resolve(desk.session))
    gone = {row.mac for row in desk.session.journal.rows() if row.result is Result.REMOVED}
    assert desk.targets().keys() == {one.mac for one in phones(40)} - gone
    assert not desk.session.journal.open_rows()
