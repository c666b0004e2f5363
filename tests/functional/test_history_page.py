"""History on the sandbox, by keyboard: what was changed, what is open, and what can be taken back."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.functional.conftest import Open, Person
from tui.app.dialogs.notices.change import ChangeCard
from tui.app.pages.history import HistoryPage
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Registration, Target
from tui.services.changes.registering import deregister, register
from tui.services.changes.retargeting import retarget
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.services.storage.journal import Intent, Settlement
from tui.settings.files.paths import Places

OLD = Target("http://geheim:wort@old.example/%MACD.xml", "Daryna")
NEW = Target("http://new.example/%MACD.xml", "Nordlicht")


def phones(count: int, first: int = 0) -> list[Identifier]:
    return [
        Identifier(f"7C2F80EE{first + number:04X}", f"{4096 + first + number:04X}") for number in range(count)
    ]


@pytest.fixture
def session(places: Places) -> Session:
    """Three phones registered, two of them retargeted, the last one deregistered."""
    session = open_rehearsal(sample=5, places=places)
    list(register(session, [Registration(phone, OLD) for phone in phones(3)]))
    list(retarget(session, phones(2), url=NEW.url, provider=NEW.provider))
    list(deregister(session, phones(1, 2)))
    return session


def lose(session: Session, *phones: Identifier, operation: Operation = Operation.REGISTER) -> None:
    """Changes whose answers were lost."""
    change_set = session.journal.open_set(operation, session.account_key)
    ids = session.journal.intend(change_set, [Intent(operation, phone, None, OLD) for phone in phones])
    session.journal.step(ids, "sent")
    said = "The connection ended after sending began."
    session.journal.settle([Settlement(number, Result.UNKNOWN, "cut_off", said) for number in ids])


class Reader:
    """A person on the History page."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @property
    def page(self) -> HistoryPage:
        page = self.person.app.page
        assert isinstance(page, HistoryPage)
        return page

    def rows(self, width: int = 76) -> list[str]:
        table = self.page.table
        drawn = [row.draw(width, table.revealed) for row in table.rows]
        return ["".join(text for text, _ in pieces).rstrip() for pieces in drawn]

    @property
    def kinds(self) -> list[tuple[str, str, str]]:
        return [(row.word, row.record.operation.value, row.record.mac[-4:]) for row in self.page.picked]

    @property
    def state(self) -> str:
        return self.person.line("history-state")

    @property
    def detail(self) -> str:
        return str(self.page.query_one(".detail").render())

    async def filter(self, text: str) -> None:
        self.page.query_one(Input).value = ""
        await self.person.press("slash")
        await self.person.type(text)
        await self.person.press("enter")

    def devices(self) -> dict[str, Sequence[str]]:
        rows = list_devices(self.person.app.desk.session)
        return {row[0]: row for batch in rows for row in batch}


