"""The line that ends a change on a terminal: how many ended how, how long it took, and what takes it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui.cli.terminal.progress import clock_face
from tui.model.outcome import Outcome, Result

_MINUTE = 60.0  # seconds


def summarize(outcomes: Sequence[Outcome], seconds: float, *, options: str = "") -> str:
    """The summary as one line: `296 stored, 4 refused, 1.1 s; redirectory undo 41 takes it back`. `options`
    are those that `undo` needs to find the account. Empty without an outcome."""
    if not outcomes:
        return ""
    counted = Counter(outcome.result for outcome in outcomes)
    parts = [f"{counted[result]:,} {result.words}" for result in Result if counted[result]]
    lost = sum(outcome.password_lost for outcome in outcomes)
    if lost:
        parts.append(f"{lost:,} MAC password{'s' * (lost > 1)} lost")
    parts.append(f"{seconds:.1f} s" if seconds < _MINUTE else clock_face(seconds))
    return "; ".join(filter(None, (", ".join(parts), _say_way_back(outcomes, options))))


def _say_way_back(outcomes: Sequence[Outcome], options: str) -> str:
    """The command that takes back what was changed; empty where there is none, or more than one."""
    changed = [outcome for outcome in outcomes if outcome.result.is_made or outcome.result is Result.UNKNOWN]
    sure = [outcome for outcome in changed if _comes_back(outcome)]
    sets = {outcome.change_set for outcome in sure}
    if len(sets) != 1:
        return ""
    how_much = "it" if len(sure) == len(changed) else f"{len(sure):,} of {len(changed):,}"
    return f"redirectory undo {sets.pop()}{options} takes {how_much} back"


def _comes_back(outcome: Outcome) -> bool:
    """Whether undo can restore what was before: a record that was there needs its target and its MAC-ID; one
    that was not there is removed."""
    if outcome.change_set is None or not outcome.result.is_made:
        return False
    if outcome.before is None:
        return outcome.result is Result.STORED
    return outcome.mac_id is not None
