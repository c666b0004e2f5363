"""No command opens the app, a command runs the CLI. Imports as late as it can: neither pays for the other."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from tui.settings.process import end_process, prepare_process

_GARBAGE = 200_000  # objects; a short command ends before they are worth a first search
_APP_SWITCHES = ("--demo", "--no-mouse")
_APP_VALUES = ("--account", "--server", "--user")


def is_for_app(words: Sequence[str]) -> bool:
    """Whether these words hold switches of the app only, and no command."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _APP_SWITCHES or (word.partition("=")[0] in _APP_VALUES and "=" in word):
            continue
        if word in _APP_VALUES and rest:
            rest.pop(0)
            continue
        return False
    return True


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app or one command; the exit code. Without `argv` the process is ours, and ends with it."""
    prepare_process()
    code = _run(sys.argv[1:] if argv is None else list(argv))
    return end_process(code) if argv is None else code


def _run(words: list[str]) -> int:
    if is_for_app(words):
        if None in (sys.stdin, sys.stdout, sys.stderr):
            from tui.cli.terminal.streams import provide_streams

            provide_streams()
        from tui.app.boot.start import start

        return start(words)
    gc.set_threshold(_GARBAGE)
    from tui.cli.main import main as run_command

    try:
        return run_command(words)
    finally:
        gc.freeze()  # spares the interpreter two searches of all there is when it ends


if __name__ == "__main__":
    sys.exit(main())
