"""ctrl+z goes back to the shell, but not in the middle of a change, whose answer would wait with the app."""

from __future__ import annotations

import threading

import pytest

from tests.functional.conftest import Open
from tui.app.widgets.choices import Choices


@pytest.mark.parametrize("job", [False, True], ids=["one change", "a job"])
async def test_suspending_during_a_change_is_refused_in_words_and_works_afterwards(
    app_open: Open, monkeypatch: pytest.MonkeyPatch, job: bool
) -> None:
    gate = threading.Event()
    async with app_open() as person:
        stopped: list[bool] = []
        monkeypatch.setattr(person.app, "action_suspend_process", lambda: stopped.append(True))
        person.app.desk.work.stream(
            lambda: iter([gate.wait(60)]),
            owner=person.app,
            group="change",
            title="Registering",
            changes=True,
            job=job,
        )
        await person.pilot.press("ctrl+z")
        assert "Suspend when it has ended" in person.said()
        assert stopped == []
        gate.set()
        await person.calm()
        await person.press("ctrl+z")
        assert stopped == [True]


async def test_suspending_while_something_is_only_read_is_not_refused(
    app_open: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    async with app_open() as person:
        stopped: list[bool] = []
        monkeypatch.setattr(person.app, "action_suspend_process", lambda: stopped.append(True))
        person.app.desk.work.stream(
            lambda: iter([gate.wait(60)]), owner=person.app, group="read", title="Reading"
        )
        await person.pilot.press("ctrl+z")
        gate.set()
        await person.calm()
        assert stopped == [True]


async def test_the_keys_of_a_screen_name_ctrl_z(app_open: Open) -> None:
    async with app_open(size=(80, 60)) as person:
        await person.press("escape", "question_mark")
        assert any("^z" in row and "shell" in row for row in person.dialog.query_one("#keys", Choices).rows)
