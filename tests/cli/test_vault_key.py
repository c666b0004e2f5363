"""The vault under a key: MAC passwords are sealed in the journal, and a command or the keyring opens them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Shell
from tests.cli.test_account_keyring import KEYRING
from tests.secret_search import Search

URL = "http://prov.example.net/%MACD.xml"
FIRST, SECOND, THIRD = "7C2F80820ECE-FEB3", "7C2F80820ECF-1A2B", "7C2F80820ED0-77AA"


def register(at: Shell, *mac_ids: str) -> dict[str, str]:
    """Register devices; their MAC passwords by MAC."""
    done = at.run("register", *mac_ids, "--url", URL, "--provider", "P", "--json", "--show-secrets")
    assert done.code == 0, done.err
    return {row["mac"]: row["password"] for row in done.rows}


def reveal(at: Shell, *macs: str) -> list[str | None]:
    done = at.run("info", *macs, "--json", "--show-secrets")
    assert done.code == 0, done.err
    return [row["password"] for row in done.rows]


def find_in_home(at: Shell, passwords: dict[str, str]) -> set[str]:
    """The MACs whose passwords stand in the clear in some file of the home."""
    files = [path for path in at.home.rglob("*") if path.is_file()]
    return set().union(*Search(passwords).in_files(files).values(), set())


@pytest.fixture
def key(at: Shell, tmp_path: Path) -> Path:
    """The file of a secret key, which the key_command prints."""
    file = tmp_path / "me.key"
    assert at.run("secrets", "keygen", str(file)).code == 0
    folder = at.home / "config"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "config.toml").write_text(f"[vault]\nkey_command = \"cat '{file}'\"\n")
    return file


def lock(at: Shell, *words: str) -> Run:
    done = at.run("secrets", "lock", *words)
    assert done.code == 0, done.err
    return done


def test_what_was_known_and_what_comes_is_sealed_and_shown_to_who_has_the_key(at: Shell, key: Path) -> None:
    passwords = register(at, FIRST)
    assert find_in_home(at, passwords) == set(passwords)
    told = lock(at)
    assert told.err.startswith("1 MAC password sealed for age1")
    assert "Keep the secret key in another place" in told.err
    passwords |= register(at, SECOND)
    assert find_in_home(at, passwords) == set()
    assert reveal(at, FIRST[:12], SECOND[:12]) == [*passwords.values()]
    export = at.run("secrets", "export")
    assert all(password in export.out for password in passwords.values())


def test_without_its_key_the_vault_goes_on_learning_and_tells_mac_ids(at: Shell, key: Path) -> None:
    passwords = register(at, FIRST)
    lock(at)
    away = key.rename(key.with_name("away"))
    passwords |= register(at, SECOND)  # its password comes in the answer, and is sealed for the public key
    shown = at.run("info", FIRST[:12], "--json")
    assert (shown.code, shown.rows[0]["mac_id"], shown.rows[0]["password_known"]) == (0, FIRST, True)
    for words in (("info", FIRST[:12], "--show-secrets"), ("secrets", "export"), ("secrets", "unlock")):
        refused = at.run(*words)
        assert refused.code == 2, words
        assert "The vault is under a key that cannot be used." in refused.err
        assert "key_command" in refused.err
        assert not any(password in refused.out + refused.err for password in passwords.values())
    moved = at.run("retarget", FIRST, "--url", URL.replace("prov", "new"), "--provider", "P", "--yes")
    assert moved.code == 0, moved.err
    assert at.run("undo", "--yes").code == 0
    away.rename(key)
    assert find_in_home(at, passwords) == set()
    known = at.run("secrets", "export").out
    assert passwords[SECOND[:12]] in known


def test_unlock_puts_them_back_in_the_clear(at: Shell, key: Path) -> None:
    passwords = register(at, FIRST, SECOND)
    lock(at)
    tried = at.run("secrets", "unlock", "--dry-run")
    assert (tried.code, tried.err) == (0, "2 MAC passwords would be opened. Nothing was changed.\n")
    assert find_in_home(at, passwords) == set()
    assert at.run("secrets", "unlock").err == "2 MAC passwords opened.\n"
    key.unlink()
    assert reveal(at, FIRST[:12]) == [passwords[FIRST[:12]]]
    assert at.run("secrets", "unlock").code == 2


def test_a_dry_run_seals_nothing_and_a_second_lock_is_refused(at: Shell, key: Path) -> None:
    passwords = register(at, FIRST)
    assert "Nothing was changed." in lock(at, "--dry-run").err
    assert find_in_home(at, passwords) == set(passwords)
    lock(at)
    again = at.run("secrets", "lock")
    assert again.code == 2
    assert "The vault is under a key already." in again.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "wrote nothing on its first line"),
        ("AGE-SECRET-KEY-1WRONG\n", "This is no secret key of a vault."),
        ("hunter2\n", "This is no secret key of a vault."),
    ],
)
def test_what_is_no_key_locks_nothing_and_is_not_shown(at: Shell, key: Path, text: str, told: str) -> None:
    passwords = register(at, FIRST)
    key.write_text(text)
    refused = at.run("secrets", "lock")
    assert refused.code == 2
    assert told in refused.err
    assert text == "" or text.strip() not in refused.err
    assert find_in_home(at, passwords) == set(passwords)


def test_another_key_opens_nothing(at: Shell, key: Path) -> None:
    register(at, FIRST)
    lock(at)
    key.unlink()
    assert at.run("secrets", "keygen", str(key)).code == 0
    refused = at.run("info", FIRST[:12], "--show-secrets")
    assert refused.code == 2
    assert "This is another key than the vault's." in refused.err


def test_a_key_command_from_a_file_that_others_can_write_is_not_run(at: Shell, key: Path) -> None:
    register(at, FIRST)
    lock(at)
    (at.home / "config" / "config.toml").chmod(0o666)
    refused = at.run("info", FIRST[:12], "--show-secrets")
    assert refused.code == 2
    assert "The key command was not run." in refused.err


def test_the_keyring_keeps_the_key_of_a_vault(at: Shell, tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "keyring.py").write_text(KEYRING)
    ring = tmp_path / "ring.json"
    at.environ |= {"PYTHONPATH": str(tmp_path / "packages"), "TEST_KEYRING": str(ring)}
    passwords = register(at, FIRST)
    assert at.run("secrets", "lock").code == 2  # there is no key yet
    public = at.run("secrets", "keygen", str(tmp_path / "me.key")).out.strip()
    lock(at, "--identity", str(tmp_path / "me.key"))
    assert [*json.loads(ring.read_text())] == [f"redirectory vault|{public}"]
    assert find_in_home(at, passwords) == set()
    assert reveal(at, FIRST[:12]) == [passwords[FIRST[:12]]]
    ring.unlink()
    refused = at.run("info", FIRST[:12], "--show-secrets")
    assert refused.code == 2
    assert "The keyring has no such key." in refused.err


def test_a_backup_carries_what_is_sealed_and_the_key_opens_it_on_a_new_laptop(
    at: Shell, key: Path, tmp_path: Path
) -> None:
    passwords = register(at, FIRST)
    lock(at)
    backup = tmp_path / "journal.sqlite3"
    assert at.run("journal", "backup", str(backup), "--plain").code == 0
    assert Search(passwords).in_bytes(backup.read_bytes()) == set()
    laptop = Shell(tmp_path / "laptop", at.environ)
    assert laptop.run("journal", "restore", str(backup)).code == 0
    assert find_in_home(laptop, passwords) == set()
    (laptop.home / "config").mkdir(mode=0o700, parents=True, exist_ok=True)
    config = at.home / "config" / "config.toml"
    (laptop.home / "config" / "config.toml").write_text(config.read_text())
    assert reveal(laptop, FIRST[:12]) == [passwords[FIRST[:12]]]
    fresh = Shell(tmp_path / "fresh", at.environ)
    refused = fresh.run("secrets", "import", str(backup))
    assert refused.code == 2
    assert "The vault is under a key that cannot be used." in refused.err
    (fresh.home / "config").mkdir(mode=0o700, parents=True, exist_ok=True)
    (fresh.home / "config" / "config.toml").write_text(config.read_text())
    assert fresh.run("secrets", "import", str(backup)).code == 0
    assert reveal(fresh, FIRST[:12]) == [passwords[FIRST[:12]]]
