"""What is said of rows, in one place for every door: command line, plan, screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.intake.rows import Draft

_LINES_NAMED = 5


def tell_rows(drafts: Iterable[Draft]) -> list[str]:
    """Sentences on every complaint, equal ones together with their lines: first what keeps a row back, then
    what is odd, then what was folded."""
    bad: dict[str, list[int]] = {}
    odd: dict[str, list[int]] = {}
    folded: list[str] = []
    for draft in drafts:
        if not draft.ready and not draft.passed:
            bad.setdefault(draft.complaint or "Not a device.", []).append(draft.line)
        for text in draft.warnings:
            odd.setdefault(text, []).append(draft.line)
        if draft.copies:
            lines = ", ".join(map(str, draft.copies))
            folded.append(
                f"line {draft.line}: {draft.mac_text} is asked for again on line {lines}; taken once."
            )
    said = [f"{name_lines(lines)}: {text}" for kind in (bad, odd) for text, lines in kind.items()]
    return said + folded


def name_lines(lines: Sequence[int]) -> str:
    """`line 2`, `lines 2, 3, 7`, or `lines 2, 3, 4, 5, 6 and 95 more`."""
    unique = sorted(set(lines))
    named = ", ".join(map(str, unique[:_LINES_NAMED]))
    more = f" and {len(unique) - _LINES_NAMED:,} more" if len(unique) > _LINES_NAMED else ""
    return f"line{'s' if len(unique) > 1 else ''} {named}{more}"


def warnings_by_mac(drafts: Iterable[Draft]) -> dict[str, tuple[str, ...]]:
    """The warnings of each device that can be sent."""
    return {draft.identifier.mac: draft.warnings for draft in drafts if draft.identifier and draft.warnings}
