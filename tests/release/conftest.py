"""What is handed out of this version, made once for all tests of a run."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.release.agreement import ROOT
from tests.release.bare import BareMachine

SECONDS = 180


def make(
    folder: Path, *, cwd: Path = ROOT, environ: dict[str, str] | None = None, umask: int = 0o022
) -> None:
    """`make release`, into a folder of one's own."""
    command = [sys.executable, "-m", "tests.release", str(folder)]
    done = subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=SECONDS, umask=umask
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that `make release` leaves. The processes of one run share it."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    folder = shared / "released"
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "SHA256SUMS").exists():
            make(folder)
    return folder


@pytest.fixture
def bare(tmp_path: Path, released: Path) -> BareMachine:
    """A machine that has Python alone, and the archive on its disk."""
    machine = BareMachine(tmp_path)
    archive = next(released.glob("*.pyz"))
    (machine.disk / "redirectory.pyz").write_bytes(archive.read_bytes())
    return machine
