"""Which charset of single bytes a text without a mark is written in, told by the words with letters beyond
ASCII: in the right one each has the letters of one language."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import NamedTuple

from tui.patterns import pattern

_WESTERN = ("äöüß", "àâçéèêëîïôœùû", "áéíñóúü", "áâãàçéêíóôõú", "àèéìòù", "åäöæøé", "éëïöüèáó")
_CENTRAL = ("äöüß", "ąćęłńóśźż", "áčďéěíňóřšťúůýžäôľĺŕ", "áéíóöőúüű", "čćđšž", "ăâîşţ")
_TURKISH = ("çğıöşüâîû",)
_RUSSIAN = ("абвгдежзийклмнопрстуфхцчшщъыьэюяёієїґ",)
_GREEK = ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",)


class Charset(NamedTuple):
    """A codec, its name for a person, and the letters of the languages that are written in it."""

    codec: str
    name: str
    alphabets: tuple[str, ...]


# In order: where nothing decides, the first is taken.
_CHARSETS = (
    Charset("cp1252", "cp1252 (Western Windows)", _WESTERN),
    Charset("cp1250", "cp1250 (Central European Windows)", _CENTRAL),
    Charset("cp1254", "cp1254 (Turkish Windows)", (*_WESTERN, *_TURKISH)),
    Charset("cp1251", "cp1251 (Cyrillic Windows)", _RUSSIAN),
    Charset("cp1253", "cp1253 (Greek Windows)", _GREEK),
    Charset("iso8859-2", "ISO 8859-2 (Central European)", _CENTRAL),
    Charset("mac_roman", "Mac Roman (old Macintosh)", _WESTERN),
    Charset("cp850", "cp850 (Western DOS)", _WESTERN),
    Charset("cp852", "cp852 (Central European DOS)", _CENTRAL),
    Charset("cp857", "cp857 (Turkish DOS)", (*_WESTERN, *_TURKISH)),
)
_MAC = next(charset for charset in _CHARSETS if charset.codec == "mac_roman")
_WORD = pattern(rb"[A-Za-z\x80-\xff]+")
_MOST_WORDS = 2000
# Signs that stand beside letters in print.
_BEFORE, _BEHIND = "„“”‘‚«»¿¡€§", "“”‘’»«®™°…€"
_BETWEEN = pattern(r"[’–—·\xa0]+")
# A charset is possible too if it explains nearly as many words as the best.
_NEARLY = 0.8


class Guess(NamedTuple):
    """The charset taken for a text, and others that explain its letters about as well."""

    taken: Charset
    others: tuple[Charset, ...]


def guess_charset(data: bytes) -> Guess:
    """The charset of bytes that are no UTF-8. Line ends of a single CR speak for an old Macintosh."""
    charsets = list(_CHARSETS)
    if b"\r" in data and b"\n" not in data:
        charsets.sort(key=lambda charset: charset is not _MAC)
    words: set[bytes] = set()
    for match in _WORD.finditer(data):
        if match[0].isascii():
            continue
        words.add(match[0][:80])
        if len(words) >= _MOST_WORDS:
            break
    scores = [sum(_explains(charset, word) for word in words) for charset in charsets]
    best = max(scores)
    taken = charsets[scores.index(best)] if best else charsets[0]
    enough = max(best * _NEARLY, 1)
    others = (charset for charset, score in zip(charsets, scores, strict=True) if score >= enough)
    return Guess(taken, tuple(charset for charset in others if charset is not taken))


@lru_cache(maxsize=4 * _MOST_WORDS)
def _explains(charset: Charset, word: bytes) -> bool:
    """Whether a word has the letters of one language in this charset, and capitals only where words do."""
    text = word.decode(charset.codec, errors="replace").lstrip(_BEFORE).rstrip(_BEHIND)
    return all(_is_word(part, charset.alphabets) for part in _BETWEEN.split(text))


def _is_word(text: str, alphabets: tuple[str, ...]) -> bool:
    high = {char for char in _small(text) if char > "\x7f"}
    if not high:
        return True
    if not text.isupper() and any(char > "\x7f" and char.isupper() for char in text[1:]):
        return False
    if any(before.islower() and char.isupper() for before, char in itertools.pairwise(text)):
        return False
    latin = any(char <= "\x7f" for char in text)
    return any(high <= set(letters) and not (latin and letters[0] > "\u036f") for letters in alphabets)


def _small(text: str) -> str:
    # The capital of the Turkish i has a dot of its own, which lower() would part from it.
    return text.replace("İ", "i").lower()
