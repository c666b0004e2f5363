"""The commands as a script runs them: real processes, a sandbox over real HTTP, folders of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.warm import can_run_warm, run_warm
from tui.cli.grammar.parser import find_command, parse
from tui.server.http.answers import ConnectionCut
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox

ROOT = Path(__file__).parent.parent.parent
SECONDS = 60


@dataclass
class Run:
    """What a finished command left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Shell:
    """Runs commands with an environment of their own; nothing of the machine's settings is seen."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(
        self, *words: str, module: str = "tui", text: str = "", environ: dict[str, str] | None = None
    ) -> Run:
        """Run `redirectory WORDS` (or another module) to its end, in a process of its own."""
        seen = self.make_environ(environ or {})
        if can_run_warm(seen):
            return Run(*run_warm(module, words, text, seen, SECONDS))
        return self.run_cold(*words, module=module, text=text, environ=seen)

    def run_cold(
        self, *words: str, module: str = "tui", text: str = "", environ: dict[str, str] | None = None
    ) -> Run:
        """As `run`, in an interpreter that is started for it."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            cwd=ROOT,
            env=environ or self.make_environ({}),
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def make_environ(self, more: dict[str, str]) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("REDIRECTORY_")}
        return {**plain, "REDIRECTORY_HOME": str(self.home), "PYTHONUTF8": "1", **self.environ, **more}


class Gate:
    """Where a switch has the sandbox pause: `passing` calls go through at once, later ones wait. What happens
    in the middle of a job happens there on a machine of any speed."""

    def __init__(self, passing: int) -> None:
        self._passing = threading.Semaphore(passing)
        self._moved = threading.Event()
        self._is_cut = False

    def __call__(self, seconds: float) -> None:
        if self._passing.acquire(blocking=False):
            return
        self._moved.wait(SECONDS)
        if self._is_cut:
            raise ConnectionCut

    def open(self) -> None:
        """All calls go through, those that wait too."""
        self._is_cut = False
        self._moved.set()

    def cut(self) -> None:
        """The calls that wait, and those that come until it is opened, are cut off and change nothing."""
        self._is_cut = True
        self._moved.set()


@contextmanager
def serve(*words: str, port: str = "0", gate: Gate | None = None, password: str = "demo") -> Iterator[str]:
    """A sandbox as `sandbox serve WORDS` has it, on a free port or on `port`, in threads of this process; its
    URL. With a gate nothing waits for seconds."""
    asked = parse(find_command("sandbox"), ["serve", "--port", port, *words])
    store = Path(asked.db) if asked.db else None
    with Sandbox(
        store, accounts={asked.user: password}, sample=asked.sample, switches=asked.switches, pause=gate
    ) as sandbox:
        serving = Serving(sandbox, asked.host, asked.port)
        thread = threading.Thread(target=serving.run)
        thread.start()
        try:
            yield serving.url
        finally:
            if gate is not None:
                gate.open()
            serving.stop()
            thread.join()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell without an account."""
    return Shell(tmp_path / "home")


@pytest.fixture
def at(shell: Shell) -> Iterator[Shell]:
    """A shell whose account is a fresh sandbox with 200 sample devices, over HTTP."""
    with serve("--sample", "200") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        yield shell


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """As `at`, but one for all tests of a module: each of them uses devices of its own."""
    shell = Shell(tmp_path_factory.mktemp("office") / "home")
    with serve("--sample", "200") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        yield shell
