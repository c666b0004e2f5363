"""Accounts as a person adds, changes and forgets them: the entry and its kept password together."""

from __future__ import annotations

from typing import Any, Literal

from tui.classes import define, replace
from tui.errors import RedirectoryError, UsageError
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.services.session import check_server
from tui.settings import accounts as book
from tui.settings.accounts import Account
from tui.settings.config import ROUTE_KEYS
from tui.settings.files.paths import Places
from tui.settings.secrets.credentials import find_kept_password, forget_password, keep_password

KeptPassword = Literal["none", "same", "moved", "forgotten"]


@define(frozen=True, slots=True)
class AccountChange:
    """The account as it is now, and what became of its kept password: `moved` to the new server, or
    `forgotten` because it was that of another user."""

    account: Account
    password: KeptPassword
    login_changed: bool


def add_account(places: Places, account: Account, password: Secret | None = None) -> None:
    """Add an account, and keep its password if one is given. Raises UsageError if the name exists, a field
    is empty or the server can be none; ConfigurationError, StoreError."""
    check_server(account.server)
    book.add_account(places, account)
    if password is not None:
        keep_password(account, password, places)


def change_account(places: Places, old: Account, new: Account) -> AccountChange:
    """Change an account. Its kept password follows it to a new server and is forgotten with the user that it
    belongs to; a login that another account shares keeps it. Raises as `settings.accounts.change_account`."""
    check_server(new.server)
    login_changed = (old.server, old.user) != (new.server, new.user)
    kept = find_kept_password(old, places) if login_changed else None
    moves = kept is not None and old.user == new.user
    if kept is not None and moves:
        # Kept before the account names the new server: ended in between, it still finds its password.
        keep_password(new, kept, places)
    try:
        book.change_account(places, old, new)
    except RedirectoryError:
        if moves:
            forget_unless_shared(places, new)
        raise
    if not login_changed:
        password: KeptPassword = "same" if find_kept_password(new, places) is not None else "none"
        return AccountChange(new, password, False)
    if kept is not None:
        forget_unless_shared(places, old)
    return AccountChange(new, "none" if kept is None else "moved" if moves else "forgotten", True)


def edit_entry(places: Places, old: Account, new: Account, *, keep: bool) -> str:
    """Change an account whose password was not typed; without `keep` the kept one is forgotten. Returns what
    to tell a person. Raises as `change_account`."""
    done = change_account(places, old, new) if new != old else None
    said = f"{make_inert(new.name)} is saved."
    kept = find_kept_password(new, places) is not None
    if not keep and kept:
        forget_password(new, places)
        return f"{said} Its kept password is forgotten."
    if keep and not kept:
        return f"{said} No password of it is kept: type it once and sign in."
    if done is not None and done.password == "moved":
        return f"{said} Its kept password goes to the new server."
    return said


def rename_account(places: Places, name: str, new_name: str) -> AccountChange:
    """Give an account another name; its kept password, journal and vault belong to the login and stay, the
    default goes along. Raises as `change_account`."""
    old = book.require_account(book.load_accounts(places), name)
    return change_account(places, old, replace(old, name=new_name))


def remove_account(places: Places, name: str) -> Account:
    """Forget an account and its kept password, unless another account has the same login. Raises UsageError
    if it is unknown or stands in config.toml; ConfigurationError, StoreError."""
    account = book.require_account(book.load_accounts(places), name)
    book.remove_account(places, name)
    forget_unless_shared(places, account)
    return account


def refuse_taken(places: Places, account: Account, edited: Account | None) -> None:
    """Raise UsageError if `save_signed_in` would meet an account of that name with another login."""
    found = book.load_accounts(places).find(account.name)
    same_login = found is not None and (found.server, found.user) == (account.server, account.user)
    if found is None or same_login or (edited is not None and edited.name == account.name):
        return
    raise UsageError(
        "There is an account of that name already.",
        make_inert(f"{account.name} is {found.user} at {found.server}; it was left as it is."),
        "Choose another name, or edit that account in Settings.",
    )


def save_signed_in(
    places: Places, account: Account, password: Secret, *, keep: bool, edited: Account | None = None
) -> None:
    """Remember the account that was signed in to as the one in use. `edited` is the account whose fields
    were changed to `account`'s. Without `keep` a password kept before is forgotten. Raises as the changes
    do."""
    refuse_taken(places, account, edited)
    if account.source == "accounts":
        if edited is not None and edited.source == "accounts":
            route: dict[str, Any] = {key: getattr(edited, key) for key in ("keyring", *ROUTE_KEYS)}
            account = replace(account, password_command=edited.password_command, **route)
            if edited != account:
                change_account(places, edited, account)
        elif book.load_accounts(places).find(account.name) is None:
            book.add_account(places, account)
    book.use_account(places, account.name)
    if keep:
        keep_password(account, password, places)
    else:
        forget_password(account, places)


def forget_unless_shared(places: Places, account: Account) -> None:
    """Forget the kept password, unless another account has the same login and keeps it in the same place.
    Raises ConfigurationError, StoreError."""
    login = (account.server, account.user, account.keyring)
    if all((one.server, one.user, one.keyring) != login for one in book.load_accounts(places).accounts):
        forget_password(account, places)
