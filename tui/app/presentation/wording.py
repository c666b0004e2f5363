"""The services name commands where a next step is meant; the app has keys for the same steps."""

from __future__ import annotations

import re
from functools import cache

from tui.model.outcome import Outcome

_NAME = r"[^\s.,;:]+"


@cache
def _steps() -> tuple[tuple[re.Pattern[str], str], ...]:
    # What is longer stands first: the shorter ones would leave its rest.
    return (
        (
            re.compile(r"redirectory accounts add, or give --server and --user"),
            "n on Settings",
        ),
        (re.compile(r"Give --account, or: redirectory accounts use"), "Choose one on Settings"),
        (re.compile(r"redirectory accounts edit --keep-password"), "e on Settings lets the program keep it"),
        (re.compile(rf"redirectory (?:accounts|presets) edit {_NAME}"), "e on Settings"),
        (re.compile(r"redirectory template \w+"), "n on Upload writes one"),
        (re.compile(r"redirectory resolve"), "c on History asks the server"),
        (re.compile(r"redirectory history"), "History"),
        (re.compile(r"with --show-secrets"), "with its secrets"),
        (re.compile(r"`resolve`"), "c on History"),
    )


def say_keys(text: str) -> str:
    """The text with the app's keys in place of commands and options. Journals of the first release name
    commands too."""
    if "redirectory " in text or "--" in text or "`" in text:
        for pattern, step in _steps():
            text = pattern.sub(step, text)
    return text


def say_outcome(outcome: Outcome) -> str:
    """What became of a device, in a sentence; its code alone is for programs."""
    return say_keys(outcome.message) or f"{outcome.result.words.capitalize()}."
