"""The wheel and the sdist carry the program and its style sheets, and nothing beside it."""

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHEETS = {path.name for path in (ROOT / "styles").glob("*.tcss")}


def list_wheel(released: Path) -> list[str]:
    with zipfile.ZipFile(next(released.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_the_wheel_installs_one_top_level_package(released: Path) -> None:
    tops = {name.split("/")[0] for name in list_wheel(released)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tui"}


def test_the_wheel_carries_every_style_sheet(released: Path) -> None:
    names = list_wheel(released)
    assert {Path(name).name for name in names if name.startswith("tui/styles/")} == SHEETS
    assert "base.tcss" in SHEETS


def test_the_wheel_installs_both_commands(released: Path) -> None:
    with zipfile.ZipFile(next(released.glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
        text = wheel.read(name).decode()
    assert "redirectory = tui.__main__:main" in text
    assert "ap-client = tui.cli.ap_client:main" in text


def test_the_wheel_tells_type_checkers_that_it_is_typed(released: Path) -> None:
    assert "tui/py.typed" in list_wheel(released)


def test_the_sdist_carries_the_sheets_and_the_tests(released: Path) -> None:
    with tarfile.open(next(released.glob("*.tar.gz"))) as sdist:
        names = {"/".join(Path(name).parts[1:]) for name in sdist.getnames()}
    assert {f"styles/{sheet}" for sheet in SHEETS} <= names
    assert {"README.md", "SECURITY.md", "LICENSE", "tests/release/test_packaging.py"} <= names


def test_the_installed_wheel_finds_its_sheets_from_another_folder(released: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(released.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import tui; from tui.settings.files.paths import styles_dir\n"
        "print(tui.__file__); print(styles_dir() / 'base.tcss')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=elsewhere, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert all(line.startswith(str(tmp_path / "site")) for line in done.stdout.splitlines())


def test_the_wheel_installs_with_its_commands_and_its_byte_code(released: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, timeout=60)
    wheel = next(released.glob("*.whl"))
    command = ["pip", "--python", str(home / "bin" / "python"), "install", "-q", "--no-index", "--no-deps"]
    done = subprocess.run(
        [sys.executable, "-m", *command, str(wheel)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    site = next(home.glob("lib/python*/site-packages"))
    sources = {path.stem for path in (site / "tui" / "cli").glob("*.py")}
    assert {path.name.split(".")[0] for path in (site / "tui" / "cli" / "__pycache__").iterdir()} == sources
    (site / "needs.pth").write_text(sysconfig.get_path("purelib"))  # what pip would bring from an index
    for name in ("redirectory", "ap-client"):
        told = subprocess.run([home / "bin" / name, "--help"], capture_output=True, text=True, timeout=60)
        assert (told.returncode, told.stderr) == (0, ""), name
