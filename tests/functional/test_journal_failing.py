"""A disk that fills up in the middle of a job: what was settled and left open is said, and keys go on."""

from __future__ import annotations

import re

import pytest

from tests.functional.conftest import Open, Person
from tests.functional.test_two_accounts import until
from tests.services.test_changes_unwritten import FailingJournal
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.widgets.choices import Choices
from tui.app.widgets.toggle import Toggle
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.services.storage.journal import Journal
from tui.settings.files.paths import Places

COUNT = 150


@pytest.fixture
def full(places: Places) -> Session:
    """An account whose journal takes the first answer of a job and none after it."""
    session = open_rehearsal(sample=COUNT, places=places)
    session._journal = FailingJournal(places.journal_file, 2, 10**9, steps=False)
    return session


async def count_and_go(person: Person) -> ErrorDialog:
    await person.type(str(COUNT))
    await person.press("enter")
    await until(person, lambda: isinstance(person.app.screen, ErrorDialog))
    dialog = person.dialog
    assert isinstance(dialog, ErrorDialog)
    return dialog


async def leave_dialogs(person: Person) -> None:
    """Escape closes the error, and the sheet of outcomes that stands behind it."""
    for _ in range(2):
        if len(person.app.screen_stack) > 1:
            await person.press("escape")


def read_counts(dialog: ErrorDialog) -> tuple[int, int, int]:
    found = re.search(
        r"Of 150 devices (\d+) are settled, (\d+) are open, (\d+) were not sent", dialog.error.describe()
    )
    assert found is not None, dialog.error.describe()
    return int(found[1]), int(found[2]), int(found[3])


async def test_a_removal_that_the_journal_cannot_follow_stops_and_says_how_far_it_came(
    app_open: Open, full: Session, places: Places
) -> None:
    async with app_open(full, page="devices") as person:
        await person.press("a", "d")
        dialog = await count_and_go(person)
        settled, still_open, unsent = read_counts(dialog)
        assert settled > 0
        assert still_open > 0
        assert settled + still_open + unsent == COUNT
        assert "resolve" in dialog.error.describe()
        assert "try again" not in dialog.error.describe()
        left = sum(len(batch) for batch in list_devices(full))
        assert left == unsent
        await leave_dialogs(person)
        await person.press("f5")
        assert person.page_id == "history"
        assert "unknown" in person.line("history-state")
        await person.press("f1")
        assert len(person.app.screen_stack) == 2
    assert not (places.state / "faults.log").exists()
    with Journal(places.journal_file) as journal:
        assert len(journal.open_rows()) >= still_open


async def test_a_retarget_that_the_journal_cannot_follow_leaves_every_phone_with_a_record(
    app_open: Open, full: Session, places: Places
) -> None:
    async with app_open(full, page="devices") as person:
        await person.press("a", "e")
        await person.fill("#retarget-url", "http://new.example/%MACD.xml")
        person.app.screen.query_one("#retarget-bare", Toggle).on = True
        await person.press("enter")
        dialog = await count_and_go(person)
        read_counts(dialog)
        assert sum(len(batch) for batch in list_devices(full)) == COUNT
        await leave_dialogs(person)
        await person.press("f5")
        assert person.page_id == "history"
    assert not (places.state / "faults.log").exists()


@pytest.mark.parametrize("damage", [b"", b"no database" * 500])
async def test_a_journal_that_cannot_be_read_hides_no_record_and_is_not_said_to_hold_nothing(
    app_open: Open, places: Places, damage: bytes
) -> None:
    session = open_rehearsal(sample=3, places=places)
    (device, *_) = next(iter(list_devices(session)))
    session.journal.close()
    places.journal_file.write_bytes(damage)
    async with app_open(open_rehearsal(sample=3, places=places)) as person:
        await leave_dialogs(person)
        today = person.app.screen.query_one("#register-today", Choices)
        assert today.empty.startswith("The journal cannot be read")
        await person.press("f2")
        await person.fill("#info-mac", device[0])
        await person.press("enter")
        assert len(person.app.screen_stack) == 1
        assert device[2] in person.text("info-facts")
        assert "could not be read" in person.text("info-facts")
        assert "cannot be read: The journal is" in person.text("info-heading")
    assert places.journal_file.read_bytes() == damage
