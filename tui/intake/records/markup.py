"""XML as people have it: declared wrongly or not at all, or in the middle of what a program printed."""

from __future__ import annotations

import codecs
import re

from tui.intake.encoding import Decoded, decode_bytes, refuse_nul
from tui.patterns import pattern

_CALLS = ("methodCall", "methodResponse")
_START = pattern(
    r"\s*<(?:\?xml\b|!--|!doctype\b|!\[CDATA\[|([A-Za-z][\w.:-]{0,60})(?=[\s/>]))", re.IGNORECASE
)
_KNOWN = frozenset(("methodcall", "methodresponse", "html", "head", "body", "svg"))
_DECLARED = pattern(r"""(<\?xml\s[^>]{0,200}?)\s+encoding\s*=\s*["']([^"'<>]{0,60})["']""")
_DECLARED_BYTES = pattern(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([^"'<>]{0,60})["']""")
_DOCTYPE = pattern(r"<!DOCTYPE\s[^\[<>]{0,1000}>")
_DOCUMENT = pattern(r"(?:<\?xml\s[^<>]{0,300}\?>\s*)?<(methodCall|methodResponse)\b")
_ENTITY = pattern(r"&(?!(?:lt|gt|amp|quot|apos);|#\d{1,8};|#x[0-9A-Fa-f]{1,6};)([A-Za-z][A-Za-z0-9]{0,30};)?")
_ENTITY_DECLARED = pattern(r"<!ENTITY\s{1,20}([A-Za-z][A-Za-z0-9]{0,30})\s")
_OPAQUE = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_TEXT_CODEC = pattern(
    r"utf-8|iso8859-\d+|cp\d{3,4}|koi8-\w|mac-\w+|tis-620|shift_jis\w*|euc_\w+|gb\w+|big5\w*"
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def is_markup(text: str) -> bool:
    """Whether a text is XML or HTML. A prompt such as `<SW1>display` is none: nothing closes it."""
    match = _START.match(text)
    if match is None:
        return False
    name = match[1]
    if name is None or name.rpartition(":")[2].lower() in _KNOWN:
        return True
    return f"</{name}" in text or "/>" in text[: text.find(">") + 1]


def holds_calls(text: str) -> bool:
    """Whether XML-RPC stands somewhere in a text that does not begin with it, as in a program's output."""
    return any(f"<{name}" in text and f"</{name}>" in text for name in _CALLS)


def read_markup(data: bytes | str) -> Decoded:
    """The XML documents of a text or of bytes, without what they say of their encoding, and notes on what was
    read against the declaration or passed over. Line ends stay where they are. Raises InputError on bytes
    that are no text."""
    decoded = _decode(data) if isinstance(data, bytes) else Decoded(data.removeprefix("\ufeff"), "")
    text, notes = _DECLARED.sub(r"\1", decoded.text), list(decoded.notes)
    if not is_markup(text) and holds_calls(text):
        text = _cut_out(text)
        notes.append("What stands around the XML was passed over.")
    if _DOCTYPE.search(text[:65536]):
        text = _DOCTYPE.sub(lambda match: "\n" * match[0].count("\n"), text)
        notes.append("The document type declaration was passed over.")
    return Decoded(text, decoded.encoding, tuple(notes))


def explain_markup(text: str) -> tuple[str, str, int | None]:
    """What keeps a text from being XML and what to write instead, as a clause and a hint, and its line; empty
    and None if it is none of the known slips."""
    bare = _blank_opaque(text)
    match = _ENTITY.search(bare)
    if match is None:
        return "", "", None
    line = bare.count("\n", 0, match.start()) + 1
    if match[1] and match[1][:-1] in _ENTITY_DECLARED.findall(text):
        words = f"line {line} has {match[0]}, an entity of its document type, and none is read"
        return words, "Write what it stands for instead.", line
    if match[1]:
        from html.entities import html5

        meant = html5.get(match[1], "")
        instead = (
            f"Write {meant} or &#{ord(meant)}; instead." if len(meant) == 1 and meant.isprintable() else ""
        )
        return f"line {line} has {match[0]}, which HTML knows and XML does not", instead, line
    return f"an & stands alone on line {line}", "Write &amp; instead of &.", line


def _blank_opaque(text: str) -> str:
    """The text without its CDATA sections and comments, in which everything is allowed; lines stay."""
    kept: list[str] = []
    at = 0
    while True:
        begins = [(place, mark) for mark in _OPAQUE if (place := text.find(mark[0], at)) >= 0]
        if not begins:
            return "".join((*kept, text[at:]))
        place, (opening, closing) = min(begins)
        end = text.find(closing, place + len(opening))
        if end < 0:
            return "".join((*kept, text[at:place]))
        kept += [text[at:place], "\n" * text.count("\n", place, end)]
        at = end + len(closing)


def _cut_out(text: str) -> str:
    """The calls and answers in a text, each on its own line, and nothing else."""
    kept: list[str] = []
    at = 0
    for match in _DOCUMENT.finditer(text):
        closing = f"</{match[1]}>"
        if match.start() < at:
            continue
        end = text.find(closing, match.start())
        if end < 0:
            break
        kept += ["\n" * text.count("\n", at, match.start()), text[match.start() : end + len(closing)]]
        at = end + len(closing)
    return "".join(kept)


def _decode(data: bytes) -> Decoded:
    """By byte order mark, else by the declaration where the bytes agree with it, else as CSV is read."""
    declared = _DECLARED_BYTES.match(data[:1024])
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if marked or b"\x00" in data[:4096]:
        decoded = decode_bytes(data)
        said = _DECLARED.search(decoded.text[:1024])
        kin = decoded.encoding.replace("-sig", "")[:6].replace("-", "")
        if said and not said[2].lower().replace("-", "").startswith(kin):
            note = f"It is declared as {_plain(said[2])} but is {decoded.encoding}."
            return Decoded(decoded.text, decoded.encoding, (*decoded.notes, note))
        return decoded
    name = declared[1].decode("ascii", "replace") if declared else ""
    if not name:
        return decode_bytes(data)
    codec = _find_codec(name)
    is_utf8 = _decodes(data, "utf-8")
    if codec == "utf-8" or not codec or (is_utf8 and not data.isascii()):
        decoded = decode_bytes(data)
        if codec == "utf-8" and is_utf8:
            return decoded
        note = f"It is declared as {_plain(name)} but is {decoded.encoding}."
        return Decoded(decoded.text, decoded.encoding, tuple(dict.fromkeys((note, *decoded.notes))))
    # What is declared as Latin-1 has the letters of Windows between 0x80 and 0x9F, as in a browser.
    used = "cp1252" if codec == "iso8859-1" and _decodes(data, "cp1252") else codec
    if _decodes(data, used):
        return Decoded(refuse_nul(data.decode(used)), used)
    return decode_bytes(data)


def _find_codec(name: str) -> str:
    """The charset that a name means, if it is one of text whose ASCII is ASCII; else empty."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    if codec == "ascii":
        return "utf-8"
    return codec if _TEXT_CODEC.fullmatch(codec) else ""


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _plain(name: str) -> str:
    return "".join(char for char in name if char.isalnum() or char in "-_.")[:40]
