"""locks/ pins what pyproject.toml asks for, with hashes: `make lock` renews it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RENEW = "run: make lock"


class Pin(NamedTuple):
    """One locked package: `direct` if pyproject.toml names it, `hashed` if its files are named by hashes."""

    version: str
    extras: set[str]
    direct: bool
    hashed: bool


def read_lock(name: str) -> dict[str, Pin]:
    text = (ROOT / "locks" / name).read_text("utf-8")
    blocks = re.findall(r"^(\S+)==([^\s;]+)(.*(?:\n[ ].*)*)", text, re.MULTILINE)
    return {
        canonicalize_name(asked.name): Pin(
            version, asked.extras, "pyproject.toml" in rest, "--hash=sha256:" in rest
        )
        for package, version, rest in blocks
        for asked in [Requirement(package)]
    }


def read_needs(package: str) -> list[str]:
    """What a package of the lock asks for; nothing if it is for another system and so not installed here."""
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []


def read_group(name: str) -> list[str]:
    entries = PROJECT["dependency-groups"][name]
    return [
        requirement
        for entry in entries
        for requirement in (read_group(entry["include-group"]) if isinstance(entry, dict) else [entry])
    ]


def read_wanted(group: str) -> dict[str, Requirement]:
    wanted = [Requirement(text) for text in [*PROJECT["project"]["dependencies"], *read_group(group)]]
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


@pytest.mark.parametrize(("lock", "group"), [("run.txt", "build"), ("dev.txt", "dev")])
def test_a_lock_pins_each_requirement_within_its_bounds(lock: str, group: str) -> None:
    pins, wanted = read_lock(lock), read_wanted(group)
    assert {name for name, pin in pins.items() if pin.direct} == set(wanted), RENEW
    assert all(requirement.specifier.contains(pins[name].version) for name, requirement in wanted.items()), (
        RENEW
    )


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_a_lock_names_the_files_of_every_package_by_hashes(lock: str) -> None:
    assert [name for name, pin in read_lock(lock).items() if not pin.hashed] == []


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_a_lock_pins_each_package_with_the_extras_that_another_asks_of_it(lock: str) -> None:
    """pip 23 refuses the whole lock if a package is asked for with an extra, pinned without it, and a newer
    version of it is out."""
    pins, bare = read_lock(lock), []
    for name in pins:
        for text in read_needs(name):
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                pin = pins.get(canonicalize_name(need.name))
                if pin is not None and not need.extras <= pin.extras:
                    bare.append(f"{name} asks for {need.name}[{', '.join(need.extras)}]")
    assert bare == [], RENEW


def test_development_uses_the_versions_that_are_run() -> None:
    run, dev = read_lock("run.txt"), read_lock("dev.txt")
    assert {name: pin.version for name, pin in run.items()} == {name: dev[name].version for name in run}


def test_every_requirement_has_a_lower_and_an_upper_bound() -> None:
    wanted = read_wanted("dev") | read_wanted("lock")
    wanted |= {
        extra: Requirement(text)
        for extra, texts in PROJECT["project"]["optional-dependencies"].items()
        for text in texts
    }
    for requirement in wanted.values():
        assert {part.operator for part in requirement.specifier} == {">=", "<"}, requirement
