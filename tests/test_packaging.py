"""The wheel and the sdist carry the program and its style sheets, and nothing beside it."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHEETS = {path.name for path in (ROOT / "styles").glob("*.tcss")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built through it."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def list_wheel(built: Path) -> list[str]:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_the_wheel_installs_one_top_level_package(built: Path) -> None:
    tops = {name.split("/")[0] for name in list_wheel(built)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tui"}


def test_the_wheel_carries_every_style_sheet(built: Path) -> None:
    names = list_wheel(built)
    assert {Path(name).name for name in names if name.startswith("tui/styles/")} == SHEETS
    assert "base.tcss" in SHEETS


def test_the_wheel_installs_both_commands(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
        text = wheel.read(name).decode()
    assert "redirectory = tui.__main__:main" in text
    assert "ap-client = tui.cli.ap_client:main" in text


def test_the_wheel_tells_type_checkers_that_it_is_typed(built: Path) -> None:
    assert "tui/py.typed" in list_wheel(built)


def test_the_sdist_carries_the_sheets_and_the_tests(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {"/".join(Path(name).parts[1:]) for name in sdist.getnames()}
    assert {f"styles/{sheet}" for sheet in SHEETS} <= names
    assert {"README.md", "LICENSE", "tests/test_packaging.py"} <= names


def test_the_installed_wheel_finds_its_sheets_from_another_folder(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import tui; from tui.settings.paths import styles_dir\n"
        "print(tui.__file__); print(styles_dir() / 'base.tcss')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=elsewhere, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert all(line.startswith(str(tmp_path / "site")) for line in done.stdout.splitlines())
