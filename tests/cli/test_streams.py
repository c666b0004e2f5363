"""Standard streams that are closed or full, readers that leave, and words that are not whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT, SECONDS, Shell

URL = "http://prov.example.net/%MACD.xml"


def run(shell: Shell, line: str, environ: dict[str, str] | None = None) -> tuple[int, str, str]:
    """A line of the shell in which `R` is `redirectory` and `A` is `ap-client`."""
    functions = (
        f'R() {{ {sys.executable} -m tui "$@"; }}; A() {{ {sys.executable} -m tui.cli.ap_client "$@"; }}; '
    )
    done = subprocess.run(
        ["bash", "-c", functions + line],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=ROOT,
        env=shell.make_environ(environ or {}),
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
@pytest.mark.parametrize("command", [f"R expand {URL} 7C2F80820EC0", "R --help", "R --version", "R list -h"])
def test_output_that_cannot_be_written_is_one_sentence_and_an_exit_code_of_its_own(
    shell: Shell, command: str, where: str
) -> None:
    code, _, err = run(shell, f"{command} {where}")
    assert code == 6
    assert err.count("The output could not be written") == 1
    assert "journal" in err
    assert "defect" not in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err


@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_a_change_whose_output_cannot_be_written_is_made_and_in_the_journal(
    office: Shell, where: str
) -> None:
    line = f"R register 7C2F80820EC1 --url '{URL}' --provider Acme {where}"
    code, _, err = run(office, line)
    assert code == 6, err
    assert "journal" in err
    code, out, _ = run(office, "R history --json")
    assert code == 0
    assert "7C2F80820EC1" in out
    assert '"stored"' in out


def test_a_reader_that_leaves_is_no_error(shell: Shell) -> None:
    code, _, err = run(shell, "set -o pipefail; R completion bash | head -n 1 >/dev/null")
    assert code == 0
    assert err == ""


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full"])
def test_without_standard_error_the_exit_code_still_says_it(shell: Shell, closed: str) -> None:
    assert run(shell, f"R expand nonsense --url {URL} {closed}")[0] == 2
    assert run(shell, f"R expand {URL} 7C2F80820EC0 {closed}")[0] == 0


def test_a_closed_standard_input_is_an_empty_one(office: Shell) -> None:
    code, _, err = run(office, f"R import - --url '{URL}' --provider Acme <&-")
    assert code in (1, 2)
    assert "defect" not in err
    assert "Traceback" not in err
    code, _, err = run(office, "R deregister 7C2F80820EC0 <&-")
    assert code in (1, 2)
    assert "defect" not in err


def test_a_closed_stream_does_not_become_the_journal(office: Shell) -> None:
    code, _, _ = run(office, f"R register 7C2F80820EC2 --url '{URL}' --provider Acme <&- >&- 2>&-")
    assert code == 6
    code, out, err = run(office, "R history --json")
    assert (code, err) == (0, "")
    assert "7C2F80820EC2" in out


@pytest.mark.parametrize("words", ["list --js", "deregister 7C2F80820EC0 --y", "--dem", "accounts list --js"])
def test_an_option_is_written_in_full(shell: Shell, words: str) -> None:
    code, _, err = run(shell, f"R {words}")
    assert code == 2
    assert "unrecognized" in err.lower()


def test_ap_client_writes_its_help_or_says_that_it_cannot(shell: Shell) -> None:
    assert run(shell, "A --help >/dev/full")[0] == 6


@pytest.mark.parametrize("streams", ["</dev/null", ">/dev/null", "<&-", ">&-", "<&- >&-"])
def test_the_app_says_in_one_sentence_that_it_needs_a_terminal(shell: Shell, streams: str) -> None:
    code, _, err = run(shell, f"R --demo {streams}")
    assert code == 2
    assert err.startswith("redirectory: the application needs a terminal")
    assert err.count("\n") == 1


def test_signs_of_a_terminal_without_utf_8_have_stand_ins_of_the_same_width() -> None:
    from tui.cli.terminal.layout import measure
    from tui.model.text.signs import find_charset, translation

    ascii_only = translation({"LANG": "C"})
    assert ascii_only is not None
    for text in ("✓ ✗ … → ⏎ ☑ ☐ ─ │ ● ○ ◌ ⟳", "Müller", "漢字", "e\u0301", "📁"):
        shown = ascii_only(text)
        assert shown.isascii()
        assert measure(shown) == measure(text)
    assert ascii_only("Müller") == "Muller"
    latin = translation({"LC_ALL": "de_DE.ISO-8859-1"})
    assert latin is not None
    assert latin("Müller …") == "Müller ~"
    assert translation({"LANG": "C.UTF-8"}) is None
    assert translation({}) is None
    console = translation({"LANG": "C.UTF-8", "TERM": "linux"})
    assert console is not None
    assert console("─ ✓ Жук") == "─ + Жук"
    assert find_charset({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, coerced=True) == "ascii"
    assert find_charset({"LC_CTYPE": "C.UTF-8", "LANG": "C"}) == "utf-8"
    assert find_charset({"LANG": "de_DE@euro"}) == "iso8859-15"
