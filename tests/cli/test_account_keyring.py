"""Passwords in the operating system's keyring: an extra that only accounts that say so ever load."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell, serve

KEYRING = '''"""A keyring in a file, as the package `keyring` is called."""
import json, os, pathlib
FILE = pathlib.Path(os.environ["TEST_KEYRING"])
def _read():
    return json.loads(FILE.read_text()) if FILE.exists() else {}
def get_password(service, user):
    if os.environ.get("TEST_KEYRING_FAILS"):
        raise RuntimeError("geheim: the keyring is locked")
    return _read().get(f"{service}|{user}")
def set_password(service, user, password):
    FILE.write_text(json.dumps({**_read(), f"{service}|{user}": password}))
def delete_password(service, user):
    kept = _read(); del kept[f"{service}|{user}"]; FILE.write_text(json.dumps(kept))
'''
BROKEN = 'raise SystemExit("the keyring was loaded")\n'


@pytest.fixture
def ring(shell: Shell, tmp_path: Path) -> Path:
    """The file of the keyring that the shell's commands find."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "keyring.py").write_text(KEYRING)
    shell.environ |= {"PYTHONPATH": str(folder), "TEST_KEYRING": str(tmp_path / "ring.json")}
    return tmp_path / "ring.json"


def test_a_password_is_kept_in_the_keyring_used_and_forgotten(shell: Shell, ring: Path) -> None:
    with serve("--sample", "3") as url:
        typed = {"REDIRECTORY_PASSWORD": "demo"}
        words = ("accounts", "add", "lab", "--server", url, "--user", "demo")
        assert shell.run(*words, "--keyring", environ=typed).code == 0
        assert json.loads(ring.read_text()) == {f"redirectory {url}|demo": "demo"}
        assert not (shell.home / "data" / "passwords.toml").exists()
        assert "password =" not in (shell.home / "config" / "accounts.toml").read_text()
        assert len(shell.run("list", "--json").rows) == 3
        assert shell.run("accounts", "edit", "lab", "--no-keyring").code == 0
        assert json.loads(ring.read_text()) == {}
        assert shell.run("list").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("remove", "lab"),
        ("edit", "lab", "--no-keyring"),
        ("edit", "lab", "--user", "other"),
        ("edit", "lab", "--server", "new.example"),
        ("rename", "lab", "work"),
        ("add", "two", "--user", "x", "--keyring"),
        ("edit", "plain", "--keyring"),
        ("use", "plain"),
    ],
)
def test_a_dry_run_touches_no_keyring_and_asks_for_no_password(
    shell: Shell, ring: Path, words: tuple[str, ...]
) -> None:
    typed = {"REDIRECTORY_PASSWORD": "demo"}
    for name, keeping in (("lab", "--keyring"), ("plain", "--keep-password")):
        account = ("accounts", "add", name, "--server", "h.example", "--user", name, keeping)
        assert shell.run(*account, environ=typed).code == 0
    files = [ring, *(path for path in shell.home.rglob("*.toml"))]
    before = [file.read_bytes() for file in files]
    run = shell.run("accounts", *words, "--dry-run")
    assert run.code == 0, run.err
    assert run.out.startswith("--- ")
    assert [file.read_bytes() for file in files] == before


def test_a_kept_password_moves_into_the_keyring_and_goes_with_the_account(shell: Shell, ring: Path) -> None:
    typed = {"REDIRECTORY_PASSWORD": "demo"}
    shell.run(
        "accounts", "add", "lab", "--server", "h.example", "--user", "u", "--keep-password", environ=typed
    )
    assert shell.run("accounts", "edit", "lab", "--keyring").code == 0
    assert json.loads(ring.read_text()) == {"redirectory h.example|u": "demo"}
    assert "demo" not in (shell.home / "data" / "passwords.toml").read_text()
    assert shell.run("accounts", "edit", "lab", "--server", "new.example").code == 0
    assert json.loads(ring.read_text()) == {"redirectory new.example|u": "demo"}
    assert shell.run("accounts", "remove", "lab").code == 0
    assert json.loads(ring.read_text()) == {}


def test_no_other_account_loads_the_keyring(shell: Shell, ring: Path) -> None:
    (Path(shell.environ["PYTHONPATH"]) / "keyring.py").write_text(BROKEN)
    with serve("--sample", "3") as url:
        typed = {"REDIRECTORY_PASSWORD": "demo"}
        words = ("--server", url, "--user", "demo", "--keep-password")
        shell.run("accounts", "add", "lab", *words, environ=typed)
        assert shell.run("list").code == 0
        assert shell.run("config").code == 0
        assert shell.run("config", "check").code == 0


def test_a_keyring_that_cannot_be_asked_is_named_without_its_words(shell: Shell, ring: Path) -> None:
    typed = {"REDIRECTORY_PASSWORD": "demo"}
    shell.run("accounts", "add", "lab", "--server", "h.example", "--user", "u", "--keyring", environ=typed)
    run = shell.run("list", environ={"TEST_KEYRING_FAILS": "1"})
    assert (run.code, "RuntimeError" in run.err, "geheim" in run.err) == (2, True, False)
    before = (shell.home / "config" / "accounts.toml").read_text()
    fails = {**typed, "TEST_KEYRING_FAILS": "1"}
    assert shell.run("accounts", "add", "two", "--user", "u", "--keyring", environ=fails).code == 2
    assert (shell.home / "config" / "accounts.toml").read_text() == before


def test_without_the_package_the_way_to_get_it_is_named(shell: Shell) -> None:
    hidden = shell.home / "packages"
    hidden.mkdir(parents=True)
    (hidden / "keyring.py").write_text("raise ModuleNotFoundError('none', name='keyring')\n")
    run = shell.run(
        *("accounts", "add", "lab", "--user", "u", "--keyring"),
        environ={"REDIRECTORY_PASSWORD": "demo", "PYTHONPATH": str(hidden)},
    )
    assert run.code == 2
    assert "redirectory[keyring]" in run.err
    assert shell.run("accounts", "list", "--json").rows == []


def test_an_account_of_config_toml_may_say_so_too(shell: Shell, ring: Path) -> None:
    with serve("--sample", "3") as url:
        folder = shell.home / "config"
        folder.mkdir(parents=True, mode=0o700)
        table = f"[[accounts]]\nname = 'lab'\nserver = '{url}'\nuser = 'demo'\nkeyring = true\n"
        (folder / "config.toml").write_text(table)
        assert shell.run("list").code == 2
        ring.write_text(json.dumps({f"redirectory {url}|demo": "demo"}))
        assert shell.run("list").code == 0
        (folder / "config.toml").write_text(table.replace("true", "'yes'"))
        assert "accounts.keyring" in shell.run("config", "check").out
