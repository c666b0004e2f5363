"""Looks that belong to Python, because Textual's style variables end at their file: themes and sheet
order.
"""

from __future__ import annotations

from pathlib import Path

from textual.theme import BUILTIN_THEMES, Theme

DEFAULT_THEME = "ansi-dark"

# Base first; then one sheet per screen, named like its module.
SHEETS = (
    "base.tcss",
    "chrome.tcss",
    "forms.tcss",
    "tables.tcss",
    "dialogs.tcss",
    "start.tcss",
    "register.tcss",
    "check.tcss",
    "device_info.tcss",
    "devices.tcss",
    "upload.tcss",
    "plan.tcss",
    "history.tcss",
    "settings.tcss",
)

# What the frame and Register need; the others are read behind the first frame.
FIRST_SHEETS = (*SHEETS[:3], "register.tcss")

# What a person may choose; the first two use the terminal's own sixteen colours, so they cost few bytes.
THEMES = {
    "ansi-dark": "the terminal's own colours, for a dark background",
    "ansi-light": "the terminal's own colours, for a light background",
    "textual-dark": "true colour, dark; more bytes per screen",
    "textual-light": "true colour, light; more bytes per screen",
}


def variables(theme: Theme) -> dict[str, str]:
    """Our colour names for every sheet: a sign and a word always come first, colour only repeats them."""
    if theme.ansi:
        return {
            "quiet": "ansi_bright_black" if theme.dark else "ansi_black",
            "good": "ansi_green",
            "bad": "ansi_red",
            "doubt": "ansi_yellow" if theme.dark else "ansi_magenta",
            "accent-text": "ansi_cyan" if theme.dark else "ansi_blue",
        }
    return {
        "quiet": "#8a8a8a" if theme.dark else "#6c6c6c",
        "good": "#5faf5f" if theme.dark else "#2f7d32",
        "bad": "#e06c6c" if theme.dark else "#b3261e",
        "doubt": "#d7af5f" if theme.dark else "#8a5a00",
        "accent-text": "#5fafd7" if theme.dark else "#005f87",
    }


def choose(name: str) -> str:
    """The theme of that name if there is one, else ours."""
    return name if name in BUILTIN_THEMES else DEFAULT_THEME


def sheet_folder() -> Path:
    """Where the style sheets are."""
    from tui.settings.files.paths import styles_dir

    return styles_dir()


def sheets(folder: Path) -> list[Path]:
    """The sheets in their order."""
    return [folder / name for name in SHEETS]
