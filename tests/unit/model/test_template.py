"""Templates are expanded as the phone does it, and their mistakes are said before they are sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.template import expand, find_other_mac, is_per_device, lint, lint_provider
from tui.model.text.inert import is_inert

MAC = "7C2F80820EC0"


@pytest.mark.parametrize(
    ("template", "url"),
    [
        (
            "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml",
            f"http://172.29.0.103/plainxml/42/2/xml/{MAC}.xml",
        ),
        ("http://provider.com/xml/%MACC.xml", "http://provider.com/xml/7C:2F:80:82:0E:C0.xml"),
        ("http://p/a%%20b", "http://p/a%20b"),
        ("http://p/%%MACD", "http://p/%MACD"),
        ("http://p/%macd%DURL%", "http://p/%macd%DURL%"),
        ("http://p/%MACDEF", f"http://p/{MAC}EF"),
    ],
)
def test_a_template_expands_as_the_phone_does_it(template: str, url: str) -> None:
    assert expand(template, MAC) == url


def test_the_device_id_can_be_given() -> None:
    assert expand("%DVID", MAC, dvid="70/1") == "70/1"


@given(st.text().filter(lambda text: "%" not in text))
def test_text_without_percent_signs_is_left_alone(text: str) -> None:
    assert expand(text, MAC) == text


@given(st.text())
def test_a_doubled_percent_sign_is_always_literal(text: str) -> None:
    assert expand(text.replace("%", "%%"), MAC) == text


def codes(template: str, **how: Any) -> list[str]:
    return [remark.code for remark in lint(template, **how)]


def test_a_clean_template_has_nothing_to_remark() -> None:
    assert lint("https://prov.example.net/%DVID/%MACD.xml", mac=MAC, bulk=True) == []


@pytest.mark.parametrize(
    ("template", "code", "word"),
    [
        ("http://p/%25MACD.xml", "double_encoded", "%MACD"),
        ("http://p/100%", "lone_percent", "%%"),
        ("http://p/%.xml", "lone_percent", "%%"),
        ("http://p/%MAC.xml", "unknown_specifier", "%MACD"),
        ("http://p/%macd.xml", "wrong_case", "%MACD"),
        ("http://p/%Dvid/x", "wrong_case", "%DVID"),
        ("http://p/%DURL", "durl", "siu"),
        ("http://p/a%20b", "percent_escape", "%%20"),
        ("http://u:secret@p/%MACD", "clear_credentials", "https"),
        ("http://p/a b", "white_space", "position 11"),
        ("http://p/a\tb", "white_space", "HT (0x09)"),
        ("http://p/a\x7fb", "control_character", "DEL"),
        ("http://p/ä", "non_ascii", "U+00E4"),
        ("http://p/\u202ea", "non_ascii", "U+202E"),
        ("prov.example.net/x", "no_scheme", "http://"),
        ("gopher://p/x", "scheme", "gopher"),
        ("http:///x", "no_host", "host"),
        ("http://u:p@/x", "no_host", "host"),
    ],
)
def test_each_mistake_is_a_warning_that_says_what_to_write(template: str, code: str, word: str) -> None:
    remark = next(remark for remark in lint(template) if remark.code == code)
    assert remark.level == "warning"
    assert word in remark.text


@pytest.mark.parametrize("template", ["ftp://p/%MACD", "TFTP://p/%MACD"])
def test_ftp_and_tftp_are_noted(template: str) -> None:
    assert [(remark.level, remark.code) for remark in lint(template)] == [("note", "scheme")]


@pytest.mark.parametrize(
    ("template", "code"),
    [("", "empty"), (" \t", "empty"), ("http://p/\x1d", "not_xml"), ("http://\ud800", "not_xml")],
)
def test_only_what_cannot_be_sent_is_an_error(template: str, code: str) -> None:
    assert (lint(template)[0].level, lint(template)[0].code) == ("error", code)


def test_a_literal_percent_sign_is_no_mistake() -> None:
    assert codes("https://p/%%20/%MACD") == []


def test_credentials_come_with_a_note_on_the_phones_that_take_them() -> None:
    (remark,) = lint("https://u:p@host/%MACD")
    assert remark.level == "note"
    assert "2.53" in remark.text


def test_credentials_over_fifty_characters_are_noted_for_the_n510() -> None:
    assert "credentials_long" in codes(f"https://user:{'p' * 51}@host/%MACD")
    assert "credentials_long" not in codes(f"https://user:{'p' * 50}@host/%MACD")


def test_an_overlong_url_is_noted() -> None:
    assert "long" in codes("https://p/%MACD/" + "x" * 256)


def test_one_file_for_many_phones_is_noted_in_bulk_only() -> None:
    assert codes("https://p/all.xml", bulk=True) == ["no_specifier"]
    assert codes("https://p/all.xml") == []


def test_a_url_written_out_for_another_device_is_a_warning() -> None:
    assert codes("https://p/7C2F80208295.xml", mac=MAC) == ["other_mac"]
    assert codes(f"https://p/{MAC}.xml", mac=MAC) == []


@given(
    st.text(min_size=1, max_size=12, alphabet="QZ%0aÄ"), st.text(min_size=6, max_size=20, alphabet="QZ%0aÄ")
)
def test_no_remark_repeats_a_password(user: str, password: str) -> None:
    for remark in lint(f"http://{user}:{password}@host/x"):
        assert password not in remark.text


def test_a_password_that_looks_like_a_mac_is_not_taken_for_a_device() -> None:
    assert "other_mac" not in codes("http://u:7C2F80208295@host", mac=MAC)


@given(st.text())
def test_any_text_can_be_judged_and_remarks_are_inert(text: str) -> None:
    for remark in [*lint(text, mac=MAC, bulk=True), *lint_provider(text)]:
        assert is_inert(remark.text)
        assert remark.position is None or 0 <= remark.position < len(text)


@given(st.text())
def test_errors_come_first(text: str) -> None:
    levels = [remark.level for remark in lint(text)]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def test_which_templates_differ_by_phone() -> None:
    assert is_per_device("http://p/%MACC")
    assert not is_per_device("http://p/%DVID/%%MACD")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Daryna", []),
        ("[/]", []),
        ("", [("error", "empty")]),
        ("  ", [("error", "empty")]),
        ("a\x1bb", [("error", "control_character")]),
        ("a\nb", [("error", "control_character")]),
        ("Müller", [("warning", "non_ascii")]),
        (" Daryna", [("warning", "white_space")]),
    ],
)
def test_provider_names(name: str, found: list[tuple[str, str]]) -> None:
    assert [(remark.level, remark.code) for remark in lint_provider(name)] == found


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://h/7c-2f-80-a1-00-02.xml", "7C2F80A10002"),
        ("http://h/7c2f.80a1.0002.cfg", "7C2F80A10002"),
        ("http://h/7C2F80A10002/config.xml", "7C2F80A10002"),
        ("http://h/p?mac=7C2F80A10002&x=1", "7C2F80A10002"),
        ("http://h/a1b2c3d4e5f6/config.xml", ""),
        ("http://7C2F80A10002.h/config.xml", ""),
        ("http://h/7C2F80A10001.xml", ""),
    ],
)
def test_a_url_that_names_another_device_is_seen_in_every_spelling(url: str, other: str) -> None:
    assert find_other_mac(url, "7C2F80A10001") == other
