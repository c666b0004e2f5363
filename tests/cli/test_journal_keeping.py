"""`journal backup`, `restore` and `prune`: the record of a machine kept safe, brought back, kept small."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pyrage
import pytest

from tests.cli.conftest import Shell, serve
from tui.model.addresses import Identifier
from tui.model.outcome import Operation, Result
from tui.model.secrets import Secret
from tui.services.storage.journal import Intent, Journal, Settlement
from tui.services.storage.journal_copy import copy_journal, open_copy, restore_journal, to_bytes

KEY = "demo@127.0.0.1"
PASSWORD = "1234567890AB"
URL = "http://me:geheim@prov.example.net/%MACD.xml"


@pytest.fixture
def home(shell: Shell) -> Path:
    """The journal of a machine that has registered one device and knows its MAC password."""
    (shell.home / "state").mkdir(parents=True)
    path = shell.home / "state" / "journal.sqlite3"
    with Journal(path) as journal:
        add_set(journal, "7C2F80000001", Result.STORED, password=PASSWORD)
    return path


def add_set(
    journal: Journal, mac: str, result: Result | None, *, password: str | None = None, suffix: str = "1234"
) -> str:
    from tui.model.registration import Target

    change_set = journal.open_set(Operation.REGISTER, KEY)
    identifier = Identifier(mac, suffix)
    (number,) = journal.intend(change_set, [Intent(Operation.REGISTER, identifier, None, Target(URL, "P"))])
    if result is not None:
        secret = Secret(password) if password else None
        mac_id = f"{mac}-{suffix}" if password else None
        journal.settle([Settlement(number, result, mac_id=mac_id, password=secret)])
    return change_set


def age(path: Path, change_set: str, day: str = "2020-01-01T00:00:00.000Z") -> None:
    """Makes a change set an old one."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE change_set SET at = ? WHERE id = ?", (day, change_set))
        connection.execute("UPDATE record SET at = ?1 WHERE change_set = ?2", (day, change_set))
        connection.execute(
            "UPDATE record SET settled_at = ? WHERE change_set = ? AND settled_at IS NOT NULL",
            (day, change_set),
        )
    connection.close()


def size_of(path: Path) -> int:
    return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))


def passwords(path: Path) -> dict[str, str | None]:
    with Journal(path) as journal:
        entries = journal.recall_many(KEY).values()
        return {one.mac: one.password.reveal() if one.password else None for one in entries}


def write_keys(folder: Path) -> tuple[str, Path]:
    """A public key, and the file of its secret one."""
    identity = pyrage.x25519.Identity.generate()
    file = folder / "me.key"
    file.write_text(f"# created by a test\n{identity}\n")
    return str(identity.to_public()), file


