"""`watch`, `test` and `sandbox phone`: the phone's side of a record."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.conftest import ROOT, SECONDS, Shell, serve

MAC, PASSWORD = "7C2F80208295", "191001882432"
XML = b'<?xml version="1.0"?><provisioning version="1.1" productID="e2"></provisioning>'


class Provisioner(BaseHTTPRequestHandler):
    """Gives `/open/...` to everybody and `/closed/...` to the phone by digest."""

    def do_GET(self) -> None:
        if self.path.startswith("/open/") or (self.path.startswith("/closed/") and self.knows_phone()):
            self.answer(200, XML)
        elif self.path.startswith("/closed/"):
            self.answer(401, b"", "WWW-Authenticate", 'Digest realm="phones", nonce="abc", algorithm=MD5')
        else:
            self.answer(404, b"nothing")

    def knows_phone(self) -> bool:
        def digest(text: str) -> str:
            return md5(text.encode()).hexdigest()

        secret = digest(f"{MAC}:phones:{PASSWORD}")
        wanted = digest(f"{secret}:abc:{digest(f'GET:{self.path}')}")
        return wanted in self.headers.get("Authorization", "")

    def answer(self, status: int, body: bytes, *header: str) -> None:
        self.send_response(status)
        if header:
            self.send_header(*header)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def provisioner() -> Iterator[str]:
    """A provisioning server of this process; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Provisioner) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_url_is_tested_as_the_phone_fetches_it(shell: Shell, provisioner: str) -> None:
    run = shell.run("test", MAC, "--url", f"{provisioner}/open/%MACD.xml", "--json")
    (row,) = run.rows
    assert (run.code, row["ok"], row["status"], row["body"]) == (0, True, 200, "provisioning")
    assert row["url"] == f"{provisioner}/open/{MAC}.xml"


def test_the_url_of_the_record_is_tested_with_the_mac_password_of_the_vault(
    office: Shell, provisioner: str
) -> None:
    url = f"{provisioner}/closed/%MACD.xml"
    assert office.run("register", f"{MAC}-1910", "--url", url, "--provider", "P").code == 0
    run = office.run("test", MAC, "--json")
    assert (run.code, run.rows[0]["status"], run.rows[0]["ok"]) == (0, 200, True)
    assert PASSWORD not in run.out + run.err


def test_a_known_mac_password_is_withheld_from_a_url_that_is_not_the_records(
    office: Shell, provisioner: str
) -> None:
    url = f"{provisioner}/closed/%MACD.xml"
    office.run("register", f"{MAC}-1910", "--url", url, "--provider", "P")
    run = office.run("test", MAC, "--url", f"{provisioner}/closed/other.xml")
    assert run.code == 1
    assert "withheld" in run.out
    assert "not known" not in run.out + run.err


def test_a_login_that_cannot_be_given_is_exit_code_1(shell: Shell, provisioner: str) -> None:
    run = shell.run("test", MAC, "--url", f"{provisioner}/closed/x", "--json")
    assert (run.code, run.rows[0]["status"]) == (1, 401)


def test_a_missing_file_is_exit_code_1_and_a_card_for_people(shell: Shell, provisioner: str) -> None:
    run = shell.run("test", MAC, "--url", f"{provisioner}/none/%MACD.xml")
    assert run.code == 1
    assert "404" in run.out
    assert run.out.startswith("MAC ")


@pytest.mark.parametrize("url", ["", "  "])
def test_an_empty_url_is_exit_code_2(shell: Shell, url: str) -> None:
    assert shell.run("test", MAC, "--url", url).code == 2


def test_credentials_of_a_tested_url_are_masked(shell: Shell, provisioner: str) -> None:
    url = provisioner.replace("http://", "http://user:geheim@") + "/open/x"
    run = shell.run("test", MAC, "--url", url)
    assert run.code == 0
    assert "geheim" not in run.out + run.err


def test_nothing_to_test_or_to_watch_is_exit_code_1(office: Shell) -> None:
    assert office.run("test", "7C2F80999999").code == 1
    run = office.run("watch", "7C2F80999999", "--json")
    assert (run.code, run.rows[0]["moved"]) == (1, False)


@pytest.mark.parametrize("words", [("--timeout", "0"), ("--interval", "0"), ("--timeout", "soon")])
def test_a_watch_needs_sensible_times(office: Shell, words: tuple[str, str]) -> None:
    assert office.run("watch", MAC, *words).code == 2


def test_a_watch_ends_when_the_phone_has_asked(shell: Shell) -> None:
    with serve("--sample", "5", "--set", "date=last-request", "--set", "date-form=seconds") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        watching = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tui",
                "watch",
                "7C2F80820EC0",
                "--interval",
                "1",
                "--timeout",
                "30",
                "--json",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=shell.make_environ({}),
        )
        assert watching.stderr is not None
        assert "Watching 7C2F80820EC0" in watching.stderr.readline()
        phone = shell.run("sandbox", "phone", "7C2F80820EC0-55DF", "--server", url)
        assert (phone.code, phone.out) == (0, "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml\n")
        out, _ = watching.communicate(timeout=SECONDS)
    assert watching.returncode == 0
    assert '"moved": true' in out


def test_a_sandbox_that_others_reach_needs_a_password_of_its_own(shell: Shell) -> None:
    for password in ("", "demo"):
        run = shell.run(
            *("sandbox", "serve", "--host", "0.0.0.0", "--port", "0", "--allow-remote"),
            environ={"REDIRECTORY_SANDBOX_PASSWORD": password},
        )
        assert (run.code, run.out) == (2, "")
        assert "REDIRECTORY_SANDBOX_PASSWORD" in run.err
