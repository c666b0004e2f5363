"""The ten jobs of the README: each block runs line by line as it stands, and then the world is looked at."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SECONDS, Run, Shell, serve
from tests.foreign.clients import ASKED
from tests.foreign.digest_servers import OURS, SERVERS, DigestServer

SECTION = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Ten jobs\n")[2].partition("\n## ")[0]
JOBS = dict(re.findall(r"^\*\*(.+?)\*\*[^`]*(?:`[^`\n]+`[^`]*)*```sh\n(.*?)^```$", SECTION, re.M | re.S))
OLD, NEW = "http://prov.example.net/xml/%MACD.xml", "https://new.example.net/xml/%MACD.xml"
NOTE_LINES = 300
WRONG = {
    18: "7C2F8100001G-1234",
    61: "7C2F80",
    120: "7C2F800000777",
    201: "7C2F800000C7-12",
    301: "7C2F80:00:00",
}


class Person:
    """Somebody at a shell in a folder of their own, who types lines of the README."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        login = {"REDIRECTORY_SERVER": url, "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": "demo"}
        self.shell = Shell(folder / "home", login if url else {"REDIRECTORY_PASSWORD": "demo"})
        self.tools = folder / "bin"
        self.tools.mkdir()

    def type(self, line: str) -> Run:
        """Run a line as a shell does."""
        path = os.pathsep.join([str(self.tools), str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "-c", line],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=self.folder,
            env=self.shell.make_environ({"PATH": path}),
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def run(self, *words: str) -> Run:
        """Run a command of ours, which has to work."""
        done = self.shell.run(*words)
        assert done.code == 0, done.err
        return done

    def list_targets(self) -> dict[str, str]:
        """URLs by MAC, as the server has them."""
        return {row["mac"]: row["url"] for row in self.run("list", "--json").rows}


@pytest.fixture
def url() -> Iterator[str]:
    with serve() as served:
        yield served


@pytest.fixture
def me(tmp_path: Path, url: str) -> Person:
    """A person with the presets that the jobs name."""
    person = Person(tmp_path / "me", url)
    person.run("presets", "add", "daryna", "--url", OLD, "--provider", "Daryna")
    person.run("presets", "add", "new", "--url", NEW, "--provider", "Daryna")
    return person


def read_block(start: str) -> list[str]:
    """The lines of the job whose title begins so."""
    (block,) = (block for title, block in JOBS.items() if title.startswith(start))
    return str(block).splitlines()


def name_phones(count: int, first: int = 0) -> list[str]:
    return [f"7C2F8000{number:04X}-{number * 7 % 0x10000:04X}" for number in range(first, first + count)]


def test_there_are_ten_jobs_and_each_has_a_test() -> None:
    tests = (Path(__file__)).read_text(encoding="utf-8")
    assert len(JOBS) == 10
    assert SECTION.count("```sh") == 10
    assert len(re.findall(r"= read_block\(\"", tests)) == 10


def test_a_delivery_note_with_five_wrong_rows_is_mended_and_resumed(me: Person) -> None:
    trial, first, second = read_block("A delivery note")
    right = ["MAC-ID;Serial", *(f"{mac_id};S{n}" for n, mac_id in enumerate(name_phones(NOTE_LINES)))]
    wrong = [f"{WRONG[n]};S{n - 2}" if n in WRONG else row for n, row in enumerate(right, 1)]
    note = me.folder / "note.csv"
    note.write_text("\n".join(wrong) + "\n")
    log = me.folder / "calls.log"
    me.shell.environ["REDIRECTORY_LOG"] = str(log)

    tried = me.type(trial)
    assert tried.code == 1
    assert "6 calls for 295 devices. Nothing was sent." in tried.err
    assert not log.exists()  # nothing at all was exchanged

    sent = me.type(first)
    assert sent.code == 1
    for number in WRONG:
        assert re.search(rf"line {number}: \S", sent.err), sent.err
    assert "5 rows were not sent" in sent.err
    assert len(me.list_targets()) == 295

    note.write_text("\n".join(right) + "\n")
    resumed = me.type(second)
    assert resumed.code == 0, resumed.err
    assert set(me.list_targets()) == {mac_id[:12] for mac_id in name_phones(NOTE_LINES)}
    changes = Counter(row["mac"] for row in me.run("history", "--json").rows)
    assert set(changes.values()) == {1}  # no phone was sent twice
    sent_in_all = re.findall(r"method=registerDevice(?:List)? devices=(\d+)", log.read_text())
    assert sum(map(int, sent_in_all)) == NOTE_LINES


def test_a_customer_moves_while_a_colleague_deregisters_a_phone(me: Person, tmp_path: Path, url: str) -> None:
    listing, moving = read_block("A customer moves")
    phones = name_phones(12)
    me.run("register", *phones, "--preset", "daryna")
    me.run("register", "7C2F80FFFFF0-1234", "--url", OLD, "--provider", "Other")
    assert me.type(listing).code == 0
    colleague = Person(tmp_path / "colleague", url)
    colleague.run("deregister", phones[4], "--yes")
    moved = me.type(moving)
    assert moved.code == 1
    gone = phones[4][:12]
    (line,) = (line for line in moved.out.splitlines() if gone in line)
    assert not line.startswith("stored")
    expected = {phone[:12]: NEW for phone in phones if phone != phones[4]}
    assert me.list_targets() == {**expected, "7C2F80FFFFF0": OLD}


def test_a_mail_comes_when_the_account_has_drifted_and_only_then(me: Person, url: str) -> None:
    (line,) = read_block("A mail in the morning")
    mail, box = me.tools / "mail", me.folder / "box"
    mail.write_text(f'#!/bin/sh\n{{ echo "$*"; cat; }} >> "{box}"\n')
    mail.chmod(0o755)
    phones = name_phones(3)
    me.run("register", *phones, "--preset", "daryna")
    rows = "".join(f"{phone};{OLD};Daryna\n" for phone in phones)
    (me.folder / "wanted.csv").write_text(f"mac_id;url;provider\n{rows}")
    assert me.type(line).code == 0
    assert not box.exists()

    me.run("retarget", phones[1], "--url", NEW, "--provider", "Daryna", "--yes")
    assert me.type(line).code == 0
    told = box.read_text()
    assert told.startswith("-s Phones ops@example.net\nexit code 5\n")
    assert phones[1][:12] in told
    assert phones[0][:12] not in told

    box.unlink()
    me.shell.environ["REDIRECTORY_SERVER"] = "http://127.0.0.1:9"
    assert me.type(line).code == 0
    assert "exit code 3\n" in box.read_text()
    me.shell.environ["REDIRECTORY_SERVER"] = url
    assert me.list_targets()[phones[1][:12]] == NEW  # the alert changed nothing


def test_the_account_of_a_phone_is_found_among_five(tmp_path: Path) -> None:
    (line,) = read_block("Whose is this phone?")
    me = Person(tmp_path / "me", "")
    with ExitStack() as stack:
        for name in ("north", "south", "east", "west", "shop"):
            served = stack.enter_context(serve())
            words = ("--server", served, "--user", "demo", "--keep-password")
            me.run("accounts", "add", name, *words)
        me.run("register", "7C2F80820ECE-FEB3", "--url", OLD, "--provider", "P", "--account", "east")
        del me.shell.environ["REDIRECTORY_PASSWORD"]
        found = me.type(line)
        rows = me.type(f"{line} --json").rows
    assert found.code == 0, found.err
    assert "east" in found.out
    assert [(row["account"], row["url"]) for row in rows if row["found"]] == [("east", OLD)]
    # Those that are not reached are said: that no account has the phone is not known then.
    lost = me.type(line)
    assert lost.code == 3
    for name in ("north", "south", "east", "west", "shop"):
        assert name in lost.err


def test_all_that_have_not_called_in_since_a_day_are_in_a_file(tmp_path: Path) -> None:
    (line,) = read_block("All that have not called in since a day")
    with serve("--sample", "200") as url:
        me = Person(tmp_path / "me", url)
        me.run("register", "7C2F80FFFFF0-1234", "--url", OLD, "--provider", "P")
        every = me.run("list", "--json").rows
        done = me.type(line)
    assert done.code == 0, done.err
    heading, *lines = (me.folder / "silent.csv").read_text().splitlines()
    date = heading.split(",").index("server_date")
    listed = {row.split(",")[0]: row.split(",")[date] for row in lines}
    assert listed == {
        row["mac"]: row["server_date"]
        for row in every
        if not row["server_date"] or row["server_date"] < "2026-08"
    }
    assert 0 < len(listed) < len(every)
    assert [*listed.values()] == sorted(listed.values())


@pytest.mark.parametrize("server", [OURS, *SERVERS], ids=lambda server: server.name)
def test_a_web_server_checks_what_the_vault_has_exported(me: Person, server: DigestServer) -> None:
    if not server.is_here():
        reason = f"{server.name} needs {' '.join(server.packages)}"
        if ASKED:
            pytest.fail(reason)
        pytest.skip(f"{reason}: make test FOREIGN=1 installs it")
    export, fetch = read_block("A web server")
    me.run("register", "7C2F80820ECE-FEB3", "7C2F80820ECF-1A2B", "--preset", "daryna")
    assert me.type(export).code == 0
    users = me.folder / "phones.htdigest"
    assert users.stat().st_mode & 0o777 == 0o600
    pages = {f"xml/{mac}.xml": f"<provisioning mac='{mac}'/>" for mac in ("7C2F80820ECE", "7C2F80820ECF")}
    with server.serve(users, pages) as base:
        there = ("--url", f"{base}/xml/%MACD.xml", "--provider", "Daryna", "--yes")
        me.run("retarget", "7C2F80820ECE", "7C2F80820ECF", *there)
        fetched = me.type(fetch)
        assert fetched.code == 0, fetched.out + fetched.err
        assert "200" in fetched.out
        # One whose password the file does not have is refused: the server looks.
        lines = users.read_text().splitlines()
        strangers = me.folder / "strangers"
        strangers.write_text("".join(f"{line}\n" for line in lines if "7C2F80820ECE" not in line))
        with server.serve(strangers, pages) as strict:
            there = ("--url", f"{strict}/xml/%MACD.xml", "--provider", "Daryna", "--yes")
            me.run("retarget", "7C2F80820ECE", *there)
            refused = me.type(fetch)
    assert refused.code != 0
    assert "401" in refused.out + refused.err


def test_a_new_laptop_has_journal_and_vault_from_the_backup(me: Person, tmp_path: Path, url: str) -> None:
    backup, restore = read_block("A new laptop")
    (me.folder / "me.pub").write_text(me.run("secrets", "keygen", str(me.folder / "me.key")).out)
    phones = name_phones(3)
    me.run("register", *phones, "--preset", "daryna")
    secrets = me.run("secrets", "export").out
    assert me.type(backup).code == 0
    laptop = Person(tmp_path / "laptop", url)
    for name in ("laptop.age", "me.key"):
        (laptop.folder / name).write_bytes((me.folder / name).read_bytes())
    done = laptop.type(restore)
    assert done.code == 0, done.err
    assert laptop.run("secrets", "export").out == secrets
    assert laptop.run("history", "--json").rows == me.run("history", "--json").rows
    laptop.run("undo", "--yes")
    assert laptop.list_targets() == {}


def test_two_technicians_learn_from_each_other_by_a_folder(tmp_path: Path, url: str) -> None:
    share, settle = read_block("Two technicians on one account")
    people = {name: Person(tmp_path / name, url) for name in ("anna", "ben")}
    team = tmp_path / "team"
    team.mkdir()
    keys = "".join(
        person.run("secrets", "keygen", str(person.folder / "me.key")).out for person in people.values()
    )
    anna, ben = people.values()
    for name, person in people.items():
        (person.folder / "team.keys").write_text(keys)
        (person.folder / "team").symlink_to(team)
        person.shell.environ |= {"USER": name}
        (person.folder / "home" / "config").mkdir(mode=0o700, parents=True, exist_ok=True)
    phones = name_phones(2)
    anna.run("register", phones[0], "--url", OLD, "--provider", "P")
    ben.run("register", phones[1], "--url", OLD, "--provider", "P")
    # Both have read the label of a third phone, one of them wrongly.
    for person, password in ((anna, "ABCD11112222"), (ben, "ABCD33334444")):
        label = person.folder / "label.csv"
        label.write_text(f"mac_id,password\n7C2F80FFFFF0-ABCD,{password}\n")
        person.run("secrets", "import", str(label))

    def known(person: Person) -> dict[str, str]:
        rows = person.run("secrets", "export").out.splitlines()[1:]
        return {row.split(",")[0]: row.split(",")[2] for row in rows}

    assert anna.type(share).code == 0
    told = ben.type(share)
    assert told.code == 1
    assert "7C2F80FFFFF0" in told.out
    told = anna.type(share)
    assert told.code == 1
    shared = {phone[:12] for phone in phones}
    assert {*known(anna)} == {*known(ben)} == {*shared, "7C2F80FFFFF0"}
    assert known(anna)["7C2F80FFFFF0"] == "ABCD11112222"
    assert known(ben)["7C2F80FFFFF0"] == "ABCD33334444"
    assert ben.type(settle).code == 0
    assert known(ben) == known(anna)
    assert anna.type(share).code == 0
    assert not any(
        password.encode() in path.read_bytes() for path in team.iterdir() for password in known(ben).values()
    )


def test_the_wrong_file_is_taken_back_and_what_others_did_since_stays(
    me: Person, tmp_path: Path, url: str
) -> None:
    trial, undo = read_block("The wrong file was imported")
    before = name_phones(2)
    me.run("register", *before, "--preset", "daryna")
    wrong = name_phones(20, first=100)
    (me.folder / "wrong.csv").write_text("".join(f"{phone}\n" for phone in wrong))
    me.run("import", str(me.folder / "wrong.csv"), "--preset", "daryna")
    colleague = Person(tmp_path / "colleague", url)
    colleague.run("retarget", wrong[3], "--url", NEW, "--provider", "Daryna", "--yes")

    tried = me.type(trial)
    assert tried.code in (0, 1)
    assert len(me.list_targets()) == 22
    done = me.type(undo)
    assert done.code == 1
    assert wrong[3][:12] in done.out
    kept = {phone[:12]: OLD for phone in before}
    assert me.list_targets() == {**kept, wrong[3][:12]: NEW}


def test_what_happened_to_a_phone_last_week_is_told(me: Person) -> None:
    (line,) = read_block("What happened to one phone last week?")
    me.run("register", "7C2F80820ECE-FEB3", *name_phones(3), "--preset", "daryna")
    me.run("retarget", "7C2F80820ECE", "--preset", "new", "--yes")
    me.run("deregister", "7C2F80820ECE", "--yes")
    shown = me.type(line)
    assert shown.code == 0, shown.err
    rows = me.type(f"{line} --json").rows
    assert [(row["operation"], row["outcome"]) for row in rows] == [
        ("deregister", "removed"),
        ("retarget", "stored"),
        ("register", "stored"),
    ]
    assert json.dumps(rows).count("7C2F8000") == 0
    assert [line.split()[0] for line in shown.out.splitlines()[1:]] == ["removed", "stored", "stored"]
    assert me.type(f"{line} --before 7d --json").rows == []
