"""Pasted lists: devices in every spelling, one or several on a line, with a URL and provider behind them or
without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.intake.rows import Complaint, Draft, make_draft
from tui.intake.scanner import clean_scan
from tui.model.secrets import mask_credentials
from tui.model.text import make_inert

_HEX = "[0-9A-Fa-f]"
# A whole list may stand on one line.
LINE_LIMIT = 1024 * 1024
_DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_MAC = (
    rf"(?:{_HEX}{{12}}|{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}|{_HEX}{{2}}(?:[{_DASHES}]{_HEX}{{2}}){{5}}"
    rf"|{_HEX}{{4}}(?:\.{_HEX}{{4}}){{2}})"
)
_DEVICE = re.compile(
    rf"(?<![0-9A-Za-z:.%/{_DASHES}])(?:{_HEX}{{16}}|{_MAC}(?:[/: {_DASHES}]{_HEX}{{4}})?)"
    rf"(?![0-9A-Za-z]|[:./_{_DASHES}]+[0-9A-Za-z])"
)
_LINES = re.compile(r"\r\n|\n|\r")
_BREAK = re.compile(r"[\s,;|]+")
_SCANNED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|^\s*\][A-Za-z][0-9A-Za-z]|^\s*[A-Za-z][A-Za-z _/-]{1,12}\s*[:=#]"
    rf"|(?:{_HEX}{{12}}-{_HEX}{{4}}){{2}}"
)


def read_pasted(
    text: str, *, default_url: str = "", default_provider: str = "", need_target: bool = True
) -> list[Draft]:
    """One draft for each device on each line; a line without one is a draft with a complaint. Blank lines and
    those that begin with # are passed over.
    """
    drafts: list[Draft] = []
    for number, line in split_lines(text):
        drafts += read_line(
            line, number, default_url=default_url, default_provider=default_provider, need_target=need_target
        )
    return drafts


def split_lines(text: str) -> Iterator[tuple[int, str]]:
    """(1-based number, line) of each line that is neither blank nor begins with #.

    str.splitlines would also break at the separators that scanners send.
    """
    for number, line in enumerate(_LINES.split(text), 1):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            yield number, line


def read_line(
    line: str, number: int, *, default_url: str = "", default_provider: str = "", need_target: bool = True
) -> list[Draft]:
    """The drafts of one pasted or scanned line."""
    found: list[Complaint] = []
    texts = [line.strip(" \t,;|\"'")]
    if _SCANNED.search(line) and "://" not in line:
        scan = clean_scan(line)
        found = [Complaint("mac", "warning", note) for note in scan.notes]
        texts = list(scan.texts) or texts

    def draft(mac_text: str, url: str, provider: str, complaints: list[Complaint], raw: str = line) -> Draft:
        return make_draft(
            number,
            raw,
            mac_text,
            url or default_url,
            provider or default_provider,
            complaints=complaints,
            need_target=need_target,
        )

    drafts: list[Draft] = []
    for text in texts:
        if len(text) > LINE_LIMIT:
            drafts.append(draft(text, "", "", found))
            continue
        devices = [
            match[0] for match in _DEVICE.finditer(text.partition("://")[0] if "://" in text else text)
        ]
        url, provider, broken, others = _read_rest(text)
        if not devices and not broken:
            drafts.append(
                draft(text if not url else text.partition(url)[0].strip() or text, url, provider, found)
            )
            continue
        if others:
            words = mask_credentials(make_inert(" ".join(others)))
            shown = words if len(words) <= 60 else words[:59] + "…"
            found = [*found, Complaint("row", "warning", f"Not used: {shown}")]
        several = dict.fromkeys([*devices, *broken])
        shown = line if len(several) == 1 else ""
        drafts += [draft(device, url, provider, found, shown or device) for device in several]
    return drafts


def _read_rest(text: str) -> tuple[str, str, list[str], list[str]]:
    """URL, provider, words that look like a mistyped device, and other words beside the sound devices."""
    words = [word for word in _BREAK.split(_DEVICE.sub(" ", text)) if word.strip("\"'")]
    place = next((index for index, word in enumerate(words) if "://" in word), None)
    url, provider = "", ""
    if place is not None:
        # The URL may hold a comma or semicolon of its own; only white space and tabs end it here.
        url = next(part for part in text.split() if "://" in part).strip("\"',;|")
        url = url[max(0, _scheme_start(url)) :]
        provider = text.partition(url)[2].strip(" \t,;|\"'")
        words = words[:place]
    broken = [word for word in words if _looks_mistyped(word)]
    return url, provider, broken, [word for word in words if not _looks_mistyped(word)]


def _scheme_start(word: str) -> int:
    match = re.search(r"[A-Za-z][A-Za-z0-9+.-]{0,31}://", word)
    return match.start() if match else 0


def _looks_mistyped(word: str) -> bool:
    digits = sum(char in "0123456789abcdefABCDEF" for char in word)
    return len(word) >= 10 and digits >= 8 and digits / len(word) >= 0.6
