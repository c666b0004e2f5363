"""Outcomes on the screen: the one table of their signs, their counts, and a line for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from textual.content import Content

from tui.app.presentation.wording import say_outcome
from tui.model.outcome import Outcome
from tui.model.text.inert import make_inert

SENDING = "sending"
# A word for what became of a device, with its sign and colour; in the order in which they are counted.
SIGNS = {
    "stored": ("✓", "$good"),
    "removed": ("✓", "$good"),
    "unchanged": ("=", "$good"),
    "in use": ("!", "$doubt"),
    "refused": ("✗", "$bad"),
    "not made": ("✗", "$bad"),
    "not sent": ("○", "$doubt"),
    "unknown": ("?", "$doubt"),
    "not understood": ("?", "$bad"),
    "skipped": ("–", "dim"),
    SENDING: ("…", "dim"),
}


def count_outcomes(outcomes: Iterable[Outcome]) -> Content:
    """`✓ 3 removed  ✗ 1 refused`."""
    counts = Counter(outcome.result.words for outcome in outcomes)
    parts: list[Content] = []
    for word, (sign, style) in SIGNS.items():
        if counts[word]:
            parts.append(Content.assemble((sign, style), f" {counts[word]} {word}"))
    return Content("  ").join(parts)


def draw_outcome(number: int, outcome: Outcome) -> Content:
    """One line: number, device, outcome, sentence."""
    sign, style = SIGNS[outcome.result.words]
    return Content.assemble(
        f"{number:>4}  {make_inert(outcome.mac_id or outcome.mac):<17}  ",
        (f"{sign} {outcome.result.words:<9}", style),
        f" {make_inert(say_outcome(outcome))}",
    )
