"""Every method of the table, through our client and the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tui.model.secrets import Secret
from tui.server.sandbox import Sandbox
from tui.wire.client import RedirectClient
from tui.wire.xmlrpc import methods
from tui.wire.xmlrpc.answers import Answer, CheckedDevice

URL = "http://provider.com/xml/%MACD.xml"
FIRST, SECOND = "7C2F80820EC0-55DF", "7C2F80208295-1910"
Contract = Callable[[RedirectClient], None]
CONTRACTS: dict[str, list[Contract]] = {}


def contract_of(method: str) -> Callable[[Contract], Contract]:
    def note(test: Contract) -> Contract:
        CONTRACTS.setdefault(method, []).append(test)
        return test

    return note


def refusal(answer: object) -> tuple[str, str | None]:
    assert isinstance(answer, Answer)
    assert not answer.ok
    assert len(answer.lines) == 1
    return answer.lines[0].code, answer.lines[0].echo


def listed(client: RedirectClient, *providers: str) -> list[tuple[str, str, str, str]]:
    return [row for batch in client.list_devices(*providers) for row in batch]


@pytest.mark.parametrize("method", methods.METHODS)
def test_every_method_has_a_contract(method: str) -> None:
    assert CONTRACTS.get(method)


@contract_of(methods.REGISTER)
def test_a_registration_answers_the_password_that_starts_with_the_suffix(client: RedirectClient) -> None:
    answer = client.register_device(FIRST, URL, "Daryna")
    assert answer.ok
    assert [line.password for line in answer.lines] == [Secret("55DF75196006")]


@contract_of(methods.REGISTER)
def test_a_second_registration_is_refused_even_for_ones_own_record(client: RedirectClient) -> None:
    client.register_device(FIRST, URL, "Daryna")
    assert refusal(client.register_device(FIRST, "http://other", "Other")) == (
        "mac_already_in_use",
        FIRST[:12],
    )
    assert listed(client) == [(FIRST[:12], "Daryna", URL, "2026-11-23 09:30")]


@contract_of(methods.REGISTER_LIST)
def test_a_list_registration_answers_the_passwords_in_request_order(client: RedirectClient) -> None:
    answer = client.register_device_list([SECOND, FIRST], URL, "Daryna")
    assert answer.ok
    assert [line.password for line in answer.lines] == [Secret("191001882432"), Secret("55DF75196006")]


@contract_of(methods.REGISTER_LIST)
def test_a_failed_list_registration_has_one_line_and_stores_nothing(client: RedirectClient) -> None:
    answer = client.register_device_list([FIRST, "123456789123--1910", SECOND], URL, "Daryna")
    assert refusal(answer) == ("mac_invalid", "123456789123--1910")
    assert listed(client) == []


@contract_of(methods.REGISTER_LIST)
def test_a_device_named_twice_in_one_list_is_in_use_the_second_time(client: RedirectClient) -> None:
    assert refusal(client.register_device_list([FIRST, FIRST], URL, "Daryna"))[0] == "mac_already_in_use"


@contract_of(methods.REGISTER_LIST)
def test_an_empty_list_is_done_and_has_no_lines(client: RedirectClient) -> None:
    assert client.register_device_list([], URL, "Daryna") == Answer(True, ())


@contract_of(methods.DEREGISTER)
def test_a_deregistration_answers_ok_and_removes_the_record(client: RedirectClient) -> None:
    client.register_device(FIRST, URL, "Daryna")
    answer = client.deregister_device(FIRST)
    assert answer.ok
    assert [line.code for line in answer.lines] == ["ok"]
    assert listed(client) == []


@contract_of(methods.DEREGISTER)
def test_a_bare_mac_deregisters_too(client: RedirectClient) -> None:
    client.register_device(FIRST, URL, "Daryna")
    assert client.deregister_device(FIRST[:12]).ok


@contract_of(methods.DEREGISTER_LIST)
def test_a_list_deregistration_answers_one_ok_per_device(client: RedirectClient) -> None:
    client.register_device_list([FIRST, SECOND], URL, "Daryna")
    answer = client.deregister_device_list([FIRST, SECOND])
    assert [line.code for line in answer.lines] == ["ok", "ok"]
    assert listed(client) == []


@contract_of(methods.DEREGISTER_LIST)
def test_a_failed_list_deregistration_removes_nothing(client: RedirectClient) -> None:
    client.register_device(FIRST, URL, "Daryna")
    assert refusal(client.deregister_device_list([FIRST, SECOND])) == ("mac_not_found", SECOND[:12])
    assert len(listed(client)) == 1


@contract_of(methods.LIST)
def test_a_list_has_rows_of_mac_provider_url_and_date(client: RedirectClient) -> None:
    assert listed(client) == []
    client.register_device_list([FIRST, SECOND], URL, "Müller & <Söhne>")
    rows = [(mac, "Müller & <Söhne>", URL, "2026-11-23 09:30") for mac in (FIRST[:12], SECOND[:12])]
    assert listed(client) == rows


@contract_of(methods.LIST)
def test_a_list_can_be_narrowed_to_providers(client: RedirectClient) -> None:
    client.register_device(FIRST, URL, "One")
    client.register_device(SECOND, URL, "Two")
    assert [row[0] for row in listed(client, "Two")] == [SECOND[:12]]
    assert sorted(row[0] for row in listed(client, "One", "Two")) == [SECOND[:12], FIRST[:12]]
    assert listed(client, "two") == []


@contract_of(methods.CHECK)
def test_a_check_answers_the_bare_mac_provider_date_and_url(client: RedirectClient) -> None:
    client.register_device(FIRST, URL, "Daryna")
    assert client.check_device(FIRST) == CheckedDevice(FIRST[:12], "Daryna", URL, "2026-11-23 09:30")


@contract_of(methods.CHECK)
def test_a_check_of_a_device_without_a_record_finds_nothing(client: RedirectClient) -> None:
    assert refusal(client.check_device(FIRST)) == ("mac_not_found", FIRST[:12])


def test_lower_case_identifiers_mean_the_same_device(client: RedirectClient) -> None:
    assert client.register_device(FIRST.lower(), URL, "Daryna").ok
    assert isinstance(client.check_device(FIRST), CheckedDevice)


@pytest.mark.parametrize(
    ("mac_id", "url", "provider", "expected"),
    [
        ("123456789123--1910", URL, "P", ("mac_invalid", "123456789123--1910")),
        ("7C-2F-80-82-0E-C0", URL, "P", ("mac_invalid", "7C-2F-80-82-0E-C0")),
        ("７C2F80820EC0", URL, "P", ("mac_invalid", "７C2F80820EC0")),
        ("", URL, "P", ("mac_invalid", None)),
        ("7C2F80820EC0-0000", URL, "P", ("mac_invalid", "7C2F80820EC0")),
        (FIRST, "not a url", "P", ("url_invalid", "not a url")),
        (FIRST, "gopher://a:b@c/%MACD", "P", ("url_invalid", "gopher://a:b@c/%MACD")),
        (FIRST, URL, " ", ("name_invalid", None)),
    ],
)
def test_error_codes_of_a_registration_echo_what_was_wrong(
    client: RedirectClient, mac_id: str, url: str, provider: str, expected: tuple[str, str | None]
) -> None:
    assert refusal(client.register_device(mac_id, url, provider)) == expected


def test_mac_not_exist_is_for_macs_outside_the_catalogue(
    make_sandbox: Callable[..., Sandbox], client_of: Callable[..., RedirectClient]
) -> None:
    client = client_of(make_sandbox("factory=strict"))
    assert refusal(client.register_device("AABBCCDDEEFF-1234", URL, "P")) == ("mac_not_exist", "AABBCCDDEEFF")
    assert client.register_device(FIRST, URL, "P").ok


def test_another_account_neither_sees_nor_removes_nor_overwrites_a_record(
    sandbox: Sandbox, client: RedirectClient, client_of: Callable[..., RedirectClient]
) -> None:
    client.register_device(FIRST, URL, "Daryna")
    rival = client_of(sandbox, "rival", "secret")
    assert listed(rival) == []
    assert refusal(rival.check_device(FIRST))[0] == "mac_not_found"
    assert refusal(rival.deregister_device(FIRST))[0] == "mac_not_found"
    assert refusal(rival.register_device(FIRST, URL, "Mine"))[0] == "mac_already_in_use"
    assert isinstance(client.check_device(FIRST), CheckedDevice)


def test_a_suffix_is_learned_by_registering_and_holds_from_then_on(client: RedirectClient) -> None:
    assert refusal(client.check_device("AABBCCDDEEFF-9999"))[0] == "mac_not_found"
    first = client.register_device("AABBCCDDEEFF-1234", URL, "P")
    assert refusal(client.deregister_device("AABBCCDDEEFF-9999")) == ("mac_invalid", "AABBCCDDEEFF")
    assert client.deregister_device("AABBCCDDEEFF").ok
    again = client.register_device("AABBCCDDEEFF", URL, "P")
    assert first.lines[0].password == again.lines[0].password
    assert first.lines[0].password is not None
    assert first.lines[0].password.reveal().startswith("1234")
    assert len(first.lines[0].password.reveal()) == 12
