"""Entry of the command line: find the command, run it, turn every end into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tui.cli.grammar.commands import CANDIDATES, COMMANDS
from tui.cli.terminal.diagnostics import Diagnostics, ExitCode, holds_option
from tui.cli.terminal.output import OutputFailed
from tui.cli.terminal.streams import guard_output, provide_streams
from tui.errors import Defect, Interrupted, RedirectoryError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` without the program's name. Returns the exit code (see `ExitCode`)."""
    words = list(sys.argv[1:] if argv is None else argv)
    provide_streams()
    # Errors of the parser heed these options too.
    diagnostics = Diagnostics(
        as_json=holds_option(words, "--json"), quiet=holds_option(words, "-q", "--quiet")
    )
    return guard_output(lambda: _run_to_end(words, diagnostics), diagnostics)


def _run_to_end(words: Sequence[str], diagnostics: Diagnostics) -> int:
    try:
        return run(words, diagnostics)
    except (BrokenPipeError, OutputFailed):
        raise
    except RedirectoryError as error:
        return diagnostics.fail(error)
    except KeyboardInterrupt as end:
        # As a shell tells the end by a signal; only SIGINT comes without a number.
        code = 128 + int(getattr(end, "number", 2))
        if diagnostics.as_json:
            return diagnostics.fail(Interrupted("Interrupted."), code)
        diagnostics.note("interrupted")
        return code
    except Exception as error:
        return _report_defect(error, diagnostics)


def run(words: Sequence[str], diagnostics: Diagnostics) -> int:
    """Parse and run. Raises RedirectoryError."""
    from tui.cli.grammar.parser import declare_program, find_command, parse

    if not words or words[0].startswith("-"):
        parser = declare_program()
        parser.parse_args(list(words))
        parser.print_help()
        return int(ExitCode.DONE)
    if words[0] == CANDIDATES:
        from tui.cli.grammar.candidates import write_candidates

        return write_candidates(words[1:])
    command = find_command(words[0])
    from tui.cli.desk import Desk

    arguments = parse(command, words[1:])
    desk = Desk(arguments, diagnostics=diagnostics)
    if command.name != "config" or arguments.action != "check":
        desk.say_mistakes()
    code: int = getattr(command.load(), f"run_{command.stem}")(desk)
    return int(code)


def _report_defect(error: Exception, diagnostics: Diagnostics) -> int:
    # A traceback may show secrets in its values: only the place is told.
    place = ""
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        place = f"{os.path.basename(code.co_filename)}:{traceback.tb_lineno} in {code.co_name}"
        traceback = traceback.tb_next
    return diagnostics.fail(
        Defect(
            f"This is a defect of the program: {type(error).__name__} at {place}.",
            hint="Please report it. Changes already sent are in the journal: redirectory history",
        )
    )


__all__ = ["COMMANDS", "main", "run"]
