"""A process that has loaded all that commands need and forks itself for each: real processes, at a tenth
of the cost.

`python -m tests.cli.warm FD` serves the socket FD; `run_warm` asks it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from subprocess import TimeoutExpired

ROOT = Path(__file__).parent.parent.parent
AT_START = ("PYTHON", "LC_", "LANG", "LD_")
"""Beginnings of the variables that an interpreter reads when it starts: a fork has those of its parent."""


def can_run_warm(environ: Mapping[str, str]) -> bool:
    """Whether a fork sees everything in `environ` as a new interpreter would."""
    return _read_at_start(environ) == _read_at_start(_make_environ())


def run_warm(
    module: str, words: Sequence[str], text: str, environ: Mapping[str, str], seconds: float
) -> tuple[int, str, str]:
    """`python -m MODULE WORDS` with `text` on standard input: exit code, output, errors.

    Raises TimeoutExpired.
    """
    process, line = _start(os.getpid())
    with ExitStack() as open_files:
        asked, typed, out, err = (open_files.enter_context(tempfile.TemporaryFile()) for _ in range(4))
        asked.write(json.dumps([module, list(words), dict(environ)]).encode())
        typed.write(text.encode())
        for file in (asked, typed):
            file.seek(0)
        socket.send_fds(line, [b"x"], [file.fileno() for file in (asked, typed, out, err)])
        line.settimeout(seconds)
        try:
            code = line.recv(16)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            _start.cache_clear()
            raise TimeoutExpired([module, *words], seconds) from None
        assert code, "the warm process has ended"
        out.seek(0)
        err.seek(0)
        # As text on a pipe is read: ends of lines of every kind are one.
        written, said = (
            file.read().decode().replace("\r\n", "\n").replace("\r", "\n") for file in (out, err)
        )
        return int(code), written, said


@cache
def _start(owner: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """The warm process of this process."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        env=_make_environ(),
        start_new_session=True,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return process, ours


def _make_environ() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1"}


def _read_at_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(AT_START)}


def _load() -> None:
    """Everything but the app, which no command loads."""
    import httpx  # noqa: F401

    import tui

    for found in pkgutil.walk_packages(tui.__path__, "tui."):
        if not found.name.startswith(("tui.app", "tui.__main__")):
            importlib.import_module(found.name)


def _serve(line: socket.socket) -> str:
    """Fork for each command. Returns in a child, with the module that it is to run; ends with the line."""
    while True:
        data, files, *_ = socket.recv_fds(line, 1, 4)
        if not data:
            os._exit(0)
        child = os.fork()
        if child == 0:
            break
        for file in files:
            os.close(file)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
    line.close()
    with os.fdopen(files[0]) as asked:
        module, words, environ = json.load(asked)
    for number, file in enumerate(files[1:]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = [module, *words]
    return str(module)


if __name__ == "__main__":
    _load()
    gc.collect()
    gc.freeze()
    runpy.run_module(_serve(socket.socket(fileno=int(sys.argv[1]))), run_name="__main__", alter_sys=True)
