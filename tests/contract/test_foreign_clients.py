"""XML-RPC clients that others wrote, against the sandbox on loopback."""

from __future__ import annotations

import json
import shutil
import subprocess
import xmlrpc.client
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tui.server.sandbox import Sandbox

HERE = Path(__file__).parents[1] / "foreign"
URL = "http://provider.com/xml/%MACD.xml"
FIRST, SECOND = "7C2F80820EC0-55DF", "7C2F80208295-1910"
Calls = Sequence[tuple[str, Sequence[object]]]
Client = Callable[[str, str, str, Calls], list[dict[str, Any]]]


def ask_with_python(url: str, user: str, password: str, calls: Calls) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = []
    signed = url.replace("://", f"://{quote(user)}:{quote(password)}@")
    with xmlrpc.client.ServerProxy(signed) as proxy:
        for method, params in calls:
            try:
                outcomes.append({"value": getattr(proxy, method)(*params)})
            except xmlrpc.client.Fault as fault:
                outcomes.append({"fault": [fault.faultCode, fault.faultString]})
            except xmlrpc.client.ProtocolError as error:
                outcomes.append({"status": error.errcode})
    return outcomes


def ask_with_command(
    command: list[str], url: str, user: str, password: str, calls: Calls
) -> list[dict[str, Any]]:
    done = subprocess.run(
        [*command, url, user, password], input=json.dumps(calls), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    assert isinstance(outcomes, list)
    return outcomes


def ask_with_node(*arguments: Any) -> list[dict[str, Any]]:
    return ask_with_command(["node", str(HERE / "client.js")], *arguments)


def ask_with_perl(*arguments: Any) -> list[dict[str, Any]]:
    return ask_with_command(["perl", str(HERE / "client.pl")], *arguments)


def has_perl_package() -> bool:
    if shutil.which("perl") is None:
        return False
    probe = ["perl", "-MRPC::XML::Client", "-MJSON::PP", "-e", "1"]
    return subprocess.run(probe, capture_output=True, timeout=60).returncode == 0


def has_node_package() -> bool:
    return shutil.which("node") is not None and (HERE / "node_modules" / "xmlrpc").is_dir()


@pytest.fixture(scope="session", params=["python", "node", "perl"])
def ask(request: pytest.FixtureRequest) -> Client:
    """Python's own client, the npm package `xmlrpc`, and Perl's RPC::XML."""
    if request.param == "python":
        return ask_with_python
    if request.param == "node":
        if not has_node_package():
            pytest.skip("the npm package xmlrpc is not here: run tests/foreign/install")
        return ask_with_node
    if not has_perl_package():
        pytest.skip("Perl's RPC::XML is not here: run tests/foreign/install")
    return ask_with_perl


@pytest.fixture
def url(sandbox: Sandbox, served: Callable[[Sandbox], str]) -> str:
    return served(sandbox) + "/apxml/rpc.do"


def test_a_foreign_client_registers_checks_lists_and_deregisters(ask: Client, url: str) -> None:
    calls: Calls = [
        ("autoprov.registerDevice", [FIRST, URL, "Müller & <Söhne>"]),
        ("autoprov.checkDevice", [FIRST]),
        ("autoprov.listDevices", []),
        ("autoprov.listDevices", ["Nobody"]),
        ("autoprov.deregisterDevice", [FIRST]),
        ("autoprov.listDevices", []),
    ]
    date = "2026-11-23 09:30"
    assert ask(url, "demo", "demo", calls) == [
        {"value": [True, "OK:55DF75196006"]},
        {"value": [True, "7C2F80820EC0", "Müller & <Söhne>", date, URL]},
        {"value": [["7C2F80820EC0", "Müller & <Söhne>", URL, date]]},
        {"value": []},
        {"value": [True, "OK"]},
        {"value": []},
    ]


def test_a_foreign_client_makes_list_calls(ask: Client, url: str) -> None:
    calls: Calls = [
        ("autoprov.registerDeviceList", [[FIRST, SECOND], URL, "Daryna"]),
        ("autoprov.deregisterDeviceList", [[FIRST, SECOND]]),
    ]
    assert ask(url, "demo", "demo", calls) == [
        {"value": [True, "OK:55DF75196006", "OK:191001882432"]},
        {"value": [True, "OK", "OK"]},
    ]


def test_a_foreign_client_is_given_errors_and_faults(ask: Client, url: str) -> None:
    calls: Calls = [
        ("autoprov.registerDeviceList", [[FIRST, "123456789123--1910"], URL, "Daryna"]),
        ("autoprov.checkDevice", [SECOND]),
        ("autoprovider.registerDeviceList", [[FIRST], URL, "Daryna"]),
        ("autoprov.registerDevice", [FIRST]),
    ]
    assert ask(url, "demo", "demo", calls) == [
        {"value": [False, "mac_invalid:123456789123--1910"]},
        {"value": [False, "mac_not_found:7C2F80208295"]},
        {"fault": [0, "No such handler: autoprovider.registerDeviceList"]},
        {"fault": [0, "No method matching arguments: java.lang.String"]},
    ]


def test_a_foreign_client_with_a_wrong_password_gets_401(ask: Client, url: str) -> None:
    assert ask(url, "demo", "wrong", [("autoprov.listDevices", [])]) == [{"status": 401}]
