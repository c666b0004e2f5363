"""The version, as the package, the changelog and the classifier have it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tui import __version__

ROOT = Path(__file__).parents[2]
_HEADING = re.compile(r"^## (\d+\.\d+\.\d+\S*) \((\d{4}-\d{2}-\d{2}|not released yet)\)$", re.MULTILINE)


def read_version() -> str:
    """The version. Raises AssertionError where changelog or classifier say something else."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = _HEADING.search(changelog)
    assert newest is not None, "CHANGELOG.md has no heading such as: ## 1.0.0 (2026-11-27)"
    assert newest[1] == __version__, f"CHANGELOG.md is at {newest[1]}, the package at {__version__}"
    assert re.search(r"^## ", changelog, re.MULTILINE).start() == newest.start()  # type: ignore[union-attr]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ripe = re.fullmatch(r"[1-9]\d*\.\d+\.\d+", __version__) is not None
    status = "5 - Production/Stable" if ripe else "4 - Beta"
    told = [word for word in project["classifiers"] if word.startswith("Development Status")]
    assert told == [f"Development Status :: {status}"], (
        f"{__version__} is {status}, the classifier says {told}"
    )
    return __version__
