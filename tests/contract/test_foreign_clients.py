"""Clients that others wrote, and the vendor's page as read in other languages, against the sandbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.foreign.clients import ASKED, CLIENTS, Client
from tui.server.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
URL = "http://provider.com/xml/%MACD.xml"
FIRST, SECOND, THIRD, FOURTH = (
    "7C2F80820EC0-55DF",
    "7C2F80208295-1910",
    "7C2F800DA979-2EE3",
    "7C2F80820ECE-FEB3",
)
BAD = "123456789123--1910"
NAME = "Müller & <Söhne>"
DATE = "2026-11-23 09:30"

# What is called, and the lines that a client has to read out of the answer.
DIALOGUE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("autoprov.registerDevice", f"s:{FIRST}", f"s:{URL}", f"s:{NAME}"), ("true", "OK:55DF75196006")),
    (("autoprov.checkDevice", f"s:{FIRST}"), ("true", "7C2F80820EC0", NAME, DATE, URL)),
    (("autoprov.listDevices",), (f"7C2F80820EC0\t{NAME}\t{URL}\t{DATE}",)),
    (("autoprov.listDevices", "s:Nobody"), ()),
    (
        ("autoprov.registerDevice", f"s:{FIRST}", f"s:{URL}", "s:Daryna"),
        ("false", "mac_already_in_use:7C2F80820EC0"),
    ),
    (
        ("autoprov.registerDeviceList", f"sl:{SECOND},{THIRD}", f"s:{URL}", "s:Daryna"),
        ("true", "OK:191001882432", "OK:2EE3EECC82C4"),
    ),
    (
        ("autoprov.registerDeviceList", f"sl:{FOURTH},{BAD}", f"s:{URL}", "s:Daryna"),
        ("false", f"mac_invalid:{BAD}"),
    ),
    (
        ("autoprov.registerDeviceList", f"sl:{FIRST},{BAD},{FOURTH}", f"s:{URL}", "s:Daryna"),
        ("false", f"mac_invalid:{BAD}", "mac_already_in_use:7C2F80820EC0"),
    ),
    (
        ("autoprov.listDevices", "s:Daryna"),
        tuple(f"{mac}\tDaryna\t{URL}\t{DATE}" for mac in ("7C2F80208295", "7C2F800DA979")),
    ),
    (("autoprov.deregisterDeviceList", f"sl:{SECOND},{BAD}"), ("false", f"mac_invalid:{BAD}")),
    (("autoprov.deregisterDeviceList", f"sl:{SECOND},{THIRD}"), ("true", "OK", "OK")),
    (("autoprov.deregisterDevice", f"s:{FIRST}"), ("true", "OK")),
    (("autoprov.checkDevice", f"s:{FIRST}"), ("false", "mac_not_found:7C2F80820EC0")),
    (
        ("autoprovider.registerDeviceList", f"sl:{FIRST}", f"s:{URL}", "s:Daryna"),
        ("fault 0 No such handler: autoprovider.registerDeviceList",),
    ),
    (
        ("autoprov.registerDevice", f"s:{FIRST}"),
        ("fault 0 No method matching arguments: java.lang.String",),
    ),
)

Ask = Callable[[str, list[tuple[str, ...]]], list[tuple[str, ...]]]


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def ask(
    request: pytest.FixtureRequest, sandbox: Sandbox, served: Callable[[Sandbox], str], tmp_path: Path
) -> Ask:
    """ask(password, calls): what the client says of each answer."""
    client: Client = request.param
    if not client.is_here():
        reason = f"{client.name} needs {' '.join(client.packages)}"
        if ASKED:
            pytest.fail(reason)
        pytest.skip(f"{reason}: make test FOREIGN=1 installs it")
    if client.build:
        subprocess.run(client.fill(client.build, tmp_path), check=True, capture_output=True, timeout=300)
    url = served(sandbox) + "/apxml/rpc.do"

    def run(password: str, calls: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        done = subprocess.run(
            [*client.fill(client.command, tmp_path), url, "demo", password],
            input="".join("\t".join(call) + "\n" for call in calls),
            capture_output=True,
            encoding="utf-8",
            env={name: text for name, text in os.environ.items() if not name.lower().endswith("_proxy")},
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(".\n"), done.stderr
        found: list[tuple[str, ...]] = [()]
        for line in done.stdout.removesuffix(".\n").splitlines():
            if line == ".":
                found.append(())
            else:
                found[-1] += (line,)
        return found

    return run


def test_a_foreign_client_is_served_whatever_it_calls(ask: Ask) -> None:
    answers = ask("demo", [call for call, _ in DIALOGUE])
    for (call, expected), said in zip(DIALOGUE, answers, strict=True):
        assert said == expected, call
    assert ask("wrong", [("autoprov.listDevices",)]) == [("status 401",)]


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has nothing but two installers, which only note that they ran."""
    for name in ("apt-get", "npm"):
        stub = tmp_path / name
        stub.write_text(f"#!/bin/sh\necho $0 $1 >> {tmp_path}/ran\n")
        stub.chmod(0o755)
    return {"PATH": str(tmp_path)}


@pytest.mark.parametrize("asked", [False, True])
def test_what_a_machine_lacks_is_named_and_installed_only_when_asked_for(
    machine: dict[str, str], asked: bool
) -> None:
    words = [sys.executable, "-m", "tests.foreign.clients", *(["install"] if asked else [])]
    done = subprocess.run(words, env=machine, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "perl-frontier" in done.stderr
    assert "FOREIGN=1" in done.stderr
    ran = Path(machine["PATH"], "ran")
    if not asked:
        assert not ran.exists()
    elif os.geteuid() == 0:
        assert "apt-get install" in ran.read_text()


@pytest.mark.parametrize(
    ("goal", "asked"), [("test", False), ("check", False), ("test", True), ("check", True)]
)
def test_make_asks_for_it_only_with_foreign(goal: str, asked: bool) -> None:
    make = shutil.which("make")
    assert make is not None, "the tests are run by make"
    environ = {
        name: text for name, text in os.environ.items() if not name.startswith(("FOREIGN", "MAKE", "MFLAGS"))
    }
    words = [make, "-n", goal, *(["FOREIGN=1"] if asked else [])]
    plan = subprocess.run(words, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60).stdout
    (line,) = [line for line in plan.splitlines() if "tests.foreign.clients" in line]
    assert line.endswith("install") == asked
    assert "apt-get" not in plan
