"""URLs in any text with their credentials hidden: user and password before the host, secrets in the query, in
path parameters and in the fragment.

A provisioning URL is a template that people type: its password may hold / ? # @ : or a blank although a URL
cannot. So these rules hide too much rather than too little. All of them take time in proportion to the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.patterns import pattern

MASK = "········"
_MARK = "://"
_LONGEST_SCHEME = 32  # characters; a longer word before :// is cut, the URL behind it is masked all the same
_SCHEME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-")
# Where a second URL can begin in the same text; any other :// belongs to the URL that it stands in.
_BEFORE_A_URL = frozenset(" \t\r\n\"'<>()[]{}|,→")
_LINE = pattern(r"[\r\n]")
_BLANK = pattern(r"\s")
_PATH = pattern(r"[/?#]")
_WORD = pattern(r"[^\s\"'<>(){}\[\]|,]+")
# A delimiter of a URL as it is, or percent-encoded up to three times.
_DELIMITER = pattern(r"[/?&;#]|%(?:25){0,3}(?:26|3[bBfF]|2[3fF])")
_EQUALS = pattern(r"=|%(?:25){0,3}3[dD]")
_TEXT_END = pattern(r"[\s\"'<>]")
_LONGEST_NAME = 200
_PERCENT = pattern(r"%([0-9A-Fa-f]{2})")
_SECRET_PARTS = (
    *("pass", "pwd", "token", "secret", "key", "auth", "credential", "signature", "bearer", "session"),
    *("kennwort", "geheim", "losung", "jwt", "hmac", "otp"),
)
_SECRET_WORDS = frozenset({"pw", "pin", "sig", "sid", "code", "cred", "creds", "pswd", "psw", "crc", "sas"})
_SECRET_ENDS = ("pin", "pw", "code", "sig")


def mask_credentials(text: str) -> str:
    """`text` with the user and password of every URL in it, and the values of secret parameters, replaced by
    a mask; nothing else changes."""
    if "@" in text:
        text = _masked(text, _userinfo_spans(text))
    if "=" in text or "3d" in text or "3D" in text:
        text = _masked(text, (span for *_, span in find_secret_parameters(text)))
    return text


def _masked(text: str, spans: Iterator[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], MASK)
        at = end
    return "".join((*parts, text[at:])) if parts else text


def find_userinfo(url: str) -> tuple[int, int] | None:
    """Where in a URL what stands before its host begins and ends; None if nothing does. A password that holds
    / ? # or a blank counts as long as a colon stands before it."""
    return next(_userinfo_spans(url), None)


def _userinfo_spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in _url_spans(text):
        yield from _bare_spans(text, at, start)
        at = start
        stop = text.rfind("@", start, end)
        if stop < 0:
            continue
        blank = _BLANK.search(text, start, stop)
        path = _PATH.search(text, start, stop)
        if (blank or path) and ":" not in text[start:stop]:
            # No password is in it: only a user that stands right before the host counts.
            edge = min(match.start() for match in (blank, path) if match)
            stop = text.rfind("@", start, edge) if path or "@" in text[start:edge] else stop
        if stop >= 0:
            yield start, stop
            at = stop + 1
    yield from _bare_spans(text, at, len(text))


def _bare_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """user:password@host that is written without a scheme."""
    if text.find("@", start, end) < 0:
        return
    for match in _WORD.finditer(text, start, end):
        word = match[0]
        stop = word.rfind("@")
        if stop > 0 and ":" in word[:stop]:
            slashes = len(word) - len(word.lstrip("/"))
            yield match.start() + slashes, match.start() + stop


def _url_spans(text: str) -> Iterator[tuple[int, int]]:
    """From behind the :// of every URL to where it may end at the latest. A text that begins with a URL is
    taken to be one."""
    mark = text.find(_MARK)
    if mark < 0:
        return
    lead = len(text) - len(text.lstrip())
    if _scheme_start(text, mark) == lead < mark:
        yield mark + len(_MARK), len(text)
        return
    start = -1
    line = 0
    while mark >= 0:
        begin = _scheme_start(text, mark)
        if start >= 0 and line <= mark:
            yield start, line
            start = -1
        if start < 0 or (begin < mark and begin > 0 and text[begin - 1] in _BEFORE_A_URL):
            if start >= 0:
                yield start, begin
            start = mark + len(_MARK)
            if line <= mark:
                ended = _LINE.search(text, mark)
                line = ended.start() if ended else len(text)
        mark = text.find(_MARK, mark + 1)
    yield start, line


def _scheme_start(text: str, mark: int) -> int:
    begin = mark
    while begin > 0 and mark - begin < _LONGEST_SCHEME and text[begin - 1] in _SCHEME_CHARACTERS:
        begin -= 1
    return begin


def find_secret_parameters(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every parameter whose name says that its value is secret: the name as written, and where the value
    begins and ends. The value goes on until another parameter with a harmless name begins: a password may
    hold the delimiter."""
    begun = _scheme_start(text, text.find(_MARK)) if _MARK in text else -1
    whole = begun >= 0 and not text[:begun].strip()
    open_name, open_at = "", -1
    delimiter = _DELIMITER.search(text)
    ended = 0
    while delimiter is not None:
        start = delimiter.end()
        following = _DELIMITER.search(text, start)
        end = following.start() if following else len(text)
        if open_at >= 0 and not whole and (stop := _TEXT_END.search(text, ended, delimiter.start())):
            yield from _value(open_name, open_at, stop.start())
            open_at = -1
        name = _first_name(text, start, end)
        if name is not None and open_at < 0:
            found = _find_secret(text, start, end)
            if found is not None:
                open_name, open_at = found
        elif name is not None and not is_secret_name(name) and _find_secret(text, start, end) is None:
            yield from _value(open_name, open_at, delimiter.start())
            open_at = -1
        ended = max(start, open_at)
        delimiter = following
    if open_at >= 0:
        last = None if whole else _TEXT_END.search(text, ended)
        yield from _value(open_name, open_at, last.start() if last else len(text))


def _value(name: str, start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
    if start < end:
        yield name, (start, end)


def _first_name(text: str, start: int, end: int) -> str | None:
    equals = _EQUALS.search(text, start, min(end, start + _LONGEST_NAME))
    if equals is None or not text[start : equals.start()].strip():
        return None
    return text[start : equals.start()]


def _find_secret(text: str, start: int, end: int) -> tuple[str, int] | None:
    """The first secret name of a part such as a=token=b, and where its value begins."""
    at = start
    for equals in _EQUALS.finditer(text, start, end):
        name = text[max(at, equals.start() - _LONGEST_NAME) : equals.start()]
        if is_secret_name(name):
            at = equals.end()
            while text[at : at + 1] in ("'", '"'):
                at += 1
            return name, at
        at = equals.end()
    return None


def is_secret_name(name: str) -> bool:
    """Whether the name of a parameter says that its value is secret, in any case and percent-encoding."""
    plain = name
    for _ in range(4):
        if "%" not in plain:
            break
        plain = _PERCENT.sub(lambda match: chr(int(match[1], 16)), plain)
    words = "".join(char if char.isalpha() else " " for char in plain.casefold()).split()
    joined = "".join(words)
    return (
        any(part in joined for part in _SECRET_PARTS)
        or joined in _SECRET_WORDS
        or any(word in _SECRET_WORDS for word in words)
        or joined.endswith(_SECRET_ENDS)
    )
