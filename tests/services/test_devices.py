"""Look-ups and lists against the sandbox, and whose record is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.conftest import Rehearse
from tui.errors import CutOff, LinkError, ServerFailed
from tui.model.addresses import Identifier
from tui.model.device import DeviceRow
from tui.model.secrets import Secret
from tui.services.devices.look_up import list_devices, look_up
from tui.services.session import Session

PHONE = Identifier("7C2F80820EC0", "55DF")
URL = "http://u:geheim@172.29.0.103/%MACD.xml"


def register(session: Session, identifier: Identifier = PHONE, provider: str = "Daryna") -> None:
    assert session.client.register_device(identifier.wire, URL, provider).ok


def every_row(session: Session, *providers: str) -> list[DeviceRow]:
    return [row for batch in list_devices(session, providers) for row in batch]


def test_a_card_joins_the_servers_record_and_the_vault(rehearse: Rehearse) -> None:
    session = rehearse()
    register(session)
    session.journal.remember(session.account_key, PHONE, Secret("55DF75196006"))
    card = look_up(session, Identifier(PHONE.mac))
    assert (card.found, card.provider, card.url) == (True, "Daryna", URL)
    assert (card.mac_id, card.password) == (PHONE.mac_id, Secret("55DF75196006"))
    assert card.server_date


def test_a_device_without_record_is_not_found_in_the_servers_word(rehearse: Rehearse) -> None:
    card = look_up(rehearse(), PHONE)
    assert (card.found, card.code, card.mac_id) == (False, "mac_not_found", PHONE.mac_id)
    assert "No redirect record" in card.message


def test_a_bare_mac_is_asked_for_by_the_mac_id_of_the_vault(rehearse: Rehearse) -> None:
    session = rehearse("bare=never")
    register(session)
    assert look_up(session, Identifier(PHONE.mac)).code == "mac_invalid"
    session.journal.remember(session.account_key, PHONE, None)
    assert look_up(session, Identifier(PHONE.mac)).found


def test_an_unknown_word_is_kept(rehearse: Rehearse) -> None:
    card = look_up(rehearse("error=mac_on_holiday"), PHONE)
    assert (card.found, card.code) == (None, "mac_on_holiday")
    assert "not documented" in card.message


def test_a_broken_vault_does_not_stop_a_look_up(rehearse: Rehearse) -> None:
    session = rehearse()
    register(session)
    session.places.state.mkdir(parents=True)
    session.places.journal_file.write_bytes(b"x" * 5000)
    card = look_up(session, PHONE)
    assert card.found
    assert "damaged" in card.message


def test_a_look_up_makes_no_journal(rehearse: Rehearse) -> None:
    session = rehearse()
    look_up(session, PHONE)
    assert not session.places.state.exists()


@pytest.mark.parametrize("switch", ["status=502", "page=login", "cut=before", "body=truncated"])
def test_a_failing_link_is_an_error_not_an_answer(rehearse: Rehearse, switch: str) -> None:
    with pytest.raises(LinkError):
        look_up(rehearse(switch), PHONE)


def test_a_whole_list_is_kept_for_later(rehearse: Rehearse) -> None:
    session = rehearse(sample=300)
    rows = every_row(session)
    kept = session.lists.load(session.account_key)
    assert kept is not None
    assert kept.rows == rows
    assert len(rows) == 300


def test_a_list_that_broke_off_is_handed_on_and_not_kept(rehearse: Rehearse) -> None:
    session = rehearse("cut=middle", sample=2000)
    with pytest.raises(CutOff):
        every_row(session)
    assert session.lists.load(session.account_key) is None


def test_a_list_that_nobody_read_to_its_end_is_not_kept(rehearse: Rehearse) -> None:
    session = rehearse(sample=5000)
    batches = list_devices(session)
    next(iter(batches))
    batches.close()  # type: ignore[attr-defined]
    assert session.lists.load(session.account_key) is None


def test_a_refused_list_raises(rehearse: Rehearse) -> None:
    with pytest.raises(ServerFailed):
        every_row(rehearse("status=500"))


def test_a_list_by_provider_is_not_kept(rehearse: Rehearse) -> None:
    session = rehearse()
    register(session)
    assert [row[0] for row in every_row(session, "Daryna")] == [PHONE.mac]
    assert every_row(session, "Nord") == []
    assert session.lists.load(session.account_key) is None


@pytest.mark.parametrize(
    "switch", ["list-providers=several", "list-providers=array", "filter=case-insensitive"]
)
def test_several_providers_are_merged_and_every_device_comes_once(rehearse: Rehearse, switch: str) -> None:
    session = rehearse(switch)
    register(session)
    register(session, Identifier("7C2F80208295", "1910"), "Nord")
    register(session, Identifier("7C2F800DA979", "2EE3"), "West")
    assert sorted(row[0] for row in every_row(session, "Daryna", "Nord", "Daryna", "DARYNA")) == [
        "7C2F80208295",
        "7C2F80820EC0",
    ]


def test_a_list_that_cannot_be_kept_is_shown_all_the_same_and_the_trouble_noted(rehearse: Rehearse) -> None:
    session = rehearse(sample=5)
    session.places.cache.parent.mkdir(parents=True)
    session.places.cache.write_text("a file where the folder should be")
    assert len(every_row(session)) == 5
    assert session.lists.trouble is not None
    assert "offline list" in session.lists.trouble.title


def test_keeping_lists_can_be_switched_off(rehearse: Rehearse) -> None:
    session = rehearse(sample=5)
    session.keeps_lists = False
    every_row(session)
    assert not session.places.lists_file.exists()


def test_sandboxes_do_not_touch_the_machines_own_places(rehearse: Rehearse, tmp_path: Path) -> None:
    session = rehearse(sample=1)
    every_row(session)
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
