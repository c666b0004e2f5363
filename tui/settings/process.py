"""What a process does before it does anything else, and after all else."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress

SUPPORTED = "Redirectory runs on Linux, macOS and other POSIX systems; on Windows, run it inside WSL."


def prepare_process() -> None:
    """Refuse a system without POSIX, in one sentence and with exit code 2. Then leave no core of this process
    and of those that it starts: its memory holds passwords, and a core is a file that others may get to see.
    """
    if os.name != "posix":
        if sys.stderr is not None:
            print(SUPPORTED, file=sys.stderr)
        raise SystemExit(2)
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def end_process(code: int) -> int:
    """Give the exit code back for an orderly end of the interpreter. Where threads are still at work, such as
    one that waits for a server that nobody waits for any more, the process ends here: the interpreter would
    take its modules from under them, and crash.
    """
    threading = sys.modules.get("threading")
    if threading is None or not any(thread.daemon for thread in threading.enumerate()):
        return code
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
