"""What the store keeps, where, and the devices it starts with."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from tui.errors import StoreError
from tui.model.identifiers import parse_identifier
from tui.server.catalogue import VENDOR_PASSWORDS, derive_password, derive_suffix, read_identifier
from tui.server.rows import measure_text, spell_date
from tui.server.sample import SECOND_ACCOUNT, sample_devices
from tui.server.sandbox import Sandbox
from tui.server.store import MIGRATIONS, Store, StoredDevice, Transaction
from tui.wire.xmlrpc.codec import encode_list_answer


def rows_of(store: Store, account: str = "demo") -> list[tuple[str, str, str, int, int | None]]:
    snapshot = store.snapshot(store.account_id(account))
    try:
        return list(snapshot.rows())
    finally:
        snapshot.close()


def put_and_fail(transaction: Transaction, mac: str) -> None:
    transaction.put(StoredDevice(mac))
    raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_nothing() -> None:
    store = Store()
    with pytest.raises(ZeroDivisionError), store.change() as transaction:
        put_and_fail(transaction, "AABBCCDDEEFF")
    with store.read() as transaction:
        assert transaction.find("AABBCCDDEEFF") is None
    store.close()


def test_an_attempt_that_fails_leaves_the_rest_of_its_transaction() -> None:
    store = Store()
    with store.change() as transaction:
        transaction.put(StoredDevice("AABBCCDDEE01"))
        with pytest.raises(ZeroDivisionError), transaction.attempt():
            put_and_fail(transaction, "AABBCCDDEE02")
    with store.read() as transaction:
        assert transaction.find("AABBCCDDEE01") == StoredDevice("AABBCCDDEE01", provider="", url="")
        assert transaction.find("AABBCCDDEE02") is None
    store.close()


def test_a_file_is_for_its_owner_only_and_remembers(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    with Sandbox(path, sample=30) as first:
        before = rows_of(first.store)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Sandbox(path) as second:
        assert rows_of(second.store) == before


def test_a_sample_is_not_poured_over_records(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    with Sandbox(path, sample=3) as first:
        first.second_writer().deregister("7C2F80820EC0")
        before = rows_of(first.store)
    with Sandbox(path, sample=500) as second:
        assert rows_of(second.store) == before


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    sqlite3.connect(path).close()
    Store(path).close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    connection.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StoreError) as caught:
        Store(path)
    assert "newer" in caught.value.title


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Store(tmp_path / "nowhere" / "box.db")


def test_a_large_sample_leaves_no_file_behind() -> None:
    box = Sandbox(sample=50_001)
    folder = box._folder
    assert folder is not None
    assert Path(folder.name).is_dir()
    assert box.store.count_records() >= 50_001
    box.close()
    box.close()
    assert not Path(folder.name).exists()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 200])
def test_a_sample_has_as_many_records_as_asked_and_some_of_another_account(count: int) -> None:
    with Sandbox(sample=count) as box:
        assert len(rows_of(box.store)) == count
        assert bool(rows_of(box.store, SECOND_ACCOUNT)) == (count > 0)


def test_a_sample_is_the_same_everywhere_and_the_beginning_of_a_larger_one() -> None:
    def rows(count: int) -> list[tuple[object, ...]]:
        return [row for row in sample_devices(count, 1, 2, len) if row[3] == 1]

    assert rows(200) == rows(200)
    assert rows(1000)[:200] == rows(200)


def test_a_sample_is_like_a_real_account() -> None:
    rows = list(sample_devices(2000, 1, 2, len))
    assert len({row[0] for row in rows}) == len(rows)
    assert all(parse_identifier(f"{row[0]}-{row[1]}").suffix for row in rows if row[1])
    assert len({row[4] for row in rows}) >= 10
    assert len({str(row[5]).split("/")[2] for row in rows}) >= 10
    assert len({str(row[0])[:6] for row in rows}) >= 3
    assert 0.02 < sum(row[7] is None for row in rows) / len(rows) < 0.3
    assert all(row[7] is None or int(str(row[7])) >= int(str(row[6])) for row in rows)
    assert any(":gs-2026@" in str(row[5]) for row in rows)
    assert any(not str(row[4]).isascii() for row in rows)


@pytest.mark.parametrize(
    "text", ["", "plain", "Müller & <Söhne>", "a\r\nb", "\x00\ufffe", "😀", "\ud800", "a\tb"]
)
def test_a_measured_text_takes_that_many_bytes_in_an_answer(text: str) -> None:
    def size(provider: str) -> int:
        return sum(map(len, encode_list_answer([("7C2F80820EC0", provider, "u", "d")])))

    assert measure_text(text) == size(text) - size("")


@pytest.mark.parametrize(("mac", "password"), VENDOR_PASSWORDS.items())
def test_the_vendor_pages_devices_have_its_passwords(mac: str, password: str) -> None:
    assert derive_password(mac) == password
    assert derive_suffix(mac) == password[:4]


def test_a_password_is_the_suffix_and_eight_digits_of_the_mac() -> None:
    password = derive_password("AABBCCDDEEFF", "12AB")
    assert password == derive_password("AABBCCDDEEFF", "12AB")
    assert password[:4] == "12AB"
    assert len(password) == 12
    assert int(password, 16)
    assert password[4:] == derive_password("AABBCCDDEEFF", "0000")[4:]
    assert password[4:] != derive_password("AABBCCDDEE00", "12AB")[4:]
    assert derive_password("AABBCCDDEEFF", "12AB", 1) != password


@pytest.mark.parametrize(
    "sent",
    ["", "7C2F80820EC", "7C2F80820EC0-", "7C2F80820EC0-55D", "7C2F80820EC055DF", "7C2F80820EC0-55DF\n"],
)
def test_the_server_takes_two_spellings_only(sent: str) -> None:
    assert read_identifier(sent) is None


@pytest.mark.parametrize(
    ("moment", "form", "text"),
    [
        (0, "minutes", "1970-01-01 00:00"),
        (1447732860, "minutes", "2015-11-17 04:01"),
        (1447732860, "day", "2015-11-17"),
        (1447732899, "seconds", "2015-11-17 04:01:39"),
        (None, "minutes", ""),
    ],
)
def test_dates_are_spelt_in_utc(moment: int | None, form: str, text: str) -> None:
    assert spell_date(moment, form) == text


def test_a_snapshot_that_nobody_gives_back_ends_with_its_last_reader() -> None:
    store = Store()
    snapshot = store.snapshot(None)
    connection = snapshot._connection
    del snapshot
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
    store.close()
