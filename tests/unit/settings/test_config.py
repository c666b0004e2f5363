"""config.toml: everything sound counts, everything else is named, nothing is ever written."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.model.text.inert import is_inert
from tui.settings.config import Config, Loaded, list_settings, load_config, write_example
from tui.settings.files.paths import Places


def load(places: Places, write: Callable[..., Any], text: str, **how: set[str]) -> Loaded:
    write(places.config_file, text)
    return load_config(places, **how)


def test_without_a_file_there_are_the_defaults(places: Places) -> None:
    loaded = load_config(places)
    assert loaded.config == Config()
    assert (loaded.config.link.chunk, loaded.config.link.connections) == (50, 6)
    assert loaded.complaints == ()


def test_settings_are_read(places: Places, write: Callable[..., Any]) -> None:
    loaded = load(places, write, '[app]\ntheme = "nord"\nmouse = false\n[link]\nchunk = 100\nread = 3\n')
    assert loaded.complaints == ()
    assert loaded.config.app.theme == "nord"
    assert not loaded.config.app.mouse
    assert loaded.config.link.chunk == 100
    assert loaded.config.link.read == 3.0


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("[app]\n\nthem = 1\n", 3, "app.them", "Did you mean theme?"),
        ("[ap]\nx = 1\n", 1, "ap", "Did you mean app?"),
        ("theme = 'x'\n", 1, "theme", "Unknown key"),
        ("[app]\nmouse = 'yes'\n", 2, "app.mouse", "true or false"),
        ("[link]\nchunk = true\n", 2, "link.chunk", "a whole number"),
        ("[link]\nchunk = 2.5\n", 2, "link.chunk", "a whole number"),
        ("[link]\nchunk = 0\n", 2, "link.chunk", "from 1 to 10000"),
        ("[link]\nread = nan\n", 2, "link.read", "from 0.1"),
        ("[app]\nstart = 'home'\n", 2, "app.start", "register, device_info"),
        ("[app]\ntheme = 'ansi-drak'\n", 2, "app.theme", "Did you mean ansi-dark?"),
        ("app = 1\n", 1, "app", "Must be a table"),
        ("keys = 1\n", 1, "keys", "Must be a table"),
        ("[keys]\n'devices.mark' = 1\n", 2, "keys.devices.mark", "a key or a list of keys"),
        ("accounts = 1\n", 1, "accounts", "[[accounts]]"),
        ("[[accounts]]\nname = 'a'\nserver = 's'\n", 1, "accounts.user", "passed over"),
        (
            "[[accounts]]\nname='a'\nserver='s'\nuser='u'\nusr = 1\n",
            5,
            "accounts.usr",
            "Did you mean user?",
        ),
        ("[[accounts]]\nname='a'\nserver='https://u:p@h'\nuser='u'\n", 3, "accounts.server", "credentials"),
        (
            "[[accounts]]\nname='a'\nserver='s'\nuser='u'\npassword_command = '\"'\n",
            5,
            "accounts.password_command",
            "command",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_key(
    places: Places, write: Callable[..., Any], text: str, line: int, key: str, words: str
) -> None:
    (complaint,) = load(places, write, text).complaints
    assert (complaint.line, complaint.key) == (line, key)
    assert words in complaint.describe()


def test_one_wrong_key_does_not_spoil_the_others(places: Places, write: Callable[..., Any]) -> None:
    loaded = load(places, write, "[link]\nchunk = 'x'\nconnections = 8\n")
    assert loaded.config.link.chunk == 50
    assert loaded.config.link.connections == 8
    assert "Taken instead: 50" in loaded.complaints[0].hint


def test_a_broken_file_gives_the_defaults_and_stays_as_it_was(
    places: Places, write: Callable[..., Any]
) -> None:
    path = write(places.config_file, "[app\n")
    loaded = load_config(places)
    assert loaded.config == Config()
    assert loaded.complaints[0].line == 1
    assert path.read_text() == "[app\n"


def test_keys_are_remapped_by_action_id_however_it_is_written(
    places: Places, write: Callable[..., Any]
) -> None:
    text = "[keys]\n'devices.mark' = 'm'\ndevices.open = ['o', 'enter']\n"
    assert load(places, write, text).config.keys == {"devices.mark": ("m",), "devices.open": ("o", "enter")}


def test_an_unknown_action_is_suggested_a_neighbour(places: Places, write: Callable[..., Any]) -> None:
    loaded = load(places, write, "[keys]\n'devices.mrk' = 'm'\n", actions={"devices.mark", "devices.open"})
    assert loaded.config.keys == {}
    assert "Did you mean devices.mark?" in loaded.complaints[0].hint


def test_a_password_in_the_file_is_not_read_and_not_shown(places: Places, write: Callable[..., Any]) -> None:
    text = "[[accounts]]\nname='a'\nserver='s'\nuser='u'\npassword='topsecret'\n"
    loaded = load(places, write, text)
    assert len(loaded.config.accounts) == 1
    assert "topsecret" not in repr(loaded)
    assert "password_command" in loaded.complaints[0].describe()


def test_a_password_command_is_text_or_words(places: Places, write: Callable[..., Any]) -> None:
    text = "[[accounts]]\nname='{0}'\nserver='s'\nuser='u'\npassword_command={1}\n"
    loaded = load(
        places, write, text.format("a", "'pass show \"a b\"'") + text.format("b", "['pass', 'a b']")
    )
    assert [entry.password_command for entry in loaded.config.accounts] == [
        ("pass", "show", "a b"),
        ("pass", "a b"),
    ]


def test_a_second_account_of_the_same_name_is_named_by_line(
    places: Places, write: Callable[..., Any]
) -> None:
    table = "[[accounts]]\nname='a'\nserver='s'\nuser='u'\n"
    loaded = load(places, write, table * 2)
    assert len(loaded.config.accounts) == 1
    assert loaded.complaints[0].line == 6


def test_the_example_is_sound_and_names_every_setting(places: Places, write: Callable[..., Any]) -> None:
    text = write_example()
    loaded = load(places, write, text)
    assert loaded == type(loaded)(Config())
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines()[1:])
    write(places.config_file, uncommented)
    loaded = load_config(places)
    assert loaded.complaints == ()
    found = tomllib.loads(uncommented)
    assert all(found[one.section][one.key] == one.default for one in list_settings())


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=["Cs"]))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["name", "x", "theme"]), inner)
    ),
    max_leaves=6,
)
TABLES = st.dictionaries(
    st.sampled_from(["app", "link", "keys", "accounts", "register", "list", "other"]), VALUES
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES)
def test_no_file_stops_the_program(places: Places, write: Callable[..., Any], tables: Any) -> None:
    import tomli_w

    loaded = load(places, write, tomli_w.dumps(tables))
    assert all(is_inert(complaint.describe()) for complaint in loaded.complaints)
