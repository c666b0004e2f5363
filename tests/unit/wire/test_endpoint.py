"""Server addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.wire.endpoint import is_plain_http_to_stranger, parse_server


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("prov.gigaset.net", "https://prov.gigaset.net/apxml/rpc.do"),
        (" PROV.Gigaset.net ", "https://prov.gigaset.net/apxml/rpc.do"),
        ("prov.gigaset.net:8443", "https://prov.gigaset.net:8443/apxml/rpc.do"),
        ("https://prov.gigaset.net", "https://prov.gigaset.net/apxml/rpc.do"),
        ("https://prov.gigaset.net/", "https://prov.gigaset.net/apxml/rpc.do"),
        ("http://127.0.0.1:8642", "http://127.0.0.1:8642/apxml/rpc.do"),
        ("http://host/other/rpc", "http://host/other/rpc"),
        ("host/other/rpc", "https://host/other/rpc"),
        ("[::1]:8642", "https://[::1]:8642/apxml/rpc.do"),
        ("localhost", "https://localhost/apxml/rpc.do"),
    ],
)
def test_an_address_is_completed(text: str, url: str) -> None:
    assert parse_server(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "ftp://host",
        "file:///etc/passwd",
        "https://",
        "http:///path",
        "host:port",
        "host:0",
        "host:99999",
        "a b",
        "-host",
        "host..net",
        "https://host?x=1",
        "https://host/#x",
        "hö.de",
        "ho\x1bst",
        "[::g]",
        "host\\path",
        "https:host",
    ],
)
def test_what_is_no_server_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_server(text)


@pytest.mark.parametrize("text", ["https://me:hunter2@host/", "me:hunter2@host", "https://me@host"])
def test_credentials_in_the_address_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_server(text)
    assert "hunter2" not in caught.value.describe()


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_usage_error(text: str) -> None:
    try:
        url = parse_server(text)
    except UsageError:
        return
    assert parse_server(url) == url


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://prov.gigaset.net/apxml/rpc.do", True),
        ("http://10.0.0.1/", True),
        ("http://127.0.0.1.example.com/", True),
        ("https://prov.gigaset.net/apxml/rpc.do", False),
        ("http://127.0.0.1:8642/", False),
        ("http://127.9.9.9/", False),
        ("http://[::1]:8642/", False),
        ("http://localhost:8642/", False),
    ],
)
def test_plain_http_to_another_machine_is_told(url: str, warned: bool) -> None:
    assert is_plain_http_to_stranger(url) is warned
