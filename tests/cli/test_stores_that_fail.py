"""A journal that cannot be kept: a clear text before anything is sent, never a change without its record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SECONDS, Run, Shell

URL = "http://prov.example.net/xml/%MACD.xml"
TARGET = ("--url", URL, "--provider", "P")
CHANGES = [
    ("register", "7C2F80D00001-1A2B", *TARGET),
    ("deregister", "7C2F80820EC0-55DF", "--yes"),
    ("retarget", "7C2F80820EC0-55DF", "--url", URL, "--yes"),
    ("import", "-", *TARGET),
    ("apply", "-", "--yes"),
]
INPUT = f"mac,url,provider\n7C2F80D00001-1A2B,{URL},P\n"

# The disk is full for files of this process beyond so many bytes, whoever runs it.
FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from tui.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
# The first command loads all that the second needs; between them the process gives its rights up, if it is
# root, whom a read-only folder would not stop.
READ_ONLY = """
import os, sys
from tui.cli.main import main
cut = sys.argv.index("then")
main(sys.argv[2:cut])
sys.stdout.flush()
os.environ["REDIRECTORY_HOME"] = sys.argv[1]
if os.geteuid() == 0:
    os.seteuid(65534)
print("second")
sys.exit(main(sys.argv[cut + 1:]))
"""


def run_program(shell: Shell, program: str, *words: str, text: str = "") -> Run:
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        input=text,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=ROOT,
        env=shell.make_environ({}),
    )
    return Run(done.returncode, done.stdout, done.stderr)


def list_targets(shell: Shell) -> list[tuple[str, str]]:
    return [(row["mac"], row["url"]) for row in shell.run("list", "--json").rows]


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
@pytest.mark.parametrize("damage", ["no database", "damaged pages", "a folder"])
def test_a_broken_journal_is_named_and_nothing_is_sent(
    office: Shell, tmp_path: Path, words: tuple[str, ...], damage: str
) -> None:
    broken = Shell(tmp_path / "home", dict(office.environ))
    journal = broken.home / "state" / "journal.sqlite3"
    if damage == "a folder":
        journal.mkdir(parents=True)
    elif damage == "no database":
        journal.parent.mkdir(parents=True)
        journal.write_bytes(os.urandom(8192))
    else:
        assert broken.run("register", "7C2F80D0FFFF-1A2B", *TARGET).code in (0, 1)
        data = journal.read_bytes()
        journal.write_bytes(data[:8192] + b"A" * (len(data) - 8192))
    before = list_targets(office)
    content = journal.read_bytes() if journal.is_file() else b""
    run = broken.run(*words, text=INPUT)
    assert (run.code, run.out) == (2, "")
    assert str(journal) in run.err
    assert "Traceback" not in run.err
    assert list_targets(office) == before
    assert not content or journal.read_bytes() == content


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: words[0])
def test_a_full_disk_is_named_and_nothing_is_sent(
    office: Shell, tmp_path: Path, words: tuple[str, ...]
) -> None:
    full = Shell(tmp_path / "home", dict(office.environ))
    before = list_targets(office)
    run = run_program(full, FULL, "4096", *words, text=INPUT)
    assert (run.code, run.out) == (2, "")
    assert "The journal" in run.err
    assert "Traceback" not in run.err
    assert list_targets(office) == before


def test_a_disk_that_fills_up_during_an_import_stops_it_and_every_change_has_its_record(
    at: Shell, tmp_path: Path
) -> None:
    names = [f"7C2F80D1{number:04X}-{number:04X}" for number in range(3000)]
    at.run("register", "7C2F80D0FFFF-1A2B", *TARGET)
    room = (at.home / "state" / "journal.sqlite3").stat().st_size + 1_000_000
    run = run_program(at, FULL, str(room), "import", "-", *TARGET, "--json", text="\n".join(names))
    assert run.code == 4
    assert "The journal" in run.err
    assert "redirectory resolve" in run.err
    assert "try again" not in run.err.rpartition("redirectory: ")[2]
    assert " are settled, " in run.err
    assert " were not sent" in run.err
    assert at.run("resolve").code == 0
    # What the answers held is known all the same: it was kept aside, and resolve took it in.
    assert not list(at.home.rglob("redirectory-passwords-*"))
    lost = [row for row in at.run("history", "--json").rows if row["password_lost"]]
    assert lost == []
    stored = {row["mac"] for row in at.run("list", "--provider", "P", "--json").rows}
    recorded = {row["mac"] for row in at.run("history", "--outcome", "stored", "--json").rows}
    assert 1 < len(stored) < 3001
    assert stored == recorded


def test_a_read_only_home_is_named_and_nothing_is_sent(at: Shell, tmp_path: Path) -> None:
    home = tmp_path / "read-only"
    home.mkdir(mode=0o555)
    first = ("register", "7C2F80D20001-1A2B", *TARGET, "--json")
    second = ("register", "7C2F80D20002-1A2B", *TARGET, "--json")
    run = run_program(at, READ_ONLY, str(home), *first, "then", *second)
    assert (run.code, run.out.partition("second\n")[2]) == (2, ""), run.err
    assert "7C2F80D20001" in run.out
    assert "The journal cannot be written" in run.err
    assert "REDIRECTORY_HOME" in run.err
    assert [mac for mac, _ in list_targets(at) if mac.startswith("7C2F80D2")] == ["7C2F80D20001"]


def test_a_disk_that_is_full_for_an_export_ends_with_the_code_of_output_and_leaves_no_file(
    at: Shell, tmp_path: Path
) -> None:
    at.run("register", "7C2F80D0FFFF-1A2B", *TARGET)
    passwords = tmp_path / "passwords.csv"
    run = run_program(at, FULL, "16", "secrets", "export", "--output", str(passwords))
    assert (run.code, run.out) == (6, "")
    assert str(passwords) in run.err
    assert "Free some space" in run.err
    assert not passwords.exists()
    missing = at.run("secrets", "export", "--output", str(tmp_path / "no-folder" / "passwords.csv"))
    assert missing.code == 2
