"""`template`, `dx800-patch` and `completion`: texts that need no account."""

from __future__ import annotations

from argparse import ArgumentParser

from tui.cli.desk import Desk
from tui.cli.terminal.diagnostics import ExitCode

PAGES = ("redirectory", "ap-client")
TEMPLATE_NAMES = (
    "register",
    "register-list",
    "deregister",
    "deregister-list",
    "list",
    "list-provider",
    "check",
)


def declare_template(parser: ArgumentParser) -> None:
    """Arguments of `template`."""
    parser.add_argument("name", choices=TEMPLATE_NAMES, metavar="NAME", help=", ".join(TEMPLATE_NAMES))


def run_template(desk: Desk) -> int:
    """Print an XML-RPC template."""
    from tui.services.changes.uploading import template

    desk.out.write_text(template(desk.arguments.name))
    return ExitCode.DONE


def declare_dx800_patch(parser: ArgumentParser) -> None:
    """`dx800-patch` takes nothing."""


def run_dx800_patch(desk: Desk) -> int:
    """Print the settings; the advice goes to stderr."""
    from tui.model.vendor import write_dx800_patch

    desk.err.note(
        "Save this as a .cfg file, load it with the DX800's restore function; other variants: ask Gigaset."
    )
    desk.out.write_text(write_dx800_patch())
    return ExitCode.DONE


def declare_man(parser: ArgumentParser) -> None:
    """Arguments of `man`."""
    parser.add_argument(
        "page", nargs="?", choices=PAGES, default=PAGES[0], metavar="PAGE", help=" or ".join(PAGES)
    )


def run_man(desk: Desk) -> int:
    """Print a manual page."""
    from tui.cli.grammar.manual import write_page

    desk.out.write_text(write_page(desk.arguments.page))
    return ExitCode.DONE


def declare_completion(parser: ArgumentParser) -> None:
    """Arguments of `completion`."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")


def run_completion(desk: Desk) -> int:
    """Print a completion script."""
    from tui.cli.grammar.completion import write_script

    desk.out.write_text(write_script(desk.arguments.shell))
    return ExitCode.DONE
