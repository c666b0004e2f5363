"""Devices in free text: a line of a list, a label, a scan, what a switch prints, or one cell of a table.

A line is cut into fields at its labels (`MAC: … PIN: …`); each field is searched for devices, and four hex
digits that a label or their place beside a device names as its suffix join it. What is left is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from tui.classes import define
from tui.intake.recognition.headings import NO_DEVICE, names_mac, names_suffix
from tui.model.addresses import find_vendor
from tui.model.identifiers import doubt_number
from tui.model.spellings import DASHES, INVISIBLE, SHORT, complete, to_shape
from tui.model.text.inert import make_inert, name_character
from tui.patterns import pattern

_H = "[0-9A-Fa-f]"
_D = re.escape(DASHES)
_GROUPED = "|".join(
    rf"{_H}{{{size}}}(?P<s{size}>[:._ \u00a0{_D}])"
    rf"(?:{_H}{{{size}}}(?P=s{size})){{{12 // size - 2}}}{_H}{{{size}}}"
    for size in (2, 3, 4, 6)
)
_SHORT = rf"{_H}{{1,2}}(?::{_H}{{1,2}}){{5}}"
_SUFFIX = rf"(?:[/:_ {_D}]| ?[{_D}/] ?){_H}{{4}}|[-/ _]{_H}{{2}}[-: ]{_H}{{2}}(?!{_H})| ?[(\[]{_H}{{4}}[)\]]"
# A client identifier of DHCP is the hardware type 01 before the MAC.
_DEVICE = pattern(
    rf"(?<![0-9A-Za-z:.%/_{_D}])(?:0x|SEP(?={_H}{{12}}))?"
    rf"(?:0?1[:-](?=(?:{_H}{{1,2}}[:-]){{5}}))?"
    rf"(?P<device>{_H}{{16}}|(?P<mac>{_H}{{12}}|{_GROUPED}|{_SHORT})(?:{_SUFFIX})?)"
    rf"(?:\.(?:xml|cfg|conf|ini|txt|json|bin)\b)?"
    rf"(?![0-9A-Za-z]|[:./_{_D}]+[0-9A-Za-z])"
)
# Most lines hold one device and nothing else.
_ONE = pattern(rf"(?:{_H}{{12}}|{_H}{{2}}(?:[:-]{_H}{{2}}){{5}})(?:-{_H}{{4}})?")
_FOUR = pattern(rf"(?<![0-9A-Za-z:./_{_D}]){_H}{{4}}(?![0-9A-Za-z]|[:./_{_D}]+[0-9A-Za-z])")
_LABEL = pattern(
    r"(?<![\w:./%-])[\"']?([^\W\d_](?:[^\W_]|[ _/.-](?=[^\W_])){0,31}+)"
    r"[\"']?\s{0,4}[:=#]{1,2}\s{0,8}"
)
_WORD_BEFORE = pattern(r"([^\W\d_](?:[^\W\d_]|-){1,11})[ .]{1,3}$")
_DATE = pattern(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[T ].*)?")
_PAIRS = pattern(rf"{_H}+")
_PARTS = pattern(r"[\s{}\[\],;|\"']+")
_URL = pattern(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://\S*")
_QUERY = pattern(r"[?&]([A-Za-z_-]{1,20})=([^&#\s]*)")
# A MAC whose groups lost their zeros, and an EUI-64: no device as they are, if nothing else is on the line.
_UNEVEN = pattern(rf"{_H}{{1,2}}(?:-{_H}{{1,2}}){{5}}|{_H}{{1,2}}(?: {_H}{{1,2}}){{5}}")
_EUI64 = pattern(rf"(?:{_H}{{2}}[-:]){{3}}FF[-:]FE(?:[-:]{_H}{{2}}){{3}}", re.IGNORECASE)
# What stands between the first and the last device of a range.
_RANGE = pattern(
    rf"(?<={_H}{_H})\s{{0,4}}(?:(?<=\s)[{_D}](?=\s)|\.{{2,3}}|…|(?<=\s)(?:bis|to|til|till|until|through|thru|do|al|au|tot|до|až)(?=\s))"
    rf"\s{{0,4}}(?={_H}{_H})",
    re.IGNORECASE,
)
# What may be a MAC that lost digits, if it is all that a line holds.
_NUMBER_ALONE = pattern(r"[0-9]{8,20}")
_ARTICLE = pattern(
    r"[A-Z]\d{4,6}-[A-Z]\d{2,5}(?:-[A-Z]?\d{1,4}){0,3}|[G-Z]\d{4,6}[A-Z]\d{2,5}(?:[A-Z]\d{1,4}){0,3}"
)
# IPv6 addresses, identifiers of DHCP clients and fingerprints, which are longer than any MAC; octal escapes.
_LONG = pattern(rf".*::.*|(?:{_H}{{1,2}}[:-]){{8,}}+{_H}{{1,2}}|(?:{_H}{{1,4}}:){{7}}{_H}{{1,4}}|.*\\\d.*")
_GLUED = pattern(rf"(?:{_H}{{12}}[{_D}]{_H}{{4}}){{2,}}")
_GLUED_ONE = pattern(rf"{_H}{{12}}[{_D}]{_H}{{4}}")
_SHOWN = 60
IS_RANGE = "If a range is meant: only its two ends were read. Write every device."
# What a keyboard may type for the hyphen before a suffix.
_JOINTS = "=?)+*'\\/-_ß"
_LABELS_TAKEN = frozenset(("pin", "crc", "id"))


class Field(NamedTuple):
    """A stretch of a line: its label as written, empty without one, and the text behind it."""

    label: str
    text: str


@define(frozen=True, slots=True)
class Found:
    """What a text holds. `devices` are texts for `parse_identifier`; `doubts` say, by device, why it may be
    no MAC at all; `broken` are words that look like a mistyped one; `others` is what was not used, inert;
    `passed` says why a text without a device is none."""

    devices: tuple[str, ...] = ()
    doubts: dict[str, str] | None = None
    broken: tuple[str, ...] = ()
    url: str = ""
    behind: str = ""
    others: str = ""
    notes: tuple[str, ...] = ()
    passed: str = ""


def find_devices(text: str) -> Found:
    """Everything that a text of one line says about devices."""
    if _is_one(text):
        return Found((text,))
    notes: list[str] = []
    text = drop_invisible(text, notes)
    url, behind, before = _cut_url(text)
    if url and _is_one(bare := before.strip(" \t,;|\"'")):
        return Found((bare,), url=url, behind=behind, notes=tuple(notes))
    fields = list(split_fields(before))
    if url and not _DEVICE.search(before) and (asked := _read_query(url)):
        fields, url, behind = asked, "", behind
    devices: list[str] = []
    others: list[str] = []
    broken: list[str] = []
    loose: list[tuple[str, str]] = []
    for field in fields:
        _search(field, devices, loose, broken, others)
    if len(devices) > 1:
        # An article number beside a device is none; a number that may be a MAC has to be looked at.
        others += [device for device in devices if name_code(device)]
        devices = [device for device in devices if not name_code(device)]
    if len(devices) == 2 and _RANGE.search(before):
        notes.append(IS_RANGE)
    doubts = {device: doubt for device in devices if (doubt := doubt_number(device))}
    if devices and not broken:
        _join(devices, loose, notes)
    others = [word for word in others if not _is_idle(word, devices)]
    others += [value if not label else f"{label} {value}" for label, value in loose]
    if not devices and not broken and (slip := _find_slip(text.strip())):
        broken.append(slip)
        others.clear()
    passed = "" if devices or broken else _name_passed(text, url)
    return Found(
        tuple(devices),
        doubts or None,
        tuple(broken),
        url,
        behind,
        cut(" ".join(others)),
        tuple(notes),
        passed,
    )


def _find_slip(text: str) -> str:
    """What a line without a device holds that may be meant for one; empty if there is nothing of the kind."""
    if _NUMBER_ALONE.fullmatch(text) and not name_code(text):
        return text
    if _UNEVEN.fullmatch(text):
        whole = "".join(group.zfill(2) for group in re.split("[- ]", text)).upper()
        return text if find_vendor(whole) else ""
    if not text.isascii() and len(text) <= 40:
        # Digits of East Asian width are those of a device too.
        plain = unicodedata.normalize("NFKC", text)
        return text if plain.isascii() and _DEVICE.fullmatch(plain) else ""
    found = _EUI64.search(text)
    return found[0] if found else ""


def _is_one(text: str) -> bool:
    """Whether a text is one device and nothing else, so that no search is needed."""
    if _ONE.fullmatch(text):
        return not doubt_number(text)
    if len(text) > 24 or not text.isascii():
        return False
    known = complete(to_shape(text))
    digits = re.sub(r"[^0-9A-Fa-f]", "", text[:12]).upper()
    # What a number may be, and an EUI-64, is for the search to tell.
    return (
        known is not None and known[0] != SHORT and bool(find_vendor(digits)) and "FFFE" not in text.upper()
    )


def cut(words: str, most: int = _SHOWN) -> str:
    """Words of a text as a complaint shows them, at most so many characters."""
    shown = make_inert(" ".join(words.split())).strip(" |;,")
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def drop_invisible(text: str, notes: list[str]) -> str:
    """The text without characters that have no width; a sentence about them is added to the notes."""
    if text.isascii():
        return text
    gone = sorted({char for char in text if char in INVISIBLE})
    if not gone:
        return text
    notes.append(f"Taken out: {', '.join(map(name_character, gone))}.")
    return "".join(char for char in text if char not in INVISIBLE)


def split_fields(text: str) -> Iterator[Field]:
    """The fields of a line: the text before the first label, then each label with the text behind it."""
    label, start = "", 0
    for match in _LABEL.finditer(text):
        name = match[1]
        last = re.split(r"[ _/.-]", name)[-1]
        # Groups of a MAC look like labels: DE:AD:BE:EF:00:01.
        behind = _PAIRS.match(text, match.end())
        if text[match.end() - 1] == ":" and _PAIRS.fullmatch(last) and behind:
            sizes = (len(last), len(behind[0]))
            if sizes[0] == sizes[1] or max(sizes) <= 2:
                continue
        if match.start() > start or label:
            yield Field(label, text[start : match.start()])
        label, start = name, match.end()
    yield Field(label, text[start:])


def _cut_url(text: str) -> tuple[str, str, str]:
    """URL, the text behind it, and the text without both."""
    match = _URL.search(text) if "://" in text else None
    if match is None:
        return "", "", text
    # The URL may hold a comma or semicolon of its own; only white space ends it here.
    url = match[0].rstrip("\"',;|")
    return url, text[match.end() :].strip(" \t,;|\"'"), text[: match.start()]


def _read_query(url: str) -> list[Field]:
    """The fields of a URL's query if one of them is a MAC, as a label's code may hold it."""
    asked = [Field(name, value) for name, value in _QUERY.findall(url[:4096])]
    return asked if any(names_mac(field.label) for field in asked) else []


def _search(
    field: Field, devices: list[str], loose: list[tuple[str, str]], broken: list[str], others: list[str]
) -> None:
    """Sort what one field holds into devices, loose groups of four digits, mistyped words and the rest."""
    text = field.text
    if field.label and NO_DEVICE.search(field.label) and not names_mac(field.label):
        others.append(f"{field.label} {text.strip()}")
        return
    if "-" in text and (glued := _GLUED.search(text)):
        devices += _GLUED_ONE.findall(glued[0])
        text = f"{text[: glued.start()]} {text[glued.end() :]}"
    rest: list[str] = []
    at = 0
    for match in _DEVICE.finditer(text):
        if not _is_likely(match, field.label):
            continue
        devices.append(match["device"])
        rest.append(text[at : match.start()])
        at = match.end()
    rest.append(text[at:])
    left = " ".join(rest)
    wanted = bool(field.label) and names_suffix(field.label)
    for four in _FOUR.finditer(left):
        before = _WORD_BEFORE.search(left[max(0, four.start() - 24) : four.start()])
        label = before[1] if before and names_suffix(before[1]) else field.label
        if wanted or not four[0].isdigit() or label:
            loose.append((label, four[0]))
    taken = {four for _, four in loose}
    words = [word for word in _PARTS.split(left) if word and word.strip(_JOINTS) not in taken]
    for ahead, word in zip(["", *words], words, strict=False):
        # A label may stand before its value without a colon.
        named = NO_DEVICE.fullmatch(ahead) is not None
        (broken if looks_mistyped(word) and not named and not _is_code(word) else others).append(word)


def _is_likely(match: re.Match[str], label: str) -> bool:
    """Whether digits in groups are a MAC: decimal ones apart by blanks or hyphens may be any number."""
    device = match["device"]
    digits = "".join(char for char in device if char in "0123456789ABCDEFabcdef")
    if not digits.isdigit() or find_vendor(digits.upper()) or (label and names_mac(label)):
        # Words of few letters such as `add bad fee dad` are no MAC.
        return (
            bool(find_vendor(digits.upper()))
            or " " not in (match["mac"] or "")
            or any(map(str.isdigit, digits))
        )
    if " " in (match["mac"] or "") or "\u00a0" in device:
        return False
    return match["mac"] is None or len(match["mac"]) == 12 or ":" in device or match["s2"] is not None


def _join(devices: list[str], loose: list[tuple[str, str]], notes: list[str]) -> None:
    """Join the suffix that a label names, or the only four hex digits beside the only device, to it."""
    bare = [place for place, device in enumerate(devices) if len(re.sub(r"[^0-9A-Fa-f]", "", device)) <= 12]
    named = [item for item in loose if names_suffix(item[0])]
    if bare and len(named) == len(bare):
        for place, item in zip(bare, named, strict=True):
            devices[place] = f"{devices[place]}-{item[1]}"
            loose.remove(item)
    elif len(bare) == 1 and len(devices) == 1 and not named:
        guesses = [item for item in loose if not item[1].isdigit()]
        if len(guesses) == 1:
            where = f" behind {make_inert(guesses[0][0])}" if guesses[0][0] else ""
            notes.append(f"Taken for the suffix: the four hex digits{where} beside the MAC.")
            devices[bare[0]] = f"{devices[bare[0]]}-{guesses[0][1]}"
            loose.remove(guesses[0])


def _is_idle(word: str, devices: list[str]) -> bool:
    """Whether a word beside devices tells nothing: a sign, or the label of what was taken."""
    return bool(devices) and (
        not any(map(str.isalnum, word)) or names_mac(word) or word.lower() in _LABELS_TAKEN
    )


def looks_mistyped(word: str) -> bool:
    """Whether a word is long and hexadecimal enough to be a device with a slip."""
    digits = sum(char in "0123456789abcdefABCDEF" for char in word)
    return (
        len(word) >= 10 and digits >= 8 and digits / len(word) >= 0.6 and any(char.isdigit() for char in word)
    )


def _is_code(word: str) -> bool:
    if len(word) > 400:
        return False
    return (
        bool(name_code(word) or _DATE.fullmatch(word) or _LONG.fullmatch(word))
        or word.count(".") >= 3
        or word.isdigit()
    )


def name_code(word: str) -> str:
    """What a code on a label is instead of a MAC: an article number, or an EAN whose check digit is right."""
    if _ARTICLE.fullmatch(word):
        return "an article number"
    if word.isascii() and word.isdigit() and len(word) in (8, 12, 13, 14) and _is_ean(word):
        return "an article number (EAN)"
    return ""


def _is_ean(digits: str) -> bool:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def _name_passed(text: str, url: str) -> str:
    word = text.strip()
    if code := name_code(word):
        return f"{cut(word)} is {code}, not a MAC-ID."
    return "This line names no device, and its URL was not used." if url else "This line names no device."
