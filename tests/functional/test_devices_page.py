"""List/Deregister on the real sandbox, by keyboard only."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tui.app.context.flow import GROUP
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.pages.devices import DevicesPage
from tui.app.shell.app import RedirectoryApp
from tui.app.widgets.bars import Line
from tui.app.widgets.device_table import DeviceTable
from tui.model.device import MAC, PROVIDER, DeviceRow
from tui.model.outcome import Result
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config, ListSettings
from tui.settings.files.paths import Places, gather_places

URL = "http://prov.example.net/%MACD.xml"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return gather_places(tmp_path / "home")


class Desk:
    """The app on the page of devices, and what a person sees there."""

    def __init__(self, app: RedirectoryApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def page(self) -> DevicesPage:
        page = self.app.page
        assert isinstance(page, DevicesPage)
        return page

    @property
    def table(self) -> DeviceTable:
        return self.page.table

    async def calm(self) -> None:
        """Until nothing runs any more and all is drawn."""
        for _ in range(3):
            await self.app.desk.work.settled()
            await self.pilot.pause()
            beside = [worker for worker in self.app.workers if worker.group != GROUP]
            if beside:
                await self.app.workers.wait_for_complete(beside)
            await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Until something holds; for what no worker's end announces."""
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, "it never came about"
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """One key after another, each once all that the key before began has ended and is drawn."""
        for key in keys:
            await self.pilot.press(key)
            await self.calm()

    async def search(self, text: str) -> None:
        await self.pilot.press("slash", *("space" if key == " " else key for key in text), "enter")
        await self.calm()

    def line(self, name: str) -> str:
        return self.page.query_one(f"#devices-{name}", Line).text

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


@asynccontextmanager
async def open_page(
    session: Session, places: Places, size: tuple[int, int] = (80, 24), config: Config | None = None
) -> AsyncIterator[Desk]:
    app = RedirectoryApp(session, places=places, config=config or Config(), demo=True, page="devices")
    async with app.run_test(size=size) as pilot:
        desk = Desk(app, pilot)
        await pilot.pause()
        yield desk


def listed(session: Session) -> list[DeviceRow]:
    from tui.services.devices.look_up import list_devices

    return [row for batch in list_devices(session) for row in batch]


async def test_the_list_comes_by_itself_newest_first_with_its_count(places: Places) -> None:
    async with open_page(open_rehearsal(sample=200, places=places), places) as desk:
        await desk.calm()
        assert desk.line("counts").startswith("200 devices")
        assert "Server date ▾" in desk.lines()[0]
        dates = [line[3:19] for line in desk.lines()[1:]]
        assert dates == sorted(dates, reverse=True)
        assert desk.app.focused is desk.table


async def test_the_first_order_of_the_list_is_that_of_config(places: Places) -> None:
    config = Config(list=ListSettings(sort="mac", descending=False))
    async with open_page(open_rehearsal(sample=200, places=places), places, config=config) as desk:
        await desk.calm()
        assert desk.table.devices.sorted_by == (MAC, False)
        assert "MAC ▴" in desk.lines()[0]


async def test_three_devices_found_by_search_are_marked_and_deregistered(places: Places) -> None:
    session = open_rehearsal(sample=200, places=places)
    before = listed(session)
    async with open_page(session, places) as desk:
        await desk.calm()
        await desk.search("daryna")
        await desk.press("space", "down", "space", "j", "space")
        assert "3 marked" in desk.line("counts")
        marked = {row[MAC] for row in desk.table.devices.marked_rows()}
        await desk.press("d")
        assert isinstance(desk.app.screen, ConfirmDialog)
        await desk.press("y")
        assert "✓ 3 removed" in desk.line("counts")
        assert "z undo" in desk.line("counts")
        assert "marked" not in desk.line("counts")
        assert not marked & {row[MAC] for row in desk.table.devices.shown_rows()}
        assert {row[MAC] for row in before} - {row[MAC] for row in listed(session)} == marked


