"""What bar code scanners add to an identifier: AIM prefixes, control characters, labels, double bursts."""

from __future__ import annotations

from tui.classes import define
from tui.intake.recognition.finding import cut, find_devices
from tui.intake.recognition.header import is_identifier
from tui.intake.recognition.layouts import mend_layout
from tui.model.text.inert import name_character
from tui.patterns import pattern

_LONGEST = 64 * 1024

_AIM = pattern(r"\][A-Za-z][0-9A-Za-z]")
_CONTROL = pattern(r"[\x00-\x1f\x7f-\x9f\ufeff]")
_FRAMED = pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|^\s*\][A-Za-z][0-9A-Za-z]")


@define(frozen=True, slots=True)
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
    out as well, and named. Several codes in one burst come apart; the same one again counts once. A code
    that is no identifier, such as an article number, is left out beside one that is, and named.
    """
    notes: list[str] = []
    controls = sorted(set(_CONTROL.findall(raw.strip("\r\n\t "))))
    if controls:
        notes.append(f"Taken out: {', '.join(name_character(char) for char in controls)}.")
    parts = [part for part in (_strip_code(part, notes) for part in _CONTROL.split(raw)) if part]
    found = [_find(part) for part in parts]
    joined = "".join(parts)
    if len(parts) > 1 and (is_identifier(joined) or not any(devices for devices, _ in found)):
        return Scan(_find(joined)[0] or (joined,), tuple(notes))
    codes: list[str] = []
    for part, (devices, others) in zip(parts, found, strict=True):
        if devices:
            codes += devices
            if others:
                notes.append(f"Not used: {others}")
        elif len(parts) > 1:
            notes.append(f"Not used: {cut(part)}")
        else:
            codes.append(part)
    texts = tuple(dict.fromkeys(codes))
    if len(texts) < len(codes):
        notes.append("The same code was scanned more than once in one burst; it counts once.")
    return Scan(texts, tuple(dict.fromkeys(notes)))


def is_framed(text: str) -> bool:
    """Whether the text holds what only a scanner sends: a control character, or an AIM prefix in front."""
    return _FRAMED.search(text) is not None


@define
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
    meant, layout = mend_layout(code)
    if layout:
        notes.append(f"The scanner types for a {layout} keyboard: read as {meant}.")
    return meant


def _find(part: str) -> tuple[tuple[str, ...], str]:
    """The identifiers in one code, and the words beside them."""
    if is_identifier(part):
        return (part,), ""
    if len(part) > _LONGEST:
        return (), ""
    seen = find_devices(part)
    return (seen.devices, seen.others) if seen.devices and not seen.broken else ((), "")
