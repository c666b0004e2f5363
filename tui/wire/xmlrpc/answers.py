"""Answers decoded by shape into the nouns of the field (vendor page, both public clients)."""

from __future__ import annotations

from tui.classes import define, field
from tui.errors import IdentifierError, Unreadable
from tui.model.device import DeviceRow
from tui.model.identifiers import parse_identifier
from tui.model.secrets import Secret
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.xmlrpc.values import Value

OK = "ok"
MAC_INVALID = "mac_invalid"
MAC_NOT_EXIST = "mac_not_exist"
MAC_NOT_FOUND = "mac_not_found"
MAC_ALREADY_IN_USE = "mac_already_in_use"
URL_INVALID = "url_invalid"
NAME_INVALID = "name_invalid"
KNOWN_CODES = frozenset(
    {MAC_INVALID, MAC_NOT_EXIST, MAC_NOT_FOUND, MAC_ALREADY_IN_USE, URL_INVALID, NAME_INVALID}
)

DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
PLAIN_MAC = pattern(r"[0-9A-F]{12}")
_FLAGS = {"1": True, "0": False, "true": True, "false": False}
_DEPTH = 8


@define(frozen=True, slots=True)
class Line:
    """One line of an answer. `text` is as answered, made inert, and may hold a password or a URL's
    credentials; `ok` tells an `OK` line; `code` is `ok`, a known code in lower case, or an unknown one
    verbatim; `echo` is what followed the first colon of an error, None if nothing did."""

    text: str = field(repr=False)
    ok: bool
    password: Secret | None
    code: str
    echo: str | None = field(repr=False)


@define(frozen=True, slots=True)
class Answer:
    """The answer to a change, or a refusal: the leading boolean and the lines after it, of any number."""

    ok: bool
    lines: tuple[Line, ...]


@define(frozen=True, slots=True)
class CheckedDevice:
    """The record that checkDevice found; `server_date` is the server's text, empty if it gave none."""

    mac: str
    provider: str
    url: str = field(repr=False)
    server_date: str

    @property
    def row(self) -> DeviceRow:
        """The record in the order of listDevices."""
        return (self.mac, self.provider, self.url, self.server_date)


def _wrong_shape(expected: str) -> Unreadable:
    return Unreadable(
        "The answer has a shape that this method cannot have.",
        f"Expected {expected}.",
        "Check that the server address is that of a redirect server.",
    )


