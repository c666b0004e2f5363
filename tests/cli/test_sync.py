"""`sync`: two people share what they know by a folder; nothing is lost, and nothing is decided silently."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.conftest import Run, Shell
from tests.cli.test_journal_keeping import write_keys
from tests.cli.test_secrets_import import KEY, make_person, passwords, standings, vault_of
from tui.model.identifiers import parse_identifier
from tui.model.secrets import Secret
from tui.services.files.sealing import Keys, Lock, read_identities, unseal
from tui.services.files.sharing import find_own_name, synchronise
from tui.services.storage.journal import Journal
from tui.settings.files.paths import gather_places


class Team(NamedTuple):
    """Two technicians on one account, a folder that both reach, and a key that both have."""

    anna: Shell
    bert: Shell
    folder: Path
    key: tuple[str, ...]

    def sync(self, who: Shell, *words: str) -> Run:
        return who.run("sync", str(self.folder), *self.key, "--json", *words)

    def read(self) -> str:
        """All that stands in the folder, decrypted."""
        keys = Keys(read_identities([self.key[-1]]))
        return "".join(unseal(path.read_bytes(), keys).decode() for path in sorted(self.folder.glob("[!.]*")))


@pytest.fixture
def team(tmp_path: Path) -> Team:
    anna = make_person(tmp_path / "anna", **{"0001": "111122223333", "0002": "AAAABBBBCCCC"})
    bert = make_person(tmp_path / "bert", **{"0003": "555566667777"})
    public, secret = write_keys(tmp_path)
    folder = tmp_path / "folder"
    folder.mkdir()
    return Team(anna, bert, folder, ("--encrypt-to", public, "--identity", str(secret)))


def learn(who: Shell, digits: str, password: str) -> None:
    with Journal(vault_of(who)) as journal:
        journal.remember(KEY, parse_identifier(f"7C2F8000{digits}-{password[:4]}"), Secret(password))


def test_both_know_what_either_knew(team: Team) -> None:
    assert team.sync(team.anna).code == 0
    run = team.sync(team.bert)
    assert (run.code, standings(run.rows)) == (0, {"0001": "new", "0002": "new"})
    assert team.sync(team.anna).code == 0
    assert (
        passwords(team.anna)
        == passwords(team.bert)
        == {
            "0001": "111122223333",
            "0002": "AAAABBBBCCCC",
            "0003": "555566667777",
        }
    )
    assert len(list(team.folder.iterdir())) == 2
    contents = {path: path.read_bytes() for path in team.folder.iterdir()}
    for who in (team.bert, team.anna):
        run = team.sync(who)
        assert (run.code, run.out) == (0, "")
    assert {path: path.read_bytes() for path in team.folder.iterdir()} == contents


def test_a_conflict_is_told_to_both_until_one_of_them_decides(team: Team) -> None:
    learn(team.bert, "0001", "111199999999")
    assert team.sync(team.anna).code == 0
    run = team.sync(team.bert)
    assert (run.code, standings(run.rows)["0001"]) == (1, "contrary")
    assert "theirs" in run.err
    run = team.sync(team.anna)
    assert (run.code, standings(run.rows)["0001"]) == (1, "contrary")
    assert (passwords(team.anna)["0001"], passwords(team.bert)["0001"]) == ("111122223333", "111199999999")
    dry = team.sync(team.anna, "--theirs", "--dry-run")
    assert (dry.code, passwords(team.anna)["0001"]) == (0, "111122223333")
    assert team.sync(team.anna, "--theirs").code == 0
    assert passwords(team.anna)["0001"] == "111199999999"
    for who in (team.bert, team.anna):
        run = team.sync(who)
        assert (run.code, run.out) == (0, "")
    with Journal(vault_of(team.anna)) as journal:
        entry = journal.recall(KEY, "7C2F80000001")
    assert entry is not None
    assert [one.reveal() for one in entry.earlier] == ["111122223333"]


def test_a_password_that_somebody_has_replaced_is_no_conflict_for_a_third(team: Team, tmp_path: Path) -> None:
    assert team.sync(team.anna).code == 0
    assert team.sync(team.bert).code == 0
    learn(team.bert, "0001", "111100000000")  # registered anew by Bert; Anna is on holiday
    assert team.sync(team.bert).code == 0
    third = make_person(tmp_path / "third")
    run = team.sync(third)
    assert (run.code, passwords(third)["0001"]) == (0, "111100000000")


def test_a_file_only_grows(team: Team) -> None:
    team.sync(team.anna)
    before = team.read()
    learn(team.anna, "0002", "AAAA00000000")
    team.sync(team.anna)
    after = team.read()
    assert after.startswith(before)
    assert after.count("\n") == before.count("\n") + 1


def test_without_a_key_the_folder_holds_mac_ids_only(team: Team) -> None:
    run = team.anna.run("sync", str(team.folder))
    assert (run.code, "without MAC passwords" in run.err) == (0, True)
    (file,) = team.folder.iterdir()
    assert file.name.endswith(".jsonl")
    text = file.read_text()
    assert "7C2F80000001-1111" in text
    assert [word for word in ("111122223333", "AAAABBBBCCCC") if word in text] == []
    assert team.bert.run("sync", str(team.folder)).code == 0
    with Journal(vault_of(team.bert)) as journal:
        entry = journal.recall(KEY, "7C2F80000001")
    assert entry is not None
    assert (entry.mac_id, entry.password) == ("7C2F80000001-1111", None)


def test_a_passphrase_serves_as_well(team: Team, tmp_path: Path) -> None:
    word = tmp_path / "team.txt"
    word.write_text("correct horse\n")
    given = (str(team.folder), "--passphrase-file", str(word))
    assert team.anna.run("sync", *given).code == 0
    run = team.bert.run("sync", *given, "--dry-run", "--json")
    assert (run.code, standings(run.rows)) == (0, {"0001": "new", "0002": "new"})
    assert list(passwords(team.bert)) == ["0003"]


def test_files_that_cannot_be_read_are_named_and_the_others_are_read(team: Team) -> None:
    team.sync(team.anna)
    (file,) = team.folder.iterdir()
    (team.folder / "half.jsonl.age").write_bytes(file.read_bytes()[:100])
    (team.folder / "torn.jsonl").write_text(
        '{"mac": "7C2F80000009", "mac_id": "7C2F80000009-9999"}\n{"mac": "7C2F'
    )
    (team.folder / "other.jsonl").write_text("mac,mac_id\n")
    (team.folder / "away.jsonl").symlink_to(file)
    (team.folder / "notes.txt").write_text("hello")
    run = team.sync(team.bert)
    assert run.code == 1
    for name in ("half.jsonl.age", "torn.jsonl", "other.jsonl"):
        assert name in run.err
    assert "away.jsonl" not in run.err
    assert standings(run.rows) == {"0001": "new", "0002": "new", "0009": "new"}


def test_an_own_file_that_cannot_be_read_is_left_as_it_is(team: Team, tmp_path: Path) -> None:
    team.sync(team.anna)
    (file,) = team.folder.iterdir()
    before = file.read_bytes()
    public, secret = write_keys(tmp_path)
    assert team.bert.run("sync", str(team.folder)).code == 1  # there is a file that needs a key
    run = team.anna.run("sync", str(team.folder), "--encrypt-to", public, "--identity", str(secret))
    assert (run.code, file.name in run.err, file.read_bytes()) == (2, True, before)


def test_a_folder_that_is_not_there_is_not_made(team: Team) -> None:
    run = team.anna.run("sync", str(team.folder / "unmounted"), *team.key)
    assert (run.code, (team.folder / "unmounted").exists()) == (2, False)
    run = team.anna.run("sync", str(team.folder), "--encrypt-to", team.key[1])
    assert (run.code, "--identity" in run.err) == (2, True)
    assert list(team.folder.iterdir()) == []


def test_what_others_may_read_of_the_folder_they_may_read_of_the_file(team: Team) -> None:
    team.folder.chmod(0o750)
    team.sync(team.anna)
    (file,) = team.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize("call", ["os.fsync", "os.link", "os.replace"])
def test_killed_at_any_instant_nothing_is_lost(
    team: Team, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    team.sync(team.anna)
    team.sync(team.bert)
    before = team.read()
    learn(team.bert, "0004", "444455556666")
    places = gather_places(team.bert.home)
    name = find_own_name(places, dry_run=False)
    identities = read_identities([team.key[-1]])
    lock = Lock(tuple(one.to_public() for one in identities))
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(call, lambda *words, **options: os._exit(9))
        with Journal(vault_of(team.bert)) as journal:
            synchronise(journal, KEY, team.folder, name, lock, Keys(identities), theirs=False)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if call == "os.link" and ended == 0:
        pytest.skip("this system has no files without a name")
    assert ended == 9
    assert team.read() == before
    assert team.sync(team.bert).code == 0
    assert team.sync(team.anna).code == 0
    assert passwords(team.anna)["0004"] == "444455556666"
    assert [path.name for path in team.folder.iterdir() if path.name.startswith(".")] == []
