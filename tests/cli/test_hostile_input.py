"""Bad input through the commands: named, nothing sent, nothing obeyed, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, Shell

URL = "http://prov.example.net/xml/%MACD.xml"
FILES = {
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "page.html": b"<!DOCTYPE html><html><body>Login</body></html>",
    "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><methodCall>&b;</methodCall>',
    "cut.xml": b"<methodCall><methodName>autoprov.listDev",
    "empty.xml": b"",
}


def check(run: Run) -> None:
    assert (run.code, run.out) == (2, "")
    assert run.err
    assert "Traceback" not in run.err
    assert "defect" not in run.err
    assert "\x1b" not in run.err


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_call_is_named_for_what_it_is(office: Shell, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    check(office.run("upload", str(path)))


@pytest.mark.parametrize("command", ["upload", "import", "plan"])
def test_two_gigabytes_are_refused_without_being_read(office: Shell, tmp_path: Path, command: str) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    run = office.run(command, str(path))
    check(run)
    assert "2,048 MiB" in run.err


@pytest.mark.parametrize("name", ["none.xml", "."])
def test_a_file_that_cannot_be_read_is_named(office: Shell, tmp_path: Path, name: str) -> None:
    run = office.run("upload", str(tmp_path / name))
    check(run)
    assert str(tmp_path) in run.err


def test_every_bad_identifier_is_named(office: Shell) -> None:
    run = office.run("info", "7C2F80820EC0", "123456789123--1910", "7C2F80820EC", "\x1d7C2F80820EC0")
    check(run)
    for word in ("3 identifiers", "123456789123--1910", "7C2F80820EC", "GS (0x1D)"):
        assert word in run.err


def test_bad_lines_of_stdin_are_named_by_number(office: Shell) -> None:
    run = office.run("deregister", "-", "--yes", text="7C2F80820EC0\n\nnonsense\n")
    check(run)
    assert "stdin line 3" in run.err
    assert office.run("info", "7C2F80820EC0").code == 0


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_typographic_dashes_are_taken(office: Shell, dash: str) -> None:
    run = office.run("info", f"7C2F80820EC0{dash}55DF", "--json")
    assert (run.code, run.rows[0]["mac"]) == (0, "7C2F80820EC0")


@pytest.mark.parametrize(
    "words", [("", "P"), ("  ", "P"), (URL, ""), (URL, "\x1b]0;x\x07"), (URL, "\t"), ("http://h/\x01", "P")]
)
def test_an_empty_or_unsendable_field_sends_nothing(office: Shell, words: tuple[str, str]) -> None:
    check(office.run("register", "7C2F80C00001", "--url", words[0], "--provider", words[1]))
    assert office.run("info", "7C2F80C00001").code == 1


@pytest.mark.parametrize(
    ("template", "remark"),
    [
        ("http://h/%25MACD.xml", "write %MACD"),
        ("http://h/%macd.xml", "wrong case"),
        ("http://h/%MAC.xml", "did you mean %MACD"),
        ("http://h/100%", "%%"),
    ],
)
def test_a_doubtful_specifier_is_remarked_on_and_left_as_it_is(
    shell: Shell, template: str, remark: str
) -> None:
    run = shell.run("expand", template, "7C2F80820EC0")
    assert (run.code, run.out) == (0, f"{template}\n")
    assert remark in run.err


def test_a_mask_in_a_url_is_never_sent(office: Shell) -> None:
    words = ("--url", "http://········@h.example/%MACD.xml", "--provider", "P")
    run = office.run("register", "7C2F80C10001", *words)
    check(run)
    assert "--show-secrets" in run.err


@pytest.mark.parametrize(
    ("mac", "provider"),
    [
        ("7C2F80C20001", "[/]"),
        ("7C2F80C20002", "[bold]x[/bold]"),
        ("7C2F80C20003", "=1+1"),
        ("7C2F80C20004", "a,b"),
        ("7C2F80C20005", '"quoted"'),
    ],
)
def test_markup_in_a_provider_survives_as_it_is(office: Shell, mac: str, provider: str) -> None:
    assert office.run("register", mac, "--url", URL, "--provider", provider).code == 0
    run = office.run("info", mac, "--json")
    assert run.rows[0]["provider"] == provider


def test_options_that_do_not_exist_are_exit_code_2(office: Shell) -> None:
    for words in (("list", "--jsn"), ("lst",), ("accounts", "burn"), ("register",), ("import",)):
        check(office.run(*words))


def test_output_for_a_terminal_without_unicode_is_no_failure(office: Shell) -> None:
    office.run("register", "7C2F80C30001", "--url", URL, "--provider", "Müller & Söhne")
    plain = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    for form in ("--json", "--csv"):
        run = office.run("list", form, environ=plain)
        assert (run.code, run.out.isascii()) == (0, True)
    assert "Müller & Söhne" in {row["provider"] for row in office.run("list", "--json", environ=plain).rows}
