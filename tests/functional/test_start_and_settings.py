"""First start, sign in, switch, sign out, and Settings; against the sandbox over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.functional.conftest import Open, Person
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.dialogs.notices.tour import Tour
from tui.app.dialogs.pickers.preset import PresetDialog
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.widgets.choices import Choices
from tui.errors import LoginRefused
from tui.model.registration import Preset
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox
from tui.settings.accounts import Account, add_account, load_accounts
from tui.settings.files.paths import Places
from tui.settings.presets import load_presets, save_preset
from tui.settings.secrets.credentials import find_kept_password


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


async def sign_in(person: Person, server: str, password: str = "demo", name: str = "kunde-a") -> None:
    await person.fill("#signin-server", server)
    await person.fill("#signin-user", "demo")
    await person.fill("#signin-name", name)
    person.app.screen.query_one("#signin-password").focus()
    await person.fill("#signin-password", password)
    await person.press("enter")


def rows(person: Person) -> list[str]:
    return person.app.screen_stack[0].query_one("#settings-list", Choices).rows


async def go_to_row(person: Person, text: str) -> None:
    choices = person.app.screen_stack[0].query_one("#settings-list", Choices)
    index = next(index for index, row in enumerate(choices.rows) if text in row)
    choices.fill(choices._rows, headings=sorted(choices._headings), cursor=index)
    await person.calm()


async def test_the_first_start_offers_three_choices(app_open: Open) -> None:
    async with app_open(rehearse=False) as person:
        assert person.page_id == "start"
        names = [row.split("  ")[0] for row in person.app.screen.query_one("#start-choices", Choices).rows]
        assert names == ["Try it now", "Sign in", "Read the tour"]
        assert "signed out" in person.line("title")


async def test_try_it_now_opens_the_sandbox(app_open: Open) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("enter")
        assert person.page_id == "register"
        assert "sandbox" in person.line("title")


async def test_the_tour_opens_and_closes(app_open: Open) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("r")
        assert isinstance(person.dialog, Tour)
        await person.press("escape")
        assert person.page_id == "start"


async def test_pages_that_need_an_account_lead_back_to_the_start(app_open: Open) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("3")
        assert person.page_id == "start"
        assert "Sign in first" in person.said()


async def test_signing_in_tests_the_login_and_remembers_the_account_without_its_password(
    app_open: Open, places: Places, server: str
) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("s")
        await sign_in(person, server)
        assert person.page_id == "register"
        assert "kunde-a" in person.line("title")
        accounts = load_accounts(places)
        assert accounts.current == "kunde-a"
        assert find_kept_password(accounts.accounts[0], places) is None


async def test_the_password_is_kept_only_on_request_in_a_private_file(
    app_open: Open, places: Places, server: str
) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("s")
        person.app.screen.query_one("#signin-keep").focus()
        await person.press("space")
        assert str(places.passwords_file) in person.text("signin-where").replace("\n", "")
        await sign_in(person, server)
        assert places.passwords_file.stat().st_mode & 0o777 == 0o600
        kept = find_kept_password(load_accounts(places).accounts[0], places)
        assert kept is not None
        assert kept.reveal() == "demo"


async def test_enter_on_the_check_box_signs_in_and_leaves_the_box_as_it_is(
    app_open: Open, places: Places, server: str
) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("s")
        for field, text in (("server", server), ("user", "demo"), ("name", "kunde-a"), ("password", "demo")):
            await person.fill(f"#signin-{field}", text)
        person.app.screen.query_one("#signin-keep").focus()
        await person.press("enter")
        assert person.page_id == "register"
        assert find_kept_password(load_accounts(places).accounts[0], places) is None


async def test_a_refused_login_keeps_what_was_typed_and_stores_nothing(
    app_open: Open, places: Places, server: str
) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("s")
        await sign_in(person, server, password="wrong")
        assert isinstance(person.dialog, ErrorDialog)
        assert isinstance(person.dialog.error, LoginRefused)
        await person.press("escape")
        assert person.page_id == "signin"
        assert person.value("signin-user") == "demo"
        assert person.value("signin-password") == "wrong"
        assert load_accounts(places).accounts == ()


async def test_plain_http_to_a_stranger_is_warned_about_before_the_password_leaves(
    app_open: Open, places: Places
) -> None:
    async with app_open(rehearse=False) as person:
        await person.press("s")
        await sign_in(person, "http://prov.example.net")
        assert isinstance(person.dialog, ConfirmDialog)
        assert "in clear" in str(person.dialog.lines[0])
        await person.press("escape")
        assert load_accounts(places).accounts == ()


async def test_signing_out_keeps_what_was_typed(app_open: Open) -> None:
    async with app_open() as person:
        await person.type("7C2F80")
        await person.press("ctrl+p")
        await person.type("sign out")
        await person.press("enter")
        assert person.page_id == "start"
        await person.press("t")
        assert (person.page_id, person.value("register-mac")) == ("register", "7C2F80")


async def test_settings_shows_accounts_presets_theme_keys_and_files(app_open: Open, places: Places) -> None:
    add_account(places, Account("kunde-a", "https://prov.gigaset.net", "anna"))
    save_preset(places, Preset("one", "http://u:geheim@x/%MACD", "P"))
    async with app_open(page="settings") as person:
        shown = "\n".join(rows(person))
        for text in (
            "Accounts",
            "anna at https://prov.gigaset.net",
            "Presets",
            "one",
            "Theme",
            "Keys",
            "Files",
        ):
            assert text in shown
        assert str(places.journal_file) in shown
        assert "geheim" not in shown


async def test_the_login_of_an_account_is_tested_from_settings(
    app_open: Open, places: Places, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIRECTORY_PASSWORD", "demo")
    add_account(places, Account("kunde-a", server, "demo"))
    async with app_open(page="settings") as person:
        await go_to_row(person, "kunde-a")
        await person.press("t")
        assert "kunde-a: the login is taken" in person.said()


async def test_an_account_is_switched_to_with_enter(
    app_open: Open, places: Places, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIRECTORY_PASSWORD", "demo")
    add_account(places, Account("kunde-a", server, "demo"))
    async with app_open(page="settings") as person:
        await go_to_row(person, "kunde-a")
        await person.press("enter")
        assert "kunde-a" in person.line("title")
        assert "sandbox" not in person.line("title")


async def test_removing_an_account_asks_and_forgets_it(app_open: Open, places: Places) -> None:
    add_account(places, Account("kunde-a", "https://prov.gigaset.net", "anna"))
    async with app_open(page="settings") as person:
        await go_to_row(person, "kunde-a")
        await person.press("d", "y")
        assert load_accounts(places).accounts == ()
        assert "kunde-a" not in "\n".join(rows(person))


async def test_a_preset_is_added_edited_and_removed(app_open: Open, places: Places) -> None:
    async with app_open(page="settings") as person:
        await go_to_row(person, "+ add a preset")
        await person.press("enter")
        assert isinstance(person.dialog, PresetDialog)
        await person.type("kunde-p")
        await person.press("enter")
        assert [preset.name for preset in load_presets(places).presets] == ["kunde-p"]
        await go_to_row(person, "kunde-p")
        await person.press("e")
        await person.fill("#preset-url", "http://x/%MACD")
        await person.press("enter")
        assert load_presets(places).presets == (Preset("kunde-p", "http://x/%MACD"),)
        await go_to_row(person, "kunde-p")
        await person.press("d", "y")
        assert load_presets(places).presets == ()


async def test_a_theme_is_tried_at_once(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        await go_to_row(person, "ansi-light")
        await person.press("enter")
        assert person.app.theme == "ansi-light"


async def test_a_path_is_copied_to_the_terminals_clipboard(app_open: Open, places: Places) -> None:
    async with app_open(page="settings") as person:
        await go_to_row(person, "journal")
        await person.press("y")
        assert person.app.clipboard == str(places.journal_file)
