"""The command line's grammar. Only the command that was asked for is declared: the others cost nothing."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from tui import __version__
from tui.cli.grammar.commands import COMMANDS, Command
from tui.cli.terminal.output import Output
from tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


PURPOSE = "Register, look up and deregister VoIP phones at the Gigaset Redirect server."
EPILOG = (
    "Without a command the application opens. `redirectory COMMAND --help` explains one command,"
    " `redirectory man | man -l -` all of them."
)


class _Formatter(argparse.HelpFormatter):
    """argparse's, which imports shutil for the width of the terminal whenever an argument is declared."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_find_width() - 2)


class _PlainFormatter(_Formatter, argparse.RawDescriptionHelpFormatter):
    pass


def _find_width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (AttributeError, ValueError, OSError):
        return 80


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of leaving the program. Each command has `--quiet`,
    which main reads before anything is parsed; the program itself, which opens the application, has not."""

    def __init__(self, *, quiet: bool = True, **options: Any) -> None:
        # An abbreviation of today may be another option tomorrow.
        super().__init__(**{"formatter_class": _Formatter, "allow_abbrev": False, **options})
        if quiet:
            self.add_argument(
                "-q", "--quiet", action="store_true", help="say nothing on stderr but errors and questions"
            )

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse passes over an output that cannot be written.
        if message:
            Output(stream=file).write_text(message)

    def format_help(self) -> str:
        """The help, and what stands below the options."""
        from tui.cli.grammar.explanations import ACCOUNT, EXPLANATIONS

        words = self.prog.partition(" ")[2]
        if words not in EXPLANATIONS:
            return super().format_help()
        text = super().format_help()
        variables = ACCOUNT if "\naccount:\n" in text else {}
        return f"{text}\n{EXPLANATIONS[words].write(variables)}"

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            f"{message[:1].upper()}{message[1:]}.",
            hint=f"See: {self.prog} --help",
            detail=self.format_usage().strip(),
        )


def declare_app(parser: argparse.ArgumentParser) -> None:
    """Options of the application itself."""
    parser.add_argument("--version", action="version", version=f"redirectory {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="open on a throw-away sandbox with sample devices"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    declare_account(parser)


def declare_account(parser: argparse.ArgumentParser) -> None:
    """Which account to use."""
    group = parser.add_argument_group("account")
    group.add_argument("--account", metavar="NAME", help="a stored account (or REDIRECTORY_ACCOUNT)")
    group.add_argument("--server", metavar="URL", help="server name or URL (or REDIRECTORY_SERVER)")
    group.add_argument(
        "--user", metavar="U", help="user name (or REDIRECTORY_USER); password: REDIRECTORY_PASSWORD"
    )


def declare_dry_run(parser: argparse.ArgumentParser, shows: str = "which calls would be made") -> None:
    """`--dry-run`."""
    parser.add_argument("--dry-run", action="store_true", help=f"show {shows}; change nothing")


def declare_everywhere(parser: argparse.ArgumentParser) -> None:
    """Add `--all-accounts`."""
    parser.add_argument(
        "--all-accounts",
        action="store_true",
        help="ask all stored accounts at the same time; one that fails is named and the others still answer."
        " REDIRECTORY_PASSWORD is for one account and not used",
    )


def declare_form(
    parser: argparse.ArgumentParser, *, secrets: bool = True, exports: Mapping[str, str] | None = None
) -> None:
    """How rows are written. `exports` are more forms, by name, that the command writes by itself."""
    group = parser.add_argument_group("output")
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--json", dest="form", action="store_const", const="json", help="one JSON object a line"
    )
    either.add_argument(
        "--csv", dest="form", action="store_const", const="csv", help="comma-separated, with a header"
    )
    for name, meaning in (exports or {}).items():
        either.add_argument(f"--{name}", dest="export", action="store_const", const=name, help=meaning)
    if secrets:
        group.add_argument(
            "--show-secrets", action="store_true", help="show MAC passwords and credentials in URLs"
        )


def read_count(text: str, *, least: int = 1) -> int:
    """The number of rows or devices that an option gives. Raises ArgumentTypeError."""
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} on")


def declare_command(command: Command, *, prog: str = "redirectory") -> Parser:
    """The parser of one command."""
    parser = Parser(
        prog=f"{prog} {command.name}", description=f"{command.summary[:1].upper()}{command.summary[1:]}."
    )
    getattr(command.load(), f"declare_{command.stem}")(parser)
    return parser


def declare_program(*, prog: str = "redirectory") -> Parser:
    """The parser that knows the application's options and lists the commands."""
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())
    parser = Parser(
        prog=prog,
        quiet=False,
        description=PURPOSE,
        formatter_class=_PlainFormatter,
        epilog=f"commands:\n{lines}\n\n{EPILOG}",
        usage=f"{prog} [--demo] [--no-mouse] [--account NAME] | {prog} COMMAND ...",
    )
    declare_app(parser)
    return parser


def find_command(word: str) -> Command:
    """The command called `word`. Raises UsageError with the nearest name."""
    command = COMMANDS.get(word)
    if command is None:
        from difflib import get_close_matches

        near = get_close_matches(word, COMMANDS, n=1)
        raise UsageError(
            f"There is no command {word!r}.",
            hint=f"Did you mean {near[0]!r}?" if near else "See: redirectory --help",
        )
    return command


def parse(command: Command, words: Sequence[str]) -> argparse.Namespace:
    """The arguments of one command. Raises UsageError."""
    return (
        declare_command(command).parse_intermixed_args(list(words))
        if _has_positionals(command)
        else declare_command(command).parse_args(list(words))
    )


def _has_positionals(command: Command) -> bool:
    return command.name in {"register", "info", "deregister", "retarget"}
