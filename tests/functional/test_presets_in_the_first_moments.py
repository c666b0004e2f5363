"""F4 on Register: whoever has presets is never told that there is none, however early it is asked."""

from __future__ import annotations

import threading

import pytest

from tests.functional.conftest import Open, Person
from tui.app.dialogs.pickers.preset import NO_PRESET
from tui.app.shell.app import RedirectoryApp
from tui.app.widgets.choices import Choices
from tui.model.registration import Preset
from tui.services.session import Session, open_rehearsal
from tui.settings.config import Config
from tui.settings.files.paths import Places
from tui.settings.presets import save_preset


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that a list was drawn with, in order."""
    texts: list[str] = []
    render = Choices.render

    def note(self: Choices) -> object:
        content = render(self)
        texts.append(content.plain)
        return content

    monkeypatch.setattr(Choices, "render", note)
    return texts


async def test_f4_as_the_first_key_while_the_account_is_opened_shows_the_presets(
    places: Places, painted: list[str]
) -> None:
    save_preset(places, Preset("early", "http://early.example/%MACD.xml", "Acme"))
    gate = threading.Event()

    def opener() -> Session:
        gate.wait(60)
        return open_rehearsal(sample=5, places=places)

    app = RedirectoryApp(places=places, config=Config(), opener=opener)
    assert app.desk._presets_read is None
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        person = Person(app, pilot)
        assert any("early" in row for row in person.dialog.query_one(Choices).rows)
        await pilot.press("enter")
        assert person.value("register-url") == "http://early.example/%MACD.xml"
        gate.set()
        await person.calm()
    assert painted
    assert not any(NO_PRESET in text for text in painted)


async def test_a_file_of_presets_that_is_broken_is_named_and_not_called_empty(
    app_open: Open, places: Places, painted: list[str]
) -> None:
    save_preset(places, Preset("sound", "http://sound.example/%MACD.xml", "Acme"))
    places.presets_file.write_text(places.presets_file.read_text() + '\n[[preset]\nname = "torn')
    async with app_open() as person:
        await person.press("f4")
        said = "\n".join(str(part.visual) for part in person.dialog.query("Static"))
        assert places.presets_file.name in said
    assert not any(NO_PRESET in text for text in painted)


async def test_without_any_preset_the_way_to_the_first_one_is_told(
    app_open: Open, painted: list[str]
) -> None:
    async with app_open() as person:
        await person.press("f4")
    assert any(NO_PRESET in text for text in painted)
