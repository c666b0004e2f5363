"""The worker: what it brings, what it forgets, what it never forgets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest

from tests.functional.conftest import Open
from tui.app.context.flow import flow
from tui.app.context.page import Page
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.presentation.progress import tell_progress
from tui.app.widgets.choices import Choices
from tui.app.worker.ticket import Ticket
from tui.errors import RedirectoryError, UsageError
from tui.services.changes.engine.control import Control
from tui.settings.files.paths import Places


class Listener(Page):
    """Awaits what the worker brings, and keeps it."""

    page_id = "listener"

    def __init__(self) -> None:
        super().__init__()
        self.values: list[object] = []
        self.batches = 0
        self.ends: list[str] = []

    def hear(self, factory: Callable[[], Iterable[object]], title: str, **about: bool) -> Ticket:
        ticket = self.stream(factory, "a", title, **about)
        self._hear(ticket)
        return ticket

    @flow
    async def _hear(self, ticket: Ticket) -> None:
        try:
            async for values in ticket:
                self.values += values
                self.batches += 1
        except RedirectoryError as error:
            self.ends.append(error.title)
            raise
        self.ends.append(ticket.state)


async def test_items_arrive_in_order_and_far_fewer_messages_than_items(app_open: Open) -> None:
    async with app_open() as person:
        listener = Listener()
        await person.app.screen.mount(listener)
        listener.hear(lambda: range(50_000), "Counting")
        await person.calm()
        assert listener.values == list(range(50_000))
        assert listener.batches < 5_000
        assert listener.ends == ["finished"]


async def test_a_known_error_reaches_the_owner_and_then_a_dialog(app_open: Open) -> None:
    async with app_open() as person:
        listener = Listener()
        await person.app.screen.mount(listener)

        def fail() -> None:
            raise UsageError("The field is empty", "URL", "Type one")

        listener.hear(lambda: iter([fail()]), "Asking")
        await person.calm()
        assert listener.ends == ["The field is empty"]
        assert isinstance(person.dialog, ErrorDialog)


async def test_an_unexpected_error_becomes_a_dialog_and_a_log_without_its_values(
    app_open: Open, places: Places
) -> None:
    async with app_open() as person:
        listener = Listener()
        await person.app.screen.mount(listener)

        def fail() -> None:
            raise ValueError("password=geheim")

        listener.hear(lambda: iter([fail()]), "Asking")
        await person.calm()
        assert isinstance(person.dialog, ErrorDialog)
        log = places.state / "faults.log"
        assert "ValueError" in log.read_text()
        assert "geheim" not in log.read_text()
        assert "geheim" not in person.dialog.error.describe()
        assert log.stat().st_mode & 0o077 == 0


async def test_an_abandoned_read_says_nothing_more_and_its_generator_is_closed(app_open: Open) -> None:
    async with app_open() as person:
        listener = Listener()
        await person.app.screen.mount(listener)
        go, closed = threading.Event(), threading.Event()

        def slow() -> Iterator[int]:
            try:
                yield 1
                go.wait(10)
                yield 2
                yield 3
            finally:
                closed.set()

        listener.hear(slow, "Listing")
        while not listener.values:
            await person.pilot.pause()
        await person.pilot.press("escape")
        await person.pilot.pause()
        go.set()
        await person.calm()
        assert (listener.values, listener.ends) == ([1], [])
        assert closed.is_set()
        assert "no longer waiting" in person.said()


async def test_an_abandoned_change_still_tells_how_it_ended(app_open: Open) -> None:
    async with app_open() as person:
        listener = Listener()
        await person.app.screen.mount(listener)
        go = threading.Event()

        def change() -> Iterator[str]:
            go.wait(10)
            yield "stored"

        ticket = listener.hear(change, "Registering", changes=True)
        await person.pilot.pause()
        await person.pilot.press("escape")
        await person.pilot.pause()
        assert "1 job" in person.line("title")
        go.set()
        await person.calm()
        assert ticket.abandoned
        assert (listener.values, listener.ends) == (["stored"], ["finished"])


async def test_keys_are_answered_while_a_request_runs(app_open: Open) -> None:
    async with app_open() as person:
        go = threading.Event()
        person.app.desk.work.stream(lambda: iter([go.wait(10)]), owner=person.app, group="a", title="Asking")
        await person.pilot.press("7", "C")
        await person.pilot.pause()
        assert person.value("register-mac") == "7C"
        go.set()
        await person.calm()


async def test_quitting_does_not_wait_for_a_read_that_hangs(app_open: Open) -> None:
    go = threading.Event()
    async with app_open() as person:
        person.app.desk.work.stream(lambda: iter([go.wait(30)]), owner=person.app, group="a", title="Asking")
        await person.pilot.pause()
        await person.pilot.press("ctrl+q")
        assert person.app.return_code == 0
    assert not go.is_set()
    go.set()


async def test_quitting_while_a_job_runs_asks_first(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        go = threading.Event()

        def job() -> Iterator[int]:
            go.wait(10)
            yield 1

        person.app.desk.work.stream(
            job, owner=person.app, group="a", title="Moving 500 devices", changes=True, job=True
        )
        await person.pilot.press("q")
        await person.pilot.pause()
        assert "Moving 500 devices" in person.dialog.lines[0]
        await person.pilot.press("escape")
        go.set()
        await person.calm()


async def test_a_newer_question_of_the_same_kind_replaces_the_older_one(app_open: Open) -> None:
    async with app_open() as person:
        listener = Listener()
        await person.app.screen.mount(listener)
        go = threading.Event()
        listener.hear(lambda: iter([go.wait(10) and "old"]), "Asking")
        listener.hear(lambda: iter(["new"]), "Asking")
        go.set()
        await person.calm()
        assert listener.values == ["new"]


async def test_a_running_job_is_listed_paused_and_cancelled(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        go, control = threading.Event(), Control()

        def job() -> Iterator[int]:
            go.wait(10)
            yield 1

        work = person.app.desk.work
        work.stream(job, owner=person.app, group="a", title="Moving", changes=True, job=True, control=control)
        await person.pilot.press("f9")
        await person.pilot.pause()
        assert "running" in person.dialog.query_one(Choices).rows[0]
        await person.pilot.press("p")
        assert control.paused
        await person.pilot.press("c")
        assert control.cancelled
        go.set()
        await person.calm()


async def test_two_jobs_run_side_by_side_each_with_its_counts(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        go = threading.Event()

        def job(yielded: int) -> Iterator[int]:
            yield from range(yielded)
            go.wait(10)

        work, controls = person.app.desk.work, (Control(), Control())
        tickets = [
            work.stream(
                partial(job, 10 * number),
                owner=person.app,
                group="a",
                title=f"Job {number}",
                changes=True,
                job=True,
                control=control,
                total=40,
            )
            for number, control in enumerate(controls, 1)
        ]
        for _ in range(2000):
            if [ticket.done for ticket in tickets] == [10, 20] and "2 jobs" in person.line("title"):
                break
            await person.pilot.pause()
        assert "2 jobs" in person.line("title")
        await person.pilot.press("f9")
        await person.pilot.pause()
        first, second = person.dialog.query_one(Choices).rows
        assert "10 of 40" in first
        assert "20 of 40" in second
        await person.pilot.press("down", "p")
        assert [control.paused for control in controls] == [False, True]
        await person.pilot.press("escape", "1")
        await person.pilot.pause()
        assert person.page_id == "register"
        go.set()
        await person.calm()


@pytest.mark.parametrize(
    ("done", "seconds", "said"),
    [
        (0, 0.2, "0 of 500"),
        (100, 0.5, "100 of 500"),
        (100, 10, "100 of 500 · 10/s · 40 s left"),
        (5, 10, "5 of 500 · 0.5/s · 16 min left"),
        (500, 10, "500 of 500 · 50/s"),
    ],
)
def test_progress_is_told_in_counts_rate_and_time_left(done: int, seconds: float, said: str) -> None:
    assert tell_progress(done, 500, seconds) == said
