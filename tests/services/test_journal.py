"""The journal: intent before, outcome after, nothing lost, nothing readable by others."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tui.errors import InputError, StoreError
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Target
from tui.model.secrets import Secret
from tui.services.storage.journal import ChangeSet, Intent, Journal, Settlement
from tui.services.storage.selection import Selection

KEY = "demo@prov.example.net"
PHONE = Identifier("7C2F80820EC0", "55DF")
OTHER = Identifier("7C2F80208295", "1910")
BEFORE = ("7C2F80820EC0", "Daryna", "http://u:geheim@old.example/%MACD.xml", "2015-11-17 04:01")
AFTER = Target("http://new.example/%MACD.xml", "Daryna")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as opened:
        yield opened


def intend(journal: Journal, *identifiers: Identifier, key: str = KEY, provider: str = "Daryna") -> list[int]:
    change_set = journal.open_set(Operation.REGISTER, key)
    target = Target(AFTER.url, provider)
    return journal.intend(change_set, [Intent(Operation.REGISTER, one, None, target) for one in identifiers])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_and_its_companions_are_readable_by_the_owner_only(path: Path) -> None:
    old = os.umask(0)
    try:
        with Journal(path) as journal:
            intend(journal, PHONE)
            modes = {file.name: mode(file) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}
    assert mode(path.parent) == 0o700


def test_a_journal_that_others_could_read_is_made_private_again(path: Path) -> None:
    Journal(path).close()
    path.chmod(0o644)
    Journal(path).close()
    assert mode(path) == 0o600


def test_an_intent_is_kept_verbatim_with_what_was_there_before(journal: Journal) -> None:
    change_set = journal.open_set(Operation.RETARGET, KEY, "move to new host")
    journal.intend(change_set, [Intent(Operation.RETARGET, PHONE, BEFORE, AFTER, line=7)])
    (row,) = journal.rows()
    assert (row.change_set, row.account_key, row.operation) == (change_set, KEY, Operation.RETARGET)
    assert (row.mac, row.mac_id, row.identifier, row.line) == (PHONE.mac, PHONE.mac_id, PHONE, 7)
    assert (row.before, row.after) == (BEFORE, AFTER)
    assert (row.step, row.result, row.settled_at) == ("intended", None, None)


def test_a_bare_mac_and_an_empty_target_stay_absent(journal: Journal) -> None:
    change_set = journal.open_set(Operation.DEREGISTER, KEY)
    journal.intend(change_set, [Intent(Operation.DEREGISTER, Identifier(PHONE.mac), None, None)])
    (row,) = journal.rows()
    assert (row.mac_id, row.identifier, row.before, row.after, row.line) == (
        None,
        Identifier(PHONE.mac),
        None,
        None,
        None,
    )


def test_ids_come_back_in_the_order_of_the_intents(journal: Journal) -> None:
    ids = intend(journal, PHONE, OTHER)
    assert [row.mac for row in sorted(journal.rows(), key=lambda row: row.id) if row.id in ids] == [
        PHONE.mac,
        OTHER.mac,
    ]


def test_a_step_is_noted(journal: Journal) -> None:
    ids = intend(journal, PHONE, OTHER)
    journal.step(ids[:1], "sent")
    assert {row.mac: row.step for row in journal.rows()} == {PHONE.mac: "sent", OTHER.mac: "intended"}


def test_a_step_that_does_not_exist_is_a_mistake_of_the_caller(journal: Journal) -> None:
    with pytest.raises(ValueError, match="dancing"):
        journal.step(intend(journal, PHONE), "dancing")


def test_settling_ends_the_record_and_teaches_the_vault(journal: Journal) -> None:
    (number,) = intend(journal, Identifier(PHONE.mac))
    journal.settle(
        [Settlement(number, Result.STORED, "OK", "Record stored.", PHONE.mac_id, Secret("55DF75196006"))]
    )
    (row,) = journal.rows()
    assert (row.step, row.result, row.code, row.message) == ("settled", Result.STORED, "OK", "Record stored.")
    entry = journal.recall(KEY, PHONE.mac)
    assert entry is not None
    assert (entry.mac_id, entry.password, entry.earlier) == (PHONE.mac_id, Secret("55DF75196006"), ())


def test_a_mac_password_is_nowhere_but_in_the_vault(journal: Journal, path: Path) -> None:
    (number,) = intend(journal, PHONE)
    journal.settle(
        [Settlement(number, Result.STORED, "OK", "Record stored.", PHONE.mac_id, Secret("55DF75196006"))]
    )
    with sqlite3.connect(path) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        holding = {
            t for t in tables for row in raw.execute(f"SELECT * FROM {t}") if "55DF75196006" in map(str, row)
        }
    raw.close()
    assert holding == {"vault"}


def test_another_password_for_a_known_device_is_reported_and_the_old_one_kept(journal: Journal) -> None:
    (first,) = intend(journal, PHONE)
    assert journal.settle([Settlement(first, Result.STORED, password=Secret("55DF75196006"))]) == frozenset()
    (second,) = intend(journal, PHONE)
    assert journal.settle([Settlement(second, Result.STORED, password=Secret("55DF00000000"))]) == {second}
    entry = journal.recall(KEY, PHONE.mac)
    assert entry is not None
    assert (entry.password, entry.earlier) == (Secret("55DF00000000"), (Secret("55DF75196006"),))


def test_the_same_password_again_is_no_rotation(journal: Journal) -> None:
    assert not journal.remember(KEY, PHONE, Secret("55DF75196006"))
    assert not journal.remember(KEY, PHONE, Secret("55DF75196006"))
    assert not journal.remember(KEY, PHONE, None)
    entry = journal.recall(KEY, PHONE.mac)
    assert entry is not None
    assert entry.earlier == ()


def test_remembering_a_mac_id_alone_keeps_the_password_and_a_bare_mac_keeps_the_mac_id(
    journal: Journal,
) -> None:
    journal.remember(KEY, PHONE, Secret("55DF75196006"))
    journal.remember(KEY, Identifier(PHONE.mac), None)
    entry = journal.recall(KEY, PHONE.mac)
    assert entry is not None
    assert (entry.mac_id, entry.password) == (PHONE.mac_id, Secret("55DF75196006"))


def test_the_vault_of_one_account_is_not_the_vault_of_another(journal: Journal) -> None:
    journal.remember(KEY, PHONE, Secret("55DF75196006"))
    assert journal.recall("somebody@else", PHONE.mac) is None


def test_many_devices_are_recalled_at_once(journal: Journal) -> None:
    change_set = journal.open_set(Operation.REGISTER, KEY)
    phones = [Identifier(f"7C2F80{number:06X}", "55DF") for number in range(1200)]
    ids = journal.intend(change_set, [Intent(Operation.REGISTER, phone, None, AFTER) for phone in phones])
    journal.settle(
        [
            Settlement(number, Result.STORED, mac_id=phone.mac_id)
            for number, phone in zip(ids, phones, strict=True)
        ]
    )
    for wanted in (phones[:3], phones[:700], phones):
        macs = [phone.mac for phone in wanted]
        assert sorted(journal.recall_many(KEY, [*macs, "000000000000"])) == macs
    assert len(journal.recall_many(KEY)) == 1200


def test_what_never_settled_and_what_ended_unknown_is_open(journal: Journal) -> None:
    never, unknown, done = intend(journal, PHONE, OTHER, Identifier("7C2F800DA979"))
    journal.settle([Settlement(unknown, Result.UNKNOWN, "cut_off"), Settlement(done, Result.STORED)])
    assert [row.id for row in journal.open_rows()] == [never, unknown]
    assert journal.open_rows("somebody@else") == []


def test_an_unknown_outcome_can_be_settled_again(journal: Journal) -> None:
    (number,) = intend(journal, PHONE)
    journal.settle([Settlement(number, Result.UNKNOWN, "cut_off")])
    journal.settle([Settlement(number, Result.STORED, "resolved")])
    assert journal.open_rows() == []


def test_a_record_that_does_not_exist_cannot_be_settled(journal: Journal) -> None:
    (number,) = intend(journal, PHONE)
    with pytest.raises(StoreError):
        journal.settle([Settlement(number, Result.STORED), Settlement(number + 1, Result.STORED)])
    assert [row.result for row in journal.rows()] == [None]


def test_rows_come_newest_first_with_the_open_ones_on_top(journal: Journal) -> None:
    first, second, third = intend(journal, PHONE, OTHER, Identifier("7C2F800DA979"))
    journal.settle([Settlement(second, Result.STORED), Settlement(third, Result.REFUSED)])
    assert [row.id for row in journal.rows()] == [first, third, second]
    assert [row.id for row in journal.rows(limit=2)] == [first, third]


def test_rows_are_filtered_by_device_provider_outcome_set_and_time(journal: Journal) -> None:
    (mine,) = intend(journal, PHONE, provider="Daryna")
    (theirs,) = intend(journal, OTHER, provider="Nord", key="other@host")
    journal.settle([Settlement(theirs, Result.REFUSED, "mac_invalid")])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert [row.id for row in journal.rows(mac=PHONE.mac)] == [mine]
    assert [row.id for row in journal.rows(provider="Nord")] == [theirs]
    assert [row.id for row in journal.rows(result=Result.REFUSED)] == [theirs]
    assert [row.id for row in journal.rows(result=Result.UNKNOWN)] == [mine]
    assert [row.id for row in journal.rows(account_key=KEY)] == [mine]
    assert [row.id for row in journal.rows(change_set=journal.rows(mac=OTHER.mac)[0].change_set)] == [theirs]
    assert journal.rows(since=tomorrow) == []
    assert len(journal.rows(since="2000-01-01")) == 2


def test_a_provider_is_found_by_the_record_it_replaced(journal: Journal) -> None:
    change_set = journal.open_set(Operation.DEREGISTER, KEY)
    journal.intend(change_set, [Intent(Operation.DEREGISTER, PHONE, BEFORE, None)])
    assert len(journal.rows(provider="Daryna")) == 1


def test_change_sets_are_counted_newest_first(journal: Journal) -> None:
    stored, refused, _ = intend(journal, PHONE, OTHER, Identifier("7C2F800DA979"))
    journal.settle([Settlement(stored, Result.STORED), Settlement(refused, Result.REFUSED)])
    later = journal.open_set(Operation.UNDO, KEY, "nothing came of it")
    newest, oldest = journal.sets()
    assert (newest.id, newest.operation, newest.count, newest.open, newest.note) == (
        later,
        Operation.UNDO,
        0,
        0,
        "nothing came of it",
    )
    assert (oldest.count, oldest.open) == (3, 1)
    assert oldest.counts == {Result.STORED: 1, Result.REFUSED: 1}
    assert journal.find_set(oldest.id) == oldest
    assert journal.find_set("20000101-000000-0000") is None
    assert journal.sets(account_key="somebody@else") == []
    assert journal.sets(limit=1) == [newest]


def test_a_change_set_says_what_took_it_back(journal: Journal) -> None:
    undone, undo = journal.open_set(Operation.REGISTER, KEY), journal.open_set(Operation.UNDO, KEY)
    journal.mark_undone(undone, undo)
    found = journal.find_set(undone)
    assert isinstance(found, ChangeSet)
    assert found.undone_by == undo


def test_change_set_ids_are_distinct_and_sort_by_time(journal: Journal) -> None:
    ids = [journal.open_set(Operation.REGISTER, KEY) for _ in range(50)]
    assert len(set(ids)) == 50
    assert [one[:15] for one in ids] == sorted(one[:15] for one in ids)


def test_records_need_a_change_set(journal: Journal) -> None:
    with pytest.raises(StoreError):
        journal.intend("20000101-000000-0000", [Intent(Operation.REGISTER, PHONE, None, AFTER)])


def test_work_in_progress_is_not_open_for_anyone_else(journal: Journal, path: Path) -> None:
    (number,) = intend(journal, PHONE)
    change_set = journal.rows()[0].change_set
    with Journal(path) as second:
        with journal.at_work(change_set):
            assert journal.open_rows() == []
            assert second.open_rows() == []
            journal.settle([Settlement(number, Result.UNKNOWN)])
            assert [row.id for row in second.open_rows()] == [number]
        assert [row.id for row in second.open_rows()] == [number]


def test_work_that_broke_off_is_open_again(journal: Journal) -> None:
    (number,) = intend(journal, PHONE)
    with pytest.raises(RuntimeError), journal.at_work(journal.rows()[0].change_set):
        raise RuntimeError
    assert [row.id for row in journal.open_rows()] == [number]


def run_child(path: Path, body: str) -> subprocess.CompletedProcess[str]:
    program = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from tests.services.test_journal import *\n"
        f"journal = Journal(Path({str(path)!r}))\n{body}"
    )
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60
    )


def test_a_kill_right_after_intend_loses_no_record(path: Path) -> None:
    done = run_child(path, "intend(journal, PHONE, OTHER)\nos.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == -9
    with Journal(path) as journal:
        assert [row.mac for row in journal.open_rows()] == [PHONE.mac, OTHER.mac]


def test_a_killed_worker_leaves_its_records_open_and_no_file_behind(path: Path) -> None:
    done = run_child(
        path,
        "intend(journal, PHONE)\n"
        "with journal.at_work(journal.rows()[0].change_set):\n    os.kill(os.getpid(), signal.SIGKILL)",
    )
    assert done.returncode == -9
    with Journal(path) as journal:
        assert [row.mac for row in journal.open_rows()] == [PHONE.mac]
        assert not list(path.parent.glob("*at-work*"))


def test_what_killed_workers_left_behind_is_swept_by_the_next(path: Path) -> None:
    run_child(
        path,
        "(number,) = intend(journal, PHONE)\n"
        "with journal.at_work(journal.rows()[0].change_set):\n"
        "    journal.settle([Settlement(number, Result.STORED)])\n    os.kill(os.getpid(), signal.SIGKILL)",
    )
    assert len(list(path.parent.glob("*at-work*"))) == 1
    with Journal(path) as journal, journal.at_work(journal.rows()[0].change_set):
        assert len(list(path.parent.glob("*at-work*"))) == 1
    assert not list(path.parent.glob("*at-work*"))


def test_several_processes_write_one_new_journal_at_the_same_time(path: Path) -> None:
    body = (
        "for number in range(20):\n    journal.settle([Settlement(intend(journal, PHONE)[0], Result.STORED)])"
    )
    outcomes: list[subprocess.CompletedProcess[str]] = []
    threads = [threading.Thread(target=lambda: outcomes.append(run_child(path, body))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(done.returncode, done.stderr) for done in outcomes] == [(0, "")] * 4
    with Journal(path) as journal:
        assert [row.result for row in journal.rows()] == [Result.STORED] * 80


def test_several_threads_settle_at_the_same_time(journal: Journal) -> None:
    def work() -> None:
        for _ in range(20):
            (number,) = intend(journal, PHONE)
            journal.settle([Settlement(number, Result.STORED)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.result for row in journal.rows()] == [Result.STORED] * 80


def test_a_file_that_is_no_journal_is_named_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but somebody's notes" * 100)
    with pytest.raises(StoreError) as caught:
        Journal(path)
    assert "damaged" in caught.value.title
    assert str(path) in caught.value.detail
    assert path.read_bytes().startswith(b"not a database")


def test_a_journal_with_damaged_pages_refuses_the_intent(path: Path) -> None:
    with Journal(path) as journal:
        intend(journal, *(Identifier(f"7C2F80{number:06X}") for number in range(3000)))
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), Journal(path) as journal:
        intend(journal, PHONE)


def test_a_journal_of_a_newer_release_is_not_touched(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StoreError, match="newer Redirectory"):
        Journal(path)


def test_a_full_disk_stops_the_change_before_it_is_sent(journal: Journal) -> None:
    change_set = journal.open_set(Operation.REGISTER, KEY)
    with journal._database.write() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    intents = [Intent(Operation.REGISTER, Identifier(f"7C2F80{n:06X}"), None, AFTER) for n in range(2000)]
    with pytest.raises(StoreError, match="disk is full"):
        journal.intend(change_set, intents)
    assert journal.rows() == []


def test_a_journal_without_room_for_its_log_is_said_to_be_on_a_full_disk(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = os.statvfs(journal.path.parent)
    for free, title in ((0, "disk is full"), (1 << 20, "cannot be used")):
        with monkeypatch.context() as patch:
            patch.setattr(
                os, "statvfs", lambda _, n=free: SimpleNamespace(f_bavail=n, f_frsize=room.f_frsize)
            )
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            with pytest.raises(StoreError, match=title), journal._database.write():
                raise error


def test_a_long_journal_is_walked_in_the_order_of_its_rows(journal: Journal) -> None:
    for _ in range(3):
        change_set = journal.open_set(Operation.REGISTER, KEY)
        intents = [Intent(Operation.REGISTER, Identifier(f"7C2F80{n:06X}"), None, AFTER) for n in range(900)]
        ids = journal.intend(change_set, intents)
        journal.settle([Settlement(number, Result.STORED) for number in ids[::2]])
        journal.settle([Settlement(number, Result.UNKNOWN) for number in ids[1::4]])
    rows = journal.rows()
    assert len(rows) == 2700
    ends = [row.result in (None, Result.UNKNOWN) for row in rows]
    assert ends == sorted(ends, reverse=True)
    assert list(journal.walk(Selection())) == rows
    assert [row.id for row in journal.walk(Selection(), limit=1500)] == [row.id for row in rows[:1500]]
    assert list(journal.walk(Selection(result=Result.STORED))) == journal.rows(result=Result.STORED)
    assert list(journal.walk(Selection(result=Result.UNKNOWN))) == rows[:1350]


@contextmanager
def as_nobody() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written_is_named(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o555)
    for folder in path.parents[1:3]:
        folder.chmod(0o755)
    with as_nobody(), pytest.raises(StoreError) as caught:
        Journal(path)
    assert "cannot be written" in caught.value.title
    assert "REDIRECTORY_HOME" in caught.value.hint


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="cannot be"):
        Journal(tmp_path / "state" / "journal.db")


def test_half_a_character_is_an_input_error_and_stores_nothing(journal: Journal) -> None:
    change_set = journal.open_set(Operation.REGISTER, KEY)
    with pytest.raises(InputError, match="half a character"):
        journal.intend(change_set, [Intent(Operation.REGISTER, PHONE, None, Target("http://\udcff", "x"))])
    assert journal.rows() == []


def test_a_closed_journal_says_so(path: Path) -> None:
    journal = Journal(path)
    journal.close()
    with pytest.raises(StoreError, match="closed"):
        journal.rows()
    journal.close()


def test_importing_the_journal_does_not_import_sqlite() -> None:
    program = "import sys, tui.services.storage.journal; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
