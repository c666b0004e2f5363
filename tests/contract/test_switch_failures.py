"""Every value of every switch that breaks the link or the answer, and that no value was left out."""

from __future__ import annotations

import httpx
import pytest

import tests.contract.test_switch_effects  # noqa: F401 (registers what it shows)
from tests.contract.scene import FIRST, SECOND, SHOWN, URL, Set, shows, under
from tui.errors import CutOff, Fault, LinkError, RedirectoryError, ServerFailed, Unreadable
from tui.server.switching.switches import SWITCHES

__all__ = ["under"]


@pytest.mark.parametrize("name", SWITCHES)
def test_every_value_of_every_switch_is_shown(name: str) -> None:
    switch = SWITCHES[name]
    wanted = {f"{name}={value}" for value in switch.values}
    assert wanted <= SHOWN
    if switch.open_form:
        assert any(text.startswith(f"{name}=") and text not in wanted for text in SHOWN)


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
    from tui.server.http.embedded import EmbeddedTransport

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
