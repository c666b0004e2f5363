"""What the environment says of proxies and certificates, over both ways to a server."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.wire.test_client import PASSWORD, failure_of
from tests.unit.wire.test_sockets import answer
from tui.errors import NotReached, UsageError
from tui.model.addresses import Identifier
from tui.model.secrets import Secret
from tui.services.phone.probing import probe
from tui.wire.client import RedirectClient
from tui.wire.links.proxies import find_proxy, is_excepted

TLS = Path(__file__).parents[2] / "tls"
HASHED = "f20e0b1e.0"  # the name under which OpenSSL looks for the test authority
PHONE = Identifier("7C2F80820EC0", "55DF")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("SSL_CERT")
    ]:
        monkeypatch.delenv(name)


@pytest.fixture(params=["direct", "httpx"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "httpx":
        monkeypatch.setattr("tui.wire.links.direct.suits", lambda _url: False)


def is_whole(request: bytes) -> bool:
    return request.endswith(b"</methodCall>" if request.startswith(b"POST") else b"\r\n\r\n")


@contextmanager
def serving(reply: bytes, *, tls: bool = False) -> Iterator[int]:
    """A server that gives one answer to every connection; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) if tls else connection as stream:
                    stream.settimeout(10)
                    data = b""
                    while not is_whole(data) and (piece := stream.recv(65536)):
                        data += piece
                    if is_whole(data):
                        stream.sendall(reply)
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# --- who is reached without a proxy

EXCEPTED = [
    ("::1", "localhost,127.0.0.1,::1,fd07:b51a:cc66:f0::/64"),
    ("::1", "[::1]"),
    ("::1", "[::1]:8080"),
    ("::1", "::/64"),
    ("::1", "[::]/64"),
    ("::1", "[::/64]"),
    ("fd07:b51a:cc66:f0::7", "fd07:b51a:cc66:f0::/64"),
    ("fe80::1", "fe80::1%eth0"),
    ("127.0.0.1", "127.0.0.0/8"),
    ("127.0.0.1", "127.0.0.1/8"),
    ("127.0.0.1", "::ffff:127.0.0.1"),
    ("::ffff:10.0.0.1", "10.0.0.0/8"),
    ("10.1.2.3", "10.*"),
    ("prov.example.net", "example.net"),
    ("prov.example.net", ".example.net"),
    ("prov.example.net", "*.example.net"),
    ("prov.example.net", "EXAMPLE.net."),
    ("prov.example.net", " a.b ; prov.example.net "),
    ("prov.example.net", "a.b prov.example.net"),
    ("prov.example.net", '"prov.example.net"'),
    ("prov.example.net", "https://prov.example.net/path"),
    ("prov.example.net", "prov.example.net:8080"),
    ("prov.example.net", "prov*"),
    ("prov.example.net", "*"),
    ("intranet", "<local>"),
]
NOT_EXCEPTED = [
    ("prov.example.net", "xample.net"),
    ("prov.example.net", "prov.example.net:443"),
    ("prov.example.net", "example.net.evil"),
    ("prov.example.net", ",,;  ,"),
    ("prov.example.net", "10.0.0.0/99,[::1,::/x,[]:1,:/,://,%,["),
    ("10.1.2.3", "10.1.2.30"),
    ("10.1.2.3", "0.1.2.3"),
    ("10.1.2.3", "::/0"),
    ("::1", "[::1]:443"),
    ("prov.example.net", "<local>"),
]


@pytest.mark.parametrize(("host", "no_proxy"), EXCEPTED)
def test_a_host_is_excepted_by_every_spelling(host: str, no_proxy: str) -> None:
    assert is_excepted(host, 8080, no_proxy)


@pytest.mark.parametrize(("host", "no_proxy"), NOT_EXCEPTED)
def test_another_host_is_not_and_nonsense_harms_nobody(host: str, no_proxy: str) -> None:
    assert not is_excepted(host, 8080, no_proxy)


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"HTTPS_PROXY": "http://p:1"}, "HTTPS_PROXY"),
        ({"https_proxy": "p:1", "HTTPS_PROXY": "q:1"}, "https_proxy"),
        ({"ALL_PROXY": "p:1", "HTTP_PROXY": "q:1"}, "ALL_PROXY"),
        ({"HTTPS_PROXY": " "}, None),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": "h.example"}, None),
    ],
)
def test_the_variable_that_counts_is_known(environ: dict[str, str], variable: str | None) -> None:
    proxy = find_proxy("https://h.example/x", environ)
    assert (proxy and proxy.variable) == variable


