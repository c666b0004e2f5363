"""HTTP digest credentials (RFC 7616) as a phone would send them, for a request target that is sent
verbatim."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from tui.model.secrets import Secret
from tui.patterns import pattern

_TOKEN = pattern(r'"((?:[^"\\]++|\\.)*+)(?:"|\\?\Z)|([^\s,="]+)|([,=])|\s+', re.DOTALL)
_ESCAPED = pattern(r"\\(.)", re.DOTALL)
_SCHEMES = frozenset({"digest", "basic", "bearer", "negotiate", "ntlm"})
_LONGEST_HEADER = 16 * 1024  # characters; what is behind them is not read
_MOST_HEADERS = 16
_HASHES: dict[str, Callable[[bytes], Any]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
}


def read_challenges(headers: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
    """Scheme (lower case) and fields of every challenge in WWW-Authenticate headers, one or several in
    each. Headers are bytes read as Latin-1."""
    found: list[tuple[str, dict[str, str]]] = []
    for header in islice(headers, _MOST_HEADERS):
        fields: dict[str, str] = {}
        name, word, valued, fresh, opened = "", "", False, True, False
        for match in _TOKEN.finditer(header[:_LONGEST_HEADER]):
            quoted, token, sign = match[1], match[2], match[3]
            if sign == "=" and word and not valued:
                name, valued = word.lower(), True
                if opened:  # no scheme but a field that is called like one
                    found.pop()
                    fields = found[-1][1] if found else {}
            elif sign:
                valued = valued and sign == "="  # base64 ends in = signs
                word, fresh = "", sign == ","
            elif valued and (quoted is not None or token is not None):
                fields.setdefault(name, token if quoted is None else _ESCAPED.sub(r"\1", quoted))
                word, valued, fresh, opened = "", False, False, False
            elif token is not None:
                opened = fresh and token.lower() in _SCHEMES
                if opened:
                    fields = {}
                    found.append((token.lower(), fields))
                word, fresh = token, False
    return found


def pick_digest(challenges: Iterable[tuple[str, dict[str, str]]]) -> dict[str, str] | None:
    """The first digest challenge that can be answered here: MD5 or SHA-256, qop auth or none."""
    for scheme, fields in challenges:
        qops = [qop.strip() for qop in fields.get("qop", "auth").split(",")]
        algorithm = fields.get("algorithm", "MD5").upper().removesuffix("-SESS")
        if scheme == "digest" and "nonce" in fields and algorithm in _HASHES and "auth" in qops:
            return fields
    return None


def answer_digest(
    challenge: Mapping[str, str], user: str, password: Secret, target: str, *, cnonce: str | None = None
) -> str:
    """The Authorization header of a GET of `target` for a challenge that `pick_digest` gave; Latin-1 stands
    for its bytes."""
    algorithm = challenge.get("algorithm", "MD5")
    digest = _HASHES[algorithm.upper().removesuffix("-SESS")]

    def h(text: str) -> str:
        return str(digest(_bytes(text)).hexdigest())

    # The challenge stands byte for byte in Latin-1; what is ours goes in as UTF-8 (RFC 7616).
    user = user.encode("utf-8", "replace").decode("latin-1")

    realm, nonce = challenge.get("realm", ""), challenge["nonce"]
    cnonce = cnonce or secrets.token_hex(8)
    word = password.reveal().encode("utf-8", "replace").decode("latin-1")
    secret = h(f"{user}:{realm}:{word}")
    if algorithm.upper().endswith("-SESS"):
        secret = h(f"{secret}:{nonce}:{cnonce}")
    asked = h(f"GET:{target}")
    fields = {"username": user, "realm": realm, "nonce": nonce, "uri": target}
    if "qop" in challenge:
        fields["response"] = h(f"{secret}:{nonce}:00000001:{cnonce}:auth:{asked}")
    else:
        fields["response"] = h(f"{secret}:{nonce}:{asked}")
    if "qop" in challenge or algorithm.upper().endswith("-SESS"):
        fields["cnonce"] = cnonce
    if "opaque" in challenge:
        fields["opaque"] = challenge["opaque"]
    quoted = [f'{name}="{_escape(value)}"' for name, value in fields.items()]
    if "algorithm" in challenge:
        quoted.append(f"algorithm={algorithm}")
    if "qop" in challenge:
        quoted += ["qop=auth", "nc=00000001"]
    return "Digest " + ", ".join(quoted)


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
