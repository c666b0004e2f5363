"""Everything that is handed out of one version, made in a folder: the same bytes whenever it is made.

Run: python -m tests.release FOLDER
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from datetime import UTC, datetime
from importlib.metadata import Distribution, distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from shiv import builder
from shiv.bootstrap.environment import Environment
from shiv.constants import BUILD_AT_TIMESTAMP_FORMAT

from tests.release.agreement import ROOT, read_version
from tui.cli.grammar.manual import write_page

EXTRAS = ("xlsx", "age")
"""What the archive has beside the program's own needs. `keyring` needs services of a desktop."""
_UNPACKED = "~/.cache/redirectory/archive"
# Runs before all else in the archive. What it unpacks may be changed by its owner alone, whatever the umask.
_PREFACE = """import os, sys
if sys.version_info < (3, 11):
    sys.exit("Redirectory needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
os.umask(0o077)
"""


def make_release(folder: Path) -> list[Path]:
    """Wheel, sdist, archive, SBOM, manual pages and their checksums in `folder`, which is made anew.

    Raises CalledProcessError with the tool that failed, and AssertionError where version, changelog and
    classifier contradict each other.
    """
    number = read_version()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["SOURCE_DATE_EPOCH"] = find_epoch()
    _run("build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    wheel = next(folder.glob("*.whl"))
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        gather_site(site, wheel)
        write_archive(site, folder / f"redirectory-{number}-{name_platform()}.pyz")
        write_sbom(site, number, folder / f"redirectory-{number}.cdx.json")
    for page in ("redirectory", "ap-client"):
        (folder / f"{page}.1").write_text(write_page(page), encoding="utf-8")
    made = sorted(folder.iterdir())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return sorted(folder.iterdir())


def find_epoch() -> str:
    """Seconds since 1970 of the last commit, or SOURCE_DATE_EPOCH where there is no repository."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return os.environ["SOURCE_DATE_EPOCH"]
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def name_platform() -> str:
    """The Python and the system that the archive is for: it holds compiled modules."""
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{sysconfig.get_platform().replace('-', '_')}"


def gather_site(site: Path, wheel: Path) -> None:
    """Put the wheel and all that it needs, as the lock has installed it here, into a folder."""
    needed: dict[str, Distribution] = {}
    _need(Requirement(f"redirectory[{','.join(EXTRAS)}]"), needed)
    del needed["redirectory"]
    for found in needed.values():
        for file in found.files or ():
            source = Path(str(found.locate_file(file)))
            if ".." in file.parts or source.suffix == ".pyc" or file.name in ("direct_url.json", "RECORD"):
                continue
            target = site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.unpack_archive(wheel, site, "zip")
    for path in site.rglob("*"):  # the archive keeps modes, which are those of an umask
        path.chmod(0o755 if path.is_dir() else 0o644)


def _need(wanted: Requirement, needed: dict[str, Distribution]) -> None:
    """Add a requirement and what it needs, by its name. Extras are those that it names."""
    found = distribution(wanted.name)
    if found.name in needed and not wanted.extras:
        return
    needed[found.name] = found
    for line in found.requires or ():
        further = Requirement(line)
        extras = ("", *wanted.extras)
        if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in extras):
            _need(further, needed)


def write_archive(site: Path, target: Path) -> None:
    """One executable file that starts the program with Python alone."""
    made = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    environment = Environment(
        entry_point="tui.__main__:main",
        built_at=made.strftime(BUILD_AT_TIMESTAMP_FORMAT),
        root=_UNPACKED,
        reproducible=True,
        shiv_version=version("shiv"),
    )
    template = builder.MAIN_TEMPLATE
    builder.MAIN_TEMPLATE = _PREFACE + template
    try:
        builder.create_archive([site], target, "/usr/bin/env python3", "_bootstrap:bootstrap", environment)
    finally:
        builder.MAIN_TEMPLATE = template


def write_sbom(site: Path, number: str, target: Path) -> None:
    """A CycloneDX list of what the archive holds: versions, licences, and who needs whom."""
    with tempfile.TemporaryDirectory() as name:
        # The tool asks an interpreter for its packages: this one has those of the archive, and no others.
        python = Path(name) / "python"
        python.write_text(f'#!/bin/sh\nPYTHONPATH="{site}" exec "{sys.executable}" -S "$@"\n')
        python.chmod(0o755)
        _run(
            *("cyclonedx_py", "environment", str(python), "--pyproject", str(ROOT / "pyproject.toml")),
            *("--output-reproducible", "-o", str(target)),
        )
    listed = json.loads(target.read_text(encoding="utf-8"))
    listed["metadata"]["component"]["version"] = number  # which the tool does not know: it is dynamic
    target.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")


def _run(module: str, *words: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()


if __name__ == "__main__":
    for path in make_release(Path(sys.argv[1])):
        print(f"{path.stat().st_size:>12,}  {path}")
    print(f"\nTag it:  git tag -a v{read_version()} -m 'Redirectory {read_version()}'")
