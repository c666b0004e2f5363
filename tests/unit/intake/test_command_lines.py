"""Command lines of the vendor's script: what they change, and never their login."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.identifiers import identifier_of, mac_of, wire_of
from tui.intake.rows import Draft
from tui.intake.text.command_lines import holds_command_lines, is_command_line, read_calls, read_command_lines
from tui.model.outcome import Operation

URL = "http://registration-test.pl"


def read(text: str) -> list[Draft]:
    return read_command_lines(text)[0]


# As in the script chapter of the vendor page.
LOGIN = "gigaset topsecret prov.gigaset.net"
REGISTER = f"python ap-client.py -b {LOGIN} autoprov.registerDevice s:7C2F80820EC0-55DF s:{URL} s:Daryna"
DEVICES = "7C2F80820EC0-55DF,7C2F80208295-1910"
BULK = f"python ap-client.py {LOGIN} autoprov.registerDeviceList sl:{DEVICES} s:{URL} s:Daryna"


def test_a_registration_is_read_without_its_login() -> None:
    (draft,) = read(REGISTER)
    assert draft.ready
    assert (wire_of(draft), draft.url, draft.provider) == ("7C2F80820EC0-55DF", URL, "Daryna")
    assert "topsecret" not in repr(draft)
    assert "gigaset topsecret" not in draft.raw


def test_a_list_is_one_row_for_each_device() -> None:
    assert [identifier_of(draft).suffix for draft in read(BULK)] == ["55DF", "1910"]


def test_removals_need_no_target() -> None:
    drafts = read(
        "ap-client u p h autoprov.deregisterDevice s:7C2F80820EC0\n"
        "ap-client u p h autoprov.deregisterDeviceList sl:7C2F80208295,7C2F800DA979"
    )
    assert [draft.operation for draft in drafts] == [Operation.DEREGISTER] * 3
    assert all(draft.ready for draft in drafts)


def test_calls_that_only_read_are_passed_over_and_said() -> None:
    drafts, notes = read_command_lines(
        "ap-client u p h autoprov.listDevices\nap-client u p h autoprov.checkDevice s:7C2F80820EC0"
    )
    assert drafts == []
    assert [note.split(":")[0] for note in notes] == ["Line 1", "Line 2"]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("sl:", "s1:", "s1: read as sl:"),
        (f"s:{URL}", f"s:{URL},", "comma behind the URL"),
        ("autoprov.", "autoprovider.", "corrected to autoprov."),
        ("s:Daryna", "Daryna", "without s: or sl:"),
    ],
)
def test_known_misprints_are_mended_and_said(old: str, new: str, word: str) -> None:
    drafts = read(BULK.replace(old, new))
    assert len(drafts) == 2
    assert all(draft.ready and word in draft.complaint for draft in drafts)
    assert {(draft.url, draft.provider) for draft in drafts} == {(URL, "Daryna")}


@pytest.mark.parametrize("provider", ["'Daryna GmbH'", '"Daryna GmbH"'])
def test_quoted_arguments_keep_their_blanks(provider: str) -> None:
    assert read(REGISTER.replace("s:Daryna", f"s:{provider}"))[0].provider == "Daryna GmbH"
    assert (
        read(REGISTER.replace("s:Daryna", f"{provider[0]}s:Daryna GmbH{provider[0]}"))[0].provider
        == "Daryna GmbH"
    )


def test_continued_lines_are_joined_and_counted_from_the_first() -> None:
    (draft,) = read("\n" + REGISTER.replace(" s:http", " \\\n  s:http"))
    assert (draft.line, draft.url) == (2, URL)


@pytest.mark.parametrize(
    "line", ["gigaset topsecret something", "ap-client gigaset topsecret host", "ap-client -b topsecret"]
)
def test_a_line_that_is_no_call_is_not_repeated(line: str) -> None:
    (draft,) = read(line)
    assert not draft.ready
    assert "topsecret" not in repr(draft)


def test_an_unknown_method_is_named_with_the_known_ones() -> None:
    (draft,) = read("ap-client u p h autoprov.dropAll s:7C2F80820EC0")
    assert "dropAll" in draft.complaint
    assert "registerDeviceList" in draft.complaint


def test_too_many_arguments_are_an_error() -> None:
    assert not read(REGISTER + " s:more")[0].ready


def test_a_missing_device_is_an_error() -> None:
    assert not read("ap-client u p h autoprov.registerDevice")[0].ready


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("$ ./ap-client.py u p h m", True),
        ("C:\\>python C:\\tools\\AP-CLIENT.PY u p h m", True),
        ("ap-client u p h m", True),
        ("7C2F80820EC0", False),
        ("my-ap-clientele", False),
    ],
)
def test_a_call_is_told_by_the_scripts_name(line: str, known: bool) -> None:
    assert is_command_line(line) is known


@given(st.text("Qq!$%&*", min_size=12, max_size=20), st.text("s:l,'\" ABC0123456789", max_size=40))
def test_no_login_is_ever_kept(password: str, rest: str) -> None:
    for _, call in read_calls(f"ap-client.py user {password} host autoprov.registerDevice {rest}"):
        assert password not in repr(call)
    for draft in read(f"ap-client.py user {password} host autoprov.registerDevice {rest}"):
        assert password not in repr(draft)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for line, _ in read_calls(f"ap-client {text}"):
        assert line >= 1


SCRIPT = """#!/bin/bash
set -e
USER=acme
PASS='top secret'
URL="http://registration-test.pl"
export PROV="Daryna GmbH"
# a comment
python3 ./ap-client.py "$USER" "$PASS" host autoprov.registerDevice s:7C2F80820EC0-55DF "s:$URL" "s:$PROV"
ap-client.py $USER "$PASS" host autoprov.registerDeviceList \\
    sl:7C2F80208295,7C2F800DA979 s:${URL} s:"${PROV}"   # two more
