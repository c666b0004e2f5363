"""Signs for terminals that cannot show every character: each becomes one of the same width that they can."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping

UTF_8 = "utf-8"
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")

# Every sign of ours, and those of the widgets that we use.
_STAND_INS: dict[str, str] = {
    **{"·": "-", "•": "*", "…": "~", "–": "-", "—": "-", "−": "-", "×": "x", "’": "'", "“": '"', "”": '"'},
    **{"✓": "+", "✗": "x", "☑": "X", "☐": "_", "⏎": "<", "⟳": "@", "◌": "o", "○": "o", "●": "*", "█": "#"},
    **{"→": ">", "←": "<", "↑": "^", "↓": "v", "›": ">", "▸": ">", "▹": ">", "▾": "v", "▴": "^", "░": ":"},
    **{"▲": "^", "▼": "v", "▒": ":", "▓": "#", "📁": "/ ", "📂": "/ ", "📄": "- ", "\u00a0": " "},
    **dict.fromkeys("─━═╍▁▂▃▄▔▀", "-"),
    **dict.fromkeys("│┃║╏▌▐▎▊▏▕▍▋▉", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼┏┓┗┛╔╗╚╝╭╮╰╯▟▜▛▙▘▗▖▝", "+"),
}
# What the fonts of the Linux console have all the same.
_CONSOLE = frozenset("─│┌┐└┘├┤┬┴┼█░▒▓▄▀▌▐←↑→↓·×")


def find_charset(environ: Mapping[str, str], *, coerced: bool = False) -> str:
    """The codec of the terminal as the locale names it; UTF-8 where none is named. `coerced`: Python found a
    locale that it does not use, and may have set LC_CTYPE by itself."""
    ctype = environ.get("LC_CTYPE", "")
    named = (
        environ.get("LC_ALL") or ("" if coerced and ctype in _COERCED else ctype) or environ.get("LANG") or ""
    )
    locale, _, modifier = named.partition("@")
    language, _, charset = locale.partition(".")
    if not charset:
        if not language or modifier.lower() == "utf8":
            return UTF_8
        if language in ("C", "POSIX"):
            return "ascii"
        charset = "iso8859-15" if modifier == "euro" else "iso8859-1"
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "ascii"


class _Table(dict[int, str]):
    """For `str.translate`: what each character becomes, found when it is first met."""

    def __init__(self, charset: str, console: bool) -> None:
        super().__init__()
        self._charset, self._console = charset, console

    def __missing__(self, point: int) -> str:
        char = chr(point)
        stand_in = _STAND_INS.get(char)
        if point < 0x80 or (self._shows(char) and not (self._console and stand_in and char not in _CONSOLE)):
            shown = char
        else:
            shown = stand_in or self._spell(char)
        self[point] = shown
        return shown

    def _shows(self, char: str) -> bool:
        try:
            return bool(char.encode(self._charset))
        except UnicodeEncodeError:
            return False

    def _spell(self, char: str) -> str:
        import unicodedata

        if unicodedata.combining(char):
            return ""
        plain = unicodedata.normalize("NFKD", char)[0]
        if plain != char and plain.isprintable() and self._shows(plain):
            return plain
        return "??" if unicodedata.east_asian_width(char) in "WF" else "?"


def translation(environ: Mapping[str, str], *, coerced: bool = False) -> Callable[[str], str] | None:
    """What turns a text into one that the terminal shows in as many columns; None if it shows everything."""
    charset = find_charset(environ, coerced=coerced)
    console = environ.get("TERM") == "linux"
    if charset == UTF_8 and not console:
        return None
    table = _Table(charset, console)
    return lambda text: text if text.isascii() else text.translate(table)


def is_coerced(utf8_mode: int, environ: Mapping[str, str]) -> bool:
    """Whether Python's UTF-8 mode was chosen by Python and not by a person; `utf8_mode` of `sys.flags`."""
    return bool(utf8_mode) and environ.get("PYTHONUTF8") != "1"
