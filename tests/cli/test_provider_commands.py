"""Everything of a provider at once, and the MAC-IDs that a move needs."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT, SECONDS, Run, Shell

URL = "http://prov.example.net/xml/%MACD.xml"
MOVED = "http://moved.example/%MACD.xml"


def give(shell: Shell, provider: str, *names: str) -> None:
    run = shell.run("register", *names, "--url", URL, "--provider", provider, "--json")
    assert run.code == 0, run.err


def targets(shell: Shell, provider: str) -> dict[str, str]:
    return {row["mac"]: row["url"] for row in shell.run("list", "--provider", provider, "--json").rows}


def type_into(shell: Shell, typed: str, *words: str) -> Run:
    """Runs a command whose stdin is a terminal at which a person types."""
    master, slave = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=shell.make_environ({}),
        )
        os.write(master, typed.encode())
        out, err = process.communicate(timeout=SECONDS)
    finally:
        os.close(slave)
        os.close(master)
    return Run(process.returncode, out, err)


def test_retarget_moves_everything_of_a_provider_and_nothing_else(office: Shell) -> None:
    give(office, "Umzug", *(f"7C2F80E0{number:04X}-1A2B" for number in range(60)))
    give(office, "umzug", "7C2F80E0FFFF-1A2B")
    run = office.run("retarget", "--all-of", "Umzug", "--url", MOVED, "--yes", "--json")
    assert (run.code, len(run.rows)) == (0, 60)
    assert set(targets(office, "Umzug").values()) == {MOVED}
    assert targets(office, "umzug") == {"7C2F80E0FFFF": URL}


def test_deregister_removes_everything_of_a_provider_after_asking(office: Shell) -> None:
    give(office, "Abbau", "7C2F80E10001-1A2B", "7C2F80E10002-1A2B")
    assert office.run("deregister", "--all-of", "Abbau").code == 2
    assert len(targets(office, "Abbau")) == 2
    run = office.run("deregister", "--all-of", "Abbau", "--yes", "--json")
    assert (run.code, {row["outcome"] for row in run.rows}) == (0, {"removed"})
    assert not targets(office, "Abbau")


def test_devices_named_beside_a_provider_are_taken_too_and_once(office: Shell) -> None:
    give(office, "Beides", "7C2F80E20001-1A2B")
    give(office, "Anderer", "7C2F80E20002-1A2B")
    run = office.run(
        "retarget", "7C2F80E20001", "7C2F80E20002", "--all-of", "Beides", "--url", MOVED, "--yes", "--json"
    )
    assert run.code == 0
    assert [row["mac"] for row in run.rows] == ["7C2F80E20001", "7C2F80E20002"]


@pytest.mark.parametrize("words", [("retarget", "--url", MOVED), ("deregister",)])
def test_a_provider_without_devices_is_named_and_nothing_is_sent(
    office: Shell, words: tuple[str, ...]
) -> None:
    run = office.run(*words, "--all-of", "daryna", "--yes")
    assert (run.code, run.out) == (1, "")
    assert "'daryna'" in run.err


@pytest.mark.parametrize("words", [("retarget", "--url", MOVED), ("deregister",)])
def test_no_device_at_all_is_exit_code_2(office: Shell, words: tuple[str, ...]) -> None:
    run = office.run(*words, "--yes")
    assert (run.code, run.out) == (2, "")
    assert "--all-of" in run.err


def test_missing_mac_ids_are_said_before_a_move_starts(office: Shell) -> None:
    run = office.run("retarget", "7C2F80807872", "--url", MOVED, "--yes", "--json")
    assert (run.code, run.rows[0]["code"]) == (1, "mac_id_missing")
    assert run.err.index("The MAC-ID of 1 of 1 is not known here") < run.err.index("--bare")


def forget(shell: Shell) -> None:
    (shell.home / "state" / "journal.sqlite3").unlink()


@pytest.mark.parametrize(
    ("typed", "outcome", "mac_id"),
    [
        ("m\n1a2c\ny\n", "refused", "7C2F80E30001-1A2C"),
        ("m\n7C2F80E39999-1A2B\nxx\n7C2F80E30001-1A2B\ny\n", "stored", "7C2F80E30001-1A2B"),
        ("b\ny\n", "stored", None),
        ("\ny\n", "skipped", None),
    ],
)
def test_a_person_enters_a_missing_mac_id_or_allows_the_bare_mac(
    at: Shell, typed: str, outcome: str, mac_id: str | None
) -> None:
    give(at, "Ohne", "7C2F80E30001-1A2B")
    forget(at)
    run = type_into(at, typed, "retarget", "7C2F80E30001", "--url", MOVED, "--json")
    assert [(row["outcome"], row["mac_id"]) for row in run.rows] == [(outcome, mac_id)]
    assert targets(at, "Ohne") == {"7C2F80E30001": MOVED if outcome == "stored" else URL}


@pytest.mark.parametrize(
    ("typed", "outcome", "mac_id"),
    [
        ("m\n1a2c\ny\n", "refused", "7C2F80E30001-1A2C"),
        ("m\n1a2b\ny\n", "removed", "7C2F80E30001-1A2B"),
        ("\ny\n", "removed", None),
        ("\nn\n", None, None),
    ],
)
def test_before_a_removal_a_person_may_enter_the_missing_mac_id(
    at: Shell, typed: str, outcome: str | None, mac_id: str | None
) -> None:
    give(at, "Ohne", "7C2F80E30001-1A2B")
    forget(at)
    run = type_into(at, typed, "deregister", "7C2F80E30001", "--json")
    assert [(row["outcome"], row["mac_id"]) for row in run.rows] == [(outcome, mac_id)] * bool(outcome)
    assert targets(at, "Ohne") == ({} if outcome == "removed" else {"7C2F80E30001": URL})
    if mac_id and outcome == "removed":
        assert at.run("undo", "--yes").code == 0
        assert targets(at, "Ohne") == {"7C2F80E30001": URL}


def test_apply_says_missing_mac_ids_before_it_starts(office: Shell) -> None:
    text = f"mac,url,provider\n7C2F80807872,{MOVED},P\n"
    run = office.run("apply", "-", "--yes", "--json", text=text)
    assert (run.code, run.rows[0]["code"]) == (1, "mac_id_missing")
    assert "The MAC-ID of 1 of 1 is not known here" in run.err
