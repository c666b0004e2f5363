"""Upload: the vendor page's files sent to the sandbox, and everything that is not such a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.conftest import Rehearse
from tui.errors import CutOff, Fault, InputError, ServerFailed, StoreError, UsageError
from tui.model.outcome import Operation, Result
from tui.model.registration import Target
from tui.model.secrets import MASK, Secret
from tui.services.changes.uploading import (
    TEMPLATES,
    UploadAnswer,
    UploadCall,
    call_method,
    read_calls,
    result_xml,
    template,
    upload,
)
from tui.services.files.reading import read_source
from tui.services.session import Session
from tui.services.storage.journal import JournalRow

URL = "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml"
FILE = "http://172.29.0.103/plainxml/42/2/xml/x.xml"


def call_xml(method: str, *params: str | list[str]) -> bytes:
    parts = [f"<?xml version='1.0'?>\n<methodCall>\n<methodName>{method}</methodName>\n<params>\n"]
    for param in params:
        if isinstance(param, str):
            parts.append(f"<param>\n <value>\n  <string>{param}</string>\n </value>\n</param>\n")
        else:
            items = "".join(f"<value><string>{item}</string></value>\n" for item in param)
            parts.append(f"<param><value><array>\n<data>{items}</data>\n</array></value></param>\n")
    return "".join([*parts, "</params>\n</methodCall>\n"]).encode()


NO_ARRAY = call_xml("autoprov.registerDeviceList", "x", "http://x/%MACD", "D").replace(
    b"<string>x</string>", b"<boolean>1</boolean>"
)


def register_xml(mac_id: str = "7C2F80820EC0-55DF") -> bytes:
    return call_xml("autoprov.registerDevice", mac_id, FILE, "Daryna")


def register_list_xml(*mac_ids: str, prefix: str = "autoprov") -> bytes:
    return call_xml(f"{prefix}.registerDeviceList", list(mac_ids), URL, "Daryna")


PAIR = ("7C2F80820EC0-55DF", "7C2F80208295-1910")


def send(session: Session, data: bytes) -> list[UploadAnswer]:
    return list(upload(session, read_calls(data)))


def numbered(answer: UploadAnswer, *, reveal: bool = True) -> list[tuple[int, str]]:
    return [(line.number, line.reveal() if reveal else line.text) for line in answer.responses]


def one(data: bytes) -> UploadCall:
    (call,) = read_calls(data)
    return call


def test_registration_of_the_single_device_answers_as_the_portal_does(rehearse: Rehearse) -> None:
    """Vendor page, "Registration of the single device"."""
    (answer,) = send(rehearse(), register_xml())
    assert numbered(answer) == [(1, "1"), (2, "OK:55DF75196006")]
    assert answer.ok
    assert [outcome.result for outcome in answer.outcomes] == [Result.STORED]


def test_registration_of_a_list_answers_in_order(rehearse: Rehearse) -> None:
    """Vendor page, "Registration of the list of devices"."""
    (answer,) = send(rehearse(), register_list_xml(*PAIR))
    assert numbered(answer) == [(1, "1"), (2, "OK:55DF75196006"), (3, "OK:191001882432")]
    assert [line.mac for line in answer.responses] == [None, "7C2F80820EC0", "7C2F80208295"]


def test_deregistration_of_the_single_device_answers_ok(rehearse: Rehearse) -> None:
    """Vendor page, "Deregistration of the single device"."""
    session = rehearse()
    send(session, register_xml())
    (answer,) = send(session, call_xml("autoprov.deregisterDevice", "7C2F80820EC0-55DF"))
    assert numbered(answer) == [(1, "1"), (2, "OK")]
    assert [outcome.result for outcome in answer.outcomes] == [Result.REMOVED]


def test_deregistration_of_a_list_answers_ok_for_each(rehearse: Rehearse) -> None:
    """Vendor page, "Deregistration of the list of devices"."""
    session = rehearse()
    send(session, register_list_xml(*PAIR))
    (answer,) = send(session, call_xml("autoprov.deregisterDeviceList", list(PAIR)))
    assert numbered(answer) == [(1, "1"), (2, "OK"), (3, "OK")]
    assert [line.mac for line in answer.responses] == [None, "7C2F80820EC0", "7C2F80208295"]


def test_a_wrong_mac_id_is_answered_in_the_servers_word(rehearse: Rehearse) -> None:
    """Vendor page, the real answer to a list with an inappropriate MAC-ID."""
    (answer,) = send(rehearse(), register_list_xml("7C2F80820EC0-55DF", "123456789123--1910"))
    assert numbered(answer) == [(1, "0"), (2, "mac_invalid:123456789123--1910")]
    assert not answer.ok
    assert {outcome.mac: outcome.result for outcome in answer.outcomes} == {
        "7C2F80820EC0": Result.NOT_MADE,
        "123456789123--1910": Result.REFUSED,
    }


def test_a_list_is_answered_row_by_row(rehearse: Rehearse) -> None:
    """Vendor page, "List devices"."""
    session = rehearse()
    send(session, register_list_xml(*PAIR))
    (answer,) = send(session, call_xml("autoprov.listDevices"))
    assert answer.rows is not None
    assert sorted(row[0] for row in answer.rows) == ["7C2F80208295", "7C2F80820EC0"]
    assert answer.responses[0].text == ", ".join(answer.rows[0])
    assert answer.ok


def test_a_list_by_provider_holds_only_that_provider(rehearse: Rehearse) -> None:
    """Vendor page, "List devices name"."""
    session = rehearse()
    send(session, register_list_xml(*PAIR))
    send(session, call_xml("autoprov.registerDevice", "7C2F800DA979-2EE3", URL, "Other"))
    for call in (call_xml("autoprov.listDevices", "Other"), call_xml("autoprov.listDevices", ["Other"])):
        (answer,) = send(session, call)
        assert answer.rows is not None
        assert [row[:2] for row in answer.rows] == [("7C2F800DA979", "Other")]


def test_a_check_is_answered_field_by_field(rehearse: Rehearse) -> None:
    """Vendor page, "Check devices"."""
    session = rehearse()
    send(session, register_xml())
    (answer,) = send(session, call_xml("autoprov.checkDevice", "7C2F80820EC0-55DF"))
    texts = [text for _, text in numbered(answer)]
    assert texts[:3] == ["1", "7C2F80820EC0", "Daryna"]
    assert texts[4] == FILE


def test_mac_passwords_and_url_credentials_are_masked_until_revealed(rehearse: Rehearse) -> None:
    session = rehearse()
    (answer,) = send(
        session, call_xml("autoprov.registerDevice", PAIR[0], "http://u:geheim@x/%MACD", "Daryna")
    )
    assert numbered(answer, reveal=False) == [(1, "1"), (2, f"OK:{MASK}")]
    (check,) = send(session, call_xml("autoprov.checkDevice", PAIR[0]))
    assert "geheim" not in "".join(line.text for line in check.responses)
    assert "geheim" in "".join(line.reveal() for line in check.responses)
    assert "geheim" not in repr(answer.responses)
    assert "55DF75196006" not in repr(answer)


def test_every_change_is_in_the_journal_and_its_password_in_the_vault(rehearse: Rehearse) -> None:
    session = rehearse()
    (answer,) = send(session, register_list_xml(*PAIR))
    rows = session.journal.rows()
    assert {row.result for row in rows} == {Result.STORED}
    assert {row.operation for row in rows} == {Operation.REGISTER}
    assert rows[0].after == Target(URL, "Daryna")
    (change_set,) = session.journal.sets()
    assert change_set.operation is Operation.UPLOAD
    assert {outcome.change_set for outcome in answer.outcomes} == {change_set.id}
    entry = session.journal.recall(session.account_key, "7C2F80208295")
    assert entry is not None
    assert (entry.mac_id, entry.password) == ("7C2F80208295-1910", Secret("191001882432"))


def test_a_removal_keeps_what_was_there_so_that_it_can_be_undone(rehearse: Rehearse) -> None:
    session = rehearse()
    send(session, register_xml())
    send(session, call_xml("autoprov.deregisterDevice", "7C2F80820EC0"))
    row: JournalRow = session.journal.rows()[0]
    assert row.before is not None
    assert row.before[:3] == ("7C2F80820EC0", "Daryna", FILE)


def test_several_documents_in_one_file_are_one_change_set(rehearse: Rehearse) -> None:
    session = rehearse()
    answers = send(
        session, register_xml() + register_list_xml("7C2F80208295-1910") + call_xml("autoprov.listDevices")
    )
    assert [answer.call.number for answer in answers] == [1, 2, 3]
    assert len(session.journal.sets()) == 1
    assert len(session.journal.rows()) == 2


def test_a_file_that_only_asks_opens_no_change_set(rehearse: Rehearse) -> None:
    session = rehearse()
    send(session, call_xml("autoprov.listDevices"))
    assert session.journal.sets() == []


def test_the_misprinted_prefix_is_corrected_and_said(rehearse: Rehearse) -> None:
    """Vendor page, the sample of registerDeviceList."""
    call = one(register_list_xml(*PAIR, prefix="autoprovider"))
    assert call.method == "autoprov.registerDeviceList"
    assert call.corrected is not None
    assert "misprint" in call.corrected
    (answer,) = upload(rehearse(), [call])
    assert answer.ok


def test_a_mac_id_in_another_spelling_is_put_right_and_said() -> None:
    call = one(register_xml("7c:2f:80:82:0e:c0-55df"))
    assert call.macs == ("7C2F80820EC0-55DF",)
    assert call.corrected is not None
    assert "7C2F80820EC0-55DF" in call.corrected
    assert call.sendable


def test_a_call_says_what_it_will_do() -> None:
    assert one(register_xml()).title == "Register 7C2F80820EC0-55DF"
    assert one(register_list_xml(*PAIR)).title == "Register 2 devices"
    assert one(call_xml("autoprov.deregisterDeviceList", list(PAIR))).title == "Deregister 2 devices"
    assert one(call_xml("autoprov.listDevices")).title == "List all devices"
    assert one(call_xml("autoprov.listDevices", "Daryna")).providers == ("Daryna",)
    assert one(call_xml("autoprov.checkDevice", PAIR[0])).title == "Check 7C2F80820EC0-55DF"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (call_xml("autoprov.formatDisk"), "Unknown method"),
        (call_xml("autoprov.registerDevice", PAIR[0]), "takes 3 parameters"),
        (call_xml("autoprov.registerDevice", "", URL, "Daryna"), "is empty"),
        (call_xml("autoprov.registerDevice", PAIR[0], "", "Daryna"), "URL is empty"),
        (call_xml("autoprov.registerDevice", PAIR[0], URL, " "), "provider is empty"),
        (NO_ARRAY, "must be an array"),
        (call_xml("autoprov.deregisterDeviceList", []), "is empty"),
        (call_xml("autoprov.registerDevice", list(PAIR), URL, "Daryna"), "is not text"),
    ],
)
def test_a_call_that_cannot_be_meant_is_shown_with_its_complaint_and_not_sent(
    rehearse: Rehearse, data: bytes, words: str
) -> None:
    call = one(data)
    assert not call.sendable
    assert words in " ".join(call.complaints)
    session = rehearse()
    with pytest.raises(InputError, match="cannot be sent"):
        list(upload(session, [one(register_xml()), call]))
    assert session.journal.rows() == []
    assert session.last_round_trip_ms is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (register_xml("7C2F80820EC0--55DF"), "7C2F80820EC0--55DF"),
        (register_list_xml(PAIR[0], PAIR[0]), "twice"),
        (call_xml("autoprov.registerDevice", PAIR[0], "http://x/%25MACD.xml", "Daryna"), "%25MACD"),
        (register_xml("589EC6900001-1234"), "GRAPE"),
    ],
)
def test_what_the_server_may_refuse_is_complained_about_and_can_be_sent(data: bytes, words: str) -> None:
    call = one(data)
    assert call.sendable
    assert words in " ".join(call.complaints)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"PK\x03\x04" + bytes(100), "not an XML-RPC call"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"<html>", "web page"),
        (b"7C2F80820EC0-55DF;http://x;Daryna\n", "is imported"),
        (b"<methodCall><methodName>a\0b</methodName></methodCall>", "NUL (0x00) on line 1"),
        (b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "b">]><methodCall/>', "cannot be read"),
        (b"<methodResponse><params/></methodResponse>", "cannot be read"),
        (b"<methodCall><methodName>autoprov.listDevices</methodName>", "cannot be read"),
        (register_xml() + b"<methodCall>", "Call 2"),
    ],
)
def test_what_is_no_call_file_is_named(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_calls(data)
    assert words in caught.value.describe()


def test_escapes_in_a_file_reach_neither_titles_nor_complaints() -> None:
    call = one(call_xml("autoprov.registerDevice", "&#x9b;31m7C2F80", URL, "&#x202e;[/]"))
    shown = " ".join((call.title, *call.complaints, *call.macs, call.corrected or ""))
    assert "\x9b" not in shown
    assert "\u202e" not in shown


def test_a_partly_refused_list_is_asked_for_and_each_device_told_apart(rehearse: Rehearse) -> None:
    session = rehearse("bulk=good")
    (answer,) = send(session, register_list_xml(PAIR[0], "7C2F80820ECE-0000", "nonsense"))
    assert {outcome.mac: outcome.result for outcome in answer.outcomes}["7C2F80820EC0"] is Result.STORED
    assert session.journal.open_rows() == []


def test_a_device_in_use_is_refused_with_whose_record_it_is(rehearse: Rehearse) -> None:
    session = rehearse()
    send(session, call_xml("autoprov.registerDevice", PAIR[0], "http://elsewhere/%MACD", "Other"))
    (answer,) = send(session, register_xml())
    assert numbered(answer) == [(1, "0"), (2, "mac_already_in_use:7C2F80820EC0")]
    (outcome,) = answer.outcomes
    assert (outcome.result, outcome.code) == (Result.REFUSED, "mac_already_in_use")
    assert "Other → http://elsewhere/%MACD" in outcome.message


def test_a_call_cut_off_after_it_was_applied_is_found_stored(rehearse: Rehearse) -> None:
    session = rehearse("cut=after@registerDevice")
    with pytest.raises(CutOff):
        send(session, register_xml() + call_xml("autoprov.deregisterDevice", "7C2F80820EC0"))
    assert [(row.operation, row.result) for row in session.journal.rows()] == [
        (Operation.REGISTER, Result.STORED)
    ]


def test_the_answer_that_carries_the_error_comes_before_it_is_raised(rehearse: Rehearse) -> None:
    session = rehearse("cut=before@registerDevice")
    sending = upload(session, read_calls(register_xml()))
    answer = next(sending)
    assert isinstance(answer.error, CutOff)
    assert answer.fault
    assert [outcome.result for outcome in answer.outcomes] == [Result.NOT_MADE]
    with pytest.raises(CutOff):
        next(sending)


def test_an_end_that_nobody_can_tell_stays_open(rehearse: Rehearse) -> None:
    session = rehearse("cut=after@registerDeviceList", "status=502@checkDevice")
    with pytest.raises(CutOff):
        send(session, register_list_xml(*(f"7C2F8000000{number}-1234" for number in range(6))))
    assert {row.result for row in session.journal.rows()} == {Result.UNKNOWN}
    assert len(session.journal.open_rows()) == 6


def test_a_link_that_is_down_sends_nothing_and_says_so_for_each_device(rehearse: Rehearse) -> None:
    session = rehearse("status=503")
    sending = upload(session, read_calls(register_list_xml(*PAIR)))
    answer = next(sending)
    assert [outcome.result for outcome in answer.outcomes] == [Result.NOT_SENT] * 2
    with pytest.raises(ServerFailed):
        next(sending)
    assert session.journal.rows() == []


def test_a_fault_is_carried_and_the_next_call_is_sent(rehearse: Rehearse) -> None:
    session = rehearse("fault=0:No such handler@registerDevice")
    answers = send(session, register_xml() + call_xml("autoprov.listDevices"))
    assert isinstance(answers[0].error, Fault)
    assert [outcome.result for outcome in answers[0].outcomes] == [Result.NOT_MADE]
    assert answers[1].rows == []


def test_without_a_journal_nothing_is_sent(rehearse: Rehearse) -> None:
    session = rehearse()
    session.places.state.parent.mkdir(parents=True, exist_ok=True)
    session.places.state.write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        send(session, register_xml())
    assert session.last_round_trip_ms is None


def test_the_saved_result_is_a_response_document(rehearse: Rehearse) -> None:
    session = rehearse()
    answers = send(session, register_xml() + call_xml("autoprov.listDevices"))
    saved = result_xml(answers).decode()
    assert saved.count("<methodResponse>") == 2
    assert "<value>OK:55DF75196006</value>" in saved
    assert "<value>7C2F80820EC0</value><value>Daryna</value>" in saved


def test_a_fault_is_saved_as_a_fault(rehearse: Rehearse) -> None:
    answers = send(rehearse("fault=7:closed"), call_xml("autoprov.checkDevice", PAIR[0]))
    assert "<fault>" in result_xml(answers).decode()
    assert "<i4>7</i4>" in result_xml(answers).decode()


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_a_call_without_complaint(name: str) -> None:
    call = one(template(name).encode())
    assert (call.complaints, call.corrected, call.sendable) == ((), None, True)
    assert call.method.startswith("autoprov.")


def test_an_unknown_template_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no such template"):
        template("everything")


@pytest.mark.parametrize("name", ["register", "register-list", "deregister", "deregister-list", "check"])
def test_the_templates_work_against_the_sandbox(rehearse: Rehearse, name: str) -> None:
    session = rehearse()
    if name != "register" and name != "register-list":
        send(session, template("register-list").encode())
    (answer,) = send(session, template(name).encode())
    assert answer.ok


def test_the_script_gets_the_answer_as_it_is(rehearse: Rehearse) -> None:
    """Vendor page, the five command lines of the script."""
    session = rehearse()
    registered = call_method(
        session, "autoprov.registerDevice", ["7C2F800DA979-2EE3", "http://registration-test.pl", "Daryna"]
    )
    assert registered.value == [True, "OK:2EE3EECC82C4"]
    listed = call_method(session, "autoprov.listDevices", ["Daryna"]).value
    assert isinstance(listed, list)
    assert listed[0][:3] == ["7C2F800DA979", "Daryna", "http://registration-test.pl"]  # type: ignore[index]
    assert call_method(session, "autoprov.deregisterDevice", ["7C2F800DA979-2EE3"]).value == [True, "OK"]
    pair = ["7C2F80820ECE-FEB3", "7C2F800DA979-2EE3"]
    assert call_method(
        session, "autoprov.registerDeviceList", [pair, "http://registration-list.pl", "Daryna"]
    ).value == [
        True,
        "OK:FEB33F6876E5",
        "OK:2EE3EECC82C4",
    ]
    assert call_method(session, "autoprov.deregisterDeviceList", [pair]).value == [True, "OK", "OK"]
    assert len(session.journal.rows()) == 6


def test_the_script_is_told_a_refusal_and_what_cannot_be_sent(rehearse: Rehearse) -> None:
    session = rehearse()
    assert not call_method(session, "autoprov.checkDevice", [PAIR[0]]).ok
    with pytest.raises(InputError, match="cannot be sent"):
        call_method(session, "autoprov.registerDevice", [PAIR[0]])


def test_a_file_of_two_gigabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    big = tmp_path / "big.xml"
    with big.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(InputError, match="too large"):
        read_source(big)


def test_an_endless_stream_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    with Path("/dev/zero").open("rb") as endless, pytest.raises(InputError, match="too large"):
        read_source(endless, limit=1 << 20)
    with pytest.raises(InputError, match="not a file"):
        read_source("/dev/zero")


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x" * 100)
    assert read_source(tmp_path / "x", limit=100) == b"x" * 100


@pytest.mark.parametrize(
    ("name", "words"), [("missing.xml", "cannot be read"), (".", "folder"), ("a\0b", "cannot be read")]
)
def test_a_path_that_is_no_file_is_named(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_source(f"{tmp_path}/{name}")
