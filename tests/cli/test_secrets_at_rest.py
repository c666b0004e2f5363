"""A day of work with known secrets; then they are looked for: in every file, in all output, in every command
line, and in what a crash would leave behind."""

from __future__ import annotations

import base64
import gzip
import os
import resource
import shlex
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.conftest import ROOT, SECONDS, Gate, Run, Shell, serve
from tests.process_list import read_command_lines
from tests.secret_search import Search, list_files
from tests.whole.person import Person
from tests.workbook import make_workbook
from tui.app.worker.faultlog import write_fault
from tui.services.storage.journal import Journal
from tui.settings.files.paths import Places, gather_places

ACCOUNT = "Sesam/oeffne+dich&7"
WRONG = "Simsalabim/falsch+3"
PASSPHRASE = "Abrakadabra dreimal schwarzer Kater"
IN_URL = {"password in a URL": "Zauberlehrling77", "token in a URL": "Besenstiel88"}
URL = "https://alibaba:Zauberlehrling77@{host}/xml/%MACD.xml?token=Besenstiel88"
OLD, NEW, CALL = (URL.format(host=host) for host in ("old.example", "new.example", "call.example"))
MACS = [f"7C2F80D0000{number}" for number in range(1, 8)]
# Notes every command that Python starts.
AUDIT = """
    import os, sys
    def note(event, words):
        if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
            with open(os.environ["STARTED"], "a") as file:
                file.write(repr(words[:2]) + chr(10))
    sys.addaudithook(note)
"""
# The command that gives the account's password notes all command lines that it sees.
GIVE_PASSWORD = """
    import sys
    sys.path.insert(0, {root!r})
    from tests.process_list import read_command_lines
    open({seen!r}, "ab").write(b"\\n".join(read_command_lines()))
    print(open({word!r}).read())
"""
DEFECT = """
    import sys
    import tui.services.devices.look_up as module
    def break_down(session, identifier):
        raise ValueError(sys.argv[1], {secret!r})
    module.look_up = break_down
    from tui.__main__ import main
    sys.exit(main(sys.argv[1:]))
"""
CALLS = """<?xml version="1.0"?><methodCall><methodName>autoprov.registerDevice</methodName><params>
<param><value>{mac}-0707</value></param><param><value>{url}</value></param><param><value>C</value></param>
</params></methodCall>"""


class Watch(Gate):
    """Reads the list of processes in the middle of every call to the server."""

    def __init__(self) -> None:
        super().__init__(0)
        self.seen: set[bytes] = set()

    def __call__(self, seconds: float) -> None:
        self.seen |= read_command_lines()


@dataclass
class Day:
    """What a day leaves: `home` is the program's, `out` holds the files it was asked for, `given` is what the
    person wrote. `said` is all output by its command."""

    shell: Shell
    home: Path
    out: Path
    given: Path
    watch: Watch
    said: dict[str, Run] = field(default_factory=dict)
    macs: dict[str, str] = field(default_factory=dict)

    @property
    def places(self) -> Places:
        return gather_places(self.home)

    @property
    def secrets(self) -> dict[str, str]:
        key = (self.given / "me.key").read_text().split()[-1]
        words = {"account password": ACCOUNT, "wrong password": WRONG, "passphrase": PASSPHRASE}
        return {**words, **IN_URL, "secret key": key, **self.macs}

    def run(
        self, *words: str, code: int = 0, text: str = "", cold: bool = False, environ: Mapping[str, str] = {}
    ) -> Run:
        """Run a command; a cold one is a process with a command line of its own, and is listened to."""
        if cold:
            heard = {"PYTHONPATH": f"{self.given}{os.pathsep}{ROOT}", "STARTED": str(self.given / "started")}
            run = self.shell.run_cold(
                *words, text=text, environ=self.shell.make_environ({**environ, **heard})
            )
        else:
            run = self.shell.run(*words, text=text, environ=dict(environ))
        assert run.code == code, f"{words}: {run.code}: {run.out}{run.err}"
        self.said[f"{len(self.said)}: {shlex.join(words)}"] = run
        return run

    def write(self, name: str, text: str | bytes) -> str:
        path = self.given / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def learn_mac_passwords(self) -> None:
        """All MAC passwords that the vault holds now, those before them too."""
        with Journal(self.places.journal_file) as journal:
            (key,) = {found.account_key for found in journal.sets()}
            for entry in journal.recall_many(key).values():
                for number, word in enumerate((*entry.earlier, *filter(None, [entry.password]))):
                    self.macs[f"MAC password {number} of {entry.mac}"] = word.reveal()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("day")
    home, out, given = (folder / name for name in ("home", "out", "given"))
    out.mkdir()
    given.mkdir()
    (given / "sitecustomize.py").write_text(dedent(AUDIT))
    one = Day(Shell(home, {"REDIRECTORY_LOG": str(out / "exchanges.log")}), home, out, given, Watch())
    switches = ("--set", "delay=1s", "--set", "password=rotated")
    with serve(*switches, gate=one.watch, password=ACCOUNT) as url:
        _set_up(one, url)
        _change(one)
        one.learn_mac_passwords()
        _look(one)
        _share(one)
        _fail(one, url)
    _break_down(one)
    return one


