"""Answers decoded by shape."""

from __future__ import annotations

import pytest

from tui.errors import Unreadable
from tui.model.secrets import Secret
from tui.wire.xmlrpc.answers import (
    Answer,
    CheckedDevice,
    decode_answer,
    decode_check,
    decode_line,
    decode_row,
    explain,
)

URL = "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml"


def test_a_registration_gives_the_devices_password() -> None:
    answer = decode_answer([True, "OK:55DF75196006"])
    assert answer.ok
    assert answer.lines[0].password == Secret("55DF75196006")


def test_a_list_registration_gives_one_password_a_line_in_order() -> None:
    answer = decode_answer([True, "OK:55DF75196006", "OK:191001882432"])
    assert [line.password for line in answer.lines] == [Secret("55DF75196006"), Secret("191001882432")]


def test_a_deregistration_gives_no_password() -> None:
    assert [(line.ok, line.password) for line in decode_answer([True, "OK", "OK"]).lines] == [
        (True, None)
    ] * 2


def test_the_vendors_refused_list_has_one_line_that_echoes_the_input() -> None:
    answer = decode_answer([False, "mac_invalid:123456789123--1910"])
    assert not answer.ok
    assert [(line.code, line.echo) for line in answer.lines] == [("mac_invalid", "123456789123--1910")]


def test_a_refused_list_may_hold_lines_that_went_well() -> None:
    answer = decode_answer([False, "OK:191001882432", "mac_not_exist:7C2F80820EC0"])
    assert [line.ok for line in answer.lines] == [True, False]


@pytest.mark.parametrize(
    ("text", "code", "echo"),
    [
        ("url_invalid:http://a:b@c:80/", "url_invalid", "http://a:b@c:80/"),
        ("MAC_Not_Found:7C2F80820EC0", "mac_not_found", "7C2F80820EC0"),
        ("name_invalid", "name_invalid", None),
        ("name_invalid:", "name_invalid", None),
        ("Quota_Exceeded:12", "Quota_Exceeded", "12"),
        ("", "", None),
        ("mac_invalid:\x1b[2J", "mac_invalid", "␛[2J"),
    ],
)
def test_an_error_line_is_split_at_its_first_colon(text: str, code: str, echo: str | None) -> None:
    line = decode_line(text)
    assert (line.ok, line.code, line.echo) == (False, code, echo)


def test_a_line_does_not_print_its_password_or_credentials() -> None:
    assert "55DF" not in repr(decode_line("OK:55DF75196006"))
    assert "hunter2" not in repr(decode_line("url_invalid:http://me:hunter2@host/"))


@pytest.mark.parametrize("first", [1, "1", "true"])
def test_the_leading_boolean_is_known_in_other_types(first: int | str) -> None:
    assert decode_answer([first, "OK"]).ok


@pytest.mark.parametrize(
    "value", [None, "OK", [], ["OK"], [2, "OK"], {"a": "b"}, [True, {"a": "b"}], [True, b"x"], 1.5]
)
def test_another_shape_is_unreadable(value: object) -> None:
    with pytest.raises(Unreadable):
        decode_answer(value)  # type: ignore[arg-type]


# --- checkDevice


def test_a_checked_device_has_its_date_before_its_url() -> None:
    checked = decode_check([True, "7C2F80820EC0", "Daryna", "2015-11-17", URL])
    assert checked == CheckedDevice("7C2F80820EC0", "Daryna", URL, "2015-11-17")


def test_a_checked_device_is_understood_in_the_other_order_too() -> None:
    checked = decode_check([True, "7C2F80820EC0", "Daryna", URL, "2015-11-17 04:01"])
    assert checked == CheckedDevice("7C2F80820EC0", "Daryna", URL, "2015-11-17 04:01")


@pytest.mark.parametrize("fields", [["", URL], [URL, ""], [None, URL], [URL]])
def test_a_device_that_never_asked_has_an_empty_date(fields: list[str]) -> None:
    checked = decode_check([True, "7C2F80820EC0", "Daryna", *fields])
    assert checked == CheckedDevice("7C2F80820EC0", "Daryna", URL, "")


def test_a_checked_device_makes_a_list_row() -> None:
    assert CheckedDevice("M", "P", "U", "D").row == ("M", "P", "U", "D")


def test_a_refused_check_is_an_answer() -> None:
    refused = decode_check([False, "mac_not_found:7C2F80820EC0"])
    assert isinstance(refused, Answer)
    assert refused.lines[0].code == "mac_not_found"


@pytest.mark.parametrize(
    "value", [[], "x", [True], [True, "7C2F80820EC0"], ["no", "mac"], [True, "M", {"a": "b"}]]
)
def test_another_shape_of_a_check_is_unreadable(value: object) -> None:
    with pytest.raises(Unreadable):
        decode_check(value)  # type: ignore[arg-type]


# --- listDevices


def test_a_row_has_its_url_before_its_date() -> None:
    row = ("7C2F80820EC0", "Daryna", URL, "2015-11-17 04:01")
    assert decode_row(list(row)) == row


def test_columns_that_are_not_documented_are_left_out() -> None:
    assert decode_row(["7C2F80820EC0", "P", "U", "", "more"]) == ("7C2F80820EC0", "P", "U", "")


@pytest.mark.parametrize("value", ["x", [], ["a", "b", "c"], [True, "a", "b", "c"], [[], "a", "b", "c"]])
def test_another_shape_of_a_row_is_unreadable(value: object) -> None:
    with pytest.raises(Unreadable):
        decode_row(value)  # type: ignore[arg-type]


# --- meanings


def test_in_use_says_only_that_a_record_exists() -> None:
    title, hint = explain("mac_already_in_use")
    assert "record exists" in title
    assert "yours or another" in hint


def test_an_invalid_mac_names_both_meanings() -> None:
    assert explain("mac_invalid")[0] == "Mistyped suffix or unknown device."


def test_a_code_is_explained_in_any_case() -> None:
    assert explain("MAC_NOT_FOUND") == explain("mac_not_found")


@pytest.mark.parametrize("code", ["mac_not_exist", "mac_not_found", "url_invalid", "name_invalid"])
def test_every_known_code_has_a_meaning_and_a_next_step(code: str) -> None:
    title, hint = explain(code)
    assert "not documented" not in title
    assert hint


def test_an_unknown_code_is_quoted_and_made_inert() -> None:
    title, hint = explain("quota\x1b[31m")
    assert "quota␛[31m" in title
    assert hint


def test_a_refusal_without_a_word_is_explained_too() -> None:
    assert all(explain(""))
