"""What a vault under a key learns, with the key and without it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from tui.errors import ConfigurationError, StoreError
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation
from tui.model.secrets import Secret
from tui.services import age
from tui.services.storage.journal import Journal
from tui.services.storage.vault import open_entries
from tui.services.storage.vault_key import VaultKey

ACCOUNT = "demo@127.0.0.1"
DEVICE = parse_identifier("7C2F80820ECE-FEB3")
OLD, NEW = Secret("FEB300000001"), Secret("FEB300000002")


class Keeper:
    """Who has the secret key, and hands it out or not."""

    def __init__(self) -> None:
        self.secret = pyrage.x25519.Identity.generate()
        self.is_there = True
        self.asked = 0

    @property
    def public(self) -> str:
        return str(self.secret.to_public())

    def ask(self, recipient: str) -> Secret:
        self.asked += 1
        assert recipient == self.public
        if not self.is_there:
            raise ConfigurationError("The keyring is locked.")
        return Secret(str(self.secret))


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def journal(tmp_path: Path, keeper: Keeper) -> Iterator[Journal]:
    """A journal that knows the device's first password, under the keeper's key."""
    with Journal(tmp_path / "journal.sqlite3", VaultKey(keeper.ask)) as journal:
        journal.remember(ACCOUNT, DEVICE, OLD)
        journal.lock_vault(keeper.public)
        yield journal


def passwords(journal: Journal) -> tuple[str, list[str]]:
    entry = journal.recall(ACCOUNT, DEVICE.mac)
    assert entry is not None
    assert entry.password is not None
    return entry.password.reveal(), [one.reveal() for one in entry.earlier]


def test_with_the_key_another_password_is_told_and_the_same_one_is_not(journal: Journal) -> None:
    assert journal.remember(ACCOUNT, DEVICE, OLD) is False
    assert passwords(journal) == (OLD.reveal(), [])
    assert journal.remember(ACCOUNT, DEVICE, NEW) is True
    assert passwords(journal) == (NEW.reveal(), [OLD.reveal()])


def test_without_the_key_nothing_is_claimed_and_both_are_kept(journal: Journal, keeper: Keeper) -> None:
    keeper.is_there = False
    assert journal.remember(ACCOUNT, DEVICE, NEW) is False
    with pytest.raises(StoreError):
        passwords(journal)
    with Journal(journal.path, VaultKey(lambda _: Secret(str(keeper.secret)))) as again:
        assert passwords(again) == (NEW.reveal(), [OLD.reveal()])


def test_another_beginning_is_another_password_without_any_key(journal: Journal, keeper: Keeper) -> None:
    keeper.is_there = False
    assert journal.remember(ACCOUNT, DEVICE, Secret("AAAA00000001")) is True
    assert keeper.asked == 0


def test_a_key_that_fails_is_not_asked_for_again_for_each_device(journal: Journal, keeper: Keeper) -> None:
    keeper.is_there = False
    for _ in range(50):
        journal.remember(ACCOUNT, DEVICE, NEW)
    assert keeper.asked == 1


def test_threads_ask_for_the_key_once(journal: Journal, keeper: Keeper) -> None:
    readers = [threading.Thread(target=passwords, args=(journal,)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert keeper.asked == 1


def test_entries_of_a_vault_whose_key_is_missing_are_told_without_passwords(
    journal: Journal, keeper: Keeper
) -> None:
    keeper.is_there = False
    entries, why = open_entries(journal.recall_many(ACCOUNT))
    assert entries[DEVICE.mac].mac_id == DEVICE.wire
    assert entries[DEVICE.mac].password is None
    assert "The keyring is locked." in why


def test_nothing_is_sent_where_what_comes_back_could_not_be_sealed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> object:
        raise ImportError(name, name=name)

    monkeypatch.setattr(age, "import_module", fail)
    with pytest.raises(StoreError, match="under a key"):
        journal.open_set(Operation.REGISTER, ACCOUNT)


def test_what_was_sealed_is_opened_where_the_vault_is_under_no_key_any_more(journal: Journal) -> None:
    sealed = journal.read_secret(journal.write_secret(NEW))
    journal.unlock_vault()
    journal.remember(ACCOUNT, DEVICE, sealed)
    with Journal(journal.path) as without_key:
        assert passwords(without_key) == (NEW.reveal(), [OLD.reveal()])


def test_a_password_may_be_any_text_of_a_server(journal: Journal, keeper: Keeper) -> None:
    for text in ("\0\0\0\0", "é" * 9, "x", "age-encryption.org/v1\n", "FEB3\0FEB3"):
        journal.remember(ACCOUNT, DEVICE, Secret(text))
        assert passwords(journal)[0] == text
