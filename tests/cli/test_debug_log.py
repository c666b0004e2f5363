"""REDIRECTORY_LOG: a line for every exchange, and nothing in it that was sent or received."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell, serve

PHONES = ["7C2F80AB0001-1234", "7C2F80AB0002-5678", "7C2F80AB0003-9ABC"]
URL = "https://alibaba:sesam@prov.nirgends.example/%DVID/%MACD.xml?token=geheimnis"
PROVIDER = "Zyxomatic"
CALLS = """<?xml version="1.0"?>
<methodCall><methodName>{name}</methodName><params>
<param><value><string>{mac}</string></value></param></params></methodCall>
"""
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d method=(?P<method>[A-Za-z]+) "
    r"devices=(?P<devices>\d+|-) sent=\d+ received=\d+ status=(?P<status>\d{3}|-) ms=\d+\.\d "
    r"retry=(?P<retry>\d+) "
    r"link=(?P<link>direct|pooled|embedded|proxy|-) result=(?P<result>[A-Za-z]+)"
)


class Logged:
    """A shell that logs, and the lines of its log."""

    def __init__(self, shell: Shell, log: Path) -> None:
        self.shell = shell
        self.log = log
        shell.environ["REDIRECTORY_LOG"] = str(log)

    def lines(self, **wanted: str) -> list[dict[str, str]]:
        """The lines that say what is wanted. Each line of the log is as documented."""
        matches = [LINE.fullmatch(line) for line in self.log.read_text("ascii").splitlines()]
        assert all(matches)
        found = [match.groupdict() for match in matches if match is not None]
        return [line for line in found if wanted.items() <= line.items()]


@pytest.fixture
def logged(at: Shell, tmp_path: Path) -> Logged:
    return Logged(at, tmp_path / "exchanges.log")


@pytest.fixture
def cut(shell: Shell, tmp_path: Path) -> Iterator[Logged]:
    """A server that cuts every registration off before it does anything."""
    with serve("--set", "cut=before@registerDevice") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        yield Logged(shell, tmp_path / "exchanges.log")


def list_secrets(shell: Shell) -> set[str]:
    """What the commands sent and received and nobody may find in a log, in lower case."""
    rows = shell.run("list", "--json", "--show-secrets").rows
    vault = list(csv.reader(shell.run("secrets", "export").out.splitlines()))
    macs = {row["mac"] for row in rows} | {phone[:12] for phone in PHONES}
    found = {
        *macs,
        *(":".join(re.findall("..", mac)) for mac in macs),
        *(row[column] for row in rows for column in ("url", "provider")),
        *(word for line in vault for word in line if re.fullmatch(r"[0-9A-F-]{16,}", word)),
        *PHONES,
        *("alibaba", "sesam", "geheimnis", "nirgends", "falsch", "demo", "http", PROVIDER),
        shell.environ["REDIRECTORY_SERVER"].rpartition("/")[2],
    }
    return {text.lower() for text in found if text}


def test_no_value_and_no_secret_is_in_the_log_of_any_command(logged: Logged, tmp_path: Path) -> None:
    shell, calls = logged.shell, tmp_path / "calls.xml"
    target = ("--url", URL, "--provider", PROVIDER)
    assert shell.run("register", *PHONES, *target).code == 0
    assert shell.run("register", PHONES[0], "--url", "http://x/", "--provider", PROVIDER).code == 1
    assert shell.run("info", *PHONES).code == 0
    assert shell.run("list").code == 0
    assert shell.run("list", "--provider", PROVIDER).code == 0
    for name in ("autoprov.deregisterDevice", f"autoprov.{PHONES[1]}"):
        calls.write_text(CALLS.format(name=name, mac=PHONES[1]))
        shell.run("upload", str(calls), "--yes")
    assert shell.run("deregister", PHONES[2], "--yes").code == 0
    assert shell.run("list", environ={"REDIRECTORY_PASSWORD": "falsch"}).code == 3
    assert shell.run("list", environ={"REDIRECTORY_SERVER": "http://127.0.0.1:9"}).code == 3
    methods = {line["method"] for line in logged.lines()}
    assert {"registerDeviceList", "checkDevice", "listDevices", "deregisterDevice"} <= methods
    assert logged.lines(method="registerDeviceList", devices="3", status="200", result="ok")
    assert logged.lines(method="listDevices", status="401", result="LoginRefused")
    assert logged.lines(method="listDevices", status="-", result="NotReached")
    text = logged.log.read_text("ascii").lower()
    secrets = list_secrets(shell)
    assert len(secrets) > 400
    assert not [secret for secret in secrets if secret in text]


def test_a_call_that_is_sent_again_is_counted(cut: Logged) -> None:
    run = cut.shell.run("register", PHONES[0], "--url", "http://x/%MACD", "--provider", PROVIDER)
    assert run.code == 3
    sent = cut.lines(method="registerDevice")
    assert [line["retry"] for line in sent] == ["0", "1"]
    assert {line["result"] for line in sent} == {"CutOff"}
    assert PHONES[0][:12] not in cut.log.read_text()


def test_a_fault_is_named_without_its_words(shell: Shell, tmp_path: Path) -> None:
    with serve("--set", f"fault=7:{PROVIDER}@checkDevice") as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        logged = Logged(shell, tmp_path / "exchanges.log")
        assert shell.run("info", PHONES[0]).code == 1
        (line,) = logged.lines()
    assert (line["method"], line["status"], line["result"]) == ("checkDevice", "200", "Fault")
    assert PROVIDER not in logged.log.read_text()


def test_the_log_is_private_and_appended_to(logged: Logged) -> None:
    logged.log.write_text("an earlier line\n")
    logged.log.chmod(0o644)
    assert logged.shell.run("list").code == 0
    first, *rest = logged.log.read_text().splitlines()
    assert first == "an earlier line"
    assert len(rest) == 1
    assert logged.log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", ["no/such/folder/log", ".", "a-link"])
def test_a_log_that_cannot_be_written_is_an_error_before_anything_is_sent(
    logged: Logged, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a-link").symlink_to(tmp_path / "elsewhere")
    register = ("register", PHONES[0], "--url", URL, "--provider", PROVIDER)
    run = logged.shell.run(*register, environ={"REDIRECTORY_LOG": str(tmp_path / place)})
    assert run.code == 2
    assert "REDIRECTORY_LOG" in run.err
    assert not (tmp_path / "elsewhere").exists()
    assert logged.shell.run("info", PHONES[0]).code == 1
    assert logged.shell.run("history", "--json").out == ""


def test_without_the_variable_nothing_is_written(at: Shell, tmp_path: Path) -> None:
    assert at.run("list", environ={"REDIRECTORY_LOG": ""}).code == 0
    assert not list(tmp_path.glob("*.log"))
