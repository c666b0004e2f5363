"""What the sandbox does with HTTP itself: paths, verbs, logins, packed bodies and broken ones."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import httpx
import pytest

from tui.server.http.wsgi import MOST_BYTES
from tui.server.sandbox import Sandbox

Http = Callable[..., httpx.Response]
LIST = b"<?xml version='1.0'?><methodCall><methodName>autoprov.listDevices</methodName></methodCall>"


def test_the_front_page_says_what_this_is(sandbox: Sandbox, http: Http) -> None:
    reply = http(sandbox, "GET", "/", auth=None)
    assert reply.status_code == 200
    assert "sandbox" in reply.text
    assert "/apxml/rpc.do" in reply.text


def test_the_front_page_has_a_head(sandbox: Sandbox, http: Http) -> None:
    reply = http(sandbox, "HEAD", "/", auth=None)
    assert (reply.status_code, reply.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/apxml",
        "/apxml/rpc.do/",
        "/Editor/",
        "/phone/",
        "/phone/XYZ",
        "/phone/7C2F80820EC0-55DF",
        "/favicon.ico",
    ],
)
def test_everything_else_is_not_found(sandbox: Sandbox, http: Http, path: str) -> None:
    assert http(sandbox, "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("GET", "/apxml/rpc.do", "POST"),
        ("DELETE", "/apxml/rpc.do", "POST"),
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/phone/7C2F80820EC0", "GET"),
    ],
)
def test_a_wrong_verb_is_told_the_right_ones(
    sandbox: Sandbox, http: Http, verb: str, path: str, allowed: str
) -> None:
    reply = http(sandbox, verb, path)
    assert reply.status_code == 405
    assert reply.headers["allow"] == allowed


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic",
        "Basic !!!",
        "Basic ZGVtbw==",
        "Basic ZGVtbzp3cm9uZw==",
        "Basic bm9ib2R5Og==",
        "Basic Og==",
        "Bearer ZGVtbzpkZW1v",
        "Basic /////w==",
    ],
)
def test_without_the_right_password_there_is_a_challenge(
    sandbox: Sandbox, http: Http, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    reply = http(sandbox, body=LIST, auth=None, headers=headers)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Basic realm=")


def test_the_scheme_may_be_spelt_in_any_case(sandbox: Sandbox, http: Http) -> None:
    reply = http(sandbox, body=LIST, auth=None, headers={"Authorization": "bAsIc ZGVtbzpkZW1v"})
    assert reply.status_code == 200


def test_packed_bodies_are_read(sandbox: Sandbox, http: Http) -> None:
    packed = {"gzip": gzip.compress(LIST), "deflate": zlib.compress(LIST), "identity": LIST}
    for coding, body in packed.items():
        reply = http(sandbox, body=body, headers={"Content-Encoding": coding})
        assert (reply.status_code, b"<array>" in reply.content) == (200, True)


def test_a_decompression_bomb_is_refused(sandbox: Sandbox, http: Http) -> None:
    bomb = gzip.compress(b" " * (MOST_BYTES + 1), compresslevel=9)
    assert len(bomb) < 100_000
    assert http(sandbox, body=bomb, headers={"Content-Encoding": "gzip"}).status_code == 413


@pytest.mark.parametrize("body", [b"", b"not packed", gzip.compress(LIST, mtime=0)[:-9]])
def test_a_damaged_pack_is_a_bad_request(sandbox: Sandbox, http: Http, body: bytes) -> None:
    assert http(sandbox, body=body, headers={"Content-Encoding": "gzip"}).status_code == 400


def test_an_unknown_packing_is_not_supported(sandbox: Sandbox, http: Http) -> None:
    assert http(sandbox, body=LIST, headers={"Content-Encoding": "br"}).status_code == 415


def test_a_body_over_the_limit_is_refused(sandbox: Sandbox, http: Http) -> None:
    assert http(sandbox, body=b" " * (MOST_BYTES + 1)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"<methodCall>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall><methodName>&b;</methodName></methodCall>",
        b"<methodResponse><params/></methodResponse>",
        b"<a>" * 10_000,
    ],
)
def test_what_is_no_call_is_answered_with_a_fault(sandbox: Sandbox, http: Http, body: bytes) -> None:
    reply = http(sandbox, body=body)
    assert reply.status_code == 200
    assert b"<member><name>faultCode</name><value><i4>0</i4></value></member>" in reply.content
    assert b"<name>faultString</name><value>Failed to parse XML-RPC request" in reply.content


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("registerDevice", ""),
        ("registerDevice", "<param><value><i4>1</i4></value></param>" * 3),
        ("registerDeviceList", "<param><value>7C2F80820EC0</value></param>" * 3),
        (
            "deregisterDeviceList",
            "<param><value><array><data><value><i4>1</i4></value></data></array></value></param>",
        ),
        ("deregisterDevice", "<param><value>1</value></param>" * 2),
        ("checkDevice", "<param><value><nil/></value></param>"),
        ("listDevices", "<param><value><boolean>1</boolean></value></param>"),
    ],
)
def test_wrong_parameters_match_no_method(sandbox: Sandbox, http: Http, name: str, inside: str) -> None:
    body = f"<methodCall><methodName>autoprov.{name}</methodName><params>{inside}</params></methodCall>"
    reply = http(sandbox, body=body.encode())
    assert b"<name>faultString</name><value>No method matching arguments: " in reply.content


def test_more_providers_than_anyone_has_match_no_method(sandbox: Sandbox, http: Http) -> None:
    inside = "".join(f"<param><value>{number}</value></param>" for number in range(10_001))
    body = f"<methodCall><methodName>autoprov.listDevices</methodName><params>{inside}</params></methodCall>"
    assert b"No method matching" in http(sandbox, body=body.encode()).content


def test_a_long_list_has_the_length_it_announces(make_sandbox: Callable[..., Sandbox], http: Http) -> None:
    big = make_sandbox(sample=3000)
    reply = http(big, body=LIST)
    assert reply.headers["content-length"] == str(len(reply.content))
    assert reply.content.count(b"<value><array>") == 3001


def test_a_list_is_of_one_moment_whatever_changes_while_it_is_read(
    make_sandbox: Callable[..., Sandbox], tmp_path: object
) -> None:
    from pathlib import Path

    from tui.server.http.embedded import EmbeddedTransport

    assert isinstance(tmp_path, Path)
    for box in (make_sandbox(sample=2000), make_sandbox(sample=2000, path=tmp_path / "box.db")):
        colleague = box.second_writer()
        with (
            httpx.Client(transport=EmbeddedTransport(box.wsgi), auth=("demo", "demo")) as bare,
            bare.stream("POST", "http://sandbox.example/apxml/rpc.do", content=LIST) as reply,
        ):
            blocks = reply.iter_raw()
            seen = next(blocks)
            assert colleague.register("7C2F80208295", "http://new", "New")[0]
            assert colleague.deregister("7C2F80820EC0")[0]
            seen += b"".join(blocks)
        assert len(seen) == int(reply.headers["content-length"])
        assert b"http://new" not in seen
        assert seen.count(b"7C2F80820EC0.xml") == 1


def test_a_store_that_fails_is_a_server_error_and_not_a_traceback(sandbox: Sandbox, http: Http) -> None:
    sandbox.store.close()
    reply = http(sandbox, body=LIST)
    assert reply.status_code == 500
    assert "Traceback" not in reply.text
