"""Bodies meant to hurt: each is refused with an error of ours that quotes nothing of them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import Fault, InputError, Unreadable
from tui.wire.xmlrpc import codec
from tui.wire.xmlrpc.stream import RowReader
from tui.wire.xmlrpc.values import Limits

_SMALL = Limits(body_bytes=20_000_000, list_bytes=20_000_000, elements=10_000, text=1024 * 1024)


def answer(value_xml: str) -> bytes:
    return f"<methodResponse><params><param>{value_xml}</param></params></methodResponse>".encode()


def feed_all(reader: RowReader, *pieces: bytes) -> None:
    for piece in pieces:
        reader.feed(piece)
    reader.close()


HOSTILE = {
    "empty": b"",
    "white space": b" \r\n\t",
    "web page": b"<!DOCTYPE html><html><body>Login SECRET</body></html>",
    "web page without a doctype": b"<html><body>SECRET</body></html>",
    "json": b'{"jsonrpc": "SECRET"}',
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "SECRET"><!ENTITY b "&a;&a;&a;">]>'
    + answer("<value>&b;</value>"),
    "external entity": b'<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + answer("<value>&a;</value>"),
    "external subset": b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x">' + answer("<value>SECRET</value>"),
    "unknown entity": answer("<value>&nbsp;</value>"),
    "deep nesting": answer("<value><array><data>" * 5000 + "</data></array></value>" * 5000),
    "deep nesting of unknown elements": b"<a>" * 100_000,
    "too many elements": answer("<value><array><data>" + "<value/>" * 20_000 + "</data></array></value>"),
    "ten megabytes of text": answer("<value>" + "x" * 10_000_000 + "</value>"),
    "ten megabytes of comment": answer("<value><!--" + "x" * 10_000_000 + "--></value>"),
    "ten megabytes of attribute": answer('<value a="' + "x" * 10_000_000 + '">v</value>'),
    "boolean two": answer("<value><boolean>2</boolean></value>"),
    "empty boolean": answer("<value><boolean/></value>"),
    "number of words": answer("<value><i4>SECRET</i4></value>"),
    "endless number": answer("<value><i4>" + "9" * 5000 + "</i4></value>"),
    "broken base64": answer("<value><base64>A</base64></value>"),
    "nil that holds something": answer("<value><nil>SECRET</nil></value>"),
    "unknown type": answer("<value><secret>1</secret></value>"),
    "text beside an element": answer("<value>SECRET<string>x</string></value>"),
    "text behind an element": answer("<value><string>x</string>SECRET</value>"),
    "text between values": answer("<value><array><data>SECRET<value>x</value></data></array></value>"),
    "two types in a value": answer("<value><i4>1</i4><i4>2</i4></value>"),
    "two values in a parameter": answer("<value>a</value><value>b</value>"),
    "two parameters": answer("<value/></param><param><value/>"),
    "no parameter": b"<methodResponse><params/></methodResponse>",
    "nothing inside": b"<methodResponse/>",
    "parameter without a value": answer(""),
    "array without data": answer("<value><array/></value>"),
    "member without a name": answer("<value><struct><member><value>1</value></member></struct></value>"),
    "wrong nesting": b"<methodResponse><params><param><value>x</param></value></params></methodResponse>",
    "elements in the wrong place": b"<methodResponse><param><value>x</value></param></methodResponse>",
    "answer and fault": answer("<value/>").replace(
        b"</methodResponse>", b"<fault><value><struct/></value></fault></methodResponse>"
    ),
    "fault that is no struct": b"<methodResponse><fault><value>SECRET</value></fault></methodResponse>",
    "trailing garbage": answer("<value>x</value>") + b"SECRET",
    "two answers": answer("<value>x</value>") * 2,
    "cut short": answer("<value>SECRET</value>")[:-9],
    "unknown character set": b'<?xml version="1.0" encoding="x-secret"?>' + answer("<value/>"),
    "codec that is no character set": b'<?xml version="1.0" encoding="zlib"?>' + answer("<value/>"),
    "codec that runs escapes": b'<?xml version="1.0" encoding="unicode_escape"?>' + answer("<value/>"),
}

# Characters that XML cannot carry: in an answer they are shown by a sign, in a call they are refused.
BARRED = {
    "invalid UTF-8": (answer("<value>a#b</value>").replace(b"#", b"\xff\xc3"), "a\ufffd\ufffdb"),
    "overlong UTF-8": (answer("<value>#</value>").replace(b"#", b"\xc0\x80"), "\ufffd\ufffd"),
    "half a surrogate pair": (answer("<value>#</value>").replace(b"#", b"\xed\xa0\x80"), "\ufffd" * 3),
    "control characters": (answer("<value>\x1b[2J</value>"), "␛[2J"),
    "control characters by reference": (answer("<value>&#27;[2J&#x07;&#0031;</value>"), "␛[2J␇␟"),
    "control characters in CDATA": (answer("<value><![CDATA[\x1b<]]></value>"), "␛<"),
    "a NUL": (answer("<value>a\x00b&#0;</value>"), "a␀b␀"),
    "a character that is none": (answer("<value>\uffff&#xFFFE;&#65535;</value>"), "\ufffd" * 3),
    "bytes outside the declared set": (
        b'<?xml version="1.0" encoding="Shift_JIS"?>'
        + b"<methodResponse><params><param><value>a\x81\x00</value></param></params></methodResponse>",
        "a\ufffd␀",
    ),
}


@pytest.mark.parametrize("name", BARRED)
def test_what_xml_cannot_carry_is_shown_by_a_sign_in_an_answer(name: str) -> None:
    body, text = BARRED[name]
    assert codec.decode_response(body) == text


@pytest.mark.parametrize("name", BARRED)
def test_what_xml_cannot_carry_is_refused_in_a_call(name: str) -> None:
    body, _ = BARRED[name]
    params = body.replace(b"<methodResponse>", b"<methodCall><methodName>m</methodName>")
    with pytest.raises(InputError):
        codec.decode_call(params.replace(b"methodResponse>", b"methodCall>"))


def test_a_reference_in_cdata_is_text() -> None:
    assert codec.decode_response(answer("<value><![CDATA[&#27;]]></value>")) == "&#27;"


def test_a_control_character_inside_a_tag_is_refused() -> None:
    with pytest.raises(Unreadable):
        codec.decode_response(answer("<val\x01ue>x</val\x01ue>"))


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_is_hostile_or_broken_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        codec.decode_response(HOSTILE[name], limits=_SMALL)
    assert "SECRET" not in caught.value.describe()


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_streamed_list_that_is_hostile_or_broken_is_unreadable(name: str, fast: bool) -> None:
    reader = RowReader(limits=_SMALL, fast=fast)
    body = HOSTILE[name]
    with pytest.raises(Unreadable) as caught:
        feed_all(reader, *(body[start : start + 4096] for start in range(0, len(body), 4096)))
    assert "SECRET" not in caught.value.describe()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_call_that_is_hostile_or_broken_is_an_input_error(name: str) -> None:
    body = HOSTILE[name].replace(b"methodResponse>", b"methodCall>")
    with pytest.raises(InputError) as caught:
        codec.decode_call(body, limits=_SMALL)
    assert "SECRET" not in caught.value.describe()


def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unreadable, match="cannot be read") as caught:
        codec.decode_response(b"x" * 101, limits=Limits(body_bytes=100))
    assert "100 bytes" in caught.value.detail


def test_an_endless_list_is_refused_at_its_limit() -> None:
    reader = RowReader(limits=Limits(list_bytes=100_000))
    reader.feed(b"<methodResponse><params><param><value><array><data>")
    row = b"<value><array><data>" + b"<value>7C2F80820EC0</value>" * 4 + b"</data></array></value>"
    with pytest.raises(Unreadable):
        feed_all(reader, *[row] * 10_000)


def test_a_comment_that_never_ends_is_refused_without_being_scanned_over_and_over() -> None:
    reader = RowReader(limits=Limits(text=100_000))
    reader.feed(b"<methodResponse><!--")
    with pytest.raises(Unreadable):
        feed_all(reader, *[b"x" * 10_000] * 1000)


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_our_errors(body: bytes) -> None:
    with pytest.raises(Unreadable):
        codec.decode_response(body)


_TAGS = (
    "params",
    "param",
    "value",
    "array",
    "data",
    "struct",
    "member",
    "name",
    "fault",
    "i4",
    "string",
    "boolean",
)
_MARKS = ("<nil/>", "1", "x", " ", "&amp;", "&#55357;", "&#56832;", "<![CDATA[", "]]>", "<!--", "-->")
_PIECES = st.lists(
    st.sampled_from([*(f"<{tag}>" for tag in _TAGS), *(f"</{tag}>" for tag in _TAGS), *_MARKS]), max_size=25
)


@given(_PIECES)
def test_any_order_of_tags_is_read_or_refused_by_our_errors(pieces: list[str]) -> None:
    body = ("<methodResponse>" + "".join(pieces) + "</methodResponse>").encode()
    with contextlib.suppress(Unreadable, Fault):
        codec.decode_response(body)
