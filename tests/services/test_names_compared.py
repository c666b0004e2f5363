"""Names with accents are one name, however their letters are composed."""

from __future__ import annotations

from unicodedata import normalize

from tests.services.conftest import Rehearse
from tui.intake.rows import make_draft
from tui.model.registration import Target
from tui.model.text import spell_both, to_nfc
from tui.services.devices import list_devices
from tui.services.inquiry import is_at, same_target
from tui.services.planning import plan

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
