"""Completion scripts, written from the declarations that parse: commands, options and choices."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from tui.cli.commands import COMMANDS
from tui.cli.parser import declare_command, declare_program


@dataclass(frozen=True, slots=True)
class Spelling:
    """What one command (or one of its sub-commands) can be completed with."""

    path: tuple[str, ...]
    summary: str
    options: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    takes_file: bool
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _read(path: tuple[str, ...], summary: str, parser: argparse.ArgumentParser) -> list[Spelling]:
    options: list[tuple[str, str]] = []
    words: list[str] = []
    takes_file = False
    values: list[tuple[str, tuple[str, ...]]] = []
    nested: list[Spelling] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                words.append(name)
                nested += _read((*path, name), child.description or "", child)
        elif action.option_strings:
            options += [
                (option, _plain(action.help)) for option in action.option_strings if option.startswith("--")
            ]
            if action.choices:
                choices = tuple(str(choice) for choice in action.choices)
                values += [(option, choices) for option in action.option_strings]
        elif action.choices:
            words += [str(choice) for choice in action.choices]
        takes_file = takes_file or action.metavar == "FILE"
    return [Spelling(path, summary, tuple(options), tuple(words), takes_file, tuple(values)), *nested]


def _plain(text: str | None) -> str:
    return (text or "").replace("%%", "%")


def list_spellings() -> list[Spelling]:
    """Every command and sub-command; the first is the program itself."""
    program = _read((), "", declare_program())[0]
    root = Spelling((), "", program.options, tuple(COMMANDS), False)
    spellings = [root]
    for command in COMMANDS.values():
        spellings += _read((command.name,), command.summary, declare_command(command))
    return spellings


def write_script(shell: str) -> str:
    """The completion script for `bash`, `zsh` or `fish`."""
    return {"bash": _write_bash, "zsh": _write_zsh, "fish": _write_fish}[shell](list_spellings())


def _write_cases(spellings: list[Spelling]) -> str:
    lines = []
    for spelling in spellings:
        words = " ".join([*spelling.words, *(option for option, _ in spelling.options)])
        lines.append(f'    "{" ".join(spelling.path)}") words="{words}"; files={int(spelling.takes_file)} ;;')
    return "\n".join(lines)


def _write_values(spellings: list[Spelling], take: str) -> str:
    """Cases for the values of options, by command and option."""
    return "\n".join(
        f"    '{' '.join([*spelling.path, option])}') {take.format(' '.join(choices))} ;;"
        for spelling in spellings
        for option, choices in spelling.values
    )


def _write_bash(spellings: list[Spelling]) -> str:
    paths = " ".join(f'"{" ".join(spelling.path)}"' for spelling in spellings if spelling.path)
    return f"""# bash completion for redirectory: source it, or save it in a bash-completion folder
_redirectory() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="" words="" files=0 word known
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    for known in {paths}; do
      if [ "${{path:+$path }}$word" = "$known" ]; then path="$known"; break; fi
    done
  done
  case "$path" in
{_write_cases(spellings)}
  esac
  case "$path ${{COMP_WORDS[COMP_CWORD-1]}}" in
{_write_values(spellings, 'words="{}"; files=0')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "$files" = 1 ]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}}
complete -F _redirectory redirectory
"""


def _quote(text: str) -> str:
    return text.replace("'", "'\\''")


def _write_zsh(spellings: list[Spelling]) -> str:
    cases = []
    for spelling in spellings:
        summaries = {" ".join(other.path): other.summary for other in spellings}
        entries = [
            (word, summaries.get(" ".join([*spelling.path, word]), "")) for word in spelling.words
        ] + list(spelling.options)
        described = " ".join(f"'{_quote(name)}:{_quote(text)}'" for name, text in entries)
        cases.append(
            f"    '{' '.join(spelling.path)}') entries=({described}); files={int(spelling.takes_file)} ;;"
        )
    paths = " ".join(f"'{' '.join(spelling.path)}'" for spelling in spellings if spelling.path)
    return f"""#compdef redirectory
_redirectory() {{
  local place="" word files=0
  local -a entries known
  known=({paths})
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    if (( ${{known[(Ie)${{place:+$place }}$word]}} )); then place="${{place:+$place }}$word"; fi
  done
  case "$place" in
{chr(10).join(cases)}
  esac
  case "$place ${{words[CURRENT-1]}}" in
{_write_values(spellings, "entries=({}); files=0")}
  esac
  _describe 'redirectory' entries
  (( files )) && _files
}}
if [ "$funcstack[1]" = "_redirectory" ]; then _redirectory "$@"; else compdef _redirectory redirectory; fi
"""


def _write_fish(spellings: list[Spelling]) -> str:
    lines = ["# fish completion for redirectory", "complete -c redirectory -f"]
    names = " ".join(COMMANDS)
    for spelling in spellings:
        if not spelling.path:
            condition = f"not __fish_seen_subcommand_from {names}"
        elif len(spelling.path) == 1:
            condition = f"__fish_seen_subcommand_from {spelling.path[0]}"
        else:
            condition = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in spelling.path)
        for word in spelling.words:
            summary = next((other.summary for other in spellings if other.path == (*spelling.path, word)), "")
            lines.append(f"complete -c redirectory -n '{condition}' -a '{word}' -d '{_quote(summary)}'")
        for option, text in spelling.options:
            choices = " ".join(dict(spelling.values).get(option, ()))
            taken = f" -x -a '{choices}'" if choices else ""
            lines.append(
                f"complete -c redirectory -n '{condition}' -l {option[2:]}{taken} -d '{_quote(text)}'"
            )
        if spelling.takes_file:
            lines.append(f"complete -c redirectory -n '{condition}' -F")
    return "\n".join(lines) + "\n"