async def test_enter_is_not_the_key_that_confirms(places: Places) -> None:
    session = open_rehearsal(sample=20, places=places)
    async with open_page(session, places) as desk:
        await desk.calm()
        await desk.press("d", "enter")
        assert len(listed(session)) == 20
        assert len(desk.table.devices) == 20


async def test_more_than_twenty_need_their_count_typed(places: Places) -> None:
    session = open_rehearsal(sample=30, places=places)
    async with open_page(session, places) as desk:
        await desk.calm()
        await desk.press("a", "d", "y", "enter")
        assert len(listed(session)) == 30
        await desk.press("ctrl+u", "3", "0", "enter")
        assert listed(session) == []
        assert desk.line("counts").startswith("0 devices")


async def test_a_record_that_was_changed_meanwhile_is_not_removed_and_the_answer_is_shown(
    places: Places,
) -> None:
    session = open_rehearsal(sample=0, places=places)
    assert session.client.register_device("7C2F80820EC0", URL, "Daryna").ok
    async with open_page(session, places) as desk:
        await desk.calm()
        session.client.deregister_device("7C2F80820EC0")
        session.client.register_device("7C2F80820EC0", "http://colleague/", "Daryna")
        await desk.press("d", "y")
        assert len(listed(session)) == 1
        outcomes = desk.app.screen.outcomes  # type: ignore[attr-defined]
        assert [outcome.result for outcome in outcomes] != [Result.REMOVED]
        await desk.press("escape")
        assert len(desk.table.devices) == 1


