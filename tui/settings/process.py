"""What a process does before it does anything else."""

from __future__ import annotations

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
