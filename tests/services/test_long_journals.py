"""What is asked of a long journal costs what it finds, not what the journal holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Target
from tui.services.storage import journal as journal_module
from tui.services.storage.journal import Intent, Journal, JournalRow, Settlement
from tui.services.storage.journal_rows import read_row
from tui.services.storage.selection import Selection, read_words

KEY = "demo@prov.example.net"
SHORT, LONG = 1500, 21_000


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Journal, Journal]]:
    folder = tmp_path_factory.mktemp("journals")
    with Journal(folder / "short.sqlite3") as short, Journal(folder / "long.sqlite3") as long:
        write(short, SHORT)
        write(long, LONG)
        yield short, long


def write(journal: Journal, count: int) -> None:
    """So many settled changes, three open ones, and a phone that was changed first and last."""
    numbers = itertools.count(0x7C2F80000000)
    phones = [Identifier("7C2F80FFFFFF"), *(Identifier(f"{next(numbers):012X}") for _ in range(count - 1))]
    target = Target("http://p.example/%MACD.xml", "Großkunde Süd")
    change_set = journal.open_set(Operation.REGISTER, KEY)
    ids = journal.intend(
        change_set, [Intent(Operation.REGISTER, one, None, target) for one in [*phones, *phones[:4]]]
    )
    journal.settle([Settlement(number, Result.STORED) for number in ids[:-3]])


def count_steps(journal: Journal, ask: Callable[[Journal], object]) -> int:
    """Steps of SQLite's machine, in hundreds, for what `ask` does."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with journal._database.reading() as connection:
        connection.set_progress_handler(step, 100)
        try:
            ask(journal)
        finally:
            connection.set_progress_handler(None, 0)
    return steps


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda journal: journal.count_open(KEY), id="what is open, counted"),
        pytest.param(lambda journal: journal.count_open(), id="what is open in all accounts"),
        pytest.param(lambda journal: journal.open_rows(KEY), id="what is open"),
        pytest.param(lambda journal: journal.under_way(KEY), id="what is under way"),
        pytest.param(lambda journal: journal.rows(account_key=KEY, result=Result.UNKNOWN), id="unknown"),
        pytest.param(lambda journal: journal.rows(account_key=KEY, limit=50), id="the newest"),
        pytest.param(lambda journal: journal.rows(account_key=KEY, mac="7C2F80FFFFFF"), id="one device"),
        pytest.param(
            lambda journal: list(journal.walk(Selection(KEY, words=read_words("7c:2f:80:ff:ff:ff")))),
            id="one device, searched for",
        ),
    ],
)
def test_a_look_at_little_costs_the_same_in_a_long_journal(
    journals: tuple[Journal, Journal], ask: Callable[[Journal], object]
) -> None:
    short, long = (count_steps(journal, ask) for journal in journals)
    assert long <= 1.2 * short + 2


def test_the_newest_page_is_found_without_a_look_at_the_rest(journals: tuple[Journal, Journal]) -> None:
    def ask(journal: Journal) -> int:
        pages = journal.walk_pages(Selection(KEY))
        return sum(len(page) for page in itertools.islice(pages, 2))

    steps = count_steps(journals[1], ask)
    assert steps < count_steps(journals[1], lambda journal: journal.rows(account_key=KEY)) / 4


def test_a_device_that_is_searched_for_is_found_by_every_change_of_it(
    journals: tuple[Journal, Journal],
) -> None:
    for text in ("7C2F80FFFFFF", "7c-2f-80-ff-ff-ff", "7C2F80FFFFFF gross", "süd 7c2f80ffffff"):
        found = list(journals[1].walk(Selection(KEY, words=read_words(text))))
        assert [row.id for row in found] == [LONG + 1, 1]
    assert not list(journals[1].walk(Selection(KEY, words=read_words("7C2F80FFFFFF 1234"))))


def test_names_outside_ascii_are_searched_without_reading_every_record(
    journals: tuple[Journal, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[JournalRow] = []

    def note(columns: Any) -> JournalRow:
        read.append(read_row(columns))
        return read[-1]

    monkeypatch.setattr(journal_module, "read_row", note)
    assert not list(journals[1].walk(Selection(KEY, words=read_words("nobody"))))
    assert not read
    assert len(list(journals[0].walk(Selection(KEY, words=read_words("GROSSKUNDE SÜD"))))) == SHORT + 4


def test_a_search_that_finds_nothing_can_be_left_on_its_way(journals: tuple[Journal, Journal]) -> None:
    pages = list(journals[1].walk_pages(Selection(KEY, words=("nobody",))))
    assert len(pages) > 2
    assert not any(pages)
