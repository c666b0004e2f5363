"""`plan` and `apply` stay within the providers that the file names, and ask before they remove many."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_provider_commands import type_into

URL = "http://prov.example.net/xml/%MACD.xml"


def give(shell: Shell, provider: str, count: int, block: str) -> list[str]:
    """Registers phones whose MAC-IDs this machine knows from then on."""
    names = [f"7C2F80{block}{number:04X}-1A2B" for number in range(count)]
    run = shell.run("register", *names, "--url", URL, "--provider", provider, "--json")
    assert run.code == 0, run.err
    return names


def write(folder: Path, names: list[str], provider: str) -> str:
    path = folder / "wanted.csv"
    path.write_text("mac,url,provider\n" + "".join(f"{name},{URL},{provider}\n" for name in names))
    return str(path)


def count_providers(shell: Shell) -> Counter[str]:
    return Counter(row["provider"] for row in shell.run("list", "--json").rows)


def test_a_line_deleted_from_a_providers_list_removes_that_record_only(office: Shell, tmp_path: Path) -> None:
    give(office, "Zeile", 4, "D0")
    listed = office.run("list", "--provider", "Zeile", "--csv").out.splitlines(keepends=True)
    before = count_providers(office)
    file = tmp_path / "d.csv"
    file.write_text("".join(listed[:-1]))
    run = office.run("apply", str(file), "--prune", "--yes", "--json")
    assert (run.code, [row["outcome"] for row in run.rows]) == (0, ["removed"])
    assert count_providers(office) == before - Counter({"Zeile": 1})
    assert "Scope: provider Zeile, named by the file" in run.err
    assert "Left alone: 200 records" in run.err
    assert "Zeile: remove 1" in run.err


def test_without_a_confirmation_account_server_and_numbers_are_said_and_nothing_is_sent(
    office: Shell, tmp_path: Path
) -> None:
    names = give(office, "Frage", 2, "D1")
    run = type_into(office, "n\n", "apply", write(tmp_path, names[:1], "Frage"), "--prune", "--json")
    assert (run.code, run.out) == (2, "")
    assert f"demo at {office.environ['REDIRECTORY_SERVER']}" in run.err
    assert "remove 1?" in run.err
    assert count_providers(office)["Frage"] == 2


def test_more_than_a_fifth_needs_a_number_that_is_large_enough(at: Shell, tmp_path: Path) -> None:
    names = give(at, "Viele", 60, "D2")
    file = write(tmp_path, names[:3], "Viele")
    words = ("apply", file, "--prune", "--yes", "--json")
    for more in ((), ("--prune-at-most", "56")):
        run = at.run(*words, *more)
        assert (run.code, run.out) == (2, "")
        assert "--prune-at-most 57" in run.err
        assert "Nothing was sent" in run.err
    assert count_providers(at)["Viele"] == 60
    run = at.run("plan", file, "--prune", "--json")
    assert (run.code, len(run.rows)) == (0, 57)
    assert "apply would refuse" in run.err
    assert at.run(*words, "--prune-at-most", "57").code == 0
    assert count_providers(at) == Counter({**count_providers(at), "Viele": 3})
    assert count_providers(at).total() == 203


def test_a_number_too_small_refuses_even_a_single_removal(office: Shell, tmp_path: Path) -> None:
    names = give(office, "Null", 2, "D3")
    file = write(tmp_path, names[:1], "Null")
    assert office.run("apply", file, "--prune", "--prune-at-most", "0", "--yes").code == 2
    assert office.run("apply", file, "--prune", "--prune-at-most", "x", "--yes").code == 2
    assert office.run("apply", file, "--prune-at-most", "1", "--yes").code == 2
    assert count_providers(office)["Null"] == 2


def test_a_dry_run_shows_the_calls_and_sends_nothing(office: Shell, tmp_path: Path) -> None:
    names = give(office, "Probe", 3, "D4")
    file = write(tmp_path, [*names[:1], "7C2F80D4FFFF-1A2B"], "Probe")
    run = office.run("apply", file, "--prune", "--dry-run", "--json")
    assert run.code == 0
    # The records were stored side by side: the list has them in any order.
    assert [(row["method"], sorted(row["macs"])) for row in run.rows] == [
        ("autoprov.registerDevice", ["7C2F80D4FFFF-1A2B"]),
        ("autoprov.deregisterDeviceList", names[1:]),
    ]
    assert "Probe: register 1, remove 2" in run.err
    assert count_providers(office)["Probe"] == 3


def test_a_dry_run_ends_as_the_run_would(office: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, ["7C2F80D5FFFF-1A2B"], "P")
    run = office.run("apply", file, "--prune", "--all", "--bare", "--dry-run", "--json")
    assert (run.code, sum(len(row["macs"]) for row in run.rows) > 200) == (2, True)
    assert "more than a fifth" in run.err


def test_providers_and_all_exclude_each_other(office: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, ["7C2F80D6FFFF-1A2B"], "P")
    assert office.run("plan", file, "--all", "--provider", "P").code == 2
    run = office.run("plan", file, "--provider", "daryna")
    assert (run.code, "'Daryna'" in run.err) == (2, True)


def test_rows_outside_a_named_scope_are_said_and_left_out(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    file.write_text(f"mac,url,provider\n7C2F80D70001-1A2B,{URL},Innen\n7C2F80D70002-1A2B,{URL},Aussen\n")
    run = office.run("apply", str(file), "--provider", "Innen", "--yes", "--json")
    assert (run.code, [row["mac"] for row in run.rows]) == (0, ["7C2F80D70001"])
    assert "line 3" in run.err
    assert count_providers(office)["Aussen"] == 0


@pytest.mark.parametrize("words", [("plan",), ("apply", "--yes"), ("apply", "--prune", "--dry-run")])
def test_an_empty_file_is_an_error(office: Shell, words: tuple[str, ...]) -> None:
    for text in ("", "mac,url,provider\n"):
        run = office.run(words[0], "-", *words[1:], text=text)
        assert (run.code, run.out) == (2, "")


def test_a_file_that_names_no_provider_prunes_nothing(office: Shell, tmp_path: Path) -> None:
    run = office.run("apply", "-", "--prune", "--yes", text="7C2F80820EC0-55DF\n")
    assert run.code == 2
    assert "names no provider" in run.err


def test_nothing_is_pruned_while_a_row_names_a_device_that_cannot_be_read(
    office: Shell, tmp_path: Path
) -> None:
    names = give(office, "Unlesbar", 2, "D8")
    run = office.run("apply", write(tmp_path, [names[0], "7C2F80D80O01"], "Unlesbar"), "--prune", "--yes")
    assert run.code == 2
    assert "line 3" in run.err
    assert count_providers(office)["Unlesbar"] == 2


def test_records_without_a_known_mac_id_are_removed_only_with_bare(office: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, ["7C2F80D9FFFF-1A2B"], "Daryna")
    more = ("--prune", "--prune-at-most", "200", "--yes", "--json")
    run = office.run("apply", file, *more)
    kept = [row for row in run.rows if row["code"] == "mac_id_missing"]
    assert (run.code, bool(kept)) == (1, True)
    assert "--bare" in run.err
    run = office.run("deregister", "--all-of", "Daryna", "--yes", "--json")
    assert (run.code, {row["outcome"] for row in run.rows}) == (1, {"skipped", "removed"})
    run = office.run("deregister", "--all-of", "Daryna", "--bare", "--yes", "--json")
    assert (run.code, {row["outcome"] for row in run.rows}) == (0, {"removed"})
    assert count_providers(office)["Daryna"] == 0


def test_a_mac_that_a_person_names_is_removed_as_named(office: Shell) -> None:
    mac = next(row["mac"] for row in office.run("list", "--json").rows if row["mac_id"] is None)
    assert office.run("deregister", mac, "--yes").code == 0
