"""While a file is read, and after it was used: what is on the screen belongs to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Open, Person
from tui.app.pages import plan as plan_module
from tui.app.pages import upload as upload_module
from tui.app.pages.plan import PlanPage
from tui.app.pages.upload import UploadPage
from tui.app.presentation.upload import read_path
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places

URL = "http://prov.example.net/%MACD.xml"
FIRST, SECOND = "7C2F80FFA001", "7C2F80FFA002"


def write_list(path: Path, mac: str) -> str:
    path.write_text(f"MAC-ID,URL,Provider\n{mac},{URL},New\n", encoding="utf-8")
    return str(path)


def write_call(path: Path, mac: str) -> str:
    path.write_text(
        "<?xml version='1.0'?><methodCall><methodName>autoprov.registerDevice</methodName><params>"
        + "".join(f"<param><value><string>{each}</string></value></param>" for each in (mac, URL, "New"))
        + "</params></methodCall>",
        encoding="utf-8",
    )
    return str(path)


class Gate:
    """Reads of a file wait here until it is open."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.read = read
        self.open = threading.Event()
        self.came = threading.Event()

    def __call__(self, typed: str) -> Any:
        self.came.set()
        assert self.open.wait(60)
        return self.read(typed)


async def begin(person: Person, field: str, path: str, gate: Gate) -> None:
    """Name a file and press Enter; return while it is being read."""
    await person.fill(field, path)
    person.app.screen.query_one(field).focus()
    await person.pilot.press("enter")
    while not gate.came.is_set():
        await person.pilot.pause()
    await person.pilot.pause()


def words(person: Person) -> str:
    """Everything below the title line, as it stands on the screen."""
    return "\n".join(
        "".join(segment.text for segment in line) for line in person.app.screen._compositor.render_strips()
    )


@pytest.mark.parametrize("ends", ["read", "escape"])
async def test_upload_shows_nothing_of_the_file_before_while_another_is_read(
    app_open: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    first, second = write_call(tmp_path / "a.xml", FIRST), write_call(tmp_path / "b.xml", SECOND)
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", first)
        await person.press("enter")
        assert FIRST in words(person)
        gate = Gate(read_path)
        monkeypatch.setattr(upload_module, "read_path", gate)
        await begin(person, "#upload-path", second, gate)
        page = person.app.page
        assert isinstance(page, UploadPage)
        assert FIRST not in words(person)
        assert "reading" in person.note("upload-path")
        page.action_send()  # Enter in the table must not send what is gone
        if ends == "escape":
            await person.pilot.press("escape")
            gate.open.set()
            await person.calm()
            assert "reading" not in words(person)
            assert "XML-RPC file" in words(person)
        else:
            gate.open.set()
            await person.calm()
            assert SECOND in words(person)
        assert FIRST not in words(person)


async def test_answers_come_back_when_the_next_file_cannot_be_read(
    app_open: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_call(tmp_path / "a.xml", FIRST)
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", first)
        await person.press("enter", "enter")
        answered = person.line("upload-state")
        assert "1 stored" in answered
        gate = Gate(read_path)
        monkeypatch.setattr(upload_module, "read_path", gate)
        await begin(person, "#upload-path", str(tmp_path / "missing.xml"), gate)
        assert FIRST not in words(person)
        gate.open.set()
        await person.calm()
        assert "1 stored" in person.line("upload-state")
        assert FIRST in words(person)
        assert "missing.xml" in person.text("upload-message")


@pytest.mark.parametrize("ends", ["read", "escape"])
async def test_plan_shows_nothing_of_the_file_before_while_another_is_read(
    app_open: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    first, second = write_list(tmp_path / "a.csv", FIRST), write_list(tmp_path / "b.csv", SECOND)
    async with app_open(page="plan") as person:
        await person.fill("#plan-path", first)
        await person.press("enter")
        assert FIRST in words(person)
        gate = Gate(plan_module._read_file)
        monkeypatch.setattr(plan_module, "_read_file", gate)
        await begin(person, "#plan-path", second, gate)
        page = person.app.page
        assert isinstance(page, PlanPage)
        assert page.plan is None
        assert FIRST not in words(person)
        assert "added" not in person.line("plan-counts")
        if ends == "escape":
            await person.pilot.press("escape")
            gate.open.set()
            await person.calm()
            assert person.note("plan-path") == ""
            assert "Plan and apply" in words(person)
        else:
            gate.open.set()
            await person.calm()
            assert SECOND in words(person)
        assert FIRST not in words(person)


async def test_plan_names_the_file_that_it_came_from_where_the_field_does_not(
    app_open: Open, tmp_path: Path
) -> None:
    path = write_list(tmp_path / "orders.csv", FIRST)
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", path)
        await person.press("enter", "P")
        assert person.line("plan-state").startswith("orders.csv · ")
        await person.fill("#plan-path", path)
        assert not person.line("plan-state").startswith("orders.csv")
        await person.fill("#plan-path", str(tmp_path / "other.csv"))
        assert person.line("plan-state").startswith("orders.csv · ")
        await person.press("f7")
        await person.paste(f"{SECOND},{URL},New\n")
        await person.press("ctrl+s")
        assert person.line("plan-state").startswith("the pasted text · ")


async def test_plan_offers_to_apply_only_what_was_not_applied(
    app_open: Open, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_rehearsal(sample=5, places=places)
    async with app_open(session, page="plan") as person:
        await person.fill("#plan-path", write_list(tmp_path / "a.csv", FIRST))
        await person.press("enter")
        page = person.app.page
        assert isinstance(page, PlanPage)
        assert "plan.apply" in page.hints()
        await person.press("enter", "y")
        assert "1 unchanged" in person.line("plan-counts")
        assert "plan.apply" not in page.hints()
        await person.press("enter")
        assert person.app.screen is person.app.screen_stack[0]


async def test_what_was_applied_is_not_applied_again_before_it_was_compared_again(
    app_open: Open, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_rehearsal(sample=5, places=places)
    async with app_open(session, page="plan") as person:
        await person.fill("#plan-path", write_list(tmp_path / "a.csv", FIRST))
        await person.press("enter")
        page = person.app.page
        assert isinstance(page, PlanPage)
        monkeypatch.setattr(page, "compare_again", lambda: None)  # as without a link
        await person.press("enter", "y")
        assert "1 stored" in person.line("plan-state")
        assert "plan.apply" not in page.hints()
        page.focus()
        page.action_apply()
        await person.calm()
        assert person.app.screen is person.app.screen_stack[0]
        assert any("This was applied" in note.message for note in person.app._notifications)


async def test_the_empty_page_names_everything_that_upload_takes(app_open: Open) -> None:
    async with app_open(page="upload") as person:
        said = person.text("upload-message")
        for word in ("XML-RPC", "CSV", "XLSX", "XLS", "ODS", "JSON", "key: value", "ap-client"):
            assert word in said
        assert max(map(len, said.splitlines())) <= 76
