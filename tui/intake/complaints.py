"""What is said of rows, in one place for every door: command line, plan, screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.intake.rows import Draft

_LINES_NAMED = 5


def tell_rows(drafts: Sequence[Draft]) -> list[str]:
    """Sentences on every complaint, equal ones together with their lines: first what keeps a row back, then
    what is odd, then what was folded."""
    return [*tell_bad_rows(drafts), *tell_odd_rows(drafts)]


def complaint_of(draft: Draft) -> str | None:
    """What keeps a row back that should be a device; None where nothing does."""
    return None if draft.ready or draft.passed else draft.complaint or "Not a device."


def tell_bad_rows(drafts: Iterable[Draft]) -> list[str]:
    """Sentences on what keeps rows back, equal ones together with their lines."""
    bad: dict[str, list[int]] = {}
    for draft in drafts:
        complaint = complaint_of(draft)
        if complaint is not None:
            bad.setdefault(complaint, []).append(draft.line)
    return [f"{name_lines(lines)}: {text}" for text, lines in bad.items()]


def tell_odd_rows(drafts: Iterable[Draft]) -> list[str]:
    """Sentences on what is odd about rows, equal ones together with their lines, and on what was folded."""
    odd: dict[str, list[int]] = {}
    folded: list[str] = []
    for draft in drafts:
        for text in draft.warnings:
            odd.setdefault(text, []).append(draft.line)
        # A line may name its device twice, as MAC and as MAC-ID.
        if elsewhere := [line for line in draft.copies if line != draft.line]:
            lines = ", ".join(map(str, elsewhere))
            folded.append(
                f"line {draft.line}: {draft.mac_text} is asked for again on line {lines}; taken once."
            )
    return [f"{name_lines(lines)}: {text}" for text, lines in odd.items()] + folded


def name_lines(lines: Sequence[int]) -> str:
    """`line 2`, `lines 2, 3, 7`, or `lines 2, 3, 4, 5, 6 and 95 more`."""
    unique = sorted(set(lines))
    named = ", ".join(map(str, unique[:_LINES_NAMED]))
    more = f" and {len(unique) - _LINES_NAMED:,} more" if len(unique) > _LINES_NAMED else ""
    return f"line{'s' if len(unique) > 1 else ''} {named}{more}"


def warnings_by_mac(drafts: Iterable[Draft]) -> dict[str, tuple[str, ...]]:
    """The warnings of each device that can be sent."""
    return {draft.identifier.mac: draft.warnings for draft in drafts if draft.identifier and draft.warnings}
