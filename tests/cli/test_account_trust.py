"""Accounts that are reached by a way of their own: certificates to trust, one to show, a proxy. And the test
of a login, which tells that way step by step."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Shell

TLS = ROOT / "tests" / "tls"
AUTHORITY = TLS / "authority.pem"
SERVER = TLS / "server.pem"
CLIENT = TLS / "client.pem"
ANSWER = (
    b'<?xml version="1.0"?><methodResponse><params><param><value><array><data>'
    b"<value><boolean>0</boolean></value><value><string>mac_not_found:000000000000</string></value>"
    b"</data></array></value></param></params></methodResponse>"
)


@contextmanager
def serving(*, wants_certificate: bool = False) -> Iterator[int]:
    """An https server of the test authority that answers every call; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SERVER)
    if wants_certificate:
        context.load_verify_locations(CLIENT)
        context.verify_mode = ssl.CERT_REQUIRED

    def answer(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as stream:
                stream.settimeout(60)
                data = b""
                while b"</methodCall>" not in data:
                    piece = stream.recv(65536)
                    if not piece:
                        return
                    data += piece
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(ANSWER)}\r\n\r\n"
                stream.sendall(head.encode() + ANSWER)
        except OSError:
            return

    with listening(answer) as port:
        yield port


@contextmanager
def forwarding(seen: list[bytes]) -> Iterator[int]:
    """A proxy that opens tunnels; what it was asked for goes to `seen`."""

    def tunnel(connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            seen.append(head)
            port = int(head.split()[1].rpartition(b":")[2])
            with socket.create_connection(("127.0.0.1", port)) as beyond:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                ways = ((connection, beyond), (beyond, connection))
                threads = [threading.Thread(target=carry, args=way) for way in ways]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

    def carry(source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    with listening(tunnel) as port:
        yield port


@contextmanager
def listening(serve) -> Iterator[int]:  # type: ignore[no-untyped-def]
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(connection,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for thread in (accepting, *threads):
                thread.join()


def add(shell: Shell, port: int, *words: str) -> None:
    shell.environ |= {
        "SSL_CERT_FILE": "",
        "HTTPS_PROXY": "",
        "https_proxy": "",
        "ALL_PROXY": "",
        "all_proxy": "",
    }
    server = ("--server", f"https://localhost:{port}", "--user", "demo", "--password-command", "printf demo")
    run = shell.run("accounts", "add", "office", *server, *words)
    assert run.code == 0, run.err


def test_an_account_trusts_its_own_authority_and_its_test_shows_the_chain(shell: Shell) -> None:
    with serving() as port:
        add(shell, port, "--ca-file", str(AUTHORITY))
        (row,) = shell.run("accounts", "test", "office", "--json").rows
        assert (row["accepted"], row["answer"], row["proxy"]) == (True, "mac_not_found", None)
        assert row["tls"].startswith("TLSv1.")
        (certificate,) = row["chain"]
        assert (certificate["subject"], certificate["issuer"]) == ("CN=localhost", "CN=Test authority")
        assert certificate["not_before"].startswith("2026-11-25")
        assert certificate["not_after"].startswith("2125-06-19")
        run = shell.run("accounts", "test", "office")
    assert run.code == 0
    for words in ("TLSv1.", "CN=localhost; issued by CN=Test authority; 2026-11-25 to", str(AUTHORITY)):
        assert words in run.out
    assert "demo" not in run.out.replace("User", "").split("Proxy")[1]


def test_without_it_the_error_names_the_setting_and_the_test_shows_the_chain_all_the_same(
    shell: Shell,
) -> None:
    with serving() as port:
        add(shell, port)
        run = shell.run("accounts", "test", "office")
        assert run.code == 3
        assert "issued by CN=Test authority" in run.out
        assert "ca_file" in run.err
        assert shell.run("accounts", "edit", "office", "--ca-file", str(SERVER)).code == 0
        again = shell.run("info", "7C2F80820EC0")
        assert again.code == 0 or f"ca_file={SERVER}" in again.err
        assert shell.run("accounts", "edit", "office", "--ca-file", "").code == 0
        assert "ca_file=" not in shell.run("info", "7C2F80820EC0").err


def test_a_client_certificate_is_shown_and_its_lack_is_named(shell: Shell) -> None:
    with serving(wants_certificate=True) as port:
        add(shell, port, "--ca-file", str(AUTHORITY))
        run = shell.run("info", "7C2F80820EC0")
        assert run.code == 3
        assert "client_cert" in run.err
        assert shell.run("accounts", "edit", "office", "--client-cert", str(CLIENT)).code == 0
        (row,) = shell.run("accounts", "test", "office", "--json").rows
        assert (row["accepted"], row["client_cert"]) == (True, str(CLIENT))


def test_an_account_goes_through_its_own_proxy_whatever_the_environment_says(shell: Shell) -> None:
    seen: list[bytes] = []
    with serving() as port, forwarding(seen) as proxy:
        add(shell, port, "--ca-file", str(AUTHORITY), "--proxy", f"http://127.0.0.1:{proxy}")
        wrong = {"HTTPS_PROXY": "http://127.0.0.1:9"}
        (row,) = shell.run("accounts", "test", "office", "--json", environ=wrong).rows
        assert (row["accepted"], row["chain"][0]["subject"]) == (True, "CN=localhost")
        assert f"127.0.0.1:{proxy}" in row["proxy"]
        assert seen
        assert all(head.startswith(b"CONNECT localhost:%d" % port) for head in seen)
        shell.run("accounts", "edit", "office", "--proxy", "none")
        seen.clear()
        (row,) = shell.run("accounts", "test", "office", "--json", environ=wrong).rows
        assert (row["accepted"], row["proxy"], seen) == (True, None, [])
        shell.run("accounts", "edit", "office", "--proxy", "")
        run = shell.run("accounts", "test", "office", environ=wrong)
        assert run.code == 3
        assert "HTTPS_PROXY" in run.err


def test_the_settings_of_config_toml_count_too_from_its_folder(shell: Shell) -> None:
    folder = shell.home / "config"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "ca.pem").write_bytes(AUTHORITY.read_bytes())
    with serving() as port:
        (folder / "config.toml").write_text(
            f"[[accounts]]\nname = 'office'\nserver = 'https://localhost:{port}'\nuser = 'demo'\n"
            "password_command = 'printf demo'\nca_file = 'ca.pem'\nproxy = 'none'\n"
        )
        assert shell.run("config", "check").out == ""
        assert shell.run("accounts", "test", "office").code == 0


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("ca_file = 'none.pem'", "ca_file"),
        ("client_cert = 'none.pem'", "client_cert"),
        ("ca_file = ''", "text in quotes"),
        ("proxy = 'http://u:geheim@proxy.example'", "credentials"),
        ("proxy = 'ftp://proxy.example'", "proxy"),
        ("proxi = 'none'", "Did you mean proxy?"),
    ],
)
def test_what_cannot_be_used_is_named_by_the_check(shell: Shell, setting: str, words: str) -> None:
    folder = shell.home / "config"
    folder.mkdir(parents=True, mode=0o700)
    table = "[[accounts]]\nname = 'office'\nserver = 'h.example'\nuser = 'u'\n"
    (folder / "config.toml").write_text(f"{table}{setting}\n")
    run = shell.run("config", "check")
    assert run.code == 2
    assert words in run.out
    assert "config.toml:5:" in run.out
    assert "geheim" not in run.out + run.err


def test_a_key_with_a_passphrase_is_refused_without_asking_for_it(shell: Shell, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pem"
    locked.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with serving() as port:
        add(shell, port, "--ca-file", str(AUTHORITY), "--client-cert", str(locked))
        run = shell.run("accounts", "test", "office")
    assert run.code == 2
    assert str(locked) in run.err
    assert shell.run("accounts", "add", "x", "--user", "u", "--proxy", "http://u:geheim@p").code == 2
