"""A change while it runs: outcomes written as they come, progress for a person, and an orderly stop."""

from __future__ import annotations

import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing

from tui.cli.desk import Desk
from tui.cli.reading import add_warnings
from tui.cli.rows import HEADINGS, choose_outcome_columns, describe_outcome
from tui.cli.stopping import heeding_signals
from tui.cli.terminal.output import Form, Record
from tui.cli.terminal.progress import Progress
from tui.errors import RedirectoryError, Unsettled
from tui.model.outcome import Outcome, Result
from tui.services.changes.engine.control import Control

LOST = (
    "The MAC password of {} is lost: the record is stored, but the answer that held the password did not"
    " arrive or did not show whose it is. Read the 12 digits off the label, or deregister and register again."
)
LEFT = "`redirectory resolve` settles it."
NEEDS_MAC_ID = "Where the MAC-ID is not known here: give it, or add --bare to try the bare MAC."


def carry_out(
    desk: Desk,
    start: Callable[[Control], Iterator[Outcome]],
    *,
    total: int | None = None,
    left_out: int = 0,
) -> list[Outcome]:
    """Run a change to its end, write its outcomes and return them. `left_out` rows of its file are no part of
    it.

    A signal that ends programs cancels what was not sent yet; when the rest is settled, Ended is raised. An
    output that cannot be written does not stop the change: what is wrong with it is raised at the end, except
    for a reader that went away.
    """
    control = Control()
    seen: list[Outcome] = []
    began = time.monotonic()
    progress = Progress(sys.stderr, total, quiet=desk.err.quiet)
    desk.out.before_write = desk.err.before_write = progress.clear
    broken: OSError | None = None
    with (
        heeding_signals(desk.err, control) as stop,
        closing(_describe(start(control), desk, seen, progress)) as records,
    ):
        try:
            desk.out.write_rows(records, choose_outcome_columns(desk.out), headings=HEADINGS)
        except OSError as error:
            broken = None if isinstance(error, BrokenPipeError) else error
            desk.out.drop()
            for _ in records:
                continue
        finally:
            progress.clear()
            sum_up(desk, seen, total, stopped=stop.number is not None)
            if left_out:
                rows = "row was" if left_out == 1 else "rows were"
                desk.err.warn(f"{left_out:,} {rows} not sent; see above for line and reason.")
            say_summary(desk, seen, time.monotonic() - began)
    stop.raise_if_asked()
    if broken is not None:
        raise broken
    return seen


def sum_up(desk: Desk, seen: Sequence[Outcome], total: int | None, *, stopped: bool) -> None:
    """Says what the outcomes together need to have said about them."""
    counted = Counter(outcome.result for outcome in seen)
    if any(outcome.code == "mac_id_missing" for outcome in seen):
        desk.err.note(NEEDS_MAC_ID)
    lost = sum(outcome.password_lost for outcome in seen)
    if lost:
        desk.err.complain(RedirectoryError(LOST.format(_devices(lost))))
    if stopped:
        unsent = counted[Result.NOT_SENT]
        desk.err.warn(
            f"{unsent:,} of {max(len(seen), total or 0):,} were not sent. What was sent is settled; the"
            " journal has every outcome."
        )
    if counted[Result.UNKNOWN]:
        open_ = _devices(counted[Result.UNKNOWN])
        desk.err.complain(Unsettled(f"The outcome of {open_} is open.", hint=LEFT))


def say_summary(desk: Desk, seen: Sequence[Outcome], seconds: float) -> None:
    """The last line of a change, on a terminal."""
    if not desk.err.on_terminal:
        return
    from tui.cli.terminal.summary import summarize

    given = ((name, getattr(desk.arguments, name)) for name in ("account", "server", "user"))
    options = "".join(f" --{name} {shlex.quote(value)}" for name, value in given if value)
    line = summarize(seen, seconds, options=options)
    if line:
        desk.err.note(line)


def _devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count:,} devices"


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
