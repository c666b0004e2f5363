"""Every command survives every reply: it ends with a code that fits and puts nothing raw on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.hostile_replies import HostileServer, all_replies, hostile_server
from tui.cli.main import main
from tui.model.text.inert import is_inert

REPLIES = all_replies()
PASSWORD = "p4ssw0rd-of-the-account"
LINK = "[link]\nconnect = 2.0\nread = 0.1\ncall = 0.3\nlist_call = 1.0\nlist_rows = 1000\n"
COMMANDS = {
    "info": ("info", "7C2F80820EC0"),
    "list": ("list", "--json"),
    "register": ("register", "7C2F80820EC0-55DF", "--url", "http://p.example/%MACD.xml", "--provider", "P"),
}
CODES = {"info": {0, 1, 3}, "list": {0, 1, 3}, "register": {0, 1, 3, 4}}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile_server() as serving:
        yield serving


def write_settings(home: Path) -> None:
    """Limits so short that a reply that drips is soon given up."""
    folder = home / "config"
    folder.mkdir(mode=0o700, parents=True)
    (folder / "config.toml").write_text(LINK)
    (folder / "config.toml").chmod(0o600)


@pytest.fixture
def home(tmp_path: Path, server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {
        "HOME": str(tmp_path),
        "SERVER": server.url,
        "USER": "u",
        "PASSWORD": PASSWORD,
    }.items():
        monkeypatch.setenv(f"REDIRECTORY_{name}", value)
    monkeypatch.setenv("NO_PROXY", "*")
    write_settings(tmp_path)
    return tmp_path


def find_flaw(command: str, code: int, out: str, err: str) -> str:
    """What is wrong with the end of a command, in short; empty if nothing is."""
    text = out + err
    if code not in CODES[command]:
        return f"exit code {code}: {err[:200]!a}"
    if "defect" in err or "Traceback" in err:
        return f"a defect: {err[:300]!a}"
    if PASSWORD in text or "ge/heim" in text:
        return "a secret is shown"
    raw = next((line for line in text.split("\n") if not is_inert(line)), None)
    return "" if raw is None else f"raw text: {raw[:200]!a}"


def test_there_are_more_than_two_hundred_of_all_kinds() -> None:
    assert len(REPLIES) > 300


@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("command", ["info", "list", "register"])
def test_every_reply_ends_in_a_sane_way(
    command: str, part: int, home: Path, server: HostileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (name, reply) in enumerate(REPLIES.items()):
        # All replies to `info`, a third of them to each of the others: they read the same way.
        if number % 8 != part or (command != "info" and (number // 8) % 3 != len(command) % 3):
            continue
        server.set(reply)
        code = main(COMMANDS[command])
        out, err = capsys.readouterr()
        flaw = find_flaw(command, code, out, err)
        assert not flaw, f"{command}: {name}: {flaw}"


@pytest.mark.parametrize(
    "name", ["megabyte as a fault", "escape as a fault", "a flood of interim answers", "a bomb"]
)
def test_the_whole_program_survives_too(name: str, shell: Shell, server: HostileServer) -> None:
    server.set(REPLIES[name])
    write_settings(shell.home)
    environ = {"REDIRECTORY_SERVER": server.url, "REDIRECTORY_USER": "u", "REDIRECTORY_PASSWORD": PASSWORD}
    run = shell.run("info", "7C2F80820EC0", environ={**environ, "NO_PROXY": "*"})
    assert find_flaw("info", run.code, run.out, run.err) == ""
