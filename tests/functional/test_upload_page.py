"""Upload on the sandbox, by keyboard: files shown before they are sent, answers beside their devices."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Open, Person
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.dialogs.questions.export import ExportDialog
from tui.app.dialogs.questions.paste import PasteBox
from tui.app.pages.upload import UploadPage
from tui.model.device import DeviceRow
from tui.services.changes.uploading import TEMPLATES
from tui.services.devices.look_up import list_devices
from tui.services.session import open_rehearsal
from tui.settings.files.paths import Places

URL = "http://geheim:wort@172.29.0.103/%DVID/%MACD.xml"
NEW = ("7C2F80FFEE01-1234", "7C2F80FFEE02-5678")


def call(method: str, *params: str | list[str]) -> str:
    spelt = []
    for param in params:
        one = (
            f"<string>{param}</string>"
            if isinstance(param, str)
            else "<array><data>" + "".join(f"<value>{item}</value>" for item in param) + "</data></array>"
        )
        spelt.append(f"<param><value>{one}</value></param>")
    name = method if "." in method else f"autoprov.{method}"
    return (
        f"<?xml version='1.0'?>\n<methodCall>\n<methodName>{name}</methodName>\n"
        f"<params>{''.join(spelt)}</params>\n</methodCall>\n"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the person started the program in."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


class Uploader:
    """A person on the Upload page."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @property
    def page(self) -> UploadPage:
        page = self.person.app.page
        assert isinstance(page, UploadPage)
        return page

    @property
    def rows(self) -> list[str]:
        table = self.page.table
        drawn = [row.draw(76, table.revealed) for row in table.rows]
        return ["".join(text for text, _ in pieces).rstrip() for pieces in drawn]

    @property
    def message(self) -> str:
        return self.person.text("upload-message")

    @property
    def state(self) -> str:
        return self.person.line("upload-state")

    async def read(self, text: str, name: str = "calls.xml") -> None:
        Path(name).write_text(text, encoding="utf-8")
        await self.open(name)

    async def open(self, path: str) -> None:
        await self.person.fill("#upload-path", path)
        self.page.field.entry.focus()
        await self.person.press("enter")

    def devices(self) -> dict[str, DeviceRow]:
        rows = list_devices(self.person.app.desk.session)
        return {row[0]: row for batch in rows for row in batch}


