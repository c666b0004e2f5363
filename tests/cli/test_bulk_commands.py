"""`import`, `plan` and `apply`: files of devices, bad rows named by line, the difference and only that."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SECONDS, Gate, Shell, serve

URL = "http://prov.example.net/xml/%MACD.xml"


def write(folder: Path, *lines: str, head: str = "mac,url,provider") -> str:
    path = folder / "devices.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return str(path)


def count(shell: Shell, words: str) -> int:
    return len(shell.run("list", "--search", words, "--json").rows)


def test_bad_rows_are_named_by_line_and_good_ones_stored(office: Shell, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        f"7C2F80A00001-1234,{URL},P",
        f"7C2F80A0000G,{URL},P",
        "7C2F80A00002,,P",
        f"7C2F80A00003,{URL},P",
    )
    run = office.run("import", file, "--json")
    assert run.code == 1
    assert {(row["mac"], row["outcome"]) for row in run.rows} == {
        ("7C2F80A00001", "stored"),
        ("7C2F80A00003", "stored"),
    }
    assert "line 3:" in run.err
    assert "line 4:" in run.err


def test_a_dry_run_says_which_calls_and_sends_nothing(office: Shell, tmp_path: Path) -> None:
    macs = [f"7C2F80A1{number:04X}-{number:04X}" for number in range(60)]
    file = write(tmp_path, *(f"{mac},{URL},P" for mac in macs), f"7C2F80A1FFFF,{URL},Other")
    run = office.run("import", file, "--dry-run", "--json")
    assert run.code == 0
    assert [(row["method"], row["devices"]) for row in run.rows] == [
        ("autoprov.registerDeviceList", 50),
        ("autoprov.registerDeviceList", 10),
        ("autoprov.registerDevice", 1),
    ]
    assert run.rows[0]["macs"] + run.rows[1]["macs"] == macs
    assert count(office, "7C2F80A1") == 0


def test_a_list_from_stdin_takes_its_target_from_options(office: Shell) -> None:
    run = office.run(
        "import",
        "-",
        "--url",
        URL,
        "--provider",
        "P",
        "--json",
        text="7c:2f:80:a2:00:01\n7C2F80A20002-1234\n",
    )
    assert (run.code, {row["outcome"] for row in run.rows}) == (0, {"stored"})
    assert count(office, "7C2F80A2") == 2


def test_resume_leaves_out_what_is_stored_as_wanted(office: Shell, tmp_path: Path) -> None:
    office.run("register", "7C2F80A30001", "--url", URL, "--provider", "P")
    file = write(tmp_path, f"7C2F80A30001,{URL},P", f"7C2F80A30002,{URL},P")
    run = office.run("import", file, "--resume", "--json")
    assert (run.code, [row["mac"] for row in run.rows]) == (0, ["7C2F80A30002"])
    assert "1 of 2" in run.err


def test_a_file_without_a_good_row_sends_nothing(office: Shell, tmp_path: Path) -> None:
    run = office.run("import", write(tmp_path, "nonsense,x,y"), "--json")
    assert (run.code, run.out) == (1, "")
    assert "line 2:" in run.err


@pytest.mark.parametrize("command", ["import", "plan"])
def test_a_masked_url_never_comes_back(office: Shell, tmp_path: Path, command: str) -> None:
    office.run("register", "7C2F80A90001", "--url", "http://u:geheim@h.example/%MACD.xml", "--provider", "G")
    masked = office.run("list", "--search", "7C2F80A90001", "--csv")
    assert "········" in masked.out
    file = tmp_path / "masked.csv"
    file.write_text(masked.out, encoding="utf-8")
    run = office.run(command, str(file), "--json")
    assert run.code == 1
    assert "line 2:" in run.err
    assert "--show-secrets" in run.err
    assert all(row.get("change") in ("invalid", "missing") for row in run.rows)


def test_the_whole_list_with_its_secrets_is_no_difference(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text(office.run("list", "--csv", "--show-secrets").out, encoding="utf-8")
    run = office.run("plan", str(file), "--prune", "--json")
    assert (run.code, run.out) == (0, "")
    assert "0 changed" in run.err


def test_plan_names_every_kind_of_difference_and_changes_nothing(office: Shell, tmp_path: Path) -> None:
    office.run("register", "7C2F80A40001-1234", "7C2F80A40002-1234", "--url", URL, "--provider", "P")
    before = office.run("list", "--json").out
    file = write(
        tmp_path,
        f"7C2F80A40001,{URL},P",
        f"7C2F80A40002,{URL},New",
        f"7C2F80A40003,{URL},P",
        "7C2F80A4000G,x,P",
    )
    run = office.run("plan", file, "--all", "--json")
    changes = {row["mac"]: row["change"] for row in run.rows}
    assert run.code == 1
    assert (changes["7C2F80A40001"], changes["7C2F80A40002"], changes["7C2F80A40003"]) == (
        "unchanged",
        "changed",
        "added",
    )
    assert (changes["7C2F80A4000G"], changes["7C2F80820EC0"]) == ("invalid", "missing")
    assert office.run("list", "--json").out == before


def test_a_plan_for_people_leaves_out_what_stays(office: Shell, tmp_path: Path) -> None:
    run = office.run("plan", write(tmp_path, f"7C2F80A50001,{URL},P"))
    assert run.code == 0
    assert len(run.out.splitlines()) == 2
    assert "missing (kept: no prune)" in run.err


def test_apply_does_the_difference_and_then_there_is_none(at: Shell, tmp_path: Path) -> None:
    at.run("register", "7C2F80A60001-1234", "7C2F80A60002-1234", "--url", URL, "--provider", "P")
    file = write(tmp_path, f"7C2F80A60001,{URL},New", f"7C2F80A60003,{URL},P")
    assert at.run("apply", file, "--prune").code == 2
    run = at.run("apply", file, "--prune", "--yes", "--json")
    outcomes = {row["mac"]: row["outcome"] for row in run.rows}
    assert run.code == 0
    assert (outcomes["7C2F80A60001"], outcomes["7C2F80A60003"]) == ("stored", "stored")
    assert outcomes["7C2F80A60002"] == "removed"
    assert len({row["change_set"] for row in run.rows}) == 1
    again = at.run("plan", file, "--prune", "--json")
    assert (again.code, again.out) == (0, "")
    assert at.run("apply", file, "--prune", "--yes", "--json").out == ""


def test_an_empty_file_never_empties_an_account(office: Shell, tmp_path: Path) -> None:
    for lines in ([], ["nonsense,x,y"]):
        run = office.run("apply", write(tmp_path, *lines), "--prune", "--yes")
        assert (run.code, run.out) == (2, "")
    assert count(office, "7C2F80820EC0") == 1


def test_moving_a_device_without_its_mac_id_is_left_out_unless_bare(office: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, f"7C2F80807872,{URL},P")
    run = office.run("apply", file, "--yes", "--json")
    assert (run.code, run.rows[0]["outcome"], run.rows[0]["code"]) == (1, "skipped", "mac_id_missing")
    assert "--bare" in run.err
    assert office.run("apply", file, "--yes", "--bare", "--json").rows[0]["outcome"] == "stored"


def test_credentials_of_a_file_are_in_no_text(office: Shell, tmp_path: Path) -> None:
    file = write(
        tmp_path, "7C2F80A70001,http://user:geheim@h.example/%MACD.xml,P", "7C2F80A7000G,http://a:geheim@h,P"
    )
    for words in (("plan",), ("import", "--dry-run"), ("import",), ("plan", "--all", "--json")):
        run = office.run(words[0], file, *words[1:])
        assert "geheim" not in run.out + run.err


def test_ctrl_c_settles_every_device_and_is_exit_code_130(shell: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, *(f"7C2F80{number:06X}-{number:04X},{URL},P" for number in range(500)))
    gate = Gate(1)
    with serve("--set", "delay=1s@registerDeviceList", gate=gate) as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", "import", file, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=shell.make_environ({}),
        )
        assert process.stdout is not None
        assert process.stdout.readline()
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        assert any("Stopping" in line for line in process.stderr)
        gate.open()
        rest = process.stdout.read()
        process.communicate(timeout=SECONDS)
        assert process.returncode == 130
        assert rest.count("\n") == 499
        assert "cancelled" in rest
        assert shell.run("history", "--outcome", "unknown", "--json").out == ""
        stored = len(shell.run("list", "--json").rows)
        assert stored == len(shell.run("history", "--outcome", "stored", "--json").rows)


def test_a_closed_pipe_does_not_stop_a_change(office: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, *(f"7C2F80A8{number:04X},{URL},P" for number in range(300)))
    command = f"{sys.executable} -m tui import {file} --json | head -1"
    subprocess.run(
        command, shell=True, check=True, capture_output=True, cwd=ROOT, env=office.make_environ({})
    )
    assert count(office, "7C2F80A8") == 300
