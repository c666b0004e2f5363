"""What a person or a terminal does in the first moments, on a resize; text that came at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from tests.functional.conftest import Open, Person
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.dialogs.pickers.file_picker import FilePicker
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.retarget import RetargetDialog
from tui.app.shell.app import RedirectoryApp
from tui.app.terminal.bursts import Burst
from tui.app.terminal.input import InputParser
from tui.app.widgets.field import Entry
from tui.errors import RedirectoryError
from tui.model.registration import Preset
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config
from tui.settings.files.paths import Places


def burst(text: str) -> Burst:
    parser = InputParser()
    (found,) = [*parser.feed(text), *parser.flush()]
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
    monkeypatch.setattr("tui.app.shell.app.OPENING_PATIENCE", 0.0)
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


async def test_enter_twice_at_once_takes_a_preset_and_registers(app_open: Open) -> None:
    async with app_open() as person:
        person.app.desk.save_preset(Preset("Acme", "http://p.example/%MACD.xml", "Acme"))
        await person.type("7C2F80208295-1910")
        await person.press("f4")
        person.app.post_message(burst("\r\r"))
        await person.calm()
        assert [row.result.value for row in person.app.desk.journal.rows()] == ["stored"]


def post_read(person: Person, sent: str) -> None:
    parser = InputParser()
    for message in [*parser.feed(sent), *parser.flush()]:
        person.app.post_message(message)


async def until(person: Person, holds: Callable[[], bool]) -> None:
    while not holds():
        await person.pilot.pause(0.01)


@pytest.mark.parametrize("sent", ["dy", "d\r", "dddd"])
async def test_no_key_of_the_read_that_opened_a_question_answers_it(app_open: Open, sent: str) -> None:
    async with app_open() as person:
        await person.press("alt+3", "escape")
        post_read(person, sent)
        await until(person, lambda: isinstance(person.app.screen, ConfirmDialog))
        await person.calm()
        assert isinstance(person.dialog, ConfirmDialog)
        await person.press("y")
        await until(person, lambda: len(person.app.screen_stack) == 1)
        await person.calm()
        assert [row.result.value for row in person.app.desk.journal.rows()] == ["removed"]


@pytest.mark.parametrize("sent", ["d\x1b[By", "d\x1b[Byyy", "d\x00y", "d\x1b[121u", "d\x1b[Z\r", "d\ty"])
async def test_a_question_may_be_given_up_by_keys_of_its_own_read_but_never_agreed_to(
    app_open: Open, sent: str
) -> None:
    async with app_open() as person:
        await person.press("alt+3", "escape")
        post_read(person, sent)
        await person.calm()
        assert list(person.app.desk.journal.rows()) == []


async def test_a_question_refuses_what_arrived_before_it_was_drawn(app_open: Open) -> None:
    async with app_open() as person:
        early = [events.Key(key, "\r" if key == "enter" else key) for key in ("y", "enter", "n", "q")]
        answers: list[bool | None] = []
        person.app.push_screen(ConfirmDialog("Sure?", ["A"], verb="do it"), answers.append)
        for key in early:
            person.app.post_message(key)
        await person.calm()
        assert answers == []
        await person.press("y")
        assert answers == [True]


async def test_a_key_that_was_pressed_before_a_message_was_drawn_does_not_close_it(app_open: Open) -> None:
    async with app_open() as person:
        early = events.Key("enter", "\r")
        person.app.show_error(RedirectoryError("Something to read."))
        person.app.post_message(early)
        await person.calm()
        assert isinstance(person.dialog, ErrorDialog)
        await person.press("enter")
        assert len(person.app.screen_stack) == 1


async def test_text_typed_ahead_reaches_the_fields_of_a_form(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("alt+3", "escape")
        ahead = (("x", "x"), ("tab", None), ("q", "q"), ("enter", "\r"), ("z", "z"))
        early = [events.Key(key, char) for key, char in ahead]
        await person.press("e")
        for key in early:
            person.app.post_message(key)
        await person.calm()
        assert isinstance(person.dialog, RetargetDialog)
        url, provider = (person.dialog.query_one(f"#retarget-{name}", Entry) for name in ("url", "provider"))
        assert "x" in url.value
        assert "q" in provider.value
        assert "z" not in provider.value
