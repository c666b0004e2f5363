"""Words of scripts for sh, cmd and PowerShell: quotes, comments, ends of commands, and variables whose value
the script itself gives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tui.patterns import pattern

_WORD = pattern(r"""(?:"[^"]*"|'[^']*'|\S)++""")
_PIECE = pattern(r""""([^"]*)"|'([^']*)'|([^"']+)|["']""")
_END = pattern(r"&&?|\|\|?|;|\d?[<>].*")
_NAME = r"[A-Za-z_]\w{0,60}"
_SET = pattern(rf"""\s*(?:export\s+|readonly\s+|local\s+)?({_NAME})=("[^"]*"|'[^']*'|[^\s"';&|]*)\s*;?\s*""")
_SET_POWERSHELL = pattern(rf"""\s*\$({_NAME})\s*=\s*("[^"]*"|'[^']*')\s*;?\s*""")
_SET_BATCH = pattern(rf"""\s*@?set\s+(?:"({_NAME})=([^"]*)"|({_NAME})=(.*?))\s*""", re.IGNORECASE)
_BATCH = pattern(r"^\s*(?:@?echo\s+off|@?rem(?:\s|$)|@?set\s+\"?\w+=)", re.IGNORECASE | re.MULTILINE)
_USE = pattern(rf"\$\{{({_NAME})\}}|\$({_NAME})|(\$[({{][^)}}]{{0,60}}[)}}]?|\$[0-9@*]|`[^`]{{0,60}}`?)")
_USE_BATCH = pattern(r"%(?!MAC[CD]%|DVID%)([A-Za-z_]\w{0,60})%|%%")


class Command(NamedTuple):
    """The words of one command up to its end, and the text behind that end."""

    words: list[str]
    rest: str


class Unused(NamedTuple):
    """A value that a script gives to a name on a line, and that nothing uses."""

    line: int
    name: str
    value: str


class Variables:
    """The values that a script has given to names so far. In a batch file %% stands for %."""

    def __init__(self, text: str) -> None:
        self.batch = _BATCH.search(text) is not None
        self._values: dict[str, str] = {}
        self._waiting: dict[str, Unused] = {}
        self._replaced: list[Unused] = []

    @property
    def unused(self) -> list[Unused]:
        """The values that nothing has used, by line."""
        return sorted([*self._replaced, *self._waiting.values()])

    def take(self, line: str, number: int) -> bool:
        """Remember what the line of this number sets; False if it sets nothing."""
        batch = _SET_BATCH.fullmatch(line) if self.batch else None
        if batch is not None:
            name, value = (batch[1], batch[2]) if batch[1] else (batch[3], batch[4])
            self._set(name.lower(), Unused(number, name, self.expand(f'"{value}"')[0]))
            return True
        found = _SET.fullmatch(line) or _SET_POWERSHELL.fullmatch(line)
        if found is not None:
            value, unknown = self.expand(found[2])
            if unknown:
                self._values.pop(found[1], None)
            else:
                self._set(found[1], Unused(number, found[1], value))
        return found is not None

    def _set(self, key: str, given: Unused) -> None:
        if key in self._waiting:
            self._replaced.append(self._waiting[key])
        self._values[key], self._waiting[key] = given.value, given

    def _use(self, key: str) -> str | None:
        self._waiting.pop(key, None)
        return self._values.get(key)

    def expand(self, word: str) -> tuple[str, list[str]]:
        """A word without its quotes and with the values of its variables, and those without a value."""
        unknown: list[str] = []

        def fill(match: re.Match[str]) -> str:
            value = self._use(match[1] or match[2] or "")
            if value is None:
                unknown.append(match[0])
            return match[0] if value is None else value

        def fill_batch(match: re.Match[str]) -> str:
            if match[0] == "%%":
                return "%"
            value = self._use(match[1].lower())
            if value is None:
                unknown.append(match[0])
            return match[0] if value is None else value

        if self.batch:
            plain = "".join(piece[1] or piece[3] or "" for piece in _PIECE.finditer(word.replace("'", "\0")))
            return _USE_BATCH.sub(fill_batch, plain.replace("\0", "'")), unknown
        text = "".join(
            piece[2]
            if piece[2] is not None
            else _USE.sub(fill, piece[1] or piece[3] or "")
            if piece[0] not in ("'", '"')
            else piece[0]
            for piece in _PIECE.finditer(word)
        )
        return text, unknown


def split_words(text: str) -> list[re.Match[str]]:
    """The words of a text as written, quotes included."""
    return list(_WORD.finditer(text))


def end_command(text: str, words: Iterable[re.Match[str]]) -> Command:
    """The words up to a comment, a redirection or the end of the command."""
    kept: list[str] = []
    for word in words:
        if word[0].startswith("#") or word[0].lower() == "rem":
            return Command(kept, "")
        if _END.fullmatch(word[0]):
            return Command(kept, text[word.end() :])
        if word[0].endswith(";") and len(word[0]) > 1:
            return Command([*kept, word[0][:-1]], text[word.end() :])
        kept.append(word[0])
    return Command(kept, "")
