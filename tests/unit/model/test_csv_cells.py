"""A spreadsheet runs nothing that stands in a CSV of ours, and our own reader gives back what was written."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.text.csv_cells import guard_cell, unguard_cell, write_csv_line, write_tsv_line

SIGNS = "=+-@＝＋－＠"
HOSTILE = st.text(st.one_of(st.sampled_from(SIGNS + ";,\t\r\n\"' |\u00a0\u200b\ufeff"), st.characters()))


def read(line: str, separator: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(line, newline=""), delimiter=separator) for cell in row]


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|' /C calc'!A1", "+49", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM", " =1", "\u00a0=1",
        "\u200b=1", "\ufeff=1", "\tx", "\rx", "\n=1", "\t =1", "'=1",
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(cell: str) -> None:
    assert guard_cell(cell).startswith("'")
    assert unguard_cell(guard_cell(cell)) == cell


@pytest.mark.parametrize("cell", ["x;=1", 'x";"=1', "x\n+1", "x; @SUM", "x;\t-1"])
def test_a_formula_behind_another_separator_is_guarded_too(cell: str) -> None:
    line = write_csv_line(["before", cell, "after"])
    for separator in ",;\t":
        assert not any(part.strip().startswith(tuple(SIGNS)) for part in read(line, separator))


@pytest.mark.parametrize(
    "cell", ["Müller & Söhne", "it's", "'quoted'", "a-b", "http://h/?a=1", "7C2F80820EC0"]
)
def test_ordinary_texts_stay_as_they_are(cell: str) -> None:
    assert guard_cell(cell) == cell == unguard_cell(cell)


@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_no_cell_of_any_line_begins_a_formula_and_every_text_comes_back(cells: list[str]) -> None:
    line = write_csv_line([*cells, "end"])
    for separator in ",;\t":
        assert not any(part.lstrip().startswith(tuple(SIGNS)) for part in read(line, separator))
    assert [unguard_cell(cell) for cell in read(line, ",")] == [*cells, "end"]


@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_a_line_for_the_clipboard_has_as_many_cells_as_it_was_given_and_no_formula(cells: list[str]) -> None:
    parts = write_tsv_line(cells).split("\t")
    assert len(parts) == len(cells)
    assert not any(part.lstrip().startswith(tuple(SIGNS)) for part in parts)