def _set_up(day: Day, url: str) -> None:
    word, seen = day.write("password", ACCOUNT), str(day.given / "seen")
    script = day.write("ask.py", dedent(GIVE_PASSWORD.format(root=str(ROOT), seen=seen, word=word)))
    command = shlex.join([sys.executable, "-I", "-S", script])
    day.run(
        "accounts",
        "add",
        "office",
        "--server",
        url,
        "--user",
        "demo",
        "--password-command",
        command,
        cold=True,
    )
    day.run("accounts", "use", "office")
    day.run("accounts", "test", "office", cold=True)
    day.run("presets", "add", "new", "--url", "-", "--provider", "New", text=f"{NEW}\n", cold=True)


def _change(day: Day) -> None:
    rows = [f"{mac}-0{mac[-1]}0{mac[-1]},{OLD},Old" for mac in MACS]
    phones = day.write("phones.csv", "\n".join(["mac,url,provider", *rows[:3]]))
    cells = {number: row.split(",") for number, row in enumerate(["mac,url,provider", *rows[3:5]], 1)}
    book = day.write("phones.xlsx", make_workbook(cells))
    for words in ((phones, "--dry-run"), (phones, "--json"), (book,), ("-", "--csv")):
        day.run("import", *words, text="\n".join(["mac,url,provider", rows[5]]), cold=True)
    name = rows[0][:17]
    day.run("deregister", name, "--yes", "--json")
    day.run("register", name, "--preset", "new")
    day.run(
        "register", name, "--url", "-", "--provider", "Old", "--replace", "--json", text=f"{OLD}\n", cold=True
    )
    day.run("retarget", "--all-of", "Old", "--preset", "new", "--dry-run")
    day.run("retarget", "--all-of", "Old", "--preset", "new", "--yes", "--json")
    wanted = day.write("wanted.csv", "\n".join(["mac,url,provider", *rows[:2]]))
    day.run("plan", wanted, "--exit-code", "--json", code=5)
    day.run("apply", wanted, "--yes", "--csv")
    calls = day.write("calls.xml", CALLS.format(mac=MACS[6], url=CALL))
    day.run("upload", calls, "--dry-run")
    day.run("upload", calls)
    day.run("undo", "--dry-run", "--json")
    day.run("undo", "--yes")


def _look(day: Day) -> None:
    for form in ("--json", "--csv", "--xml"):
        day.run("list", form)
        day.run("list", form, "--offline")
    day.run("list", cold=True)
    day.run("list", "--calls", code=2)
    forms: list[list[str]] = [[], ["--json"], ["--csv"]]
    for options in forms:
        day.run("info", MACS[0], *options)
        day.run("history", *options)
        day.run("presets", "list", *options)
        day.run("accounts", "list", *options)
    for words in (("config",), ("config", "check"), ("paths",), ("completion", "bash"), ("resolve",)):
        day.run(*words)
    for kind in ("accounts", "presets", "providers", "macs", "change-sets", "conditions"):
        day.run("__complete", kind, "")


