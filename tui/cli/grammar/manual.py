"""The manual pages, written from the declarations that parse and from what help says below them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from tui import __version__
from tui.cli.ap_client import HELP as AP_CLIENT
from tui.cli.grammar import explanations
from tui.cli.grammar.commands import COMMANDS
from tui.cli.grammar.explanations import EXPLANATIONS
from tui.cli.grammar.parser import EPILOG, PURPOSE, declare_command, declare_program


def write_page(page: str) -> str:
    """The page of a program, as `man` formats it."""
    return "\n".join({"redirectory": _write_redirectory, "ap-client": _write_ap_client}[page]()) + "\n"


def _write_redirectory() -> Iterator[str]:
    yield from _begin("redirectory", PURPOSE)
    yield from (".B redirectory", _escape("[--demo] [--no-mouse] [--account NAME]"), ".br")
    yield from (".B redirectory", ".I COMMAND", "\\&...", ".SH DESCRIPTION", _escape(EPILOG), ".SH OPTIONS")
    yield from _write_options(declare_program())
    yield ".SH COMMANDS"
    for command in COMMANDS.values():
        yield from _write_command(declare_command(command))
    yield ".SH EXIT STATUS"
    yield from _write_table(explanations.ALL_CODES)
    yield ".SH ENVIRONMENT"
    yield from _write_table(explanations.list_variables())
    yield ".SH FILES"
    yield _escape("redirectory paths prints where each of them is. Only config.toml is yours to write.")
    yield from _write_table(explanations.FILES)
    yield from (".SH SEE ALSO", ".BR ap\\-client (1)")


def _write_ap_client() -> Iterator[str]:
    usage, _, rest = AP_CLIENT.partition("\n\n")
    about, _, words = rest.partition("\n\n")
    yield from _begin("ap-client", about.rstrip("."))
    yield from _write_lines(usage.removeprefix("usage: ").splitlines())
    yield ".SH OPTIONS"
    yield from _write_lines(words.splitlines())
    yield ".SH ENVIRONMENT"
    yield from _write_table({"REDIRECTORY_PASSWORD": "the password, where PASS is -"})
    yield from (".SH SEE ALSO", ".BR redirectory (1)")


def _begin(name: str, purpose: str) -> Iterator[str]:
    yield f'.TH {_escape(name.upper())} 1 "" "redirectory {_escape(__version__)}" "User Commands"'
    yield from (
        ".SH NAME",
        _escape(f"{name} - {purpose[:1].lower()}{purpose[1:].rstrip('.')}"),
        ".SH SYNOPSIS",
    )


def _write_command(parser: argparse.ArgumentParser) -> Iterator[str]:
    """A command, then those below it."""
    words = parser.prog.partition(" ")[2]
    yield from (f".SS {_escape(words)}", _escape(parser.description or ""), ".PP")
    yield from _write_lines([" ".join(parser.format_usage().removeprefix("usage: ").split())], wrap=True)
    yield from _write_options(parser)
    explanation = EXPLANATIONS[words]
    yield from (".TP", "Examples")
    yield from _write_lines(explanation.examples)
    yield from (".TP", "Exit codes")
    yield _escape(
        "; ".join(f"{code}: {meaning.replace(';', ',')}" for code, meaning in explanation.codes.items())
    )
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from _write_command(child)


def _write_options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or "--help" in action.option_strings:
            continue
        name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        value = (
            f" {action.metavar or action.dest.upper()}" if action.option_strings and action.nargs != 0 else ""
        )
        yield from (
            ".TP",
            f"\\fB{_escape(name)}\\fR{_escape(value)}",
            _escape((action.help or "").replace("%%", "%")),
        )


def _write_table(rows: Mapping[int, str] | Mapping[str, str]) -> Iterator[str]:
    for name, meaning in rows.items():
        yield from (".TP", f"\\fB{_escape(str(name))}\\fR", _escape(meaning))


def _write_lines(lines: Iterator[str] | list[str] | tuple[str, ...], *, wrap: bool = False) -> Iterator[str]:
    """Lines as they are; with `wrap` one that may be broken."""
    if wrap:
        yield from map(_escape, lines)
        return
    yield ".nf"
    yield from (_escape(line) for line in lines)
    yield ".fi"


def _escape(text: str) -> str:
    """A text that roff prints as it is, on one line."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("\n", " ")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
