"""Check and register goes back to the page that opened it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.conftest import Open
from tui.app.pages.check import CheckSheet

LIST = "mac,url,provider\n7C2F80FFEE01-1234,http://h/%MACD.xml,Daryna\n"


async def test_a_file_from_upload_is_checked_and_closing_it_leads_back_to_upload(
    app_open: Open, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", str(path))
        await person.press("enter", "enter")
        assert isinstance(person.app.screen, CheckSheet)
        await person.press("escape")
        assert person.page_id == "upload"
        assert "a table of devices (CSV)" in person.text("upload-message")


@pytest.mark.parametrize("page", ["devices", "history", "settings", "register"])
async def test_a_list_pasted_on_a_page_leads_back_to_it(app_open: Open, page: str) -> None:
    async with app_open(page=page) as person:
        await person.press("escape")
        before = person.page_id
        await person.paste("7C2F80FFEE01-1234\n7C2F80FFEE02-5678\n")
        assert isinstance(person.app.screen, CheckSheet)
        await person.press("escape")
        assert person.page_id == before


async def test_a_list_opened_on_register_stays_there(app_open: Open) -> None:
    async with app_open(page="register") as person:
        await person.press("f7", "escape")
        assert person.page_id == "register"
