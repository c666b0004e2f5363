"""A list while it is registered: behind its closed sheet, and after the link is cut."""

from __future__ import annotations

from tests.functional.conftest import Open
from tests.functional.test_two_accounts import SLOW_CHANGE, until
from tui.app.pages.check import CheckSheet
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places

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


async def test_a_list_whose_link_was_cut_says_how_many_were_answered_and_that_the_rest_stays_unknown(
    app_open: Open, places: Places
) -> None:
    session = open_rehearsal(sample=0, places=places)
    sandbox = session.sandbox
    assert sandbox is not None
    for switch in (f"delay={SLOW_CHANGE}@registerDeviceList", "cut=before@registerDeviceList"):
        sandbox.set_switch(switch)
    async with app_open(session) as person:
        await person.press("f7")
        await person.paste(LIST)
        await person.press("r")
        await person.pilot.press("y")
        await until(person, lambda: bool(session.journal.under_way(session.account_key)))
        for method in ("checkDevice", "listDevices"):
            sandbox.set_switch(f"cut=before@{method}")
        sandbox.wake()
        await person.calm()
        sheet = person.dialog
        unknown = sheet.check.unknown
        assert unknown
        assert person.text("check-summary").startswith(f"0 of {COUNT} answered")
        await person.press("c")
        assert person.dialog is not sheet
        error = person.dialog.error.describe()
        assert f"{unknown} outcomes stay unknown until the server can be asked." in error
        assert "Nothing was changed" not in error
