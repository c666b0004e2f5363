"""Presets that are saved elsewhere while the app runs are there when they are asked for."""

from __future__ import annotations

from tests.functional.conftest import Open
from tui.model.registration import Preset
from tui.settings.files.paths import Places
from tui.settings.presets import save_preset


async def test_a_preset_that_was_saved_elsewhere_is_offered_by_f4(app_open: Open, places: Places) -> None:
    async with app_open() as person:
        assert person.app.desk.presets == ()
        save_preset(places, Preset("late", "http://late.example/%MACD.xml", "Acme"))
        await person.press("f4", "enter")
        assert person.value("register-url") == "http://late.example/%MACD.xml"
