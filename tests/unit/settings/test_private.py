"""Files of ours are new or replaced whole, private from the start, never reached through a foreign link."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tui.errors import ConfigurationError, StoreError
from tui.settings.accounts import Account, load_accounts
from tui.settings.files.paths import Places
from tui.settings.files.private import (
    claim_file,
    close_folder,
    find_intruder,
    make_folder,
    make_throwaway,
    name_owner,
    open_private,
    write_new,
)
from tui.settings.files.toml_file import hold
from tui.settings.presets import load_presets
from tui.settings.secrets.credentials import find_password

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a path belong to another user than the one who runs the program."""

    def give(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, 12345, -1, follow_symlinks=False)
        else:
            monkeypatch.setattr("os.geteuid", lambda: 12345)

    return give


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# folders


@pytest.mark.usefixtures("open_umask")
def test_every_folder_that_is_made_is_private_whatever_the_umask(tmp_path: Path) -> None:
    make_folder(tmp_path / "home" / "state")
    assert [mode(tmp_path / "home"), mode(tmp_path / "home" / "state")] == [0o700, 0o700]


@pytest.mark.usefixtures("open_umask")
def test_a_loose_folder_of_ours_is_closed_when_it_is_used(places: Places) -> None:
    places.config.mkdir(mode=0o777, parents=True)
    with hold(places.accounts_file):
        assert mode(places.config) == 0o700


