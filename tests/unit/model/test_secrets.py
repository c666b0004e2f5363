"""Secrets do not print themselves."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secrets import MASK, Secret, has_credentials, mask_credentials


def test_a_secret_shows_only_its_mask():
    secret = Secret("55DF75196006")
    assert "55DF" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "55DF75196006"


def test_a_secret_is_not_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(Secret("x"))


def test_credentials_in_a_url_are_masked_and_the_rest_is_kept():
    assert mask_credentials("http://u:p@h/%MACD.xml") == f"http://{MASK}@h/%MACD.xml"
    assert mask_credentials("http://h/a@b") == "http://h/a@b"


@given(st.text(alphabet="abc:@%", min_size=8, max_size=20))
def test_no_password_survives_masking(password):
    url = f"https://user:{password}@host/x"
    assert has_credentials(url)
    assert mask_credentials(url) == f"https://{MASK}@host/x"
