"""What Register offers to choose from, and whether it is all that was used."""

from __future__ import annotations

import pytest

from tests.functional.conftest import Open
from tui.app.presentation import registrations as registering
from tui.model.addresses import Identifier
from tui.model.registration import Registration, Target
from tui.services.changes.registering import register
from tui.services.devices.look_up import list_devices
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places


@pytest.mark.parametrize("limit", ["COMPLETIONS", "TODAY", "COMPLETION_LIMIT"])
async def test_completions_that_are_not_all_say_so(
    app_open: Open, places: Places, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    session = open_rehearsal(sample=0, places=places)
    for number in range(3):
        target = Target(f"http://p{number}.example/%MACD.xml", "Acme")
        list(register(session, [Registration(Identifier(f"7C2F80EE000{number}", "1000"), target)]))
    list(list_devices(session))
    monkeypatch.setattr(registering, limit, 2)
    async with app_open(session) as person:
        person.app.screen.query_one("#register-url").focus()
        await person.press("down")
        assert person.dialog.heading == "URLs used most lately; there are more"
