"""A file over 500 lines hides two ideas; a style sheet over 150 does too."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [path for folder in ("tui", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
SHEETS = sorted((ROOT / "styles").rglob("*.tcss"))


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if "node_modules" not in path.parts],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_file_has_more_than_500_lines(path: Path) -> None:
    assert count_lines(path) <= 500


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_no_style_sheet_has_more_than_150_lines(path: Path) -> None:
    assert count_lines(path) <= 150
