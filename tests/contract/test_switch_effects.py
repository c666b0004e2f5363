"""Every value of every switch, by what it does."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tui.errors import CutOff, Fault, LinkError, LoginRefused, RedirectoryError, ServerFailed, Unreadable
from tui.model.secrets import Secret
from tui.server.sandbox import Sandbox
from tui.server.switches import SWITCHES
from tui.wire.answers import Answer, CheckedDevice
from tui.wire.client import RedirectClient
from tui.wire.values import MethodCall

URL = "http://provider.com/xml/%MACD.xml"
FIRST, SECOND, THIRD = "7C2F80820EC0-55DF", "7C2F80208295-1910", "7C2F800DA979-2EE3"
BAD = "123456789123--1910"
SHOWN: set[str] = set()


class Scene:
    """A sandbox under switches, its client, and its pauses."""

    def __init__(
        self,
        sandbox: Sandbox,
        client: RedirectClient,
        rival: RedirectClient,
        pauses: list[float],
        post: Callable[..., httpx.Response],
    ) -> None:
        self.sandbox, self.client, self.rival, self.pauses = sandbox, client, rival, pauses
        self._post = post

    def register(self, mac_id: str = FIRST, url: str = URL, provider: str = "Daryna") -> Answer:
        return self.client.register_device(mac_id, url, provider)

    def lines(self, answer: object) -> list[str]:
        assert isinstance(answer, Answer)
        return [line.text for line in answer.lines]

    def stored(self, *providers: str) -> set[str]:
        """The MACs with a record, whatever the switches do to answers."""
        snapshot = self.sandbox.store.snapshot(None)
        try:
            return {row[0] for row in snapshot.rows()}
        finally:
            snapshot.close()

    def listed(self, *providers: str) -> list[tuple[str, str, str, str]]:
        return [row for batch in self.client.list_devices(*providers) for row in batch]

    def raw(self, name: str, *params: str) -> httpx.Response:
        inside = "".join(f"<param><value>{text}</value></param>" for text in params)
        body = f"<methodCall><methodName>{name}</methodName><params>{inside}</params></methodCall>"
        return self._post(self.sandbox, body=body.encode())


Set = Callable[..., Scene]


@pytest.fixture
def under(
    make_sandbox: Callable[..., Sandbox],
    client_of: Callable[..., RedirectClient],
    pauses: list[float],
    http: Callable[..., httpx.Response],
) -> Set:
    """under("bulk=good"): a scene with these switches."""

    def build(*switches: str, sample: int = 0) -> Scene:
        sandbox = make_sandbox(*switches, sample=sample)
        return Scene(sandbox, client_of(sandbox), client_of(sandbox, "rival", "secret"), pauses, http)

    return build


def shows(*settings: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    SHOWN.update(settings)
    return lambda test: test


@pytest.mark.parametrize("name", SWITCHES)
def test_every_value_of_every_switch_is_shown(name: str) -> None:
    switch = SWITCHES[name]
    wanted = {f"{name}={value}" for value in switch.values}
    assert wanted <= SHOWN
    if switch.open_form:
        assert any(text.startswith(f"{name}=") and text not in wanted for text in SHOWN)


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


@shows("status=200", "status=301", "status=410", "status=500", "status=502", "status=413")
@pytest.mark.parametrize("status", [301, 410, 413, 500, 502])
def test_status_answers_so_and_does_nothing(under: Set, status: int) -> None:
    scene = under(f"status={status}")
    with pytest.raises(LinkError):
        scene.register()
    reply = scene.raw("autoprov.listDevices")
    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("text/html")
    assert ("location" in reply.headers) == (status == 301)
    assert scene.stored() == set()
    scene.sandbox.set_switch("status=200")
    assert scene.register().ok


@shows("applied=no", "applied=yes")
@pytest.mark.parametrize("switch", ["status=500", "page=login", "error=quota", "fault=7"])
@pytest.mark.parametrize("applied", ["no", "yes"])
def test_applied_decides_whether_a_failing_answer_hides_a_change(
    under: Set, switch: str, applied: str
) -> None:
    scene = under(switch, f"applied={applied}")
    scene.raw("autoprov.registerDevice", FIRST, URL, "P")
    assert bool(scene.stored()) == (applied == "yes")


@shows("delay=0", "delay=200ms")
def test_delay_makes_the_server_think(under: Set) -> None:
    scene = under("delay=200ms")
    scene.register()
    assert scene.pauses == [0.2]
    scene.sandbox.set_switch("delay=0")
    scene.client.check_device(FIRST)
    assert scene.pauses == [0.2]


def test_a_delay_beyond_the_clients_patience_is_a_time_out_and_the_change_is_made(under: Set) -> None:
    scene = under("delay=900s")
    with pytest.raises(CutOff):
        scene.register()
    assert scene.stored() == {"7C2F80820EC0"}
    assert sum(scene.pauses) < 900


@shows("drip=0", "drip=20ms")
def test_drip_pauses_after_every_64_bytes(under: Set) -> None:
    scene = under("drip=20ms")
    size = len(scene.raw("autoprov.registerDevice", FIRST, URL, "P").content)
    assert scene.pauses == [0.02] * -(-size // 64)
    scene.pauses.clear()
    scene.sandbox.set_switch("drip=0")
    scene.raw("autoprov.listDevices")
    assert scene.pauses == []


@shows("cut=none", "cut=before", "cut=after", "cut=middle")
@pytest.mark.parametrize(("value", "stored"), [("before", False), ("after", True), ("middle", True)])
def test_cut_ends_the_connection_before_or_after_the_change(under: Set, value: str, stored: bool) -> None:
    scene = under(f"cut={value}")
    with pytest.raises(CutOff):
        scene.register()
    assert bool(scene.stored()) == stored
    scene.sandbox.set_switch("cut=none")
    assert scene.client.deregister_device(FIRST).ok == stored


def test_cut_can_be_limited_to_a_device_and_to_a_number_of_calls(under: Set) -> None:
    scene = under(f"cut=before@mac:{FIRST},next:2", "delay=5s@checkDevice,next:1")
    for _ in range(2):
        with pytest.raises(CutOff):
            scene.register()
        assert scene.register(SECOND).ok
        scene.client.deregister_device(SECOND)
    assert scene.register().ok
    scene.client.check_device(FIRST)
    scene.client.check_device(FIRST)
    assert scene.pauses == [5.0]


@shows("page=none", "page=login")
def test_page_login_is_html_with_status_200(under: Set) -> None:
    scene = under("page=login@registerDevice")
    with pytest.raises(Unreadable):
        scene.register()
    assert scene.stored() == set()
    scene.sandbox.set_switch("page=none")
    assert scene.register().ok


@shows("body=whole", "body=truncated", "body=empty", "body=binary", "body=bomb", "body=endless")
@pytest.mark.parametrize("value", ["truncated", "empty", "binary", "bomb"])
def test_a_spoilt_body_cannot_be_read_though_the_change_was_made(under: Set, value: str) -> None:
    scene = under(f"body={value}")
    with pytest.raises(Unreadable):
        scene.register()
    assert scene.stored() == {"7C2F80820EC0"}
    scene.sandbox.set_switch("body=whole")
    assert scene.client.deregister_device(FIRST).ok


def test_an_endless_body_has_no_length_and_goes_on(under: Set) -> None:
    scene = under("body=endless")
    body = b"<methodCall><methodName>autoprov.listDevices</methodName></methodCall>"
    from tui.server.embedded import EmbeddedTransport

    with (
        httpx.Client(transport=EmbeddedTransport(scene.sandbox.wsgi), auth=("demo", "demo")) as bare,
        bare.stream("POST", "http://sandbox.example/apxml/rpc.do", content=body) as reply,
    ):
        assert "content-length" not in reply.headers
        seen = 0
        for block in reply.iter_raw():
            seen += len(block)
            if seen > 5_000_000:
                break
    assert seen > 5_000_000


@shows("length=right", "length=long", "length=short", "length=missing")
@pytest.mark.parametrize(("value", "error"), [("long", CutOff), ("short", Unreadable), ("missing", None)])
def test_a_wrong_length_ends_the_body_early_or_leaves_it_waiting(
    under: Set, value: str, error: type[RedirectoryError] | None
) -> None:
    scene = under(f"length={value}")
    if error:
        with pytest.raises(error):
            scene.register()
    else:
        assert scene.register().ok
        assert "content-length" not in scene.raw("autoprov.listDevices").headers
    scene.sandbox.set_switch("length=right")
    assert scene.client.deregister_device(FIRST).ok


@shows("error=none", "error=quota_exceeded", "error=quota_exceeded:full")
@pytest.mark.parametrize(
    ("value", "line"),
    [("quota_exceeded", "quota_exceeded:7C2F80820EC0"), ("quota_exceeded:full", "quota_exceeded:full")],
)
def test_error_answers_with_a_code_nobody_knows(under: Set, value: str, line: str) -> None:
    scene = under(f"error={value}")
    assert scene.lines(scene.register()) == [line]
    assert scene.stored() == set()
    scene.sandbox.set_switch("error=none")
    assert scene.register().ok


@shows("fault=none", "fault=7", "fault=7:Database down")
@pytest.mark.parametrize(("value", "text"), [("7", "told to fault"), ("7:Database down", "Database down")])
def test_fault_answers_with_a_fault(under: Set, value: str, text: str) -> None:
    scene = under(f"fault={value}")
    with pytest.raises(Fault) as caught:
        scene.register()
    assert caught.value.code == 7
    assert text in caught.value.text
    scene.sandbox.set_switch("fault=none")
    assert scene.register().ok


def test_a_server_failure_is_told_from_a_cut(under: Set) -> None:
    with pytest.raises(ServerFailed) as caught:
        under("status=502").register()
    assert caught.value.status == 502
