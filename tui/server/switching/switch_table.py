"""The table of switches."""

from __future__ import annotations

import re
from collections.abc import Callable

from tui.classes import define
from tui.patterns import pattern

_DURATION = pattern(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s)")
_FAULT = pattern(r"-?\d{1,9}(?::.*)?", re.DOTALL)
_CODE = pattern(r"[A-Za-z][\w-]{0,63}(?::.*)?", re.DOTALL)


@define(frozen=True, slots=True)
class Switch:
    """One switch. `values` shows the words it takes, `open_form` a form beyond them and `check` decides
    about that form; `question` is the open question it stands for, empty for a failure of the link."""

    name: str
    values: tuple[str, ...]
    default: str
    meaning: str
    question: str = ""
    open_form: str = ""
    check: Callable[[str], bool] | None = None

    @property
    def choices(self) -> str:
        """What may stand after the equals sign, for people."""
        return "|".join((*self.values, *([self.open_form] if self.open_form else [])))

    def accepts(self, value: str) -> bool:
        """Whether `value` may be set."""
        return value in self.values or (self.check is not None and self.check(value))


def read_duration(value: str) -> float:
    """Seconds of `200ms`, `1.5s` or `0`."""
    match = _DURATION.fullmatch(value)
    if match is None:
        return 0.0
    return float(match[1]) / (1000 if match[2] == "ms" else 1)


def _is_duration(value: str) -> bool:
    return _DURATION.fullmatch(value) is not None


def _is_status(value: str) -> bool:
    return re.fullmatch(r"[3-5]\d\d", value) is not None


def is_count(value: str) -> bool:
    """Whether `value` is a whole number from 1 to seven digits."""
    return re.fullmatch(r"[1-9]\d{0,6}", value) is not None


def _is_limit(value: str) -> bool:
    return re.fullmatch(r"max:[1-9]\d{0,5}", value) is not None


def _is_fault(value: str) -> bool:
    return _FAULT.fullmatch(value) is not None


def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None


_ALL = (
    Switch(
        "factory",
        ("learn", "strict", "open"),
        "learn",
        "which devices exist: any, with the suffix first registered; only known ones; any, with any suffix",
        "20",
    ),
    Switch(
        "suffix", ("mac_invalid", "mac_not_exist"), "mac_invalid", "the code for a wrong MAC-ID suffix", "9"
    ),
    Switch(
        "bare",
        ("always", "unlabelled", "never"),
        "always",
        "whether a bare MAC is accepted: always, for devices without a known MAC-ID, never",
        "8",
    ),
    Switch(
        "echo",
        ("mac", "as-sent"),
        "mac",
        "what follows an error code: the 12-digit MAC, or what was sent; malformed input always as sent",
        "10",
    ),
    Switch(
        "own", ("in-use", "overwrite"), "in-use", "registering a device that one has registered already", "5"
    ),
    Switch(
        "foreign", ("hidden", "visible"), "hidden", "whether check and list show other accounts' records", "6"
    ),
    Switch(
        "foreign-deregister",
        ("refused", "allowed"),
        "refused",
        "whether another account's record can be deregistered",
        "7",
    ),
    Switch(
        "bulk",
        ("nothing", "good", "until"),
        "nothing",
        "what a failed list call has done: nothing, all good devices, the devices up to the error",
        "1",
    ),
    Switch(
        "bulk-report",
        ("all", "first", "each"),
        "all",
        "what a failed list call answers: all errors, in the order of the vendor's page; the first error; one"
        " line per device",
        "2",
    ),
    Switch("order", ("request", "shuffle"), "request", "the order of the lines a list call answers", "3"),
    Switch(
        "batch", ("any",), "any", "the most devices a list call may hold; a fault above", "4", "N", is_count
    ),
    Switch(
        "date",
        ("registration", "last-request"),
        "registration",
        "what the date means; the last request is empty for a phone that never asked",
        "11",
    ),
    Switch("date-form", ("minutes", "day", "seconds"), "minutes", "how exact the date is", "11"),
    Switch(
        "list-providers",
        ("both", "several", "array"),
        "both",
        "how several providers are given to listDevices: several parameters, one array, either",
        "12",
    ),
    Switch("filter", ("exact", "case-insensitive"), "exact", "how listDevices compares providers", "13"),
    Switch(
        "url",
        ("schemes", "http", "any"),
        "schemes",
        "which URLs pass: http, https, ftp, tftp; http and https; anything but nothing; by length",
        "14",
        "max:N",
        _is_limit,
    ),
    Switch(
        "name",
        ("printable", "ascii", "any"),
        "printable",
        "which providers pass: without control characters; ASCII; anything but nothing; by length",
        "14",
        "max:N",
        _is_limit,
    ),
    Switch(
        "names",
        ("utf-8", "latin-1", "question-marks"),
        "utf-8",
        "non-ASCII text: kept, answered in ISO-8859-1, stored as question marks",
        "25",
    ),
    Switch("login", ("401", "403", "fault", "html"), "401", "the answer to a wrong user or password", "15"),
    Switch(
        "prefix",
        ("fault", "accepted"),
        "fault",
        "methods spelt autoprovider.* as once on the vendor page",
        "16",
    ),
    Switch("strings", ("untyped", "typed"), "untyped", "whether text is sent inside <string>", "17"),
    Switch(
        "password",
        ("constant", "rotated"),
        "constant",
        "whether a new registration gives a new MAC password",
        "19",
    ),
    Switch(
        "writer",
        ("none", "registers", "retargets", "deregisters"),
        "none",
        "what a colleague on the same account does to the named devices just before the call",
        "23",
    ),
    Switch(
        "status",
        ("200",),
        "200",
        "the HTTP status of the answer: 301 and 410 as after a takeover, 502 with HTML, any other",
        "21",
        "3xx-5xx",
        _is_status,
    ),
    Switch("delay", ("0",), "0", "how long the server thinks before it acts", "", "200ms|1.5s", _is_duration),
    Switch("drip", ("0",), "0", "the pause after every 64 bytes of the answer", "", "20ms|1s", _is_duration),
    Switch(
        "cut",
        ("none", "before", "after", "middle"),
        "none",
        "the connection ends: before the change, after it without an answer, after it within the answer",
        "18",
    ),
    Switch(
        "page", ("none", "login"), "none", "an HTML login page with status 200 instead of the answer", "15"
    ),
    Switch(
        "body",
        ("whole", "truncated", "empty", "binary", "bomb", "endless"),
        "whole",
        "what is wrong with the answer's body: cut short, empty, not text, an entity bomb, without end",
    ),
    Switch("length", ("right", "long", "short", "missing"), "right", "what is wrong with Content-Length"),
    Switch(
        "error",
        ("none",),
        "none",
        "an error answer with this code, and echo if given",
        "",
        "CODE[:ECHO]",
        _is_code,
    ),
    Switch(
        "fault",
        ("none",),
        "none",
        "an XML-RPC fault with this number, and text if given",
        "",
        "NUMBER[:TEXT]",
        _is_fault,
    ),
    Switch(
        "applied",
        ("no", "yes"),
        "no",
        "whether a change is made although status, page, error or fault say no",
        "18",
    ),
)

SWITCHES: dict[str, Switch] = {switch.name: switch for switch in _ALL}
