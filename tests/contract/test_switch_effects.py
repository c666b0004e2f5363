"""Every value of every switch that stands for an open question, by what it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.scene import BAD, FIRST, SECOND, THIRD, URL, Scene, Set, shows, under
from tui.errors import Fault, LoginRefused, RedirectoryError, Unreadable
from tui.model.secrets import Secret
from tui.wire.client import RedirectClient
from tui.wire.xmlrpc.answers import Answer, CheckedDevice
from tui.wire.xmlrpc.values import MethodCall

__all__ = ["under"]


@shows("factory=learn", "factory=strict", "factory=open")
@pytest.mark.parametrize(
    ("value", "unknown", "other_suffix"),
    [("learn", "OK", "mac_invalid"), ("strict", "mac_not_exist", "mac_invalid"), ("open", "OK", "OK")],
)
def test_factory_decides_which_devices_exist(under: Set, value: str, unknown: str, other_suffix: str) -> None:
    scene = under(f"factory={value}")
    assert scene.lines(scene.register("AABBCCDDEEFF-1234"))[0].startswith(unknown)
    assert scene.lines(scene.register("7C2F80820EC0-0001"))[0].startswith(other_suffix)


def test_factory_strict_knows_the_sample_devices_labels(under: Set) -> None:
    scene = under("factory=strict", sample=2)
    assert scene.lines(scene.client.check_device("7C2F80807872-0000"))[0].startswith("mac_invalid")


@shows("suffix=mac_invalid", "suffix=mac_not_exist")
@pytest.mark.parametrize("code", ["mac_invalid", "mac_not_exist"])
def test_suffix_names_the_code_for_a_wrong_suffix(under: Set, code: str) -> None:
    scene = under(f"suffix={code}")
    assert scene.lines(scene.register("7C2F80820EC0-0001")) == [f"{code}:7C2F80820EC0"]


@shows("bare=always", "bare=unlabelled", "bare=never")
@pytest.mark.parametrize(
    ("value", "labelled", "unlabelled"), [("always", 1, 1), ("unlabelled", 0, 1), ("never", 0, 0)]
)
def test_bare_decides_whether_a_mac_alone_will_do(
    under: Set, value: str, labelled: int, unlabelled: int
) -> None:
    scene = under(f"bare={value}")
    assert scene.register(FIRST[:12]).ok == bool(labelled)
    assert scene.register("AABBCCDDEEFF").ok == bool(unlabelled)


@shows("echo=mac", "echo=as-sent")
@pytest.mark.parametrize(("value", "echo"), [("mac", "7C2F80820EC0"), ("as-sent", "7c2f80820ec0-55df")])
def test_echo_is_the_mac_or_what_was_sent(under: Set, value: str, echo: str) -> None:
    scene = under(f"echo={value}")
    assert scene.lines(scene.client.deregister_device(FIRST.lower())) == [f"mac_not_found:{echo}"]
    assert scene.lines(scene.client.deregister_device(BAD)) == [f"mac_invalid:{BAD}"]


@shows("own=in-use", "own=overwrite")
@pytest.mark.parametrize(("value", "provider"), [("in-use", "Old"), ("overwrite", "New")])
def test_own_decides_about_registering_twice(under: Set, value: str, provider: str) -> None:
    scene = under(f"own={value}")
    scene.register(provider="Old")
    assert scene.register(provider="New").ok == (value == "overwrite")
    assert [row[1] for row in scene.listed()] == [provider]


def test_own_overwrite_leaves_another_accounts_record_alone(under: Set) -> None:
    scene = under("own=overwrite")
    scene.rival.register_device(FIRST, URL, "Rival")
    assert scene.lines(scene.register()) == ["mac_already_in_use:7C2F80820EC0"]


@shows("foreign=hidden", "foreign=visible")
@pytest.mark.parametrize("value", ["hidden", "visible"])
def test_foreign_decides_who_sees_a_record(under: Set, value: str) -> None:
    scene = under(f"foreign={value}")
    scene.rival.register_device(FIRST, URL, "Rival")
    assert bool(scene.listed()) == (value == "visible")
    assert isinstance(scene.client.check_device(FIRST), CheckedDevice) == (value == "visible")


@shows("foreign-deregister=refused", "foreign-deregister=allowed")
@pytest.mark.parametrize("value", ["refused", "allowed"])
def test_foreign_deregister_decides_who_removes_a_record(under: Set, value: str) -> None:
    scene = under(f"foreign-deregister={value}")
    scene.rival.register_device(FIRST, URL, "Rival")
    assert scene.client.deregister_device(FIRST).ok == (value == "allowed")
    assert bool(scene.stored()) == (value == "refused")


GOOD_ONE, BAD_ONE, GOOD_TWO = "OK:55DF75196006", f"mac_invalid:{BAD}", "OK:191001882432"
BAD_TWO = "mac_invalid:XYZ"


@shows("bulk=nothing", "bulk=good", "bulk=until", "bulk-report=first", "bulk-report=all", "bulk-report=each")
@pytest.mark.parametrize(
    ("bulk", "report", "stored", "lines"),
    [
        ("nothing", "first", [], [BAD_ONE]),
        ("nothing", "all", [], [BAD_ONE, BAD_TWO]),
        ("nothing", "each", [], ["OK", BAD_ONE, "OK", BAD_TWO]),
        ("good", "first", [FIRST, SECOND], [BAD_ONE]),
        ("good", "all", [FIRST, SECOND], [BAD_ONE, BAD_TWO]),
        ("good", "each", [FIRST, SECOND], [GOOD_ONE, BAD_ONE, GOOD_TWO, BAD_TWO]),
        ("until", "first", [FIRST], [BAD_ONE]),
        ("until", "all", [FIRST], [BAD_ONE]),
        ("until", "each", [FIRST], [GOOD_ONE, BAD_ONE, "OK", BAD_TWO]),
    ],
)
def test_bulk_decides_what_a_failed_list_has_done_and_says(
    under: Set, bulk: str, report: str, stored: list[str], lines: list[str]
) -> None:
    scene = under(f"bulk={bulk}", f"bulk-report={report}")
    answer = scene.client.register_device_list([FIRST, BAD, SECOND, "XYZ"], URL, "P")
    assert not answer.ok
    assert scene.lines(answer) == lines
    assert scene.stored() == {mac_id[:12] for mac_id in stored}


@pytest.mark.parametrize(("bulk", "left"), [("nothing", 2), ("good", 0), ("until", 1)])
def test_bulk_holds_for_deregistering_too(under: Set, bulk: str, left: int) -> None:
    scene = under(f"bulk={bulk}")
    scene.client.register_device_list([FIRST, SECOND], URL, "P")
    assert not scene.client.deregister_device_list([FIRST, BAD, SECOND]).ok
    assert len(scene.stored()) == left


@shows("order=request", "order=shuffle")
def test_order_shuffle_answers_the_same_lines_in_another_order(under: Set) -> None:
    in_order = under("order=request")
    wanted = in_order.lines(in_order.client.register_device_list([FIRST, SECOND, THIRD], URL, "P"))
    shuffled = under("order=shuffle")
    lines = shuffled.lines(shuffled.client.register_device_list([FIRST, SECOND, THIRD], URL, "P"))
    assert lines != wanted
    assert sorted(lines) == sorted(wanted)


@shows("batch=any", "batch=2")
def test_batch_faults_above_its_number_and_stores_nothing(under: Set) -> None:
    scene = under("batch=2")
    with pytest.raises(Fault):
        scene.client.register_device_list([FIRST, SECOND, THIRD], URL, "P")
    assert scene.stored() == set()
    assert scene.client.register_device_list([FIRST, SECOND], URL, "P").ok
    scene.sandbox.set_switch("batch=any")
    assert scene.client.deregister_device_list([FIRST, SECOND]).ok


@shows("date=registration", "date=last-request")
@pytest.mark.parametrize(("value", "date"), [("registration", "2026-11-23 09:30"), ("last-request", "")])
def test_date_is_of_the_registration_or_of_the_phones_last_request(under: Set, value: str, date: str) -> None:
    scene = under(f"date={value}")
    scene.register()
    assert [row[3] for row in scene.listed()] == [date]
    checked = scene.client.check_device(FIRST)
    assert isinstance(checked, CheckedDevice)
    assert checked.server_date == date


@shows("date-form=minutes", "date-form=day", "date-form=seconds")
@pytest.mark.parametrize(
    ("value", "date"),
    [("minutes", "2026-11-23 09:30"), ("day", "2026-11-23"), ("seconds", "2026-11-23 09:30:15")],
)
def test_date_form_is_how_exact_a_date_is(under: Set, value: str, date: str) -> None:
    scene = under(f"date-form={value}")
    scene.register()
    assert [row[3] for row in scene.listed()] == [date]


@shows("list-providers=both", "list-providers=several", "list-providers=array")
@pytest.mark.parametrize(
    ("value", "several", "array"), [("both", True, True), ("several", True, False), ("array", False, True)]
)
def test_list_providers_is_the_form_several_are_given_in(
    under: Set, value: str, several: bool, array: bool
) -> None:
    scene = under(f"list-providers={value}")
    scene.register()

    def works(params: list[object]) -> bool:
        try:
            answer = scene.client.send(MethodCall("autoprov.listDevices", params))  # type: ignore[arg-type]
        except Fault:
            return False
        assert isinstance(answer, list)
        return len(answer) == 1

    assert works(["Daryna", "Other"]) == several
    assert works([["Daryna", "Other"]]) == array
    assert works(["Daryna"])


@shows("filter=exact", "filter=case-insensitive")
@pytest.mark.parametrize(("value", "count"), [("exact", 0), ("case-insensitive", 1)])
def test_filter_is_how_providers_are_compared(under: Set, value: str, count: int) -> None:
    scene = under(f"filter={value}")
    scene.register()
    assert len(scene.listed("DARYNA")) == count


@shows("url=schemes", "url=http", "url=any", "url=max:20")
@pytest.mark.parametrize(
    ("rule", "ftp", "words", "long"),
    [("schemes", 1, 0, 1), ("http", 0, 0, 1), ("any", 1, 1, 1), ("max:20", 1, 1, 0)],
)
def test_url_is_the_rule_for_urls(under: Set, rule: str, ftp: int, words: int, long: int) -> None:
    scene = under(f"url={rule}", "own=overwrite")
    assert scene.register(url="ftp://host/f").ok == bool(ftp)
    assert scene.register(url="just words").ok == bool(words)
    assert scene.register(url="http://a-host-that-is-long/%MACD.xml").ok == bool(long)
    assert not scene.register(url="").ok


@shows("name=printable", "name=ascii", "name=any", "name=max:3")
@pytest.mark.parametrize(
    ("rule", "tab", "umlaut", "long"),
    [("printable", 0, 1, 1), ("ascii", 0, 0, 1), ("any", 1, 1, 1), ("max:3", 1, 1, 0)],
)
def test_name_is_the_rule_for_providers(under: Set, rule: str, tab: int, umlaut: int, long: int) -> None:
    scene = under(f"name={rule}", "own=overwrite")
    assert scene.register(provider="a\tb").ok == bool(tab)
    assert scene.register(provider="Öl").ok == bool(umlaut)
    assert scene.register(provider="Nordlicht").ok == bool(long)
    assert not scene.register(provider="").ok


@shows("names=utf-8", "names=latin-1", "names=question-marks")
@pytest.mark.parametrize(
    ("value", "name", "charset"),
    [
        ("utf-8", "Köln €", "UTF-8"),
        ("latin-1", "Köln €", "ISO-8859-1"),
        ("question-marks", "K?ln ?", "UTF-8"),
    ],
)
def test_names_is_what_becomes_of_other_alphabets(under: Set, value: str, name: str, charset: str) -> None:
    scene = under(f"names={value}")
    scene.register(provider="Köln €")
    assert [row[1] for row in scene.listed()] == [name]
    reply = scene.raw("autoprov.listDevices")
    assert reply.headers["content-type"] == f"text/xml;charset={charset}"
    assert ("Köln".encode(charset) in reply.content) == ("ö" in name)


@shows("login=401", "login=403", "login=fault", "login=html")
@pytest.mark.parametrize(
    ("value", "error"), [("401", LoginRefused), ("403", LoginRefused), ("fault", Fault), ("html", Unreadable)]
)
def test_login_is_the_answer_to_a_wrong_password(
    under: Set, client_of: Callable[..., RedirectClient], value: str, error: type[RedirectoryError]
) -> None:
    scene = under(f"login={value}")
    with pytest.raises(error):
        client_of(scene.sandbox, "demo", "wrong").register_device(FIRST, URL, "P")
    assert scene.stored() == set()


@shows("prefix=fault", "prefix=accepted")
@pytest.mark.parametrize("value", ["fault", "accepted"])
def test_prefix_decides_about_the_misspelt_methods(under: Set, value: str) -> None:
    reply = under(f"prefix={value}").raw("autoprovider.registerDevice", FIRST, URL, "P")
    assert (b"OK:55DF75196006" in reply.content) == (value == "accepted")
    assert (b"No such handler" in reply.content) == (value == "fault")


@shows("strings=untyped", "strings=typed")
@pytest.mark.parametrize("value", ["untyped", "typed"])
def test_strings_are_sent_bare_or_inside_an_element(under: Set, value: str) -> None:
    scene = under(f"strings={value}")
    assert (b"<string>" in scene.raw("autoprov.registerDevice", FIRST, URL, "P").content) == (
        value == "typed"
    )
    reply = scene.raw("autoprov.listDevices")
    assert (b"<string>" in reply.content) == (value == "typed")
    assert reply.headers["content-length"] == str(len(reply.content))


@shows("password=constant", "password=rotated")
@pytest.mark.parametrize("value", ["constant", "rotated"])
def test_password_is_the_devices_for_ever_or_new_each_time(under: Set, value: str) -> None:
    scene = under(f"password={value}")
    first = scene.register().lines[0].password
    scene.client.deregister_device(FIRST)
    second = scene.register().lines[0].password
    assert first == Secret("55DF75196006")
    assert second is not None
    assert second.reveal().startswith("55DF")
    assert (first == second) == (value == "constant")


@shows("writer=none", "writer=registers", "writer=retargets", "writer=deregisters")
def test_writer_changes_the_named_devices_just_before_the_call(under: Set) -> None:
    quiet = under("writer=none")
    assert quiet.register().ok
    first = under("writer=registers")
    assert scene_line(first, first.register()) == "mac_already_in_use:7C2F80820EC0"
    moved = under("writer=retargets@checkDevice")
    moved.register()
    checked = moved.client.check_device(FIRST)
    assert isinstance(checked, CheckedDevice)
    assert checked.provider == "Colleague"
    gone = under("writer=deregisters@deregisterDevice")
    gone.register()
    assert scene_line(gone, gone.client.deregister_device(FIRST)) == "mac_not_found:7C2F80820EC0"


def scene_line(scene: Scene, answer: Answer) -> str:
    return scene.lines(answer)[0]


def test_a_second_writer_changes_records_without_a_request(under: Set) -> None:
    scene = under()
    colleague = scene.sandbox.second_writer("demo")
    assert colleague.register(FIRST, URL, "Colleague") == (True, "OK:55DF75196006")
    assert [row[1] for row in scene.listed()] == ["Colleague"]
    assert colleague.deregister(FIRST) == (True, "OK")
    assert scene.listed() == []