def _share(day: Day) -> None:
    public = day.run("secrets", "keygen", str(day.given / "me.key")).out.strip()
    key, word = str(day.given / "me.key"), day.write("passphrase", PASSPHRASE)
    folder = day.out / "team"
    folder.mkdir()
    day.run("secrets", "export", "--encrypt-to", public, cold=True)
    day.run("secrets", "export", "--passphrase-file", word, "--output", str(day.out / "vault.age"))
    day.run("secrets", "export", "--format", "htdigest", "--realm", "phones")
    day.run("journal", "backup", str(day.out / "backup.age"), "--encrypt-to", public)
    day.run("journal", "backup", str(day.out / "backup.sqlite3"))
    day.run("sync", str(folder), "--encrypt-to", public, "--identity", key)
    day.run("sync", str(folder.parent), "--json")
    day.run("secrets", "import", str(day.out / "vault.age"), "--passphrase-file", word, "--json")
    day.run("journal", "restore", str(day.out / "backup.age"), "--identity", key, "--force")


def _fail(day: Day, url: str) -> None:
    day.run("list", code=3, environ={"REDIRECTORY_PASSWORD": WRONG})
    login = {"REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": ACCOUNT}
    day.run("list", "--json", code=3, environ={**login, "REDIRECTORY_SERVER": "http://127.0.0.1:9"})
    bad = [f"7C2F80D0000G,{OLD},P", f"7C2F80D00009-0909,{OLD.replace('https', 'nowhere')},P"]
    day.run("import", "-", code=1, text="\n".join(["mac,url,provider", *bad]))
    day.run("import", "-", "--json", code=1, text="\n".join(["mac,url,provider", *bad]))
    day.run("register", MACS[1], "--url", "-", "--provider", "P", "--json", code=1, text=f"{CALL}\n")
    day.run("register", "-", "--url", "-", "--provider", "P", code=2, text=f"{CALL}\n")
    with serve("--set", "cut=before@registerDevice", gate=day.watch, password=ACCOUNT) as other:
        words = ("register", "7C2F80D0000A-0A0A", "--url", "-", "--provider", "P")
        day.run(*words, code=3, text=f"{CALL}\n", environ={**login, "REDIRECTORY_SERVER": other})
    host = url.removeprefix("http://")
    call = ("demo", "-", host, "autoprov.checkDevice", "s:7C2F80D0000B")
    environ = day.shell.make_environ({"REDIRECTORY_PASSWORD": ACCOUNT, "PYTHONPATH": str(ROOT)})
    day.said["ap-client"] = day.shell.run_cold(*call, module="tui.cli.ap_client", environ=dict(environ))
    assert day.said["ap-client"].code == 1


def _break_down(day: Day) -> None:
    done = subprocess.run(
        [sys.executable, "-c", dedent(DEFECT.format(secret=day.macs[min(day.macs)])), "info", MACS[0]],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=ROOT,
        env=day.shell.make_environ({"REDIRECTORY_PASSWORD": ACCOUNT}),
    )
    assert "This is a defect of the program: ValueError" in done.stderr
    day.said["a defect"] = Run(done.returncode, done.stdout, done.stderr)
    with pytest.raises(ValueError, match=ACCOUNT[:5]) as raised:
        raise ValueError(ACCOUNT, OLD, *day.macs.values())
    assert write_fault(day.places.state, raised.value) is not None


def test_no_output_of_any_command_holds_a_secret(day: Day) -> None:
    search = Search(day.secrets)
    assert len(day.macs) > len(MACS)  # those of today, and those before them
    told = {words: search.in_bytes(f"{run.out}\n{run.err}".encode()) for words, run in day.said.items()}
    assert {words: names for words, names in told.items() if names} == {}
    shown = day.shell.run("list", "--json", "--show-secrets", "--offline")
    assert search.in_bytes(shown.out.encode()) == set(IN_URL)


def test_secrets_stand_in_the_files_that_are_for_them_and_in_no_other(day: Day) -> None:
    found = Search(day.secrets).in_files(list_files(day.home) + list_files(day.out))
    places = day.places
    kept = next(places.state.glob("journal.sqlite3.kept-*"))
    assert len(list_files(day.out)) >= 6
    assert found.pop(kept) == {*day.macs, *IN_URL}
    journal = {path: found.pop(path) for path in [*found] if path.name.startswith("journal.sqlite3")}
    assert set().union(*journal.values()) == {*day.macs, *IN_URL}
    assert found == {places.lists_file: set(IN_URL), places.presets_file: set(IN_URL)}
    for path in (kept, *journal, *found):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_command_line_holds_a_secret(day: Day) -> None:
    started = (day.given / "started").read_bytes()
    seen = b"\n".join(day.watch.seen) + (day.given / "seen").read_bytes()
    for words in (b"-m tui import", b"-m tui register", b"-m tui list", b"-m tui.cli.ap_client"):
        assert words in seen
    assert b"ask.py" in started
    assert b"'-I', '-S'" in started  # what reads spreadsheets
    assert Search(day.secrets).in_bytes(seen + started) == set()


