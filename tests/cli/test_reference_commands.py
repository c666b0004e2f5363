"""Commands that need no account."""

from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Shell
from tui import __version__


def test_version_is_data_on_stdout(shell: Shell) -> None:
    run = shell.run("--version")
    assert (run.code, run.out.strip()) == (0, f"redirectory {__version__}")


def test_help_lists_every_command(shell: Shell) -> None:
    from tui.cli.grammar.commands import COMMANDS

    run = shell.run("--help")
    assert run.code == 0
    assert all(f"  {name} " in run.out for name in COMMANDS)


@pytest.mark.parametrize(
    "words", [("info", "--help"), ("sandbox", "serve", "--help"), ("accounts", "add", "--help")]
)
def test_every_command_explains_itself(shell: Shell, words: tuple[str, ...]) -> None:
    run = shell.run(*words)
    assert run.code == 0
    assert run.out.startswith("usage: redirectory")


def test_a_misspelt_command_gets_a_suggestion_and_exit_code_2(shell: Shell) -> None:
    run = shell.run("regster", "7C2F80820EC0")
    assert (run.code, run.out) == (2, "")
    assert "'register'" in run.err


def test_expand_prints_the_url_that_the_phone_will_request(shell: Shell) -> None:
    run = shell.run("expand", "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml", "7C2F80820EC0-55DF")
    assert (run.code, run.out) == (0, "http://172.29.0.103/plainxml/42/2/xml/7C2F80820EC0.xml\n")


def test_expand_takes_another_device_id(shell: Shell) -> None:
    run = shell.run("expand", "http://h.example/%DVID/%MACC?x=%%20", "7c:2f:80:82:0e:c0", "--dvid", "42/3")
    assert run.out == "http://h.example/42/3/7C:2F:80:82:0E:C0?x=%20\n"


def test_expand_tells_a_percent_encoded_specifier_on_stderr(shell: Shell) -> None:
    run = shell.run("expand", "http://h.example/%25MACD.xml", "7C2F80820EC0")
    assert run.code == 0
    assert "%MACD" in run.err
    assert "%25MACD" in run.err


def test_expand_refuses_an_empty_template(shell: Shell) -> None:
    run = shell.run("expand", "", "7C2F80820EC0")
    assert (run.code, run.out) == (2, "")


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("register", "autoprov.registerDevice"),
        ("register-list", "autoprov.registerDeviceList"),
        ("deregister", "autoprov.deregisterDevice"),
        ("deregister-list", "autoprov.deregisterDeviceList"),
        ("list", "autoprov.listDevices"),
        ("list-provider", "autoprov.listDevices"),
        ("check", "autoprov.checkDevice"),
    ],
)
def test_a_template_is_a_valid_call_of_its_method(shell: Shell, name: str, method: str) -> None:
    run = shell.run("template", name)
    assert run.code == 0
    assert ElementTree.fromstring(run.out).findtext("methodName") == method


def test_an_unknown_template_is_refused_with_the_names(shell: Shell) -> None:
    run = shell.run("template", "registerr")
    assert run.code == 2
    assert "register-list" in run.err


def test_dx800_patch_prints_the_seven_settings_of_the_vendor_page(shell: Shell) -> None:
    run = shell.run("dx800-patch")
    lines = run.out.splitlines()
    assert (run.code, len(lines)) == (0, 7)
    assert lines[0] == "BS_IP_Data1.ucB_HAS_PROVISIONING_CODE=1"
    assert lines[-1] == "BS_IP_Data1.aucS_AUTOPROVISIONING_CODE=0x34,0x34,0x34"


def test_paths_keeps_everything_under_the_given_home(shell: Shell) -> None:
    run = shell.run("paths", "--json")
    files = {row["what"]: row["path"] for row in run.rows}
    assert run.code == 0
    assert all(path.startswith(str(shell.home)) for what, path in files.items() if what != "style sheets")
    assert {"settings", "presets", "journal and vault"} <= set(files)


def test_switches_are_listed_with_values_and_default(shell: Shell) -> None:
    run = shell.run("sandbox", "switches", "--json")
    rows = {row["switch"]: row for row in run.rows}
    assert {"factory", "delay", "cut", "bulk", "echo"} <= set(rows)
    assert rows["factory"]["default"] == "learn"


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_their_options(shell: Shell, shell_name: str) -> None:
    run = shell.run("completion", shell_name)
    assert run.code == 0
    assert "deregister" in run.out
    assert "provider" in run.out


def test_bash_completes_a_command_and_a_sub_command(shell: Shell, tmp_path) -> None:  # type: ignore[no-untyped-def]
    import subprocess

    script = tmp_path / "completion.bash"
    script.write_text(shell.run("completion", "bash").out)
    probe = (
        f"source {script}; "
        "COMP_WORDS=(redirectory dereg); COMP_CWORD=1; _redirectory; echo ${COMPREPLY[@]}; "
        "COMP_WORDS=(redirectory sandbox se); COMP_CWORD=2; _redirectory; echo ${COMPREPLY[@]}; "
        "COMP_WORDS=(redirectory list --pro); COMP_CWORD=2; _redirectory; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(["bash", "-c", probe], capture_output=True, text=True, timeout=30)
    assert done.stdout.split("\n")[:3] == ["deregister", "serve", "--provider"]


def test_a_look_up_loads_little_that_a_script_does_not(at: Shell) -> None:
    import subprocess
    import sys

    mac = at.run("list", "--limit", "1", "--csv").out.splitlines()[1].split(",")[0]
    code = (
        "import sys; from tui.__main__ import main; main(['info', sys.argv[1]]); "
        "heavy = {'dataclasses', 'encodings.idna', 'httpx', 'inspect', 'textual', 'typing'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, mac]
    done = subprocess.run(command, env=at.make_environ({}), capture_output=True, text=True, timeout=60)
    assert mac in done.stdout
    assert done.stdout.endswith("[]\n"), done.stdout


def test_the_command_line_never_loads_textual(shell: Shell) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from tui.__main__ import main; "
        "main(['expand', 'http://h.example/%MACD.xml', '7C2F80820EC0']); "
        "sys.exit('textual' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=shell.make_environ({}), timeout=60, capture_output=True
    )
    assert done.returncode == 0
