"""The sandbox over real sockets: cut connections, old and chunked HTTP, signals, and what survives a kill."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tui.errors import CutOff, StoreError, UsageError
from tui.model.secrets import Secret
from tui.server.http.serve import MOST_CONNECTIONS, Serving, is_loopback
from tui.server.phone import play_phone
from tui.server.sandbox import Sandbox
from tui.wire.client import RedirectClient
from tui.wire.xmlrpc.answers import CheckedDevice

URL = "http://provider.com/xml/%MACD.xml"
FIRST = "7C2F80820EC0-55DF"
LIST = b"<?xml version='1.0'?><methodCall><methodName>autoprov.listDevices</methodName></methodCall>"
LOGIN = b"Authorization: Basic ZGVtbzpkZW1v\r\n"
Served = Callable[[Sandbox], str]
MakeSandbox = Callable[..., Sandbox]


def client_at(url: str) -> RedirectClient:
    return RedirectClient(url + "/apxml/rpc.do", "demo", Secret("demo"))


def speak(url: str, *pieces: bytes) -> bytes:
    """Send bytes to the server as they are; everything it answers until it closes."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        for piece in pieces:
            line.sendall(piece)
        answer = b""
        while block := line.recv(65536):
            answer += block
        return answer


def test_our_client_works_over_a_socket(sandbox: Sandbox, served: Served) -> None:
    with client_at(served(sandbox)) as client:
        assert client.register_device(FIRST, URL, "Daryna").ok
        assert [row[0] for batch in client.list_devices() for row in batch] == ["7C2F80820EC0"]


@pytest.mark.parametrize(("value", "stored"), [("before", False), ("after", True), ("middle", True)])
def test_a_cut_is_a_cut_of_the_tcp_connection(
    make_sandbox: MakeSandbox, served: Served, value: str, stored: bool
) -> None:
    url = served(make_sandbox(f"cut={value}@registerDevice"))
    with client_at(url) as client:
        with pytest.raises(CutOff):
            client.register_device(FIRST, URL, "P")
        assert isinstance(client.check_device(FIRST), CheckedDevice) == stored


def test_a_cut_after_the_change_sends_not_one_byte(make_sandbox: MakeSandbox, served: Served) -> None:
    url = served(make_sandbox("cut=after"))
    head = b"POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\n" + LOGIN + b"Content-Length: %d\r\n\r\n" % len(LIST)
    assert speak(url, head + LIST) == b""


