"""`accounts` and `presets`: kept in files that only their owner can read, passwords apart."""

import stat
import sys
from pathlib import Path

from tests.cli.conftest import Shell, serve


def find_file(shell: Shell, what: str) -> Path:
    return Path(next(row["path"] for row in shell.run("paths", "--json").rows if row["what"] == what))


def test_an_account_is_added_used_and_removed(shell: Shell) -> None:
    assert shell.run("accounts", "add", "office", "--server", "prov.gigaset.net", "--user", "u1").code == 0
    assert shell.run("accounts", "add", "lab", "--server", "http://127.0.0.1:8642", "--user", "u2").code == 0
    assert shell.run("accounts", "use", "lab").code == 0
    rows = shell.run("accounts", "list", "--json").rows
    assert [(row["name"], row["user"], row["default"]) for row in rows] == [
        ("office", "u1", False),
        ("lab", "u2", True),
    ]
    assert shell.run("accounts", "remove", "office").code == 0
    assert [row["name"] for row in shell.run("accounts", "list", "--json").rows] == ["lab"]


def test_the_stored_account_is_used_and_a_kept_password_is_private(shell: Shell) -> None:
    with serve("--sample", "20") as url:
        kept = {"REDIRECTORY_PASSWORD": "demo"}
        assert (
            shell.run(
                "accounts", "add", "lab", "--server", url, "--user", "demo", "--keep-password", environ=kept
            ).code
            == 0
        )
        assert shell.run("accounts", "test", "lab").code == 0
        assert len(shell.run("list", "--account", "lab", "--json").rows) == 20
        passwords = find_file(shell, "passwords")
        assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
        assert "password =" not in find_file(shell, "accounts").read_text()
        assert shell.run("accounts", "remove", "lab").code == 0
        assert "demo" not in passwords.read_text()


def find_account(shell: Shell, name: str) -> dict[str, object]:
    return next(row for row in shell.run("accounts", "list", "--json").rows if row["name"] == name)


def test_adding_an_account_that_exists_is_an_error_and_editing_changes_only_what_is_given(
    shell: Shell,
) -> None:
    command = ("--password-command", "printf demo")
    shell.run("accounts", "add", "lab", "--server", "http://127.0.0.1:8642", "--user", "u2", *command)
    accounts = find_file(shell, "accounts")
    before = accounts.read_text()
    run = shell.run("accounts", "add", "lab", "--user", "u3", "--keep-password")
    assert (run.code, accounts.read_text()) == (2, before)
    assert "accounts edit lab" in run.err
    assert shell.run("accounts", "edit", "lab", "--user", "u3").code == 0
    row = find_account(shell, "lab")
    assert (row["server"], row["user"]) == ("http://127.0.0.1:8642", "u3")
    assert "printf" in accounts.read_text()
    assert shell.run("accounts", "edit", "lab").code == 2
    assert shell.run("accounts", "edit", "lba", "--user", "u4").code == 2


def test_a_renamed_account_opens_as_before_and_stays_the_default(shell: Shell) -> None:
    with serve("--sample", "5") as url:
        kept = {"REDIRECTORY_PASSWORD": "demo"}
        shell.run(
            "accounts", "add", "lab", "--server", url, "--user", "demo", "--keep-password", environ=kept
        )
        shell.run("accounts", "add", "other", "--user", "x")
        shell.run("accounts", "use", "lab")
        assert shell.run("accounts", "rename", "lab", "other").code == 2
        assert shell.run("accounts", "rename", "lab", "bench").code == 0
        assert find_account(shell, "bench")["default"] is True
        assert len(shell.run("list", "--json").rows) == 5
        assert shell.run("accounts", "edit", "bench", "--forget-password").code == 0
        assert shell.run("list").code == 2


def test_an_account_of_the_config_is_listed_used_and_never_written(shell: Shell) -> None:
    config = find_file(shell, "settings")
    config.parent.mkdir(parents=True, exist_ok=True)
    text = "[[accounts]]\nname = 'fixed'\nserver = 'prov.gigaset.net'\nuser = 'f'\n"
    config.write_text(text)
    for words in (
        ("add", "fixed", "--user", "u"),
        ("edit", "fixed", "--user", "u"),
        ("rename", "fixed", "x"),
        ("remove", "fixed"),
    ):
        run = shell.run("accounts", *words)
        assert (run.code, str(config) in run.err) == (2, True), words
    assert shell.run("accounts", "use", "fixed").code == 0
    assert find_account(shell, "fixed")["default"] is True
    assert config.read_text() == text


