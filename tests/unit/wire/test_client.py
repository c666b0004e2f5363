"""The client against servers that behave and servers that do not, over WSGI and over real sockets."""

from __future__ import annotations

import base64
import gzip
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
import pytest

from tui.errors import (
    Applied,
    CutOff,
    Fault,
    InputError,
    LoginRefused,
    RedirectoryError,
    ServerFailed,
    Unreadable,
    UsageError,
)
from tui.model.secrets import Secret
from tui.wire.client import Limits, RedirectClient, Timeouts
from tui.wire.xmlrpc import codec
from tui.wire.xmlrpc.answers import Answer, CheckedDevice
from tui.wire.xmlrpc.codec import MethodCall

URL = "http://sandbox.test/apxml/rpc.do"
PASSWORD = "hunter2-öß"
ROW = ("7C2F80820EC0", "Daryna", "http://172.29.0.103/%DVID/%MACD.xml", "2015-11-17 04:01")


class Server:
    """A WSGI callable that answers as told and remembers what it was asked."""

    def __init__(
        self,
        body: bytes | Iterable[bytes] = b"",
        status: str = "200 OK",
        headers: Iterable[tuple[str, str]] = (("Content-Type", "text/xml"),),
    ) -> None:
        self.body, self.status, self.headers = body, status, list(headers)
        self.asked: list[tuple[dict[str, Any], MethodCall]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        self.asked.append((environ, codec.decode_call(body)))
        start(self.status, self.headers)
        return [self.body] if isinstance(self.body, bytes) else self.body


def client_for(server: Server, **options: Any) -> RedirectClient:
    transport = httpx.WSGITransport(app=server)
    return RedirectClient(URL, "gigaset", Secret(PASSWORD), transport=transport, **options)


def answering(value: codec.Value) -> Server:
    return Server(codec.encode_response(value))


def failure_of(client: RedirectClient, *, change: bool = True) -> RedirectoryError:
    def call() -> object:
        if change:
            return client.register_device("7C2F80820EC0-55DF", "http://u", "p")
        return client.check_device("7C2F80820EC0")

    with pytest.raises(RedirectoryError) as caught:
        call()
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.describe()
    assert PASSWORD not in shown
    assert base64.b64encode(f"gigaset:{PASSWORD}".encode()).decode() not in shown
    assert caught.value.__context__ is None
    return caught.value


# --- what is sent


def test_every_call_posts_xml_with_basic_credentials_at_once() -> None:
    server = answering([True, "OK"])
    client_for(server).deregister_device("7C2F80820EC0-55DF")
    environ, _ = server.asked[0]
    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["PATH_INFO"] == "/apxml/rpc.do"
    assert environ["CONTENT_TYPE"] == "text/xml"
    assert environ["HTTP_ACCEPT_ENCODING"] == "gzip"
    assert environ["HTTP_USER_AGENT"].startswith("redirectory/")
    credentials = base64.b64decode(environ["HTTP_AUTHORIZATION"].removeprefix("Basic "))
    assert credentials == f"gigaset:{PASSWORD}".encode()


@pytest.mark.parametrize(
    ("call", "name", "params"),
    [
        (lambda c: c.register_device("M", "u%MACD", "p"), "autoprov.registerDevice", ["M", "u%MACD", "p"]),
        (
            lambda c: c.register_device_list(("A", "B"), "u", "p"),
            "autoprov.registerDeviceList",
            [["A", "B"], "u", "p"],
        ),
        (lambda c: c.deregister_device("M"), "autoprov.deregisterDevice", ["M"]),
        (lambda c: c.deregister_device_list(["A", "B"]), "autoprov.deregisterDeviceList", [["A", "B"]]),
        (lambda c: c.send(MethodCall("other.method", [1, None])), "other.method", [1, None]),
    ],
)
def test_each_method_sends_its_parameters(
    call: Callable[[RedirectClient], object], name: str, params: list[codec.Value]
) -> None:
    server = answering([True, "OK"])
    call(client_for(server))
    assert server.asked[0][1] == MethodCall(name, params)


@pytest.mark.parametrize("providers", [(), ("Daryna",), ("Daryna", "Other")])
def test_providers_of_a_list_are_sent_one_by_one(providers: tuple[str, ...]) -> None:
    server = Server(b"".join(codec.encode_list_answer([])))
    assert list(client_for(server).list_devices(*providers)) == []
    assert server.asked[0][1].params == list(providers)


def test_what_xml_cannot_carry_is_refused_before_anything_is_sent() -> None:
    server = answering([True, "OK"])
    with pytest.raises(InputError, match="provider"):
        client_for(server).register_device("M", "u", "\x1b")
    assert server.asked == []


@pytest.mark.parametrize(("user", "password"), [("a:b", "x"), ("a\n", "x"), ("a", "x\r\nHost: evil")])
def test_credentials_that_basic_cannot_carry_are_refused(user: str, password: str) -> None:
    with pytest.raises(UsageError):
        RedirectClient(URL, user, Secret(password))


# --- what comes back


def test_a_registration_comes_back_with_its_password() -> None:
    answer = client_for(answering([True, "OK:55DF75196006"])).register_device("7C2F80820EC0-55DF", "u", "p")
    assert answer.lines[0].password == Secret("55DF75196006")


def test_a_check_comes_back_as_a_device_or_as_a_refusal() -> None:
    found = client_for(answering([True, ROW[0], ROW[1], ROW[3], ROW[2]])).check_device("M")
    assert found == CheckedDevice(*ROW)
    assert isinstance(client_for(answering([False, "mac_not_found:M"])).check_device("M"), Answer)


def test_a_list_comes_in_batches_while_it_arrives() -> None:
    gone: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(codec.encode_list_answer([ROW] * 2000)):
            gone.append(number)
            yield piece

    batches = client_for(Server(pieces())).list_devices()
    first = next(batches)
    assert 0 < len(first) < 2000
    assert sum(map(len, batches), len(first)) == 2000
    assert len(gone) > 2


def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(b"".join(codec.encode_list_answer([ROW] * 5000)))
    headers = [("Content-Type", "text/xml"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    pieces = [body[start : start + 777] for start in range(0, len(body), 777)]
    assert sum(map(len, client_for(Server(pieces, headers=headers)).list_devices())) == 5000


def test_an_answer_compressed_in_two_members_is_read() -> None:
    body = codec.encode_response("x" * 200_000)
    packed = gzip.compress(body[:100_000]) + gzip.compress(body[100_000:])
    server = Server(packed, headers=[("Content-Type", "text/xml"), ("Content-Encoding", "gzip")])
    assert client_for(server).send(MethodCall("a.b", [])) == "x" * 200_000


def test_the_charset_of_the_content_type_is_obeyed() -> None:
    body = codec.encode_response("Müller").decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    server = Server(body, headers=[("Content-Type", "text/xml; charset=ISO-8859-1")])
    assert client_for(server).send(MethodCall("a.b", [])) == "Müller"


def test_the_round_trip_is_measured() -> None:
    client = client_for(answering([True, "OK"]))
    before = client.last_round_trip_ms
    client.deregister_device("M")
    after = client.last_round_trip_ms
    assert before is None
    assert after is not None
    assert after >= 0


# --- what goes wrong: status


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_refused_login_changed_nothing(status: str) -> None:
    error = failure_of(client_for(Server(b"SECRET", status)))
    assert isinstance(error, LoginRefused)
    assert error.applied is Applied.NO


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_by_its_host_and_never_followed(status: int) -> None:
    server = Server(b"", f"{status} Moved", [("Location", "https://me:secret@elsewhere.example:1/token?x=1")])
    error = failure_of(client_for(server))
    assert isinstance(error, ServerFailed)
    assert "elsewhere.example" in error.detail
    assert "secret" not in error.describe()
    assert "token" not in error.describe()
    assert error.applied is Applied.NO
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 404, 405, 407, 410, 413, 429])
def test_a_declined_request_changed_nothing(status: int) -> None:
    error = failure_of(client_for(Server(b"<html>SECRET</html>", f"{status} No")))
    assert isinstance(error, ServerFailed)
    assert (error.status, error.applied) == (status, Applied.NO)
    assert "SECRET" not in error.describe()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failed_server_may_have_made_the_change_but_a_look_up_changes_nothing(status: int) -> None:
    server = Server(b"<html>SECRET</html>", f"{status} Failed")
    changed, looked = failure_of(client_for(server)), failure_of(client_for(server), change=False)
    assert isinstance(changed, ServerFailed)
    assert (changed.applied, looked.applied) == (Applied.MAYBE, Applied.NO)
    assert "SECRET" not in changed.describe()


# --- what goes wrong: bodies


def test_a_web_page_with_status_200_is_told_by_status_and_type_never_by_its_text() -> None:
    server = Server(b"<html>SECRET</html>", headers=[("Content-Type", "text/html; charset=utf-8")])
    error = failure_of(client_for(server))
    assert isinstance(error, Unreadable)
    assert "HTTP 200, text/html." in error.detail
    assert "SECRET" not in error.describe()
    assert error.applied is Applied.MAYBE
    assert failure_of(client_for(server), change=False).applied is Applied.NO


def test_a_web_page_in_place_of_a_list_is_told_in_the_same_way() -> None:
    server = Server(b"<!DOCTYPE html><html>SECRET</html>", headers=[("Content-Type", "text/html")])
    with pytest.raises(Unreadable) as caught:
        list(client_for(server).list_devices())
    assert caught.value.detail.count("HTTP 200, text/html.") == 1


def test_an_answer_of_another_shape_leaves_a_change_open() -> None:
    error = failure_of(client_for(answering("something else")))
    assert isinstance(error, Unreadable)
    assert error.applied is Applied.MAYBE


def test_a_fault_of_a_change_leaves_it_open_and_of_a_look_up_does_not() -> None:
    server = Server(codec.encode_fault(0, "java.lang.NullPointerException"))
    changed, looked = failure_of(client_for(server)), failure_of(client_for(server), change=False)
    assert isinstance(changed, Fault)
    assert (changed.applied, looked.applied) == (Applied.MAYBE, Applied.NO)


def test_a_body_shorter_than_announced_is_cut_off() -> None:
    body = codec.encode_response([True, "OK"])
    server = Server(body, headers=[("Content-Type", "text/xml"), ("Content-Length", str(len(body) + 5))])
    error = failure_of(client_for(server))
    assert isinstance(error, CutOff)
    assert error.applied is Applied.MAYBE


def test_a_compressed_body_that_ends_early_is_cut_off() -> None:
    body = gzip.compress(codec.encode_response("x" * 100_000))[:-20]
    server = Server(body, headers=[("Content-Type", "text/xml"), ("Content-Encoding", "gzip")])
    assert isinstance(failure_of(client_for(server)), CutOff)


@pytest.mark.parametrize(
    ("coding", "body"), [("gzip", b"not gzip at all"), ("br", b"x"), ("gzip, gzip", b"x")]
)
def test_damaged_or_unasked_compression_is_unreadable(coding: str, body: bytes) -> None:
    server = Server(body, headers=[("Content-Type", "text/xml"), ("Content-Encoding", coding)])
    assert isinstance(failure_of(client_for(server)), Unreadable)


def test_a_gzip_bomb_is_stopped_at_the_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server = Server(bomb, headers=[("Content-Type", "text/xml"), ("Content-Encoding", "gzip")])
    error = failure_of(client_for(server, limits=Limits(body_bytes=1_000_000)))
    assert isinstance(error, Unreadable)
    assert "1,000,000 bytes" in error.detail


def test_an_endless_list_is_stopped_at_the_limit() -> None:
    def endless() -> Iterator[bytes]:
        yield b"<methodResponse><params><param><value><array><data>"
        while True:
            yield (
                b"<value><array><data>" + b"<value>7C2F80820EC0</value>" * 4 + b"</data></array></value>"
            ) * 300

    with pytest.raises(Unreadable):
        list(client_for(Server(endless()), limits=Limits(list_bytes=500_000)).list_devices())


class Clock:
    """A clock that moves on each time it is read."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_a_body_that_drips_runs_into_the_deadline_of_the_call() -> None:
    def drip() -> Iterator[bytes]:
        while True:
            yield b" "

    error = failure_of(client_for(Server(drip()), clock=Clock(1.0), timeouts=Timeouts(call=30.0)))
    assert isinstance(error, CutOff)
    assert "30 s" in error.detail
    assert error.applied is Applied.MAYBE


def test_a_list_has_a_longer_deadline_of_its_own() -> None:
    body = list(codec.encode_list_answer([ROW] * 20_000))
    timeouts = Timeouts(call=1.0, listing=1e6)
    assert (
        sum(map(len, client_for(Server(body), clock=Clock(1.0), timeouts=timeouts).list_devices())) == 20_000
    )


# --- what goes wrong: before anything is sent


def test_an_http_client_loads_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    loaded: list[object] = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: loaded.append(1))
    monkeypatch.setenv("NO_PROXY", "*")
    RedirectClient("http://127.0.0.1:1/", "u", Secret("p")).close()
    assert loaded == []


def test_a_proxy_that_cannot_be_used_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://proxy:1")
    with pytest.raises(UsageError) as caught:
        RedirectClient("http://host.example/", "u", Secret("p"))
    assert "HTTP_PROXY" in caught.value.hint
    assert "gopher://proxy:1" in caught.value.detail


def test_one_client_serves_several_threads() -> None:
    server = answering([True, "OK"])
    client = client_for(server)
    threads = [threading.Thread(target=client.deregister_device, args=(f"{n:012X}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call.params[0] for _, call in server.asked if isinstance(call.params[0], str)) == [
        f"{n:012X}" for n in range(8)
    ]
