"""A server that says nothing is named on the terminal, with the time."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.unit.wire.test_sockets import loopback, over_sockets, read_request
from tui.cli.terminal.waiting import Teller
from tui.errors import CutOff
from tui.services.session import Wait


def told(*seconds: float | None) -> list[str]:
    lines: list[str] = []
    teller = Teller(lines.append)
    for age in seconds:
        teller.look(None if age is None else Wait("prov.example.net", age, 15.0))
    return lines


def test_a_short_wait_is_nobodys_business() -> None:
    assert told(0.5, 1.0, 2.9, None, 0.1, 2.9) == []


def test_a_silent_server_is_named_after_three_seconds_and_then_every_ten() -> None:
    assert told(*range(1, 24)) == [
        "Waiting for prov.example.net: no answer for 3 s, given up after 15 s.",
        "Waiting for prov.example.net: no answer for 13 s, given up after 15 s.",
        "Waiting for prov.example.net: no answer for 23 s, given up after 15 s.",
    ]


def test_the_next_call_that_waits_is_told_anew() -> None:
    assert len(told(3.0, 4.0, 0.5, 3.1, None, 3.2)) == 3


@pytest.mark.parametrize("way", ["direct", "httpx"])
def test_a_client_knows_what_it_waits_for(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "httpx":
        monkeypatch.setattr("tui.wire.links.direct.suits", lambda _url: False)
    seen: list[tuple[float, float] | None] = []
    asked, looked = threading.Event(), threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        asked.set()
        looked.wait(10)

    def ask() -> None:
        with pytest.raises(CutOff):
            client.check_device("M")

    with loopback(serve) as url, over_sockets(url, read=9.0) as client:
        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(10)
        seen.append(client.waiting)
        looked.set()
        thread.join()
        seen.append(client.waiting)
    assert seen[0] is not None
    assert seen[0][1] == 9.0
    assert seen[1] is None
