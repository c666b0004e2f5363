"""Provisioning URLs are templates that the phone expands: %DVID, %MACC, %MACD and %% (vendor page).

They are never parsed as URLs nor re-encoded: `%MACD.xml` is no valid percent-encoding. Lints warn; the server
decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tui.classes import define
from tui.model.addresses import find_vendor, group_by_colons
from tui.model.text.inert import is_inert, make_inert, name_character
from tui.model.text.masking import MASK, find_secret_parameters, find_userinfo
from tui.model.vendor import DEFAULT_DVID
from tui.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias


Level: TypeAlias = 'Literal["error", "warning", "note"]'

LONG_URL = 255
_SPECIFIER = pattern(r"%(DVID|MACC|MACD|%)")
_PERCENT = pattern(r"%(%|25(?:DVID|MACC|MACD)|(?:DVID|MACC|MACD)|[0-9A-Fa-f]{2}|[A-Za-z]+)?")
_ENDS_HOST = pattern(r"[/?#\s]")
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# What XML 1.0 cannot carry, not even as a character reference.
_NOT_XML = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REMARKABLE = pattern("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NON_ASCII = pattern("[^\x00-\x9f\ud800-\udfff\ufffe\uffff]")
_WRITTEN_MAC = pattern(
    r"(?<![0-9A-Za-z%])(?:[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"
    r"|(?:[0-9A-Fa-f]{4}[.-]){2}[0-9A-Fa-f]{4})(?![0-9A-Za-z])"
)
_NEAR = {
    "MAC": "%MACD",
    "MACADDR": "%MACD",
    "MACADDRESS": "%MACD",
    "DEVICEID": "%DVID",
    "DID": "%DVID",
    "DVI": "%DVID",
}


@define(frozen=True, slots=True)
class Lint:
    """A remark on what was typed; `position` is 0-based. The text never repeats credentials."""

    level: Level
    code: str
    text: str
    position: int | None = None


def expand(template: str, mac: str, dvid: str = DEFAULT_DVID) -> str:
    """The URL that the phone with this MAC (12 hex digits) requests; unknown specifiers stay as they are."""
    values = {"DVID": dvid, "MACC": group_by_colons(mac), "MACD": mac, "%": "%"}
    return _SPECIFIER.sub(lambda match: values[match[1]], template)


def is_per_device(template: str) -> bool:
    """Whether the URL differs from phone to phone: whether it holds %MACC or %MACD."""
    return any(match[1] in ("MACC", "MACD") for match in _SPECIFIER.finditer(template))


def lint(template: str, *, mac: str | None = None, bulk: bool = False) -> list[Lint]:
    """What is remarkable about a provisioning URL, errors first. `mac` sharpens the remarks, `bulk` says that
    several devices share the URL. Errors are only what cannot be sent: nothing, what XML cannot carry, or a
    mask in place of credentials.
    """
    if not template.strip():
        return [Lint("error", "empty", "The URL is empty.")]
    if MASK in template:
        text = (
            f"The URL holds the mask {MASK} where its credentials were: give them, or export the list again"
            " with --show-secrets."
        )
        return [Lint("error", "masked", text, template.index(MASK))]
    span = find_userinfo(template)
    found = [
        *_lint_characters(template),
        *_lint_percents(template, span),
        *_lint_address(template),
        *_lint_credentials(template, span),
        *_lint_parameters(template),
        *_lint_whole(template, mac, bulk),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda remark: order[remark.level])


def lint_provider(name: str) -> list[Lint]:
    """What is remarkable about a provider: empty and control characters are errors, the rest warnings."""
    if not name.strip():
        return [Lint("error", "empty", "The provider is empty.")]
    found: list[Lint] = []
    for index, char in enumerate(name):
        if char < " " or "\x7f" <= char <= "\x9f" or _NOT_XML.match(char):
            text = f"Control character {name_character(char)} at position {index + 1} of the provider."
            found.append(Lint("error", "control_character", text, index))
            break
    if name != name.strip():
        found.append(Lint("warning", "white_space", "The provider begins or ends with white space."))
    if meant := _read_as_utf8(name):
        text = f"The provider looks like UTF-8 that was read as Windows text: is {make_inert(meant)} meant?"
        found.append(Lint("warning", "mojibake", text))
    found += _lint_non_ascii(name, "provider: how the server stores it is not known")
    return found


def _read_as_utf8(name: str) -> str:
    """What a name was before a program took its UTF-8 for Windows text; empty if it was not."""
    try:
        meant = "" if name.isascii() else name.encode("cp1252").decode("utf-8")
    except ValueError:
        return ""
    return meant


def _lint_characters(template: str) -> Iterator[Lint]:
    for match in _REMARKABLE.finditer(template):
        index, char = match.start(), match[0]
        if _NOT_XML.match(char):
            text = f"{name_character(char)} at position {index + 1} cannot be sent: XML cannot carry it."
            yield Lint("error", "not_xml", text, index)
        elif char.isspace():
            text = f"White space ({name_character(char)}) at position {index + 1}."
            yield Lint("warning", "white_space", text, index)
        else:
            text = f"Control character {name_character(char)} at position {index + 1}."
            yield Lint("warning", "control_character", text, index)
    yield from _lint_non_ascii(template, "URL: the phone may not understand it")


def _lint_non_ascii(text: str, where: str) -> Iterator[Lint]:
    match = _NON_ASCII.search(text)
    if match is not None:
        char = match[0]
        seen = "Non-ASCII" if is_inert(char) else "Invisible or active"
        text = f"{seen} character {name_character(char)} in the {where}."
        yield Lint("warning", "non_ascii", text, match.start())


def _lint_percents(template: str, span: tuple[int, int] | None) -> Iterator[Lint]:
    for match in _PERCENT.finditer(template):
        place, tail = match.start(), match[1] or ""
        where = f"at position {place + 1}"
        if span and span[0] <= place < span[1]:
            if tail not in ("%", "DVID", "MACC", "MACD"):
                text = f"A percent sign in the credentials {where}: write %% for a literal one."
                yield Lint("warning", "percent_escape", text, place)
        elif tail in ("%", "DVID", "MACC", "MACD"):
            continue
        elif tail.startswith("25") and len(tail) > 2:
            text = f"%{tail} {where} is a percent-encoded specifier: write %{tail[2:]}."
            yield Lint("warning", "double_encoded", text, place)
        elif not tail:
            text = f"A lone % {where}: write %% for a literal percent sign."
            yield Lint("warning", "lone_percent", text, place)
        else:
            yield _judge_specifier(tail, place, where)


def _judge_specifier(tail: str, place: int, where: str) -> Lint:
    upper = tail.upper()
    if upper.startswith("DURL"):
        text = f"%{tail[:4]} {where} is known in siu files only, not in redirect URLs."
        return Lint("warning", "durl", text, place)
    for known in ("DVID", "MACC", "MACD"):
        if upper.startswith(known):
            text = f"%{tail[:4]} {where} is in the wrong case: write %{known}."
            return Lint("warning", "wrong_case", text, place)
    if re.fullmatch(r"[0-9A-Fa-f]{2}", tail):
        text = f"A literal %{tail} {where} must be written %%{tail} for the phone."
        return Lint("warning", "percent_escape", text, place)
    near = _NEAR.get(upper)
    advice = f"did you mean {near}?" if near else "known are %DVID, %MACC, %MACD and %%."
    shown = tail if len(tail) <= 12 else tail[:11] + "…"
    return Lint("warning", "unknown_specifier", f"Unknown specifier %{shown} {where}: {advice}", place)


def _lint_address(template: str) -> Iterator[Lint]:
    bare = template.strip()
    match = _SCHEME.match(bare)
    if match is None:
        yield Lint("warning", "no_scheme", "The URL does not begin with http:// or https://.")
        return
    scheme = match[1].lower()
    if scheme in ("ftp", "tftp"):
        yield Lint(
            "note", "scheme", f"{scheme} is not shown by the vendor; its phones may take only http and https."
        )
    elif scheme not in ("http", "https"):
        yield Lint(
            "warning", "scheme", f"Unusual scheme {match[1][:20]}://: the vendor shows only http and https."
        )
    authority = re.split(r"[/?#]", bare[match.end() :], maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    if not host or host.startswith(":"):
        yield Lint("warning", "no_host", "The URL names no host.", match.end())


def _lint_credentials(template: str, span: tuple[int, int] | None) -> Iterator[Lint]:
    if span is None:
        return
    user, _, password = template[span[0] : span[1]].partition(":")
    if odd := _ENDS_HOST.search(template, *span):
        text = (
            f"{name_character(odd[0])} at position {odd.start() + 1} stands before an @: a phone takes it for"
            " the end of the host. If it belongs to a password, choose one without / ? # and blanks."
        )
        yield Lint("warning", "credentials_cut", text, odd.start())
    if template[:5].lower() == "http:":
        text = "The URL carries credentials over plain http, in clear: prefer https."
        yield Lint("warning", "clear_credentials", text, span[0])
    text = "Only Maxwell Basic/2/3/4 and N610/N670/N870 (from 2.53) are known to take credentials from it."
    yield Lint("note", "credentials_support", text, span[0])
    if max(len(user), len(password)) > 50:
        text = "The user or password in the URL is longer than the 50 characters that an N510 can keep."
        yield Lint("note", "credentials_long", text, span[0])


def _lint_parameters(template: str) -> Iterator[Lint]:
    for name, (start, _) in find_secret_parameters(template):
        text = (
            f"The parameter {make_inert(name)[:40]!r} looks like a secret, and servers log whole URLs."
            " It is shown masked here."
        )
        yield Lint("warning", "secret_parameter", text, start)


def _lint_whole(template: str, mac: str | None, bulk: bool) -> Iterator[Lint]:
    if len(template) > LONG_URL:
        yield Lint(
            "note", "long", f"{len(template)} characters: no limit is documented, {LONG_URL} is common."
        )
    if is_per_device(template):
        return
    if bulk:
        yield Lint(
            "note", "no_specifier", "No %MACC or %MACD: every one of these phones asks for the same file."
        )
    elif mac and (other := find_other_mac(template, mac)):
        yield Lint("warning", "other_mac", f"The URL names {other}, another device than {mac}.")


def find_other_mac(template: str, mac: str) -> str:
    """A MAC written out in the URL behind its host that is not this one, empty if there is none. In the name
    of a folder only the prefixes of these phones count: customers and versions have numbers too."""
    return next((found for found in _find_macs(template) if found != mac), "")


@lru_cache(maxsize=256)
def _find_macs(template: str) -> tuple[str, ...]:
    path = template.partition("://")[2].partition("/")[2] if "://" in template else template
    last = len(path) - len(path.rpartition("/")[2].rpartition("@")[2])
    found = (
        ("".join(char for char in match[0] if char not in ":-.").upper(), match.start())
        for match in _WRITTEN_MAC.finditer(path)
    )
    return tuple(mac for mac, start in found if start >= last or find_vendor(mac))
