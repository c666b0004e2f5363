"""Presets keep their order, survive other instances, and a broken file is never overwritten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.errors import ConfigurationError, UsageError
from tui.model.registration import Preset
from tui.settings.files.paths import Places
from tui.settings.presets import Presets, load_presets, remove_preset, save_preset

DARYNA = Preset("daryna", "http://provider.com/xml/%MACD.xml", "Daryna")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def names(found: Presets) -> list[str]:
    return [preset.name for preset in found.presets]


@pytest.fixture
def abc(places: Places) -> Places:
    for name in "abc":
        save_preset(places, Preset(name))
    return places


def test_there_are_none_at_first(places: Places) -> None:
    assert load_presets(places).presets == ()


def test_a_saved_preset_comes_back(places: Places) -> None:
    save_preset(places, DARYNA)
    assert load_presets(places).find("daryna") == DARYNA


def test_the_file_is_private(places: Places) -> None:
    save_preset(places, Preset("a", "https://user:pw@host/x"))
    assert places.presets_file.stat().st_mode & 0o777 == 0o600


def test_adding_a_name_that_exists_changes_nothing(abc: Places) -> None:
    with pytest.raises(UsageError, match="already") as caught:
        save_preset(abc, Preset("b", "http://new"))
    assert "presets edit b" in caught.value.hint
    assert load_presets(abc).presets[1] == Preset("b")


def test_a_preset_is_edited_and_renamed_in_its_place(abc: Places) -> None:
    found = save_preset(abc, Preset("x", "http://new"), replaces=Preset("b"))
    assert names(found) == ["a", "x", "c"]
    assert found.presets[1].url == "http://new"
    assert names(remove_preset(abc, "a")) == ["x", "c"]


def test_a_rename_never_takes_the_name_of_another(abc: Places) -> None:
    with pytest.raises(UsageError, match="already"):
        save_preset(abc, Preset("b"), replaces=Preset("a"))


def test_an_unknown_preset_is_named(abc: Places) -> None:
    with pytest.raises(UsageError) as caught:
        remove_preset(abc, "zz\x1b")
    assert "zz␛" in caught.value.detail


def test_an_edit_made_elsewhere_is_not_lost(abc: Places) -> None:
    save_preset(abc, Preset("a", "http://theirs"), replaces=Preset("a"))
    with pytest.raises(ConfigurationError, match="changed elsewhere"):
        save_preset(abc, Preset("a", "http://ours"), replaces=Preset("a"))
    assert load_presets(abc).presets[0].url == "http://theirs"


def test_instances_that_save_at_once_lose_nothing(places: Places) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: save_preset(places, Preset(f"p{number}")), range(20)))
    assert sorted(names(load_presets(places))) == sorted(f"p{number}" for number in range(20))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[presets]]\nname = \n", 2),
        ("[[presets]]\nname = 'a'\n[[presets]]\nurl = 'x'\n", 3),
        ("[[presets]]\nname = 'a'\n[[presets]]\nname = 'a'\n", 4),
        ("presets = 1\n", 1),
        ("[[presets]]\nname = 'a'\nurl = 1\n", 1),
    ],
)
def test_a_broken_file_is_reported_and_not_overwritten(
    places: Places, write: Callable[..., Any], text: str, line: int
) -> None:
    write(places.presets_file, text)
    assert load_presets(places).complaints[0].line == line
    with pytest.raises(ConfigurationError) as caught:
        save_preset(places, DARYNA)
    assert f"presets.toml:{line}" in caught.value.detail
    assert "move it away" in caught.value.hint
    assert places.presets_file.read_text() == text


def test_sound_presets_of_a_damaged_file_still_show(places: Places, write: Callable[..., Any]) -> None:
    write(places.presets_file, "[[presets]]\nname = 'a'\n[[presets]]\nurl = 'x'\n")
    assert names(load_presets(places)) == ["a"]


def test_what_a_newer_version_wrote_is_kept(places: Places, write: Callable[..., Any]) -> None:
    write(places.presets_file, "version = 2\n[[presets]]\nname = 'a'\ncolour = 'red'\n")
    save_preset(places, Preset("a", "http://x"), replaces=Preset("a"))
    text = places.presets_file.read_text()
    assert "version = 2" in text
    assert 'colour = "red"' in text


def test_a_preset_without_a_name_is_refused(places: Places) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        save_preset(places, Preset(" "))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.tuples(TEXT.filter(str.strip), TEXT, TEXT), max_size=3, unique_by=lambda item: item[0]))
def test_any_text_survives_the_file(places: Places, items: list[tuple[str, str, str]]) -> None:
    places.presets_file.unlink(missing_ok=True)
    presets = tuple(Preset(*item) for item in items)
    for preset in presets:
        save_preset(places, preset)
    assert load_presets(places).presets == presets
