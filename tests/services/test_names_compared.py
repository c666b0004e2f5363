"""Names with accents are one name, however their letters are composed."""

from __future__ import annotations

from unicodedata import normalize

from tests.services.conftest import Rehearse
from tui.intake.rows import make_draft
from tui.model.identifiers import parse_identifier
from tui.model.registration import Registration, Target
from tui.model.text.inert import spell_both, to_nfc
from tui.services.changes.planning import plan
from tui.services.changes.registering import register
from tui.services.devices.device_list import DeviceList
from tui.services.devices.device_search import parse_query
from tui.services.devices.look_up import list_devices
from tui.services.devices.server_state import is_at, same_target
from tui.services.storage.selection import Selection, read_words

COMPOSED = "Müller GmbH"
DECOMPOSED = normalize("NFD", COMPOSED)
URL = "http://p.example/%MACD.xml"


def test_a_record_is_at_its_target_in_either_form() -> None:
    row = ("7C2F80A10001", DECOMPOSED, URL, "")
    assert is_at(row, Target(URL, COMPOSED))
    assert same_target(row, ("7C2F80A10001", COMPOSED, URL, "later"))
    assert not is_at(row, Target(URL, "Muller GmbH"))
    assert to_nfc(DECOMPOSED) == COMPOSED
    assert set(spell_both([COMPOSED, "a"])) == {COMPOSED, DECOMPOSED, "a"}


def test_a_filter_finds_what_the_server_holds_in_the_other_form(rehearse: Rehearse) -> None:
    session = rehearse()
    session.client.register_device("7C2F80A10001-1A2B", URL, DECOMPOSED)
    found = [row[0] for batch in list_devices(session, [COMPOSED]) for row in batch]
    assert found == ["7C2F80A10001"]


def test_a_plan_sees_no_difference_between_the_two_forms(rehearse: Rehearse) -> None:
    session = rehearse()
    session.client.register_device("7C2F80A10001-1A2B", URL, DECOMPOSED)
    wanted = plan(session, [make_draft(2, "x", "7C2F80A10001", URL, COMPOSED)])
    assert [row.mac for row in wanted.unchanged] == ["7C2F80A10001"]
    assert wanted.is_empty


def test_the_list_shows_both_forms_as_one_provider_and_finds_either_by_search() -> None:
    rows = [
        ("7C2F80A10001", COMPOSED, URL, ""),
        ("7C2F80A10002", DECOMPOSED, URL, ""),
        ("7C2F80A10003", "x", URL, ""),
    ]
    for name in (COMPOSED, DECOMPOSED):
        devices = DeviceList(rows)
        assert devices.count_providers() == {COMPOSED: 2, "x": 1}
        list(devices.search("", name))
        assert [row[0] for row in devices.shown_rows()] == ["7C2F80A10001", "7C2F80A10002"]
        list(devices.search(name.upper().split()[0]))
        assert len(devices.shown) == 2
        assert sum(map(parse_query(name).matches, rows)) == 2


def test_history_is_searched_in_either_form(rehearse: Rehearse) -> None:
    session = rehearse()
    device = parse_identifier("7C2F80A10001-1A2B")
    list(register(session, [Registration(device, Target(URL, DECOMPOSED))]))
    rows = session.journal.walk(Selection(words=read_words(COMPOSED)))
    assert [row.mac for row in rows] == ["7C2F80A10001"]
