"""Sessions: what they are called, what they own, and what they leave behind."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.services.conftest import Rehearse
from tui.errors import LinkError, LoginRefused, NotReached, UsageError
from tui.model.addresses import Identifier
from tui.model.secrets import Secret
from tui.server.http.embedded import EmbeddedTransport
from tui.services.devices.look_up import list_devices, look_up
from tui.services.session import (
    Batching,
    Session,
    check_server,
    find_account_key,
    open_offline,
    open_rehearsal,
    open_session,
    open_vault,
)
from tui.settings.accounts import Account
from tui.settings.config import AccountEntry, Config, LinkSettings, ListSettings
from tui.settings.files.paths import Places
from tui.wire.client import RedirectClient

PASSWORD = Secret("geheim")


def account(server: str, name: str = "kunde-a", user: str = "kunde") -> Account:
    return Account(name, server, user)


@pytest.mark.parametrize(
    ("server", "key"),
    [
        ("prov.gigaset.net", "kunde@prov.gigaset.net"),
        ("https://PROV.gigaset.net:443/", "kunde@prov.gigaset.net"),
        ("http://127.0.0.1:8642", "kunde@127.0.0.1:8642"),
        ("https://prov.gigaset.net/apxml/rpc.do", "kunde@prov.gigaset.net"),
        ("https://[::1]:8443", "kunde@[::1]:8443"),
        ("https://proxy.example/other/rpc", "kunde@proxy.example/other/rpc"),
    ],
)
def test_the_account_key_names_user_and_server_the_same_in_every_spelling(server: str, key: str) -> None:
    assert find_account_key(account(server)) == key


def test_the_title_names_account_and_host(places: Places) -> None:
    with open_session(account("prov.gigaset.net"), PASSWORD, places) as session:
        assert session.title == "kunde-a · prov.gigaset.net"
        assert not session.rehearsal


def test_a_name_that_holds_the_host_is_title_enough(places: Places) -> None:
    with open_session(account("prov.gigaset.net", "me@prov.gigaset.net"), PASSWORD, places) as session:
        assert session.title == "me@prov.gigaset.net"


def test_the_rehearsal_says_that_it_is_the_sandbox(rehearse: Rehearse) -> None:
    session = rehearse()
    assert session.rehearsal
    assert session.title == "demo · sandbox"
    assert session.account_key == "demo@sandbox"


def test_an_account_name_cannot_steer_the_terminal(places: Places) -> None:
    with open_session(account("prov.gigaset.net", "\x1b[31mred"), PASSWORD, places) as session:
        assert "\x1b" not in session.title


def test_plain_http_to_a_stranger_is_warned_of(places: Places) -> None:
    with open_session(account("http://prov.gigaset.net"), PASSWORD, places) as session:
        assert "clear" in session.warnings[0]
    with open_session(account("http://127.0.0.1:1"), PASSWORD, places) as session:
        assert session.warnings == ()


def test_a_server_that_is_no_address_is_refused_at_once(places: Places) -> None:
    with pytest.raises(UsageError):
        open_session(account("ldap://x"), PASSWORD, places)
    with pytest.raises(UsageError):
        check_server("not a host")
    assert check_server("prov.gigaset.net") == "https://prov.gigaset.net/apxml/rpc.do"


def test_opening_a_session_sends_nothing_and_writes_nothing(places: Places) -> None:
    with open_session(account("http://127.0.0.1:1"), PASSWORD, places):
        pass
    assert not places.state.exists()
    assert not places.cache.exists()


def test_batching_comes_from_the_settings(places: Places) -> None:
    config = Config(link=LinkSettings(chunk=100, connections=8), list=ListSettings(offline=False))
    with open_session(account("prov.gigaset.net"), PASSWORD, places, config) as session:
        assert session.batching == Batching(100, 8)
        assert not session.keeps_lists
    assert Batching() == Batching(50, 6)


def test_a_login_that_is_taken_gives_its_milliseconds(rehearse: Rehearse) -> None:
    session = rehearse()
    assert session.last_round_trip_ms is None
    assert session.check_login() > 0
    assert session.last_round_trip_ms is not None


@pytest.mark.parametrize("switch", ["login=401", "login=403"])
def test_a_login_that_is_refused_is_an_error(rehearse: Rehearse, places: Places, switch: str) -> None:
    session = rehearse(switch)
    session._connect = _with_wrong_password(session)
    with pytest.raises(LoginRefused):
        session.check_login()


def test_a_login_page_is_no_accepted_login(rehearse: Rehearse) -> None:
    session = rehearse("page=login")
    with pytest.raises(LinkError):
        session.check_login()


def _with_wrong_password(session: Session) -> Callable[[], RedirectClient]:
    assert session.sandbox is not None
    transport = EmbeddedTransport(session.sandbox.wsgi)
    return lambda: RedirectClient(session.server_url, "demo", Secret("wrong"), transport=transport)


def test_a_server_that_is_not_there_is_not_reached(places: Places) -> None:
    with open_session(account("http://127.0.0.1:1"), PASSWORD, places) as session, pytest.raises(NotReached):
        session.check_login()


def test_the_folder_of_a_rehearsal_is_private_and_goes_with_it() -> None:
    with open_rehearsal(sample=1) as session:
        home = session.places.state.parent
        session.journal.remember(session.account_key, Identifier("7C2F80820EC0", "55DF"), None)
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert session.places.journal_file.exists()
    assert not home.exists()


def test_a_rehearsal_on_given_places_leaves_its_journal_there(rehearse: Rehearse, places: Places) -> None:
    session = rehearse()
    session.journal.remember(session.account_key, Identifier("7C2F80820EC0", "55DF"), None)
    session.close()
    assert places.journal_file.exists()


def test_the_kept_sandbox_has_its_devices_at_the_next_start(places: Places) -> None:
    kept = Account("sandbox", "sandbox", "demo", None, "sandbox")
    with open_session(kept, Secret(""), places) as session:
        session.client.register_device("7C2F80AAAAAA-1234", "http://x.example/%MACD.xml", "Mine")
    with open_session(kept, Secret(""), places) as session:
        assert look_up(session, Identifier("7C2F80AAAAAA")).provider == "Mine"


def test_a_switch_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="nonsense"):
        open_rehearsal(switches=["nonsense=1"])


def test_a_closed_session_says_so_and_can_be_closed_again(rehearse: Rehearse) -> None:
    session = rehearse()
    session.close()
    session.close()
    with pytest.raises(UsageError, match="closed"):
        session.check_login()
    with pytest.raises(UsageError, match="closed"):
        _ = session.journal


def test_a_session_shows_neither_password_nor_user_in_its_repr(places: Places) -> None:
    with open_session(account("prov.gigaset.net"), PASSWORD, places) as session:
        assert "geheim" not in repr(session)


def test_the_kept_list_is_shown_without_a_connection(rehearse: Rehearse, places: Places) -> None:
    session = rehearse(sample=5)
    rows = [row for batch in list_devices(session) for row in batch]
    session.journal.remember(session.account_key, Identifier("7C2F80820EC0", "55DF"), None)
    session.close()
    with open_offline(session.account, places) as kept:
        assert kept.rows == rows
        assert kept.mac_ids == {"7C2F80820EC0": "7C2F80820EC0-55DF"}


def test_without_a_kept_list_offline_says_what_to_do(places: Places) -> None:
    with pytest.raises(UsageError, match="no list"), open_offline(account("prov.gigaset.net"), places):
        pass


def test_an_empty_vault_says_how_it_fills(places: Places) -> None:
    with pytest.raises(UsageError, match="vault is empty"), open_vault(account("prov.gigaset.net"), places):
        pass


def test_accounts_of_the_settings_file_open_like_others(places: Places) -> None:
    entry = AccountEntry("work", "prov.gigaset.net", "me")
    assert (
        find_account_key(Account(entry.name, entry.server, entry.user, None, "config"))
        == "me@prov.gigaset.net"
    )


def test_importing_sessions_loads_no_http_no_sqlite_and_no_sandbox() -> None:
    program = (
        "import sys, tui.services.session, tui.services.devices.look_up\n"
        "heavy = {'httpx', 'sqlite3', 'ssl', 'tui.server.sandbox', 'asyncio'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_proxy_that_sees_the_login_of_a_plain_http_account_is_named(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:word@proxy.example:3128")
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "direct.example")
    with open_session(account("http://127.0.0.1:8642"), PASSWORD, places) as session:
        (warning,) = session.warnings
    assert "proxy.example:3128" in warning
    assert "HTTP_PROXY" in warning
    assert "in clear" in warning
    assert "word@" not in warning
    with open_session(account("https://prov.gigaset.net"), PASSWORD, places) as session:
        assert session.warnings == ()
    with open_session(account("http://direct.example"), PASSWORD, places) as session:
        assert "proxy" not in session.warnings[0]
