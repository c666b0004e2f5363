"""How settings are spelt, limited and combined."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.server.switching.conditions import Switchboard
from tui.server.switching.switches import SWITCHES, Setting, Switches, parse_setting, read_duration
from tui.wire.xmlrpc import methods

MACS = st.text("0123456789ABCDEF", min_size=12, max_size=12)
OPEN_VALUES = {
    "200ms|1.5s": st.integers(0, 999_999).map(lambda number: f"{number}ms"),
    "20ms|1s": st.decimals(0, 999, places=2).map(lambda number: f"{number}s"),
    "N": st.integers(1, 9_999_999).map(str),
    "max:N": st.integers(1, 999_999).map(lambda number: f"max:{number}"),
    "3xx-5xx": st.integers(300, 599).map(str),
    "CODE[:ECHO]": st.from_regex(r"[a-z][a-z_]{0,20}(:[ -~]{0,20})?", fullmatch=True),
    "NUMBER[:TEXT]": st.from_regex(r"-?[0-9]{1,9}(:[ -~]{0,20})?", fullmatch=True),
}


@st.composite
def settings(draw: st.DrawFn) -> Setting:
    switch = draw(st.sampled_from(list(SWITCHES.values())))
    values = st.sampled_from(switch.values)
    if switch.open_form:
        values = st.one_of(values, OPEN_VALUES[switch.open_form])
    return Setting(
        switch.name,
        draw(values.map(str.strip).filter(lambda value: "@" not in value)),
        draw(st.none() | st.sampled_from(list(methods.METHODS))),
        draw(st.none() | MACS),
        draw(st.none() | st.integers(1, 9_999_999)),
    )


@given(settings())
def test_what_a_setting_spells_is_read_back_as_itself(setting: Setting) -> None:
    assert parse_setting(str(setting)) == setting


@given(st.text())
def test_any_text_is_a_setting_or_a_usage_error_that_is_safe_to_print(text: str) -> None:
    told = ""
    try:
        setting = parse_setting(text)
        assert SWITCHES[setting.name].accepts(setting.value)
    except UsageError as error:
        told = error.describe()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", told)


@given(st.sampled_from(list(SWITCHES)), st.text())
def test_any_value_is_taken_or_refused_with_the_choices(name: str, value: str) -> None:
    told = name
    try:
        parse_setting(f"{name}={value}")
    except UsageError as error:
        told = error.title
    assert name in told


@pytest.mark.parametrize("switch", SWITCHES.values(), ids=lambda switch: switch.name)
def test_every_switch_says_what_it_is(switch: object) -> None:
    from tui.server.switching.switches import Switch

    assert isinstance(switch, Switch)
    assert switch.accepts(switch.default)
    assert switch.meaning
    assert "\n" not in switch.meaning
    assert bool(switch.open_form) == (switch.check is not None)
    assert switch.question == "" or 1 <= int(switch.question) <= 25


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("factry=learn", "Did you mean factory?"),
        ("factory=strikt", "Did you mean strict?"),
        ("cut=after@registerDevic", "Did you mean registerdevice?"),
        ("zzz=1", "sandbox switches"),
        ("delay", "200ms|1.5s"),
        ("delay=soon", ""),
        ("delay=1e9s", ""),
        ("cut=after@mac:XYZ", "mac:XXXXXXXXXXXX"),
        ("cut=after@next:0", ""),
        ("cut=after@", ""),
        ("cut=after@mac:", ""),
        ("status=200ok", ""),
        ("status=999", ""),
        ("batch=0", ""),
        ("", ""),
    ],
)
def test_a_mistake_is_named_and_the_nearest_word_offered(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_setting(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("delay=200ms", Setting("delay", "200ms")),
        (" Delay = 200ms ", Setting("delay", "200ms")),
        ("delay=200ms@registerDevice", Setting("delay", "200ms", method=methods.REGISTER)),
        ("delay=1s@autoprov.listDevices", Setting("delay", "1s", method=methods.LIST)),
        ("cut=after@mac:7C2F80820EC0", Setting("cut", "after", mac="7C2F80820EC0")),
        ("cut=after@mac:7c:2f:80:82:0e:c0", Setting("cut", "after", mac="7C2F80820EC0")),
        ("cut=after@mac:7C2F80820EC0-55DF", Setting("cut", "after", mac="7C2F80820EC0")),
        ("cut=after@next:3", Setting("cut", "after", calls=3)),
        (
            "fault=7:Down: a@b@checkDevice, next:2",
            Setting("fault", "7:Down: a@b", method=methods.CHECK, calls=2),
        ),
    ],
)
def test_settings_are_read(text: str, setting: Setting) -> None:
    assert parse_setting(text) == setting


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("200ms", 0.2), ("1.5s", 1.5), ("1s", 1)])
def test_durations_are_seconds(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


def test_the_last_setting_that_fits_holds() -> None:
    board = Switchboard(Switches.parse(["delay=1s", "delay=2s@checkDevice"]))
    assert board.begin_call(methods.CHECK, ())["delay"] == "2s"
    assert board.begin_call(methods.LIST, ())["delay"] == "1s"


def test_a_setting_without_limits_replaces_those_before_it() -> None:
    board = Switchboard(Switches.parse(["cut=after@next:9", "delay=1s@next:9"]))
    board.set_switch("cut=none")
    conditions = board.begin_call(methods.CHECK, ())
    assert (conditions["cut"], conditions["delay"]) == ("none", "1s")


def test_the_next_calls_are_counted_among_those_that_fit() -> None:
    board = Switchboard(Switches.parse(["cut=after@checkDevice,next:1"]))
    assert board.begin_call(methods.LIST, ())["cut"] == "none"
    assert board.begin_call(methods.CHECK, ())["cut"] == "after"
    assert board.begin_call(methods.CHECK, ())["cut"] == "none"


def test_settings_do_not_change_the_switches_they_are_added_to() -> None:
    switches = Switches.parse(["delay=1s"])
    assert switches.with_setting(parse_setting("delay=2s")).settings == (Setting("delay", "2s"),)
    assert switches.settings == (Setting("delay", "1s"),)
