"""The frame: tabs, keys that work everywhere, title, small terminals, errors."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.functional.conftest import Open
from tui.app.dialogs.notices.error import ErrorDialog
from tui.app.dialogs.notices.keys import KeysDialog
from tui.app.dialogs.pickers.palette import Palette
from tui.app.dialogs.questions.confirm import ConfirmDialog
from tui.app.pages.check import CheckSheet
from tui.app.presentation.help_text import SECTIONS
from tui.app.widgets.bars import FootLine
from tui.app.widgets.choices import Choices
from tui.app.widgets.device_table import DeviceTable
from tui.app.widgets.toggle import Toggle
from tui.errors import RedirectoryError
from tui.model.outcome import Result
from tui.settings.config import Config

PAGES = ["register", "device_info", "devices", "upload", "history", "settings"]


async def test_digits_switch_tabs_outside_a_field(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("escape", "6")
        assert person.page_id == "settings"
        await person.press("2")
        assert person.page_id == "device_info"


async def test_digits_are_typed_inside_a_field(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("6")
        assert (person.page_id, person.value("register-mac")) == ("register", "6")


@pytest.mark.parametrize(
    ("key", "page"), [("alt+6", "settings"), ("alt+2", "device_info"), ("f6", "settings")]
)
async def test_alt_and_function_keys_switch_tabs_from_inside_a_field(
    app_open: Open, key: str, page: str
) -> None:
    async with app_open() as person:
        await person.press(key)
        assert person.page_id == page


async def test_next_and_previous_tab_go_round(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("ctrl+pageup")
        assert person.page_id == "settings"
        await person.press("ctrl+pagedown")
        assert person.page_id == "register"


async def test_typed_text_survives_a_tab_switch(app_open: Open) -> None:
    async with app_open() as person:
        await person.type("7C2F80")
        await person.press("alt+6", "1")
        assert person.value("register-mac") == "7C2F80"


async def test_escape_leaves_the_field_and_keeps_its_text(app_open: Open) -> None:
    async with app_open() as person:
        await person.type("7C")
        await person.press("escape")
        assert not isinstance(person.app.focused, Input)
        assert person.value("register-mac") == "7C"


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_says_that_it_is_the_sandbox(app_open: Open, page: str) -> None:
    async with app_open(page=page) as person:
        assert person.page_id == page
        assert "sandbox" in person.line("title")


async def test_the_tab_strip_has_all_six_titles_at_80_columns(app_open: Open) -> None:
    async with app_open() as person:
        assert "1 Register  2 Device Info  3 List/Deregister  4 Upload  5 History  6 Settings" in person.line(
            "tabs"
        )


async def test_a_narrow_terminal_gets_short_titles_that_fit(app_open: Open) -> None:
    async with app_open(size=(60, 20)) as person:
        assert len(person.line("tabs")) <= 60
        assert "6 Settings" in person.line("tabs")


async def test_a_terminal_that_is_too_small_gets_a_notice_and_loses_nothing(app_open: Open) -> None:
    async with app_open() as person:
        await person.type("7C")
        await person.pilot.resize_terminal(50, 15)
        await person.calm()
        assert "50x15" in person.text("small")
        assert person.app.screen.query_one("#small").display
        await person.pilot.resize_terminal(80, 24)
        await person.calm()
        assert not person.app.screen.has_class("-small")
        assert person.value("register-mac") == "7C"


async def test_ctrl_k_goes_to_the_look_up_field_from_anywhere(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        await person.press("ctrl+k")
        assert person.page_id == "device_info"
        assert person.app.focused is person.app.screen.query_one("#info-mac")


async def test_the_palette_finds_an_action_by_its_words_and_runs_it(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("ctrl+p")
        assert isinstance(person.dialog, Palette)
        await person.type("go settings")
        await person.press("enter")
        assert person.page_id == "settings"


async def test_a_mac_id_typed_into_the_palette_is_looked_up(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("ctrl+p")
        await person.type("7c2f80820ec0-55df")
        await person.press("enter")
        assert person.page_id == "device_info"
        assert "Record stored" in person.text("info-state")


async def test_the_key_list_names_this_screens_keys_and_runs_the_one_chosen(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        await person.press("question_mark")
        assert isinstance(person.dialog, KeysDialog)
        rows = person.dialog.query_one(Choices).rows
        assert any("Test the login" in row for row in rows)
        assert any("Leave Redirectory" in row for row in rows)
        await person.press("escape")
        assert len(person.app.screen_stack) == 1


async def test_a_key_of_a_dialog_is_remapped_in_its_line_its_keys_and_what_it_does(app_open: Open) -> None:
    async with app_open(config=Config(keys={"confirm.accept": ("o",)}), page="devices") as person:
        before = len(person.app.page.query_one(DeviceTable).devices)
        await person.press("d")
        assert isinstance(person.dialog, ConfirmDialog)
        assert "o deregister" in person.dialog.query_one(FootLine).text
        await person.press("question_mark")
        assert isinstance(person.dialog, KeysDialog)
        assert any(
            row.split() == ["o", "Do", "what", "is", "asked"] for row in person.dialog.query_one(Choices).rows
        )
        await person.press("escape")
        await person.press("y")
        assert isinstance(person.dialog, ConfirmDialog)
        await person.press("o")
        await person.calm()
        assert len(person.app.page.query_one(DeviceTable).devices) == before - 1


async def test_a_remapped_key_replaces_the_default_one_everywhere(app_open: Open) -> None:
    async with app_open(config=Config(keys={"app.settings": ("g",), "register.presets": ("f9",)})) as person:
        assert "F9 presets" in person.line("foot")
        await person.press("escape", "6")
        assert person.page_id == "register"
        await person.press("g")
        assert person.page_id == "settings"


async def test_a_mac_id_pasted_outside_a_field_opens_device_info(app_open: Open) -> None:
    async with app_open() as person:
        await person.press("escape")
        await person.paste("7C:2F:80:82:0E:C0-55DF\n")
        assert (person.page_id, person.value("info-mac")) == ("device_info", "7C2F80820EC0-55DF")


async def test_several_mac_ids_pasted_outside_a_field_open_check_and_register(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        await person.paste("7C2F80AA0001-1111\n7C2F80AA0002-1111\n")
        assert isinstance(person.dialog, CheckSheet)


@pytest.mark.parametrize("scan", ["7C2F80820EC0-55DF", "589EC6112233-AB12", "7c2f80820ec0-55df"])
async def test_a_scan_outside_a_field_opens_device_info_whatever_its_keys_mean(
    app_open: Open, scan: str
) -> None:
    async with app_open(page="devices") as person:
        person.app.page.focus()  # type: ignore[union-attr]
        await person.calm()
        await person.burst(scan)
        assert (person.page_id, person.value("info-mac")) == ("device_info", scan.upper())
        assert len(person.app.screen_stack) == 1


async def test_an_error_is_shown_with_title_detail_and_hint_and_never_as_markup(app_open: Open) -> None:
    async with app_open() as person:
        person.app.show_error(
            RedirectoryError("[red]no[/red]", "[/] http://u:geheim@host/", "Try\x1b[31m again")
        )
        await person.calm()
        assert isinstance(person.dialog, ErrorDialog)
        shown = "\n".join(str(widget.visual) for widget in person.dialog.query(".line"))
        assert "[red]no[/red]" in shown
        assert "[/]" in shown
        assert "geheim" not in shown
        assert "\x1b" not in shown
        await person.press("enter")
        assert len(person.app.screen_stack) == 1


async def test_q_leaves_at_once_when_nothing_runs(app_open: Open) -> None:
    async with app_open(page="settings") as person:
        await person.pilot.press("q")
        assert person.app.return_code == 0


async def test_a_confirmation_is_never_given_by_enter(app_open: Open) -> None:
    async with app_open() as person:
        answers: list[bool | None] = []
        for key in ("enter", "escape", "n", "y"):
            person.app.push_screen(ConfirmDialog("Remove?", ["one"], verb="remove"), answers.append)
            await person.calm()
            await person.press(key)
        assert answers == [False, False, False, True]


async def test_more_than_20_devices_need_their_count_typed(app_open: Open) -> None:
    async with app_open() as person:
        answers: list[bool | None] = []
        person.app.push_screen(
            ConfirmDialog("Remove?", ["one"] * 21, verb="remove", count=21), answers.append
        )
        await person.calm()
        await person.press("y", "enter")
        assert answers == []
        await person.press("ctrl+u", "2", "1", "enter")
        assert answers == [True]


async def test_tab_keys_do_nothing_under_a_dialog(app_open: Open) -> None:
    async with app_open() as person:
        person.app.show_error(RedirectoryError("No"))
        await person.calm()
        await person.press("alt+6")
        assert person.page_id == "register"


async def test_f1_reads_the_help_at_the_page_in_front_and_searches_it(app_open: Open) -> None:
    async with app_open(page="history") as person:
        await person.press("f1")
        text = person.dialog.text
        assert text.lines[text.top][0] == "5 History"
        await person.press("slash")
        await person.type("also called crc")
        await person.press("enter")
        assert "CRC or PIN" in text.lines[text.cursor][0]
        assert text.top <= text.cursor < text.top + text.size.height
        await person.press("escape")
        assert len(person.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_the_help_fits_every_terminal(app_open: Open, size: tuple[int, int]) -> None:
    async with app_open(size=size) as person:
        await person.press("f1", "G")
        text = person.dialog.text
        assert max(len(line) for line, _ in text.lines) <= text.size.width
        assert text.top + text.size.height >= len(text.lines)
        assert person.dialog.query_one(FootLine).region.bottom <= size[1]


def test_the_help_explains_every_word_an_outcome_can_have() -> None:
    explained = {line.partition(" | ")[0] for _, paragraphs in SECTIONS for line in paragraphs}
    assert {result.words for result in Result} <= explained
    assert not any("!" in line for _, paragraphs in SECTIONS for line in paragraphs)


async def test_enter_on_a_check_box_does_what_the_footer_says_and_space_turns_it(app_open: Open) -> None:
    async with app_open() as person:
        box = person.app.screen.query_one(Toggle)
        box.focus()
        await person.press("space")
        assert box.on
        assert "⏎ register" in person.line("foot")
        await person.press("enter")
        assert box.on
        assert "empty" in person.note("register-mac")


async def test_what_comes_when_the_screens_are_gone_is_not_drawn(app_open: Open) -> None:
    async with app_open() as person:
        app = person.app
    assert not app.screen_stack
    app.draw_title()
    app.refresh_hints()
