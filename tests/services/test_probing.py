"""The test of a provisioning URL: what a phone would meet, told without secrets."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.services.conftest import Rehearse
from tui.errors import RedirectoryError, UsageError
from tui.model.addresses import Identifier
from tui.model.secrets import MASK, Secret
from tui.services.phone.fetching import MOST_BYTES
from tui.services.phone.probing import ProbeReport, probe
from tui.wire.digest import answer_digest, pick_digest, read_challenges

PHONE = Identifier("7C2F80820EC0", "55DF")
PASSWORD = Secret("55DF75196006")
XML = b'<?xml version="1.0"?>\n<provisioning version="1.1" productID="e2"><nvm/></provisioning>'
URL = "https://prov.example.net/%DVID/%MACD.xml"
CHALLENGE = 'Digest realm="phones", nonce="abc", qop="auth", algorithm=MD5'

Answer = Callable[[httpx.Request], httpx.Response]


def reply(status: int, content: bytes | Iterator[bytes] = b"", headers: object = None) -> httpx.Response:
    """An answer whose body is read as it arrives, as from a socket."""
    stream = iter([content]) if isinstance(content, bytes) else content
    return httpx.Response(status, content=stream, headers=headers)  # type: ignore[arg-type]


def run(answer: Answer, url: str = URL, password: Secret | None = None) -> ProbeReport:
    return probe(None, PHONE, url=url, password=password, transport=httpx.MockTransport(answer))


def always(status: int, body: bytes = b"", **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: reply(status, content=body, headers=sent)


def lets_in(user: str, password: str, realm: str = "phones") -> Answer:
    """A web server that checks digest credentials as RFC 7616 has it."""

    def answer(request: httpx.Request) -> httpx.Response:
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', request.headers.get("authorization", "")))
        secret = hashlib.md5(f"{user}:{realm}:{password}".encode()).hexdigest()
        asked = hashlib.md5(f"GET:{request.url.raw_path.decode()}".encode()).hexdigest()
        parts = (secret, "abc", fields.get("nc", ""), fields.get("cnonce", ""), "auth", asked)
        expected = hashlib.md5(":".join(parts).encode()).hexdigest()
        if fields.get("username") == user and fields.get("response") == expected:
            return reply(200, content=XML, headers={"content-type": "text/xml"})
        return reply(401, headers={"www-authenticate": CHALLENGE})

    return answer


def test_a_provisioning_xml_is_recognised_and_its_product_named() -> None:
    report = run(always(200, XML, content_type="text/xml"))
    assert report.ok
    assert report.verdict == "A provisioning XML for product e2."
    assert (report.status, report.content_type, report.size, report.root) == (
        200,
        "text/xml",
        len(XML),
        "provisioning",
    )


def test_the_url_is_expanded_as_the_phone_does() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return reply(200, content=XML)

    report = run(answer)
    assert asked == [httpx.URL("https://prov.example.net/42/2/7C2F80820EC0.xml")]
    assert report.url == "https://prov.example.net/42/2/7C2F80820EC0.xml"


def test_nothing_is_sent_but_an_honest_get_without_credentials() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply(404)

    run(answer, "http://u:geheim@prov.example.net/x", PASSWORD)
    (request,) = seen
    assert request.method == "GET"
    assert "authorization" not in request.headers
    assert "not a phone" in request.headers["user-agent"]
    assert "geheim" not in str(request.url)


def test_the_phones_mac_password_is_tried_first() -> None:
    report = run(lets_in(PHONE.mac, PASSWORD.reveal()), password=PASSWORD)
    assert report.ok
    assert [(step.tried, step.status) for step in report.steps] == [
        ("without credentials", 401),
        ("MAC password (digest)", 200),
    ]


def test_the_urls_credentials_come_after_the_mac_password() -> None:
    report = run(lets_in("u", "geheim"), "https://u:geheim@prov.example.net/%MACD.xml", PASSWORD)
    assert report.ok
    assert [step.status for step in report.steps] == [401, 401, 200]
    assert report.steps[2].tried == "URL credentials (digest)"


def test_a_mac_password_that_is_not_known_is_said() -> None:
    report = run(lets_in("u", "geheim"), "https://u:geheim@prov.example.net/%MACD.xml")
    assert report.ok
    assert "not known here" in report.steps[1].note


def test_wrong_credentials_end_with_the_server_wanting_others() -> None:
    report = run(lets_in("somebody", "else"), "https://u:geheim@prov.example.net/x", PASSWORD)
    assert (report.ok, report.status) == (False, 401)
    assert "login" in report.verdict


def test_basic_is_said_and_never_answered() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("authorization", ""))
        return reply(401, headers={"www-authenticate": 'Basic realm="x"'})

    report = run(answer, "https://u:geheim@prov.example.net/x", PASSWORD)
    assert seen == [""]
    assert "offers basic" in report.steps[1].note


def test_a_report_holds_no_secret() -> None:
    report = run(lets_in("u", "geheim"), "https://u:geheim@prov.example.net/%MACD.xml", PASSWORD)
    everything = repr(report) + str(report) + json.dumps(report.record())
    assert "geheim" not in everything
    assert PASSWORD.reveal() not in everything
    assert f"https://{MASK}@prov.example.net/" in report.url


def test_a_redirect_within_the_host_is_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/new/7C2F80820EC0.xml":
            return reply(200, content=XML)
        return reply(302, headers={"location": "/new/7C2F80820EC0.xml"})

    report = run(answer)
    assert report.ok
    assert report.redirects == ("https://prov.example.net",)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://evil.example/x", "another host, evil.example"),
        ("//evil.example/x", "another host, evil.example"),
        ("https://prov.example.net@evil.example/x", "another host, evil.example"),
        ("http://prov.example.net/x", "from https to http"),
        ("ftp://prov.example.net/x", "cannot be tested"),
        ("https://prov.example.net/\u202e", "no request can carry"),
    ],
)
def test_a_redirect_elsewhere_is_told_and_not_followed(location: str, words: str) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return reply(301, headers=[(b"location", location.encode("utf-8"))])

    report = run(answer, "https://u:geheim@prov.example.net/x", PASSWORD)
    assert not report.ok
    assert words in report.verdict
    assert set(hosts) == {"prov.example.net"}


@pytest.mark.parametrize("offer", [CHALLENGE, 'Basic realm="phones"'])
@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://u:geheim@prov.example.net/x", "https://prov.example.net:8443/y"),
        ("http://u:geheim@prov.example.net/x", "http://prov.example.net:8080/y"),
        ("http://u:geheim@prov.example.net/x", "https://prov.example.net/y"),
        ("https://u:geheim@prov.example.net:8443/x", "https://prov.example.net/y"),
    ],
)
def test_credentials_stay_with_scheme_host_and_port(url: str, location: str, offer: str) -> None:
    sent: list[tuple[str, bool]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.path, "authorization" in request.headers))
        if request.url.path == "/x":
            return reply(302, headers={"location": location})
        return reply(401, headers={"www-authenticate": offer})

    report = run(answer, url, PASSWORD)
    assert not report.ok
    assert sent == [("/x", False), ("/y", False)]
    assert [step.note.partition(":")[0] for step in report.steps[2:]] == ["left out", "left out"]
    assert all("credentials stay with" in step.note for step in report.steps[2:])


@pytest.mark.parametrize("realm", ["Gerät".encode("latin-1"), "Gerät".encode(), "電話".encode(), b"\x80\xff"])
def test_a_realm_outside_ascii_is_answered_byte_for_byte(realm: bytes) -> None:
    heads: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heads.extend(value for name, value in request.headers.raw if name.lower() == b"authorization")
        if heads:
            return reply(200, content=XML)
        challenge = b'Digest realm="' + realm + b'", nonce="abc"'
        return httpx.Response(401, headers=[(b"WWW-Authenticate", challenge)], content=iter([b""]))

    assert run(answer, password=PASSWORD).ok
    (head,) = heads
    secret = hashlib.md5(PHONE.mac.encode() + b":" + realm + b":" + PASSWORD.reveal().encode()).hexdigest()
    asked = hashlib.md5(f"GET:/42/2/{PHONE.mac}.xml".encode()).hexdigest()
    response = hashlib.md5(f"{secret}:abc:{asked}".encode()).hexdigest()
    assert b'realm="' + realm + b'"' in head
    assert response.encode() in head


def test_redirects_in_a_circle_end() -> None:
    report = run(always(302, location="/x"))
    assert "more than 5 times" in report.verdict


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", "empty", "empty"),
        (b"<!DOCTYPE html><html>Not found", "html", "web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html", "web page"),
        (b"<settings/>", "xml", "'settings'"),
        (b"\x00\x01master", "other", "not XML"),
        (b"<p:provisioning xmlns:p='x'/>", "provisioning", "provisioning XML"),
        (b"<provisioning><broken", "provisioning", "provisioning XML"),
        (b'<!DOCTYPE a [<!ENTITY b "cc">]><provisioning>&b;', "provisioning", "provisioning XML"),
    ],
)
def test_the_body_is_named_for_what_it_is(body: bytes, kind: str, words: str) -> None:
    report = run(always(200, body))
    assert report.body == kind
    assert words in report.verdict


def test_escapes_in_an_answer_do_not_reach_the_report() -> None:
    report = run(always(200, b"<a\xc2\x9b31m/>", content_type="text/\x9bxml"))
    assert "\x9b" not in repr(report)


def test_an_endless_answer_is_read_no_further_than_the_limit() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65536

    report = run(lambda request: reply(200, content=endless()))
    assert not report.ok
    assert report.size is not None
    assert report.size <= MOST_BYTES + 65536


def test_a_compressed_answer_is_not_unpacked() -> None:
    report = run(always(200, b"\x1f\x8b not unpacked", content_encoding="gzip"))
    assert report.body == "other"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("Name or service not known"), "no connection"),
        (httpx.ConnectTimeout("timed out"), "no answer in time"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), "certificate"),
        (httpx.RemoteProtocolError("peer closed connection"), "broke off"),
    ],
)
def test_a_link_that_fails_is_a_report_not_an_error(error: httpx.HTTPError, words: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    report = run(fail)
    assert (report.ok, report.status) == (False, None)
    assert words in report.verdict


def test_a_certificate_that_is_not_trusted_is_told_apart() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")

    assert "self-signed" in run(fail).tls
    assert run(always(200, XML)).tls == "certificate trusted"
    assert run(always(200, XML), "http://prov.example.net/x").tls == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://x.example/%MACD", "cannot be tested"),
        ("tftp://x.example/%MACD", "cannot be tested"),
        ("gopher://x/", "no scheme"),
        ("prov.example.net/x", "does not begin with http"),
        ("http:///x", "names no host"),
        ("http://x:99999/", "port"),
        ("http://x.example/a b", "white space"),
        ("http://x.example/ü", "no request can carry"),
    ],
)
def test_what_no_phone_could_fetch_is_told_without_a_request(url: str, words: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    report = run(answer, url)
    assert words in report.verdict
    assert report.steps == ()


def test_url_and_password_come_from_the_record_and_the_vault(rehearse: Rehearse) -> None:
    session = rehearse()
    session.client.register_device(PHONE.wire, URL, "Daryna")
    session.journal.remember(session.account_key, PHONE, PASSWORD)
    transport = httpx.MockTransport(lets_in(PHONE.mac, PASSWORD.reveal()))
    assert probe(session, Identifier(PHONE.mac), transport=transport).ok


def test_without_a_record_there_is_nothing_to_test(rehearse: Rehearse) -> None:
    with pytest.raises(RedirectoryError, match="no record"):
        probe(rehearse(), PHONE)
    with pytest.raises(UsageError, match="no URL"):
        probe(None, PHONE)


def test_the_sandbox_lets_this_phone_in(rehearse: Rehearse) -> None:
    from tui.server.http.embedded import EmbeddedTransport

    session = rehearse()
    session.client.register_device(PHONE.wire, URL, "Daryna")
    assert session.sandbox is not None
    transport = EmbeddedTransport(session.sandbox.wsgi)
    report = probe(None, PHONE, url="http://sandbox/phone/%MACD", password=PASSWORD, transport=transport)
    assert [step.status for step in report.steps] == [401, 200]
    assert report.content_type.startswith("text/plain")


@pytest.fixture
def web() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that notes the targets it was asked for."""
    targets: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            targets.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(XML)))
            self.end_headers()
            self.wfile.write(XML)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", targets
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_target_goes_over_the_wire_byte_for_byte(web: tuple[str, list[str]]) -> None:
    host, targets = web
    report = probe(None, PHONE, url=f"http://{host}/a%%20b/%XX/{{x}}/%MACC?q=%MACD&[1]#frag")
    assert report.ok
    assert targets == ["/a%20b/%XX/{x}/7C:2F:80:82:0E:C0?q=7C2F80820EC0&[1]"]


