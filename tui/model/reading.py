"""An identifier read out of a text, or the flaw that keeps the text from being one."""

from __future__ import annotations

import re
import unicodedata

from tui.classes import define
from tui.errors import IdentifierError
from tui.model import spellings
from tui.model.addresses import Identifier, State, find_vendor
from tui.model.spellings import INVISIBLE, MARGIN, QUOTES, to_shape
from tui.model.text.inert import make_inert, name_character
from tui.patterns import pattern

_AIM = pattern(r"\][A-Za-z][0-9A-Za-z]")
# What stands around a MAC that a program wrote: 0x, the name that a phone gives itself, a file's name.
_PREFIX = pattern(r"(?:0[xX]|SEP(?=[0-9A-Fa-f]{12}))")
_ENDING = pattern(r"(?<=[0-9A-Fa-f]{12})\.(?:xml|cfg|conf|ini|txt|json|bin)\Z", re.IGNORECASE)
_LONGEST = 64
_NO_DIGIT = pattern(r"[^0-9A-Fa-f]+")


@define(frozen=True, slots=True)
class Reading:
    """An identifier as it was read: the name of its spelling, whether it had a suffix, and what was taken
    away or filled in, as sentences."""

    identifier: Identifier
    spelling: str
    notes: tuple[str, ...] = ()


@define(frozen=True, slots=True)
class _Bare:
    """A text without what stands around it; `places` are the positions of its characters in the original."""

    text: str
    places: range | list[int]
    notes: tuple[str, ...] = ()


def read_spelling(text: str) -> Reading:
    """The identifier that `text` spells. Raises IdentifierError naming the flaw."""
    bare = _lay_bare(text)
    found = _complete(bare)
    if found is None:
        title, detail, hint, position = _diagnose(text, bare)
        raise IdentifierError(title, detail, hint, position=position).about(
            device=make_inert(text.strip()[:40])
        )
    return found


def examine(text: str) -> tuple[State, Reading | None, str, str, int | None]:
    """How far a text is: state, the reading of a whole one, the digits so far, what is wrong and where."""
    bare = _lay_bare(text)
    if not bare.text:
        return State.EMPTY, None, "", "", None
    found = _complete(bare)
    if found is not None:
        return State.VALID, found, found.identifier.mac, "", None
    shape = to_shape(bare.text[: _LONGEST + 1])
    if len(shape) <= _LONGEST and spellings.following(shape):
        return State.PARTIAL, None, _digits(bare.text), "", None
    _, detail, _, position = _diagnose(text, bare)
    return State.BAD, None, "", detail, position


def _complete(bare: _Bare) -> Reading | None:
    if len(bare.text) > _LONGEST:
        return None
    shape = to_shape(bare.text)
    known = spellings.complete(shape)
    if known is None or _is_eui64(bare.text, shape):
        return None
    if known[0] == spellings.SHORT:
        notes = (*bare.notes, "Zeros were missing between the colons and are filled in.")
        return Reading(_read(spellings.fill_zeros(bare.text)), known[0], notes)
    return Reading(_read(bare.text), known[0], bare.notes)


def _lay_bare(text: str) -> _Bare:
    """Take away white space, quotes, characters without a width, and what programs write around a MAC."""
    if text.isascii() and not any(char in text for char in "\"'`.xXpP"):
        trimmed = text.strip(MARGIN)
        margin = text.index(trimmed) if trimmed else 0
        return _Bare(trimmed, range(margin, margin + len(trimmed)))
    notes: list[str] = []
    places = [place for place, char in enumerate(text) if char not in INVISIBLE]
    gone = {char for char in text if char in INVISIBLE} if len(places) < len(text) else set()
    start, end = 0, len(places)
    around = MARGIN + QUOTES
    while start < end and text[places[start]] in around:
        start += 1
    while end > start and text[places[end - 1]] in around:
        end -= 1
    quotes = {text[place] for place in (*places[:start], *places[end:])} & set(QUOTES)
    bare = "".join(text[place] for place in places[start:end])
    if gone:
        notes.append(f"Taken out: {', '.join(sorted(map(name_character, gone)))}.")
    if quotes and bare:
        notes.append("The quotes around it were taken off.")
    before = _PREFIX.match(bare)
    if before:
        start, bare = start + before.end(), bare[before.end() :]
        notes.append(f"Taken off in front: {before[0]}.")
    after = _ENDING.search(bare, max(0, len(bare) - 20))
    if after:
        end, bare = end - len(after[0]), bare[: after.start()]
        notes.append(f"Taken off behind: {make_inert(after[0])}.")
    return _Bare(bare, places[start:end], tuple(notes))


