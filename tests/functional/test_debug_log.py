"""The app writes the log on request as the commands do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.conftest import Open
from tui.app.dialogs.notices.error import ErrorDialog

KNOWN = "7C2F80820EC0"


async def test_a_look_up_of_the_app_is_in_the_log_without_its_mac(
    app_open: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "exchanges.log"
    monkeypatch.setenv("REDIRECTORY_LOG", str(log))
    async with app_open(page="device_info") as person:
        await person.press("ctrl+k")
        await person.type(KNOWN)
        await person.press("enter")
        assert "Record stored" in person.text("info-state")
    text = log.read_text("ascii")
    assert "method=checkDevice devices=1" in text
    assert "link=embedded result=ok" in text
    assert KNOWN not in text


async def test_a_log_that_cannot_be_written_is_said_in_the_app(
    app_open: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIRECTORY_LOG", str(tmp_path / "missing" / "log"))
    async with app_open(page="device_info") as person:
        await person.press("ctrl+k")
        await person.type(KNOWN)
        await person.press("enter")
        assert isinstance(person.dialog, ErrorDialog)
        assert "REDIRECTORY_LOG" in person.dialog.error.title
