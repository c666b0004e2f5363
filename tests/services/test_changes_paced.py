"""A server that serves few connections at a time: no password is lost, no call is made twice, and hardly any
time is lost over the number of connections that it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.desk import KEY, NEW, OLD, Desk, at, at_desk, by_mac, phones
from tests.services.few_connections import FewConnections, serving
from tui.model.outcome import Result
from tui.model.secrets import Secret
from tui.services.changes.registering import register, retarget
from tui.services.session import Batching, Session, open_session
from tui.settings.accounts import Account
from tui.settings.files.paths import gather_places


@pytest.fixture(autouse=True, params=["direct", "httpx"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    if request.param == "httpx":
        monkeypatch.setenv("NO_PROXY", "*")


@contextmanager
def connected(home: Path, server: FewConnections, connections: int | None = None) -> Iterator[Session]:
    account = Account("demo", server.url, "demo")
    with open_session(account, Secret("demo"), gather_places(home / "other")) as session:
        if connections is not None:
            session.batching = Batching(session.batching.chunk, connections)
        yield session


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("servers", [1, 2, 3, 5])
def test_300_registrations_keep_every_password_and_are_sent_once(
    desk: Desk, tmp_path: Path, servers: int
) -> None:
    with serving(desk.sandbox, servers) as server, connected(tmp_path, server) as session:
        outcomes = by_mac(register(session, at(phones(300))))
        assert {one.result for one in outcomes.values()} == {Result.STORED}
        lost = [mac for mac, one in outcomes.items() if one.password != Secret(desk.password(mac))]
        assert lost == []
        assert not any(one.password_lost for one in outcomes.values())
    assert server.methods == ["autoprov.listDevices"] + ["autoprov.registerDeviceList"] * 6
    # Looking for a wider way costs a few connections, never one for each call.
    assert server.accepted <= servers + 3


@pytest.mark.parametrize("servers", [1, 2])
def test_a_long_job_keeps_every_password_however_often_it_tries_more_connections(
    desk: Desk, tmp_path: Path, servers: int
) -> None:
    with serving(desk.sandbox, servers) as server, connected(tmp_path, server) as session:
        session.batching = Batching(5, 6)
        outcomes = by_mac(register(session, at(phones(1000))))
        assert all(one.password == Secret(desk.password(mac)) for mac, one in outcomes.items())
    assert len(server.methods) == 201
    assert server.accepted <= 40


def test_a_retarget_ends_with_every_record_and_every_password(desk: Desk, tmp_path: Path) -> None:
    desk.give(phones(200))
    with serving(desk.sandbox, 1) as server, connected(tmp_path, server) as session:
        outcomes = by_mac(retarget(session, phones(200), url=NEW.url, provider=OLD.provider))
        assert {one.result for one in outcomes.values()} == {Result.STORED}
        assert not any(one.password is None for one in outcomes.values())
        assert session.account_key != KEY
    assert len(server.methods) == 1 + 2 * 8
