"""Accounts in the app: on the first page, switched to for good, edited in place, asked for a password."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.functional.conftest import Open, Person
from tui.app.context.sessions import opener_for
from tui.app.shell.app import RedirectoryApp
from tui.app.widgets.choices import Choices
from tui.model.secrets import Secret
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox
from tui.services.session import open_session
from tui.settings.accounts import Account, add_account, load_accounts
from tui.settings.config import Config, load_config
from tui.settings.files.paths import Places
from tui.settings.secrets.credentials import PASSWORD_VARIABLE, find_kept_password, keep_password


@pytest.fixture(autouse=True)
def no_password_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def server() -> Iterator[str]:
    """A sandbox on loopback, user demo, password demo."""
    with Sandbox(None, accounts={"demo": "demo"}, sample=5) as sandbox:
        serving = Serving(sandbox, "127.0.0.1", 0)
        thread = threading.Thread(target=serving.run)
        thread.start()
        yield serving.url
        serving.stop()
        thread.join(10)


def choices(person: Person, name: str) -> Choices:
    return person.app.screen_stack[0].query_one(f"#{name}", Choices)


async def choose(person: Person, text: str, list_name: str = "settings-list") -> None:
    """Put the cursor on the line with this text."""
    found = choices(person, list_name)
    index = next(index for index, row in enumerate(found.rows) if text in row)
    found.fill(found._rows, headings=sorted(found._headings), cursor=index)
    await person.calm()


async def test_known_accounts_stand_on_the_first_page_those_of_config_toml_too(
    app_open: Open, places: Places
) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text(
        '[[accounts]]\nname = "fixed"\nserver = "https://one.example"\nuser = "anna"\n'
    )
    add_account(places, Account("added", "https://two.example", "ben"))
    async with app_open(rehearse=False, config=load_config(places).config) as person:
        rows = choices(person, "start-choices").rows
        assert rows[0].split() == ["fixed", "anna", "at", "https://one.example"]
        assert rows[1].split() == ["added", "ben", "at", "https://two.example"]
        assert rows[2].startswith("Try it now")


async def test_an_account_of_the_first_page_opens_with_enter(
    app_open: Open, places: Places, server: str
) -> None:
    account = Account("kunde-a", server, "demo")
    add_account(places, account)
    keep_password(account, Secret("demo"), places)
    async with app_open(rehearse=False) as person:
        await person.press("enter")
        assert (person.page_id, "kunde-a" in person.line("title")) == ("register", True)


async def test_without_a_kept_password_it_is_asked_for_without_an_error(
    app_open: Open, places: Places, server: str
) -> None:
    add_account(places, Account("kunde-a", server, "demo"))
    async with app_open(rehearse=False) as person:
        await person.press("enter")
        assert len(person.app.screen_stack) == 1
        assert (person.page_id, person.value("signin-user")) == ("signin", "demo")
        await person.type("demo")
        await person.press("enter")
        assert "kunde-a" in person.line("title")


async def test_the_start_asks_for_a_password_that_is_not_kept_without_an_error(
    places: Places, server: str
) -> None:
    account = Account("kunde-a", server, "demo")
    add_account(places, account)
    app = RedirectoryApp(
        None,
        places=places,
        config=Config(),
        opener=opener_for(account, places, Config()),
        account=account,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        await person.calm()
        assert len(app.screen_stack) == 1
        assert (person.page_id, person.value("signin-user")) == ("signin", "demo")


async def test_a_switch_is_remembered(app_open: Open, places: Places, server: str) -> None:
    for name in ("kunde-a", "kunde-b"):
        add_account(places, Account(name, server, "demo"))
    keep_password(Account("kunde-b", server, "demo"), Secret("demo"), places)
    async with app_open(page="settings") as person:
        await choose(person, "kunde-b")
        await person.press("enter")
        assert "kunde-b" in person.line("title")
        assert load_accounts(places).current == "kunde-b"


async def test_renaming_an_account_renames_it_and_asks_for_no_password(
    app_open: Open, places: Places, server: str
) -> None:
    account = Account("kunde-a", server, "demo")
    add_account(places, account)
    keep_password(account, Secret("demo"), places)
    session = open_session(account, Secret("demo"), places, Config())
    async with app_open(session, page="settings") as person:
        await choose(person, "kunde-a")
        await person.press("e")
        assert "⏎ save" in person.line("foot")
        await person.fill("#signin-name", "müller")
        await person.press("enter")
        assert person.page_id == "settings"
        (kept,) = load_accounts(places).accounts
        assert (kept.name, kept.server, kept.user) == ("müller", server, "demo")
        assert find_kept_password(kept, places) is not None
        assert "müller" in person.line("title")


async def test_unticking_keep_forgets_the_kept_password(app_open: Open, places: Places, server: str) -> None:
    account = Account("kunde-a", server, "demo")
    add_account(places, account)
    keep_password(account, Secret("demo"), places)
    async with app_open(page="settings") as person:
        await choose(person, "kunde-a")
        await person.press("e")
        person.app.screen.query_one("#signin-keep").focus()
        await person.press("space", "enter")
        assert find_kept_password(account, places) is None
        assert "Its kept password is forgotten." in person.said()


async def test_signing_in_anew_after_an_edit_was_left_changes_no_known_account(
    app_open: Open, places: Places, server: str
) -> None:
    account = Account("kunde-a", "https://one.example", "anna")
    add_account(places, account)
    async with app_open(page="settings") as person:
        await choose(person, "kunde-a")
        await person.press("e", "escape", "escape")
        await person.app.action_sign_in()
        await person.calm()
        assert "⏎ sign in" in person.line("foot")
        for field, text in (("server", server), ("user", "demo"), ("name", "neu"), ("password", "demo")):
            await person.fill(f"#signin-{field}", text)
        person.app.screen.query_one("#signin-name").focus()
        await person.press("enter")
        assert [one.name for one in load_accounts(places).accounts] == ["kunde-a", "neu"]
        assert load_accounts(places).accounts[0] == account