def test_a_backup_that_is_encrypted_brings_everything_back_on_a_new_machine(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    public, secret = write_keys(tmp_path)
    file = tmp_path / "backup.age"
    run = shell.run("journal", "backup", str(file), "--encrypt-to", public)
    assert run.code == 0, run.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD.encode() not in file.read_bytes()
    new = Shell(tmp_path / "new")
    run = new.run("journal", "restore", str(file), "--identity", str(secret))
    assert run.code == 0, run.err
    assert "1 MAC passwords" in run.err
    assert passwords(tmp_path / "new" / "state" / "journal.sqlite3") == {"7C2F80000001": PASSWORD}
    assert new.run("history", "--json").rows[0]["mac"] == "7C2F80000001"
    wrong = write_keys(tmp_path)[1]
    for words in (("--identity", str(wrong)), ()):
        run = new.run("journal", "restore", str(file), *words)
        assert (run.code, run.out) == (2, "")


def test_a_passphrase_comes_from_a_file_and_a_wrong_one_is_refused(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    word, file = tmp_path / "pass.txt", tmp_path / "backup.age"
    word.write_text("correct horse\n")
    assert shell.run("journal", "backup", str(file), "--passphrase-file", str(word)).code == 0
    new = Shell(tmp_path / "new")
    run = new.run("journal", "restore", str(file))
    assert (run.code, "passphrase" in run.err) == (2, True)
    assert new.run("journal", "restore", str(file), "--passphrase-file", str(word)).code == 0
    word.write_text("another\n")
    run = new.run("journal", "restore", str(file), "--passphrase-file", str(word))
    assert (run.code, "correct horse" in run.err) == (2, False)


def test_without_a_key_the_backup_holds_no_secret_and_says_so(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.sqlite3"
    run = shell.run("journal", "backup", str(file))
    assert (run.code, "2 MAC passwords and credentials were left out" in run.err) == (0, True)
    data = file.read_bytes()
    assert [word for word in (PASSWORD.encode(), b"geheim") if word in data] == []
    new = Shell(tmp_path / "new")
    assert new.run("journal", "restore", str(file)).code == 0
    assert new.run("history", "--json").rows[0]["mac_id"] == "7C2F80000001-1234"
    plain = tmp_path / "plain.sqlite3"
    assert shell.run("journal", "backup", str(plain), "--plain").code == 0
    assert PASSWORD.encode() in plain.read_bytes()


def test_a_file_that_exists_is_replaced_only_with_force_and_never_left_half(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.sqlite3"
    file.write_text("mine")
    assert shell.run("journal", "backup", str(file), "--plain").code == 2
    assert file.read_text() == "mine"
    assert shell.run("journal", "backup", str(file), "--plain", "--force").code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_is_one_moment_while_others_write(home: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with Journal(home) as journal:
            while not stop.is_set():
                add_set(journal, "7C2F80000002", Result.STORED)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            copy = copy_journal(home)
            with open_copy(to_bytes(copy), "copy") as again:
                sets, records = (
                    again.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                    for name in ("change_set", "record")
                )
            copy.close()
            assert 0 <= sets - records <= 1
    finally:
        stop.set()
        writer.join()


def test_a_newer_journal_is_kept_unless_told_and_then_beside_the_restored_one(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.sqlite3"
    assert shell.run("journal", "backup", str(file), "--plain").code == 0
    with Journal(home) as journal:
        add_set(journal, "7C2F80000009", Result.STORED, password="999900001111", suffix="9999")
    run = shell.run("journal", "restore", str(file))
    assert (run.code, "newer" in run.err) == (2, True)
    dry = shell.run("journal", "restore", str(file), "--force", "--dry-run")
    assert (dry.code, len(passwords(home))) == (0, 2)
    assert list(home.parent.glob("*.kept-*")) == []
    assert shell.run("journal", "restore", str(file), "--force").code == 0
    assert passwords(home) == {"7C2F80000001": PASSWORD}
    (kept,) = home.parent.glob("*.kept-*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(passwords(kept)) == 2


def test_a_program_that_has_the_journal_open_sees_the_restored_one(home: Path) -> None:
    copy = copy_journal(home)
    with Journal(home) as journal:
        add_set(journal, "7C2F80000009", Result.STORED)
        restore_journal(copy, home, force=True)
        assert [row.mac for row in journal.rows()] == ["7C2F80000001"]
        add_set(journal, "7C2F8000000A", Result.STORED)
        assert len(journal.rows()) == 2
    copy.close()


def test_nothing_is_restored_while_a_change_is_being_made(shell: Shell, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.sqlite3"
    assert shell.run("journal", "backup", str(file), "--plain").code == 0
    with Journal(home) as journal:
        change_set = add_set(journal, "7C2F80000009", None)
        with journal.at_work(change_set):
            run = shell.run("journal", "restore", str(file), "--force")
            assert (run.code, "being made" in run.err) == (2, True)
    assert len(passwords(home)) == 1


@pytest.mark.parametrize("flaw", ["cut", "trigger", "newer", "text", "other"])
def test_what_is_no_sound_journal_is_refused(shell: Shell, home: Path, tmp_path: Path, flaw: str) -> None:
    file = tmp_path / "backup.sqlite3"
    assert shell.run("journal", "backup", str(file), "--plain").code == 0
    if flaw == "cut":
        file.write_bytes(file.read_bytes()[:9000])
    elif flaw == "text":
        file.write_text("mac,mac_id\n")
    else:
        with sqlite3.connect(file) as connection:
            connection.execute(
                {
                    "trigger": "CREATE TRIGGER t AFTER INSERT ON vault BEGIN DELETE FROM record; END",
                    "newer": "PRAGMA user_version = 99",
                    "other": "UPDATE change_set SET account_key = 'else@where'",
                }[flaw]
            )
            if flaw == "other":
                connection.execute("UPDATE vault SET account_key = 'else@where'")
        connection.close()
    before = home.read_bytes()
    run = shell.run("journal", "restore", str(file))
    assert (run.code, run.out, home.read_bytes()) == (2, "", before)
    assert str(file) in run.err or flaw == "other"


def test_a_damaged_journal_is_moved_aside_when_told(shell: Shell, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.sqlite3"
    assert shell.run("journal", "backup", str(file), "--plain").code == 0
    home.write_bytes(b"no database any more" * 100)
    assert shell.run("journal", "restore", str(file)).code == 2
    assert shell.run("journal", "restore", str(file), "--force").code == 0
    assert passwords(home) == {"7C2F80000001": PASSWORD}
    (kept,) = home.parent.glob("*.kept-*")
    assert kept.read_bytes().startswith(b"no database")


def test_prune_removes_settled_changes_only_and_no_password(shell: Shell, home: Path) -> None:
    with Journal(home) as journal:
        old = [add_set(journal, f"7C2F800001{number:02X}", Result.STORED) for number in range(12)]
        open_set = add_set(journal, "7C2F80000201", None)
        unknown = add_set(journal, "7C2F80000202", Result.UNKNOWN)
        busy = add_set(journal, "7C2F80000203", Result.STORED)
        secret = add_set(journal, "7C2F80000204", Result.STORED, password="5678AAAABBBB", suffix="5678")
        for change_set in (*old, open_set, unknown, busy, secret):
            age(home, change_set)
        with sqlite3.connect(home) as connection:  # as one that another release has written
            connection.execute("UPDATE record SET message = ? WHERE change_set = ?", ("x" * 200_000, old[0]))
        connection.close()
        with journal.at_work(busy):
            dry = shell.run("journal", "prune", "--before", "2025-01-01", "--dry-run", "--json")
            assert {row["change_set"] for row in dry.rows} == {*old, secret}
            asked = shell.run("journal", "prune", "--before", "2025-01-01")
            assert (asked.code, asked.out) == (2, "")
            assert len(journal.sets(limit=None)) == 17
            size = size_of(home)
            run = shell.run("journal", "prune", "--before", "2025-01-01", "--yes", "--json")
        assert (run.code, len(run.rows)) == (0, 13)
        assert size_of(home) < size - 150_000
        left = {row.change_set for row in journal.rows()}
        assert {open_set, unknown, busy} < left
        assert len(left) == 4
    known = passwords(home)
    assert (known["7C2F80000001"], known["7C2F80000204"]) == (PASSWORD, "5678AAAABBBB")
    with Journal(home) as journal:  # what was only in a record is in the vault now
        entry = journal.recall(KEY, "7C2F80000100")
        assert entry is not None
        assert entry.mac_id == "7C2F80000100-1234"
    assert "Removed: 1 change sets" in shell.run("journal", "prune", "--before", "20250101", "--yes").err
    again = shell.run("journal", "prune", "--before", "2025-01-01", "--yes")
    assert (again.code, "No change set" in again.err) == (0, True)
    assert shell.run("journal", "prune", "--before", "soon", "--yes").code == 2


def test_without_a_journal_there_is_nothing_to_keep(shell: Shell, tmp_path: Path) -> None:
    for words in (("backup", str(tmp_path / "b")), ("prune", "--before", "2025-01-01")):
        run = shell.run("journal", *words)
        assert (run.code, "no journal" in run.err) == (2, True)
    assert not (tmp_path / "b").exists()


def test_an_undo_of_a_change_whose_credentials_were_left_out_is_refused(shell: Shell, tmp_path: Path) -> None:
    url = "http://me:geheim@prov.example.net/xml/%MACD.xml"
    with serve() as address:
        shell.environ |= {
            "REDIRECTORY_SERVER": address,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        registered = shell.run("register", "7C2F80B00001-1234", "--url", url, "--provider", "P")
        assert registered.code == 0, registered.err
        assert shell.run("deregister", "7C2F80B00001-1234", "--yes").code == 0
        file = tmp_path / "backup.sqlite3"
        assert shell.run("journal", "backup", str(file), "--no-secrets").code == 0
        new = Shell(tmp_path / "new", dict(shell.environ))
        assert new.run("journal", "restore", str(file)).code == 0
        run = new.run("undo", "--yes", "--json")
        assert (run.code, run.rows[0]["outcome"]) == (1, "skipped")
        assert "masked" in run.err
        assert new.run("info", "7C2F80B00001").code == 1
