"""The client against real sockets, whichever way it goes: its own plain connection, or httpx."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.unit.wire.test_client import PASSWORD, ROW, failure_of
from tui.errors import Applied, CutOff, NotReached, ServerFailed, Unreadable
from tui.model.secrets import Secret
from tui.wire.client import Limits, RedirectClient, Timeouts
from tui.wire.xmlrpc import codec


@pytest.fixture(autouse=True, params=["direct", "httpx"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    if request.param == "httpx":
        monkeypatch.setattr("tui.wire.links.direct.suits", lambda _url: False)
    return str(request.param)


@contextmanager
def loopback(serve: Callable[[socket.socket], object]) -> Iterator[str]:
    """A TCP server that lets `serve` have its one connection; gives the URL."""

    def run() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/apxml/rpc.do"
        thread.join()


def read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"</methodCall>" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionResetError
        received += piece
    return received


def over_sockets(url: str, **timeouts: float) -> RedirectClient:
    return RedirectClient(url, "gigaset", Secret(PASSWORD), timeouts=Timeouts(**timeouts))


def test_nobody_listening_is_not_reached_and_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure_of(over_sockets(f"http://127.0.0.1:{port}/"))
    assert isinstance(error, NotReached)
    assert error.applied is Applied.NO
    assert f"127.0.0.1:{port}" in error.detail


def test_a_label_that_dns_cannot_hold_is_not_reached() -> None:
    assert isinstance(failure_of(over_sockets(f"http://{'a' * 70}.invalid/")), NotReached)


def test_plain_http_where_https_was_asked_for_is_not_reached() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with loopback(serve) as url:
        error = failure_of(over_sockets(url.replace("http:", "https:")))
    assert isinstance(error, NotReached)
    assert "https" in error.hint


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Ty",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<methodResponse>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<methodResponse>",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_a_connection_that_ends_after_sending_is_cut_off(sent: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(sent)

    with loopback(serve) as url:
        error = failure_of(over_sockets(url))
    assert isinstance(error, CutOff)
    assert error.applied is Applied.MAYBE


def test_a_look_up_that_is_cut_off_changed_nothing() -> None:
    with loopback(read_request) as url:
        error = failure_of(over_sockets(url), change=False)
    assert (type(error), error.applied) == (CutOff, Applied.NO)


def test_a_server_that_is_silent_runs_into_the_read_limit() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    with loopback(serve) as url:
        error = failure_of(over_sockets(url, read=0.1), change=False)
    assert isinstance(error, CutOff)
    assert "0.1 s" in error.detail


@pytest.mark.parametrize("method", ["registerDevice", "deregisterDevice"])
def test_the_answer_to_a_change_is_waited_for_to_the_limit_of_the_call(method: str) -> None:
    late = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        late.wait(0.3)  # longer than the limit between two reads, however busy the machine is
        body = codec.encode_response([True, "OK:55DF12345678"])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with loopback(serve) as url, over_sockets(url, read=0.1) as client:
        if method == "registerDevice":
            answer = client.register_device("7C2F80820EC0-55DF", "http://p.example/%MACD.xml", "P")
            assert answer.lines[0].password == Secret("55DF12345678")
        else:
            answer = client.deregister_device("7C2F80820EC0-55DF")
    assert answer.ok


def test_a_registration_that_is_never_answered_runs_into_the_limit_of_the_call() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    with loopback(serve) as url:
        error = failure_of(over_sockets(url, read=0.1, call=0.3))
    assert isinstance(error, CutOff)
    assert "0.3 s" in error.detail
    assert error.late


def test_a_connection_that_is_idle_can_be_given_back_before_the_next_call() -> None:
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        body = codec.encode_response([True])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        assert connection.recv(1) == b""
        ended.set()

    with loopback(serve) as url, over_sockets(url) as client:
        client.deregister_device("7C2F80820EC0-55DF")
        client.rest()
        assert ended.wait(10)


def test_a_head_that_drips_runs_into_the_deadline_of_the_call() -> None:
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not gone.wait(0.02):
                connection.sendall(b"x")
        except OSError:
            return

    with loopback(serve) as url:
        error = failure_of(over_sockets(url, read=5.0, call=0.3))
        gone.set()
    assert isinstance(error, CutOff)
    assert "0.3 s" in error.detail


def answer(body: bytes = codec.encode_response([True, "OK"]), head: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n%sContent-Length: %d\r\n\r\n%s" % (
        head, len(body), body,
    )  # fmt: skip


def test_calls_one_after_another_share_a_connection() -> None:
    def serve(connection: socket.socket) -> None:
        for _ in range(2):
            read_request(connection)
            connection.sendall(answer())

    with loopback(serve) as url, over_sockets(url) as client:
        assert [client.deregister_device("M").ok, client.deregister_device("M").ok] == [True, True]


def test_a_kept_connection_that_the_server_closed_is_replaced_before_anything_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = threading.Event()

        def run() -> None:
            for _ in range(2):
                connection, _peer = listener.accept()
                with connection:
                    read_request(connection)
                    connection.sendall(answer())
                closed.set()

        thread = threading.Thread(target=run)
        thread.start()
        with over_sockets(f"http://127.0.0.1:{listener.getsockname()[1]}/") as client:
            assert client.deregister_device("M").ok
            closed.wait(10)
            assert client.deregister_device("M").ok
        thread.join()


def test_a_call_goes_out_while_a_list_is_still_coming_in() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        rows = b"".join(codec.encode_list_answer([ROW] * 2000))
        called = threading.Event()

        def run() -> None:
            first, _peer = listener.accept()
            with first:
                read_request(first)
                whole = answer(rows)
                first.sendall(whole[:200_000])
                second, _peer = listener.accept()
                with second:
                    read_request(second)
                    second.sendall(answer())
                    called.wait(10)
                first.sendall(whole[200_000:])

        thread = threading.Thread(target=run)
        thread.start()
        with over_sockets(f"http://127.0.0.1:{listener.getsockname()[1]}/") as client:
            batches = client.list_devices()
            count = len(next(batches))
            assert client.deregister_device("M").ok
            called.set()
            assert count + sum(map(len, batches)) == 2000
        thread.join()


def test_a_list_in_chunks_is_read_whole() -> None:
    rows = b"".join(codec.encode_list_answer([ROW] * 3))

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in (rows[:50], rows[50:]):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\n\r\n")

    with loopback(serve) as url, over_sockets(url) as client:
        assert list(client.list_devices()) == [[ROW] * 3]


def test_an_endless_answer_is_given_up_at_the_size_limit() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        with contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
            while True:
                connection.sendall(b" " * 4096)

    with loopback(serve) as url:
        client = RedirectClient(url, "gigaset", Secret(PASSWORD), limits=Limits(body_bytes=20_000))
        error = failure_of(client)
        client.close()
    assert isinstance(error, Unreadable)
    assert "20,000" in error.detail


def test_interim_answers_are_passed_over() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        interim = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        connection.sendall(interim + answer())

    with loopback(serve) as url, over_sockets(url) as client:
        assert client.deregister_device("M").ok


def test_interim_answers_without_end_are_cut_off() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    with loopback(serve) as url, over_sockets(url, call=0.5) as client:
        assert isinstance(failure_of(client), CutOff)


def test_a_redirect_is_not_followed() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n"
        )

    with loopback(serve) as url, over_sockets(url) as client:
        error = failure_of(client)
    assert isinstance(error, ServerFailed)
    assert "evil.example" in error.detail


def test_a_refusal_sent_before_the_request_was_read_is_understood() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            continue

    with loopback(serve) as url, over_sockets(url) as client, pytest.raises(ServerFailed) as caught:
        client.register_device_list(["7C2F80820EC0-55DF"] * 20_000, "http://u", "p")
    assert caught.value.status == 413


def test_a_single_call_needs_no_httpx() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer())

    with loopback(serve) as url:
        code = (
            "import sys\nfrom tui.model.secrets import Secret\nfrom tui.wire.client import RedirectClient\n"
            f"RedirectClient({url!r}, 'u', Secret('p')).deregister_device('M')\nprint('httpx' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
