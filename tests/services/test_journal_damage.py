"""A damaged journal: what can be read is shown, nothing is taken for known, and no byte is changed."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tui.errors import StoreError
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Owner, Result
from tui.model.registration import Target
from tui.services.storage import journal as journals
from tui.services.storage.journal import Intent, Journal, Settlement
from tui.services.storage.selection import Selection, read_words
from tui.services.storage.sqlite.database import Database

KEY = "demo@https://server.example/"
AFTER = Target("http://prov.example/%MACD.xml", "Daryna")
ENDS = (Result.STORED, Result.REFUSED, Result.UNKNOWN, Result.NOT_SENT, Result.NOT_MADE)


def phones(count: int) -> list[Identifier]:
    return [Identifier(f"7C2F80{number:06X}", f"{number:04X}") for number in range(count)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of 300 records with every kind of end."""
    file = tmp_path / "state" / "journal.sqlite3"
    with Journal(file) as journal:
        for operation in (Operation.REGISTER, Operation.RETARGET, Operation.DEREGISTER):
            change_set = journal.open_set(operation, KEY)
            ids = journal.intend(change_set, [Intent(operation, one, None, AFTER) for one in phones(100)])
            journal.settle(
                [Settlement(number, ENDS[number % len(ENDS)], "code", "Said.") for number in ids[:-5]]
            )
    return file


def write(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(sql, values)


def read_everything(path: Path) -> Iterator[object]:
    """Every question that a screen or a command asks of the journal."""
    with Journal(path) as journal:
        yield journal.rows()
        yield journal.rows(mac="7C2F80000001")
        yield list(journal.walk(Selection(account_key=KEY, words=read_words("daryna prov"))))
        yield journal.tally(Selection(account_key=KEY))
        yield journal.open_rows(KEY)
        yield journal.sets(limit=None)
        yield journal.recall_many(KEY)
        yield journal.examine(KEY)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("result", "stoerd", "outcome 'stoerd'"),
        ("result", b"\xff\xfe", "outcome '"),
        ("result", 17, "outcome '17'"),
        ("result", "", "outcome ''"),
        ("operation", "regist\x1b[31mer", "operation 'regist"),
        ("step", "half", "step 'half'"),
        ("at", "yesterday", "time 'yesterday'"),
        ("at", 3.5, "time '3.5'"),
        ("mac", b"\x00\x01", "MAC '"),
        ("owner", "nobody", "owner 'nobody'"),
    ],
)
def test_a_word_that_is_not_known_is_named_beside_the_records_that_are_understood(
    path: Path, column: str, value: object, named: str
) -> None:
    write(path, f"UPDATE record SET {column} = ? WHERE id = 7", value)
    with Journal(path) as journal:
        rows = journal.rows()
    assert len(rows) == 300
    (bad,) = [row for row in rows if row.id == 7]
    assert named in bad.message
    assert "\x1b" not in bad.message
    assert sum("Not understood" in row.message for row in rows) == 1
    assert (bad.result is Result.NOT_UNDERSTOOD) == (column == "result")


def test_text_that_is_no_text_is_read_with_replacements(path: Path) -> None:
    write(path, "UPDATE record SET message = CAST(x'4162ff63' AS TEXT) WHERE id = 7")
    with Journal(path) as journal:
        assert len(journal.rows()) == 300
        assert "Ab\ufffdc" in [row.message for row in journal.rows()]


def test_the_end_of_a_record_that_is_not_understood_is_not_called_known(path: Path) -> None:
    write(path, "UPDATE record SET result = 'unknwon' WHERE result = 'unknown' OR result IS NULL")
    with Journal(path) as journal:
        assert journal.open_rows(KEY) == []
        lost = journal.examine(KEY)
        assert lost == 3 * 24
        assert len(list(journal.walk(Selection(result=Result.NOT_UNDERSTOOD)))) == lost
        assert journal.tally(Selection(account_key=KEY))["not understood"] == lost


def test_a_file_without_a_byte_is_no_new_journal(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="empty") as caught:
        Journal(path)
    assert "backup" in caught.value.hint
    assert path.read_bytes() == b""


def test_a_new_journal_has_its_name_only_when_it_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "journal.sqlite3"
    monkeypatch.setattr(journals, "MIGRATIONS", (*journals.MIGRATIONS, "this is no SQL"))
    with pytest.raises(StoreError):
        Journal(file)
    assert list(tmp_path.iterdir()) == []


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    write(file, "CREATE TABLE notes (text TEXT)")
    content = file.read_bytes()
    with pytest.raises(StoreError, match="no file of Redirectory"):
        Journal(file)
    assert file.read_bytes() == content


def test_a_journal_of_the_first_release_is_read_with_its_words(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    Database(file, journals.MIGRATIONS[:1], what="journal").close()
    write(
        file,
        "INSERT INTO change_set (id, at, account_key, operation, note) VALUES ('s', '', ?, 'register', '')",
        KEY,
    )
    for result, code in (("skipped", "cancelled"), ("refused", "not_applied"), ("stored", "")):
        write(
            file,
            "INSERT INTO record (change_set, account_key, at, operation, mac, step, result, code, message)"
            " VALUES ('s', ?, '2026-11-20T10:00:00.000Z', 'register', '7C2F80000001', 'settled', ?, ?, '')",
            KEY, result, code,
        )  # fmt: skip
    with Journal(file) as journal:
        assert [(row.result, row.code) for row in journal.rows()] == [
            (Result.STORED, ""),
            (Result.REFUSED, "not_applied"),
            (Result.SKIPPED, "cancelled"),
        ]
        change_set = journal.open_set(Operation.REGISTER, KEY)
        (number,) = journal.intend(change_set, [Intent(Operation.REGISTER, phones(1)[0], None, AFTER)])
        journal.settle([Settlement(number, Result.REFUSED, "mac_already_in_use", owner=Owner.OTHER)])
        assert journal.rows()[0].owner is Owner.OTHER


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_overwritten_only_a_store_error_leaves_and_the_file_stays(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    kind = seed % 4
    if kind == 0:
        del content[chance.randrange(1, len(content)) :]
    elif kind == 1:
        start = chance.randrange(len(content) // 4096) * 4096
        content[start : start + 4096] = chance.randbytes(4096)
    else:
        for _ in range(chance.randrange(1, 200)):
            start = chance.randrange(0 if kind == 2 else 4096, len(content) - 8)
            content[start : start + 8] = chance.randbytes(8) if kind == 2 else b"unkn\xffwn!"
    path.write_bytes(content)
    with suppress(StoreError):
        for _ in read_everything(path):
            pass
    assert path.read_bytes() == content
