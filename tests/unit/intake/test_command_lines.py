"""Command lines of the vendor's script: what they change, and never their login."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.intake.command_lines import is_command_line, read_calls, read_command_lines
from tui.model.outcome import Operation

URL = "http://registration-test.pl"


def read(text):
    return read_command_lines(text)[0]


# As in the script chapter of the vendor page.
LOGIN = "gigaset topsecret prov.gigaset.net"
REGISTER = f"python ap-client.py -b {LOGIN} autoprov.registerDevice s:7C2F80820EC0-55DF s:{URL} s:Daryna"
DEVICES = "7C2F80820EC0-55DF,7C2F80208295-1910"
BULK = f"python ap-client.py {LOGIN} autoprov.registerDeviceList sl:{DEVICES} s:{URL} s:Daryna"


def test_a_registration_is_read_without_its_login():
    (draft,) = read(REGISTER)
    assert draft.ready
    assert (draft.identifier.wire, draft.url, draft.provider) == ("7C2F80820EC0-55DF", URL, "Daryna")
    assert "topsecret" not in repr(draft)
    assert "gigaset topsecret" not in draft.raw


def test_a_list_is_one_row_for_each_device():
    assert [draft.identifier.suffix for draft in read(BULK)] == ["55DF", "1910"]


def test_removals_need_no_target():
    drafts = read(
        "ap-client u p h autoprov.deregisterDevice s:7C2F80820EC0\n"
        "ap-client u p h autoprov.deregisterDeviceList sl:7C2F80208295,7C2F800DA979"
    )
    assert [draft.operation for draft in drafts] == [Operation.DEREGISTER] * 3
    assert all(draft.ready for draft in drafts)


def test_calls_that_only_read_are_passed_over_and_said():
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
def test_known_misprints_are_mended_and_said(old, new, word):
    drafts = read(BULK.replace(old, new))
    assert len(drafts) == 2
    assert all(draft.ready and word in draft.complaint for draft in drafts)
    assert {(draft.url, draft.provider) for draft in drafts} == {(URL, "Daryna")}


@pytest.mark.parametrize("provider", ["'Daryna GmbH'", '"Daryna GmbH"'])
def test_quoted_arguments_keep_their_blanks(provider):
    assert read(REGISTER.replace("s:Daryna", f"s:{provider}"))[0].provider == "Daryna GmbH"
    assert (
        read(REGISTER.replace("s:Daryna", f"{provider[0]}s:Daryna GmbH{provider[0]}"))[0].provider
        == "Daryna GmbH"
    )


def test_continued_lines_are_joined_and_counted_from_the_first():
    (draft,) = read("\n" + REGISTER.replace(" s:http", " \\\n  s:http"))
    assert (draft.line, draft.url) == (2, URL)


@pytest.mark.parametrize(
    "line", ["gigaset topsecret something", "ap-client gigaset topsecret host", "ap-client -b topsecret"]
)
def test_a_line_that_is_no_call_is_not_repeated(line):
    (draft,) = read(line)
    assert not draft.ready
    assert "topsecret" not in repr(draft)


def test_an_unknown_method_is_named_with_the_known_ones():
    (draft,) = read("ap-client u p h autoprov.dropAll s:7C2F80820EC0")
    assert "dropAll" in draft.complaint
    assert "registerDeviceList" in draft.complaint


def test_too_many_arguments_are_an_error():
    assert not read(REGISTER + " s:more")[0].ready


def test_a_missing_device_is_an_error():
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
def test_a_call_is_told_by_the_scripts_name(line, known):
    assert is_command_line(line) is known


@given(st.text("Qq!$%&*", min_size=12, max_size=20), st.text("s:l,'\" ABC0123456789", max_size=40))
def test_no_login_is_ever_kept(password, rest):
    for _, call in read_calls(f"ap-client.py user {password} host autoprov.registerDevice {rest}"):
        assert password not in repr(call)
    for draft in read(f"ap-client.py user {password} host autoprov.registerDevice {rest}"):
        assert password not in repr(draft)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    for line, _ in read_calls(f"ap-client {text}"):
        assert line >= 1
