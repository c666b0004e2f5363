"""The vendor page's chapter on the script: its five command lines work, and the password is not printed."""

import pytest

from tests.cli.conftest import Run, Shell, serve


@pytest.fixture
def host(shell: Shell):  # type: ignore[no-untyped-def]
    with serve("--user", "gigaset") as url:
        yield url


def call(shell: Shell, *words: str) -> Run:
    run = shell.run(*words, module="tui.cli.ap_client")
    assert "demo" not in run.out + run.err
    return run


def test_registration_of_the_single_device(shell: Shell, host: str) -> None:
    run = call(
        shell, "-b", "gigaset", "demo", host, "autoprov.registerDevice",
        "s:7C2F800DA979-2EE3", "s:http://registration-test.pl", "s:Daryna",
    )  # fmt: skip
    assert run.code == 0
    assert run.out == (
        "autoprov.registerDevice('7C2F800DA979-2EE3', 'http://registration-test.pl', 'Daryna')"
        f"@{host}/apxml/rpc.do returned: [True, 'OK:2EE3EECC82C4']\n"
    )
    assert "user=gigaset" in run.err


def test_check_status(shell: Shell, host: str) -> None:
    call(
        shell,
        "gigaset",
        "demo",
        host,
        "autoprov.registerDevice",
        "s:7C2F800DA979-2EE3",
        "s:http://registration-test.pl",
        "s:Daryna",
    )
    run = call(shell, "gigaset", "demo", host, "autoprov.listDevices", "s:Daryna")
    assert run.code == 0
    assert "returned: [['7C2F800DA979', 'Daryna', 'http://registration-test.pl', '" in run.out


def test_device_deregistration(shell: Shell, host: str) -> None:
    call(
        shell,
        "gigaset",
        "demo",
        host,
        "autoprov.registerDevice",
        "s:7C2F800DA979-2EE3",
        "s:http://registration-test.pl",
        "s:Daryna",
    )
    run = call(shell, "gigaset", "demo", host, "autoprov.deregisterDevice", "s:7C2F800DA979-2EE3")
    assert (run.code, run.out.partition(" returned: ")[2]) == (0, "[True, 'OK']\n")


def test_registration_and_deregistration_of_the_list_of_devices(shell: Shell, host: str) -> None:
    run = call(
        shell, "gigaset", "demo", host, "autoprov.registerDeviceList",
        "sl:7C2F80820ECE-FEB3,7C2F800DA979-2EE3", "s:http://registration-list.pl", "s:Daryna",
    )  # fmt: skip
    assert (run.code, run.out.partition(" returned: ")[2]) == (
        0,
        "[True, 'OK:FEB33F6876E5', 'OK:2EE3EECC82C4']\n",
    )
    run = call(
        shell,
        "gigaset",
        "demo",
        host,
        "autoprov.deregisterDeviceList",
        "sl:7C2F80820ECE-FEB3,7C2F800DA979-2EE3",
    )
    assert (run.code, run.out.partition(" returned: ")[2]) == (0, "[True, 'OK', 'OK']\n")


def test_the_misprints_of_the_page_are_understood_and_said(shell: Shell, host: str) -> None:
    run = call(
        shell, "gigaset", "demo", host, "autoprov.registerDeviceList",
        "s1:7C2F80820ECE-FEB3", "s:http://registration-list.pl,", "s:Daryna",
    )  # fmt: skip
    assert run.code == 0
    assert "'http://registration-list.pl'" in run.out
    assert run.err.count("warning") >= 2


def test_a_refusal_is_exit_code_1(shell: Shell, host: str) -> None:
    run = call(shell, "gigaset", "demo", host, "autoprov.checkDevice", "s:123456789123--1910")
    assert (run.code, run.out.partition(" returned: ")[2]) == (
        1,
        "[False, 'mac_invalid:123456789123--1910']\n",
    )


def test_a_wrong_password_is_exit_code_3_and_not_shown(shell: Shell, host: str) -> None:
    run = shell.run("gigaset", "falsch-4711", host, "autoprov.listDevices", module="tui.cli.ap_client")
    assert (run.code, run.out) == (3, "")
    assert "falsch-4711" not in run.err


def test_user_and_password_may_stand_in_one_word_as_the_picture_of_the_page_allows(
    shell: Shell, host: str
) -> None:
    run = call(shell, "-b", "gigaset:demo", host, "autoprov.listDevices", "s:Daryna")
    assert (run.code, run.out.partition(" returned: ")[2]) == (0, "[]\n")
    assert "process list" in run.err


def test_the_password_can_stay_out_of_the_process_list(shell: Shell, host: str) -> None:
    run = shell.run(
        "gigaset",
        "-",
        host,
        "autoprov.listDevices",
        module="tui.cli.ap_client",
        environ={"REDIRECTORY_PASSWORD": "demo"},
    )
    assert run.code == 0


@pytest.mark.parametrize(
    "words", [(), ("gigaset",), ("gigaset", "demo", "HOST", "autoprov.checkDevice", "7C2F80820EC0")]
)
def test_a_wrong_command_line_is_exit_code_2(shell: Shell, host: str, words: tuple[str, ...]) -> None:
    run = shell.run(*(host if word == "HOST" else word for word in words), module="tui.cli.ap_client")
    assert run.code == 2


def test_what_the_script_changes_is_in_the_journal_too(shell: Shell, host: str) -> None:
    call(
        shell,
        "gigaset",
        "demo",
        host,
        "autoprov.registerDevice",
        "s:7C2F800DA979-2EE3",
        "s:http://registration-test.pl",
        "s:Daryna",
    )
    rows = shell.run("history", "--json").rows
    assert [(row["mac"], row["outcome"]) for row in rows] == [("7C2F800DA979", "stored")]


def test_a_port_of_this_machine_needs_no_scheme(shell: Shell, host: str) -> None:
    run = call(shell, "-b", "gigaset", "demo", host.removeprefix("http://"), "autoprov.listDevices")
    assert (run.code, run.out.partition(" returned: ")[2]) == (0, "[]\n")


def test_an_option_that_the_script_does_not_have_is_exit_code_2(shell: Shell, host: str) -> None:
    run = call(shell, "-x", "gigaset", "demo", host, "autoprov.listDevices")
    assert (run.code, run.out) == (2, "")
    assert "-x" in run.err


def test_a_masked_url_is_not_sent(shell: Shell, host: str) -> None:
    run = call(
        shell, "gigaset", "demo", host, "autoprov.registerDevice",
        "s:7C2F800DA979-2EE3", "s:http://········@h/%MACD.xml", "s:Daryna",
    )  # fmt: skip
    assert (run.code, run.out) == (2, "")
