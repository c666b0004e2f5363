"""Rooms only look down: the static contracts, and what a running interpreter really loads."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = (
    "tui.classes",
    "tui.patterns",
    "tui.errors",
    "tui.model",
    "tui.intake",
    "tui.settings",
    "tui.wire",
    "tui.server",
    "tui.services",
    "tui.cli",
)


def find_modules(room: str) -> list[str]:
    folder = ROOT / room.replace(".", "/")
    if not folder.is_dir():
        return [room]
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(folder.rglob("*.py"))
    ]


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_a_headless_room_never_loads_textual(room: str) -> None:
    code = f"""
import importlib, sys
for name in {find_modules(room)!r}:
    importlib.import_module(name)
    assert "textual" not in sys.modules, name
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys; before = set(sys.modules); import tui; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "['tui']"
