"""A home that cannot be written is read all the same, and what cannot be read is not called unknown."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SECONDS, Run, Shell

TARGET = ("--url", "http://prov.example.net/xml/%MACD.xml", "--provider", "P")
# The process may write no byte to any file, as on a full disk, or gives its rights up, if it is root, whom a
# read-only folder would not stop. It loads all that it needs before.
PROGRAM = """
import os, resource, sys
how, uid = sys.argv[1], int(sys.argv[2])
from tui.cli.main import main
home = os.environ.pop("REDIRECTORY_HOME")
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    os.environ["REDIRECTORY_HOME"] = sys.argv[3]
    main(["register", "7C2F80E0FFFF-1A2B", "--url", "http://h/%MACD", "--provider", "P"])
    main(["info", "7C2F80E0FFFF"])
    main(["list", "--json"])
    main(["history"])
os.environ["REDIRECTORY_HOME"] = home
if how == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
elif os.geteuid() == 0:
    os.seteuid(uid)
sys.exit(main(sys.argv[4:]))
"""
OTHER = 65534


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that another user can reach too: pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="unwritable-"))
    yield folder / "home"
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


def lock_up(home: Path, how: str) -> None:
    """Take the right to write away, and give the files to the user who is to read them."""
    if how != "read-only":
        return
    for path in (home.parent, home, *home.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, OTHER, -1)
        path.chmod(0o500 if path.is_dir() else 0o400)


def run(shell: Shell, how: str, spare: Path, *words: str) -> Run:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how, str(OTHER), str(spare), *words],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=ROOT,
        env=shell.make_environ({}),
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("how", ["read-only", "full"])
@pytest.mark.parametrize("log", ["clean", "left by a kill"])
def test_what_the_vault_knows_and_the_history_are_read(
    office: Shell, home: Path, tmp_path: Path, how: str, log: str
) -> None:
    shell = Shell(home, dict(office.environ))
    mac = f"7C2F80E{len(how):02X}{len(log):03X}"
    assert shell.run("register", f"{mac}-1A2B", *TARGET).code == 0
    if log != "clean":
        leave_open(home / "state" / "journal.sqlite3")
    lock_up(home, how)
    told = run(shell, how, tmp_path / "spare", "info", mac)
    assert told.code == 0, told.err
    assert f"{mac}-1A2B" in told.out
    assert "not known here" not in told.out
    history = run(shell, how, tmp_path / "spare", "history", "--json")
    assert (history.code, [row["mac"] for row in history.rows]) == (0, [mac])
    refused = run(shell, how, tmp_path / "spare", "deregister", mac, "--yes")
    assert (refused.code, refused.out) == (2, "")
    assert "The journal" in refused.err
    assert office.run("info", mac).code == 0


def leave_open(journal: Path) -> None:
    """What a killed process leaves: the log of the last changes, and its index."""
    program = (
        "import os, signal, sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
        "c.execute(\"UPDATE change_set SET note = 'changed'\")\nc.commit()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(journal)])
    assert journal.with_name(f"{journal.name}-wal").stat().st_size


def test_what_cannot_be_read_is_not_called_unknown(office: Shell, home: Path) -> None:
    shell = Shell(home, dict(office.environ))
    assert shell.run("register", "7C2F80E10001-1A2B", *TARGET).code == 0
    (home / "state" / "journal.sqlite3").write_bytes(os.urandom(8192))
    told = shell.run("info", "7C2F80E10001")
    assert told.code == 0
    assert told.out.count("could not be read") == 2
    assert "journal.sqlite3" in told.err
    assert shell.run("info", "7C2F80E10001", "--json").rows[0]["password_known"] is None
