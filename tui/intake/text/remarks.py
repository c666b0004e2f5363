"""What a script holds without carrying it out: remarks of sh, cmd, PowerShell and others, texts that it only
prints, and texts that it hands to another program."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.patterns import pattern

_LINES = pattern(r"\r\n|\n|\r")
# A share on Windows may begin with // too, and a quoted program with an apostrophe.
_REMARK = pattern(
    r"""[\s@(]*(?:\#|;|:|rem(?![\w./\\-])|--(?=\s|ap-client|python)|//(?!\w[\w.-]*/)|<!--|<\#|/\*"""
    r"""|'(?!(?:[^'\s]*|[^']*(?:ap-client(?:\.py)?|python[\w.]*|\.exe))'))""",
    re.IGNORECASE,
)
_BLOCKS = {"<#": "#>", "<!--": "-->", "/*": "*/"}
_OPENED = pattern(r"<\#|<!--|^\s*/\*")
_HERE = pattern(r"""(?<![<\w])<<-?\s{0,4}(["']?)\\?(\w{1,60})\1(?=[\s;|&>)]|$)""")
_HERE_POWERSHELL = pattern(r"""@(["'])\s*$""")
# What reads commands carries out the text that it is handed.
_SHELLS = pattern(
    r"(?:^|[\s;&|(/])(?:ba|da|k|z|a)?sh\b|\b(?:ssh|sudo|su|docker|kubectl|powershell|pwsh|cmd)\b"
)
_TOKEN = pattern(r""""[^"]*(?:"|$)|'[^']*(?:'|$)|&&?|\|\|?|;|[^\s"'&|;]+""")
_NAMED = pattern(r"(?:.*>)?[@({$!]*([A-Za-z-]+)[.:(]?.*", re.DOTALL)
_PRINTING = frozenset(
    [
        "echo",
        "printf",
        "print",
        "puts",
        "logger",
        "grep",
        "write-host",
        "write-output",
        "write-verbose",
        "write-debug",
    ]
)
REMARK = "This call is commented out; it was passed over."
PRINTED = "This line only prints a call; it was passed over."
HANDED = "This call stands in a text that the script does not carry out; it was passed over."


def number_lines(text: str) -> Iterator[tuple[int, str]]:
    """(1-based number, line) of every line.

    str.splitlines would also break at the separators that scanners send.
    """
    return enumerate(_LINES.split(text), 1)


def is_remark(line: str) -> bool:
    """Whether a whole line is a remark."""
    return _REMARK.match(line[:400]) is not None


def tell_idle(front: str) -> str:
    """Why what stands behind this part of a line is not carried out, as a sentence; empty if it is."""
    begins = True
    printed = False
    for token in _TOKEN.findall(front):
        if token[0] in "&|;":
            begins, printed = True, False
            continue
        if token[0] == "#" or token == "//" or (begins and token[0] != "'" and is_remark(token)):
            return REMARK
        named = _NAMED.fullmatch(token)
        word = named[1].lower() if named else ""
        if word == "rem":
            return REMARK
        printed |= word in _PRINTING
        begins = False
    return PRINTED if printed else ""


def skip_command(line: str, at: int) -> str:
    """The part of a line behind the command that stands at this place."""
    ends = (token.end() for token in _TOKEN.finditer(line) if token[0][0] in "&|;" and token.start() >= at)
    return line[next(ends, len(line)) :]


class Blocks:
    """Follows the remarks and texts of several lines through a script."""

    def __init__(self, text: str) -> None:
        # A text that never ends is none: what looks like its beginning was something else.
        self._ends = (
            {line.strip() for _, line in number_lines(text)} if "<<" in text or "@" in text else set()
        )
        self._end = ""
        self._reason = ""

    def part(self, line: str) -> tuple[str, str, str]:
        """The part of a line outside of such blocks, the part within, and why that is not carried out."""
        if self._end and self._reason == HANDED:
            if line.strip().startswith(self._end):
                self._end = ""
            return "", line, HANDED
        live, idle = "", ""
        while line:
            if self._end:
                within, found, line = line.partition(self._end)
                idle += f"{within} "
                self._end = "" if found else self._end
                continue
            opened = _OPENED.search(line)
            if opened is None:
                live += line
                break
            live += f"{line[: opened.start()]} " if opened.start() else ""
            self._end, self._reason = _BLOCKS[opened[0].strip()], REMARK
            line = line[opened.end() :]
        self._look_behind(live)
        return live, idle, REMARK

    def _look_behind(self, live: str) -> None:
        """Whether the lines below are a text that this line hands on."""
        if self._end or ("<<" not in live and "@" not in live) or live.lstrip().startswith("#"):
            return
        here = _HERE.search(live)
        if here is not None and here[2] in self._ends and not _SHELLS.search(live[: here.start()]):
            self._end, self._reason = here[2], HANDED
        elif (quote := _HERE_POWERSHELL.search(live)) is not None:
            end = f"{quote[1]}@"
            if any(line.startswith(end) for line in self._ends):
                self._end, self._reason = end, HANDED