def test_https_to_a_port_without_tls_is_a_tls_problem(web: tuple[str, list[str]]) -> None:
    host, targets = web
    report = probe(None, PHONE, url=f"https://{host}/x")
    assert not report.ok
    assert "TLS" in report.tls
    assert targets == []


def test_the_example_of_rfc_7616_is_answered_as_printed() -> None:
    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    challenge = pick_digest(read_challenges([header]))
    assert challenge is not None
    answer = answer_digest(
        challenge,
        "Mufasa",
        Secret("Circle of Life"),
        "/dir/index.html",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in answer


def test_several_challenges_in_one_header_are_told_apart() -> None:
    header = 'Basic realm="a, Digest", Digest realm="b", nonce="n"'
    assert [scheme for scheme, _ in read_challenges([header])] == ["basic", "digest"]


def test_a_digest_without_qop_is_answered_in_the_old_form() -> None:
    challenge = pick_digest(read_challenges(['Digest realm="r", nonce="n"']))
    assert challenge is not None
    answer = answer_digest(challenge, "u", Secret("p"), "/")
    secret, asked = hashlib.md5(b"u:r:p").hexdigest(), hashlib.md5(b"GET:/").hexdigest()
    expected = hashlib.md5(f"{secret}:n:{asked}".encode()).hexdigest()
    assert f'response="{expected}"' in answer
    assert "qop" not in answer


@pytest.mark.parametrize(
    "header", ['Digest realm="r", nonce="n", qop="auth-int"', 'Digest nonce="n", algorithm=X', "Digest"]
)
def test_a_digest_that_cannot_be_answered_is_passed_over(header: str) -> None:
    assert pick_digest(read_challenges([header])) is None
