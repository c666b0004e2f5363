"""Answers that carry a MAC password: lost ones are said loudly, late ones are kept though nobody waits."""

from __future__ import annotations

import re

import pytest

from tests.functional.conftest import Open
from tui.app.context.flow import start
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.dialogs.notices.lost_passwords import LostPasswordsDialog
from tui.app.pages.history import HistoryPage
from tui.app.pages.register import RegisterPage
from tui.errors import StoreError
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places

NEW = "7C2F80AB0F0E-4321"


async def fill(person, url: str = "http://prov.example/%MACD.xml") -> None:  # type: ignore[no-untyped-def]
    await person.fill("#register-mac", NEW)
    await person.fill("#register-url", url)
    await person.fill("#register-provider", "Acme")


async def test_a_password_that_was_lost_with_the_answer_is_said_in_a_sheet_of_its_own(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=0, places=places, switches=["cut=after@registerDevice"])
    async with app_open(session) as person:
        await fill(person)
        await person.press("enter")
        assert isinstance(person.dialog, LostPasswordsDialog)
        assert person.dialog.lines == [NEW]
        await person.press("enter")
        assert isinstance(person.dialog, LostPasswordsDialog)
        await person.press("escape")
        assert len(person.app.screen_stack) == 1


@pytest.mark.parametrize(("size", "word"), [((80, 24), "! pw lost"), ((200, 50), "! password lost")])
async def test_a_lost_password_has_a_word_and_a_sign_wherever_the_change_is_shown(
    app_open: Open, places: Places, size: tuple[int, int], word: str
) -> None:
    session = open_rehearsal(sample=0, places=places, switches=["cut=after@registerDevice"])
    async with app_open(session, size=size) as person:
        await fill(person)
        await person.press("enter")
        await person.press("escape")
        page = person.app.page
        assert isinstance(page, RegisterPage)
        assert "! stored     password lost" in page.today[0].draw(False).plain
        await person.press("alt+5")
        history = person.app.page
        assert isinstance(history, HistoryPage)
        table = history.table
        drawn = "".join(text for text, _ in table.rows[0].draw(table.size.width - 2, False))
        assert f"{word}  " in drawn
        await person.fill("#history-filter", "password lost")
        assert len(table.rows) == 1
        await person.fill("#history-filter", "")
        await person.press("escape")
        await person.press("enter")
        assert "! stored · MAC password lost" in "\n".join(str(line) for line in person.dialog.lines)


async def test_the_password_of_an_abandoned_registration_still_reaches_the_vault(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=0, places=places, switches=["delay=50s@registerDevice"])
    assert session.sandbox is not None
    async with app_open(session) as person:
        await fill(person)
        await person.pilot.press("enter", "escape")
        await person.pilot.pause()
        assert "no longer waiting. The answer still goes into History." in person.said()
        session.sandbox.wake()
        await person.calm()
        known = person.app.desk.journal.recall(session.account_key, NEW[:12])
        assert known is not None
        assert known.password is not None
        assert "1 stored" in person.text("register-heading")


async def test_an_error_of_the_journal_while_a_change_is_closed_is_no_defect(
    app_open: Open, places: Places
) -> None:
    async with app_open() as person:

        def run():  # type: ignore[no-untyped-def]
            try:
                yield 1
                yield 2
            finally:
                raise StoreError("The journal cannot be written: the disk is full.")

        ticket = person.app.desk.work.stream(run, owner=person.app, group="a", title="Moving", changes=True)
        ticket.cancel()
        page = person.app.page
        assert page is not None
        start(page, page.follow(ticket))
        await person.calm()
        assert isinstance(person.dialog, ErrorDialog)
        assert "disk is full" in person.dialog.error.title
        assert not (places.state / "faults.log").exists()


async def test_while_the_link_is_mute_the_title_says_what_is_waited_for_how_long_and_how_to_stop(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=0, places=places, switches=["delay=50s@registerDevice"])
    assert session.sandbox is not None
    async with app_open(session) as person:
        await fill(person)
        await person.pilot.press("enter")
        (ticket,) = person.app.desk.work.unfinished
        ticket.started -= 12
        person.app.draw_title()
        assert re.search(r"Registering 7C2F80AB0F0E [1-9]\d s · esc stops", person.line("title"))
        session.sandbox.wake()
        await person.calm()
