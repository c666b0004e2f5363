"""What `make release` hands out agrees with itself, can be checked, and has the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.release import agreement
from tests.release.agreement import ROOT, read_version
from tests.release.conftest import make
from tui import __version__


def test_the_version_is_one_in_package_changelog_and_classifier() -> None:
    assert read_version() == __version__


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("CHANGELOG.md", f"## {__version__} (", "## 9.9.9 ("),
        ("CHANGELOG.md", f"## {__version__} (", "## Unreleased\n\n- A line.\n\n## 1.0.0 ("),
        ("pyproject.toml", "Development Status :: ", "Development Status :: 1 - Planning :: "),
    ],
)
def test_a_version_that_contradicts_itself_is_not_built(
    file: str, old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHANGELOG.md", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(old, new, 1) if name == file else text, encoding="utf-8")
    monkeypatch.setattr(agreement, "ROOT", tmp_path)
    with pytest.raises(AssertionError):
        read_version()


def test_everything_that_is_handed_out_is_there(released: Path) -> None:
    names = {re.sub(r"-cp\d+-\w+", "", path.name) for path in released.iterdir()}
    assert names == {
        f"redirectory-{__version__}-py3-none-any.whl",
        f"redirectory-{__version__}.tar.gz",
        f"redirectory-{__version__}.pyz",
        f"redirectory-{__version__}.cdx.json",
        "redirectory.1",
        "ap-client.1",
        "SHA256SUMS",
    }


def test_the_checksums_are_those_of_the_files(released: Path) -> None:
    lines = (released / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(sums) == {path.name for path in released.iterdir()} - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((released / name).read_bytes()).hexdigest() == digest


def test_the_same_bytes_come_out_in_another_folder_zone_language_and_umask(
    released: Path, tmp_path: Path
) -> None:
    environ = {
        **os.environ,
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "1",
        "HOME": str(tmp_path),
    }
    make(tmp_path / "again", environ=environ, umask=0o077)
    assert (tmp_path / "again" / "SHA256SUMS").read_text() == (released / "SHA256SUMS").read_text()


def test_the_bill_of_materials_lists_what_the_archive_holds_in_the_versions_of_the_lock(
    released: Path,
) -> None:
    bill = json.loads(next(released.glob("*.cdx.json")).read_text())
    assert bill["metadata"]["component"]["version"] == __version__
    listed = {normalize(part["name"]): part["version"] for part in bill["components"]}
    with zipfile.ZipFile(next(released.glob("*.pyz"))) as archive:
        held: dict[str, str] = dict(
            re.match(r"site-packages/([^/]+)-([^/-]+)\.dist-info/METADATA", name).groups()  # type: ignore[union-attr,misc]
            for name in archive.namelist()
            if name.endswith(".dist-info/METADATA")
        )
    assert {normalize(name): version for name, version in held.items()} == {
        **listed,
        "redirectory": __version__,
    }
    lock = (ROOT / "locks" / "dev.txt").read_text()
    locked = {
        normalize(name): version
        for name, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==([^\s;]+)", lock, re.MULTILINE)
    }
    assert listed.items() <= locked.items()
    assert {"textual", "httpx", "python-calamine", "pyrage"} <= listed.keys()
    assert "keyring" not in listed


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_is_handed_out_names_no_path_of_the_machine_that_built_it(released: Path) -> None:
    with zipfile.ZipFile(next(released.glob("*.pyz"))) as archive:
        texts = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".so")}
    with tarfile.open(next(released.glob("*.tar.gz"))) as sdist:
        texts |= {m.name: sdist.extractfile(m).read() for m in sdist.getmembers() if m.isfile()}  # type: ignore[union-attr]
    texts |= {path.name: path.read_bytes() for path in released.glob("*.json")}
    assert [name for name, text in texts.items() if str(ROOT).encode() + b"/" in text] == []
