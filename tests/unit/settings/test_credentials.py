"""Where an account's password comes from, and that it goes nowhere else."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from tui.errors import ConfigurationError, UsageError
from tui.model.secrets import Secret
from tui.settings.accounts import Account
from tui.settings.files.paths import Places
from tui.settings.secrets.credentials import find_kept_password, find_password, forget_password, keep_password

ACCOUNT = Account("work", "https://prov.gigaset.net", "me")


def commanded(code: str) -> Account:
    return Account("work", "https://prov.gigaset.net", "me", (sys.executable, "-c", code))


def test_the_environment_comes_first(places: Places) -> None:
    account = commanded("print('from command')")
    assert find_password(account, places, {"REDIRECTORY_PASSWORD": "from env"}) == Secret("from env")


def test_an_empty_variable_is_no_password(places: Places) -> None:
    assert find_password(ACCOUNT, places, {"REDIRECTORY_PASSWORD": ""}, lambda: "typed") == Secret("typed")


def test_the_command_comes_before_the_file(places: Places) -> None:
    keep_password(ACCOUNT, Secret("kept"), places)
    account = commanded("print('from command'); print('second line')")
    assert find_password(account, places, {}) == Secret("from command")


def test_the_file_comes_before_the_prompt(places: Places) -> None:
    keep_password(ACCOUNT, Secret("kept"), places)
    assert find_password(ACCOUNT, places, {}, lambda: "typed") == Secret("kept")


def test_without_any_source_it_says_what_to_set(places: Places) -> None:
    with pytest.raises(UsageError, match="no password") as caught:
        find_password(ACCOUNT, places, {}, lambda: "")
    assert "REDIRECTORY_PASSWORD" in caught.value.hint


def test_a_password_keeps_its_blanks(places: Places) -> None:
    assert find_password(commanded("print(' a b ')"), places, {}) == Secret(" a b ")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print('topsecret'); print('topsecret', file=sys.stderr); sys.exit(3)", "exit code 3"),
        ("print()", "nothing on its first line"),
        ("import sys; sys.stdout.buffer.write(b'topsecret\\xff')", "UTF-8"),
        ("print('topsecret' * 100000)", "too much"),
    ],
)
def test_a_failing_command_says_how_and_shows_nothing_it_wrote(
    places: Places, capfd: pytest.CaptureFixture[str], code: str, words: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_password(commanded(code), places, {}, lambda: "typed")
    assert words in caught.value.detail
    assert "topsecret" not in caught.value.describe()
    assert capfd.readouterr() == ("", "")


def test_a_command_that_does_not_end_is_given_up(places: Places) -> None:
    with pytest.raises(ConfigurationError, match="password command") as caught:
        find_password(commanded("import signal; signal.pause()"), places, {}, seconds=0.2)
    assert "0.2 s" in caught.value.detail


def test_a_missing_command_is_named(places: Places) -> None:
    account = Account("work", "s", "u", ("no-such-command-here",))
    with pytest.raises(ConfigurationError) as caught:
        find_password(account, places, {"PATH": "/usr/bin"})
    assert "no-such-command-here" in caught.value.detail


def test_a_kept_password_is_private_and_the_file_says_what_it_is(places: Places) -> None:
    path = keep_password(ACCOUNT, Secret("kept"), places)
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().startswith("# PASSWORDS")


def test_a_password_belongs_to_server_and_user_not_to_a_name(places: Places) -> None:
    keep_password(ACCOUNT, Secret("kept"), places)
    assert find_kept_password(Account("work", "http://elsewhere", "me"), places) is None
    assert find_kept_password(Account("renamed", ACCOUNT.server, "me"), places) == Secret("kept")


def test_keeping_again_replaces_and_forgetting_forgets(places: Places) -> None:
    other = Account("lab", "http://lab", "demo")
    keep_password(ACCOUNT, Secret("one"), places)
    keep_password(other, Secret("lab"), places)
    keep_password(ACCOUNT, Secret("two"), places)
    assert find_kept_password(ACCOUNT, places) == Secret("two")
    assert forget_password(ACCOUNT, places)
    assert not forget_password(ACCOUNT, places)
    assert "two" not in places.passwords_file.read_text()
    assert find_kept_password(other, places) == Secret("lab")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_open_to_others_is_refused(places: Places, mode: int) -> None:
    path = keep_password(ACCOUNT, Secret("topsecret"), places)
    assert path is not None
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="open to others") as caught:
        find_password(ACCOUNT, places, {})
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["password = topsecret\n", "passwords = 1\n", "[[passwords]]\npassword = 'topsecret'\n"]
)
def test_a_broken_file_is_refused_without_showing_it(
    places: Places, write: Callable[..., Any], text: str
) -> None:
    path = write(places.passwords_file, text)
    for call in (
        lambda: find_password(ACCOUNT, places, {}),
        lambda: keep_password(ACCOUNT, Secret("x"), places),
    ):
        with pytest.raises(ConfigurationError, match="broken") as caught:
            call()
        assert "topsecret" not in caught.value.describe()
    assert path.read_text() == text
