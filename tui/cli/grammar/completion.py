"""Completion scripts, written from the declarations that parse: commands, options and choices."""

from __future__ import annotations

import argparse

from tui.classes import define
from tui.cli.grammar.commands import CANDIDATES, COMMANDS
from tui.cli.grammar.parser import declare_command, declare_program

# What stands behind an option, by its name: a kind of `tui.cli.grammar.candidates`.
_KINDS_BY_OPTION = {
    "--account": "accounts",
    "--preset": "presets",
    "--provider": "providers",
    "--all-of": "providers",
    "--device": "macs",
    "--change-set": "change-sets",
    "--go-on": "change-sets",
    "--set": "switches",
    "--sort": "columns",
    "--where": "conditions",
}
_KINDS_BY_METAVAR = {"MAC-ID": "macs", "MAC": "macs", "CHANGE-SET": "change-sets"}
_NAMED = {"accounts": "accounts", "presets": "presets"}
_LISTS = ("csv", "tsv", "txt", "json", "jsonl", "xml", "py", "sh", "xlsx", "xls", "ods")
_FILES = {"upload": ("xml",), "import": _LISTS, "plan": _LISTS, "apply": _LISTS}
ANY_FILE = ("any",)


@define(frozen=True, slots=True)
class Value:
    """What can stand in one place: fixed words, names of a kind that are asked for, or files by their endings
    (`any`: all). All empty: something that nobody can complete."""

    words: tuple[str, ...] = ()
    kind: str = ""
    endings: tuple[str, ...] = ()


@define(frozen=True, slots=True)
class Spelling:
    """What one command (or one of its sub-commands) can be completed with; `values` are those of options."""

    path: tuple[str, ...]
    summary: str
    options: tuple[tuple[str, str], ...]
    value: Value
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The fixed words."""
        return self.value.words


def _read(path: tuple[str, ...], summary: str, parser: argparse.ArgumentParser) -> list[Spelling]:
    options: list[tuple[str, str]] = []
    values: list[tuple[str, Value]] = []
    words: list[str] = []
    kind = ""
    endings: tuple[str, ...] = ()
    nested: list[Spelling] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                words.append(name)
                nested += _read((*path, name), child.description or "", child)
            continue
        value = _find_value(path, action)
        if action.option_strings:
            names = [option for option in action.option_strings if option.startswith("--")]
            options += [(option, _plain(action.help)) for option in names]
            values += [(option, value) for option in names if action.nargs != 0]
        else:
            words += value.words
            kind, endings = kind or value.kind, endings or value.endings
    whole = Value(tuple(words), kind, endings)
    return [Spelling(path, summary, tuple(options), whole, tuple(values)), *nested]


def _find_value(path: tuple[str, ...], action: argparse.Action) -> Value:
    option = action.option_strings[-1] if action.option_strings else ""
    if action.choices:
        return Value(tuple(map(str, action.choices)))
    if action.metavar == "FILE":
        return Value(endings=ANY_FILE if option else _FILES.get(path[0], ANY_FILE))
    if option:
        return Value(kind=_KINDS_BY_OPTION.get(option, ""))
    if action.metavar == "NAME" and path[-1] != "add":
        return Value(kind=_NAMED.get(path[0], ""))
    return Value(kind=_KINDS_BY_METAVAR.get(str(action.metavar), ""))


def _plain(text: str | None) -> str:
    return (text or "").replace("%%", "%")


def list_spellings() -> list[Spelling]:
    """Every command and sub-command; the first is the program itself."""
    program = _read((), "", declare_program())[0]
    root = Spelling((), "", program.options, Value(tuple(COMMANDS)), program.values)
    spellings = [root]
    for command in COMMANDS.values():
        spellings += _read((command.name,), command.summary, declare_command(command))
    return spellings


def write_script(shell: str) -> str:
    """The completion script for `bash`, `zsh` or `fish`."""
    return {"bash": _write_bash, "zsh": _write_zsh, "fish": _write_fish}[shell](list_spellings())


def _write_cases(spellings: list[Spelling]) -> str:
    return "\n".join(
        f"    '{' '.join(spelling.path)}') words=\"{_join_words(spelling)}\";"
        f" {_write_bash_value(spelling.value)} ;;"
        for spelling in spellings
    )


def _join_words(spelling: Spelling) -> str:
    return " ".join([*spelling.words, *(option for option, _ in spelling.options)])


def _write_bash_value(value: Value) -> str:
    return f'kind="{value.kind}"; endings="{" ".join(value.endings)}"'


def _write_values(spellings: list[Spelling]) -> str:
    """Cases for the values of options, by command and option."""
    return "\n".join(
        f"    '{' '.join([*spelling.path, option])}') words=\"{' '.join(value.words)}\";"
        f" {_write_bash_value(value)} ;;"
        for spelling in spellings
        for option, value in spelling.values
    )


def _write_bash(spellings: list[Spelling]) -> str:
    # Names come from servers: nothing of them may reach `compgen -W`, which expands what it is given.
    paths = " ".join(f'"{" ".join(spelling.path)}"' for spelling in spellings if spelling.path)
    return f"""# bash completion for redirectory: source it, or save it in a bash-completion folder
