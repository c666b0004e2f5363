"""A list is the same list as a table, as CSV and as JSON; where nothing matches, `list` and `info` agree."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell, serve

URL = "http://prov.example.net/xml/%MACD.xml"


def forms(shell: Shell, *words: str, column: str = "mac") -> tuple[list[str], list[str], list[str]]:
    """The MACs of a command's output as a table, CSV and JSON, in their order."""
    table, plain, lines = (shell.run(*words, *form) for form in ((), ("--csv",), ("--json",)))
    assert table.code == plain.code == lines.code
    heading, *rows = table.out.splitlines() or [""]
    place = heading.split().index("Device" if "Device" in heading else "MAC") if rows else 0
    return (
        [row.split()[place][:12] for row in rows],
        [row[column] for row in csv.DictReader(io.StringIO(plain.out))],
        [row[column] for row in lines.rows],
    )


@pytest.mark.parametrize(
    "words",
    [(), ("--search", "7c2f80"), ("--provider", "Daryna"), ("--limit", "3"), ("--all",), ("--offline",)],
)
def test_a_list_has_the_same_devices_in_the_same_order_in_every_form(
    office: Shell, words: tuple[str, ...]
) -> None:
    assert office.run("list").code == 0
    table, plain, lines = forms(office, "list", *words)
    assert table == plain == lines
    assert table
    if "--limit" in words:
        assert len(table) == int(words[-1])


def test_the_order_of_the_settings_counts_in_every_form(at: Shell) -> None:
    at.home.joinpath("config").mkdir(parents=True)
    at.home.joinpath("config", "config.toml").write_text('[list]\nsort = "mac"\ndescending = true\n')
    table, plain, lines = forms(at, "list", "--limit", "5")
    assert table == plain == lines == sorted(forms(at, "list")[0], reverse=True)[:5]


def test_a_limit_counts_for_the_exports_too(office: Shell) -> None:
    assert office.run("list", "--limit", "2", "--xml").out.count("7C2F80") <= 2 * 3
    for wrong in ("0", "-1", "many", "1e3"):
        assert office.run("list", f"--limit={wrong}").code == 2
    assert office.run("list", "--limit", "1", "--all").code == 2


@pytest.mark.parametrize("more", [(), ("--prune",), ("--all",), ("--unchanged",)])
def test_a_plan_has_the_same_rows_in_every_form(office: Shell, tmp_path: Path, more: tuple[str, ...]) -> None:
    names = [f"7C2F80F0000{number}-1A2B" for number in range(3)]
    office.run("register", *names, "--url", URL, "--provider", "Gleich")
    file = tmp_path / "wanted.csv"
    file.write_text(f"mac,url,provider\n{names[0]},{URL},Gleich\n7C2F80F00009,{URL},Gleich\n")
    table, plain, lines = forms(office, "plan", str(file), *more)
    assert plain == lines
    assert table == lines
    assert len(lines) == {(): 1, ("--prune",): 3, ("--unchanged",): 4}.get(more, len(lines))
    assert (len(lines) > 100) == (more == ("--all",))


def test_where_nothing_matches_list_and_info_agree(office: Shell) -> None:
    runs = [
        office.run("list", "--search", "nirgendwo"),
        office.run("list", "--provider", "Niemand", "--csv"),
        office.run("list", "--search", "nirgendwo", "--offline"),
        office.run("info", "7C2F80FFFFF0"),
    ]
    assert [run.code for run in runs] == [1, 1, 1, 1]
    assert [run.err.splitlines()[-2] for run in runs] == ["redirectory: No device matches."] * 4
    for run, what in zip(runs, ("nirgendwo", "Niemand", "nirgendwo", "7C2F80FFFFF0"), strict=True):
        assert what in run.err.splitlines()[-1]
    for words in (("list", "--search", "x y z"), ("info", "7C2F80FFFFF0")):
        error = json.loads(office.run(*words, "--json").err)
        assert (error["title"], error["code"], error["exit_code"]) == ("No device matches.", "no_match", 1)


def test_info_names_those_that_do_not_match_among_others(office: Shell) -> None:
    office.run("register", "7C2F80F10001", "--url", URL, "--provider", "Da")
    run = office.run("info", "7C2F80F10001", "7C2F80FFFFF0", "7C2F80FFFFF1", "--json")
    assert (run.code, [row["found"] for row in run.rows]) == (1, [True, False, False])
    assert [json.loads(line)["device"] for line in run.err.splitlines()] == ["7C2F80FFFFF0", "7C2F80FFFFF1"]


def test_an_account_without_a_device_is_no_failure(shell: Shell) -> None:
    with serve() as url:
        shell.environ |= {
            "REDIRECTORY_SERVER": url,
            "REDIRECTORY_USER": "demo",
            "REDIRECTORY_PASSWORD": "demo",
        }
        run = shell.run("list", "--json")
        assert (run.code, run.out) == (0, "")
        assert shell.run("list", "--search", "x").code == 1
