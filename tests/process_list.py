"""What anybody on a machine sees of its processes. Imports little: a test's own processes load it."""

from __future__ import annotations

import os


def read_command_lines() -> set[bytes]:
    """The command lines of all processes of this machine."""
    if not os.path.exists("/proc/self/cmdline"):
        import subprocess

        done = subprocess.run(["ps", "-A", "-ww", "-o", "command="], capture_output=True, check=True)
        return set(done.stdout.splitlines())
    found: set[bytes] = set()
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as file:
                found.add(file.read().replace(b"\0", b" "))
        except OSError:  # it has ended meanwhile
            pass
    return found
