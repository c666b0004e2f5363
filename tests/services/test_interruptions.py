"""What an earlier run left open: found at the next start with how far it came, settled, and gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk import NEW, OLD, Desk, at, at_desk, phones
from tests.services.tripwire import Killed, Tripwire, make_mortal
from tui.errors import UsageError
from tui.model.outcome import Operation, Result
from tui.services.changes.interruptions import find_interruptions, go_on
from tui.services.changes.registering import deregister, register, retarget

PHONES = phones(9)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path, chunk=3, connections=1) as opened:
        yield opened


def cut_short(desk: Desk, deed: Any, fatal: int) -> None:
    carrier = desk.new_carrier()
    session = desk.open(carrier)
    make_mortal(session, carrier, Tripwire(fatal))
    with pytest.raises(Killed):
        list(deed(session))
    session.close()


def registering(session: Any) -> Any:
    return register(session, at(PHONES))


def retargeting(session: Any) -> Any:
    return retarget(session, PHONES, url=NEW.url, provider=NEW.provider)


def deregistering(session: Any) -> Any:
    return deregister(session, PHONES)


def test_where_nothing_is_open_there_is_nothing_to_tell(desk: Desk) -> None:
    assert find_interruptions(desk.session.journal) == []
    list(register(desk.session, at(PHONES)))
    assert find_interruptions(desk.session.journal) == []


def test_a_change_that_was_cut_short_says_how_far_it_came(desk: Desk) -> None:
    cut_short(desk, registering, 14)
    (found,) = find_interruptions(desk.session.journal, desk.session.account_key)
    assert (found.operation, found.count) == (Operation.REGISTER, 9)
    assert found.done + found.open + found.unsent == 9
    assert found.done == 3
    assert found.unsent == 3
    assert found.cut_short
    assert found.describe().endswith("3 of 9 done, 3 open, 3 never sent")


def test_a_change_that_somebody_works_on_is_not_told(desk: Desk) -> None:
    steps = retargeting_given(desk)
    next(steps)
    assert find_interruptions(desk.open().journal) == []
    list(steps)


def retargeting_given(desk: Desk) -> Any:
    desk.give(PHONES)
    return retargeting(desk.session)


def test_phones_between_two_records_are_counted(desk: Desk) -> None:
    desk.give(PHONES)
    for fatal in range(10, 60):
        cut_short(desk, retargeting, fatal)
        (found, *_) = find_interruptions(desk.session.journal)
        missing = len(PHONES) - len(desk.targets())
        if found.between:
            assert missing == found.between
            assert "perhaps without a record" in found.describe()
            break
        list(go_back(desk))
    else:
        pytest.fail("no step left phones without a record")


def go_back(desk: Desk) -> Iterator[Any]:
    from tui.services.changes.resolving import resolve

    yield from resolve(desk.session)
    yield from retarget(desk.session, PHONES, url=OLD.url, provider=OLD.provider)


@pytest.mark.parametrize("deed", [registering, retargeting, deregistering])
@pytest.mark.parametrize("fatal", [8, 12, 16, 20])
def test_going_on_brings_every_device_where_it_was_meant_to_be(desk: Desk, deed: Any, fatal: int) -> None:
    if deed is not registering:
        desk.give(PHONES)
    cut_short(desk, deed, fatal)
    (found,) = find_interruptions(desk.session.journal)
    outcomes = list(go_on(desk.session, found.change_set))
    assert find_interruptions(desk.session.journal) == []
    aim = {} if deed is deregistering else {one.mac: NEW for one in PHONES}
    assert desk.targets() == aim
    made = [outcome.mac for outcome in outcomes if outcome.result in (Result.STORED, Result.REMOVED)]
    assert len(made) == len(set(made)) <= 9


def test_only_a_change_set_of_the_account_can_be_gone_on_with(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no change set"):
        list(go_on(desk.session, "20260101-000000-0000"))
