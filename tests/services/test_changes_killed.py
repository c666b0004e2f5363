"""Killed at every step: afterwards `resolve` brings journal and server to agree, and nothing was done
twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.services import victim
from tests.services.desk import NEW, OLD, Desk, at, in_memory, phone, phones
from tests.services.tripwire import Killed, Tripwire, make_mortal
from tui.intake.rows import make_draft
from tui.model.addresses import Identifier
from tui.model.outcome import Result
from tui.model.registration import Target
from tui.server.handlers import Handlers
from tui.server.http.serve import Serving
from tui.services.changes.planning import apply, plan
from tui.services.changes.registering import deregister, register, retarget
from tui.services.changes.resolving import resolve
from tui.services.changes.undoing import preview_undo, undo
from tui.services.session import Session
from tui.services.storage.sqlite.database import Database

COUNT = 7
PHONES = phones(COUNT)
THIRD = Target("http://third.example/%MACD.xml", "Third")
BROKEN = Target("not a url", "Third")


Deed = Callable[[Session], Iterator[Any]]


@dataclass(frozen=True)
class Scene:
    """One account, what happens before, the deed that is killed, the state it aims at, and how often at
    most the server may have registered or removed any device when it is reached."""

    name: str
    before: Callable[[Desk], None]
    deed: Deed
    aim: dict[str, Target]
    most: int = 1


def everywhere(target: Target, identifiers: Sequence[Identifier] = PHONES) -> dict[str, Target]:
    return {one.mac: target for one in identifiers}


def undo_last(session: Session) -> Iterator[Any]:
    (first,) = [one for one in session.journal.sets(limit=None) if one.note == ""][-1:]
    yield from undo(session, preview_undo(session, first.id))


def apply_file(session: Session) -> Iterator[Any]:
    drafts = [
        make_draft(line, one.wire, one.wire, NEW.url, NEW.provider)
        for line, one in enumerate(phones(6, start=2), 1)
    ]
    yield from apply(session, plan(session, drafts, prune=True, everything=True), bare=True)


def nothing(desk: Desk) -> None:
    pass


def given(desk: Desk) -> None:
    desk.give(PHONES)


def registered(desk: Desk) -> None:
    list(register(desk.session, at(PHONES)))


def removed(desk: Desk) -> None:
    given(desk)
    list(deregister(desk.session, PHONES))


def moved(desk: Desk) -> None:
    desk.give(PHONES[:4])
    desk.give(PHONES[4:], THIRD)
    list(retarget(desk.session, PHONES, url=NEW.url, provider=NEW.provider))


def move_to(target: Target) -> Deed:
    return lambda session: retarget(session, PHONES, url=target.url, provider=target.provider)


REGISTER = Scene("register", nothing, lambda session: register(session, at(PHONES)), everywhere(NEW))
RETARGET = Scene("retarget", given, move_to(NEW), everywhere(NEW))
# Asked for again after the killed run, so each device is removed and restored once more.
REFUSED = Scene("retarget to a target that is refused", given, move_to(BROKEN), everywhere(OLD), most=2)
UNDO_MOVE = Scene(
    "undo of a move", moved, undo_last, everywhere(OLD, PHONES[:4]) | everywhere(THIRD, PHONES[4:])
)
APPLY = Scene("apply", lambda desk: desk.give(phones(5)), apply_file, everywhere(NEW, phones(6, start=2)))
SCENES = [
    REGISTER,
    Scene(
        "register one",
        nothing,
        lambda session: register(session, at([phone(0)])),
        everywhere(NEW, [phone(0)]),
    ),
    Scene("deregister", given, lambda session: deregister(session, PHONES[:5]), everywhere(OLD, PHONES[5:])),
    RETARGET,
    REFUSED,
    Scene(
        "replace",
        lambda desk: desk.give(PHONES[:3]),
        lambda session: register(session, at(PHONES), replace=True),
        everywhere(NEW),
    ),
    Scene("undo of a registration", registered, undo_last, {}),
    Scene("undo of a removal", removed, undo_last, everywhere(OLD)),
    UNDO_MOVE,
    APPLY,
]
ONE_BY_ONE = [(scene, 1) for scene in SCENES]
AT_ONCE = [(scene, 2) for scene in (REGISTER, RETARGET, APPLY)]


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """How often the server has registered and removed each device."""
    counted: Counter[tuple[str, str]] = Counter()

    def count(name: str) -> None:
        original = getattr(Handlers, name)

        def change(self: Handlers, transaction: Any, call: Any, sent: str) -> str:
            line: str = original(self, transaction, call, sent)
            counted[name, sent[:12]] += 1
            return line

        monkeypatch.setattr(Handlers, name, change)

    count("_register_one")
    count("_deregister_one")
    return counted


def check_agreement(desk: Desk, session: Session) -> None:
    """What the journal says of each device, one change after the other, is what the server has."""
    assert not session.journal.open_rows()
    truth = desk.targets()
    expected = dict(desk.given)
    for row in sorted(session.journal.rows(), key=lambda row: row.id):
        assert row.result is not None
        if row.result is Result.STORED:
            assert row.after is not None
            expected[row.mac] = row.after
        elif row.result is Result.REMOVED:
            expected.pop(row.mac, None)
    assert truth == expected


def die(desk: Desk, fatal: int, work: Callable[[Session], Iterator[Any]]) -> int | None:
    """Runs `work` in a session that dies at the given step; the number of steps if it lived to the end."""
    carrier = desk.new_carrier()
    session = desk.open(carrier)
    wire = Tripwire(fatal)
    make_mortal(session, carrier, wire)
    try:
        for _ in work(session):
            pass
    except Killed:
        return None
    else:
        return wire.steps
    finally:
        session.close()


def steps_of(home: Path, scene: Scene, connections: int) -> int:
    desk = Desk(home, chunk=2, connections=connections)
    try:
        scene.before(desk)
        steps = die(desk, 10**9, scene.deed)
        assert steps is not None
        return steps
    finally:
        desk.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    prepare = Database._prepare

    def prepare_without_waiting(self: Database, connection: Any, migrations: Sequence[str]) -> None:
        prepare(self, connection, migrations)
        # What the system was given outlives the process: only a power cut needs it on the disk.
        connection.execute("PRAGMA synchronous = OFF")

    monkeypatch.setattr(Database, "_prepare", prepare_without_waiting)
    with in_memory(tmp_path) as folder:
        yield folder


@pytest.mark.parametrize(
    ("scene", "connections"), ONE_BY_ONE + AT_ONCE, ids=lambda value: getattr(value, "name", value)
)
def test_a_kill_at_any_step_loses_nothing_and_nothing_is_done_twice(
    home: Path, scene: Scene, connections: int, deeds: Counter[tuple[str, str]]
) -> None:
    steps = steps_of(home / "count", scene, connections)
    assert steps >= 8
    for fatal in range(1, steps + 1):
        desk = Desk(home / str(fatal), chunk=2, connections=connections)
        try:
            scene.before(desk)
            deeds.clear()
            assert die(desk, fatal, scene.deed) is None
            session = desk.open()
            list(resolve(session))
            check_agreement(desk, session)
            list(scene.deed(session))
            check_agreement(desk, session)
            assert desk.targets() == scene.aim
            assert max(deeds.values(), default=0) <= scene.most, deeds
        finally:
            desk.close()


@pytest.mark.parametrize("scene", [RETARGET, REFUSED, UNDO_MOVE], ids=lambda scene: scene.name)
def test_a_kill_during_resolve_is_resolved_by_the_next(home: Path, scene: Scene) -> None:
    steps = steps_of(home / "count", scene, 1)
    for fatal in range(5, steps + 1, 5):
        for again in range(1, 60, 4):
            desk = Desk(home / f"{fatal}-{again}", chunk=2, connections=1)
            try:
                scene.before(desk)
                die(desk, fatal, scene.deed)
                lived = die(desk, again, resolve)
                session = desk.open()
                list(resolve(session))
                check_agreement(desk, session)
                assert set(desk.targets()) == {one.mac for one in PHONES}
            finally:
                desk.close()
            if lived is not None:
                break


def test_there_are_more_than_two_hundred_kill_points(home: Path) -> None:
    assert sum(steps_of(home / str(number), *one) for number, one in enumerate(ONE_BY_ONE + AT_ONCE)) > 200


@pytest.fixture
def served(home: Path) -> Iterator[tuple[Desk, str]]:
    """A sandbox that outlives its clients, and its address."""
    desk = Desk(home / "desk")
    serving = Serving(desk.sandbox, "127.0.0.1", 0)
    thread = threading.Thread(target=serving.run)
    thread.start()
    try:
        yield desk, f"{serving.url}/apxml/rpc.do"
    finally:
        serving.stop()
        thread.join()
        desk.close()


@pytest.mark.parametrize(
    ("deed", "fatal"),
    [("register", 9), ("deregister", 10), ("retarget", 12), ("retarget", 21), ("undo", 20), ("apply", 24)],
)
def test_a_process_killed_by_the_system_leaves_what_resolve_can_settle(
    served: tuple[Desk, str], home: Path, deed: str, fatal: int, deeds: Counter[tuple[str, str]]
) -> None:
    desk, url = served
    before = victim.PHONES if deed in ("deregister", "retarget") else victim.PHONES[:5]
    if deed != "register":
        desk.give(before)
    if deed == "undo":
        with victim.connect_to(url, home) as session:
            list(deregister(session, before))
    deeds.clear()
    arguments = [sys.executable, "-m", "tests.services.victim", url, str(home), deed, str(fatal)]
    killed = subprocess.run(arguments, cwd=Path(__file__).parents[2], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    with victim.connect_to(url, home) as session:
        assert session.journal.open_rows()
        list(resolve(session))
        check_agreement(desk, session)
        assert max(deeds.values(), default=0) <= 1
