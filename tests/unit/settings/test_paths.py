"""Where things live."""

from pathlib import Path

import pytest

from tui.errors import ConfigurationError, StoreError
from tui.settings.files.paths import find_places, styles_dir
from tui.settings.files.private import make_folder


def test_one_variable_puts_everything_under_one_folder(tmp_path: Path) -> None:
    places = find_places({"REDIRECTORY_HOME": str(tmp_path)})
    assert all(path.is_relative_to(tmp_path) for _, path in places.listed())
    assert places.journal_file == tmp_path / "state" / "journal.sqlite3"


def test_without_it_the_platform_decides() -> None:
    places = find_places({})
    assert places.config.name == "redirectory"
    assert places.config_file.name == "config.toml"


def test_finding_places_makes_nothing(tmp_path: Path) -> None:
    find_places({"REDIRECTORY_HOME": str(tmp_path / "new")})
    assert not (tmp_path / "new").exists()


def test_a_folder_we_make_is_ours_alone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made") as caught:
        make_folder(tmp_path / "file" / "state")
    assert "REDIRECTORY_HOME" in caught.value.hint


@pytest.mark.parametrize("inside", [True, False])
def test_style_sheets_are_found_in_the_package_or_beside_it(tmp_path: Path, inside: bool) -> None:
    package = tmp_path / "tui"
    folder = package / "styles" if inside else tmp_path / "styles"
    folder.mkdir(parents=True)
    (folder / "base.tcss").write_text("")
    assert styles_dir(package) == folder


def test_a_folder_without_the_base_sheet_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "tui" / "styles").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="missing"):
        styles_dir(tmp_path / "tui")
