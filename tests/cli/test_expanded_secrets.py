"""`expand` shows a URL that may hold credentials: masked, unless they were asked for."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize("secret", ["user:pa/ss@", "user:pa ss@", "u:p?#@"])
def test_expand_masks_credentials_until_they_are_asked_for(shell: Shell, secret: str) -> None:
    words = ("expand", f"http://{secret}h.example/%MACD.xml?token=geheim", "7C2F80820EC0")
    run = shell.run(*words)
    assert (run.code, run.out) == (0, "http://········@h.example/7C2F80820EC0.xml?token=········\n")
    assert "geheim" not in run.err
    assert "'token' looks like a secret" in run.err
    assert shell.run(*words, "--show-secrets").out == (
        f"http://{secret}h.example/7C2F80820EC0.xml?token=geheim\n"
    )
