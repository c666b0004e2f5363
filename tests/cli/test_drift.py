"""`plan --exit-code` tells by its exit code whether the account is as a file wants it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

URL = "http://prov.example.net/xml/%MACD.xml"
HEADING = "mac,url,provider"


def write(folder: Path, *rows: str) -> str:
    path = folder / "wanted.csv"
    path.write_text("".join(f"{row}\n" for row in rows))
    return str(path)


@pytest.fixture
def two(office: Shell) -> Shell:
    """An account that has two phones of provider Drift."""
    run = office.run(
        "register", "7C2F80E00001-1A2B", "7C2F80E00002-1A2B", "--url", URL, "--provider", "Drift"
    )
    assert run.code == 0, run.err
    return office


def row(number: int, *, url: str = URL) -> str:
    return f"7C2F80E0000{number}-1A2B,{url},Drift"


def plan(shell: Shell, file: str, *options: str, text: str = "") -> int:
    run = shell.run("plan", file, "--exit-code", *options, text=text)
    if run.code in (2, 3):
        assert run.out == ""
    return run.code


def test_no_difference_ends_with_0(two: Shell, tmp_path: Path) -> None:
    assert plan(two, write(tmp_path, HEADING, row(1), row(2))) == 0


@pytest.mark.parametrize("rows", [(row(1), row(2), row(3)), (row(1), row(2, url="http://other/%MACD.xml"))])
def test_a_phone_to_add_or_to_change_ends_with_5(two: Shell, tmp_path: Path, rows: tuple[str, ...]) -> None:
    file = write(tmp_path, HEADING, *rows)
    assert plan(two, file) == 5
    assert plan(two, file, "--json") == 5
    assert two.run("plan", file).code == 0


def test_a_record_that_the_file_leaves_out_counts_where_it_would_be_removed(
    two: Shell, tmp_path: Path
) -> None:
    file = write(tmp_path, HEADING, row(1))
    assert plan(two, file) == 0
    assert plan(two, file, "--prune") == 5


def test_a_difference_that_apply_would_refuse_to_make_counts_all_the_same(two: Shell, tmp_path: Path) -> None:
    assert plan(two, write(tmp_path, HEADING, row(1)), "--prune", "--prune-at-most", "0") == 5


def test_rows_that_cannot_be_read_end_with_1_beside_a_difference(two: Shell, tmp_path: Path) -> None:
    assert plan(two, write(tmp_path, HEADING, row(3), f"7C2F80E0000G,{URL},Drift")) == 1


@pytest.mark.parametrize("content", ["", "\n\n", HEADING + "\n", HEADING.replace(",", ";") + "\n# nobody\n"])
def test_an_empty_file_is_an_error_and_not_agreement(two: Shell, tmp_path: Path, content: str) -> None:
    file = tmp_path / "wanted.csv"
    file.write_text(content)
    assert plan(two, str(file)) == 2
    assert plan(two, "-", text=content) == 2


def test_errors_keep_their_own_codes(two: Shell, tmp_path: Path) -> None:
    file = write(tmp_path, HEADING, row(3))
    assert plan(two, str(tmp_path / "none.csv")) == 2
    assert plan(two, file, "--provider", "Nobody") == 2
    assert plan(two, file, "--server", "http://127.0.0.1:9", "--user", "demo") == 3


def test_the_help_names_the_code(office: Shell) -> None:
    assert "  5  with --exit-code: a difference" in office.run("plan", "--help").out
