"""On a system without POSIX both commands, and the app, end with the sentence that the README has."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT, SECONDS
from tui.settings.process import SUPPORTED

# Windows, as far as a program can tell: the modules that it does not have cannot be imported.
_WINDOWS = """
import os, pathlib, runpy, sys
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
os.name, module = "nt", sys.argv.pop(1)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    "words",
    [("tui",), ("tui", "--demo"), ("tui", "info", "7C2F80820ECE"), ("tui.cli.ap_client", "a", "-", "b", "c")],
    ids=" ".join,
)
def test_windows_is_refused_in_one_sentence(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WINDOWS, *words], capture_output=True, text=True, timeout=SECONDS, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{SUPPORTED}\n")


def test_the_readme_has_the_sentence() -> None:
    assert f"\n{SUPPORTED}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
