"""--dry-run shows the calls that would be made and sends nothing that changes; questions name the account."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_provider_commands import type_into
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox

URL = "http://prov.example.net/xml/%MACD.xml"
OTHER = "https://user:geheim@new.example.net/%MACD.xml"
TARGET = ("--url", URL, "--provider", "Probe")


class Watched(Shell):
    """A shell whose sandbox notes the methods that it is asked for; `take` gives them and begins anew."""

    asked: list[str]
    sandbox: Sandbox

    def take(self) -> list[str]:
        """The methods of the calls since the last time that change something."""
        found = [name for name in self.asked if "egister" in name]
        self.asked.clear()
        return found


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One for all tests of the module: each uses devices of its own."""
    shell = Watched(tmp_path_factory.mktemp("watched") / "home")
    shell.asked = []
    with Sandbox(accounts={"demo": "demo"}) as sandbox:
        shell.sandbox = sandbox
        serve = sandbox.wsgi

        def note(environ: dict[str, Any], start: Any) -> Any:
            body = environ["wsgi.input"].read()
            shell.asked.extend(re.findall(r"autoprov\.(\w+)", body.decode()))
            return serve({**environ, "wsgi.input": io.BytesIO(body)}, start)

        sandbox.wsgi = note  # type: ignore[assignment]
        serving = Serving(sandbox, "127.0.0.1", 0)
        thread = threading.Thread(target=serving.run)
        thread.start()
        shell.environ |= {
            "REDIRECTORY_SERVER": serving.url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        try:
            yield shell
        finally:
            serving.stop()
            thread.join()


def short(method: object) -> str:
    return str(method).removeprefix("autoprov.")


def dry(shell: Watched, *words: str, text: str = "", code: int = 0) -> list[str]:
    """Runs a dry run, which changes nothing at the sandbox; the methods that it shows."""
    shell.take()
    run = shell.run(*words, "--dry-run", "--json", text=text)
    assert run.code == code, run.err
    assert shell.take() == []
    assert "geheim" not in run.out + run.err
    return [short(row["method"]) for row in run.rows]


def really(shell: Watched, *words: str, text: str = "") -> list[str]:
    """Runs it; the methods that arrive at the sandbox."""
    shell.take()
    shell.run(*words, text=text)
    return shell.take()


def test_what_a_dry_run_shows_is_what_is_sent_then(watched: Watched) -> None:
    names = ["7C2F80AA0000-1A2B", "7C2F80AA0001-3C4D", "7C2F80AA0002-1A2B", "7C2F80AA0003", "7C2F80AA0004"]
    for words in (
        ("register", names[0], *TARGET),
        ("register", *names, *TARGET),
        ("register", names[0], "--url", OTHER, "--provider", "Probe", "--replace"),
        ("retarget", *names[1:], "--url", OTHER, "--yes", "--bare"),
        ("retarget", "--all-of", "Probe", "--provider", "Andere", "--yes", "--bare"),
        ("deregister", names[0], "--yes"),
        ("deregister", "--all-of", "Andere", "--yes", "--bare"),
    ):
        planned = dry(watched, *words)
        assert planned, words
        # Lists of devices that move are sent side by side.
        assert sorted(really(watched, *words)) == sorted(planned), words


def test_a_device_that_is_as_wanted_gets_no_call_and_one_that_stands_in_the_way_is_named(
    watched: Watched,
) -> None:
    watched.run("register", "7C2F80AB0001-1A2B", *TARGET)
    words = ("register", "7C2F80AB0001-1A2B", "7C2F80AB0002-1A2B", *TARGET)
    run = watched.run(*words, "--dry-run", "--json")
    assert (run.code, [row["macs"] for row in run.rows]) == (0, [["7C2F80AB0002-1A2B"]])
    assert "7C2F80AB0001: unchanged." in run.err
    run = watched.run("register", "7C2F80AB0001-1A2B", "--url", OTHER, "--provider", "Probe", "--dry-run")
    assert (run.code, run.out) == (1, "")
    assert "7C2F80AB0001: it would be refused." in run.err
    assert dry(watched, "deregister", "7C2F80ABFFFF", code=1) == []
    run = watched.run("retarget", "7C2F80ABFFFE-1A2B", "--url", OTHER, "--dry-run", "--json", "--quiet")
    assert (run.code, run.out) == (1, "")
    assert '"device": "7C2F80ABFFFE"' in run.err


def test_files_are_tried_without_a_change(watched: Watched, tmp_path: Path) -> None:
    rows = f"mac,url,provider\n7C2F80AC0001-1A2B,{URL},Datei\n7C2F80AC0002-1A2C,{URL},Datei\n"
    assert dry(watched, "import", "-", text=rows) == ["registerDeviceList"]
    assert dry(watched, "apply", "-", text=rows) == ["registerDeviceList"]
    file = tmp_path / "calls.xml"
    value = "<param><value>7C2F80AC0003</value></param>"
    call = (
        f"<methodCall><methodName>autoprov.deregisterDevice</methodName><params>{value}</params></methodCall>"
    )
    file.write_text(call)
    assert dry(watched, "upload", str(file)) == ["deregisterDevice"]


def test_an_undo_names_the_calls_of_each_device(watched: Watched) -> None:
    watched.run("register", "7C2F80AD0001-1A2B", *TARGET)
    watched.run("retarget", "7C2F80AD0001-1A2B", "--url", OTHER, "--yes")
    watched.take()
    run = watched.run("undo", "--dry-run", "--json")
    (step,) = run.rows
    assert (run.code, watched.take()) == (0, [])
    assert [short(call) for call in step["calls"]] == ["deregisterDevice", "registerDevice"]
    assert (step["url"], step["provider"]) == (URL, "Probe")
    assert really(watched, "undo", "--yes") == ["deregisterDevice", "registerDevice"]


def test_what_is_open_is_only_looked_at(watched: Watched) -> None:
    watched.sandbox.set_switch("cut=after@registerDevice")
    watched.sandbox.set_switch("cut=before@checkDevice")
    watched.sandbox.set_switch("cut=none@checkDevice,next:1")
    assert watched.run("register", "7C2F80AE1001-1A2B", *TARGET).code == 4
    watched.sandbox.set_switch("cut=none@registerDevice")
    watched.sandbox.set_switch("cut=none@checkDevice")
    assert dry(watched, "resolve") == []
    assert "7C2F80AE1001: stored." in watched.run("resolve", "--dry-run").err
    assert watched.run("history", "--outcome", "unknown", "--json").rows[0]["mac"] == "7C2F80AE1001"
    assert watched.run("resolve", "--json").rows[0]["outcome"] == "stored"


def test_what_was_never_sent_is_shown_as_the_calls_that_go_on_with_it(watched: Watched) -> None:
    watched.sandbox.set_switch("cut=before@registerDevice")
    watched.sandbox.set_switch("cut=before@checkDevice")
    watched.sandbox.set_switch("cut=none@checkDevice,next:1")
    run = watched.run("register", "7C2F80AE2001-1A2B", *TARGET, "--json")
    watched.sandbox.set_switch("cut=none@registerDevice")
    watched.sandbox.set_switch("cut=none@checkDevice")
    change_set = run.rows[0]["change_set"]
    assert (run.code, dry(watched, "resolve", "--go-on", change_set)) == (4, ["registerDevice"])
    assert really(watched, "resolve", "--go-on", change_set) == ["registerDevice"]


def test_where_nothing_is_open_that_is_said(watched: Watched) -> None:
    run = watched.run("resolve", "--dry-run")
    assert (run.code, run.out) == (0, "")
    assert "Nothing is open" in run.err
    assert watched.run("resolve", "--go-on", "nothing", "--dry-run").code == 2


def test_no_question_is_asked_and_none_has_to_be_answered(watched: Watched) -> None:
    watched.run("register", "7C2F80AE0001-1A2B", *TARGET)
    assert dry(watched, "deregister", "7C2F80AE0001") == ["deregisterDevice"]
    run = type_into(watched, "", "deregister", "7C2F80AE0001", "--dry-run")
    assert (run.code, "[y/N]" in run.err) == (0, False)


def test_questions_name_account_and_server_and_what_may_not_come_back(watched: Watched) -> None:
    watched.run("register", "7C2F80AF0001", "7C2F80AF0002-1A2B", "--url", URL, "--provider", "Frage")
    where = f"At command line (demo at {watched.environ['REDIRECTORY_SERVER']}"
    found = type_into(watched, "n\n", "retarget", "7C2F80AF0001", "--url", OTHER, "--bare").err
    account = re.search(r"At .* \(demo at http://127\.0\.0\.1:\d+[^)]*\): change the URL", found)
    assert account, (where, found)
    assert "may not come back" in found
    for typed, words in (
        ("\nn\n", ("deregister", "7C2F80AF0001")),
        ("n\n", ("deregister", "--all-of", "Frage", "--bare")),
    ):
        run = type_into(watched, typed, *words)
        assert run.code == 2
        assert re.search(r"At .* \(demo at http://127\.0\.0\.1:\d+.*\): deregister \d devices?\?", run.err)
        assert "may not come back" in run.err
    watched.run("register", "7C2F80AF0003", "--url", URL, "--provider", "Frage")
    run = type_into(watched, "n\n", "undo")
    assert re.search(r"At .* \(demo at .*\): undo change set", run.err)
    assert "may not come back" in run.err


def test_an_upload_warns_before_it_removes_what_may_not_come_back(watched: Watched, tmp_path: Path) -> None:
    watched.run("register", "7C2F80B00001", *TARGET)
    file = tmp_path / "calls.xml"
    value = "<param><value>7C2F80B00001</value></param>"
    file.write_text(
        f"<methodCall><methodName>autoprov.deregisterDevice</methodName><params>{value}</params></methodCall>"
    )
    run = watched.run("upload", str(file), "--json")
    assert (run.code, run.rows[0]["outcome"]) == (0, "removed")
    assert "may not come back" in run.err
