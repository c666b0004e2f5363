"""The table of outcomes in CONTRIBUTING, played row by row: journal, screen, JSON and exit code agree."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from tui.app.presentation.outcomes import SIGNS
from tui.cli.main import main
from tui.model.identifiers import parse_identifier
from tui.model.outcome import Operation, Result
from tui.model.registration import Target
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox
from tui.services.storage.journal import Intent, Journal
from tui.services.storage.selection import spell_outcome

PHONE = "7C2F80820EC0-55DF"
MANY = [PHONE, *(f"7C2F8082{number:04X}-{number:04X}" for number in range(4))]
URL = "http://prov.example/%MACD.xml"
HERE = ("--url", URL, "--provider", "P")
AWAY = ("--url", "http://elsewhere.example/%MACD.xml")


class Row(NamedTuple):
    """One row of the table, as it stands there."""

    wire: str
    command: str
    journal: str
    screen: str
    outcome: str
    code: str
    exit: str


def read_table() -> list[Row]:
    text = (Path(__file__).parent.parent.parent / "CONTRIBUTING.md").read_text("utf-8")
    lines = text.partition("## Outcomes")[2].partition("\n## ")[0].splitlines()
    cells = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    return [Row(*row) for row in cells[2:]]


@dataclass(frozen=True)
class Scene:
    """What happens: `switches` of the server, `before` made at it, a record that an earlier run left open."""

    words: tuple[str, ...]
    switches: tuple[str, ...] = ()
    before: Callable[[Sandbox], object] = lambda _: None
    open_step: str = ""
    served: bool = True


def mine(url: str = URL) -> Callable[[Sandbox], object]:
    return lambda sandbox: sandbox.second_writer("demo").register(PHONE, url, "P")


def theirs(sandbox: Sandbox) -> object:
    return sandbox.second_writer("rival").register(PHONE, URL, "P")


REGISTER = ("register", PHONE, *HERE)
DEREGISTER = ("deregister", PHONE, "--yes")
RETARGET = ("retarget", PHONE, *AWAY, "--yes")
RESOLVE = ("resolve",)
ODD = ("error=quota_exceeded@registerDevice",)
OLD = "http://old.example/"
SCENES = {
    "OK and a MAC password": Scene(REGISTER),
    "looked up before: the record is there as wanted": Scene(REGISTER, before=mine()),
    "looked up before: this account's record with another target": Scene(REGISTER, before=mine(OLD)),
    "in use, and this account's list has no such record": Scene(REGISTER, before=theirs),
    "the server's word for the URL": Scene(REGISTER, ("url=max:5",)),
    "a word that is not documented; asked: no record": Scene(REGISTER, ODD),
    "named twice in one command": Scene(("register", PHONE, PHONE, *HERE)),
    "cut off after the change; asked: the record is there": Scene(REGISTER, ("cut=after@registerDevice",)),
    "cut off before the change, twice; asked: no record": Scene(REGISTER, ("cut=before@registerDevice",)),
    "cut off; asked: no answer either": Scene(
        ("register", *MANY, *HERE), ("cut=after@registerDeviceList", "status=503@checkDevice")
    ),
    "HTTP 503, twice; asked: no record": Scene(REGISTER, ("status=503@registerDevice",)),
    "HTTP 504, twice; asked: no record": Scene(REGISTER, ("status=504@registerDevice",)),
    "a web page, twice; asked: no record": Scene(REGISTER, ("page=login@registerDevice",)),
    "a fault, twice; asked: no record": Scene(REGISTER, ("fault=7:no@registerDevice",)),
    "HTTP 401 for the change": Scene(REGISTER, ("status=401@registerDevice",)),
    "HTTP 401 for the look before": Scene(REGISTER, ("status=401",)),
    "nobody listens": Scene(REGISTER, served=False),
    "OK": Scene(DEREGISTER, before=mine()),
    "looked up before: no record": Scene(DEREGISTER),
    "looked up before: a record that this account's list has not": Scene(
        DEREGISTER, ("foreign=visible@checkDevice",), before=theirs
    ),
    "not found, and the list shows a record": Scene(DEREGISTER, ("foreign=visible",), before=theirs),
    "cut off after the removal; asked: no record": Scene(DEREGISTER, ("cut=after@deregisterDevice",), mine()),
    "cut off before the removal, twice; asked: the record is there": Scene(
        DEREGISTER, ("cut=before@deregisterDevice",), mine()
    ),
    "HTTP 504 for the removal; asked: the record is there": Scene(
        DEREGISTER, ("status=504@deregisterDevice",), mine()
    ),
    "OK for the removal, OK for the new record": Scene(RETARGET, before=mine()),
    "OK for the removal, the new record refused, the old one restored": Scene(
        RETARGET, (f"url=max:{len(URL)}",), mine()
    ),
    "no MAC-ID known here": Scene(("retarget", PHONE[:12], *AWAY, "--yes"), before=mine()),
    "written down and never sent": Scene(RESOLVE, open_step="intended"),
    "sent, the program ended; asked: no record": Scene(RESOLVE, open_step="sent"),
    "sent, the program ended; asked: the record is there": Scene(RESOLVE, before=mine(), open_step="sent"),
}  # fmt: skip


@contextmanager
def serving(sandbox: Sandbox) -> Iterator[str]:
    served = Serving(sandbox, "127.0.0.1", 0)
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        yield served.url
    finally:
        served.stop()
        thread.join(10)
        sandbox.close()


def test_every_row_has_a_scene_and_every_scene_a_row() -> None:
    assert [row.wire for row in read_table()] == list(SCENES)


@pytest.mark.parametrize("row", read_table(), ids=lambda row: row.wire)
def test_a_row_of_the_table_is_what_journal_screen_json_and_exit_code_say(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = SCENES[row.wire]
    assert scene.words[0] == row.command
    home = tmp_path / "home"
    places = {"REDIRECTORY_HOME": home, "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": "demo"}
    for name, value in places.items():
        monkeypatch.setenv(name, str(value))
    sandbox = Sandbox(None, accounts={"demo": "demo", "rival": "secret"})
    with serving(sandbox) as url:
        monkeypatch.setenv("REDIRECTORY_SERVER", url)
        if scene.open_step:
            leave_open(home, scene.open_step)
        scene.before(sandbox)
        for switch in scene.switches:
            sandbox.set_switch(switch)
        if not scene.served:
            monkeypatch.setenv("REDIRECTORY_SERVER", url.replace("127.0.0.1", "127.0.0.2"))
        capsys.readouterr()
        code = main([*scene.words, "--json"])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert str(code) == row.exit
    assert [(line["outcome"], line["code"]) for line in told[:1]] == [(row.outcome, row.code)][
        : row.outcome != "–"
    ]
    found = None
    if (home / "state" / "journal.sqlite3").exists():
        with Journal(home / "state" / "journal.sqlite3") as journal:
            found = next(iter(journal.rows(mac=PHONE[:12])), None)
    assert row.journal == ("–" if found is None or found.result is None else found.result.value)
    if row.outcome != "–":
        word = spell_outcome(Result(row.outcome), row.code)
        assert (word, word in SIGNS) == (row.screen, True)
    for line in told:
        assert line["outcome"] != "stored" or line["password_lost"] == (line["code"] == "answer_lost")


def leave_open(home: Path, step: str) -> None:
    """A registration that an earlier run wrote down and never settled."""
    assert main(["register", "7C2F80AB0001-1A2B", *HERE]) == 0
    with Journal(home / "state" / "journal.sqlite3") as journal:
        (other,) = journal.rows()
        change_set = journal.open_set(Operation.REGISTER, other.account_key)
        intent = Intent(Operation.REGISTER, parse_identifier(PHONE), None, Target(URL, "P"))
        journal.step(journal.intend(change_set, [intent]), step)
