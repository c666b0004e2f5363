"""Values into XML-RPC: calls as the vendor's samples have them, answers compact and untyped as the server
sends them."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator, Sequence

from tui.errors import InputError
from tui.model.text.inert import make_inert
from tui.patterns import pattern
from tui.wire.xmlrpc.methods import parameter_name
from tui.wire.xmlrpc.values import Value

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# In two sets: as one negated set it takes ten times as long to compile as all other patterns together.
_NOT_XML = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff\ufffe\uffff]")
_NAME = pattern(r"[A-Za-z0-9_.:/]{1,200}")
_ANSWER_OPEN = DECLARATION + "<methodResponse><params><param>"
_ANSWER_CLOSE = "</param></params></methodResponse>"
_CHUNK = 64 * 1024


def escape(text: str) -> str:
    """`text` for element content; a carriage return survives as a reference."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _value(value: Value, typed: bool, parts: list[str]) -> None:
    if isinstance(value, str):
        text = escape(value)
        parts.append(f"<value><string>{text}</string></value>" if typed else f"<value>{text}</value>")
    elif value is None:
        parts.append("<value><nil/></value>")
    elif isinstance(value, bool):
        parts.append(f"<value><boolean>{value:d}</boolean></value>")
    elif isinstance(value, int):
        tag = "i4" if -(2**31) <= value < 2**31 else "i8"
        parts.append(f"<value><{tag}>{value}</{tag}></value>")
    elif isinstance(value, float):
        parts.append(f"<value><double>{value!r}</double></value>")
    elif isinstance(value, bytes):
        text = binascii.b2a_base64(value, newline=False).decode("ascii")
        parts.append(f"<value><base64>{text}</base64></value>")
    elif isinstance(value, dict):
        parts.append("<value><struct>")
        for name, member in value.items():
            parts.append(f"<member><name>{escape(name)}</name>")
            _value(member, typed, parts)
            parts.append("</member>")
        parts.append("</struct></value>")
    else:
        parts.append("<value><array><data>")
        for item in value:
            _value(item, typed, parts)
        parts.append("</data></array></value>")


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)


def encode_call(name: str, params: Sequence[Value], *, declaration: bool = True) -> bytes:
    """The body of a call, in UTF-8, strings typed. Raises InputError naming the parameter that XML cannot
    carry."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"Not a method name: {make_inert(name)[:80]!r}.",
            hint="Method names look like autoprov.checkDevice.",
        )
    parts = [DECLARATION if declaration else "", f"<methodCall><methodName>{name}</methodName><params>"]
    for index, param in enumerate(params):
        for text in _texts(param):
            flaw = None if text.isprintable() else _NOT_XML.search(text)
            if flaw is not None:
                raise InputError(
                    f"The {parameter_name(name, index)} holds a character that cannot be sent.",
                    f"Character {flaw.start() + 1} is U+{ord(flaw[0]):04X}.",
                    "Remove the control character and try again.",
                )
        parts.append("<param>")
        _value(param, True, parts)
        parts.append("</param>")
    parts.append("</params></methodCall>")
    return "".join(parts).encode("utf-8")


def _body(text: str) -> bytes:
    if text.isprintable():
        return text.encode("utf-8")
    return _NOT_XML.sub("\ufffd", text).encode("utf-8")


def encode_response(value: Value, *, typed: bool = False) -> bytes:
    """The body of an answer. What XML cannot carry is sent as U+FFFD."""
    parts = [_ANSWER_OPEN]
    _value(value, typed, parts)
    parts.append(_ANSWER_CLOSE)
    return _body("".join(parts))


def encode_fault(code: int, text: str, *, typed: bool = False) -> bytes:
    """The body of a fault in Apache XML-RPC's form."""
    parts = [DECLARATION, "<methodResponse><fault>"]
    _value({"faultCode": code, "faultString": text}, typed, parts)
    parts.append("</fault></methodResponse>")
    return _body("".join(parts))


def encode_list_answer(rows: Iterable[Sequence[str]], *, typed: bool = False) -> Iterator[bytes]:
    """A listDevices answer in pieces of about 64 kB: rows of MAC, provider, URL, date; no leading boolean."""
    begin, end = ("<value><string>", "</string></value>") if typed else ("<value>", "</value>")
    row_open, row_close, middle = "<value><array><data>" + begin, end + "</data></array></value>", end + begin
    parts = [_ANSWER_OPEN, "<value><array><data>"]
    size = 0
    for row in rows:
        # A tab cannot be part of an escape, so one pass over the joined row does for all of its fields.
        text = "\t".join(row)
        if text.count("\t") != len(row) - 1:
            text = middle.join(map(escape, row))
        else:
            text = escape(text).replace("\t", middle)
        text = row_open + text + row_close
        parts.append(text)
        size += len(text)
        if size >= _CHUNK:
            yield _body("".join(parts))
            parts.clear()
            size = 0
    parts.append("</data></array></value>" + _ANSWER_CLOSE)
    yield _body("".join(parts))