async def test_keys_work_while_rows_still_arrive(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.services.devices import look_up

    go_on, real = threading.Event(), look_up.list_devices

    def in_two_parts(session: Session) -> Iterator[list[DeviceRow]]:
        rows = [row for batch in real(session) for row in batch]
        yield rows[:100]
        assert go_on.wait(20)
        yield rows[100:]

    monkeypatch.setattr(look_up, "list_devices", in_two_parts)
    async with open_page(open_rehearsal(sample=300, places=places), places) as desk:
        await desk.until(lambda: len(desk.table.devices) >= 100)
        await desk.pilot.press("down", "space")
        await desk.pilot.pause()
        assert desk.line("counts").startswith("100 devices · 1 marked")
        assert "arriving" in desk.line("counts")
        go_on.set()
        await desk.calm()
        assert desk.line("counts").startswith("300 devices · 1 marked")
        assert "arriving" not in desk.line("counts")


@pytest.fixture
def list_in_two_parts(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The server's list: 100 rows, and once the event is set the rest."""
    from tui.services.devices import look_up

    go_on, real = threading.Event(), look_up.list_devices

    def in_two_parts(session: Session) -> Iterator[list[DeviceRow]]:
        rows = [row for batch in real(session) for row in batch]
        yield rows[:100]
        assert go_on.wait(20)
        yield rows[100:]

    monkeypatch.setattr(look_up, "list_devices", in_two_parts)
    return go_on


@pytest.mark.parametrize("keys", [["down", "down"], ["pagedown"], ["down", "up"], ["space"], ["enter", "3"]])
async def test_a_list_in_which_somebody_is_at_work_is_not_sorted_under_their_hands(
    places: Places, list_in_two_parts: threading.Event, keys: list[str]
) -> None:
    async with open_page(open_rehearsal(sample=300, places=places), places) as desk:
        table = desk.table
        await desk.until(lambda: len(table.devices) >= 100)
        for key in keys:
            await desk.pilot.press(key)
            await desk.pilot.pause()
        await desk.until(lambda: desk.app.page is not None and desk.app.page.page_id == "devices")
        before, at = desk.lines()[1:], table.cursor
        list_in_two_parts.set()
        await desk.calm()
        assert (desk.lines()[1:], table.cursor) == (before, at)
        assert len(table.devices) == 300
        assert desk.line("counts").endswith("unsorted, s sorts")
        row = table.cursor_row
        await desk.press("s")
        assert "Server date ▾" in desk.lines()[0]
        assert "unsorted" not in desk.line("counts")
        assert table.cursor_row == row


async def test_an_order_chosen_while_the_list_arrived_holds_for_all_of_it(
    places: Places, list_in_two_parts: threading.Event
) -> None:
    async with open_page(open_rehearsal(sample=300, places=places), places) as desk:
        await desk.until(lambda: len(desk.table.devices) >= 100)
        await desk.pilot.press("s", "s")
        list_in_two_parts.set()
        await desk.calm()
        macs = [row[MAC] for row in desk.table.devices.shown_rows()]
        assert len(macs) == 300
        assert macs == sorted(macs)


async def test_escape_stops_waiting_for_a_list_and_keeps_what_came(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.services.devices import look_up

    go_on, real = threading.Event(), look_up.list_devices

    def endless(session: Session) -> Iterator[list[DeviceRow]]:
        yield from real(session)
        assert go_on.wait(20)
        yield []

    monkeypatch.setattr(look_up, "list_devices", endless)
    async with open_page(open_rehearsal(sample=50, places=places), places) as desk:
        await desk.until(lambda: len(desk.table.devices) >= 50)
        await desk.until(lambda: [wait.title for wait in desk.app.desk.work.waited_for] == ["Listing"])
        await desk.pilot.press("escape")
        await desk.until(lambda: "stopped waiting" in desk.line("counts"))
        go_on.set()
        await desk.calm()
        assert len(desk.table.devices) == 50


async def test_hostile_providers_are_shown_as_text_and_can_be_chosen(places: Places) -> None:
    session = open_rehearsal(sample=0, places=places)
    names = ["[/]", "[bold]x[/bold]", "a\u202eb", "$accent", "漢字" * 20]
    for number, name in enumerate(names):
        assert session.client.register_device(f"7C2F8000000{number}", "http://u:geheim@h/%MACD.xml", name).ok
    async with open_page(session, places) as desk:
        await desk.calm()
        drawn = "\n".join(desk.lines())
        assert "[/]" in drawn
        assert "[bold]x[/bold]" in drawn
        assert "$accent" in drawn
        assert "\u202e" not in drawn
        assert "geheim" not in drawn + desk.line("detail")
        await desk.press("f", "left_square_bracket", "slash", "enter")
        assert desk.line("counts").startswith("1 shown of 5")
        assert desk.line("provider").startswith("Provider  [/]")
        await desk.press("d")
        await desk.press("y")
        assert len(listed(session)) == 4


async def test_marks_survive_search_sort_and_refresh(places: Places) -> None:
    async with open_page(open_rehearsal(sample=100, places=places), places) as desk:
        await desk.calm()
        await desk.press("space", "down", "space")
        marked = desk.table.devices.marked_rows()
        await desk.search("zzzz")
        assert "2 marked (2 outside search)" in desk.line("counts")
        await desk.press("escape", "s", "S", "r")
        assert sorted(desk.table.devices.marked_rows()) == sorted(marked)
        assert "100 devices · 2 marked" in desk.line("counts")


async def test_one_provider_and_a_search_narrow_together_and_escape_lifts_both(places: Places) -> None:
    async with open_page(open_rehearsal(sample=200, places=places), places) as desk:
        await desk.calm()
        await desk.press("f", *"daryna", "enter")
        await desk.search("7C2F80")
        shown = list(desk.table.devices.shown_rows())
        assert shown
        assert all(row[PROVIDER] == "Daryna" and row[MAC].startswith("7C2F80") for row in shown)
        await desk.press("escape")
        assert desk.line("counts").startswith("200 devices")
        assert desk.page.query_one(Input).value == ""


async def test_a_refresh_marks_what_others_changed(places: Places) -> None:
    session = open_rehearsal(sample=10, places=places)
    async with open_page(session, places) as desk:
        await desk.calm()
        rows = listed(session)
        session.client.deregister_device(rows[0][MAC])
        session.client.register_device("7C2F80ABCDEF", URL, "Newcomer")
        await desk.press("r")
        assert "1 new · 1 gone" in desk.line("counts")
        await desk.search("newcomer")
        assert desk.lines()[1][2] == "+"


async def test_the_kept_list_is_shown_and_searched_without_a_link(places: Places) -> None:
    first = open_rehearsal(sample=40, places=places)
    listed(first)
    first.close()
    async with open_page(open_rehearsal(sample=0, switches=["cut=before"], places=places), places) as desk:
        await desk.calm()
        assert not isinstance(desk.app.screen, ErrorDialog)
        assert desk.line("counts").startswith("40 devices")
        assert "list from" in desk.line("counts")
        assert "not refreshed" in desk.line("counts")
        await desk.search("daryna")
        assert 0 < len(desk.table.devices.shown) < 40


async def test_without_a_link_and_without_a_kept_list_the_error_is_shown(places: Places) -> None:
    async with open_page(open_rehearsal(switches=["status=500"], places=places), places) as desk:
        await desk.calm()
        assert isinstance(desk.app.screen, ErrorDialog)
        await desk.press("escape")
        assert "r asks the server again" in desk.lines()[1]


async def test_a_retarget_moves_the_marked_devices_and_shows_the_new_target(places: Places) -> None:
    session = open_rehearsal(sample=5, places=places)
    async with open_page(session, places) as desk:
        await desk.calm()
        await desk.press(
            "a",
            "e",
            "ctrl+u",
            *"http://new/x",
            "tab",
            "ctrl+u",
            *"Umzug",
            "tab",
            "space",
            "shift+tab",
            "enter",
        )
        assert isinstance(desk.app.screen, ConfirmDialog)
        await desk.press("y")
        assert {row[1:3] for row in listed(session)} == {("Umzug", "http://new/x")}
        assert {row[1:3] for row in desk.table.devices.shown_rows()} == {("Umzug", "http://new/x")}


async def test_an_export_writes_what_is_shown_for_the_owner_only_and_overwrites_nothing(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_page(open_rehearsal(sample=30, places=places), places) as desk:
        await desk.calm()
        await desk.search("daryna")
        count = len(desk.table.devices.shown)
        await desk.press("x", "enter")
        written = tmp_path / "devices.csv"
        assert len(written.read_text("utf-8").splitlines()) == count + 1
        assert written.stat().st_mode & 0o777 == 0o600
        await desk.press("x", "ctrl+u", *"devices.csv", "enter")
        assert len(written.read_text("utf-8").splitlines()) == count + 1
        assert "overwritten" in str(desk.app.screen.query_one("ExportDialog .note", Static).visual)


async def test_copying_one_device_copies_its_mac(places: Places) -> None:
    async with open_page(open_rehearsal(sample=3, places=places), places) as desk:
        await desk.calm()
        await desk.press("y", "enter")
        row = desk.table.cursor_row
        assert row is not None
        assert desk.app.clipboard == row[MAC]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_every_line_fits_the_terminal(places: Places, size: tuple[int, int]) -> None:
    async with open_page(open_rehearsal(sample=100, places=places), places, size) as desk:
        await desk.calm()
        await desk.press("a")
        assert desk.table.region.right <= size[0]
        assert desk.table.size.height >= size[1] - 10
        assert all(len(line) == desk.table.size.width for line in desk.lines())


async def test_what_was_deregistered_comes_back_with_undo(places: Places) -> None:
    session = open_rehearsal(sample=0, places=places)
    for number in range(3):
        assert session.client.register_device(f"7C2F8000000{number}", URL, "Daryna").ok
    before = {row[:3] for row in listed(session)}
    async with open_page(session, places) as desk:
        await desk.calm()
        await desk.press("a", "d", "y")
        assert listed(session) == []
        await desk.press("z", "y")
        assert {row[:3] for row in listed(session)} == before
        assert {row[:3] for row in desk.table.devices.shown_rows()} == before
        assert "3 stored" in desk.line("counts")


async def test_watch_goes_to_device_info_and_waits_for_that_phone(places: Places) -> None:
    async with open_page(open_rehearsal(sample=3, places=places), places) as desk:
        await desk.calm()
        row = desk.table.cursor_row
        assert row is not None
        await desk.pilot.press("w")
        await desk.until(lambda: any("atch" in ticket.title for ticket in desk.app.desk.work.running))
        assert desk.app.page is not None
        assert desk.app.page.page_id == "device_info"
        assert desk.app.page.query(Input).first().value.startswith(row[MAC])