_redirectory() {{
  local at=$COMP_CWORD current="${{COMP_WORDS[COMP_CWORD]}}" cut="" last="" word known
  local path="" words="" kind="" endings="" account=""
  # The shell cuts a word at = and : (COMP_WORDBREAKS); what it completes is the last part alone.
  case "$current" in
    [=:]) [ "$at" -gt 1 ] && {{ at=$((at - 1)); cut="${{COMP_WORDS[at]}}$current"; current="$cut"; }} ;;
    *) case "${{COMP_WORDS[at-1]}}" in
         [=:]) [ "$at" -gt 2 ] && {{
           at=$((at - 2)); cut="${{COMP_WORDS[at]}}${{COMP_WORDS[at+1]}}"; current="$cut$current"; }} ;;
       esac ;;
  esac
  last="${{COMP_WORDS[at-1]}}"
  case "$current" in --*=*) last="${{current%%=*}}"; current="${{current#*=}}"; cut="" ;; esac
  for ((word = 1; word < at; word++)); do
    [ "${{COMP_WORDS[word-1]}}" = "--account" ] && account="${{COMP_WORDS[word]}}"
    for known in {paths}; do
      if [ "${{path:+$path }}${{COMP_WORDS[word]}}" = "$known" ]; then path="$known"; break; fi
    done
  done
  case "$path" in
{_write_cases(spellings)}
  esac
  case "$path $last" in
{_write_values(spellings)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$kind" ] && [ "${{current#-}}" = "$current" ]; then
    while IFS= read -r word; do
      word="${{word#"$cut"}}"
      case "$current" in
        [\\"\\']*) ;;
        *) case "$word" in *[!A-Za-z0-9_.:=@/+-]*) printf -v word '%q' "$word" ;; esac ;;
      esac
      COMPREPLY+=("$word")
    done < <("${{COMP_WORDS[0]:-redirectory}}" {CANDIDATES} "$kind" "$current" "$account" 2>/dev/null)
    case "${{COMPREPLY[*]-}}" in *=|*:) compopt -o nospace 2>/dev/null ;; esac
  fi
  if [ -n "$endings" ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do
      for known in $endings; do
        case "$known" in
          any) COMPREPLY+=("$word"); break ;;
          *) case "${{word,,}}" in *."$known") COMPREPLY+=("$word"); break ;; esac ;;
        esac
      done
      [ -d "$word" ] && [ "$known" != any ] && COMPREPLY+=("$word")
    done < <(compgen -f -- "$current")
  fi
  return 0
}}
complete -F _redirectory redirectory
"""


def _quote(text: str) -> str:
    return text.replace("'", "'\\''")


def _describe_entries(spelling: Spelling, spellings: list[Spelling]) -> str:
    summaries = {" ".join(other.path): other.summary for other in spellings}
    entries = [(word, summaries.get(" ".join([*spelling.path, word]), "")) for word in spelling.words]
    described = ((name.replace(":", "\\:"), text) for name, text in [*entries, *spelling.options])
    return " ".join(f"'{_quote(name)}:{_quote(text)}'" for name, text in described)


def _write_zsh_value(value: Value) -> str:
    pattern = (
        "*"
        if value.endings == ANY_FILE
        else f"(#i)*.({'|'.join(value.endings)})(-.)"
        if value.endings
        else ""
    )
    return f"kind='{value.kind}'; files='{pattern}'"


def _write_zsh(spellings: list[Spelling]) -> str:
    cases = "\n".join(
        f"    '{' '.join(spelling.path)}') entries=({_describe_entries(spelling, spellings)});"
        f" {_write_zsh_value(spelling.value)} ;;"
        for spelling in spellings
    )
    values = "\n".join(
        f"    '{' '.join([*spelling.path, option])}') entries=({' '.join(value.words)});"
        f" {_write_zsh_value(value)} ;;"
        for spelling in spellings
        for option, value in spelling.values
    )
    paths = " ".join(f"'{' '.join(spelling.path)}'" for spelling in spellings if spelling.path)
    return f"""#compdef redirectory
