"""The phone's side of the sandbox: digest, the URL, the last request."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tui.errors import LoginRefused, NotReached, ServerFailed, Unreadable, UsageError
from tui.model.secrets import Secret
from tui.server.http.embedded import EmbeddedTransport
from tui.server.phone import NONCE_SECONDS, play_phone
from tui.server.sandbox import Sandbox
from tui.wire.client import RedirectClient

MAC, MAC_ID, PASSWORD = "7C2F80820EC0", "7C2F80820EC0-55DF", "55DF75196006"
URL = "http://user:pw@provider.com/xml/%MACD.xml"
Http = Callable[..., httpx.Response]


@pytest.fixture
def registered(sandbox: Sandbox, client: RedirectClient) -> Sandbox:
    client.register_device(MAC_ID, URL, "Daryna")
    return sandbox


def play(
    sandbox: Sandbox, mac: str = MAC, password: str = PASSWORD, url: str = "http://sandbox.example"
) -> str:
    return play_phone(url, mac, Secret(password), transport=EmbeddedTransport(sandbox.wsgi))


def test_a_phone_is_given_the_url_as_registered(registered: Sandbox) -> None:
    assert play(registered) == URL


@pytest.mark.parametrize(
    "address", ["sandbox.example", "http://sandbox.example/apxml/rpc.do", "http://s:8642/?x#y"]
)
def test_any_address_of_the_sandbox_will_do(registered: Sandbox, address: str) -> None:
    assert play(registered, url=address) == URL


def test_the_password_of_the_registration_is_the_phones(sandbox: Sandbox, client: RedirectClient) -> None:
    password = client.register_device("AABBCCDDEEFF-1234", URL, "P").lines[0].password
    assert password is not None
    assert play(sandbox, "AABBCCDDEEFF", password.reveal()) == URL


def test_asking_moves_the_last_request(
    make_sandbox: Callable[..., Sandbox],
    client_of: Callable[..., RedirectClient],
    clock: Callable[..., object],
) -> None:
    box = make_sandbox("date=last-request")
    client = client_of(box)
    client.register_device(MAC_ID, URL, "P")
    clock.advance(minutes=7)  # type: ignore[attr-defined]
    play(box)
    assert [row[3] for batch in client.list_devices() for row in batch] == ["2026-11-23 09:37"]


@pytest.mark.parametrize(("mac", "password"), [(MAC, "000000000000"), ("AABBCCDDEEFF", PASSWORD)])
def test_a_wrong_password_and_an_unknown_phone_look_the_same(
    registered: Sandbox, mac: str, password: str
) -> None:
    with pytest.raises(LoginRefused):
        play(registered, mac, password)


def test_a_phone_without_a_record_is_told_so(sandbox: Sandbox) -> None:
    with pytest.raises(ServerFailed) as caught:
        play(sandbox)
    assert caught.value.status == 404


def sign(sandbox: Sandbox, http: Http) -> str:
    """The header with which the phone answers a new challenge."""
    flow = httpx.DigestAuth(MAC, PASSWORD).auth_flow(httpx.Request("GET", f"http://x/phone/{MAC}"))
    next(flow)
    return str(flow.send(http(sandbox, "GET", f"/phone/{MAC}", auth=None)).headers["Authorization"])


def test_an_answer_to_a_challenge_is_taken_once(registered: Sandbox, http: Http) -> None:
    header = sign(registered, http)
    replies = [
        http(registered, "GET", f"/phone/{MAC}", auth=None, headers={"Authorization": header})
        for _ in range(3)
    ]
    assert [reply.status_code for reply in replies] == [200, 401, 401]
    assert "stale=true" in replies[1].headers["WWW-Authenticate"]


def test_phones_that_ask_in_the_same_second_do_not_disturb_each_other(
    registered: Sandbox, http: Http
) -> None:
    challenges = {
        http(registered, "GET", f"/phone/{MAC}", auth=None).headers["WWW-Authenticate"] for _ in range(5)
    }
    assert len(challenges) == 5
    assert [play(registered) for _ in range(3)] == [URL] * 3


@pytest.mark.parametrize("address", ["", "http://", "ftp://sandbox.example", "http://x:port"])
def test_an_address_that_is_none_is_a_usage_error(address: str) -> None:
    with pytest.raises(UsageError):
        play_phone(address, MAC, PASSWORD)


def test_nobody_there_is_not_reached() -> None:
    with pytest.raises(NotReached):
        play_phone("http://127.0.0.1:1", MAC, PASSWORD)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    def flood(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x" * 70_000)

    with pytest.raises(Unreadable):
        play_phone("http://sandbox.example", MAC, PASSWORD, transport=httpx.MockTransport(flood))


def test_both_hashes_are_offered_and_the_stronger_one_first(sandbox: Sandbox, http: Http) -> None:
    reply = http(sandbox, "GET", f"/phone/{MAC}", auth=None)
    offers = reply.headers.get_list("www-authenticate")
    assert reply.status_code == 401
    assert ["SHA-256" in offers[0], "MD5" in offers[1], len(offers)] == [True, True, 2]


class Md5Digest(httpx.DigestAuth):
    """A phone that knows only MD5."""

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]
        flow = super().auth_flow(request)
        reply = yield next(flow)
        while True:
            offers = [text for text in reply.headers.get_list("www-authenticate") if "MD5" in text]
            headers = [("www-authenticate", text) for text in offers] or reply.headers
            try:
                reply = yield flow.send(httpx.Response(reply.status_code, headers=headers, request=request))
            except StopIteration:
                return


def test_a_phone_that_knows_only_md5_gets_in(registered: Sandbox, http: Http) -> None:
    reply = http(registered, "GET", f"/phone/{MAC}", auth=Md5Digest(MAC, PASSWORD))
    assert (reply.status_code, reply.text) == (200, URL)


def test_an_old_nonce_is_called_stale(registered: Sandbox, http: Http, clock: Callable[..., object]) -> None:
    first = httpx.DigestAuth(MAC, PASSWORD)
    with httpx.Client(transport=EmbeddedTransport(registered.wsgi), auth=first) as phone:
        where = f"http://sandbox.example/phone/{MAC}"
        assert phone.get(where).status_code == 200
        header = phone.get(where).request.headers["authorization"]
        clock.advance(seconds=NONCE_SECONDS + 1)  # type: ignore[attr-defined]
        late = http(registered, "GET", f"/phone/{MAC}", auth=None, headers={"Authorization": header})
        assert late.status_code == 401
        assert "stale=true" in late.headers["www-authenticate"]
        assert phone.get(where).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        ('username="7C2F80820EC0"', 'username="7C2F80820EC1"'),
        ('uri="/phone/7C2F80820EC0"', 'uri="/phone/7C2F80820EC1"'),
        ("algorithm=SHA-256", "algorithm=NONE"),
        ("qop=auth", "qop=auth-int"),
        ("nc=00000001", "nc=00000002"),
        ("realm=", "realms="),
    ],
)
def test_a_header_that_was_tampered_with_is_refused(
    registered: Sandbox, http: Http, change: tuple[str, str]
) -> None:
    header = sign(registered, http)
    assert change[0] in header
    for text, status in ((header.replace(*change), 401), (header, 200)):
        assert (
            http(registered, "GET", f"/phone/{MAC}", auth=None, headers={"Authorization": text}).status_code
            == status
        )


@pytest.mark.parametrize(
    "rest", ["", "a=" * 5000, 'username="7C2F80820EC0"', "nonce=zz, response=x, qop=auth"]
)
def test_nonsense_is_challenged(sandbox: Sandbox, http: Http, rest: str) -> None:
    reply = http(sandbox, "GET", f"/phone/{MAC}", auth=None, headers={"Authorization": f"Digest {rest}"})
    assert reply.status_code == 401