async def test_every_change_is_listed_newest_first(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        assert there.kinds == [
            ("removed", "deregister", "0002"),
            ("stored", "retarget", "0001"),
            ("stored", "retarget", "0000"),
            ("stored", "register", "0002"),
            ("stored", "register", "0001"),
            ("stored", "register", "0000"),
        ]
        assert there.state.startswith("6 changes")


async def test_a_row_says_when_in_local_time_and_what_became_of_the_record(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        removed, moved, *_, stored = there.rows()
        at = datetime.fromisoformat(there.page.picked[0].record.at).astimezone()
        assert removed.startswith(f"{at:%m-%d %H:%M}  ✓ removed")
        assert removed.endswith("Daryna · old.example → –") or removed.endswith("…")
        assert "Daryna → Nordlicht" in moved
        assert "→ Daryna · old.example" in stored


async def test_a_wide_screen_shows_before_after_and_message(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history", size=(200, 50)) as person:
        moved = Reader(person).rows(196)[1]
        assert "Daryna · ········@old.example" in moved
        assert "Nordlicht · new.example/%MACD.xml" in moved


async def test_no_credentials_are_on_the_screen_until_revealed(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history", size=(200, 50)) as person:
        there = Reader(person)
        assert not any("geheim" in row for row in there.rows(196))
        assert "geheim" not in there.detail
        await person.press("v")
        assert any("geheim:wort@old" in row for row in there.rows(196))


async def test_unknown_outcomes_stand_on_top(app_open: Open, session: Session) -> None:
    lose(session, *phones(2, 8))
    list(register(session, [Registration(phone, OLD) for phone in phones(1, 5)]))
    async with app_open(session, page="history") as person:
        there = Reader(person)
        assert [word for word, _, _ in there.kinds[:3]] == ["unknown", "unknown", "stored"]
        assert "? 2 unknown" in there.state


async def test_one_key_asks_the_server_for_every_open_change(app_open: Open, session: Session) -> None:
    list(register(session, [Registration(phone, OLD) for phone in phones(1, 8)]))
    lose(session, *phones(2, 8))
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await person.press("c")
        assert {(word, mac) for word, _, mac in there.kinds[:2]} == {("stored", "0008"), ("not made", "0009")}
        assert "unknown" not in there.state
        assert "1 stored" in person.said()


async def test_asking_with_nothing_open_says_so(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history") as person:
        await person.press("c")
        assert "Nothing is open" in person.said()


@pytest.mark.parametrize(
    ("words", "macs"),
    [
        ("7C:2F:80:EE:00:01", ["0001", "0001"]),
        ("7c2f80ee0001", ["0001", "0001"]),
        ("nordlicht", ["0001", "0000"]),
        ("deregister", ["0002"]),
        ("stored 0002", ["0002"]),
        ("new.example retarget", ["0001", "0000"]),
        ("today removed", ["0002"]),
        ("yesterday", []),
        ("geheim", []),
    ],
)
async def test_the_filter_takes_device_provider_outcome_and_day(
    app_open: Open, session: Session, words: str, macs: list[str]
) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await there.filter(words)
        assert [mac for _, _, mac in there.kinds] == macs
        assert there.state.startswith(f"{len(macs)} shown of 6 changes")


async def test_the_outcome_key_goes_through_what_occurs_and_back_to_all(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await person.press("o")
        assert {word for word, _, _ in there.kinds} == {"stored"}
        await person.press("o")
        assert {word for word, _, _ in there.kinds} == {"removed"}
        await person.press("o")
        assert len(there.kinds) == 6


async def test_escape_takes_the_filter_away(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await there.filter("nordlicht")
        await person.press("o", "escape")
        assert len(there.kinds) == 6


async def test_enter_shows_everything_about_a_change(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history") as person:
        await person.press("j", "enter")
        assert isinstance(person.dialog, ChangeCard)
        card = "\n".join(line.plain for line in person.dialog.lines)
        for said in (
            "7C2F80EE0001-1001",
            "retarget",
            "✓ stored",
            "Daryna",
            "Nordlicht",
            NEW.url,
            "2 devices",
        ):
            assert said in card
        assert "geheim" not in card
        await person.press("escape")
        assert len(person.app.screen_stack) == 1


async def test_a_card_leads_to_device_info(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history") as person:
        await person.press("j", "enter", "enter")
        assert person.page_id == "device_info"


async def test_undo_shows_what_it_will_do_and_takes_the_set_under_the_cursor_back(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await person.press("j", "z")
        lines = [str(line) for line in person.dialog.lines]
        assert len(lines) == 2
        assert all("move it back" in line and "geheim" not in line for line in lines)
        assert there.devices()["7C2F80EE0001"][1] == "Nordlicht"
        await person.press("y")
        assert [there.devices()[f"7C2F80EE000{number}"][1] for number in (0, 1)] == ["Daryna", "Daryna"]
        assert "Taken back: 2" in person.said()
        assert len(there.kinds) == 8


async def test_what_cannot_be_taken_back_is_said_first(app_open: Open, session: Session) -> None:
    list(deregister(session, phones(1)))
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await there.filter("retarget")
        await person.press("z")
        assert str(person.dialog.lines[0]).startswith("7C2F80EE0000  not possible")
        assert "1 cannot be" in person.dialog.note


async def test_a_change_made_on_another_tab_is_there_when_the_page_comes_back(
    app_open: Open, session: Session
) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await person.press("2")
        list(register(session, [Registration(phone, OLD) for phone in phones(1, 5)]))
        await person.press("escape", "5")
        assert there.kinds[0] == ("stored", "register", "0005")


async def test_the_cursor_stays_on_its_change_when_newer_ones_come(app_open: Open, session: Session) -> None:
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await person.press("j", "j")
        here = there.page.cursor_change
        list(register(session, [Registration(phone, OLD) for phone in phones(2, 5)]))
        await person.press("r")
        assert there.page.cursor_change == here
        assert there.page.table.cursor == 4


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_what_is_shown_is_exported_with_secrets_masked(
    app_open: Open, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    async with app_open(session, page="history") as person:
        there = Reader(person)
        await there.filter("nordlicht")
        await person.press("x", *(["down"] if form == "json" else []), "enter")
    path = tmp_path / ("history.csv" if form == "csv" else "history.jsonl")
    text = path.read_text(encoding="utf-8")
    records = list(csv.DictReader(text.splitlines())) if form == "csv" else [
        json.loads(line) for line in text.splitlines()
    ]  # fmt: skip
    assert [record["mac"][-4:] for record in records] == ["0001", "0000"]
    assert {(record["old_provider"], record["provider"]) for record in records} == {("Daryna", "Nordlicht")}
    assert "geheim" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_an_empty_journal_says_so(app_open: Open) -> None:
    async with app_open(page="history") as person:
        there = Reader(person)
        assert "Nothing was changed from this machine yet." in there.page.table.empty_text
        await person.press("z", "enter", "x", "c")
        assert len(person.app.screen_stack) == 1


async def test_hostile_text_in_the_journal_is_inert(app_open: Open, session: Session) -> None:
    target = Target("http://h/\x1b]0;pwned\x07%MACD.xml", "[/][bold]\x9b2J")
    change_set = session.journal.open_set(Operation.REGISTER, session.account_key)
    (number,) = session.journal.intend(
        change_set, [Intent(Operation.REGISTER, phones(1, 9)[0], None, target)]
    )
    session.journal.settle([Settlement(number, Result.REFUSED, "odd\x1b[31m", "said \x1b[2J")])
    async with app_open(session, page="history", size=(200, 50)) as person:
        there = Reader(person)
        await person.press("enter")
        card = "\n".join(line.plain for line in person.dialog.lines)
        for text in (*there.rows(76), *there.rows(196), there.detail, card):
            assert not set(text) & set("\x1b\x07\x9b")
        assert "[/][bold]" in card


async def test_thousands_of_changes_are_filtered_at_once(app_open: Open, session: Session) -> None:
    many = phones(12_000, 0x1000)
    change_set = session.journal.open_set(Operation.REGISTER, session.account_key)
    ids = session.journal.intend(change_set, [Intent(Operation.REGISTER, phone, None, NEW) for phone in many])
    session.journal.settle([Settlement(number, Result.STORED) for number in ids])
    async with app_open(session, page="history") as person:
        there = Reader(person)
        assert there.state.startswith("12 006 changes")
        await there.filter("7c2f80ee1fff")
        assert [mac for _, _, mac in there.kinds] == ["1FFF"]
        await person.press("escape")
        await person.press("G")
        assert there.page.cursor_change == there.page.picked[-1]
