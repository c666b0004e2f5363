"""What the app shows names keys and says sentences: no commands, options or codes for programs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.app.presentation.outcomes import draw_outcome
from tui.app.presentation.upload import OutcomeRow
from tui.app.presentation.wording import say_keys
from tui.cli.grammar.commands import COMMANDS
from tui.model.outcome import Operation, Outcome, Result
from tui.services import messages

ROOT = Path(messages.__file__).parents[1]
# Rooms whose texts reach a screen.
ROOMS = ("services", "intake", "settings", "model", "wire")
COMMAND = re.compile(rf"redirectory (?:{'|'.join(COMMANDS)})\b")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
QUOTED = re.compile(r"`[a-z]+`")
# These answer to the words with which a program was started, before there is a screen.
OF_THE_START = (
    "--account and --server exclude each other.",
    "Unset one of them, or give --account.",
    "Give --user, or set ",
)
# Words of foreign programs that are read, not shown.
FOREIGN = ("intake/command_lines.py", "intake/shell.py")
OUR_CODES = (
    "cut_off",
    "server_failed",
    "unreadable",
    "fault",
    "not_reached",
    "login_refused",
    "journal_failed",
    "not_sendable",
    "not_applied",
    "not_sent",
    "answer_lost",
    "superseded",
    "mac_id_missing",
    "changed_meanwhile",
    "not_listed",
    "duplicate",
    "unfinished",
    "not_written",
)


def find_texts() -> Iterator[tuple[str, str]]:
    """Every text of the rooms with its place, `X` for what is put in; docstrings are none."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            skipped: set[ast.AST] = set()
            for node in ast.walk(tree):
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                    skipped.add(node.value)
                if isinstance(node, ast.JoinedStr):
                    skipped.update(node.values)
            for node in ast.walk(tree):
                place = f"{path.relative_to(ROOT).as_posix()}"
                if node in skipped:
                    continue
                if isinstance(node, ast.JoinedStr):
                    parts = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
                    yield place, "".join(str(part) for part in parts)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield place, node.value


def speaks_of_commands(text: str) -> bool:
    return any(pattern.search(text) for pattern in (COMMAND, OPTION, QUOTED))


def test_no_text_that_can_reach_a_screen_names_a_command_or_an_option() -> None:
    texts = [(place, text) for place, text in find_texts() if place not in FOREIGN]
    assert len(texts) > 3000
    assert sum(speaks_of_commands(text) for _, text in texts) > 5  # the search finds what the services say
    left = [
        (place, text)
        for place, text in texts
        if speaks_of_commands(say_keys(text)) and not text.startswith(OF_THE_START)
    ]
    assert left == []


def test_what_the_journal_keeps_names_no_command() -> None:
    texts = [text for place, text in find_texts() if place == "services/messages.py"]
    assert [text for text in texts if QUOTED.search(text)] == []


@pytest.mark.parametrize("code", OUR_CODES)
@pytest.mark.parametrize("message", ["", "Not known whether it was done. `resolve` asks again."])
def test_a_code_for_programs_is_on_no_row_of_the_screens(code: str, message: str) -> None:
    outcome = Outcome(Operation.REGISTER, Result.UNKNOWN, "7C2F80900061", code=code, message=message)
    shown = [
        draw_outcome(1, outcome).plain,
        "".join(text for text, _ in OutcomeRow(outcome).draw(200, False)),
        OutcomeRow(outcome).tell(False),
    ]
    for text in shown:
        assert code not in text
        assert "`" not in text
        assert "unknown" in text.lower()
