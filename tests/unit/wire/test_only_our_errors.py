"""Whatever a server answers: a value or an error of ours leaves the client, and a change whose answer was bad
is never said to have had no effect."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.wire.test_client import Server, client_for
from tui.errors import Applied, LoginRefused, RedirectoryError, ServerFailed
from tui.model.secrets import Secret
from tui.wire.client import RedirectClient, Timeouts
from tui.wire.xmlrpc.codec import MethodCall

CALLS: dict[str, Callable[[RedirectClient], object]] = {
    "register": lambda client: client.register_device("7C2F80820EC0-55DF", "http://p/", "P"),
    "register list": lambda client: client.register_device_list(["7C2F80820EC0"], "http://p/", "P"),
    "deregister": lambda client: client.deregister_device("7C2F80820EC0"),
    "deregister list": lambda client: client.deregister_device_list(["7C2F80820EC0"]),
    "check": lambda client: client.check_device("7C2F80820EC0"),
    "list": lambda client: list(client.list_devices()),
    "other": lambda client: client.send(MethodCall("autoprov.other", [])),
}
CHANGING = ("register", "register list", "deregister", "deregister list", "other")
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        *("1", "0", "true", "é", "ü==", "\x00", "\ud800", "-", "+1", "1e999", "9" * 41, "OK", "OK:", "NaN"),
        "&#xD800;",
    ]
)
TAGS = (
    *("string", "i4", "int", "i8", "boolean", "double", "base64", "dateTime.iso8601", "nil", "ex:i1"),
    "bigdecimal",
)
KINDS = ["text/xml", "text/xml; charset=utf-16", "text/html", "", "x; charset=zlib", "a;charset=\x7f"]


def scalar(parts: tuple[str, str]) -> str:
    tag, text = parts
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<value><{tag}>{safe}</{tag}></value>" if tag else f"<value>{safe}</value>"


def array(items: list[str]) -> str:
    return f"<value><array><data>{''.join(items)}</data></array></value>"


def struct(member: tuple[str, str]) -> str:
    name = member[0].replace("<", "").replace("&", "")
    return f"<value><struct><member><name>{name}</name>{member[1]}</member></struct></value>"


VALUES = st.recursive(
    st.tuples(st.sampled_from(("", *TAGS)), TEXTS).map(scalar),
    lambda inner: st.lists(inner, max_size=6).map(array) | st.tuples(TEXTS, inner).map(struct),
    max_leaves=12,
)
DOCUMENTS = VALUES.map("<methodResponse><params><param>{}</param></params></methodResponse>".format)
FAULTS = VALUES.map("<methodResponse><fault>{}</fault></methodResponse>".format)
BODIES = st.binary(max_size=200) | (DOCUMENTS | FAULTS | st.text(max_size=100)).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)


def assert_only_ours(name: str, client: RedirectClient) -> None:
    failure: RedirectoryError | None = None
    try:
        CALLS[name](client)
    except RedirectoryError as error:
        failure = error
    if failure is None:
        return
    declined = isinstance(failure, LoginRefused | ServerFailed) and failure.applied is Applied.NO
    assert failure.applied is (Applied.MAYBE if name in CHANGING and not declined else Applied.NO)
    assert failure.describe().isprintable()


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60)
@given(BODIES, st.sampled_from(KINDS))
def test_arbitrary_bodies_leave_values_or_errors_of_ours(name: str, body: bytes, kind: str) -> None:
    with client_for(Server(body, headers=[("Content-Type", kind)])) as client:
        assert_only_ours(name, client)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("text", ["é", "QUJD\u00fc", "\u4e00", "A", "===", "\x00"])
def test_base64_that_is_none_is_unreadable(name: str, text: str) -> None:
    body = f"<methodResponse><params><param>{scalar(('base64', text))}</param></params></methodResponse>"
    with client_for(Server(body.encode())) as client:
        assert_only_ours(name, client)


# --- below the body: arbitrary bytes on the socket, over both ways

PIECES = [
    *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 \r\n\r\n", b"HTTP/9.9 999\r\n", b"HTTP/1.1 2e2 OK\r\n"),
    *(b"Content-Length: -1\r\n", b"Content-Length: 99\r\n", b"Content-Length: 1,2\r\n", b"zz\r\n", b"-5\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Content-Encoding: \xff\r\n"),
    *(b"Location: http://[::1\r\n", b"X: \xe9\x00\x1b[31m\r\n", b" folded\r\n", b"nocolon\r\n", b"\r\n"),
    *(b"fffffffffffffffffffff\r\n", b'5;x="\r\nabcde\r\n', b"0\r\n\r\n", b"\x1f\x8b\x08"),
]
HEADS = st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


@pytest.fixture(scope="module")
def wire() -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers every connection with the bytes in the list, and ends it."""
    said = [b""]

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                request = b""
                while not request.endswith(b"</methodCall>"):
                    request += connection.recv(65536) or b"</methodCall>"
                connection.sendall(said[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", said
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("way", ["direct", "httpx"])
@pytest.mark.parametrize("name", ["register", "check", "list"])
def test_arbitrary_bytes_on_the_wire_leave_values_or_errors_of_ours(
    name: str, way: str, wire: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [variable for variable in os.environ if variable.lower().endswith("_proxy")]:
        monkeypatch.delenv(variable)
    if way == "httpx":
        monkeypatch.setattr("tui.wire.links.direct.suits", lambda _url: False)
    url, said = wire

    @settings(max_examples=40)
    @given(HEADS)
    def check(reply: bytes) -> None:
        said[0] = reply
        timeouts = Timeouts(read=5.0, call=5.0, listing=5.0)
        with RedirectClient(url, "u", Secret("p"), timeouts=timeouts) as client:
            assert_only_ours(name, client)

    check()
