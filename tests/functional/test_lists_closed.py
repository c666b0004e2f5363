"""A list that is registered behind its closed sheet: answers that come then are kept, and draw nothing."""

from __future__ import annotations

from tests.functional.conftest import Open
from tests.functional.test_two_accounts import SLOW_CHANGE, until
from tui.app.screens.check import CheckSheet
from tui.services.session import open_rehearsal
from tui.settings.paths import Places

COUNT = 60
LIST = "mac,url,provider\n" + "\n".join(
    f"7C2F80EE{number:04X}-{4096 + number:04X},http://p.example/%MACD.xml,Acme" for number in range(COUNT)
)


async def test_answers_of_a_list_whose_sheet_was_closed_are_counted(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=0, places=places)
    assert session.sandbox is not None
    session.sandbox.set_switch(f"delay={SLOW_CHANGE}@registerDeviceList")
    async with app_open(session) as person:
        await person.press("f7")
        await person.paste(LIST)
        await person.press("r")
        await person.pilot.press("y")
        await until(person, lambda: session.sandbox is not None and bool(person.app.desk.work.running))
        sheet = person.dialog
        assert isinstance(sheet, CheckSheet)
        await person.pilot.press("escape")
        await until(person, lambda: not sheet.is_open and not sheet.query("*"))
        session.sandbox.wake()
        await person.calm()
        assert person.said().splitlines()[-1] == f"The job has ended: {COUNT} stored."