async def test_a_file_is_shown_call_by_call_and_nothing_is_sent(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        before = there.devices()
        await there.read(call("registerDeviceList", list(NEW), URL, "Daryna") + call("listDevices"))
        assert there.state.startswith("2 calls: register 2 devices, list")
        assert "nothing is sent yet" in there.state
        assert [row.split("  ")[0].strip() for row in there.rows if "Call" in row] == ["Call 1", "Call 2"]
        assert any(NEW[0] in row for row in there.rows)
        assert any("Daryna → http://" in row for row in there.rows)
        assert there.devices() == before


async def test_credentials_of_a_url_are_hidden_until_revealed(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDevice", NEW[0], URL, "Daryna"))
        assert not any("geheim" in row for row in there.rows)
        await person.press("v")
        assert any("geheim:wort" in row for row in there.rows)


async def test_a_misspelt_prefix_is_corrected_and_said(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("autoprovider.registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna"))
        assert any("The prefix autoprovider. is a misprint" in row for row in there.rows)
        await person.press("enter")
        assert NEW[0][:12] in there.devices()


async def test_a_registration_is_answered_with_the_portals_numbered_lines(
    app_open: Open, folder: Path
) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna"))
        await person.press("enter")
        head, *lines = there.rows
        assert "Register 7C2F80FFEE01-1234" in head
        assert lines[0].split() == ["1", "1"]
        assert lines[1].split()[0] == "2"
        assert lines[1].split()[1].startswith("OK:")
        assert lines[1].split()[2:] == [NEW[0], "✓", "stored"]
        assert "1 stored" in there.state


async def test_the_mac_password_is_masked_until_revealed(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna"))
        await person.press("enter")
        entry = person.app.desk.journal.recall(person.app.desk.session.account_key, NEW[0][:12])
        assert entry is not None
        assert entry.password is not None
        password = entry.password.reveal()
        assert not any(password in row for row in there.rows)
        await person.press("v")
        assert any(password in row for row in there.rows)


async def test_a_deregistration_is_asked_about_first(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        victims = list(there.devices())[:3]
        await there.read(call("deregisterDeviceList", victims))
        await person.press("enter")
        assert isinstance(person.dialog, ConfirmDialog)
        await person.press("enter")
        assert set(victims) <= set(there.devices())
        await person.press("enter", "y")
        assert not set(victims) & set(there.devices())
        assert "3 removed" in there.state


async def test_more_than_twenty_devices_need_their_count_typed(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        many = [f"7C2F80AA{number:04X}-1234" for number in range(25)]
        await there.read(call("registerDeviceList", many, "http://h/%MACD.xml", "Daryna"))
        await person.press("enter")
        assert person.dialog.wants_count
        await person.type("25")
        await person.press("enter")
        assert "25 stored" in there.state


async def test_devices_without_a_line_of_their_own_are_accounted_for(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        taken = next(iter(there.devices()))
        await there.read(call("registerDeviceList", [NEW[0], taken], "http://h/%MACD.xml", "Daryna"))
        await person.press("enter")
        assert any(taken in row and "refused" in row and "–" not in row for row in there.rows)
        assert any(NEW[0] in row and "not made" in row and "–" in row for row in there.rows)


async def test_one_call_that_cannot_be_sent_holds_all_of_them_back(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        text = call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna") + call("rebootDevice", NEW[0])
        await there.read(text)
        await person.press("enter")
        assert "Call 2 cannot be sent." in there.message
        assert NEW[0][:12] not in there.devices()


def png(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 << 30)


HOSTILE: list[tuple[str, Callable[[Path], object], str]] = [
    ("a PNG", png, "It is a PNG picture."),
    ("2 GiB", huge, "2,048 MiB"),
    ("HTML", lambda path: path.write_text("<!DOCTYPE html><html></html>"), "a web page"),
    ("a DOCTYPE", lambda path: path.write_text("<!DOCTYPE a [<!ENTITY b 'x'>]><a/>"), "document type"),
    ("NUL", lambda path: path.write_bytes(b"<methodCall>\0</methodCall>"), "NUL (0x00) on line 1"),
    ("nothing", lambda path: path.touch(), "It is empty."),
    ("a folder", lambda path: path.mkdir(), "This is a folder."),
    ("a pipe", lambda path: os.mkfifo(path), "This is a pipe"),
    ("no file", lambda path: None, "No such file"),
    ("control characters", lambda path: path.write_bytes(b"\x1b]0;pwned\x07[/]"), "not an XML-RPC call"),
]


@pytest.mark.parametrize(
    ("make", "says"), [entry[1:] for entry in HOSTILE], ids=[entry[0] for entry in HOSTILE]
)
async def test_what_is_no_call_file_is_named_and_the_path_stays(
    app_open: Open, folder: Path, make: Callable[[Path], object], says: str
) -> None:
    make(folder / "bad.xml")
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.open("bad.xml")
        assert there.message.startswith("✗ ")
        assert says in " ".join(there.message.split())
        assert person.value("upload-path") == "bad.xml"
        assert there.rows == []


async def test_after_a_bad_file_the_one_before_is_not_sent_by_enter(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna"))
        await there.open("missing.xml")
        await person.press("escape", "enter", "enter")
        assert NEW[0][:12] not in there.devices()


async def test_a_list_of_devices_goes_to_check_and_register(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(f"mac,url,provider\n{NEW[0]},http://h/%MACD.xml,Daryna\n", "list.csv")
        assert "a table of devices (CSV), 1 device" in there.message
        await person.press("enter")
        assert person.page_id == "register"
        assert type(person.dialog).__name__ == "CheckSheet"
        assert [draft.mac_text for draft in person.dialog.check.drafts] == [NEW[0]]


async def test_pasted_xml_is_read_wherever_the_focus_is(app_open: Open, folder: Path) -> None:
    text = call("checkDevice", NEW[0]).replace("version='1.0'", "version='1.0' encoding='ISO-8859-1'")
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await person.paste(text)
        assert there.state.startswith("the pasted text · 1 call: check 1 device")
        await person.press("escape")
        there.page.table.focus()
        await person.paste(call("listDevices", "Bürotelefon"))
        assert "1 call: list" in there.state
        assert any("Bürotelefon" in row for row in there.rows)
        await person.press("5")
        await person.paste(call("checkDevice", NEW[1]))
        assert person.page_id == "upload"
        assert "check 1 device" in there.state


async def test_the_paste_box_takes_text_and_keeps_it(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await person.press("f7")
        await person.paste("<methodCall>\x1b[31m")
        assert person.dialog.query_one(PasteBox).text == "<methodCall>␛[31m"
        await person.press("ctrl+s")
        assert there.message.startswith("✗ the pasted text")
        await person.press("f7")
        assert person.dialog.query_one(PasteBox).text == "<methodCall>␛[31m"


async def test_tab_completes_the_path(app_open: Open, folder: Path) -> None:
    (folder / "customers").mkdir()
    (folder / "customers" / "north.xml").write_text(call("listDevices"))
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await person.type("cus")
        await person.press("tab")
        assert person.value("upload-path") == "customers/"
        await person.type("n")
        await person.press("tab", "enter")
        assert "1 call: list" in there.state


async def test_the_folder_is_listed_with_the_arrow(app_open: Open, folder: Path) -> None:
    for name in ("a.xml", "b.xml", ".hidden"):
        (folder / name).write_text(call("listDevices"))
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await person.press("down")
        assert person.dialog.texts == ["a.xml", "b.xml"]
        await person.press("j", "enter")
        assert person.value("upload-path") == "b.xml"
        assert "1 call: list" in there.state


async def test_a_picker_chooses_the_file(app_open: Open, folder: Path) -> None:
    (folder / "only.xml").write_text(call("listDevices"))
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await person.press("f4")
        await person.calm()
        await person.press("down", "enter")
        assert person.value("upload-path") == str(folder / "only.xml")
        assert "1 call: list" in there.state


async def test_the_result_is_saved_to_a_private_file(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna"))
        await person.press("enter", "x", "enter")
        written = folder / "calls-result.xml"
        assert "<methodResponse>" in written.read_text()
        assert "OK:1234" in written.read_text()
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert "calls-result.xml" in person.said()


async def test_a_saved_result_never_overwrites(app_open: Open, folder: Path) -> None:
    (folder / "calls-result.xml").write_text("mine")
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("checkDevice", NEW[0]))
        await person.press("enter", "x")
        await person.fill("#export-file", str(folder / "calls-result.xml"))
        await person.press("enter")
        assert isinstance(person.dialog, ExportDialog)
        assert "nothing is overwritten" in person.note("export-file")
        assert (folder / "calls-result.xml").read_text() == "mine"


@pytest.mark.parametrize("place", range(len(TEMPLATES)), ids=TEMPLATES)
async def test_every_template_is_written_and_can_be_read_again(
    app_open: Open, folder: Path, place: int
) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await person.press("escape", "n", *["down"] * place, "enter")
        assert person.value("upload-path") == str(folder / f"{TEMPLATES[place]}.xml")
        there.page.field.entry.focus()
        await person.press("enter")
        assert there.state.startswith("1 call")


async def test_an_abandoned_upload_still_shows_its_answer(
    app_open: Open, folder: Path, places: Places
) -> None:
    session = open_rehearsal(sample=5, places=places, switches=["delay=200ms@registerDevice"])
    async with app_open(session, page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna"))
        await person.pilot.press("enter")
        assert there.page.phase == "sending"
        await person.pilot.press("escape")
        assert person.app.desk.work.jobs
        assert "no longer waiting" in person.said()
        await person.calm()
        assert there.page.phase == "answered"
        assert "1 stored" in there.state


async def test_a_lost_connection_leaves_the_answers_so_far_and_says_what_was_not_sent(
    app_open: Open, folder: Path, places: Places
) -> None:
    session = open_rehearsal(sample=5, places=places, switches=["cut=before@deregisterDevice"])
    async with app_open(session, page="upload") as person:
        there = Uploader(person)
        await there.read(
            call("registerDevice", NEW[0], "http://h/%MACD.xml", "Daryna")
            + call("deregisterDevice", NEW[0])
            + call("listDevices")
        )
        await person.press("enter", "y")
        assert there.message.startswith("✗ ")
        assert "1 stored" in there.state
        assert there.rows[-1].endswith("not sent")


async def test_what_was_uploaded_is_taken_back_with_z(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("registerDeviceList", list(NEW), "http://h/%MACD.xml", "Daryna"))
        await person.press("enter", "z", "y")
        assert not {mac[:12] for mac in NEW} & set(there.devices())


async def test_the_path_and_the_answer_survive_a_tab_switch(app_open: Open, folder: Path) -> None:
    async with app_open(page="upload") as person:
        there = Uploader(person)
        await there.read(call("checkDevice", NEW[0]))
        await person.press("enter")
        shown = there.rows
        await person.press("5", "4")
        assert person.value("upload-path") == "calls.xml"
        assert there.rows == shown


@pytest.mark.parametrize("width", [60, 80, 200])
async def test_the_longest_outcome_is_never_cut(app_open: Open, folder: Path, width: int) -> None:
    async with app_open(page="upload", size=(width, 24)) as person:
        there = Uploader(person)
        for _ in range(2):
            await there.read(call("registerDeviceList", list(NEW), "http://h/%MACD.xml", "Daryna"))
            await person.press("enter")
        table = there.page.table
        drawn = [table.render_line(y).text for y in range(table.size.height)]
        assert any("= unchanged" in line for line in drawn)
