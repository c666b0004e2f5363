"""Accounts as a person adds, changes and forgets them: the entry and its kept password together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.classes import replace
from tui.errors import UsageError
from tui.model.secrets import Secret
from tui.services.accounts import (
    add_account,
    change_account,
    remove_account,
    rename_account,
    save_signed_in,
)
from tui.settings.accounts import Account, load_accounts, use_account
from tui.settings.files.paths import Places, find_places
from tui.settings.secrets.credentials import find_kept_password, has_password, keep_password

WORK = Account("work", "https://prov.gigaset.net", "anna", ("pass", "show"))
LAB = Account("lab", "http://127.0.0.1:8642", "demo")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = find_places({"REDIRECTORY_HOME": str(tmp_path / "home")})
    add_account(places, WORK)
    add_account(places, LAB, Secret("kept"))
    return places


def kept(places: Places, account: Account) -> str | None:
    secret = find_kept_password(account, places)
    return None if secret is None else secret.reveal()


def test_a_renamed_account_keeps_its_password_its_place_and_being_the_default(places: Places) -> None:
    use_account(places, "lab")
    change = rename_account(places, "lab", "bench")
    book = load_accounts(places)
    assert [account.name for account in book.accounts] == ["work", "bench"]
    assert (book.current, change.password, kept(places, change.account)) == ("bench", "same", "kept")


def test_a_kept_password_follows_its_account_to_another_server(places: Places) -> None:
    moved = replace(LAB, server="https://lab.example")
    change = change_account(places, LAB, moved)
    assert (change.password, change.login_changed) == ("moved", True)
    assert (kept(places, moved), kept(places, LAB)) == ("kept", None)


def test_a_kept_password_is_never_given_to_another_user(places: Places) -> None:
    other = replace(LAB, user="somebody")
    assert change_account(places, LAB, other).password == "forgotten"
    assert (kept(places, other), kept(places, LAB)) == (None, None)


def test_a_change_that_is_refused_moves_no_password(places: Places) -> None:
    with pytest.raises(UsageError, match="already"):
        change_account(places, LAB, replace(LAB, name="work", server="https://lab.example"))
    assert kept(places, LAB) == "kept"
    assert kept(places, replace(LAB, server="https://lab.example")) is None


def test_a_login_that_two_accounts_share_keeps_its_password_until_the_last_is_removed(places: Places) -> None:
    add_account(places, replace(LAB, name="twin"))
    remove_account(places, "lab")
    assert kept(places, LAB) == "kept"
    remove_account(places, "twin")
    assert kept(places, LAB) is None


def test_signing_in_again_without_keep_forgets_what_was_kept(places: Places) -> None:
    save_signed_in(places, LAB, Secret("kept"), keep=False)
    assert kept(places, LAB) is None
    assert load_accounts(places).current == "lab"


def test_signing_in_under_the_name_of_another_login_changes_nothing(places: Places) -> None:
    with pytest.raises(UsageError, match="already"):
        save_signed_in(places, replace(WORK, server="https://other.example"), Secret("x"), keep=True)
    assert load_accounts(places).find("work") == WORK


def test_fields_changed_at_the_sign_in_edit_the_account_and_keep_its_password_command(places: Places) -> None:
    typed = Account("office", WORK.server, WORK.user)
    save_signed_in(places, typed, Secret("x"), keep=False, edited=WORK)
    book = load_accounts(places)
    assert book.find("work") is None
    assert book.find("office") == replace(WORK, name="office")
    assert book.current == "office"


def test_whether_a_password_must_be_asked_for_is_known_before_the_account_is_opened(places: Places) -> None:
    bare = Account("bare", "https://prov.gigaset.net", "berta")
    assert not has_password(bare, places, {})
    assert has_password(bare, places, {"REDIRECTORY_PASSWORD": "x"})
    assert has_password(WORK, places, {})
    keep_password(bare, Secret("x"), places)
    assert has_password(bare, places, {})
