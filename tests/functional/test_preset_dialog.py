"""Saving a preset never puts it in the place of another."""

from __future__ import annotations

from tests.functional.conftest import Open
from tui.app.dialogs.pickers.preset import PresetDialog
from tui.model.registration import Preset
from tui.settings.files.paths import Places
from tui.settings.presets import load_presets, save_preset


async def test_a_name_that_exists_is_refused_in_the_dialog_and_nothing_is_replaced(
    app_open: Open, places: Places
) -> None:
    kept = Preset("one", "http://kept.example/%MACD", "Kept")
    save_preset(places, kept)
    async with app_open() as person:
        await person.fill("#register-url", "http://new.example/%MACD")
        await person.press("f5")
        assert isinstance(person.dialog, PresetDialog)
        await person.fill("#preset-name", "one")
        await person.press("enter")
        assert isinstance(person.dialog, PresetDialog)
        await person.fill("#preset-name", "two")
        await person.press("enter")
        assert [preset.name for preset in load_presets(places).presets] == ["one", "two"]
    assert load_presets(places).find("one") == kept
