"""A list so large that the one before it cannot be kept beside it gives way, with its marks and its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.test_devices_page import listed, open_page
from tui.app.flows.devices import listing
from tui.model.device import MAC, SERVER_DATE
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config, LinkSettings
from tui.settings.files.paths import Places, gather_places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return gather_places(tmp_path / "home")


@pytest.fixture
def session(places: Places) -> Session:
    return open_rehearsal(sample=200, places=places)


async def test_marks_order_search_and_cursor_stay_where_the_list_before_gives_way(
    session: Session, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_page(session, places) as desk:
        await desk.calm()
        await desk.search("Daryna")
        await desk.press("down", "space", "down", "space", "down")
        marks = [row[MAC] for row in desk.table.devices.marked_rows()]
        shown = [row[MAC] for row in desk.table.devices.shown_rows()]
        cursor = desk.table.cursor_row
        monkeypatch.setattr(listing, "MEMORY", 0)
        before = desk.table.devices
        await desk.press("r")
        assert desk.table.devices is not before
        assert sorted(row[MAC] for row in desk.table.devices.marked_rows()) == sorted(marks)
        assert sorted(row[MAC] for row in desk.table.devices.shown_rows()) == sorted(shown)
        assert desk.table.devices.sorted_by == (SERVER_DATE, True)
        assert desk.table.cursor_row == cursor
        assert "not compared, too large" in desk.line("counts")


async def test_what_has_arrived_of_a_list_that_fails_after_the_one_before_gave_way_is_called_a_part(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(link=LinkSettings(list_rows=1000))
    session = open_rehearsal(sample=1000, places=places, config=config)
    assert session.sandbox is not None
    async with open_page(session, places) as desk:
        await desk.calm()
        assert len(desk.table.devices) == 1000
        monkeypatch.setattr(listing, "MEMORY", 0)
        writer = session.sandbox.second_writer("demo")
        writer.register("7C2F80FFFFF0-1A2B", "http://p/%MACD", "Daryna")
        await desk.press("r")
        assert 0 < len(desk.table.devices) <= 1000
        await desk.press("escape")
        assert "cut off" in desk.line("counts")
        writer.deregister("7C2F80FFFFF0-1A2B")
        await desk.press("r")
        assert len(desk.table.devices) == 1000
        assert "list from" in desk.line("counts")


async def test_a_kept_list_that_is_too_heavy_beside_the_servers_is_left_out(
    session: Session, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(session)
    monkeypatch.setattr(listing, "MEMORY", 0)
    async with open_page(session, places) as desk:
        await desk.calm()
        assert len(desk.table.devices) == 200
        assert "list from" in desk.line("counts")


async def test_a_usual_list_is_compared_with_the_one_before(session: Session, places: Places) -> None:
    async with open_page(session, places) as desk:
        await desk.calm()
        before = desk.table.devices
        assert session.sandbox is not None
        await desk.press("r")
        assert desk.table.devices is not before
        assert "not compared" not in desk.line("counts")
        assert before.weight + desk.table.devices.weight < listing.MEMORY / 1000