@pytest.mark.parametrize(
    "value", ["gopher://p:1", "http://", "http://p:99999999", "http://[::1", "p q", "//"]
)
def test_a_variable_that_names_no_proxy_is_named_without_its_password(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_proxy("http://h.example/", {"http_proxy": value.replace("//", "//me:geheim@")})
    assert "http_proxy" in caught.value.detail
    assert "geheim" not in caught.value.describe()


@pytest.mark.parametrize(
    "no_proxy", [no_proxy for host, no_proxy in EXCEPTED if host in ("::1", "127.0.0.1")]
)
def test_no_proxy_of_any_spelling_never_stands_in_the_way(
    no_proxy: str, way: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with serving(answer()) as port, RedirectClient(f"http://127.0.0.1:{port}/", "u", Secret("p")) as client:
        assert client.deregister_device("M").ok


# --- a proxy that fails


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_dead_proxy_is_blamed_and_not_the_server(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = closed_port()
    monkeypatch.setenv(variable, f"http://me:geheim@127.0.0.1:{port}")
    with RedirectClient("http://prov.example.net/", "u", Secret(PASSWORD)) as client:
        error = failure_of(client)
    assert isinstance(error, NotReached)
    assert error.title == "The proxy on the way cannot be used."
    assert variable in error.detail
    assert variable in error.hint
    assert f"127.0.0.1:{port}" in error.detail
    assert "geheim" not in error.describe()


def test_a_proxy_that_refuses_to_tunnel_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as port:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{port}")
        with RedirectClient("https://prov.example.net/", "u", Secret(PASSWORD)) as client:
            error = failure_of(client)
    assert isinstance(error, NotReached)
    assert "HTTPS_PROXY" in error.detail
    assert "403" in error.detail


def test_a_server_that_fails_behind_a_proxy_is_told_with_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n") as port:
        monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{port}")
        with RedirectClient("http://prov.example.net/", "u", Secret(PASSWORD)) as client:
            error = failure_of(client)
    assert "HTTP 502" in error.detail
    assert "HTTP_PROXY" in error.detail


# --- whom to trust


def test_a_certificate_of_nobody_known_is_not_trusted_and_the_hint_says_who_is(way: None) -> None:
    with serving(answer(), tls=True) as port:
        with RedirectClient(f"https://localhost:{port}/", "u", Secret(PASSWORD)) as client:
            error = failure_of(client)
        report = probe(None, PHONE, url=f"https://localhost:{port}/x")
    assert isinstance(error, NotReached)
    for word in ("operating system", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        assert word in error.hint
        assert word in report.verdict


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_what_the_variables_name_is_trusted_by_every_request(
    variable: str, way: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = TLS / "authority.pem"
    if variable == "SSL_CERT_DIR":
        (tmp_path / HASHED).write_bytes(authority.read_bytes())
        monkeypatch.setenv(variable, str(tmp_path))
    else:
        monkeypatch.setenv(variable, str(authority))
    with serving(answer(), tls=True) as port:
        with RedirectClient(f"https://localhost:{port}/", "u", Secret("p")) as client:
            assert client.deregister_device("M").ok
        report = probe(None, PHONE, url=f"https://localhost:{port}/x")
    assert (report.status, report.tls) == (200, "certificate trusted")


def test_the_systems_store_is_trusted_without_any_variable(
    way: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # OpenSSL's own file and folder stand for the store of the system.
    ours = ssl.get_default_verify_paths()._replace(cafile=str(TLS / "authority.pem"))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: ours)
    monkeypatch.setattr(
        ssl.SSLContext,
        "set_default_verify_paths",
        lambda context: context.load_verify_locations(str(TLS / "authority.pem")),
    )
    with (
        serving(answer(), tls=True) as port,
        RedirectClient(f"https://localhost:{port}/", "u", Secret("p")) as client,
    ):
        assert client.deregister_device("M").ok


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_variable_that_names_no_certificates_is_named(
    variable: str, way: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "absent"))
    with pytest.raises(UsageError) as caught:
        RedirectClient("https://localhost:1/", "u", Secret("p"))
    assert variable in caught.value.detail
    with pytest.raises(UsageError):
        probe(None, PHONE, url="https://localhost:1/x")


def test_a_wrong_name_in_a_certificate_is_not_trusted(way: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))
    with (
        serving(answer(), tls=True) as port,
        RedirectClient(f"https://127.0.0.2:{port}/", "u", Secret(PASSWORD)) as client,
    ):
        assert isinstance(failure_of(client), NotReached)
