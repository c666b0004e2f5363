"""Secrets do not print themselves."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secrets import MASK, Secret, has_credentials, mask_credentials
from tui.model.text.masking import find_secret_parameters


def test_a_secret_shows_only_its_mask() -> None:
    secret = Secret("55DF75196006")
    assert "55DF" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "55DF75196006"


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("x"))


def test_credentials_in_a_url_are_masked_and_the_rest_is_kept() -> None:
    assert mask_credentials("http://u:p@h/%MACD.xml") == f"http://{MASK}@h/%MACD.xml"
    assert mask_credentials("http://h/a@b") == "http://h/a@b"


@given(st.text(alphabet="abc:@%", min_size=8, max_size=20))
def test_no_password_survives_masking(password: str) -> None:
    url = f"https://user:{password}@host/x"
    assert has_credentials(url)
    assert mask_credentials(url) == f"https://{MASK}@host/x"


@pytest.mark.parametrize(
    "secret", ["pa/ss", "pa?ss", "pa#ss", "pa@ss", "pa:ss", "pa ss", "p//a?s#s@ :w", "a://b"]
)
@pytest.mark.parametrize("before", ["", "  ", "Acme → ", "from  Daryna → http://old.example/x to "])
def test_a_password_with_characters_that_end_a_host_is_masked(before: str, secret: str) -> None:
    shown = mask_credentials(f"{before}http://user:{secret}@prov.example.net/%MACD.xml")
    assert shown == f"{before}http://{MASK}@prov.example.net/%MACD.xml"


@given(
    st.text(alphabet="aZ09/?#@: %.-", min_size=1, max_size=30), st.sampled_from(["", " \t", "Acme → ", "x; "])
)
def test_no_password_of_any_characters_survives_masking(password: str, before: str) -> None:
    text = f"{before}https://user:{password}@host.example/x"
    assert mask_credentials(text) == f"{before}https://{MASK}@host.example/x"


@given(st.text(), st.sampled_from(["https://", "http://a:b@", "?token=", "", " "]))
def test_a_mask_is_final(text: str, middle: str) -> None:
    once = mask_credentials(text + middle + text)
    assert mask_credentials(once) == once


@pytest.mark.parametrize(
    "name",
    [
        *("password", "PASSWORD", "Pass", "pwd", "token", "access_token", "key", "apikey", "API-Key", "pin"),
        *("secret", "client_secret", "auth", "sig", "p%61ssword", "%70%69%6E", "pass%2577ord"),
        *("user[password]", "PIN2"),
    ],
)
@pytest.mark.parametrize("sign", ["?", "?mac=%MACD&", ";", "#", "?x=1;", "%3F", "?next=%2Fa%26"])
def test_a_secret_parameter_is_masked_wherever_it_stands(sign: str, name: str) -> None:
    url = f"https://h.example/%MACD.xml{sign}{name}=geheim"
    assert has_credentials(url)
    assert mask_credentials(url) == f"https://h.example/%MACD.xml{sign}{name}={MASK}"
    assert [found for found, _ in find_secret_parameters(url)] == [name]
    assert "geheim" not in mask_credentials(f"1 refused: {url} was not stored")


def test_what_follows_a_secret_parameter_is_kept_if_it_is_a_parameter_of_its_own() -> None:
    assert mask_credentials("http://h/?pin=1&mac=%MACD#top") == f"http://h/?pin={MASK}&mac=%MACD#top"
    assert mask_credentials("http://h/?key=a&b;c d&x=%DVID") == f"http://h/?key={MASK}&x=%DVID"
    assert mask_credentials("See http://h/?key=ab, then x") == f"See http://h/?key={MASK} then x"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://172.29.0.103/plainxml/%DVID/xml/%MACD.xml",
            "http://h/?mac=%MACD&model=%DVID",
            "http://[::1]:80/x",
        ),
        *(
            "a of b: demo@127.0.0.1:8642",
            "Daryna → http://h/x for demo@sandbox",
            "x = 1; y = 2",
            "7C:2F:80:82:0E:C0",
        ),
    ],
)
def test_what_holds_no_secret_is_kept(text: str) -> None:
    assert mask_credentials(text) == text


def test_credentials_without_a_scheme_are_masked() -> None:
    assert mask_credentials("user:geheim@prov.example.net/%MACD.xml") == f"{MASK}@prov.example.net/%MACD.xml"
    assert mask_credentials("url_invalid://u:geheim@h") == f"url_invalid://{MASK}@h"
