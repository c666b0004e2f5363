"""The frame and the first field, painted before Textual is imported; keys typed meanwhile wait in the
terminal.

Bold, dim, reverse and underline only: right without colours and in every theme of the terminal's own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from tui.model.text.signs import UTF_8, find_charset, is_coerced

TITLES = (
    ("register", "Register"),
    ("device_info", "Device Info"),
    ("devices", "List/Deregister"),
    ("upload", "Upload"),
    ("history", "History"),
    ("settings", "Settings"),
)
_SMALLEST = (80, 20)  # below, the tabs have shorter titles
# Prompt, and what stands in the field while it is empty.
FIELDS = {
    "MAC-ID": "from the label: type, scan or paste",
    "URL": "such as http://prov.example.net/%MACD.xml",
    "Provider": "a name that you choose, such as the customer's",
}
_PROMPT_WIDTH = 10


class FirstPaint:
    """What was painted, and how to take it back. `size` is columns and rows, `modes` the terminal's own."""

    def __init__(self, frame: str, size: tuple[int, int], modes: list[Any]) -> None:
        self.frame = frame
        self.size = size
        self.modes = modes
        self._handed_over = False

    def hand_over(self) -> list[Any]:
        """Textual has the screen now and gives it back itself; the modes to set then."""
        self._handed_over = True
        return self.modes

    def take_back(self) -> None:
        """Leave the alternate screen if Textual never came to it, and set the terminal as it was."""
        import termios

        if not self._handed_over:
            self._handed_over = True
            _write("\x1b[?25h\x1b[?1049l")
        try:
            termios.tcsetattr(_input(), termios.TCSADRAIN, self.modes)
        except (termios.error, OSError, ValueError):
            return


def expects_register(options: Mapping[str, Any]) -> bool:
    """Whether Register will be the first page, as far as the names of the settings' files tell: an account is
    known, and config.toml names no other tab. A wrong guess is painted over a moment later."""
    home = os.environ.get("REDIRECTORY_HOME") or ""
    folder = os.path.join(os.path.expanduser(home), "config")
    if not home:
        base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
        folder = os.path.join(base, "redirectory")
    try:
        with open(os.path.join(folder, "config.toml"), encoding="utf-8", errors="replace") as file:
            config = file.read(65536)
    except OSError:
        config = ""
    if any(line.lstrip().startswith("start") for line in config.splitlines()):
        return False
    named = options.get("account") or options.get("server")
    known = any(os.environ.get(name) for name in ("REDIRECTORY_ACCOUNT", "REDIRECTORY_SERVER"))
    return bool(named or known or "accounts" in config) or os.path.exists(
        os.path.join(folder, "accounts.toml")
    )


def paint(page: str, account: str) -> FirstPaint | None:
    """Paint the frame with the tab of `page`, and the fields if it is Register; None, and nothing is written,
    for a terminal of which too little is known."""
    size = _measure()
    if size is None:
        return None
    import termios

    frame = draw(page, account, size)
    try:
        modes = termios.tcgetattr(_input())
        quiet = termios.tcgetattr(_input())
    except (termios.error, OSError, ValueError):
        return None
    # As Textual sets it, but for ctrl+c: an Enter typed now must not turn into a line feed.
    quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    quiet[6][termios.VMIN] = 1
    first = FirstPaint(frame, size, modes)
    try:
        termios.tcsetattr(_input(), termios.TCSANOW, quiet)
        _write(f"\x1b[?1049h\x1b[2J{frame}\x1b[m\x1b[4;{2 + _PROMPT_WIDTH}H")
    except termios.error:
        return None
    except BaseException:  # ctrl+c or a signal may come in the middle of it
        first.take_back()
        raise
    return first


def draw(page: str, account: str, size: tuple[int, int]) -> str:
    """The frame as cursor positions, SGR and text."""
    width, height = size
    rule = f"\x1b[2m{'─' * width}\x1b[m"
    parts = [f"\x1b[1;2H\x1b[1mRedirectory   \x1b[m{account}", "\x1b[2;1H"]
    for number, (page_id, title) in enumerate(TITLES, start=1):
        text = f" {number} {title} "
        parts.append(f"\x1b[1;7m{text}\x1b[m" if page_id == page else text)
        if width >= 86:
            parts.append(" ")
    parts.append(f"\x1b[3;1H{rule}\x1b[{height - 1};1H{rule}")
    if page == "register":
        for line, (prompt, hint) in enumerate(FIELDS.items(), start=4):
            parts.append(f"\x1b[{line};2H" + (prompt if line > 4 else f"\x1b[1;4m{prompt}\x1b[m"))
            parts.append(f"\x1b[{line};{2 + _PROMPT_WIDTH}H\x1b[2m{hint}\x1b[m")
    return "".join(parts)


def _measure() -> tuple[int, int] | None:
    output = sys.__stderr__
    if (
        os.environ.get("TERM", "") in ("", "dumb", "linux")
        or any(os.environ.get(name) for name in ("COLUMNS", "LINES", "TEXTUAL_DRIVER"))
        or os.environ.get("REDIRECTORY_FULL_REPAINT", "0") not in ("", "0")
        or output is None
        or not output.isatty()
        or find_charset(os.environ, coerced=is_coerced(sys.flags.utf8_mode, os.environ)) != UTF_8
    ):
        return None
    try:
        size = os.get_terminal_size(output.fileno())
    except OSError:
        return None
    width, height = size
    return (width, height) if width >= _SMALLEST[0] and height >= _SMALLEST[1] else None


def _input() -> int:
    if sys.__stdin__ is None:
        raise ValueError("no standard input")
    return sys.__stdin__.fileno()


def _write(text: str) -> None:
    if sys.__stderr__ is not None:
        sys.__stderr__.write(text)
        sys.__stderr__.flush()
