"""Finding devices: over all accounts, by conditions, in an order; and pipes from `list` into a change."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.cli.conftest import ROOT, Gate, Shell, serve

URL = "http://prov.example.net/xml/%MACD.xml"
MINE = "7C2F80A00001-1A2B"
OTHER = "7C2F80A00002"


def add(shell: Shell, name: str, server: str, password: str = "demo") -> None:
    kept = {"REDIRECTORY_PASSWORD": password}
    words = ("--server", server, "--user", "demo", "--keep-password")
    assert shell.run("accounts", "add", name, *words, environ=kept).code == 0


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell with two accounts at servers of their own, `north` with 5 devices and `south` with 8."""
    shell = Shell(tmp_path_factory.mktemp("two") / "home")
    with serve("--sample", "5") as north, serve("--sample", "8", "--set", "date=last-request") as south:
        add(shell, "north", north)
        add(shell, "south", south)
        run = shell.run("register", MINE, "--url", URL, "--provider", "Solo", "--account", "south")
        assert run.code == 0, run.err
        yield shell


def test_a_device_is_found_in_the_account_that_has_it(two: Shell) -> None:
    run = two.run("info", MINE, "--all-accounts", "--json")
    assert (run.code, [(row["account"], row["found"]) for row in run.rows]) == (0, [("south", True)])
    assert "Account" in two.run("info", MINE, "--all-accounts").out


def test_a_device_that_no_account_has_ends_with_1(two: Shell) -> None:
    run = two.run("info", OTHER, MINE, "--all-accounts", "--json")
    assert run.code == 1
    assert [(row["mac"], row["account"], row["found"]) for row in run.rows] == [
        (OTHER, None, False),
        (MINE[:12], "south", True),
    ]


def test_all_accounts_are_listed_with_their_names(two: Shell) -> None:
    rows = two.run("list", "--all-accounts", "--json").rows
    assert [row["account"] for row in rows] == ["north"] * 5 + ["south"] * 9
    assert two.run("list", "--all-accounts", "--csv").out.startswith("account,mac,")
    offline = two.run("list", "--all-accounts", "--offline", "--json")
    assert (offline.code, offline.rows) == (0, rows)


def test_an_account_that_fails_is_named_and_the_others_still_answer(two: Shell) -> None:
    add(two, "down", "http://127.0.0.1:9")
    two.run("accounts", "add", "locked", "--server", "http://127.0.0.1:10", "--user", "x")
    try:
        for words in (("list",), ("info", MINE)):
            run = two.run(*words, "--all-accounts", "--json", environ={"REDIRECTORY_PASSWORD": "geheim"})
            assert run.code == 3
            assert {row["account"] for row in run.rows} >= {"south"}
            assert '"down: ' in run.err
            assert '"locked: There is no password' in run.err
        nowhere = two.run("info", OTHER, "--all-accounts", "--json")
        assert (nowhere.code, nowhere.rows[0]["found"]) == (3, None)
    finally:
        two.run("accounts", "remove", "down")
        two.run("accounts", "remove", "locked")


def test_accounts_are_asked_side_by_side(shell: Shell) -> None:
    """Each server holds its answer back until the other one has been asked as well."""
    asked = threading.Barrier(2, timeout=60)

    class Meeting(Gate):
        def __call__(self, seconds: float) -> None:
            asked.wait()

    held = ("--sample", "1", "--set", "delay=1ms")
    with serve(*held, gate=Meeting(0)) as one, serve(*held, gate=Meeting(0)) as other:
        add(shell, "one", one)
        add(shell, "other", other)
        run = shell.run("info", OTHER, "--all-accounts", "--json")
    assert (run.code, run.rows[0]["found"]) == (1, False), run.err


def test_all_accounts_go_with_no_account_and_no_file_of_calls(two: Shell) -> None:
    for words in (("--account", "north"), ("--server", "x", "--user", "y"), ("--calls",), ("--xml",)):
        run = two.run("list", "--all-accounts", *words)
        assert (run.code, run.out) == (2, ""), words
        assert "exclude each other" in run.err


