"""No core of this process: its memory holds passwords, and a core is a file that others may get to see."""

from __future__ import annotations

from contextlib import suppress


def leave_no_core() -> None:
    """Sets the limit of this process, and of the commands that it starts, to cores of no bytes."""
    try:
        import resource
    except ImportError:  # no POSIX system
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