def test_a_password_command_is_asked(shell: Shell) -> None:
    with serve("--sample", "20") as url:
        command = f"{sys.executable} -c \"print('demo')\""
        assert (
            shell.run(
                "accounts", "add", "lab", "--server", url, "--user", "demo", "--password-command", command
            ).code
            == 0
        )
        assert shell.run("accounts", "use", "lab").code == 0
        assert shell.run("info", "7C2F80820EC0").code == 0


def test_options_beat_the_environment_and_the_environment_beats_the_stored_account(shell: Shell) -> None:
    with serve("--sample", "20") as url:
        shell.run("accounts", "add", "nowhere", "--server", "http://127.0.0.1:9", "--user", "x")
        shell.run("accounts", "use", "nowhere")
        password = {"REDIRECTORY_PASSWORD": "demo"}
        assert shell.run("info", "7C2F80820EC0", environ=password).code == 3
        named = {**password, "REDIRECTORY_SERVER": url, "REDIRECTORY_USER": "demo"}
        assert shell.run("info", "7C2F80820EC0", environ=named).code == 0
        wrong = {**named, "REDIRECTORY_USER": "nobody"}
        assert shell.run("info", "7C2F80820EC0", environ=wrong).code == 3
        assert shell.run("info", "7C2F80820EC0", "--server", url, "--user", "demo", environ=wrong).code == 0


def test_without_any_account_the_hint_says_how_to_get_one(shell: Shell) -> None:
    run = shell.run("list")
    assert (run.code, run.out) == (2, "")
    assert "accounts add" in run.err or "--server" in run.err


def test_a_server_with_credentials_in_it_is_refused_without_showing_them(shell: Shell) -> None:
    run = shell.run("accounts", "add", "x", "--server", "https://u:geheim@prov.gigaset.net", "--user", "u")
    assert run.code == 2
    assert "geheim" not in run.err


def test_presets_keep_their_order_and_are_removed_by_name(shell: Shell) -> None:
    for name in ("zeta", "alpha", "mid"):
        assert (
            shell.run(
                "presets", "add", name, "--url", f"http://{name}.example/%MACD.xml", "--provider", name
            ).code
            == 0
        )
    assert [row["name"] for row in shell.run("presets", "list", "--json").rows] == ["zeta", "alpha", "mid"]
    assert shell.run("presets", "remove", "alpha").code == 0
    assert [row["name"] for row in shell.run("presets", "list", "--json").rows] == ["zeta", "mid"]
    assert shell.run("presets", "remove", "alpha").code == 2


def test_adding_a_preset_that_exists_is_an_error_and_editing_changes_only_what_is_given(shell: Shell) -> None:
    shell.run("presets", "add", "one", "--url", "http://h.example/%MACD.xml", "--provider", "P")
    run = shell.run("presets", "add", "one", "--provider", "Q")
    assert run.code == 2
    assert "presets edit one" in run.err
    assert shell.run("presets", "edit", "one", "--provider", "Q").code == 0
    assert shell.run("presets", "rename", "one", "two").code == 0
    assert shell.run("presets", "list", "--json").rows == [
        {"name": "two", "url": "http://h.example/%MACD.xml", "provider": "Q"}
    ]
    assert shell.run("presets", "edit", "one", "--provider", "Q").code == 2
    assert shell.run("presets", "edit", "two", "--url", "", "--provider", "").code == 2


def test_a_broken_presets_file_is_never_overwritten(shell: Shell) -> None:
    shell.run("presets", "add", "one", "--url", "http://h.example/%MACD.xml")
    presets = find_file(shell, "presets")
    presets.write_text("[[presets]\nname = ")
    run = shell.run("presets", "add", "two", "--url", "http://h.example/%MACD.xml")
    assert run.code == 2
    assert presets.read_text() == "[[presets]\nname = "
