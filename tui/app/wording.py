"""The services name commands where a next step is meant; the app has keys for the same steps."""

from __future__ import annotations

import re

from tui.model.outcome import Outcome

_NAME = r"[^\s.,;:]+"
# What is longer stands first: the shorter ones would leave its rest.
_STEPS = (
    (r"redirectory accounts add, or give --server and --user", "n on Settings"),
    (r"Give --account, or: redirectory accounts use", "Choose one on Settings"),
    (r"redirectory accounts edit --keep-password", "e on Settings lets the program keep it"),
    (rf"redirectory (?:accounts|presets) edit {_NAME}", "e on Settings"),
    (r"redirectory template \w+", "n on Upload writes one"),
    (r"redirectory resolve", "c on History asks the server"),
    (r"redirectory history", "History"),
    (r"with --show-secrets", "with its secrets"),
    (r"`resolve`", "c on History"),
)


def say_keys(text: str) -> str:
    """The text with the app's keys in place of commands and options. Journals of the first release name
    commands too."""
    if "redirectory " in text or "--" in text or "`" in text:
        for pattern, step in _STEPS:
            text = re.sub(pattern, step, text)
    return text


def say_outcome(outcome: Outcome) -> str:
    """What became of a device, in a sentence; its code alone is for programs."""
    return say_keys(outcome.message) or f"{outcome.result.words.capitalize()}."
