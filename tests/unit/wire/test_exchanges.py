"""Exchanges that end: one deadline from the name to the last byte, and connections that had ended before."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from tests.unit.wire.test_client import failure_of
from tests.unit.wire.test_sockets import answer, loopback, over_sockets, read_request, way
from tui.errors import Applied, CutOff, NotReached
from tui.model.addresses import Identifier
from tui.server.phone import play_phone
from tui.services.phone.probing import probe
from tui.wire.xmlrpc import codec

__all__ = ["way"]  # a fixture: every test runs over both ways

OK = b"HTTP/1.1 200 OK\r\n"
NOT_FOUND = answer(codec.encode_response([False, "mac_not_found:M"]))


def test_a_change_goes_over_a_new_connection_once_a_kept_one_had_ended() -> None:
    """A server that keeps connections open and ends them at their second call."""
    got: list[bytes] = []

    def run() -> None:
        for _ in range(3):
            connection, _peer = listener.accept()
            with connection:
                connection.settimeout(10)
                got.append(read_request(connection))
                connection.sendall(NOT_FOUND)
                with contextlib.suppress(OSError):
                    got.append(read_request(connection))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        with over_sockets(f"http://127.0.0.1:{listener.getsockname()[1]}/") as client:
            client.check_device("M")
            with pytest.raises(CutOff):
                client.deregister_device("M")
            client.check_device("M")
            assert not client.deregister_device("M").ok
        thread.join()
    assert len(got) == 4


def test_a_connection_that_ends_before_a_byte_of_the_change_is_sent_is_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(NOT_FOUND)
        # Ended with a reset: the next byte that is written fails at once.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
        ended.set()

    # The end comes between the look whether the connection is idle and the first byte.
    monkeypatch.setattr("tui.wire.links.direct._is_idle", lambda _wire: True)
    monkeypatch.setattr("httpcore._sync.http11.HTTP11Connection.has_expired", lambda _self: False)
    with loopback(serve) as url, over_sockets(url) as client:
        client.check_device("M")
        assert ended.wait(10)
        error = failure_of(client)
    assert isinstance(error, NotReached)
    assert "before anything was sent" in error.detail
    assert error.applied is Applied.NO


def test_a_head_that_never_comes_after_interim_answers_runs_into_the_deadline() -> None:
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        with contextlib.suppress(OSError):
            while not gone.wait(0.02):
                connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")

    with loopback(serve) as url:
        error = failure_of(over_sockets(url, read=5.0, call=0.3))
        gone.set()
    assert isinstance(error, CutOff)


@pytest.mark.parametrize("drip", [b"HTTP/1.1 102 Processing\r\n\r\n", b"X-Slow: y\r\n", b"z"])
@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"]
)
def test_the_test_of_a_url_and_a_played_phone_end_with_their_deadline_too(
    head: bytes, drip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.services.phone.fetching.SECONDS", 0.3)
    monkeypatch.setattr("tui.server.phone._SECONDS", 0.3)
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        with contextlib.suppress(OSError):
            connection.sendall(head)
            while not gone.wait(0.02):
                connection.sendall(drip)

    with loopback(serve) as url:
        report = probe(None, Identifier("7C2F80820EC0", None), url=url)
        gone.set()
    assert not report.ok
    gone.clear()
    with loopback(serve) as url:
        with pytest.raises(CutOff):
            play_phone(url, "7C2F80820EC0", "55DF75196006")
        gone.set()


def test_a_name_server_that_says_nothing_does_not_outlast_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    look_up = socket.getaddrinfo

    def mute(host: object, *rest: object, **more: object) -> object:
        if more.get("flags"):
            return look_up(host, *rest, **more)  # type: ignore[arg-type]
        over.wait(10)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", mute)
    error = failure_of(over_sockets("http://slow.example/", connect=0.2))
    over.set()
    assert isinstance(error, NotReached)
    assert "in time" in error.detail