def _flag(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return bool(value) if value in (0, 1) else None
    return _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None


def _text(value: Value, expected: str) -> str:
    if isinstance(value, str):
        return make_inert(value)
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    raise _wrong_shape(expected)


def _flat(items: list[Value], depth: int = 0) -> list[Value]:
    """Items with nested arrays laid flat: the vendor page prints one flat list, Java's Object[] might
    nest."""
    flat: list[Value] = []
    for item in items:
        if isinstance(item, list) and depth < _DEPTH:
            flat.extend(_flat(item, depth + 1))
        else:
            flat.append(item)
    return flat


def decode_line(text: str) -> Line:
    """One line: `OK`, `OK:password`, `code` or `code:echo`, split at the first colon, code compared without
    case."""
    text = make_inert(text)
    head, colon, tail = text.partition(":")
    code, rest = head.strip(), tail.strip()
    if code.upper() == "OK":
        return Line(text, True, Secret(rest) if rest else None, OK, None)
    if code.lower() in KNOWN_CODES:
        code = code.lower()
    return Line(text, False, None, code, rest if colon and rest else None)


def decode_answer(value: Value) -> Answer:
    """The answer of a register or deregister call, or the refusal of any call. Raises Unreadable."""
    expected = "a list of a boolean and lines of text"
    if not isinstance(value, list) or not value:
        raise _wrong_shape(expected)
    ok = _flag(value[0])
    if ok is None:
        raise _wrong_shape(expected)
    return Answer(ok, tuple(decode_line(_text(item, expected)) for item in _flat(value[1:])))


def is_refusal(value: Value) -> bool:
    """Whether `value` is a list that starts with a false boolean: how every method refuses."""
    return (
        isinstance(value, list) and bool(value) and not isinstance(value[0], str) and _flag(value[0]) is False
    )


def looks_like_date(text: str) -> bool:
    """Whether `text` is a date, or a date and time, as the server writes them."""
    return DATE.fullmatch(text.strip()) is not None


def plain_mac(text: str) -> str:
    """12 upper-case hex digits if `text` is a MAC in any spelling, else `text`."""
    if PLAIN_MAC.fullmatch(text):
        return text
    try:
        return parse_identifier(text).mac
    except IdentifierError:
        return text


def decode_check(value: Value) -> CheckedDevice | Answer:
    """The answer of checkDevice: the record, or the refusal as an Answer. Documented order is true, MAC,
    name, date, URL; date and URL are told apart by shape. Raises Unreadable."""
    expected = "a list of true, MAC, provider, date and URL, or of false and an error"
    if not isinstance(value, list) or not value:
        raise _wrong_shape(expected)
    flag = _flag(value[0])
    if flag is False:
        return decode_answer(value)
    fields = [_text(item, expected) for item in _flat(value if flag is None else value[1:])]
    if len(fields) < 2 or (flag is None and not PLAIN_MAC.fullmatch(plain_mac(fields[0]))):
        raise _wrong_shape(expected)
    date, url = (*fields[2:4], "", "")[:2]
    if not looks_like_date(date) and (looks_like_date(url) or "://" in date):
        date, url = url, date
    return CheckedDevice(plain_mac(fields[0]), fields[1], url, date)


def decode_row(value: Value) -> DeviceRow:
    """A listDevices row: documented order is MAC, name, URL, date; URL and date are told apart by shape,
    further columns are left out. Raises Unreadable."""
    expected = "rows of MAC, provider, URL and date"
    if not isinstance(value, list) or len(value) < 4:
        raise _wrong_shape(expected)
    if any(isinstance(item, bool) for item in value[:4]):
        raise _wrong_shape(expected)
    mac, provider, url, date = (_text(item, expected) for item in value[:4])
    if looks_like_date(url) and not looks_like_date(date):
        url, date = date, url
    return (plain_mac(mac), provider, url, date)


_MEANINGS: dict[str, tuple[str, str]] = {
    MAC_INVALID: (
        "Mistyped suffix or unknown device.",
        "Compare MAC and suffix with the label: either the spelling is wrong or the four digits belong to"
        " another device. A bare MAC may need its suffix.",
    ),
    MAC_NOT_EXIST: (
        "The vendor's production database has no such device.",
        "Check the MAC for a typing mistake. A very new phone may be unknown yet: try again later. A P-series"
        " phone belongs to the successor service.",
    ),
    MAC_NOT_FOUND: (
        "No redirect record that this account can see.",
        "Register the device, or sign in with the account that registered it.",
    ),
    MAC_ALREADY_IN_USE: (
        "A redirect record exists already.",
        "It may be yours or another account's: your list tells. To change your own record, retarget it.",
    ),
    URL_INVALID: (
        "The server does not accept the provisioning URL.",
        "Its rule is not published: check scheme, spaces and specifiers such as %MACD, then try again.",
    ),
    NAME_INVALID: (
        "The server does not accept the provider name.",
        "Its rule is not published: try a shorter name of plain letters and digits.",
    ),
    OK: ("Done.", ""),
}


def explain(code: str) -> tuple[str, str]:
    """What a code means and what to do next, as two sentences or more for a person; the second is empty for
    `ok`."""
    known = _MEANINGS.get(code.strip().lower())
    if known is not None:
        return known
    shown = make_inert(code).strip()[:80]
    if not shown:
        return ("The server refused without a reason.", "The account's list shows what is recorded.")
    return (
        f"The server answered {shown!r}, a word that is not documented.",
        "The account's list shows what is recorded; if it stays, ask the vendor with this word.",
    )
