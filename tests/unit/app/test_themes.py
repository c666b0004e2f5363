"""The settings know the themes by name, without Textual; Textual has each of them."""

from textual.theme import BUILTIN_THEMES

from tui.app.theme import THEMES as OFFERED
from tui.settings.config import THEMES


def test_the_themes_that_a_settings_file_may_name_are_those_that_there_are() -> None:
    assert set(THEMES) == set(BUILTIN_THEMES)
    assert set(OFFERED) <= set(THEMES)
