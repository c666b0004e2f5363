"""How far a job has come, in words: counts, rate, time left."""

from __future__ import annotations

from tui.app.widgets.device_lines import spell_count


def tell_progress(done: int, total: int, seconds: float) -> str:
    """`120 of 500 · 31/s · 12 s left`; rate and time only once a second has gone by."""
    parts = [f"{spell_count(done)} of {spell_count(total)}"]
    if done and seconds >= 1:
        rate = done / seconds
        parts.append(f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
        if done < total:
            parts.append(f"{spell_span((total - done) / rate)} left")
    return " · ".join(parts)


def draw_bar(done: int, total: int, width: int = 20) -> str:
    """Full blocks for what is done."""
    filled = min(width, width * done // max(1, total))
    return "█" * filled + "░" * (width - filled)


def spell_span(seconds: float) -> str:
    """`12 s`, `3 min`, `2 h 05 min`."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"
