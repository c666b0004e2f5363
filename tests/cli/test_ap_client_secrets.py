"""Whatever the order of its words, `ap-client` prints its password nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from tui.cli.ap_client import hide_words, main, read_words
from tui.cli.terminal.diagnostics import Diagnostics
from tui.errors import NotReached, UsageError
from tui.server.http.serve import Serving
from tui.server.sandbox import Sandbox

USER, PASSWORD, METHOD = "anna", "geheim-4711", "autoprov.listDevices"
DOTTED = "geheim.4711"
NAME = "prov.gigaset.net"


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A sandbox on this machine that takes USER and PASSWORD."""
    sandbox = Sandbox(accounts={USER: PASSWORD})
    serving = Serving(sandbox, "127.0.0.1", 0)
    thread = threading.Thread(target=serving.run)
    thread.start()
    yield serving.url.removeprefix("http://")
    serving.stop()
    thread.join()
    sandbox.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIRECTORY_HOME", str(tmp_path))


def shapes(host: str) -> Iterator[list[str]]:
    """Every order of every set of words that a person may think right."""
    parts = (
        [USER, PASSWORD, host, METHOD, "s:Daryna"],
        [f"{USER}:{PASSWORD}", host, METHOD, "s:Daryna"],
        ["-b", USER, PASSWORD, host, METHOD],
        ["-b", f"{USER}:{PASSWORD}", host, METHOD, "sl:a,b"],
        [f"http://{USER}:{PASSWORD}@{host}/apxml/rpc.do", METHOD, "s:Daryna"],
        [f"http://{USER}:{PASSWORD}@{host}", USER, PASSWORD, METHOD],
        [f"-b{USER}:{PASSWORD}", host, METHOD],
        [f"--password={PASSWORD}", USER, host, METHOD],
        [USER, f"s:{PASSWORD}", host],
        [USER, PASSWORD, METHOD],
        [PASSWORD],
    )
    for words in parts:
        yield from map(list, permutations(words))


def test_in_no_order_of_its_words_is_the_password_printed(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = 0
    for words in shapes(host):
        code = main(words)
        out, err = capsys.readouterr()
        assert PASSWORD not in out + err, [word.replace(PASSWORD, "PASS") for word in words]
        assert (code == 0) == bool(out)
        done += code == 0
    # USER PASS HOST METHOD s:, -b in front of it, and USER:PASS in one word: one order each.
    assert done == 4


def refusal_of(words: list[str]) -> str:
    """What is said about a line that is refused; empty if it is understood."""
    try:
        read_words(words, {}, Diagnostics())
    except UsageError as error:
        return error.describe()
    return ""


def test_in_no_order_of_its_words_does_the_journal_learn_the_password(host: str, tmp_path: Path) -> None:
    change = ["autoprov.registerDevice", "s:7C2F800DA979-2EE3", "s:http://h.example/", "s:P"]
    codes = [main([*words, *change]) for words in permutations([USER, PASSWORD, host])]
    assert codes.count(0) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert USER.encode() in kept
    assert PASSWORD.encode() not in kept


@pytest.mark.parametrize("password", [PASSWORD, DOTTED, f"s:{PASSWORD}", "-x1", "Pass Wort", "ä.ö"])
def test_a_line_that_is_refused_repeats_no_word_of_it(password: str) -> None:
    said = [refusal_of(list(words)) for words in permutations([USER, password, NAME, METHOD, "s:Daryna"])]
    assert not [text for text in said if password in text or USER in text]
    # Only the method can be told for certain by itself: at most the three words before it change places.
    assert said.count("") <= 6


@pytest.mark.parametrize("word", [PASSWORD, DOTTED])
def test_an_error_about_the_server_names_the_places_of_the_words_instead(word: str) -> None:
    read = read_words([USER, "x", f"{word}.example", METHOD], {}, Diagnostics())
    error = hide_words(
        NotReached("Not reached.", f"{word.upper()}.EXAMPLE: no such name for {USER}.", "Look."), read
    )
    assert error.describe() == "Not reached. HOST: no such name for USER. Look."


def test_a_password_that_is_not_set_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([USER, "-", NAME, METHOD], [f"{USER}:", NAME, METHOD], [USER, "", NAME, METHOD]):
        assert main(words) == 2
        assert "no password" in capsys.readouterr().err


def test_bytes_that_are_no_text_end_in_a_sentence(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([USER, "geheim\udcff", host, METHOD]) != 0
    assert "geheim" not in capsys.readouterr().err
