"""Standard input, output and error as they are given: closed, full, or with a reader that has left."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from tui.cli.terminal.diagnostics import Diagnostics, ExitCode, worst
from tui.cli.terminal.output import OutputFailed
from tui.errors import NotWritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def provide_streams() -> None:
    """Put something in the place of streams that were closed before the program began: their numbers must not
    go to the next file that is opened, the journal perhaps. Reading and writing them fails as before."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        try:
            os.fstat(number)
        except OSError:
            # The numbers below are taken by now, so this one is the next.
            os.open(os.devnull, os.O_RDONLY if number else os.O_WRONLY)
        stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)


def guard_output(run: Callable[[], int], diagnostics: Diagnostics) -> int:
    """Call `run`; its exit code, or the one of an output that could not be written. A reader that left, as
    `head` does, is no error."""
    code = int(ExitCode.DONE)
    try:
        code = run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(ExitCode.DONE)
    except BrokenPipeError:
        _drop(sys.stdout)
    except OutputFailed as failed:
        code = _tell(failed, diagnostics)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop(sys.stdout)
    except (OSError, ValueError) as failed:
        told = code == ExitCode.OUTPUT
        code = code if told else int(worst(code, _tell(failed, diagnostics)))
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        _drop(sys.stderr)
    return code


def _tell(failed: Exception, diagnostics: Diagnostics) -> int:
    _drop(sys.stdout)
    reason = getattr(failed, "strerror", None) or "it is closed"
    return diagnostics.fail(
        NotWritten(
            f"The output could not be written: {reason}.",
            hint="What was changed is in the journal: redirectory history",
        )
    )


def _drop(stream: TextIO) -> None:
    """Write to nowhere from now on: the interpreter's own flush at exit must not fail again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return