_redirectory() {{
  local place="" word last="" account="" kind="" files=""
  local -a entries known found
  known=({paths})
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    [[ "$last" == "--account" ]] && account="$word"
    last="$word"
    if (( ${{known[(Ie)${{place:+$place }}$word]}} )); then place="${{place:+$place }}$word"; fi
  done
  case "$place" in
{cases}
  esac
  case "$place ${{words[CURRENT-1]}}" in
{values}
  esac
  (( ${{#entries}} )) && _describe 'redirectory' entries
  if [[ -n "$kind" ]]; then
    found=("${{(@f)$("${{words[1]:-redirectory}}" {CANDIDATES} "$kind" "$PREFIX" "$account" 2>/dev/null)}}")
    found=("${{(@)found:#}}")
    (( ${{#found}} )) && compadd -- "${{(@)found:#*=}}"
    compadd -S '' -- "${{(@M)found:#*=}}"
  fi
  [[ -n "$files" ]] && _files -g "$files"
}}
if [ "$funcstack[1]" = "_redirectory" ]; then _redirectory "$@"; else compdef _redirectory redirectory; fi
"""


def _write_fish_value(value: Value) -> str:
    if value.kind:
        return f" -a '(__redirectory_names {value.kind})'"
    if value.endings == ANY_FILE:
        return " -F"
    if value.endings:
        return f" -a '({'; '.join(f'__fish_complete_suffix .{ending}' for ending in value.endings)})'"
    return f" -a '{' '.join(value.words)}'" if value.words else ""


def _write_fish(spellings: list[Spelling]) -> str:
    lines = [
        "# fish completion for redirectory",
        "function __redirectory_names",
        "    set -l words (commandline -opc)",
        "    set -l account ''",
        "    set -l at (contains -i -- --account $words)",
        "    and test $at -lt (count $words); and set account $words[(math $at + 1)]",
        f"    $words[1] {CANDIDATES} $argv[1] (commandline -ct) $account 2>/dev/null",
        "end",
        "complete -c redirectory -f",
    ]
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
        values = dict(spelling.values)
        for option, text in spelling.options:
            taken = f" -r{_write_fish_value(values[option])}" if option in values else ""
            lines.append(
                f"complete -c redirectory -n '{condition}' -l {option[2:]}{taken} -d '{_quote(text)}'"
            )
        if spelling.value.kind or spelling.value.endings:
            lines.append(f"complete -c redirectory -n '{condition}'{_write_fish_value(spelling.value)}")
    return "\n".join(lines) + "\n"
