"""Plan and apply on the real sandbox, by keyboard only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.functional.conftest import Open, Person
from tests.workbook import make_workbook
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.dialogs.notices.outcomes import OutcomesDialog
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.pages.plan import PlanPage
from tui.model.device import MAC, DeviceRow
from tui.model.outcome import Outcome
from tui.services.changes.engine.control import Control
from tui.services.changes.planning import Plan, apply
from tui.services.devices.look_up import list_devices
from tui.services.session import Session, open_rehearsal
from tui.settings.files.paths import Places

URL = "http://prov.example.net/%MACD.xml"
NEW = [f"7C2F80FFA{number:03X}" for number in range(40)]


def listed(session: Session) -> list[DeviceRow]:
    return [row for batch in list_devices(session) for row in batch]


def write(path: Path, rows: Iterable[tuple[str, str, str]]) -> str:
    path.write_text("MAC-ID,URL,Provider\n" + "".join(",".join(row) + "\n" for row in rows))
    return str(path)


def page(person: Person) -> PlanPage:
    assert isinstance(person.app.page, PlanPage)
    return person.app.page


def rows(person: Person) -> list[str]:
    table = page(person).table
    return [table.render_line(y).text for y in range(1, 1 + len(table.rows))] if table.display else []


async def plan_file(person: Person, path: str) -> None:
    await person.press("f3")
    await person.press("P")
    await person.fill("#plan-path", path)
    await person.press("enter")


async def test_a_file_is_compared_with_the_account_before_anything_is_sent(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=50, places=places)
    before = listed(session)
    same, moved = before[0], before[1]
    path = write(
        tmp_path / "wanted.csv",
        [(same[0], same[2], same[1]), (moved[0], URL, "Moved"), (NEW[0], URL, "New"), ("oops", URL, "New")],
    )
    async with app_open(session) as person:
        await plan_file(person, path)
        await person.press("a")
        assert person.line("plan-counts") == (
            "+ 1 added  ~ 1 changed  - 48 missing  ! 0 foreign  ✗ 1 invalid  = 1 unchanged"
        )
        shown = rows(person)
        assert len(shown) == 3
        assert "+ added" in shown[0]
        assert NEW[0] in shown[0]
        assert "~ changed" in shown[1]
        assert "Moved → http://prov" in shown[1]
        assert "line 5:" in shown[2]
        assert "the missing are kept" in person.line("plan-state")
        assert listed(session) == before


async def test_what_is_odd_about_a_row_is_marked_in_the_table_and_told_below_it(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "wanted.csv", [(NEW[0], f"http://p.example/{NEW[1]}.xml", "New"), (NEW[2], URL, "New")]
    )
    async with app_open(open_rehearsal(sample=10, places=places)) as person:
        await plan_file(person, path)
        marked, plain = rows(person)
        assert "+ added !" in marked
        assert "!" not in plain
        told = person.app.screen.query_one(".detail", Static)
        assert f"The URL names another device, {NEW[1]}." in str(told.visual)


async def test_applying_does_the_difference_only_and_then_nothing_is_left(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=10, places=places)
    path = write(tmp_path / "wanted.csv", [(mac, URL, "New") for mac in NEW[:3]])
    async with app_open(session) as person:
        await plan_file(person, path)
        await person.press("enter")
        assert isinstance(person.dialog, ConfirmDialog)
        assert person.dialog.heading == "Register 3: 3 devices"
        await person.press("y")
        assert "+ 0 added" in person.line("plan-counts")
        assert "= 3 unchanged" in person.line("plan-counts")
        assert "Nothing to do" in person.text("plan-message")
        assert "Applied: 3 stored" in person.line("plan-state")
        assert {row[MAC] for row in listed(session)} >= set(NEW[:3])
        await person.press("enter")
        assert "Nothing to apply" in person.said()
        assert session.journal.sets(limit=5)[0].count == 3


async def test_missing_records_are_removed_only_after_m_and_the_count_typed(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=30, places=places)
    kept = listed(session)[0]
    path = write(tmp_path / "wanted.csv", [(kept[0], kept[2], kept[1])])
    async with app_open(session) as person:
        await plan_file(person, path)
        assert rows(person) == []
        await person.press("a", "m", "b")
        assert len(rows(person)) == 29
        assert all("- remove" in row for row in rows(person)[:10])
        assert "the missing are removed" in person.line("plan-state")
        await person.press("enter")
        await person.press("y")
        assert len(listed(session)) == 30
        await person.fill("#count", "29")
        await person.press("enter")
        assert listed(session) == [kept]
        assert "29 removed" in person.line("plan-state")


async def test_records_of_other_providers_are_left_alone_and_what_is_removed_is_counted_by_provider(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=5, places=places)
    assert session.sandbox is not None
    writer = session.sandbox.second_writer()
    for mac in NEW[:3]:
        writer.register(mac, URL, "Mine")
    others = listed(session)[:5]
    path = write(tmp_path / "wanted.csv", [(NEW[0], URL, "Mine")])
    async with app_open(session) as person:
        await plan_file(person, path)
        assert "Mine only, 5 of others kept (a: all)" in person.line("plan-state")
        await person.press("m", "b")
        assert len(rows(person)) == 2
        await person.press("enter")
        dialog = person.dialog
        assert isinstance(dialog, ConfirmDialog)
        for text in (
            session.server_url,
            "provider Mine",
            "Mine: remove 2",
            "2 of 8 records",
            "may not come back",
        ):
            assert text in dialog.note
        # More than a fifth of the account: the count is typed although there are only two.
        await person.press("y")
        assert len(listed(session)) == 8
        await person.fill("#count", "2")
        await person.press("enter")
        assert sorted(row[MAC] for row in listed(session)) == sorted([NEW[0], *(row[MAC] for row in others)])


async def test_nothing_is_pruned_while_a_row_names_a_device_that_cannot_be_read(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=5, places=places)
    first = listed(session)[0]
    path = write(tmp_path / "wanted.csv", [(first[0], first[2], first[1]), ("oops", URL, first[1])])
    async with app_open(session) as person:
        await plan_file(person, path)
        await person.press("m")
        assert "cannot be read" in person.said()
        assert "the missing are removed" not in person.line("plan-state")


async def test_a_file_that_names_no_device_can_never_prune(app_open: Open, tmp_path: Path) -> None:
    path = write(tmp_path / "wanted.csv", [("oops", URL, "P"), ("oops2", URL, "P")])
    async with app_open() as person:
        await plan_file(person, path)
        await person.press("m")
        assert "would remove every record" in person.said()
        assert not page(person).plan or not page(person).plan.prune


async def test_o_unfolds_what_is_unchanged(app_open: Open, places: Places, tmp_path: Path) -> None:
    session = open_rehearsal(sample=5, places=places)
    path = write(tmp_path / "wanted.csv", [(row[0], row[2], row[1]) for row in listed(session)])
    async with app_open(session) as person:
        await plan_file(person, path)
        assert "Nothing to do" in person.text("plan-message")
        await person.press("o")
        assert len(rows(person)) == 5
        assert "unchanged only" in person.line("plan-state")


@pytest.fixture
def slow_apply(monkeypatch: pytest.MonkeyPatch) -> list[Control]:
    """Applying stops before its first outcome until the control is paused or cancelled."""
    controls: list[Control] = []

    def held(
        session: Session, plan: Plan, *, control: Control | None = None, bare: bool = False
    ) -> Iterator[Outcome]:
        assert control is not None
        controls.append(control)
        control.pause()
        return apply(session, plan, control=control, bare=bare)

    monkeypatch.setattr("tui.services.changes.planning.apply", held)
    return controls


async def test_a_job_is_paused_shown_left_alone_and_cancelled(
    app_open: Open, places: Places, tmp_path: Path, slow_apply: list[Control]
) -> None:
    session = open_rehearsal(sample=5, places=places)
    path = write(tmp_path / "wanted.csv", [(mac, URL, "New") for mac in NEW])
    async with app_open(session) as person:
        await plan_file(person, path)
        await person.press("enter")
        person.app.screen.query_one("#count").value = "40"  # type: ignore[attr-defined]
        await person.pilot.press("enter")
        for _ in range(2000):
            if slow_apply and "1 job" in person.line("title"):
                break
            await person.pilot.pause()
        page(person).draw_state()
        assert "paused · 0 of 40" in person.line("plan-state")
        assert "1 job" in person.line("title")
        await person.pilot.press("1")
        await person.pilot.pause()
        assert person.page_id == "register"
        await person.pilot.press("escape", "P")
        await person.pilot.pause()
        assert person.page_id == "plan"
        await person.pilot.press("c")
        await person.calm()
        assert "40 not sent" in person.line("plan-state")
        assert len(person.app.screen_stack) == 1
        assert not {row[MAC] for row in listed(session)} & set(NEW)


async def test_what_was_refused_is_shown_with_its_reason_and_is_still_to_do(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=5, places=places)
    assert session.sandbox is not None
    session.sandbox.second_writer("other").register(NEW[1], URL, "Theirs")
    path = write(tmp_path / "wanted.csv", [(mac, URL, "New") for mac in NEW[:2]])
    async with app_open(session) as person:
        await plan_file(person, path)
        await person.press("enter")
        await person.press("y")
        assert isinstance(person.dialog, OutcomesDialog)
        assert "another account's" in person.text("outcome-message")
        await person.press("escape")
        assert "1 stored · 1 in use" in person.line("plan-state")
        assert "! 1 foreign" in person.line("plan-counts")


async def test_what_was_applied_is_taken_back_with_z(app_open: Open, places: Places, tmp_path: Path) -> None:
    session = open_rehearsal(sample=5, places=places)
    before = listed(session)
    path = write(tmp_path / "wanted.csv", [(mac, URL, "New") for mac in NEW[:3]])
    async with app_open(session) as person:
        await plan_file(person, path)
        await person.press("enter")
        await person.press("y")
        await person.press("z")
        await person.press("y")
        assert listed(session) == before
        assert "+ 3 added" in person.line("plan-counts")


async def test_upload_hands_a_list_over_to_be_compared(app_open: Open, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", [(mac, URL, "New") for mac in NEW[:2]])
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", path)
        await person.press("enter")
        assert "compares it with the account" in person.text("upload-message")
        await person.press("P")
        assert person.page_id == "plan"
        assert "+ 2 added" in person.line("plan-counts")


async def test_without_a_link_the_file_stays_and_the_need_for_a_link_is_said(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=5, places=places, switches=["cut=before"])
    path = write(tmp_path / "wanted.csv", [(NEW[0], URL, "New")])
    async with app_open(session, page="plan") as person:
        await person.fill("#plan-path", path)
        await person.press("enter")
        assert "need a link" in person.text("plan-message")
        assert person.value("plan-path") == path


async def test_credentials_are_hidden_until_v(app_open: Open, tmp_path: Path) -> None:
    path = write(tmp_path / "wanted.csv", [(NEW[0], "http://user:hush@prov.example.net/a.xml", "New")])
    async with app_open() as person:
        await plan_file(person, path)
        assert "hush" not in rows(person)[0]
        await person.press("v")
        assert "user:hush@" in rows(person)[0]


async def test_a_file_that_is_no_list_is_explained(app_open: Open, tmp_path: Path) -> None:
    path = tmp_path / "page.csv"
    path.write_text("<html><body>Sign in</body></html>")
    async with app_open() as person:
        await plan_file(person, str(path))
        assert "web page" in person.text("plan-message")
        assert not isinstance(person.app.screen, ErrorDialog)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_every_row_fits_the_terminal(app_open: Open, tmp_path: Path, size: tuple[int, int]) -> None:
    path = write(tmp_path / "wanted.csv", [(mac, URL, "P" * 60) for mac in NEW])
    async with app_open(size=size) as person:
        await plan_file(person, path)
        table = page(person).table
        assert {table.render_line(y).cell_length for y in range(table.size.height)} == {table.size.width}


async def test_the_list_shows_what_was_applied_without_asking_for_it_again(
    app_open: Open, places: Places, tmp_path: Path
) -> None:
    session = open_rehearsal(sample=5, places=places)
    path = write(tmp_path / "wanted.csv", [(mac, URL, "New") for mac in NEW[:2]])
    async with app_open(session, page="devices") as person:
        assert person.line("devices-counts").startswith("5 devices")
        await plan_file(person, path)
        await person.press("enter")
        await person.press("y")
        await person.press("escape")
        assert person.page_id == "devices"
        assert person.line("devices-counts").startswith("7 devices")


async def test_a_spreadsheet_is_read_like_a_csv(app_open: Open, tmp_path: Path) -> None:
    path = tmp_path / "wanted.xlsx"
    path.write_bytes(make_workbook({1: ["MAC-ID", "URL", "Provider"], 2: [NEW[0], URL, "New"]}))
    async with app_open() as person:
        await plan_file(person, str(path))
        assert "+ 1 added" in person.line("plan-counts")


async def test_a_spreadsheet_without_its_extra_says_which_to_install(
    app_open: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wanted.xlsx"
    path.write_bytes(make_workbook({1: ["MAC-ID"], 2: [NEW[0]]}))
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    async with app_open() as person:
        await plan_file(person, str(path))
        assert "redirectory[xlsx]" in person.text("plan-message")
        await person.press("f4")
        await person.press("escape")
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", str(path))
        await person.press("enter")
        assert "redirectory[xlsx]" in person.text("upload-message")


async def test_a_spreadsheet_in_upload_goes_on_to_check_and_register(app_open: Open, tmp_path: Path) -> None:
    path = tmp_path / "wanted.xlsx"
    path.write_bytes(make_workbook({1: ["MAC-ID", "URL", "Provider"], 2: [NEW[0], URL, "New"]}))
    async with app_open(page="upload") as person:
        await person.fill("#upload-path", str(path))
        await person.press("enter")
        assert "a spreadsheet of devices, 1 device" in person.text("upload-message")
        await person.press("enter")
        assert person.page_id == "register"
        assert type(person.dialog).__name__ == "CheckSheet"


async def test_on_a_narrow_terminal_the_counts_leave_out_what_is_none(app_open: Open, tmp_path: Path) -> None:
    path = write(tmp_path / "wanted.csv", [(NEW[0], URL, "New")])
    async with app_open(size=(60, 20)) as person:
        await plan_file(person, path)
        await person.press("a")
        assert person.line("plan-counts") == "+ 1 added  - 50 missing"