def test_conditions_narrow_a_list(two: Shell) -> None:
    def macs(*words: str) -> list[str]:
        run = two.run("list", "--account", "south", "--json", *words)
        assert run.code == (0 if run.rows else 1), run.err
        return [row["mac"] for row in run.rows]

    assert macs("--where", "provider:Solo") == macs("--where", "mine") == [MINE[:12]]
    assert macs("--where", "changed host:example.net") == [MINE[:12]]
    everything = two.run("list", "--account", "south", "--json").rows
    assert macs("--never") == [row["mac"] for row in everything if not row["server_date"]]
    assert MINE[:12] in macs("--never")
    dates = sorted(row["server_date"] for row in everything if row["server_date"])
    middle = dates[len(dates) // 2][:10]
    assert macs("--before", middle) == [row["mac"] for row in everything if "" < row["server_date"] < middle]
    assert macs("--offline", "--where", "mine") == [MINE[:12]]
    assert two.run("list", "--account", "south", "--where", "provder:x").code == 2


def test_a_list_is_sorted_by_any_column_in_both_directions(two: Shell) -> None:
    for column in ("provider", "server_date"):
        up = [row[column] or "" for row in two.run("list", "--all-accounts", "--json", "--sort", column).rows]
        down = two.run("list", "--all-accounts", "--json", "--sort", f"{column}:desc").rows
        assert up == sorted(up, key=str.casefold)
        assert [row[column] or "" for row in down] == sorted(up, key=str.casefold, reverse=True)
    by_account = two.run("list", "--all-accounts", "--json", "--sort", "account:desc").rows
    assert by_account[0]["account"] == "south"
    for wrong in ("colour", "mac:up", "account"):
        run = two.run("list", "--account", "north", "--sort", wrong)
        assert (run.code, run.out) == (2, "")
    assert "Did you mean provider?" in two.run("list", "--account", "north", "--sort", "provder").err


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_what_list_writes_goes_through_a_pipe_into_retarget_and_deregister(at: Shell, form: str) -> None:
    macs = ("7C2F80B00001-0001", "7C2F80B00002-0002", "7C2F80B00003-0003")
    at.run("register", *macs, "--url", "http://u:geheim@h.example/%MACD.xml", "--provider", '=Pipe, "1"')
    listing = at.run("list", "--where", 'provider:"=pipe, *"', form)
    assert listing.out.count("7C2F80B0000") >= 3
    run = at.run("retarget", "-", "--provider", "Moved", "--yes", "--json", text=listing.out)
    assert (run.code, {row["mac_id"] for row in run.rows}) == (0, set(macs)), run.err
    listing = at.run("list", "--provider", "Moved", form)
    run = at.run("deregister", "-", "--yes", "--json", text=listing.out)
    assert (run.code, [row["outcome"] for row in run.rows]) == (0, ["removed"] * 3), run.err


def test_a_real_pipe_carries_a_list_into_a_removal(at: Shell) -> None:
    at.run("register", "7C2F80B00009-0009", "--url", URL, "--provider", "Pipe")
    program = f"{sys.executable} -m tui"
    done = subprocess.run(
        f"{program} list --provider Pipe --csv | {program} deregister - --yes",
        shell=True,
        cwd=ROOT,
        env=at.make_environ({}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert at.run("list", "--provider", "Pipe", "--json").rows == []


def test_a_row_that_names_no_device_keeps_everything_back(at: Shell) -> None:
    text = '{"mac": "7C2F80820EC0"}\n{"mac": "nonsense"}\n'
    run = at.run("deregister", "-", "--yes", text=text)
    assert (run.code, run.out) == (2, "")
    assert "line 2" in run.err
    run = at.run("deregister", "-", "--yes", text="mac,mac_id,provider,url,server_date\r\n")
    assert (run.code, run.out) == (2, "")


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_rows_of_another_account_are_refused(two: Shell, form: str) -> None:
    listing = two.run("list", "--all-accounts", form).out
    run = two.run("deregister", "-", "--yes", "--account", "north", text=listing)
    assert (run.code, run.out) == (2, "")
    assert "another account" in run.err
    own = two.run("list", "--all-accounts", form, "--where", "provider:Solo").out
    assert two.run("info", "-", "--account", "south", text=own).code == 0
