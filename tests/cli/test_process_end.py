"""A process ends with its exit code while threads of it are still at work, whatever these are doing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT, SECONDS

# Threads that import; the end of the interpreter would take the lock of imports from under them.
_AT_WORK = """
import atexit, importlib, sys, threading
from tui.settings.process import end_process

def work(name):
    while True:
        try:
            importlib.import_module(name)
        except ImportError:
            continue

for number in range(4):
    threading.Thread(target=work, args=(f"nowhere_{number}",), daemon=True).start()
last = threading.Thread(target=lambda: print("a thread that has to end", flush=True))
atexit.register(lambda: print("cleaned up"))
print("begun", flush=True)
last.start()
sys.exit(end_process(7))
"""


@pytest.mark.parametrize("_", range(5))
def test_threads_at_work_do_not_crash_the_end(_: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _AT_WORK], capture_output=True, text=True, timeout=SECONDS, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.splitlines() == ["begun", "a thread that has to end", "cleaned up"]


def test_without_such_threads_the_interpreter_ends_as_ever() -> None:
    code = "import sys; from tui.settings.process import end_process; sys.exit(end_process(3))"
    done = subprocess.run([sys.executable, "-c", code], timeout=SECONDS, cwd=ROOT)
    assert done.returncode == 3
