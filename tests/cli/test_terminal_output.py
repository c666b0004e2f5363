"""What a person sees: tables that fit, a line of progress, completion scripts that a shell takes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tui.cli.terminal.layout import lay_out, measure, shorten
from tui.cli.terminal.output import Output
from tui.cli.terminal.progress import Progress

COLUMNS = ("outcome", "mac", "provider", "url", "message")
TITLES = ["Outcome", "MAC", "Provider", "URL", "Message"]
ROW = [
    "refused",
    "7C2F80820EC0",
    "日本語テレコム",
    "http://provisioning.example.net/a/very/long/way/%MACD.xml",
    "In use. " * 20,
]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 60, 80, 120, 400])
def test_a_table_fits_the_terminal_and_keeps_mac_and_outcome(width: int) -> None:
    layout = lay_out(COLUMNS, TITLES, [ROW], width)
    lines = list(layout.lines(ROW))
    assert max(map(measure, lines)) <= width
    assert lines[0].startswith("refused  7C2F80820EC0")


def test_a_message_without_room_goes_under_its_row_whole() -> None:
    lines = list(lay_out(COLUMNS, TITLES, [ROW], 80).lines(ROW))
    assert " ".join(" ".join(lines[1:]).split()) == ROW[4].strip()


def test_a_table_for_a_pipe_is_never_cut() -> None:
    (line,) = lay_out(COLUMNS, TITLES, [ROW], None).lines(ROW)
    assert ROW[3] in line


def test_wide_characters_count_as_two_columns() -> None:
    assert measure("日本") == 4
    assert measure(shorten("日本語テレコム", 8)) <= 8


def test_progress_says_count_rate_and_time_left_and_writes_little() -> None:
    now = [0.0]
    screen = Screen()
    progress = Progress(screen, 1000, clock=lambda: now[0])
    for step in range(1, 1001):
        now[0] = step / 100
        progress.advance()
    drawn = screen.getvalue().split("\r")[1:]
    assert len(drawn) <= 20
    assert drawn[0].startswith("100 of 1,000, 100/s, 0:09 left")
    progress.clear()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_progress_writes_nothing_to_a_file_nor_for_a_short_command() -> None:
    now = [0.0]
    for stream, seconds in ((io.StringIO(), 60.0), (Screen(), 0.5)):
        progress = Progress(stream, 10, clock=lambda: now[0])
        now[0] += seconds
        progress.advance()
        progress.clear()
        assert stream.getvalue() == ""


def test_csv_and_json_survive_a_stream_that_cannot_say_everything() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    Output(stream=stream).write_line("東京")
    stream.flush()
    assert raw.getvalue() == b"\\u6771\\u4eac\n"


def test_bash_completes_commands_options_and_choices(shell: Shell, tmp_path: Path) -> None:
    script = tmp_path / "redirectory.bash"
    script.write_text(shell.run("completion", "bash").out)

    def complete(*words: str) -> list[str]:
        given = " ".join(f'"{word}"' for word in ("redirectory", *words))
        text = f". {script}; COMP_WORDS=({given}); COMP_CWORD={len(words)}; _redirectory"
        text += '; printf "%s\\n" "${COMPREPLY[@]}"'
        return subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True).stdout.split()

    assert complete("re") == ["register", "retarget", "resolve"]
    assert "--provider" in complete("list", "--p")
    assert "serve" in complete("sandbox", "")
    assert "htdigest" in complete("secrets", "export", "--format", "h")


@pytest.mark.parametrize("name", [name for name in ("bash", "zsh", "fish") if shutil.which(name)])
def test_a_shell_takes_its_completion_script(shell: Shell, tmp_path: Path, name: str) -> None:
    script = tmp_path / "script"
    script.write_text(shell.run("completion", name).out)
    done = subprocess.run([name, "-n", str(script)], capture_output=True, text=True, env={**os.environ})
    assert (done.returncode, done.stderr) == (0, "")