@pytest.mark.usefixtures("open_umask")
def test_a_folder_for_everybody_stays_one(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    close_folder(shared)
    assert mode(shared) == 0o1777


def test_a_folder_of_another_user_is_told_with_the_command_that_gives_it_back(
    tmp_path: Path, give_away: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = close_folder(tmp_path / "state")
    give_away(folder)
    monkeypatch.setattr("os.access", lambda path, how: Path(path) != folder)
    assert f"sudo chown -R {name_of(os.geteuid())} '{folder}'" in name_owner(folder / "journal.sqlite3")


def name_of(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


# new files


@pytest.mark.usefixtures("open_umask")
def test_a_new_file_is_private_and_whole(tmp_path: Path) -> None:
    assert write_new(tmp_path / "a.csv", ["ä", "b"]) == 3
    assert (tmp_path / "a.csv").read_text() == "äb"
    assert mode(tmp_path / "a.csv") == 0o600


@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "folder", "pipe"])
def test_what_is_there_is_neither_followed_nor_overwritten(tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / "out", tmp_path / "target"
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(target)
    if kind == "link":
        target.write_text("mine")
    with pytest.raises(StoreError, match="That file exists"):
        write_new(path, ["secret"])
    assert not target.exists() or target.read_text() == "mine"


def test_replacing_a_link_leaves_what_it_points_to_alone(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("mine")
    (tmp_path / "out").symlink_to(tmp_path / "target")
    write_new(tmp_path / "out", ["secret"], replace=True)
    assert (tmp_path / "target").read_text() == "mine"
    assert not (tmp_path / "out").is_symlink()


def test_a_file_of_another_user_is_not_replaced(tmp_path: Path, give_away: Callable[[Path], None]) -> None:
    path = tmp_path / "out"
    path.write_text("theirs")
    give_away(path)
    with pytest.raises(StoreError, match="cannot be written"):
        write_new(path, ["secret"], replace=True)
    assert path.read_text() == "theirs"


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("instant", ["os.write", "os.fsync"])
def test_a_process_that_is_killed_leaves_no_half_file_and_no_draft(
    tmp_path: Path, instant: str, replace: bool
) -> None:
    if replace:
        (tmp_path / "out").write_text("before")
    run_killed(tmp_path / "out", instant, replace)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"] * replace


def test_the_draft_of_a_killed_process_goes_with_the_next_writing(tmp_path: Path) -> None:
    run_killed(tmp_path / "out", "os.replace", True)
    write_new(tmp_path / "out", ["new"], replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def run_killed(path: Path, instant: str, replace: bool) -> None:
    """Write a file in a process that is killed when it is about to call this function."""
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom tui.settings.files.private import write_new\n"
        f"{instant} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_new(Path(sys.argv[1]), ['secret', 'more'], replace={replace})\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT)
    assert done.returncode == -9


def test_a_generator_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise StoreError("The vault cannot be read.")

    with pytest.raises(StoreError, match="vault"):
        write_new(tmp_path / "out", pieces())
    assert not list(tmp_path.iterdir())


# locks, logs and databases


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_lock_or_log_is_never_opened_through_a_link_nor_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / ".lock"
    if kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(path)
    with pytest.raises(OSError, match=r".+"):
        open_private(path, os.O_RDWR)
    assert not (tmp_path / "elsewhere").exists()


def test_a_database_behind_a_link_of_another_user_is_refused(
    tmp_path: Path, give_away: Callable[[Path], None]
) -> None:
    (tmp_path / "target").touch(mode=0o644)
    (tmp_path / "journal").symlink_to(tmp_path / "target")
    give_away(tmp_path / "journal")
    with pytest.raises(OSError, match="link"):
        claim_file(tmp_path / "journal")


# whom a file obeys


CONFIG = """
[[accounts]]
name = "work"
server = "http://127.0.0.1:1"
user = "me"
password_command = ["sh", "-c", "echo ran > {ran}; echo secret"]
"""


@pytest.mark.parametrize(
    ("file", "folder", "runs"),
    [
        (0o600, 0o700, True),
        (0o644, 0o755, True),
        (0o666, 0o700, False),
        (0o620, 0o700, False),
        (0o600, 0o777, False),
    ],
)
def test_a_command_is_run_only_from_a_file_that_nobody_else_can_write(
    places: Places, tmp_path: Path, file: int, folder: int, runs: bool
) -> None:
    ran = tmp_path / "ran"
    places.config.mkdir(parents=True)
    places.config_file.write_text(CONFIG.format(ran=ran))
    places.config_file.chmod(file)
    places.config.chmod(folder)
    account = load_accounts(places).find("work")
    assert account is not None
    if runs:
        assert find_password(account, places, dict(os.environ)).reveal() == "secret"
        return
    with pytest.raises(ConfigurationError, match="was not run") as caught:
        find_password(account, places, dict(os.environ))
    assert "chmod go-w" in caught.value.detail
    assert not ran.exists()


def test_a_command_of_a_file_of_another_user_is_not_run(
    places: Places, tmp_path: Path, give_away: Callable[[Path], None]
) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text(CONFIG.format(ran=tmp_path / "ran"))
    give_away(places.config_file)
    with pytest.raises(ConfigurationError, match="was not run"):
        find_password(load_accounts(places).accounts[0], places, dict(os.environ))
    assert not (tmp_path / "ran").exists()


def test_accounts_and_presets_that_others_can_write_are_complained_about(places: Places) -> None:
    places.config.mkdir(mode=0o700, parents=True)
    for path in (places.accounts_file, places.presets_file):
        path.write_text("")
        path.chmod(0o666)
    for complaints in (load_accounts(places).complaints, load_presets(places).complaints):
        assert ["chmod go-w" in complaint.text for complaint in complaints] == [True]


def test_passwords_in_a_folder_that_others_can_write_are_not_read(places: Places) -> None:
    places.data.mkdir(parents=True)
    places.passwords_file.write_text("")
    places.passwords_file.chmod(0o600)
    places.data.chmod(0o777)
    with pytest.raises(ConfigurationError, match="open to others"):
        find_password(Account("work", "http://h", "me"), places, {})


def test_a_file_in_a_sticky_folder_is_safe_there(tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0o600)
    tmp_path.chmod(0o1777)
    assert find_intruder(tmp_path / "a") == ""


# folders that are thrown away


def test_a_throw_away_folder_is_private_and_goes_and_so_do_those_of_killed_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    program = (
        "import os, signal, sys, tempfile\ntempfile.tempdir = sys.argv[1]\n"
        "from tui.settings.files.private import make_throwaway\nfolder = make_throwaway('demo')\n"
        "open(os.path.join(folder.name, 'secret'), 'w').close()\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT)
    assert [path.name.split("-")[1] for path in tmp_path.iterdir()] == ["demo"]
    other = tmp_path / f"redirectory-demo-{os.getppid()}-x"
    other.mkdir()
    with make_throwaway("rehearsal") as folder:
        assert sorted(tmp_path.iterdir()) == sorted([Path(folder), other])
        assert mode(Path(folder)) == 0o700
    assert list(tmp_path.iterdir()) == [other]
