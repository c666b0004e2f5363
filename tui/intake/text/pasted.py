"""Pasted lists: devices in every spelling, one or several on a line, with a URL and provider behind them or
without; labels, and what switches and servers print.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.intake.recognition.finding import Found, cut, find_devices
from tui.intake.recognition.header import is_identifier
from tui.intake.recognition.layouts import mend_layout
from tui.intake.recognition.neighbours import join_suffixes
from tui.intake.recognition.scanner import clean_scan, is_framed
from tui.intake.rows import Complaint, Draft, make_draft, make_passed
from tui.intake.text.remarks import number_lines
from tui.model.addresses import name_group
from tui.model.identifiers import parse_identifier
from tui.model.secrets import mask_credentials

# A whole list may stand on one line.
LINE_LIMIT = 1024 * 1024


def read_pasted(
    text: str,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> list[Draft]:
    """One draft for each device on each line; a line without one is a draft that says so, and has to be
    mended if it looks like a device with a slip. Blank lines and those that begin with # are passed over.
    """
    drafts: list[Draft] = []
    for number, line in split_lines(text):
        drafts += read_line(
            line,
            number,
            default_url=default_url,
            default_provider=default_provider,
            need_target=need_target,
            guess=guess,
        )
    return join_suffixes(drafts)


def split_lines(text: str) -> Iterator[tuple[int, str]]:
    """(1-based number, line) of each line that is neither blank nor begins with #."""
    for number, line in number_lines(text):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            yield number, line


def read_line(
    line: str,
    number: int,
    *,
    default_url: str = "",
    default_provider: str = "",
    need_target: bool = True,
    guess: bool = True,
) -> list[Draft]:
    """The drafts of one pasted or scanned line. The text behind a URL is taken for the provider if `guess`
    is allowed and nobody has said the provider."""
    noted: list[Complaint] = []
    texts = [line.strip(" \t,;|\"'")]
    if is_framed(line):
        scan = clean_scan(line)
        noted = [Complaint("mac", "warning", note) for note in scan.notes]
        texts = list(scan.texts) or texts
    else:
        meant, layout = mend_layout(line)
        if layout:
            words = f"The scanner types for a {layout} keyboard: read as {meant}."
            noted, texts = [Complaint("mac", "warning", words)], [meant]
    drafts: list[Draft] = []
    for text in texts:
        if len(text) > LINE_LIMIT:
            found = [*noted, Complaint("mac", "error", f"{len(text)} characters are no MAC-ID.")]
            drafts.append(make_draft(number, line, text[:100], complaints=found, need_target=False))
            continue
        seen = find_devices(text)
        complaints, provider = _remark(seen, noted, default_provider, guess)
        target = (seen.url or default_url, provider)
        if seen.passed:
            drafts.append(make_passed(number, line, seen.passed, *target))
            continue
        several = dict.fromkeys([*seen.devices, *(_restore(text, word) for word in seen.broken)])
        shown = line if len(several) == 1 else ""
        doubts = seen.doubts or {}
        for device in several:
            if seen.others and (group := _name_group(device)):
                words = f"{device} is {group}, not a device."
                drafts.append(make_passed(number, line, words, *target))
                continue
            found = [*complaints]
            if device in doubts:
                found.insert(0, Complaint("mac", "error", doubts[device], "With colons it is taken."))
            drafts.append(
                make_draft(
                    number, shown or device, device, *target, complaints=found, need_target=need_target
                )
            )
    return drafts


def _name_group(text: str) -> str:
    """What a text is if it is an address of many or none, as lists of neighbours have them; else empty."""
    return name_group(parse_identifier(text).mac) if is_identifier(text) else ""


def _restore(text: str, word: str) -> str:
    """A mistyped device as it stands on its line: with the blanks in it if it is all that the line holds."""
    return text if "://" not in text and len(text) < 40 and len(text.split()) == 1 else word


def _remark(
    seen: Found, noted: list[Complaint], default_provider: str, guess: bool
) -> tuple[list[Complaint], str]:
    """What is said of each device of a line, and its provider."""
    complaints = [*noted, *(Complaint("mac", "warning", note) for note in seen.notes)]
    others = seen.others
    if seen.behind and (default_provider or not guess):
        if seen.behind != default_provider:
            others = cut(f"{others} {seen.behind}")
        provider = default_provider
    else:
        provider = seen.behind or default_provider
        if seen.behind:
            complaints.append(
                Complaint("provider", "warning", "What stands behind the URL was taken for the provider.")
            )
    if others:
        complaints.append(Complaint("row", "warning", f"Not used: {mask_credentials(others)}"))
    return complaints, provider
