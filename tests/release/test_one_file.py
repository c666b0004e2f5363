"""The archive of one file does the work on a machine that has Python and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import serve
from tests.release.bare import BareMachine
from tests.whole.person import Person
from tests.workbook import make_workbook

SECONDS = 120


def run(
    bare: BareMachine, *words: str, server: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    login = {"REDIRECTORY_SERVER": server, "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": "demo"}
    command = bare.wrap([f"{bare.place}/redirectory.pyz", *words], {**(login if server else {}), **variables})
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)


def test_the_machine_has_no_package_of_ours(bare: BareMachine) -> None:
    code = "import importlib.util as u; print([n for n in ('tui', 'textual', 'httpx') if u.find_spec(n)])"
    done = subprocess.run(bare.wrap(["-c", code]), capture_output=True, text=True, timeout=SECONDS)
    assert done.stdout == "[]\n", done.stderr


def test_the_demo_runs_in_it(bare: BareMachine) -> None:
    command = bare.wrap([f"{bare.place}/redirectory.pyz"])
    with Person("--demo", home=bare.disk / "unused", program=command) as person:
        person.see("200 devices|1 Register")
        person.keys("escape", "3")
        person.see("of 200|200 devices")
        person.keys("q")
        person.wait_for_end()


def test_a_list_and_an_import_of_a_spreadsheet(bare: BareMachine) -> None:
    rows = {
        1: ["MAC-ID", "URL", "Provider"],
        2: ["7C2F80820ECE-FEB3", "http://prov.example.net/%MACD.xml", "Daryna"],
        3: ["7C2F80820ECF-1A2B", "http://prov.example.net/%MACD.xml", "Daryna"],
    }
    (bare.disk / "note.xlsx").write_bytes(make_workbook(rows))
    with serve() as server:
        done = run(bare, "import", f"{bare.place}/note.xlsx", "--json", server=server)
        assert done.returncode == 0, done.stderr
        listed = run(bare, "list", "--json", server=server)
    macs = [json.loads(line)["mac"] for line in listed.stdout.splitlines()]
    assert macs == ["7C2F80820ECE", "7C2F80820ECF"], listed.stderr


def test_ap_client_is_in_it_too(bare: BareMachine) -> None:
    with serve("--sample", "3") as server:
        done = run(
            bare,
            *("demo", "-", server, "autoprov.listDevices", "s:"),
            SHIV_ENTRY_POINT="tui.cli.ap_client:main",
            REDIRECTORY_PASSWORD="demo",
        )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_what_it_unpacks_can_be_changed_by_its_owner_alone(bare: BareMachine, umask: int) -> None:
    command = bare.wrap([f"{bare.place}/redirectory.pyz", "--version"])
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, umask=umask)
    assert done.returncode == 0, done.stderr
    folder = bare.disk / "home" / ".cache" / "redirectory" / "archive"
    unpacked = [*folder.rglob("*")]
    assert len(unpacked) > 500
    assert [path for path in unpacked if path.stat().st_mode & 0o022] == []
    assert folder.stat().st_mode & 0o077 == 0


def test_the_environment_tells_it_where_to_unpack(bare: BareMachine) -> None:
    assert run(bare, "--version", SHIV_ROOT=f"{bare.place}/elsewhere").returncode == 0
    assert [*(bare.disk / "elsewhere").glob("redirectory.pyz_*/site-packages/tui")]


def test_an_older_python_is_told_what_it_takes(released: Path) -> None:
    with zipfile.ZipFile(next(released.glob("*.pyz"))) as archive:
        first = archive.read("__main__.py").decode()
    code = f"import sys; sys.version_info = (3, 9, 2)\nexec({first!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 1
    assert done.stderr.startswith("Redirectory needs Python 3.11 or newer; this is ")
