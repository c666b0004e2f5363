"""Settings files are replaced as a whole, and broken ones are located."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import ConfigurationError, InputError, StoreError
from tui.model.text.inert import is_inert
from tui.settings.files.toml_file import (
    Complaint,
    find_line,
    hold,
    parse_source,
    read_source,
    read_tables,
    suggest,
    write_private,
)


def test_a_written_file_is_private_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "a.toml"
    write_private(path, "x = 1\n")
    write_private(path, "x = 2\n")
    assert path.read_text() == "x = 2\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["a.toml"]


def test_a_wide_open_file_becomes_private_when_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("")
    path.chmod(0o644)
    write_private(path, "")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    link = tmp_path / "a.toml"
    link.symlink_to(tmp_path / "dotfiles" / "a.toml")
    write_private(link, "x = 1\n")
    assert link.is_symlink()
    assert (tmp_path / "dotfiles" / "a.toml").read_text() == "x = 1\n"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.toml"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="cannot be written") as caught:
        write_private(path, "new")
    assert "No space left" in caught.value.detail
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.toml"]


def test_half_a_character_is_refused_before_the_file_is_touched(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be stored"):
        write_private(tmp_path / "a.toml", "\ud800")
    assert not list(tmp_path.iterdir())


def test_a_held_file_is_not_changed_by_another_instance(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    with hold(path), pytest.raises(StoreError, match="Another instance"), hold(path, seconds=0):
        pass
    with hold(path, seconds=0):
        pass


def test_a_missing_file_is_no_text(tmp_path: Path) -> None:
    assert read_source(tmp_path / "none.toml") is None
    assert read_tables(tmp_path / "none.toml") == ({}, [], "")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfx = 1\n")
    assert read_tables(tmp_path / "a.toml")[0] == {"x": 1}


def test_the_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"x = 1\ny = '\xe4'\n")
    with pytest.raises(ConfigurationError) as caught:
        read_source(tmp_path / "a.toml")
    assert ":2:" in caught.value.detail


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.toml").open("wb") as stream:
        stream.truncate(5 * 1024 * 1024)
    with pytest.raises(ConfigurationError, match="too big"):
        read_source(tmp_path / "a.toml")


def test_a_folder_in_the_place_of_a_file_is_complained_about(tmp_path: Path) -> None:
    (tmp_path / "a.toml").mkdir()
    assert "directory" in read_tables(tmp_path / "a.toml")[1][0].text


def test_the_broken_line_is_named(tmp_path: Path) -> None:
    found = parse_source("x = 1\ny = \n", tmp_path / "a.toml")
    assert isinstance(found, Complaint)
    assert found.line == 2
    assert found.describe().startswith(f"{tmp_path / 'a.toml'}:2:")


SOURCE = """top = 1
[app]
theme = "x"
[keys]
"devices.mark" = "m"
devices.open = "o"
[[accounts]]
name = "a"
[[accounts]]
# comment
name = "b"
"""


@pytest.mark.parametrize(
    ("section", "key", "index", "line"),
    [
        ("top", "", 0, 1),
        ("app", "", 0, 2),
        ("app", "theme", 0, 3),
        ("keys", "devices.mark", 0, 5),
        ("keys", "devices.open", 0, 6),
        ("accounts", "name", 0, 8),
        ("accounts", "", 1, 9),
        ("accounts", "name", 1, 11),
        ("app", "none", 0, None),
    ],
)
def test_keys_are_found_by_line(section: str, key: str, index: int, line: int | None) -> None:
    assert find_line(SOURCE, section, key, index) == line


def test_a_near_word_is_suggested() -> None:
    assert suggest("them", ["theme", "mouse"]) == "Did you mean theme?"
    assert suggest("zzz", ["theme", "mouse"]) == "Known are theme, mouse."


@given(st.text())
def test_any_text_is_tables_or_a_complaint_on_one_inert_line(text: str) -> None:
    from pathlib import Path

    found = parse_source(text, Path("a.toml"))
    if isinstance(found, Complaint):
        assert is_inert(found.describe())
    else:
        assert all((find_line(text, key) or 1) > 0 for key in found)
