"""A change while it runs: outcomes written as they come, progress for a person, and an orderly stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

from tui.cli.desk import Desk
from tui.cli.output import Form, Record
from tui.cli.progress import Progress
from tui.cli.reading import add_warnings
from tui.cli.rows import HEADINGS, choose_outcome_columns, describe_outcome
from tui.model.outcome import Outcome, Result
from tui.services.control import Control

STOPPING = "Stopping. Calls in flight are waited for; Ctrl+C again leaves at once."
LEFT = "`redirectory resolve` settles what is open."
UNVERIFIED = (
    "The MAC password of {} was not kept: where bare MACs are sent, the answer does not prove which device a"
    " password belongs to. Registered by its MAC-ID, a device's password is kept."
)
NEEDS_MAC_ID = "Where the MAC-ID is not known here: give it, or add --bare to try the bare MAC."


def carry_out(
    desk: Desk, start: Callable[[Control], Iterator[Outcome]], *, total: int | None = None
) -> list[Outcome]:
    """Run a change to its end, write its outcomes and return them.

    The first Ctrl+C cancels what was not sent yet; when that is settled, KeyboardInterrupt is raised, as it
    is at once by the second. A reader of stdout that goes away does not stop the change.
    """
    control = Control()
    seen: list[Outcome] = []
    progress = Progress(sys.stderr, total)
    desk.out.before_write = desk.err.before_write = progress.clear
    with (
        _heeding_interrupts(desk, control) as stopped,
        closing(_describe(start(control), desk, seen, progress)) as records,
    ):
        try:
            desk.out.write_rows(records, choose_outcome_columns(desk.out), headings=HEADINGS)
        except BrokenPipeError:
            desk.out.drop()
            for _ in records:
                continue
        finally:
            progress.clear()
    if any(outcome.code == "mac_id_missing" for outcome in seen):
        desk.err.note(NEEDS_MAC_ID)
    unverified = sum(outcome.code == "password_unverified" for outcome in seen)
    if unverified:
        desk.err.note(UNVERIFIED.format("1 device" if unverified == 1 else f"{unverified:,} devices"))
    if stopped.is_set():
        unsent = sum(outcome.result is Result.SKIPPED and outcome.code == "cancelled" for outcome in seen)
        desk.err.note(f"{unsent} of {len(seen)} were not sent. The journal has every outcome.")
        raise KeyboardInterrupt
    return seen


def _describe(
    outcomes: Iterator[Outcome], desk: Desk, seen: list[Outcome], progress: Progress
) -> Generator[Record]:
    try:
        for outcome in outcomes:
            seen.append(outcome)
            progress.advance()
            record = describe_outcome(
                outcome, show_secrets=desk.out.show_secrets, brief=desk.out.form is Form.TABLE
            )
            warned = None if desk.row_warnings is None else desk.row_warnings.get(outcome.mac, ())
            yield add_warnings(record, warned)
    finally:
        # Closed here and not by the garbage collector: the rest must be settled while the journal is open.
        if isinstance(outcomes, Generator):
            outcomes.close()


@contextmanager
def _heeding_interrupts(desk: Desk, control: Control) -> Iterator[threading.Event]:
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def heed(*_: object) -> None:
        if stopped.is_set():
            desk.err.alert(LEFT)
            raise KeyboardInterrupt
        stopped.set()
        control.cancel()
        desk.err.alert(STOPPING)

    before = signal.signal(signal.SIGINT, heed)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