def test_credentials_typed_on_a_command_line_are_warned_of(day: Day) -> None:
    run = day.shell.run("presets", "add", "seen", "--url", OLD, "--dry-run")
    assert "process list" not in run.err  # a dry run says only what it would change
    run = day.shell.run("test", MACS[0], "--url", "http://me:word@127.0.0.1:9/%MACD.xml")
    assert "stand in the process list" in run.err
    assert "--url -" in run.err


@pytest.fixture
def cores() -> Iterator[None]:
    """Processes that are started here leave cores, as far as this machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


class Stop(Gate):
    """Ends the process that waits for an answer as a crash does."""

    def __init__(self) -> None:
        super().__init__(0)
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, seconds: float) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGABRT)


@pytest.mark.parametrize(
    "words",
    [("tui", "list"), ("tui.cli.ap_client", "demo", "-", "HOST", "autoprov.listDevices")],
    ids=["redirectory", "ap-client"],
)
def test_a_crash_of_a_command_leaves_no_core(
    shell: Shell, tmp_path: Path, cores: None, words: tuple[str, ...]
) -> None:
    stop = Stop()
    with serve("--set", "delay=1s", gate=stop) as url:
        login = {"REDIRECTORY_SERVER": url, "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": "demo"}
        given = [url.removeprefix("http://") if word == "HOST" else word for word in words]
        environ = shell.make_environ({**login, "PYTHONPATH": str(ROOT)})
        stop.process = subprocess.Popen([sys.executable, "-m", *given], cwd=tmp_path, env=environ)
        ended = os.waitid(os.P_PID, stop.process.pid, os.WEXITED | os.WNOWAIT)
        stop.process.wait(SECONDS)
    assert ended is not None
    assert (ended.si_code, ended.si_status) == (os.CLD_KILLED, signal.SIGABRT)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("core")] == []


def test_a_crash_of_the_application_leaves_no_core(tmp_path: Path, cores: None) -> None:
    with Person("--demo", home=tmp_path) as person:
        person.see("sandbox")
        assert resource.prlimit(person.pid, resource.RLIMIT_CORE)[0] == 0


def _in_pages_that_are_free(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (?)", (text,))
        connection.commit()
        connection.execute("DELETE FROM t")
        connection.commit()


def _in_a_packed_value(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        noise = "".join(f"{number * 7919:x}" for number in range(20_000))
        connection.execute("INSERT INTO t VALUES (?)", (zlib.compress(f"{noise} {text}".encode(), 1),))
        connection.commit()


def _in_an_archive(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text * 3)


def _as(change: Callable[[bytes], bytes], path: Path, text: str) -> None:
    path.write_bytes(b"{" + change(f"x{text}y".encode()) + b"}")


@pytest.mark.parametrize(
    "hide",
    [
        partial(_as, bytes),
        partial(_as, base64.b64encode),
        partial(_as, base64.urlsafe_b64encode),
        partial(_as, base64.encodebytes),
        partial(_as, lambda data: data.hex().encode()),
        partial(_as, lambda data: data.replace(b"/", b"%2F").replace(b"+", b"%2B").replace(b"&", b"%26")),
        partial(_as, lambda data: data.replace(b"&", b"&amp;")),
        partial(_as, lambda data: data.decode().encode("utf-16-le")),
        partial(_as, gzip.compress),
        partial(_as, zlib.compress),
        _in_an_archive,
        _in_pages_that_are_free,
        _in_a_packed_value,
    ],
)
def test_the_search_finds_what_is_hidden(tmp_path: Path, hide: Callable[[Path, str], None]) -> None:
    path = tmp_path / "file"
    hide(path, f"some text and {ACCOUNT} and more")
    assert Search({"it": ACCOUNT}).in_files([path]) == {path: {"it"}}
    hide(tmp_path / "other", "some text and nothing more")
    assert Search({"it": ACCOUNT}).in_files([tmp_path / "other"]) == {}