@pytest.mark.parametrize("switch", ["length=long", "length=short", "body=truncated"])
def test_a_wrong_length_goes_down_the_socket_as_it_is(
    make_sandbox: MakeSandbox, served: Served, switch: str
) -> None:
    url = served(make_sandbox(switch))
    head = b"POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + LOGIN
    answer = speak(url, head + b"Content-Length: %d\r\n\r\n" % len(LIST) + LIST)
    headers, _, body = answer.partition(b"\r\n\r\n")
    length = int(headers.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert (len(body) < length) == (switch == "length=long")
    assert body.endswith(b"</methodResponse>") == (switch == "length=long")


def test_http_1_0_is_answered_and_closed(sandbox: Sandbox, served: Served) -> None:
    head = b"POST /apxml/rpc.do HTTP/1.0\r\n" + LOGIN + b"Content-Length: %d\r\n\r\n" % len(LIST)
    answer = speak(served(sandbox), head + LIST)
    assert answer.startswith(b"HTTP/1.0 200 OK\r\n")
    assert answer.endswith(b"</methodResponse>")


def test_a_connection_is_kept_for_the_next_request(sandbox: Sandbox, served: Served) -> None:
    head = b"POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\n" + LOGIN + b"Content-Length: %d\r\n" % len(LIST)
    answer = speak(served(sandbox), head + b"\r\n" + LIST, head + b"Connection: close\r\n\r\n" + LIST)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2


def test_chunked_and_packed_requests_are_read(sandbox: Sandbox, served: Served) -> None:
    url = served(sandbox)
    packed = gzip.compress(LIST)

    def pieces() -> Iterator[bytes]:
        yield packed[:10]
        yield packed[10:]

    headers = {"Content-Encoding": "gzip"}
    reply = httpx.post(url + "/apxml/rpc.do", content=pieces(), headers=headers, auth=("demo", "demo"))
    assert reply.request.headers["transfer-encoding"] == "chunked"
    assert b"<array>" in reply.content


def test_headers_without_end_are_refused(sandbox: Sandbox, served: Served) -> None:
    head = b"GET / HTTP/1.1\r\nX-Long: "
    answer = speak(served(sandbox), head + b"x" * (256 * 1024 - len(head)))
    assert answer.split(b" ")[1] == b"431"


def test_an_announced_body_over_the_limit_is_refused_unread(sandbox: Sandbox, served: Served) -> None:
    head = b"POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\n" + LOGIN + b"Content-Length: 99999999999\r\n\r\n"
    assert speak(served(sandbox), head).split(b" ")[1] == b"413"


def test_a_phone_is_played_over_a_socket(sandbox: Sandbox, served: Served) -> None:
    sandbox.second_writer().register(FIRST, URL, "P")
    assert play_phone(served(sandbox), "7C2F80820EC0", "55DF75196006") == URL


def test_it_says_no_to_the_world_unless_told(sandbox: Sandbox) -> None:
    for host in ("0.0.0.0", "::", "", "192.0.2.7", "example.com"):
        assert not is_loopback(host)
        with pytest.raises(UsageError):
            Serving(sandbox, host, 0)
    assert is_loopback("localhost")
    assert is_loopback("::1")


def test_it_binds_to_the_world_when_told_and_with_a_password_of_its_own(sandbox: Sandbox) -> None:
    with Sandbox(accounts={"demo": "s3cret"}) as guarded:
        serving = Serving(guarded, "0.0.0.0", 0, allow_remote=True)
        assert serving.url.startswith("http://0.0.0.0:")
        serving.stop()
        serving.run()
    for accounts in (None, {"demo": ""}, {"one": "s3cret", "two": "demo"}):
        with Sandbox(accounts=accounts) as sandbox, pytest.raises(UsageError, match="password of its own"):
            Serving(sandbox, "0.0.0.0", 0, allow_remote=True)


@pytest.mark.parametrize("sent", [b"", b"POST /apxml/rpc.do HTTP/1.1\r\nX-Slow: "], ids=["idle", "dripping"])
def test_connections_that_ask_nothing_keep_nobody_out(sandbox: Sandbox, served: Served, sent: bytes) -> None:
    url = served(sandbox)
    host, port = url.removeprefix("http://").split(":")
    lines = []
    with client_at(url) as client:
        assert client.register_device(FIRST, URL, "P").ok
        try:
            for _ in range(3 * MOST_CONNECTIONS):
                lines.append(socket.create_connection((host, int(port)), timeout=20))
                lines[-1].sendall(sent)
            # The connection that was served before the flood came is still the client's.
            assert isinstance(client.check_device(FIRST), CheckedDevice)
            assert httpx.get(url).status_code == 200
        finally:
            for line in lines:
                line.close()


def test_a_body_without_a_length_is_read_up_to_the_limit_only(
    sandbox: Sandbox, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.server.http.serve.MOST_BYTES", 1000)
    url = served(sandbox)
    head = b"POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\n" + LOGIN + b"Transfer-Encoding: chunked\r\n\r\n"
    # In one piece: the server reads all of it before it answers, so nothing is sent to a closed connection.
    assert speak(url, head + (b"64\r\n" + b"x" * 100 + b"\r\n") * 12).split(b" ")[1] == b"413"


def test_an_address_in_use_is_a_usage_error(make_sandbox: MakeSandbox, served: Served) -> None:
    port = int(served(make_sandbox()).rpartition(":")[2])
    with pytest.raises(UsageError) as caught:
        Serving(make_sandbox(), "127.0.0.1", port)
    assert str(port) in caught.value.title


SCRIPT = """
import sys
from pathlib import Path
from tui.server.sandbox import Sandbox
from tui.server.http.serve import serve

path = Path(sys.argv[1]) if sys.argv[1] else None
with Sandbox(path, switches=sys.argv[2:]) as sandbox:
    serve(sandbox, "127.0.0.1", 0, lambda url: print(url, flush=True))
print("ended", flush=True)
"""


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """start(path, *switches): a process that serves, and its URL."""
    running: list[subprocess.Popen[str]] = []

    def launch(path: Path | None = None, *switches: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-c", SCRIPT, str(path or ""), *switches]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        running.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    yield launch
    for process in running:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def test_a_kill_right_after_an_answer_loses_nothing(
    start: Callable[..., tuple[subprocess.Popen[str], str]], tmp_path: Path
) -> None:
    path = tmp_path / "sandbox.db"
    expected: list[tuple[str, bool]] = []
    for number in range(2):
        process, url = start(path)
        with client_at(url) as client:
            mac = f"AABBCCDDEE{number:02X}"
            assert client.register_device(f"{mac}-1234", URL, "P").ok
            if number == 1:
                assert client.deregister_device("AABBCCDDEE00").ok
            process.kill()
        process.wait(10)
        expected.append((mac, True))
    expected[0] = ("AABBCCDDEE00", False)
    _, url = start(path)
    with client_at(url) as client:
        found = [(mac, isinstance(client.check_device(f"{mac}-1234"), CheckedDevice)) for mac, _ in expected]
        assert found == expected
        answer = client.register_device("AABBCCDDEE00-9999", URL, "P")
        assert [line.code for line in answer.lines] == ["mac_invalid"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_even_in_the_middle_of_a_pause(
    start: Callable[..., tuple[subprocess.Popen[str], str]], number: signal.Signals
) -> None:
    process, url = start(None, "delay=600s")
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        head = (
            b"POST /apxml/rpc.do HTTP/1.1\r\nHost: x\r\n" + LOGIN + b"Content-Length: %d\r\n\r\n" % len(LIST)
        )
        line.sendall(head + LIST)
        assert httpx.get(url).status_code == 200
        process.send_signal(number)
        output, _ = process.communicate(timeout=20)
    assert output == "ended\n"
    assert process.returncode == 0


def test_two_processes_may_share_one_file(
    start: Callable[..., tuple[subprocess.Popen[str], str]], tmp_path: Path
) -> None:
    path = tmp_path / "sandbox.db"
    urls = [start(path)[1] for _ in range(2)]
    with client_at(urls[0]) as one, client_at(urls[1]) as two:
        assert one.register_device(FIRST, URL, "P").ok
        assert isinstance(two.check_device(FIRST), CheckedDevice)
        assert [line.code for line in two.register_device(FIRST, URL, "P").lines] == ["mac_already_in_use"]


def test_a_file_that_is_something_else_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(json.dumps({"a": ["file", "of", "another", "kind"] * 100}))
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Sandbox(path)
    assert str(path) in caught.value.detail
    assert path.read_bytes() == before


def test_many_clients_at_once_lose_no_change(sandbox: Sandbox, served: Served) -> None:
    from concurrent.futures import ThreadPoolExecutor

    url = served(sandbox)

    def register(worker: int) -> list[bool]:
        with client_at(url) as client:
            return [
                client.register_device(f"AABBCC{worker:02X}{n:04X}", URL, f"P{worker}").ok for n in range(10)
            ]

    with ThreadPoolExecutor(8) as pool:
        results: list[Any] = list(pool.map(register, range(8)))
    assert results == [[True] * 10] * 8
    assert sandbox.store.count_records() == 80
