"""`secrets import`: what colleagues know of devices, merged into the vault, and never silently over it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_journal_keeping import write_keys
from tui.model.identifiers import parse_identifier
from tui.model.secrets import Secret
from tui.services.storage.journal import Journal

KEY = "demo@127.0.0.1"
HEADING = "mac,mac_id,password,learnt_at"


def make_person(folder: Path, **known: str) -> Shell:
    """A machine whose vault knows MAC passwords, by the MAC's last digits."""
    shell = Shell(
        folder,
        {"REDIRECTORY_SERVER": "http://127.0.0.1", "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": "x"},
    )
    with Journal(vault_of(shell)) as journal:
        for digits, password in known.items():
            identifier = parse_identifier(f"7C2F8000{digits}-{password[:4]}")
            journal.remember(KEY, identifier, Secret(password))
    return shell


def vault_of(shell: Shell) -> Path:
    return shell.home / "state" / "journal.sqlite3"


def passwords(shell: Shell) -> dict[str, str]:
    with Journal(vault_of(shell)) as journal:
        entries = journal.recall_many(KEY).values()
        return {one.mac[8:]: one.password.reveal() for one in entries if one.password}


def standings(run_rows: list[dict[str, object]]) -> dict[object, object]:
    return {str(row["mac"])[8:]: row["standing"] for row in run_rows}


@pytest.fixture
def me(tmp_path: Path) -> Shell:
    return make_person(tmp_path / "me", **{"0001": "111122223333", "0002": "AAAABBBBCCCC"})


def test_an_encrypted_export_of_a_colleague_says_what_is_new_same_and_contrary(
    me: Shell, tmp_path: Path
) -> None:
    anna = make_person(
        tmp_path / "anna", **{"0001": "111122223333", "0002": "AAAA99999999", "0003": "555566667777"}
    )
    public, secret = write_keys(tmp_path)
    file = tmp_path / "anna.age"
    assert anna.run("secrets", "export", "--encrypt-to", public, "--output", str(file)).code == 0
    assert [word for word in ("555566667777", "7C2F80") if word in file.read_text()] == []
    key = ("--identity", str(secret), "--json")
    dry = me.run("secrets", "import", str(file), "--dry-run", *key)
    assert standings(dry.rows) == {"0001": "same", "0002": "contrary", "0003": "new"}
    assert (dry.code, passwords(me)) == (1, {"0001": "111122223333", "0002": "AAAABBBBCCCC"})
    run = me.run("secrets", "import", str(file), *key)
    assert (run.code, passwords(me)["0002"], passwords(me)["0003"]) == (1, "AAAABBBBCCCC", "555566667777")
    assert "--theirs" in run.err
    assert not [word for word in ("555566667777", "AAAA99999999") if word in run.out + run.err]
    run = me.run("secrets", "import", str(file), "--theirs", *key)
    assert (run.code, passwords(me)["0002"]) == (0, "AAAA99999999")
    with Journal(vault_of(me)) as journal:
        entry = journal.recall(KEY, "7C2F80000002")
    assert entry is not None
    assert [one.reveal() for one in entry.earlier] == ["AAAABBBBCCCC"]
    assert standings(me.run("secrets", "import", str(file), *key).rows)["0002"] == "same"


def test_a_journal_file_and_a_backup_are_read(me: Shell, tmp_path: Path) -> None:
    other = make_person(tmp_path / "other", **{"0004": "444455556666"})
    assert other.run("journal", "backup", str(tmp_path / "b"), "--plain").code == 0
    assert me.run("secrets", "import", str(tmp_path / "b")).code == 0
    assert passwords(me)["0004"] == "444455556666"
    stranger = make_person(tmp_path / "stranger")
    stranger.environ["REDIRECTORY_USER"] = "somebody"
    run = stranger.run("secrets", "import", str(tmp_path / "b"))
    assert (run.code, KEY in run.err) == (2, True)


def test_a_table_that_a_spreadsheet_has_saved_is_read_without_its_guard(me: Shell, tmp_path: Path) -> None:
    file = tmp_path / "from-excel.csv"
    rows = (
        "mac;mac_id;password;learnt_at",
        "7C2F80000005;;'=1234567890;2026-01-01T00:00:00Z",
        "7C2F80000006;7C2F80000006-6666;;",
        ";7C2F80000007-7777;777788889999;not a date",
    )
    file.write_text("\ufeff" + "\r\n".join(rows) + "\r\n", encoding="utf-8")
    run = me.run("secrets", "import", str(file), "--json")
    assert (run.code, set(standings(run.rows).values())) == (0, {"new"})
    assert passwords(me)["0005"] == "=1234567890"
    assert me.run("secrets", "import", str(file), "--json").rows[1]["standing"] == "same"