def _is_eui64(text: str, shape: str) -> bool:
    """Whether 16 digits in equal groups are an EUI-64: FFFE in their middle, and no suffix set apart."""
    if len(shape) not in (19, 23):
        return False
    sizes = [len(group) for group in re.split(r"[^0]", shape)]
    return sizes in ([4] * 4, [2] * 8) and _digits(text)[6:10] == "FFFE"


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", text).upper()


def _read(whole: str) -> Identifier:
    digits = _digits(whole)
    return Identifier(digits[:12], digits[12:] or None)


def _diagnose(text: str, bare: _Bare) -> tuple[str, str, str, int | None]:
    """Title, detail, hint and 0-based position for a text that is no identifier."""
    trimmed = bare.text
    form = "Enter XXXXXXXXXXXX-XXXX or a MAC address of 12 hex digits."
    if not trimmed:
        return "No MAC-ID given.", "The MAC-ID is empty.", form, None
    shown = make_inert(trimmed if len(trimmed) <= 40 else trimmed[:39] + "…")
    title = f'"{shown}" is not a MAC-ID.'

    def place(index: int) -> int:
        return bare.places[index]

    if _AIM.match(trimmed):
        detail = f'Scanner prefix "{trimmed[:3]}" at position {place(0) + 1}: it names the kind of bar code.'
        return (
            title,
            detail,
            "Switch the AIM prefix off in the scanner, or enter the text without it.",
            place(0),
        )
    shape = to_shape(trimmed)
    if len(shape) <= _LONGEST and _is_eui64(trimmed, shape):
        said = "16 digits in equal groups with FFFE in the middle: this is an EUI-64, not a MAC-ID."
        mac = _digits(trimmed)[:6] + _digits(trimmed)[10:]
        return title, said, f"Is {mac} meant? {form}" if find_vendor(mac) else form, None
    foreign = next((index for index, sign in enumerate(shape) if sign not in "0:-./ _()"), None)
    viable = spellings.viable(shape[:_LONGEST])
    if foreign is not None and (foreign <= viable or shape[viable] == "0"):
        detail, hint, _ = _name_foreign(trimmed[foreign], place(foreign), form)
        return title, detail, _suggest(trimmed) or hint, place(foreign)
    if viable < len(shape):
        detail, hint, _ = _name_misplaced(trimmed, shape, viable, place(viable), form)
        return title, detail, hint, place(viable)
    digits = shape.count("0")
    if digits < 12:
        detail = f"Too short: {digits} of the 12 hex digits of a MAC."
    elif digits == 12:
        detail = f"The suffix after {name_character(trimmed[-1])} is missing: four hex digits."
    else:
        detail = f"{digits} hex digits: a MAC has 12, a MAC-ID 16."
    return title, detail, form, None


_LOOKALIKES = str.maketrans("oOiIlLsSzZ", "0011115522")


def _suggest(text: str) -> str:
    """What was likely meant where letters stand for digits, as in text read by a camera; never taken."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST])
    for guess in (folded, folded.translate(_LOOKALIKES)):
        if spellings.complete(to_shape(guess)) is not None:
            return f"Is {_read(guess)} meant? Compare it with the label: the letter O is read for 0, I for 1."
    return ""


def _name_foreign(char: str, position: int, form: str) -> tuple[str, str, int]:
    where = f"{name_character(char)} at position {position + 1}"
    if char < " " or "\x7f" <= char <= "\x9f":
        hint = "Scanners send such separators: switch them off, or delete the character."
        return f"Control character {where}.", hint, position
    if "\uff10" <= char <= "\uff5a" or unicodedata.category(char) == "Nd":
        return (
            f"{where} is not an ASCII hex digit.",
            "Switch the keyboard to half-width Latin input.",
            position,
        )
    if char in "oO":
        return f"{where} is not a hex digit.", "Letter O: the digit 0 is meant.", position
    if char in "iIlL":
        return f"{where} is not a hex digit.", "Letter I or L: the digit 1 is likely meant.", position
    return f"{where} is not a hex digit.", form, position


def _name_misplaced(trimmed: str, shape: str, place: int, position: int, form: str) -> tuple[str, str, int]:
    char = name_character(trimmed[place])
    begun, digits = shape[:place], shape.count("0")
    if set(shape) <= {"0"}:
        said = f"{digits} hex digits, too many from position {position + 1} on: a MAC has 12, a MAC-ID 16."
        return said, form, position
    whole = spellings.complete(begun)
    if whole is not None and whole[1]:
        return f"{char} at position {position + 1}: the MAC-ID was complete before it.", form, position
    signs = spellings.following(begun)
    # The separators that may follow are many; the one in use so far, or the hyphen, stands for them.
    used = [sign for sign in signs if sign in begun or sign == "-"] if "0" not in signs else []
    wanted = "a hex digit" if "0" in signs else " or ".join(name_character(sign) for sign in sorted(used))
    return f"{char} at position {position + 1}, where {wanted or 'the end'} was expected.", form, position
