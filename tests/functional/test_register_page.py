"""Register on the real sandbox: typing, lints, presets, scanning, lists, devices in use."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual import events

from tests.functional.conftest import Open, Person
from tui.app.dialogs.pickers.pick import PickText
from tui.app.dialogs.pickers.preset import PickPreset, PresetDialog
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.pages.check import CheckSheet
from tui.app.pages.register import RegisterPage
from tui.app.presentation.import_table import CheckRow
from tui.app.widgets.choices import Choices
from tui.app.widgets.field import Entry
from tui.app.widgets.lines import Piece
from tui.app.widgets.toggle import Toggle
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation, Outcome, Result
from tui.model.registration import Preset, Registration
from tui.services.changes.registering import register
from tui.services.devices.look_up import look_up
from tui.services.session import Session, open_rehearsal
from tui.services.storage.journal import Intent, Settlement
from tui.settings.config import AppSettings, Config
from tui.settings.files.paths import Places
from tui.settings.presets import load_presets, save_preset

NEW = "7C2F80AB0001-1234"
URL = "http://prov.example.net/%MACD.xml"


def page(person: Person) -> RegisterPage:
    found = person.app.page
    assert isinstance(found, RegisterPage)
    return found


def today(person: Person) -> list[str]:
    return page(person).query_one("#register-today", Choices).rows


async def fill_target(person: Person, url: str = URL, provider: str = "Daryna") -> None:
    await person.fill("#register-url", url)
    await person.fill("#register-provider", provider)


async def test_a_device_is_registered_and_its_password_is_kept_and_masked(
    app_open: Open, places: Places
) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.type(NEW)
        await person.press("enter")
        assert len(today(person)) == 1
        assert "✓ stored" in today(person)[0]
        assert "password 1234········" in today(person)[0]
        assert person.value("register-mac") == ""
        card = look_up(person.app.desk.session, parse_identifier(NEW))
        assert (card.provider, card.url) == ("Daryna", URL)


async def test_v_reveals_the_password_and_hides_it_again(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.type(NEW)
        await person.press("enter", "escape", "v")
        assert "····" not in today(person)[0]
        await person.press("v")
        assert "····" in today(person)[0]


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("7C2F80820EC0-55DF", "✓ MAC-ID · Gigaset 7C:2F:80"),
        ("7c2f.8082.0ec0", "✓ bare MAC · from"),
        ("7C2F8G", "✗ not a MAC-ID"),
        ("00041312AB34", "! bare MAC"),
    ],
)
async def test_the_line_beside_the_mac_id_says_what_was_understood(
    app_open: Open, typed: str, note: str
) -> None:
    async with app_open() as person:
        await person.type(typed)
        assert person.note("register-mac").startswith(note)


async def test_leaving_the_field_normalises_the_mac_id(app_open: Open) -> None:
    async with app_open() as person:
        await person.type("7c:2f:80:82:0e:c0 55df")
        await person.press("tab")
        assert person.value("register-mac") == "7C2F80820EC0-55DF"


async def test_the_phone_line_expands_the_template_and_lints_stand_under_it(app_open: Open) -> None:
    async with app_open() as person:
        await person.fill("#register-url", "http://prov.example.net/%25MACD/%MACD.xml")
        await person.type(NEW)
        assert "http://prov.example.net/%25MACD/7C2F80AB0001.xml" in person.text("register-phone")
        assert "write %MACD" in person.text("register-lints")


async def test_credentials_in_the_url_are_masked_on_the_phone_line(app_open: Open) -> None:
    async with app_open() as person:
        await person.fill("#register-url", "http://user:geheim@prov.example.net/%MACD.xml")
        await person.type(NEW)
        assert "geheim" not in person.text("register-phone")


@pytest.mark.parametrize(
    ("mac", "url", "provider", "field"),
    [
        ("", URL, "Daryna", "register-mac"),
        (NEW, "", "Daryna", "register-url"),
        (NEW, URL, " ", "register-provider"),
    ],
)
async def test_an_empty_field_is_named_and_gets_the_focus_and_nothing_is_sent(
    app_open: Open, mac: str, url: str, provider: str, field: str
) -> None:
    async with app_open() as person:
        await fill_target(person, url, provider)
        await person.fill("#register-mac", mac)
        await person.press("enter")
        assert "empty" in person.note(field)
        assert person.app.focused is person.app.screen.query_one(f"#{field}")
        assert today(person) == []


async def test_enter_in_any_of_the_three_fields_registers(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.fill("#register-mac", NEW)
        await person.press("tab", "tab", "enter")
        assert "✓ stored" in today(person)[0]


async def test_scanning_one_after_the_other_leaves_an_empty_focused_field(app_open: Open) -> None:
    async with app_open(config=Config(app=AppSettings(keep=True))) as person:
        await fill_target(person)
        for number in range(3):
            await person.type(f"7C2F80AB000{number}-1234")
            await person.press("enter")
            assert person.value("register-mac") == ""
            assert person.app.focused is person.app.screen.query_one("#register-mac")
        assert len([row for row in today(person) if "✓ stored" in row]) == 3
        assert person.value("register-url") == URL


async def test_a_duplicate_scan_is_said_and_not_sent(app_open: Open) -> None:
    async with app_open(config=Config(app=AppSettings(keep=True))) as person:
        await fill_target(person)
        for _ in range(2):
            await person.type(NEW)
            await person.press("enter")
        assert len(today(person)) == 1
        assert "not sent again" in person.note("register-mac")
        assert len(person.app.desk.journal.rows()) == 1


async def test_keep_is_turned_by_its_key_from_inside_a_field(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("f8")
        assert page(person).query_one(Toggle).on


async def test_control_characters_of_a_scanner_never_reach_the_wire(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.paste(f"]C1\x1d{NEW}\x1d")
        await person.press("enter")
        assert person.app.desk.journal.rows()[0].mac_id == NEW


async def test_a_device_in_use_shows_both_targets_and_can_be_retargeted(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.type("7C2F80820EC0-55DF")
        await person.press("enter")
        assert "! in use" in today(person)[0]
        detail = person.text("register-detail")
        assert "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml" in detail
        assert URL in detail
        await person.press("e")
        assert isinstance(person.dialog, ConfirmDialog)
        await person.press("y")
        assert look_up(person.app.desk.session, parse_identifier("7C2F80820EC0-55DF")).url == URL


async def test_a_device_in_use_can_be_opened_or_left_as_it_is(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.type("7C2F80820EC0-55DF")
        await person.press("enter", "o")
        assert (person.page_id, person.value("info-mac")) == ("device_info", "7C2F80820EC0-55DF")


async def test_a_failed_request_keeps_everything_that_was_typed(app_open: Open, places: Places) -> None:
    session = open_rehearsal(sample=5, places=places, switches=["status=500"])
    async with app_open(session) as person:
        await fill_target(person)
        await person.type(NEW)
        await person.press("enter")
        while len(person.app.screen_stack) > 1:
            await person.press("escape")
        assert person.value("register-mac") == NEW
        assert person.value("register-url") == URL
        assert len(today(person)) == 1
        assert "stored" not in today(person)[0]


async def test_a_preset_is_saved_with_f5_and_fills_the_fields_with_f4(app_open: Open, places: Places) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.press("f5")
        assert isinstance(person.dialog, PresetDialog)
        await person.type("kunde-a")
        await person.press("enter")
        assert load_presets(places).presets == (Preset("kunde-a", URL, "Daryna"),)
        await fill_target(person, "", "")
        await person.press("f4")
        assert isinstance(person.dialog, PickPreset)
        await person.press("enter")
        assert (person.value("register-url"), person.value("register-provider")) == (URL, "Daryna")


async def test_url_and_provider_complete_from_presets_and_from_what_was_used(
    app_open: Open, places: Places
) -> None:
    save_preset(places, Preset("one", "http://only.example/%MACD", "Only One"))
    async with app_open() as person:
        person.app.screen.query_one("#register-provider").focus()
        await person.type("Onl")
        await person.press("right")
        assert person.value("register-provider") == "Only One"
        person.app.screen.query_one("#register-url").focus()
        await person.press("down")
        assert isinstance(person.dialog, PickText)
        assert person.dialog.heading == "URLs used before"
        await person.press("enter")
        assert person.value("register-url") == "http://only.example/%MACD"


async def test_what_was_registered_today_is_there_again_at_the_next_start(
    app_open: Open, places: Places
) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.type(NEW)
        await person.press("enter")
    async with app_open() as person:
        assert "✓ stored" in today(person)[0]
        assert "1234········" in today(person)[0]


async def test_z_takes_the_registration_back_after_showing_it(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.type(NEW)
        await person.press("enter", "escape", "z")
        assert isinstance(person.dialog, ConfirmDialog)
        assert any(NEW[:12] in str(line) for line in person.dialog.lines)
        await person.press("y")
        assert not look_up(person.app.desk.session, parse_identifier(NEW)).found


LIST = "\n".join(
    ["7C2F80AA0001-1111", "7C2F80AA0002-1112", "7C2F80AA00ZZ", "7C2F80AA0001-1111", "7C2F80AA0003"]
)


async def open_list(person: Person) -> CheckSheet:
    await fill_target(person)
    await person.paste(LIST)
    assert isinstance(person.dialog, CheckSheet)
    return person.dialog


def rows_of(sheet: CheckSheet) -> list[str]:
    """The lines of the table as they are drawn at 80 columns."""
    return ["".join(text for text, _ in row.draw(76, False)) for row in sheet.table.rows]


async def test_pasting_several_lines_opens_a_table_of_drafts_with_complaints(app_open: Open) -> None:
    async with app_open() as person:
        sheet = await open_list(person)
        assert person.text("check-summary").startswith("3 ready · 1 to mend · 1 duplicate folded")
        rows = rows_of(sheet)
        assert len(rows) == 4
        assert "✗ mend" in rows[2]
        assert person.value("register-mac") == ""


async def test_a_bad_row_is_mended_in_place(app_open: Open) -> None:
    async with app_open() as person:
        sheet = await open_list(person)
        await person.press("e")
        sheet.query_one("#check-mac").value = "7C2F80AA0009-1111"  # type: ignore[attr-defined]
        await person.press("enter")
        assert person.text("check-summary").startswith("4 ready")
        assert "7C2F80AA0009-1111" in rows_of(sheet)[2]


async def test_leaving_the_edit_with_escape_changes_nothing_and_keeps_the_table(app_open: Open) -> None:
    async with app_open() as person:
        sheet = await open_list(person)
        await person.press("e")
        await person.type("AB")
        await person.press("escape")
        assert person.dialog is sheet
        assert sheet.check.drafts[2].mac_text == "7C2F80AA00ZZ"


async def test_a_list_is_registered_after_a_dry_run_that_names_its_calls(app_open: Open) -> None:
    async with app_open() as person:
        sheet = await open_list(person)
        await person.press("r")
        assert isinstance(person.dialog, ConfirmDialog)
        assert "1 × autoprov.registerDeviceList of 3 devices" in str(person.dialog.lines[0])
        assert person.app.desk.journal.rows() == []
        await person.press("y")
        assert person.dialog is sheet
        assert person.text("check-summary").startswith("3 of 3 answered")
        assert person.text("check-words") == "3 stored"
        await person.press("escape")
        assert len([row for row in today(person) if "✓ stored" in row]) == 3


async def test_rows_that_were_answered_are_not_sent_again(app_open: Open) -> None:
    async with app_open() as person:
        await open_list(person)
        await person.press("r", "y", "r")
        assert isinstance(person.dialog, CheckSheet)
        assert "Nothing is ready" in person.text("check-summary")
        assert len(person.app.desk.journal.rows()) == 3


async def test_a_row_can_be_dropped(app_open: Open) -> None:
    async with app_open() as person:
        await open_list(person)
        await person.press("x")
        assert person.text("check-summary").startswith("3 ready")
        assert "mend" not in person.text("check-summary")


async def test_f7_offers_a_box_to_paste_into(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.press("f7")
        person.dialog.query_one("#check-box").text = LIST
        await person.press("ctrl+s")
        assert person.text("check-summary").startswith("3 ready")


async def test_a_pasted_picture_is_refused_with_words_and_stays_for_mending(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("f7")
        person.dialog.query_one("#check-box").text = "<html><body>login</body></html>"
        await person.press("ctrl+s")
        assert isinstance(person.dialog, CheckSheet)
        assert person.text("check-summary").startswith("✗")


async def test_a_box_takes_a_pasted_list_at_once_as_it_came(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.press("f7")
        await person.paste(LIST)
        assert person.text("check-summary").startswith("3 ready")


async def test_rows_without_a_target_are_filled_together(app_open: Open) -> None:
    async with app_open() as person:
        await person.paste(LIST)
        assert person.text("check-summary").startswith("0 ready")
        await person.press("a")
        await person.type(URL)
        await person.press("tab")
        await person.type("Daryna")
        await person.press("enter")
        assert person.text("check-summary").startswith("3 ready · 1 to mend")


async def test_n_goes_to_the_next_row_to_look_at_and_its_line_is_named(app_open: Open) -> None:
    async with app_open() as person:
        sheet = await open_list(person)
        await person.press("g", "n")
        assert sheet.table.cursor == 2
        assert person.text("check-detail").startswith("Line 3: ")


async def test_only_the_rows_in_view_of_a_long_list_are_drawn(
    app_open: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = 0
    draw = CheckRow.draw

    def count(row: CheckRow, width: int, revealed: bool) -> Sequence[Piece]:
        nonlocal drawn
        drawn += 1
        return draw(row, width, revealed)

    monkeypatch.setattr(CheckRow, "draw", count)
    async with app_open() as person:
        await fill_target(person)
        await person.paste("\n".join(f"7C2F80{number:06X}" for number in range(5000)))
        assert person.text("check-summary").startswith("5 000 ready")
        await person.press("G")
        assert 0 < drawn < 200


async def test_a_closed_list_is_there_again_with_f7_until_all_is_done(app_open: Open) -> None:
    async with app_open() as person:
        sheet = await open_list(person)
        await person.press("g", "x", "escape", "f7")
        assert person.dialog is not sheet
        assert person.text("check-summary").startswith("2 ready · 1 to mend")
        await person.press("f7")
        assert person.dialog.box is not None


async def test_a_refused_row_can_be_edited_and_sent_again(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.paste(f"7C2F80820EC0-55DF\n{NEW}")
        await person.press("r", "y")
        assert person.text("check-words") == "1 stored · 1 in use"
        assert "! in use" in rows_of(person.dialog)[0]
        await person.press("g", "e")
        await person.fill("#check-mac", "7C2F80AB0F0F-1234")
        await person.press("enter", "r", "y")
        assert person.text("check-words") == "2 stored"


async def test_rows_of_unknown_outcome_are_settled_by_asking_the_server(app_open: Open) -> None:
    async with app_open() as person:
        await fill_target(person)
        await person.paste(f"{NEW}\n7C2F80AB0F0F-1234")
        sheet, session = person.dialog, person.app.desk.session
        first, second = sheet.check.registrations
        list(register(session, [second]))
        lost = lose(session, first, second)
        sheet.check.take(
            Outcome(Operation.REGISTER, Result.UNKNOWN, one.identifier.mac, change_set=lost, line=one.line)
            for one in (first, second)
        )
        sheet.note_end()
        assert person.text("check-words") == "2 unknown"
        await person.press("c")
        assert person.dialog.lines == ["7C2F80AB0F0F-1234"]  # whose MAC password was lost with the answer
        await person.press("escape")
        assert person.text("check-words") == "1 stored · 1 not made"
        await person.press("r", "y")
        assert person.text("check-words") == "2 stored"


def lose(session: Session, *registrations: Registration) -> str:
    """Registrations whose answers were lost; their change set."""
    change_set = session.journal.open_set(Operation.REGISTER, session.account_key)
    intents = [
        Intent(Operation.REGISTER, one.identifier, None, one.target, one.line) for one in registrations
    ]
    ids = session.journal.intend(change_set, intents)
    session.journal.step(ids, "sent")
    session.journal.settle([Settlement(number, Result.UNKNOWN, "cut_off", "Cut off.") for number in ids])
    return change_set


async def test_text_typed_behind_a_tab_in_one_piece_goes_to_the_next_field(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("tab")
        for key in (*"http", "ctrl+u", *"ab", "tab", *"cd"):
            person.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await person.calm()
        assert (person.value("register-url"), person.value("register-provider")) == ("ab", "cd")


async def test_text_typed_behind_a_key_that_opens_a_dialog_goes_into_the_dialog(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("escape")
        for key in ("ctrl+p", *"theme"):
            person.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await person.calm()
        assert person.dialog.query_one(Entry).value == "theme"


async def test_text_typed_behind_a_key_that_turns_the_page_goes_into_its_field(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("escape")
        for key in ("2", *"qrstuvw"):
            person.app.post_message(events.Key(key, key))
        await person.calm()
        assert (person.page_id, person.value("info-mac")) == ("device_info", "qrstuvw")