def test_what_export_writes_import_reads(me: Shell, tmp_path: Path) -> None:
    table = me.run("secrets", "export").out
    new = make_person(tmp_path / "new")
    run = new.run("secrets", "import", "-", "--csv", text=table)
    assert (run.code, run.out.splitlines()[0]) == (0, "mac,mac_id,standing,taken,message,source")
    assert passwords(new) == passwords(me)
    assert new.run("secrets", "export").out == table


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("7C2F8000000X,,123456789012,", "7C2F8000000X"),
        ("7C2F80000008,7C2F80000008-8888,999900001111,", "contradict|does not begin with 8888"),
        ("7C2F80000009,," + "1" * 300 + ",", "too long"),
    ],
)
def test_a_bad_row_is_left_out_and_named(me: Shell, row: str, word: str) -> None:
    good = "7C2F80000003,7C2F80000003-5555,555566667777,"
    run = me.run("secrets", "import", "-", text=f"{HEADING}\n{row}\n{good}\n")
    assert run.code == 1
    assert any(part in run.err for part in word.split("|")), run.err
    assert "line 2" in run.err
    assert "999900001111" not in run.out + run.err
    assert passwords(me)["0003"] == "555566667777"


def test_json_lines_are_read_those_of_the_account_only(me: Shell) -> None:
    lines = (
        '{"mac": "7C2F80000003", "mac_id": "7C2F80000003-5555", "password": "555566667777"}',
        '{"mac": "7C2F80000004", "mac_id": null, "password": "444466667777", "account": "else@where"}',
        "[" * 5000,
        '{"mac": 5}',
    )
    run = me.run("secrets", "import", "-", "--json", text="\n".join(lines))
    assert (run.code, [row["mac"] for row in run.rows]) == (1, ["7C2F80000003"])
    assert ('"line": 3' in run.err, '"line": 4' in run.err) == (True, True)


@pytest.mark.parametrize(
    "text", ["", "hello\n", "7C2F80000003:realm:0123\n", "age-encryption.org/v1\n-> scrypt x 18\n"]
)
def test_what_holds_no_secrets_is_refused(me: Shell, tmp_path: Path, text: str) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    run = me.run("secrets", "import", str(file))
    assert (run.code, run.out) == (2, "")
    assert passwords(me) == {"0001": "111122223333", "0002": "AAAABBBBCCCC"}


def test_the_same_device_twice_is_weighed_one_after_the_other(me: Shell) -> None:
    text = (
        f"{HEADING}\n7C2F80000003,,555566667777,\n7C2F80000003,,555500000000,\n7C2F80000003,,555566667777,\n"
    )
    run = me.run("secrets", "import", "-", "--json", text=text)
    assert [row["standing"] for row in run.rows] == ["new", "contrary", "same"]
    assert passwords(me)["0003"] == "555566667777"


def test_a_key_is_made_in_a_private_file_and_never_shown(me: Shell, tmp_path: Path) -> None:
    file = tmp_path / "me.key"
    run = me.run("secrets", "keygen", str(file))
    assert (run.code, run.out.startswith("age1"), stat.S_IMODE(file.stat().st_mode)) == (0, True, 0o600)
    sealed = me.run("secrets", "export", "--encrypt-to", run.out.strip()).out
    new = make_person(tmp_path / "new")
    assert new.run("secrets", "import", "-", "--identity", str(file), text=sealed).code == 0
    assert passwords(new) == passwords(me)
    assert me.run("secrets", "keygen", str(file)).code == 2


def test_secrets_are_encrypted_to_public_keys_and_secret_keys_are_no_arguments(
    me: Shell, tmp_path: Path
) -> None:
    public, secret = write_keys(tmp_path)
    team = tmp_path / "team.txt"
    team.write_text(f"# the team\n{public}\n")
    key = secret.read_text().splitlines()[1]
    out = me.run("secrets", "export", "--encrypt-to", str(team)).out
    assert out.startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    for words in (("--encrypt-to", key), ("--encrypt-to", "age1nonsense"), ("--encrypt-to", str(secret))):
        run = me.run("secrets", "export", *words)
        assert (run.code, run.out) == (2, "")
        assert key not in run.err
    assert me.run("secrets", "export", "--passphrase").code == 2  # nobody can be asked