ap-client.py $USER "$PASS" host autoprov.deregisterDevice s:7C2F80820EC1 && echo done
for m in 7C2F80820EC2; do
  ap-client.py $USER "$PASS" host autoprov.registerDevice s:$m s:$URL s:$PROV
done
"""


def test_a_script_gives_its_calls_with_the_values_of_its_variables() -> None:
    drafts = read(SCRIPT)
    ready = [draft for draft in drafts if draft.ready]
    assert [draft.line for draft in ready] == [8, 9, 9, 11]
    assert {(draft.url, draft.provider) for draft in ready[:3]} == {(URL, "Daryna GmbH")}
    assert ready[3].operation is Operation.DEREGISTER
    assert "top secret" not in repr(drafts)


def test_what_a_script_leaves_open_keeps_its_row_back_and_is_named() -> None:
    assert {
        draft.line: draft.complaint for draft in read(SCRIPT) if not draft.ready and not draft.passed
    } == {
        12: "This line names a device and is no call of ap-client.py."
        " Write the call with the device, or give the devices in a list of their own.",
        13: "The value of $m is not known here. Write the value itself into the line.",
    }


@pytest.mark.parametrize("value", ["$URL", "${URL}", "$(cat url)", "`cat url`", "$1", '"$URL"'])
def test_a_variable_without_a_value_is_never_sent_as_text(value: str) -> None:
    assert not any(draft.ready for draft in read(BULK.replace(URL, value)))


def test_single_quotes_keep_a_dollar_as_it_is() -> None:
    assert read(REGISTER.replace("s:Daryna", "'s:Big$Co'"))[0].provider == "Big$Co"


def test_a_batch_file_writes_a_percent_sign_twice() -> None:
    text = f"@echo off\nset URL={URL}/%%MACD.xml\nREM all\n" + REGISTER.replace(URL, "%URL%")
    last = read(text)[-1]
    assert (last.ready, last.url) == (True, f"{URL}/%MACD.xml")
    (direct,) = (
        draft for draft in read("@echo off\n" + REGISTER.replace(URL, f"{URL}/%%MACD")) if draft.ready
    )
    assert (direct.url, "%% was read as %" in direct.complaint) == (f"{URL}/%MACD", True)


def test_several_calls_on_a_line_are_all_read_and_answers_passed_over() -> None:
    other = REGISTER.replace("7C2F80820EC0-55DF", "7C2F80820EC1")
    drafts = read(
        f"{REGISTER}; {other} | tee log\nautoprov.registerDevice(7C2F80820EC0)@http://h returned: [1]"
    )
    assert [draft.ready for draft in drafts] == [True, True, False]
    assert {draft.provider for draft in drafts[:2]} == {"Daryna"}
    assert drafts[2].passed


def test_a_call_far_down_a_text_is_no_line_of_a_list() -> None:
    text = "echo\n" * 60 + "ap-client.py me topsecret host autoprov.deregisterDevice s:7C2F80820EC0"
    assert holds_command_lines(text)
    assert read(text)[-1].operation is Operation.DEREGISTER


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        (["MAC=7C2F80820EC1", "{call}"], 1, "The variable MAC holds 7C2F80820EC1, and no call uses it."),
        (["@echo off", 'set "Phone=7C2F80820EC1"', "{call}"], 2, "The variable Phone holds"),
        (["$phone = '7c:2f:80:82:0e:c1'", "{call}"], 1, "The variable phone holds 7c:2f:80:82:0e:c1,"),
        (["{call}", "M=7C2F80820EC1", "M=none"], 2, "The variable M holds 7C2F80820EC1,"),
        (["{call}", "L='7C2F80820EC1 7C2F80820EC2'"], 2, "holds 7C2F80820EC1 and 1 more,"),
        (
            ["{call}", "while read mac; do :", "done <<END", "7C2F80820EC1", "END"],
            4,
            "This line names a device",
        ),
    ],
)
def test_a_device_that_a_script_holds_and_no_call_uses_is_named(
    lines: list[str], line: int, told: str
) -> None:
    drafts = read("\n".join(lines).format(call=REGISTER))
    assert [draft.line for draft in drafts] == sorted(draft.line for draft in drafts)
    (found,) = [draft for draft in drafts if not draft.ready and not draft.passed]
    assert (found.line, told in found.complaint) == (line, True)


def test_a_variable_that_a_call_uses_or_that_holds_no_device_is_not_named() -> None:
    lines = [
        "MAC=7C2F80820EC1",
        "PASS=geheim2026",
        "ALSO=$MAC",
        REGISTER.replace("7C2F80820EC0-55DF", "$ALSO"),
    ]
    (draft,) = read("\n".join(lines))
    assert mac_of(draft) == "7C2F80820EC1"
