"""What bar code scanners add to an identifier: AIM prefixes, control characters, labels, double bursts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.model.text import name_character

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff]")
_LABEL = re.compile(r"(?:mac[ _-]?id|mac(?:[ _-]?address)?|id|s/?n)\s*[:=#]\s*", re.IGNORECASE)
_BURST = re.compile(r"(?:[0-9A-Fa-f]{12}-[0-9A-Fa-f]{4}){2,}")
_ONE = re.compile(r"[0-9A-Fa-f]{12}-[0-9A-Fa-f]{4}")


@dataclass(frozen=True, slots=True)
class Scan:
    """The identifiers' texts in a scan, each once, and what was taken away, in words."""

    texts: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The first text, empty if the scan held nothing."""
        return self.texts[0] if self.texts else ""


def clean_scan(raw: str) -> Scan:
    """Take away what a scanner adds around an identifier, and say so; what remains is left for
    parse_identifier.

    Control characters at either end and between whole codes separate; one in the middle of a code is taken
    out as well, and named. Several codes in one burst come apart; the same one again counts once.
    """
    notes: list[str] = []
    controls = sorted(set(_CONTROL.findall(raw.strip("\r\n\t "))))
    if controls:
        notes.append(f"Taken out: {', '.join(name_character(char) for char in controls)}.")
    parts = [part for part in (_strip_code(part, notes) for part in _CONTROL.split(raw)) if part]
    if len(parts) > 1 and not all(_looks_whole(part) for part in parts):
        parts = ["".join(parts)]
    codes: list[str] = []
    for part in parts:
        codes += _ONE.findall(part) if _BURST.fullmatch(part) else [part]
    texts = tuple(dict.fromkeys(codes))
    if len(texts) < len(codes):
        notes.append("The same code was scanned more than once in one burst; it counts once.")
    return Scan(texts, tuple(notes))


def has_control(text: str) -> bool:
    """Whether the text holds a control character other than those that end or part lines of text."""
    return _CONTROL.search(text) is not None


@dataclass
class ScanMemory:
    """Knows a scan that repeats within `seconds`, as a trigger held too long gives. Times are from any one
    clock.
    """

    seconds: float = 2.0
    last: str = ""
    when: float = float("-inf")

    def is_repeat(self, mac: str, now: float) -> bool:
        """Whether the same MAC was seen less than `seconds` ago; remembers this one."""
        repeated = mac == self.last and now - self.when < self.seconds
        self.last, self.when = mac, now
        return repeated


def _strip_code(part: str, notes: list[str]) -> str:
    code = part.strip()
    aim = _AIM.match(code)
    if aim:
        notes.append(f"Taken off: the scanner's AIM prefix {aim[0]}.")
        code = code[aim.end() :].strip()
    label = _LABEL.match(code)
    if label:
        code = code[label.end() :].strip()
    return code


def _looks_whole(part: str) -> bool:
    return sum(char in "0123456789abcdefABCDEF" for char in part) >= 12
