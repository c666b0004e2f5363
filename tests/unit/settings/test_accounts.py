"""Which account a call is for."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tui.classes import replace
from tui.errors import ConfigurationError, UsageError
from tui.settings.accounts import (
    Account,
    add_account,
    change_account,
    load_accounts,
    remove_account,
    select_account,
    use_account,
)
from tui.settings.files.paths import Places

WORK = Account("work", "https://prov.gigaset.net", "me", ("pass", "show"))
LAB = Account("lab", "http://127.0.0.1:8642", "demo")
FIXED = "[[accounts]]\nname='fixed'\nserver='s.example'\nuser='f'\n"


@pytest.fixture
def stored(places: Places) -> Places:
    add_account(places, WORK)
    add_account(places, LAB)
    return places


def test_added_accounts_come_back_in_order(stored: Places) -> None:
    assert load_accounts(stored).accounts == (WORK, LAB)
    assert stored.accounts_file.stat().st_mode & 0o777 == 0o600


def test_accounts_of_the_config_come_first_and_win(stored: Places, write: Callable[..., Any]) -> None:
    write(stored.config_file, FIXED + "[[accounts]]\nname='lab'\nserver='other'\nuser='x'\n")
    found = load_accounts(stored)
    assert [(account.name, account.source) for account in found.accounts] == [
        ("fixed", "config"),
        ("lab", "config"),
        ("work", "accounts"),
    ]


def test_adding_a_name_that_exists_changes_nothing(stored: Places) -> None:
    with pytest.raises(UsageError, match="already") as caught:
        add_account(stored, Account("work", "s", "u"))
    assert "accounts edit work" in caught.value.hint
    assert load_accounts(stored).find("work") == WORK


def test_a_changed_account_stays_in_its_place_and_the_default_follows_its_name(stored: Places) -> None:
    use_account(stored, "work")
    changed = replace(WORK, name="office", user="other")
    found = change_account(stored, WORK, changed)
    assert (found.accounts, found.current) == ((changed, LAB), "office")


@pytest.mark.parametrize("name", ["lab", "fixed"])
def test_a_rename_never_takes_the_name_of_another(
    stored: Places, write: Callable[..., Any], name: str
) -> None:
    write(stored.config_file, FIXED)
    with pytest.raises(UsageError, match="already"):
        change_account(stored, WORK, replace(WORK, name=name))
    assert load_accounts(stored).find("work") == WORK


def test_a_change_made_elsewhere_meanwhile_is_not_overwritten(stored: Places) -> None:
    theirs = replace(WORK, user="theirs")
    change_account(stored, WORK, theirs)
    with pytest.raises(ConfigurationError, match="elsewhere"):
        change_account(stored, WORK, replace(WORK, server="ours"))
    assert load_accounts(stored).find("work") == theirs


def test_accounts_of_the_config_are_not_the_programs_to_change(
    stored: Places, write: Callable[..., Any]
) -> None:
    path = write(stored.config_file, FIXED)
    fixed = load_accounts(stored).find("fixed")
    assert fixed is not None
    for change in (
        partial(remove_account, stored, "fixed"),
        partial(change_account, stored, fixed, replace(fixed, user="u")),
    ):
        with pytest.raises(UsageError, match="not the program's") as caught:
            change()
        assert str(path) in caught.value.detail
    with pytest.raises(UsageError, match="already"):
        add_account(stored, Account("fixed", "s", "u"))
    assert path.read_text() == FIXED


def test_the_account_in_use_is_remembered_until_it_is_removed(stored: Places) -> None:
    assert use_account(stored, "lab").current == "lab"
    assert select_account(stored, {}) == LAB
    assert remove_account(stored, "lab").current == ""
    assert select_account(stored, {}) == WORK


def test_the_config_names_a_default(stored: Places, write: Callable[..., Any]) -> None:
    write(stored.config_file, "[app]\naccount = 'lab'\n")
    assert select_account(stored, {}) == LAB


def test_a_default_that_does_not_exist_is_said(stored: Places, write: Callable[..., Any]) -> None:
    write(stored.config_file, "[app]\naccount = 'wrok'\n")
    (complaint,) = load_accounts(stored).complaints
    assert "Did you mean work?" in complaint.describe()
    assert use_account(stored, "lab").current == "lab"


def test_several_accounts_and_no_choice_is_an_error_naming_them(stored: Places) -> None:
    with pytest.raises(UsageError, match="No account was chosen") as caught:
        select_account(stored, {})
    assert "work, lab" in caught.value.detail


def test_no_account_at_all_says_how_to_get_one(places: Places) -> None:
    with pytest.raises(UsageError, match="no account") as caught:
        select_account(places, {})
    assert "accounts add" in caught.value.hint


def test_an_unknown_name_suggests_a_neighbour(stored: Places) -> None:
    with pytest.raises(UsageError) as caught:
        use_account(stored, "wrok")
    assert "Did you mean work?" in caught.value.hint


ENV = {"REDIRECTORY_SERVER": "http://env:1/", "REDIRECTORY_USER": "enver"}


@pytest.mark.parametrize(
    ("environ", "options", "expected"),
    [
        ({}, {"name": "lab"}, ("lab", LAB.server, "demo", "accounts")),
        ({"REDIRECTORY_ACCOUNT": "lab"}, {}, ("lab", LAB.server, "demo", "accounts")),
        ({"REDIRECTORY_ACCOUNT": "lab"}, {"name": "work"}, ("work", WORK.server, "me", "accounts")),
        (ENV, {}, ("enver@env:1", "http://env:1/", "enver", "environment")),
        (ENV, {"name": "work"}, ("work", WORK.server, "me", "accounts")),
        (ENV, {"server": "h:2", "user": "u"}, ("u@h:2", "h:2", "u", "command line")),
        (ENV, {"server": "https://h/x"}, ("enver@h", "https://h/x", "enver", "command line")),
        (ENV, {"user": "u"}, ("u@env:1", "http://env:1/", "u", "environment")),
        ({"REDIRECTORY_ACCOUNT": "lab"}, {"server": "h", "user": "u"}, ("u@h", "h", "u", "command line")),
    ],
)
def test_options_beat_the_environment_which_beats_what_is_stored(
    stored: Places, environ: dict[str, str], options: dict[str, str], expected: tuple[str, str, str, str]
) -> None:
    use_account(stored, "work")
    found = select_account(stored, environ, **options)
    assert (found.name, found.server, found.user, found.source) == expected


def test_another_user_never_gets_the_stored_command(stored: Places) -> None:
    found = select_account(stored, {}, name="work", user="other")
    assert (found.server, found.user, found.password_command) == (WORK.server, "other", None)


@pytest.mark.parametrize(
    ("environ", "options"),
    [
        ({}, {"name": "lab", "server": "h"}),
        ({"REDIRECTORY_ACCOUNT": "lab", "REDIRECTORY_SERVER": "h"}, {}),
        ({}, {"server": "h"}),
    ],
)
def test_a_contradiction_is_refused(stored: Places, environ: dict[str, str], options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        select_account(stored, environ, **options)


@pytest.mark.parametrize("server", ["https://me:topsecret@h", "me:topsecret@h"])
def test_a_server_with_credentials_is_refused_without_repeating_them(places: Places, server: str) -> None:
    for call in (
        lambda: add_account(places, Account("a", server, "u")),
        lambda: select_account(places, {}, server=server, user="u"),
    ):
        with pytest.raises(UsageError) as caught:
            call()
        assert "topsecret" not in caught.value.describe()


@pytest.mark.parametrize("text", ["x = \n", "accounts = 1\n", "[[accounts]]\nname = 'a'\n"])
def test_a_broken_file_is_complained_about_and_not_overwritten(
    places: Places, write: Callable[..., Any], text: str
) -> None:
    write(places.accounts_file, text)
    assert load_accounts(places).complaints
    with pytest.raises(ConfigurationError, match="cannot be changed"):
        add_account(places, WORK)
    assert places.accounts_file.read_text() == text


@pytest.mark.parametrize(
    ("field", "account"),
    [
        ("name", replace(LAB, name=" ")),
        ("server", replace(LAB, server=" ")),
        ("user", replace(LAB, user=" ")),
    ],
)
def test_an_account_needs_all_its_fields(places: Places, field: str, account: Account) -> None:
    with pytest.raises(UsageError, match=field):
        add_account(places, account)
