"""What a person or a terminal does in the first moments, on a resize; text that came at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual import events

from tests.functional.conftest import Open, Person
from tui.app.app import RedirectoryApp
from tui.app.dialogs.file_picker import FilePicker
from tui.app.terminal.bursts import Burst
from tui.app.terminal.input import InputParser
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config
from tui.settings.paths import Places


def burst(text: str) -> Burst:
    clock = [0.0]
    parser = InputParser(lambda: clock[0])
    messages = parser.feed(text)
    clock[0] = 1.0
    (found,) = [*messages, *parser.tick()]
    assert isinstance(found, Burst)
    return found


async def test_escape_does_not_abandon_the_opening_of_the_account(places: Places) -> None:
    gate = threading.Event()

    def opener() -> Session:
        gate.wait(30)
        return open_rehearsal(sample=5, places=places)

    app = RedirectoryApp(places=places, config=Config(), opener=opener)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        for _ in range(3):
            await pilot.press("escape")
        assert "opening" in person.line("title")
        gate.set()
        await person.calm()
        assert "opening" not in person.line("title")
        assert app.desk.signed_in


async def test_an_opening_that_is_stopped_on_purpose_leads_to_first_start(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.app.OPENING_PATIENCE", 0.0)
    gate = threading.Event()

    def opener() -> Session:
        gate.wait(30)
        return open_rehearsal(sample=5, places=places)

    app = RedirectoryApp(places=places, config=Config(), opener=opener)
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        await pilot.pause()
        await pilot.press("escape", "escape")
        assert "Stop opening" in person.dialog.heading
        await pilot.press("y")
        await pilot.pause()
        assert person.page_id == "start"
        gate.set()


async def test_text_that_came_at_once_presses_no_key(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("alt+3")
        person.app.post_message(burst("hello dy"))
        await person.calm()
        assert len(person.app.screen_stack) == 1


async def test_a_short_text_that_opens_a_dialog_does_not_answer_it(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("alt+3")
        await person.press("escape")
        assert not person.app.typing
        person.app.post_message(burst("dy"))
        await person.calm()
        assert list(person.app.desk.journal.rows()) == []


async def test_title_tabs_and_footer_follow_a_resize(app_open: Open) -> None:
    async with app_open(size=(80, 24)) as person:
        for width in (140, 90, 61):
            await person.pilot.resize_terminal(width, 30)
            await person.calm()
            assert len(person.line("title")) <= width
            assert len(person.line("title")) > width - 3
            assert len(person.line("foot")) > width - 3


async def test_a_file_name_is_drawn_without_what_a_terminal_could_obey(
    app_open: Open, tmp_path: Path
) -> None:
    (tmp_path / "a\x1b]0;owned\x07\x9b31m\u202eb.csv").touch()
    async with app_open() as person:
        person.app.push_screen(FilePicker(tmp_path))
        await person.calm()
        strips = person.app.screen._compositor.render_strips()
        text = "".join(segment.text for strip in strips for segment in strip)
        assert ".csv" in text
        assert not any(char in text for char in "\x1b\x07\x9b\u202e")


async def test_a_resize_that_nobody_can_have_is_no_event() -> None:
    assert not any(isinstance(m, events.Resize) for m in InputParser().feed("\x1b[48;99999;99999;1;1t"))
