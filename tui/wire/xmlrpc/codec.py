"""Bytes into calls and answers and back; everything else imports the wire format from here."""

from __future__ import annotations

import re

from tui.errors import Applied, Fault, NotACall, Unreadable
from tui.model.secrets import mask_credentials
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.xmlrpc.charsets import ReferenceMender, Transcoder, charset_of
from tui.wire.xmlrpc.reader import CALL, RESPONSE, RootClosed, TreeReader
from tui.wire.xmlrpc.values import Limits, Malformed, MethodCall, TooMuch, Value
from tui.wire.xmlrpc.writer import encode_call, encode_fault, encode_list_answer, encode_response

__all__ = [
    "Limits",
    "MethodCall",
    "Value",
    "charset_of",
    "decode_call",
    "decode_calls",
    "decode_response",
    "encode_call",
    "encode_fault",
    "encode_list_answer",
    "encode_response",
    "fault_error",
    "too_much",
    "unreadable",
]

_SLICE = 16 * 1024
_DEFAULT_LIMITS = Limits()
_BETWEEN = pattern(rb"(?:\s++|\xef\xbb\xbf|<!--.*?-->)++", re.DOTALL)
_FAULT_TEXT = 500


def unreadable(reason: str, *, applied: Applied = Applied.NO) -> Unreadable:
    """The error for an answer that is not XML-RPC; `reason` is a clause that quotes nothing of the answer."""
    return Unreadable(
        "The answer cannot be read as XML-RPC.",
        f"It was refused because {reason}.",
        "Check the server address and any proxy on the way.",
        applied=applied,
    )


def too_much(flaw: TooMuch) -> Unreadable:
    """The error for an answer over a limit of the settings."""
    return Unreadable(
        "The answer is larger than is read here.",
        f"It was given up because {flaw}.",
        f"If it is right all the same, raise {flaw.setting} under [link] in config.toml.",
    )


def fault_error(code: int, text: str) -> Fault:
    """The error for an XML-RPC fault; its text is made inert, URLs in it are masked, and it is cut to 500
    characters."""
    shown = mask_credentials(make_inert(text))[:_FAULT_TEXT].strip()
    hint = "The server does not know this method." if "no such handler" in shown.lower() else ""
    detail = f"Fault {code}: {shown}" if shown else f"Fault {code}."
    return Fault("The server declined the request.", detail, hint, code=code, text=shown)


def _not_a_call(reason: str, document: int = 1) -> NotACall:
    which = f"Call {document} in it cannot be read" if document > 1 else "It cannot be read"
    return NotACall(
        "This is not an XML-RPC call.",
        f"{which}: {reason}.",
        "Compare it with a template: redirectory template register.",
    )


def _utf8(body: bytes, charset: str | None, limits: Limits, *, mending: bool = False) -> bytes:
    if len(body) > limits.body_bytes:
        raise Malformed(f"it is larger than {limits.body_bytes:,} bytes")
    if not body.strip():
        raise Malformed("it is empty")
    return Transcoder(charset, mending=mending).feed(body, final=True)


def decode_call(body: bytes, *, charset: str | None = None, limits: Limits = _DEFAULT_LIMITS) -> MethodCall:
    """The one call in `body`. `charset` is that of the Content-Type header, if it had one. Raises
    InputError."""
    try:
        reader = TreeReader(CALL, limits)
        reader.feed(_utf8(body, charset, limits), final=True)
    except Malformed as flaw:
        reason = str(flaw)
    else:
        return reader.call()
    raise _not_a_call(reason)


def decode_calls(
    body: bytes, *, charset: str | None = None, limits: Limits = _DEFAULT_LIMITS
) -> list[MethodCall]:
    """The calls in `body`: one document, or several one after another, each with or without its own XML
    declaration. Raises InputError naming the number of the call that cannot be read."""
    calls: list[MethodCall] = []
    line: int | None = None
    above = 0
    try:
        # Mended before it is split: the reader's indices then are those of `text`.
        text = ReferenceMender().feed(_utf8(body, charset, limits), final=True)
        at = _skip(text, 0)
        while at < len(text) or not calls:
            reader = TreeReader(CALL, limits, stop_at_root_end=True)
            above = text.count(b"\n", 0, at)
            at = _skip(text, _read_one(reader, text, at))
            calls.append(reader.call())
    except Malformed as flaw:
        reason = str(flaw)
        line = flaw.line and above + flaw.line
    else:
        return calls
    raise _not_a_call(reason, len(calls) + 1).about(line=line)


def _skip(text: bytes, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _read_one(reader: TreeReader, text: bytes, at: int) -> int:
    """Feeds `reader` the document that starts at `at`; the index after its end."""
    start = at
    try:
        while at < len(text):
            piece = text[at : at + _SLICE]
            at += len(piece)
            reader.feed(piece, final=at >= len(text))
        reader.feed(b"", final=True)
    except RootClosed as closed:
        return text.index(b">", start + closed.index) + 1
    raise Malformed("it ends too early")


def decode_response(body: bytes, *, charset: str | None = None, limits: Limits = _DEFAULT_LIMITS) -> Value:
    """The value in an answer. Raises Fault if it is a fault and Unreadable if it is not an XML-RPC answer."""
    try:
        reader = TreeReader(RESPONSE, limits)
        reader.feed(_utf8(body, charset, limits, mending=True), final=True)
        fault = reader.fault
        value = reader.response() if fault is None else None
    except Malformed as flaw:
        reason = str(flaw)
    else:
        if fault is None:
            return value
        raise fault_error(*fault)
    raise unreadable(reason)
