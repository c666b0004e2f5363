"""Credentials in a URL stay hidden wherever a record is drawn, in the place of a provider too."""

from __future__ import annotations

import pytest

from tui.app.dialogs.questions.copying import list_facts
from tui.app.presentation.device_card import Known, draw_facts, draw_missing, draw_records
from tui.app.presentation.history import draw_card, make_row
from tui.app.widgets.device_lines import Columns, draw_row
from tui.model.device import DeviceCard
from tui.model.outcome import Operation
from tui.model.registration import Target
from tui.services.storage.journal_rows import JournalRow

MAC = "7C2F80820EC0"
SECRETS = [f"ge{sign}heim" for sign in ("", "/", "?", "#", " ", "@", ":", "%2F", "ü漢", "[", "&", "+")]
PLACES = ["http://me:{}@h.example/x", "https://h.example/?token={}", "https://h.example/x#pin={}"]
WIDTHS = (40, 80, 120, 250)


def record(provider: str, url: str, before: bool) -> JournalRow:
    return JournalRow(
        1,
        "set",
        "account",
        "2026-01-01T00:00:00+00:00",
        Operation.RETARGET,
        MAC,
        None,
        (MAC, provider, url, "2015-11-17 04:01") if before else None,
        Target(url, provider) if not before else Target("http://new.example/", "New"),
        None,
        "",
        None,
        "",
        f"The server said {url}" if " " not in url else "",
        None,
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("field", ["provider", "url"])
def test_no_screen_shows_a_secret_of_a_record(secret: str, place: str, field: str) -> None:
    foreign = place.format(secret)
    provider, url = (foreign, "http://h.example/") if field == "provider" else ("Daryna", foreign)
    card = DeviceCard(MAC, True, provider, url, "2015-11-17 04:01")
    known = Known(card, (record(provider, url, True), record(provider, url, False)))
    message = "" if " " in secret else f"The server said {foreign}"
    missing = Known(DeviceCard(MAC, None, code=foreign, message=message))
    drawn = [
        str(draw_facts(known, False, "42/2")),
        *(text for fact in list_facts([card], False, "42/2") for text in (fact.text, fact.shown)),
        *(fact.text for fact in list_facts([card, card], False, "42/2")),
        str(draw_missing(missing)),
        *map(str, draw_records(known.records)),
    ]
    for width in WIDTHS:
        drawn.append(draw_row(Columns.for_width(width), (MAC, provider, url, "2015-11-17 04:01")))
        for row in (make_row(each, False) for each in known.records):
            drawn.append("".join(text for text, _ in row.draw(width, False)))
            drawn += [row.tell(False), *map(str, draw_card(row, None, False))]
    shown = "\n".join(drawn)
    assert "heim" not in shown
    assert secret in str(draw_facts(known, True, "42/2"))
