"""Every way a link can fail: a clear text, no traceback, no secret, the documented exit code."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell, serve

URL = "http://prov.example.net/xml/%MACD.xml"
REGISTER = ("register", "7C2F80111111-AAAA", "--url", URL, "--provider", "P", "--json")


def sign_in(shell: Shell, url: str, password: str = "demo") -> None:
    shell.environ |= {"REDIRECTORY_SERVER": url, "REDIRECTORY_USER": "demo", "REDIRECTORY_PASSWORD": password}


def test_a_wrong_password_is_exit_code_3_and_never_shown(shell: Shell) -> None:
    with serve() as url:
        sign_in(shell, url, password="falsch-4711")
        for words in (("list",), ("info", "7C2F80820EC0"), REGISTER):
            run = shell.run(*words)
            assert run.code == 3
            assert "falsch-4711" not in run.out + run.err


def test_nobody_at_the_address_is_exit_code_3(shell: Shell) -> None:
    with serve() as url:
        pass
    sign_in(shell, url)
    run = shell.run("info", "7C2F80820EC0")
    assert (run.code, run.out) == (3, "")
    assert "Traceback" not in run.err


def test_info_without_a_link_points_to_the_list_that_was_kept(shell: Shell) -> None:
    with serve("--sample", "200") as url:
        sign_in(shell, url)
        assert shell.run("list").code == 0
    run = shell.run("info", "7C2F80820EC0-55DF")
    assert (run.code, run.out) == (3, "")
    assert "redirectory list --offline --search 7C2F80820EC0" in run.err
    assert shell.run("list", "--offline", "--search", "7C2F80820EC0").code == 0


@pytest.mark.parametrize(
    "switch",
    [
        "page=login",
        "status=500",
        "status=502",
        "body=truncated",
        "body=bomb",
        "body=binary",
        "body=empty",
        "login=html",
    ],
)
def test_an_answer_that_is_no_answer_is_exit_code_3_for_a_question(shell: Shell, switch: str) -> None:
    with serve("--set", switch) as url:
        sign_in(shell, url, password="wrong" if switch == "login=html" else "demo")
        run = shell.run("info", "7C2F80820EC0")
    assert (run.code, run.out) == (3, "")
    assert "Traceback" not in run.err
    assert "<html" not in run.err.lower()


LOST = (
    "--set",
    "cut=after@registerDevice",
    "--set",
    "cut=before@checkDevice",
    "--set",
    "cut=none@checkDevice,next:1",
)


def test_an_answer_that_was_lost_is_asked_for_and_settled_at_once(shell: Shell) -> None:
    with serve("--set", "cut=after@registerDevice") as url:
        sign_in(shell, url)
        run = shell.run(*REGISTER)
        # Stored, but the answer had the MAC password: that it is lost is not a good end.
        assert (run.code, run.rows[0]["outcome"]) == (1, "stored")


def test_a_change_whose_outcome_cannot_be_asked_is_unknown_with_exit_code_4(shell: Shell) -> None:
    with serve(*LOST) as url:
        sign_in(shell, url)
        run = shell.run(*REGISTER)
        assert (run.code, run.rows[0]["outcome"]) == (4, "unknown")


def test_resolve_asks_the_server_and_settles_what_is_unknown(shell: Shell, tmp_path: Path) -> None:
    store = str(tmp_path / "sandbox.db")
    with serve("--db", store, *LOST) as url:
        sign_in(shell, url)
        assert shell.run(*REGISTER).code == 4
        port = url.rpartition(":")[2]
    with serve("--db", store, port=port) as url:
        sign_in(shell, url)
        run = shell.run("resolve", "--json")
        assert (run.code, run.rows[0]["mac"], run.rows[0]["outcome"]) == (0, "7C2F80111111", "stored")
        assert shell.run("resolve").out == ""


def test_a_record_that_cannot_be_written_stops_the_change_before_it_is_sent(shell: Shell) -> None:
    with serve("--sample", "20") as url:
        sign_in(shell, url)
        shell.home.mkdir(parents=True, exist_ok=True)
        journal = next(
            row["path"] for row in shell.run("paths", "--json").rows if row["what"] == "journal and vault"
        )
        Path(journal).parent.mkdir(parents=True, exist_ok=True)
        Path(journal).write_bytes(b"this is no database" * 100)
        run = shell.run(*REGISTER)
        assert (run.code, run.out) == (2, "")
        assert "journal" in run.err.lower()
        Path(journal).unlink()
        assert shell.run("info", "7C2F80111111").code == 1


def test_a_broken_config_is_named_with_its_line_and_stops_nothing(at: Shell) -> None:
    config = Path(next(row["path"] for row in at.run("paths", "--json").rows if row["what"] == "settings"))
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[link]\nchunkk = 10\nconnections = 'four'\n")
    run = at.run("info", "7C2F80820EC0", "--json")
    assert (run.code, len(run.rows)) == (0, 1)
    assert "chunkk" in run.err
    assert "2" in run.err
    assert config.read_text().startswith("[link]\nchunkk")


def test_a_closed_pipe_ends_quietly(at: Shell) -> None:
    import subprocess
    import sys

    command = f"{sys.executable} -m tui list --json | head -1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=at.make_environ({}), timeout=60
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_secrets_never_reach_the_process_list_or_private_files_of_others(at: Shell) -> None:
    import stat

    at.run("register", "7C2F80208295-1910", "--url", URL, "--provider", "P")
    for path in at.home.rglob("*"):
        mode = stat.S_IMODE(Path(path).stat().st_mode)
        assert mode & 0o077 == 0, path
