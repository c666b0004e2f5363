"""Every setting of config.toml does something: code outside its declaration reads it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.settings.config import Setting, list_settings

ROOT = Path(__file__).parents[3] / "tui"
DECLARED = ROOT / "settings" / "config.py"


def find_reads(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The pairs `section.key` that code reads. A variable or parameter stands for the section put into it:
    `chosen = config.list`, `link: LinkSettings`.
    """
    sections: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            sections |= {name.id: node.value.attr for name in node.targets if isinstance(name, ast.Name)}
        elif isinstance(node, ast.arg) and isinstance(node.annotation, ast.Name):
            sections[node.arg] = node.annotation.id.removesuffix("Settings").lower()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            if isinstance(node.value, ast.Attribute):
                yield node.value.attr, node.attr
            elif isinstance(node.value, ast.Name):
                yield sections.get(node.value.id, ""), node.attr


@pytest.fixture(scope="module")
def read() -> set[tuple[str, str]]:
    sources = [path for path in ROOT.rglob("*.py") if path != DECLARED]
    return {pair for path in sources for pair in find_reads(ast.parse(path.read_text("utf-8")))}


@pytest.mark.parametrize("setting", list_settings(), ids=lambda setting: setting.name)
def test_the_program_reads_the_setting(setting: Setting, read: set[tuple[str, str]]) -> None:
    assert (setting.section, setting.key) in read
