"""Dry runs as a person and a script see them: the calls that would be made, and what would stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.cli.desk import Desk
from tui.cli.reading import add_warnings, warnings_of
from tui.cli.rows import HEADINGS
from tui.cli.terminal.diagnostics import judge
from tui.cli.terminal.output import Form, Record
from tui.errors import RedirectoryError

if TYPE_CHECKING:
    from tui.services.changes.dry_run import DryRun
    from tui.services.devices.batches import PlannedCall

_FEW = 3
_MOST_SAID = 20
CALL_HEADINGS = {**HEADINGS, "macs": "MAC-IDs"}


def shorten_macs(desk: Desk, macs: Sequence[str]) -> object:
    """All devices of a call for a script; the first ones for a person."""
    if desk.out.form is not Form.TABLE or len(macs) <= _FEW:
        return list(macs)
    return f"{', '.join(macs[: _FEW - 1])} and {len(macs) - _FEW + 1} more"


def write_planned(desk: Desk, calls: Sequence[PlannedCall]) -> None:
    """The calls of a dry run, and how many they are."""
    desk.out.write_rows(
        (_describe_planned(desk, planned) for planned in calls),
        ("method", "devices", "macs", "url", "provider"),
        headings=CALL_HEADINGS,
    )
    say_planned(desk, calls)


def say_planned(desk: Desk, calls: Sequence[PlannedCall]) -> None:
    """How many calls a dry run comes to."""
    devices = len({mac[:12] for planned in calls for mac in planned.macs})
    calls_word = "call" if len(calls) == 1 else "calls"
    devices_word = "device" if devices == 1 else "devices"
    desk.err.note(f"{len(calls):,} {calls_word} for {devices:,} {devices_word}. Nothing was sent.")


def write_dry_run(desk: Desk, dry: DryRun) -> int:
    """The calls of a dry run, and what it would leave as it is; the exit code that this deserves."""
    left = [outcome for outcome in dry.told if not outcome.result.is_done]
    desk.err.list_some(
        [f"{one.mac}: {one.result.words}. {one.message}" for one in dry.told if one.result.is_done]
    )
    shown = left if desk.err.as_json else left[:_MOST_SAID]
    for one in shown:
        error = RedirectoryError(f"{one.mac}: it would be {one.result.words}. {one.message}")
        desk.err.complain(error.about(device=one.mac, line=one.line))
    if len(shown) < len(left):
        desk.err.warn(f"... and {len(left) - len(shown):,} more that would not be done")
    write_planned(desk, dry.calls)
    return judge(dry.told)


def _describe_planned(desk: Desk, planned: PlannedCall) -> Record:
    record: dict[str, object] = {
        "method": planned.method,
        "devices": len(planned.macs),
        "macs": shorten_macs(desk, planned.macs),
        "url": planned.target.url if planned.target else None,
        "provider": planned.target.provider if planned.target else None,
    }
    return add_warnings(record, warnings_of(desk, planned.macs))
