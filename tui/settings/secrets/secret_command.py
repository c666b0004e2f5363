"""Commands that give a secret: run only from a file that nobody else can have written, never shown."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.errors import ConfigurationError
from tui.model.text.inert import make_inert
from tui.settings.files.private import find_intruder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ANSWER_LIMIT = 64 * 1024


def refuse_foreign(path: Path, what: str, hint: str) -> None:
    """Raises ConfigurationError if somebody else can have written the `what` command into the file."""
    if intruder := find_intruder(path):
        raise ConfigurationError(
            f"The {what} command was not run.",
            f"It stands in {path}, which may hold what somebody else wrote. {intruder}",
            hint,
        )


def ask_command(
    words: Sequence[str], environ: Mapping[str, str], seconds: float, what: str, hint: str
) -> str:
    """What the `what` command writes, within so many seconds. Raises ConfigurationError with the hint if it
    fails, takes longer, or leaves its first line empty."""

    def fail(detail: str) -> ConfigurationError:
        return ConfigurationError(f"The {what} command failed.", detail, hint)

    shown = make_inert(words[0])
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a command"
        raise fail(f"{shown}: {reason}.") from None
    answer, ended = _read_answer(process, seconds)
    if not ended:
        raise fail(f"{shown} did not end within {seconds:g} s, or wrote too much.")
    if process.returncode:
        raise fail(f"{shown} ended with exit code {process.returncode}.")
    try:
        text = answer.decode("utf-8")
    except UnicodeDecodeError:
        raise fail(f"{shown} did not write UTF-8 text.") from None
    if not text.split("\n", 1)[0].rstrip("\r"):
        raise fail(f"{shown} wrote nothing on its first line.")
    return text


def _read_answer(process: Any, seconds: float) -> tuple[bytes, bool]:
    """What the command wrote and whether it ended by itself. A child of its that keeps the pipe open is not
    awaited.
    """
    deadline = time.monotonic() + seconds
    answer, open_end = b"", True
    with process.stdout as pipe:
        while time.monotonic() < deadline and len(answer) <= _ANSWER_LIMIT:
            ready, _, _ = select.select([pipe] if open_end else [], [], [], 0.02)
            if ready:
                part = os.read(pipe.fileno(), 4096)
                answer += part
                open_end = bool(part)
            elif process.poll() is not None:
                return answer, True
        process.kill()
        process.wait()
    return answer, False
